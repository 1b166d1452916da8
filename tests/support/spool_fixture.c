/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_fixture.c - see spool_fixture.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <unistd.h>

#include <dirent.h>

#include <cmocka.h>

#include "tests/support/spool_fixture.h"

struct kd_spool_mail spool_mail(const char *text, int64_t received)
{
	return (struct kd_spool_mail){
		.raw = kd_bytes_of(text),
		.received = received,
		.list_id = "kvm.example.org",
	};
}

void spool_put(struct fixture *fix, const struct kd_spool_mail *mail)
{
	assert_int_equal(kd_spool_put(fix->path, mail, &fix->err), KD_OK);
}

struct kd_spool *spool_open(struct fixture *fix)
{
	struct kd_spool *spool = NULL;

	assert_int_equal(kd_spool_open(fix->path, &spool, &fix->err), KD_OK);
	return spool;
}

void spool_expect_count(struct fixture *fix, size_t waiting, size_t bad)
{
	struct kd_spool_count count = { .waiting = 99 };

	assert_int_equal(kd_spool_count(fix->path, &count, &fix->err), KD_OK);
	assert_int_equal(count.waiting, waiting);
	assert_int_equal(count.bad, bad);
}

const char *spool_only_name(const struct fixture *fix, const char *which)
{
	const char *path =
		kd_arena_printf(fix->arena, "%s-spool/%s", fix->path, which);
	DIR *dir = opendir(path);
	const struct dirent *entry;
	const char *ret = NULL;

	assert_non_null(dir);
	while ((entry = readdir(dir)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		assert_null(ret);
		ret = kd_arena_strdup(fix->arena, entry->d_name);
	}
	(void)closedir(dir);
	assert_non_null(ret);
	return ret;
}

const char *spool_file(const struct fixture *fix, const char *which,
                       const char *name)
{
	return kd_arena_printf(fix->arena, "%s-spool/%s/%s", fix->path, which,
	                       name);
}

void spool_make(struct fixture *fix)
{
	struct kd_spool_mail mail = spool_mail("x", 1);

	spool_put(fix, &mail);
	assert_int_equal(
		unlink(spool_file(fix, "new", spool_only_name(fix, "new"))), 0);
}
