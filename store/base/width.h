/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * width.h - how many columns a character takes on a terminal.
 */
#ifndef KD_STORE_BASE_WIDTH_H
#define KD_STORE_BASE_WIDTH_H

#include <stdint.h>

/* 0 for combining marks, 2 for East Asian wide characters and emoji, 1
 * for the rest; controls count as 1, since they are shown as something. */
unsigned int kd_char_width(uint32_t c);

#endif /* KD_STORE_BASE_WIDTH_H */
