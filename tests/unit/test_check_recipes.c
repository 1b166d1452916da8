/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_check_recipes.c - what --check finds in recipes and the configuration,
 * and that it finds nothing where nothing is wrong.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/support/check_fixture.h"

static const char *name_in(const struct fixture *fix, const char *name)
{
	const char *path = kd_arena_printf(fix->arena, "%s/%s", fix->dir, name);

	assert_non_null(path);
	return path;
}

static void put(const struct fixture *fix, const char *name, const char *text)
{
	fixture_write(name_in(fix, name), kd_bytes_of(text));
	assert_int_equal(chmod(name_in(fix, name), 0600), 0);
}

static void make_dir(const struct fixture *fix, const char *name)
{
	assert_int_equal(mkdir(name_in(fix, name), 0700), 0);
}

/* file: where below the home directory; finding NULL: none. */
static const struct {
	const char *file;
	const char *text;
	const char *finding;
} recipes[] = {
	{ ".procmailrc", ":0 wc\n* ^List-Id:.*kvm\n| kvmdigest-mda\n", NULL },
	{ ".procmailrc", ":0 W:\n* x\n# y\n| ./kvmdigest-mda\n", NULL },
	{ ".procmailrc", ":0\n* ^List-Id\n| kvmdigest-mda\n",
	  "procmailrc:1: without the flag w mail is lost" },
	{ ".procmailrc", "A=b\n:0 : w.lock\n| /x/kvmdigest-mda -q\n",
	  "procmailrc:2: without the flag w mail is lost" },
	{ ".procmailrc", ":0\n* a \\\n  b\n| true \\\n && kvmdigest-mda\n",
	  "mail is lost" },
	{ ".procmailrc", ":0 fw\n| kvmdigest-mda\n", "a filter" },
	{ ".procmailrc", ":0\n\033 | x\n", NULL },
	{ ".procmailrc", "#:0\n#| kvmdigest-mda\n", NULL },
	{ ".procmailrc", ":0\n| other\n:0\ninbox\n", NULL },
	{ ".procmailrc", "TIMEOUT=8\n:0 wc\n| kvmdigest-mda\n",
	  "TIMEOUT is 8 s, and a delivery may take 9 s" },
	{ ".procmailrc", "TIMEOUT = 9\n:0 wc\n| kvmdigest-mda\n", "TIMEOUT" },
	{ ".procmailrc", "TIMEOUT=60\n:0 wc\n| kvmdigest-mda\n", NULL },
	{ ".procmailrc", ":0 wc\n| timeout 5 kvmdigest-mda\n",
	  "procmailrc:1: the time limit (timeout) is 5 s, and a delivery" },
	{ ".procmailrc", ":0 wc\n| /nowhere/kvmdigest-mda -q\n",
	  "procmailrc:1: there is no /nowhere/kvmdigest-mda: sudo install -D "
	  "/x/program /nowhere/kvmdigest-mda" },
	{ ".procmailrc", ":0 wc\n| /nowhere/kvmdigest-mda.old -q\n",
	  "procmailrc:1: there is no /nowhere/kvmdigest-mda.old: " },
	{ ".procmailrc", "TIMEOUT=0\n:0 wc\n| kvmdigest-mda\n", NULL },
	{ ".procmailrc", "TIMEOUT=\"8\"\n:0 wc\n| kvmdigest-mda\n",
	  "TIMEOUT is 8 s" },
	{ ".procmailrc", ":0 c # a copy\n| kvmdigest-mda\n", NULL },
	{ "etc/procmailrc", "DROPPRIVS=y\n:0 wc\n| kvmdigest-mda\n", NULL },
	{ "etc/procmailrc", "DROPPRIVS=yes\n:0 wc\n| kvmdigest-mda\n", NULL },
	{ "etc/procmailrc", ":0 wc\n| kvmdigest-mda\n", "DROPPRIVS=yes" },
	{ ".mailfilter", "cc \"| kvmdigest-mda\"\nEXITCODE=0\n", NULL },
	{ ".mailfilter", "cc \"| kvmdigest-mda\"\nif ( $EXITCODE != 0 )\n",
	  NULL },
	{ ".mailfilter",
	  "cc \"| kvmdigest-mda\"\nto \"$DEFAULT\"\nEXITCODE=0\n",
	  "mailfilter:1: the exit code of cc" },
	{ ".mailfilter", "cc \"| kvmdigest-mda\"\n\n# why\nA=1\nEXITCODE=0\n",
	  NULL },
	{ ".mailfilter", "\n cc \"| kvmdigest-mda\"\n",
	  "mailfilter:2: the exit code of cc" },
	{ ".mailfilter",
	  "cc \"| timeout -s KILL 9 kvmdigest-mda\"\nEXITCODE=0\n",
	  "mailfilter:1: the time limit (timeout) is 9 s" },
	{ ".mailfilter", "cc \"|/no/where/kvmdigest-mda\"\nEXITCODE=0\n",
	  "there is no /no/where/kvmdigest-mda" },
	{ ".mailfilter", "xfilter \"kvmdigest-mda\"\n", "xfilter" },
	{ ".mailfilter", "to \"| kvmdigest-mda\"\n", "bounce" },
	{ ".mailfilter", "# to \"| kvmdigest-mda\"\n", NULL },
	{ ".dovecot.sieve", "pipe :copy \"kvmdigest-mda\";", NULL },
	{ ".dovecot.sieve", "pipe :copy :try \"kvmdigest-mda\";", NULL },
	{ ".dovecot.sieve",
	  "require \"x;\"; # \"\n/* { */ if true {\n pipe :try "
	  "\"kvmdigest-mda\"; }",
	  "sieve:3: pipe :try without :copy loses mail" },
	{ "sieve/a.sieve", "pipe\n:try\n\"kvmdigest-mda\"\n;\n",
	  "a.sieve:3: pipe :try without :copy" },
	{ ".dovecot.sieve", "filter \"kvmdigest-mda\";", "filter puts" },
	{ ".dovecot.sieve", "execute :output \"a\" \"kvmdigest-mda\";",
	  "aborts dovecot-lda" },
	{ ".dovecot.sieve", "if not execute :pipe \"kvmdigest-mda\" {keep;}",
	  NULL },
	{ ".dovecot.sieve", "# pipe :try \"kvmdigest-mda\";\nkeep;", NULL },
	{ ".fetchmailrc", "poll a\n mda \"/usr/bin/procmail -d %T\"\n",
	  "fetchmailrc:2: fetchmail waits for its mda for ever" },
	{ ".fetchmailrc", "mda \"timeout -k 5 900 kvmdigest-mda\"\n", NULL },
	{ ".fetchmailrc", "mda \"timeout -s KILL -k 5 7 kvmdigest-mda\"\n",
	  "fetchmailrc:1: the time limit (timeout) is 7 s" },
	{ ".fetchmailrc", "mda '/usr/bin/timeout 960 /no/kvmdigest-mda'\n",
	  "there is no /no/kvmdigest-mda" },
	{ "etc/postfix/master.cf",
	  "a unix - - n - 4 pipe\n # x\n argv=/bin/sh -c\n\t"
	  "{kvmdigest-mda || exit 75}\n",
	  NULL },
	{ "etc/postfix/master.cf",
	  "b unix - - n - 4 smtp\na unix - - n - 4 pipe\n"
	  " user=x argv=/no/kvmdigest-mda\nc unix\n",
	  "master.cf:2: when the hook is killed, or not there, mail bounces" },
	{ "etc/postfix/master.cf",
	  "a unix - - n - 4 pipe\n argv=/bin/sh -c {timeout 3 "
	  "/no/kvmdigest-mda||exit 75}\n",
	  "master.cf:1: there is no /no/kvmdigest-mda" },
	{ "etc/postfix/master.cf",
	  "a unix - - n - 4 pipe\n argv=/bin/sh -c {timeout 3 kvmdigest-mda "
	  "|| exit 75}\n",
	  "master.cf:1: the time limit (timeout) is 3 s" },
	{ "etc/postfix/master.cf", "#a unix pipe argv=kvmdigest-mda\n\n",
	  NULL },
	{ ".fetchmailrc", "mda \"timeout -k 5 -v\"\n",
	  "fetchmail waits for its mda for ever" },
	{ ".dovecot.sieve", "x.pipe :try \"kvmdigest-mda\";", NULL },
	{ ".fetchmailrc", "#mda \"procmail\"\npoll mda.example.org\n", NULL },
};

