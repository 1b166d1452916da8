/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_source.c - what a mailbox, a directory or a file holds, and what
 * they are taken for.  Archives of git are in tests/e2e/import.py.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/source_internal.h"

#define FROM1 "From list@example.org Thu Nov 24 18:22:48 2022\n"
#define FROM2 "From other@example.org Thu Nov 24 19:00:00 2022\n"

enum { MAILS_MAX = 8, TIME1 = 1669314168 };

static char dir[64];
static char path[128];
static struct kd_error err;
static struct kd_source *source;

static int setup(void **state)
{
	(void)state;
	(void)snprintf(dir, sizeof(dir), "/tmp/kd-source-XXXXXX");
	if (mkdtemp(dir) == NULL)
		return -1;
	(void)snprintf(path, sizeof(path), "%s/source", dir);
	source = NULL;
	return 0;
}

static int remove_one(const char *name, const struct stat *meta, int type,
                      struct FTW *where)
{
	(void)meta;
	(void)type;
	(void)where;
	return remove(name);
}

static int teardown(void **state)
{
	(void)state;
	kd_source_close(source);
	return nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static void write_to(const char *name, struct kd_bytes bytes)
{
	FILE *file = fopen(name, "w");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	assert_int_equal(fclose(file), 0);
}

static void open_it(enum kd_source_format format, const char *resume)
{
	kd_source_close(source);
	source = NULL;
	assert_int_equal(kd_source_open(path, format, resume, &source, &err),
	                 KD_OK);
}

static struct kd_source_mail expect_next(const char *raw)
{
	struct kd_source_mail mail;
	bool more = false;

	assert_int_equal(kd_source_next(source, &mail, &more, &err), KD_OK);
	assert_true(more);
	if (raw != NULL) {
		assert_int_equal(mail.raw.size, strlen(raw));
		assert_memory_equal(mail.raw.data, raw, mail.raw.size);
	}
	return mail;
}

static void expect_end(void)
{
	struct kd_source_mail mail;
	bool more = true;

	assert_int_equal(kd_source_next(source, &mail, &more, &err), KD_OK);
	assert_false(more);
}

static void test_source_mbox(void **state)
{
	static const struct {
		const char *file;
		enum kd_source_format format;
		const char *mails[MAILS_MAX];
	} cases[] = {
		{ FROM1 "A: b\n\nx\n\n" FROM2 "C: d\n\ny\n",
		  KD_SOURCE_AUTO,
		  { "A: b\n\nx\n", "C: d\n\ny\n" } },
		/* no blank line before it: text */
		{ FROM1 "A: b\n\nx\n" FROM2 "C: d\n\n",
		  KD_SOURCE_AUTO,
		  { "A: b\n\nx\n" FROM2 "C: d\n" } },
		/* a blank line, and no time */
		{ FROM1 "A: b\n\nx\n\nFrom here on\n\n",
		  KD_SOURCE_AUTO,
		  { "A: b\n\nx\n\nFrom here on\n" } },
		{ FROM1 "A: b\n\n>From x\n>>From y\n",
		  KD_SOURCE_MBOXRD,
		  { "A: b\n\nFrom x\n>From y\n" } },
		{ FROM1 "A: b\n\n>From x\n>>From y\n",
		  KD_SOURCE_MBOXO,
		  { "A: b\n\nFrom x\n>>From y\n" } },
		/* counted: nothing was quoted, nothing has to be searched */
		{ FROM1 "Content-Length: 58\n\n\n" FROM2 "\n>From x\n\n" FROM2
		        "A: b\n\n",
		  KD_SOURCE_AUTO,
		  { "Content-Length: 58\n\n\n" FROM2 "\n>From x\n",
		    "A: b\n" } },
		/* a count that leads nowhere is none */
		{ FROM1 "Content-Length: 3\n\nabcdefg\n\n" FROM2 "A: b\n\nx\n",
		  KD_SOURCE_AUTO,
		  { "Content-Length: 3\n\nabcdefg\n", "A: b\n\nx\n" } },
		/* CRLF */
		{ "From a@b Thu Nov 24 18:22:48 2022\r\nA: b\r\n\r\nx\r\n\r\n"
		  "From a@b Thu Nov 24 18:22:48 2022\r\nC: d\r\n\r\n",
		  KD_SOURCE_AUTO,
		  { "A: b\r\n\r\nx\r\n", "C: d\r\n" } },
		/* blank lines of the message itself are its own */
		{ FROM1 "A: b\n\nx\n\n\n\n" FROM2 "C: d\n\n\n",
		  KD_SOURCE_AUTO,
		  { "A: b\n\nx\n\n\n", "C: d\n\n" } },
		/* no end of line at the end */
		{ FROM1 "A: b\n\nx", KD_SOURCE_AUTO, { "A: b\n\nx" } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		write_to(path, kd_bytes_of(cases[i].file));
		open_it(cases[i].format, NULL);
		for (size_t k = 0; cases[i].mails[k] != NULL; k++)
			(void)expect_next(cases[i].mails[k]);
		expect_end();
	}
}

static void test_source_from_lines(void **state)
{
	static const struct {
		const char *line;
		bool is;
		int64_t time;
	} cases[] = {
		{ "From a@b Thu Nov 24 18:22:48 2022", true, TIME1 },
		{ "From a@b Thu Nov 24 18:22:48 +0100 2022", true,
		  TIME1 - 3600 },
		{ "From a@b Thu Nov 24 18:22:48 2022 -0200", true,
		  TIME1 + 7200 },
		{ "From a@b Thu Nov 24 18:22:48 EST 2022", true, TIME1 },
		{ "From a@b  Thu, 24 Nov 18:22:48 2022", true, TIME1 },
		{ "From a@b Thu Nov 24 18:22 2022", true, TIME1 - 48 },
		{ "From mboxrd@z Thu Jan  1 00:00:00 1970", true, 0 },
		{ "From: a@b Thu Nov 24 18:22:48 2022", false, 0 },
		{ ">From a@b Thu Nov 24 18:22:48 2022", false, 0 },
		{ "From a@b Thu Nov 24 2022", false, 0 },
		{ "From a@b Thu Nov 24 25:22:48 2022", false, 0 },
		{ "From a@b Thu Nov 24 18:22:48", false, 0 },
		{ "From a@b Thu Nov 32 18:22:48 2022", false, 0 },
		{ "From a@b Thu Nov 2x 18:22:48 2022", false, 0 },
		{ "From Thursday on 18:22 is too late", false, 0 },
		{ "From ", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int64_t when = -1;

		if (kd_mbox_from_line(kd_bytes_of(cases[i].line), &when) !=
		            cases[i].is ||
		    (cases[i].is && when != cases[i].time))
			fail_msg("%s: %lld", cases[i].line, (long long)when);
	}
}

/* From any position it goes on; where the file before it is another, from
 * the beginning. */
static void test_source_mbox_goes_on(void **state)
{
	static const char one[] = "A: b\n\nx\n", two[] = "C: d\n\ny\n";
	static const char file[] = FROM1 "A: b\n\nx\n\n" FROM2 "C: d\n\ny\n\n";
	static const char other[] = FROM1 "A: b\n\nz\n\n" FROM2 "C: d\n\ny\n\n";
	char position[64];

	(void)state;
	write_to(path, kd_bytes_of(file));
	open_it(KD_SOURCE_AUTO, NULL);
	(void)expect_next(one);
	(void)snprintf(position, sizeof(position), "%s",
	               kd_source_position(source));
	open_it(KD_SOURCE_AUTO, position);
	(void)expect_next(two);
	expect_end();
	write_to(path, kd_bytes_of(other));
	open_it(KD_SOURCE_AUTO, position);
	(void)expect_next("A: b\n\nz\n");
	write_to(path, kd_bytes_of("short"));
	kd_source_close(source);
	source = NULL;
	assert_int_equal(kd_source_open(path, KD_SOURCE_MBOXRD, position,
	                                &source, &err),
	                 KD_OK);
}

/* A message that no memory is to hold is passed over. */
static void test_source_too_long(void **state)
{
	FILE *file = fopen(path, "w");
	struct kd_source_mail mail;
	static char line[1 << 16];

	(void)state;
	assert_non_null(file);
	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	(void)fputs(FROM1 "A: b\n\nx\n\n" FROM1 "Long: 1\n\n", file);
	for (size_t n = 0; n <= KD_SOURCE_MAIL_MAX; n += sizeof(line))
		(void)fwrite(line, 1, sizeof(line), file);
	(void)fputs("\n" FROM2 "C: d\n\ny\n", file);
	assert_int_equal(fclose(file), 0);
	open_it(KD_SOURCE_AUTO, NULL);
	(void)expect_next("A: b\n\nx\n");
	mail = expect_next("");
	assert_true(mail.too_long);
	assert_false(expect_next("C: d\n\ny\n").too_long);
	expect_end();
}

static void make(const char *name, const char *text)
{
	char full[256];

	(void)snprintf(full, sizeof(full), "%s/%s", path, name);
	if (text == NULL)
		assert_int_equal(mkdir(full, 0700), 0);
	else
		write_to(full, kd_bytes_of(text));
}

static void test_source_directory(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	make("10", "T: en\n\n");
	make("9", "N: ine\n\n");
	make(".mh_sequences", "cur: 1\n");
	make("sub", NULL);
	make("sub/1", FROM1 "S: ub\n\n");
	open_it(KD_SOURCE_AUTO, NULL);
	assert_int_equal(kd_source_total(source), 3);
	(void)expect_next("N: ine\n\n");
	(void)expect_next("T: en\n\n");
	(void)expect_next("S: ub\n\n");
	expect_end();
}

static void test_source_maildir(void **state)
{
	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	make("cur", NULL);
	make("new", NULL);
	make("tmp", NULL);
	make("cur/20.a:2,S", "A: 20\n\n");
	make("new/3.b", "A: 3\n\n");
	make("new/100.c", "A: 100\n\n");
	make("tmp/1.d", "half");
	open_it(KD_SOURCE_AUTO, NULL);
	(void)expect_next("A: 3\n\n");
	(void)expect_next("A: 20\n\n");
	(void)expect_next("A: 100\n\n");
	expect_end();
}

static void test_source_odd_files(void **state)
{
	char pipe_name[256], link_name[256];
	int bad = 0;

	(void)state;
	assert_int_equal(mkdir(path, 0700), 0);
	make("m", "A: b\n\n");
	(void)snprintf(pipe_name, sizeof(pipe_name), "%s/a-pipe", path);
	(void)snprintf(link_name, sizeof(link_name), "%s/z-link", path);
	assert_int_equal(mkfifo(pipe_name, 0600), 0);
	assert_int_equal(symlink("m", link_name), 0);
	open_it(KD_SOURCE_AUTO, NULL);
	for (int i = 0; i < 3; i++) {
		struct kd_source_mail mail = expect_next(NULL);

		bad += mail.unreadable;
		assert_true(!mail.unreadable ||
		            strstr(mail.why.text, mail.where) != NULL);
	}
	assert_int_equal(bad, 2);
	expect_end();
}

static void test_source_is_none(void **state)
{
	struct kd_source_mail mail;
	bool more;

	(void)state;
	assert_int_equal(kd_source_open(path, KD_SOURCE_AUTO, NULL, &source,
	                                &err),
	                 KD_NOTFOUND);
	write_to(path, kd_bytes_of("A: b\n\nx\n"));
	assert_int_equal(kd_source_open(path, KD_SOURCE_MH, NULL, &source,
	                                &err),
	                 KD_USAGE);
	open_it(KD_SOURCE_AUTO, NULL);
	(void)expect_next("A: b\n\nx\n");
	expect_end();
	open_it(KD_SOURCE_MBOXRD, NULL);
	assert_int_equal(kd_source_next(source, &mail, &more, &err),
	                 KD_NOTMAIL);
}

static void test_source_format_names(void **state)
{
	enum kd_source_format format = KD_SOURCE_AUTO;

	(void)state;
	assert_int_equal(kd_source_format_find("maildir", &format, &err),
	                 KD_OK);
	assert_int_equal(format, KD_SOURCE_MAILDIR);
	assert_int_equal(kd_source_format_find("mbx", &format, &err), KD_USAGE);
	assert_non_null(strstr(err.text, "mboxrd"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_source_mbox),         TEST(test_source_from_lines),
		TEST(test_source_mbox_goes_on), TEST(test_source_too_long),
		TEST(test_source_directory),    TEST(test_source_maildir),
		TEST(test_source_odd_files),    TEST(test_source_is_none),
		TEST(test_source_format_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
