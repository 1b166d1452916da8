/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf_fixture.h - configurations that are wrong, and what is said of them.
 */
#ifndef KD_TESTS_SUPPORT_CONF_FIXTURE_H
#define KD_TESTS_SUPPORT_CONF_FIXTURE_H

#include <stddef.h>

struct conf_wrong {
	const char *text;
	const char *error; /* behind "c.conf:" */
};

/* Each of the n is refused with its line, and nothing is read of it. */
void conf_assert_wrong(const struct conf_wrong *cases, size_t n);

#define ASSERT_WRONG(cases)                                                    \
	conf_assert_wrong(cases, sizeof(cases) / sizeof((cases)[0]))

#endif /* KD_TESTS_SUPPORT_CONF_FIXTURE_H */
