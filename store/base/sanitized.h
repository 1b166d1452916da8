/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sanitized.h - was this built for the address sanitizer?  It has memory, and
 * words on standard error, of its own.
 */
#ifndef KD_STORE_BASE_SANITIZED_H
#define KD_STORE_BASE_SANITIZED_H

#ifdef __has_feature
#if __has_feature(address_sanitizer)
#define KD_SANITIZED 1
#endif
#endif
#ifdef __SANITIZE_ADDRESS__
#define KD_SANITIZED 1
#endif
#ifndef KD_SANITIZED
#define KD_SANITIZED 0
#endif

#endif /* KD_STORE_BASE_SANITIZED_H */
