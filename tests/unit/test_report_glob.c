/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_glob.c - paths and patterns, as git's :(glob) has them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/glob.h"

static void test_patterns(void **state)
{
	static const struct {
		const char *pattern;
		const char *path;
		bool matches;
	} rows[] = {
		{ "arch/x86/kvm/**", "arch/x86/kvm/vmx/vmx.c", true },
		{ "arch/x86/kvm/**", "arch/x86/kvm/x86.c", true },
		{ "arch/x86/kvm/**", "arch/x86/kvm.c", false },
		{ "arch/x86/kvm", "arch/x86/kvm/x86.c", true },
		{ "arch/x86/kvm/", "arch/x86/kvm/vmx/vmx.c", true },
		{ "arch/x86/kvm", "arch/x86/kvm-asm.c", false },
		{ "arch/x86/kvm/*", "arch/x86/kvm/x86.c", true },
		{ "arch/*/kvm", "arch/x86/kvm/x86.c", true },
		{ "arch/*/kvm", "arch/x86/boot/kvm/x86.c", false },
		{ "arch/**/kvm", "arch/x86/boot/kvm/x86.c", true },
		{ "arch/**/kvm", "arch/kvm/x86.c", true },
		{ "**/kvm.h", "kvm.h", true },
		{ "**/kvm.h", "include/uapi/linux/kvm.h", true },
		{ "**/kvm.h", "include/linux/akvm.h", false },
		{ "**.c", "virt/kvm/kvm_main.c", true },
		{ "*.c", "virt/kvm/kvm_main.c", false },
		{ "virt/kvm/*_main.c", "virt/kvm/kvm_main.c", true },
		{ "virt/kvm/*_*n.c", "virt/kvm/kvm_main_main.c", true },
		{ "virt/kvm/*_*n.c", "virt/kvm/kvm_main_main.h", false },
		{ "a/**/b/*c/**/d", "a/x/b/yc/b/zc/w/d", true },
		{ "a/**/b/*c/**/d", "a/x/b/yc/b/zc/w/e", false },
		{ "virt/?vm", "virt/kvm/eventfd.c", true },
		{ "virt/?vm", "virt//vm/eventfd.c", false },
		{ "virt/[jkl]vm", "virt/kvm/x.c", true },
		{ "virt/[a-j]vm", "virt/kvm/x.c", false },
		{ "virt/[!a-j]vm", "virt/kvm/x.c", true },
		{ "virt/[]k]vm", "virt/kvm/x.c", true },
		{ "virt/[kvm", "virt/kvm/x.c", false },
		{ "a\\*b", "a*b", true },
		{ "a\\*b", "axb", false },
		{ "Documentation", "Documentation/virt/kvm/api.rst", true },
		{ "documentation", "Documentation/virt/kvm/api.rst", false },
		{ "virt/kvm/eventfd.c", "virt/kvm/eventfd.c", true },
		{ "virt/kvm/eventfd.c", "virt/kvm/eventfd.cc", false },
		{ "virt/kvm/eventfd.c", "virt/kvm/eventfd", false },
		{ "x", "", false },
		{ "**", "anything/at/all", true },
		{ "*", "anything/at/all", true },
		{ "*", "", true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (kd_glob_path(rows[i].pattern, rows[i].path) !=
		    rows[i].matches)
			fail_msg("'%s' and '%s'", rows[i].pattern,
			         rows[i].path);
	}
}

/* What would take others for ever. */
static void test_many_stars(void **state)
{
	char pattern[512] = "";
	char *path = calloc(1, 40001);

	(void)state;
	assert_non_null(path);
	memset(path, 'a', 40000);
	for (int i = 0; i < 60; i++)
		strcat(pattern, i % 2 == 0 ? "*a" : "**a");
	strcat(pattern, "b");
	assert_false(kd_glob_path(pattern, path));
	path[39999] = 'b';
	assert_true(kd_glob_path(pattern, path));
	free(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_patterns),
		cmocka_unit_test(test_many_stars),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
