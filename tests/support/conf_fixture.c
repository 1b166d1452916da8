/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_fixture.c - see conf_fixture.h.
 */
#include "tests/support/conf_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"

void conf_assert_wrong(const struct conf_wrong *cases, size_t n)
{
	static struct kd_conf untouched;

	for (size_t i = 0; i < n; i++) {
		struct kd_error err = KD_ERROR_INIT;
		struct kd_conf *conf = &untouched;
		enum kd_status st;

		st = kd_conf_parse(cases[i].text, strlen(cases[i].text),
		                   "c.conf", &conf, &err);
		if (st != KD_CONFIG || err.status != KD_CONFIG)
			fail_msg("status %d: %s", (int)st, cases[i].text);
		assert_memory_equal(err.text, "c.conf:", 7);
		assert_string_equal(err.text + 7, cases[i].error);
		assert_ptr_equal(conf, &untouched);
	}
}