static void test_check_recipes(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	const char *said;
	size_t i;

	make_dir(fix, "sieve");
	make_dir(fix, "etc");
	make_dir(fix, "etc/postfix");
	opts.home = fix->dir;
	opts.program = "/x/program";
	opts.etc = name_in(fix, "etc");
	for (i = 0; i < sizeof(recipes) / sizeof(recipes[0]); i++) {
		put(fix, recipes[i].file, recipes[i].text);
		said = check_run(fix, opts,
		                 recipes[i].finding == NULL ? KD_OK
		                                            : KD_CONFIG);
		if (recipes[i].finding != NULL)
			check_says(said, recipes[i].finding);
		assert_int_equal(unlink(name_in(fix, recipes[i].file)), 0);
	}
}

/* It is no loss: a word about it, and no more. */
static void test_check_copy_without_w(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;

	opts.home = fix->dir;
	put(fix, ".procmailrc", ":0 c # a copy\n| kvmdigest-mda\n");
	check_says(check_run(fix, opts, KD_OK), "note: ");
	check_says(check_run(fix, opts, KD_OK),
	           "does not see when the hook fails");
}

static void test_check_time_limits_of_dovecot(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;

	make_dir(fix, "dovecot");
	make_dir(fix, "dovecot/conf.d");
	make_dir(fix, "bin");
	put(fix, "bin/kvmdigest-mda", "#!/bin/sh\n");
	opts.home = fix->dir;
	opts.etc = fix->dir;
	put(fix, ".dovecot.sieve", "pipe :copy \"kvmdigest-mda\";");
	check_says(check_run(fix, opts, KD_CONFIG),
	           "sieve_pipe_bin_dir is not set, and scripts can run no "
	           "hook: copy dovecot-sieve.conf.sample to ");
	put(fix, "dovecot/conf.d/80-dir.conf",
	    kd_arena_printf(fix->arena, "sieve_pipe_bin_dir = %s/bin\n",
	                    fix->dir));
	check_says(check_run(fix, opts, KD_CONFIG),
	           "kvmdigest-mda cannot be run: sudo chmod a+rx ");
	assert_int_equal(chmod(name_in(fix, "bin/kvmdigest-mda"), 0700), 0);
	/* its own default is 10 seconds */
	(void)check_run(fix, opts, KD_OK);
	opts.deadline = 12;
	check_says(check_run(fix, opts, KD_CONFIG),
	           "sieve_pipe_exec_timeout is 10 s");
	put(fix, "dovecot/conf.d/90-sieve.conf",
	    "plugin {\n  sieve_pipe_exec_timeout = 1 min\n"
	    "  sieve_execute_exec_timeout = 3s\n}\n");
	check_says(check_run(fix, opts, KD_OK), "is 60 s");
	put(fix, "dovecot/dovecot.conf",
	    "sieve_pipe_exec_timeout = soon\nsieve_pipe_exec_timeout = 1h\n");
	check_says(check_run(fix, opts, KD_OK), "is 3600 s");
	put(fix, "dovecot/dovecot.conf", "sieve_pipe_exec_timeout=5000ms\n");
	check_says(check_run(fix, opts, KD_CONFIG), "is 5 s");
}

