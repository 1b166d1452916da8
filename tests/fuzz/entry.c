/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * entry.c - the door that libFuzzer, and driver.c, knock at.
 */
#include <stdint.h>

#include "tests/fuzz/entry.h"
#include "tests/fuzz/fuzz.h"

int kd_fuzz_entry(const uint8_t *data, size_t size)
{
	kd_fuzz_one((struct kd_bytes){ (const char *)data, size });
	return 0;
}
