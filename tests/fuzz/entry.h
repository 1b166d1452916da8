/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry.h - the name under which libFuzzer looks for a target; ours is
 * spelled as the house spells names.
 */
#ifndef KD_TESTS_FUZZ_ENTRY_H
#define KD_TESTS_FUZZ_ENTRY_H

#include <stddef.h>
#include <stdint.h>

int kd_fuzz_entry(const uint8_t *data,
                  size_t size) __asm__("LLVMFuzzerTestOneInput");

#endif /* KD_TESTS_FUZZ_ENTRY_H */