/* A file of conf/ with the hook of this test, in a place of etc or home. */
static void put_sample(struct fixture *fix, const char *sample,
                       const char *file)
{
	const char *name = kd_arena_printf(fix->arena, "%s/conf/%s",
	                                   getenv("KD_SOURCE"), sample);
	struct kd_bytes text = fixture_read(fix, name);
	const char *copy, *at;

	if (text.data == NULL)
		fail_msg("%s is missing", sample);
	copy = kd_arena_strndup(fix->arena, text.data, text.size);
	assert_non_null(copy);
	text = kd_bytes_of("");
	while ((at = strstr(copy, "/usr/local/")) != NULL) {
		text = kd_bytes_of(kd_arena_printf(fix->arena, "%s%.*s%s/",
		                                   text.data, (int)(at - copy),
		                                   copy, fix->dir));
		copy = at + strlen("/usr/local/");
	}
	put(fix, file, kd_arena_printf(fix->arena, "%s%s", text.data, copy));
}

/* What is shipped must pass, and be seen. */
static void test_check_samples(void **state)
{
	static const struct {
		const char *sample;
		const char *file;
	} samples[] = {
		{ "procmailrc.sample", ".procmailrc" },
		{ "procmailrc-defer.sample", ".procmailrc" },
		{ "mailfilter.sample", ".mailfilter" },
		{ "mailfilter-defer.sample", ".mailfilter" },
		{ "kvmdigest.sieve.sample", ".dovecot.sieve" },
		{ "fetchmailrc.sample", ".fetchmailrc" },
		{ "fetchmailrc-direct.sample", ".fetchmailrc" },
		{ "postfix-master.cf.sample", "postfix/master.cf" },
	};
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	size_t i;

	if (getenv("KD_SOURCE") == NULL)
		skip();
	for (i = 0; i < 6; i++)
		make_dir(fix, (const char *const[]){
				      "bin", "lib", "lib/kvmdigest", "dovecot",
				      "dovecot/conf.d", "postfix" }[i]);
	put(fix, "bin/kvmdigest-mda", "#!/bin/sh\n");
	assert_int_equal(chmod(name_in(fix, "bin/kvmdigest-mda"), 0700), 0);
	assert_int_equal(symlink("../../bin/kvmdigest-mda",
	                         name_in(fix, "lib/kvmdigest/kvmdigest-mda")),
	                 0);
	put_sample(fix, "dovecot-sieve.conf.sample",
	           "dovecot/conf.d/99-kvmdigest.conf");
	opts.home = fix->dir;
	opts.etc = fix->dir;
	for (i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		put_sample(fix, samples[i].sample, samples[i].file);
		check_says(check_run(fix, opts, KD_OK), samples[i].file);
	}
	assert_int_equal(unlink(name_in(fix, "lib/kvmdigest/kvmdigest-mda")),
	                 0);
	check_says(check_run(fix, opts, KD_CONFIG),
	           "lib/kvmdigest/kvmdigest-mda: sudo install -D ");
}

