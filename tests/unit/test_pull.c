/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_pull.c - where pull requests say that their commits are.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading.h"

#define CHANGES                                                                \
	"The following changes since commit 1234567:\n\n  x (date)\n\n"        \
	"are available in the Git repository at:\n\n"

static void test_places(void **state)
{
	static const struct {
		const char *text;
		const char *url;
		const char *ref;
	} rows[] = {
		{ CHANGES "  git://example.org/kvm.git tags/for-linus\n\n"
		          "for you to fetch changes up to 7654321:\n",
		  "git://example.org/kvm.git", "tags/for-linus" },
		{ CHANGES "  git://example.org/kvm.git \n\nfor you to fetch\n",
		  "git://example.org/kvm.git", NULL },
		{ CHANGES "  https://example.org/kvm.git\n  tags/for-linus\n",
		  "https://example.org/kvm.git", "tags/for-linus" },
		{ CHANGES "  ssh://example.org/kvm.git \\\n    next\n",
		  "ssh://example.org/kvm.git", "next" },
		/* the line goes on, and the mark stands right behind a word */
		{ CHANGES "  ssh://example.org/kvm.git\\\n    next\n",
		  "ssh://example.org/kvm.git", "next" },
		{ CHANGES "  ssh://example.org/kvm.git next\\\n",
		  "ssh://example.org/kvm.git", "next" },
		{ CHANGES "  git@example.org:kvm.git for-next\n",
		  "git@example.org:kvm.git", "for-next" },
		{ CHANGES "  git://example.org/kvm.git tag for-linus\n",
		  "git://example.org/kvm.git", "for-linus" },
		{ "are available in the git repository at: "
		  "git://example.org/kvm.git master\n",
		  "git://example.org/kvm.git", "master" },
		{ "Please pull from:\n\n  git://example.org/kvm.git next\n",
		  "git://example.org/kvm.git", "next" },
		/* the first of several */
		{ CHANGES "  git://example.org/a.git a\n" CHANGES
		          "  git://example.org/b.git b\n",
		  "git://example.org/a.git", "a" },
		{ CHANGES "  git://example.org/a.git\n"
		          "  git://example.org/b.git\n",
		  "git://example.org/a.git", NULL },
		{ CHANGES "nowhere\n", NULL, NULL },
		{ "See git://example.org/kvm.git next\n", NULL, NULL },
		{ CHANGES, NULL, NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct given given = { .text = rows[i].text,
			               .kind = KD_KIND_PULL };
		struct kd_message msg =
			reading_run(kd_pull_read, &given, *state);

		reading_expect(msg.pull_url, rows[i].url);
		reading_expect(msg.pull_ref, rows[i].ref);
	}
}

/* Only who asks for it. */
static void test_kind(void **state)
{
	struct given given = { .text = CHANGES "  git://example.org/a a\n",
		               .kind = KD_KIND_REPLY };
	struct kd_message msg = reading_run(kd_pull_read, &given, *state);

	reading_expect(msg.pull_url, NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_places, reading_setup,
		                                reading_teardown),
		cmocka_unit_test_setup_teardown(test_kind, reading_setup,
		                                reading_teardown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
