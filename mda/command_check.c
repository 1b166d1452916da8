/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command_check.c - --check and --reparse, from the set-up to their own
 * values.
 */
#include "mda/command.h"

#include <limits.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "mda/check.h"
#include "mda/reparse.h"

enum { WAIT_MS = 60 * 1000 }; /* for the lock of the store */

/* Where recipes lie; NULL: not known. */
static const char *find_home(void)
{
	const char *home = getenv("HOME");
	const struct passwd *pw;

	if (home != NULL && home[0] == '/')
		return home;
	pw = getpwuid(geteuid());
	return pw == NULL ? NULL : pw->pw_dir;
}

/* This program, for commands that install it; NULL: not known. */
static const char *find_program(char *ret, size_t size)
{
	ssize_t n = readlink("/proc/self/exe", ret, size - 1);

	if (n <= 0)
		return NULL;
	ret[n] = '\0';
	return ret;
}

enum kd_status kd_command_check(const struct kd_setup *setup,
                                struct kd_error *err)
{
	char program[PATH_MAX];
	const struct kd_check_opts opts = {
		.store_path = setup->store_path,
		.journal_delete = setup->journal_delete,
		.deadline = (unsigned int)(setup->deadline_ms / 1000),
		.conf_file = setup->conf_file,
		.conf_wrong = &setup->conf_wrong,
		.program = find_program(program, sizeof(program)),
		.list_id = setup->n_lists > 0 ? setup->lists[0].id : NULL,
		.store_named = setup->store_named,
		.home = find_home(),
		.etc = "/etc",
		.verbose = setup->verbose,
	};

	return kd_check_run(&opts, stdout, err);
}

enum kd_status kd_command_reparse(const struct kd_setup *setup,
                                  struct kd_error *err)
{
	const struct kd_reparse_opts opts = {
		.store_path = setup->store_path,
		.journal_delete = setup->journal_delete,
		.wait_ms = WAIT_MS,
	};

	return kd_reparse_run(&opts, stdout, err);
}