/* How one begins. */
static void test_check_no_recipe(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	const char *said;

	opts.home = fix->dir;
	opts.program = "/x/kvmdigest-mda";
	opts.list_id = "kvm-ppc.example.org";
	said = check_run(fix, opts, KD_OK);
	check_says(said, "printf ':0 wc\\n* ^List-ID:.*"
	                 "<kvm-ppc\\\\.example\\\\.org>\\n| "
	                 "/x/kvmdigest-mda\\n' >>");
	put(fix, ".procmailrc", ":0\ninbox\n");
	check_says(check_run(fix, opts, KD_OK),
	           "above those that file your mail");
	put(fix, ".mailfilter", "cc \"| kvmdigest-mda\"\nEXITCODE=0\n");
	assert_null(strstr(check_run(fix, opts, KD_OK), "no recipe"));
}

/* The file of a recipe that its agent does not read. */
static void test_check_mode_of_recipe(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;

	opts.home = fix->dir;
	put(fix, ".procmailrc", ":0\ninbox\n");
	assert_int_equal(chmod(name_in(fix, ".procmailrc"), 0646), 0);
	(void)check_run(fix, opts, KD_OK);
	put(fix, ".procmailrc", ":0 wc\n| kvmdigest-mda\n");
	assert_int_equal(chmod(name_in(fix, ".procmailrc"), 0646), 0);
	check_says(check_run(fix, opts, KD_PERM), "chmod o-w ");
	assert_int_equal(chmod(name_in(fix, ".procmailrc"), 0664), 0);
	(void)check_run(fix, opts, KD_OK);
	put(fix, ".fetchmailrc", "mda \"timeout 900 kvmdigest-mda\"\n");
	assert_int_equal(chmod(name_in(fix, ".fetchmailrc"), 0640), 0);
	check_says(check_run(fix, opts, KD_PERM), "chmod go-rwx ");
}

/* All else is looked at, too. */
static void test_check_configuration(void **state)
{
	struct fixture *fix = *state;
	struct kd_check_opts opts = check_plain;
	struct kd_error wrong = KD_ERROR_INIT;
	const char *said;

	opts.home = fix->dir;
	opts.conf_wrong = &wrong;
	(void)check_run(fix, opts, KD_OK);
	(void)kd_fail(&wrong, KD_CONFIG, "x.conf:3: report.top: expected");
	put(fix, ".procmailrc", ":0\n| kvmdigest-mda\n");
	said = check_run(fix, opts, KD_CONFIG);
	check_says(said, "wrong: x.conf:3: report.top: expected: no mail is "
	                 "stored until that is mended");
	check_says(said, "without the flag w");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_check_recipes),
		TEST(test_check_copy_without_w),
		TEST(test_check_time_limits_of_dovecot),
		TEST(test_check_samples),
		TEST(test_check_no_recipe),
		TEST(test_check_mode_of_recipe),
		TEST(test_check_configuration),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
