/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_spool.c - messages beside the store, on their way in and out.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <dirent.h>
#include <fcntl.h>

#include <cmocka.h>

#include "store/spool.h"
#include "tests/support/store_fixture.h"

static struct kd_spool_mail mail_of(const char *text, int64_t received)
{
	return (struct kd_spool_mail){
		.raw = kd_bytes_of(text),
		.received = received,
		.list_id = "kvm.example.org",
	};
}

static void put(struct fixture *fix, const struct kd_spool_mail *mail)
{
	assert_int_equal(kd_spool_put(fix->path, mail, &fix->err), KD_OK);
}

static struct kd_spool *open_spool(struct fixture *fix)
{
	struct kd_spool *spool = NULL;

	assert_int_equal(kd_spool_open(fix->path, &spool, &fix->err), KD_OK);
	return spool;
}

static void expect_count(struct fixture *fix, size_t waiting, size_t bad)
{
	struct kd_spool_count count = { .waiting = 99 };

	assert_int_equal(kd_spool_count(fix->path, &count, &fix->err), KD_OK);
	assert_int_equal(count.waiting, waiting);
	assert_int_equal(count.bad, bad);
}

/* The only file in that directory of the spool, "new" or "bad". */
static const char *only_name(const struct fixture *fix, const char *which)
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

/* A file in a directory of the spool. */
static const char *file(const struct fixture *fix, const char *which,
                        const char *name)
{
	return kd_arena_printf(fix->arena, "%s-spool/%s/%s", fix->path, which,
	                       name);
}

/* The directories, and nothing in them. */
static void make_spool(struct fixture *fix)
{
	struct kd_spool_mail mail = mail_of("x", 1);

	put(fix, &mail);
	assert_int_equal(unlink(file(fix, "new", only_name(fix, "new"))), 0);
}

static void expect_mode(const char *path, mode_t mode)
{
	struct stat sb;

	assert_int_equal(stat(path, &sb), 0);
	assert_int_equal(sb.st_mode & 07777, mode);
}

static void expect_mail(const struct kd_spool_mail *got,
                        const struct kd_spool_mail *want)
{
	assert_int_equal(got->raw.size, want->raw.size);
	assert_memory_equal(got->raw.data, want->raw.data, want->raw.size);
	assert_int_equal(got->received, want->received);
	if (want->list_id == NULL)
		assert_null(got->list_id);
	else
		assert_string_equal(got->list_id, want->list_id);
	assert_int_equal(got->large, want->large);
	assert_int_equal(got->size, want->size);
	assert_memory_equal(got->large_sha256, want->large_sha256,
	                    KD_HASH_SIZE);
}

/* --- In and out ------------------------------------------------------- */

static void test_spool_gives_back_what_was_put(void **state)
{
	static const char odd[] = "\0\n\xff kvmdigest-spool 1\r\n\n";
	struct fixture *fix = *state;
	struct kd_spool_mail mails[5], got;
	struct kd_spool *spool;
	size_t i;

	mails[0] = mail_of("Subject: one\n\nx\n", 1000);
	mails[1] = mail_of("", 1001);
	mails[1].raw = (struct kd_bytes){ odd, sizeof(odd) - 1 };
	mails[1].list_id = NULL;
	mails[2] = mail_of("Subject: large\n\n", 1002);
	mails[2].large = true;
	mails[2].size = (uint64_t)1 << 30;
	memset(mails[2].large_sha256, 0xa5, KD_HASH_SIZE);
	mails[3] = mails[2]; /* large, and no mail at all */
	mails[3].raw.size = 0;
	mails[3].received = 1003;
	mails[4] = mail_of("Subject: late\n\nx", 20000000000);
	/* the oldest comes first, whichever was put first */
	for (i = 5; i > 0; i--)
		put(fix, &mails[i - 1]);
	expect_count(fix, 5, 0);
	expect_mode(fixture_name(fix, "-spool"), 0700);
	expect_mode(file(fix, "tmp", ""), 0700);
	expect_mode(file(fix, "new", ""), 0700);
	expect_mode(file(fix, "bad", ""), 0700);

	spool = open_spool(fix);
	for (i = 0; i < 5; i++) {
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_tries(spool), 0);
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_OK);
		expect_mail(&got, &mails[i]);
		assert_int_equal(kd_spool_remove(spool, &fix->err), KD_OK);
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_NOTFOUND);
		assert_int_equal(kd_spool_remove(spool, &fix->err), KD_OK);
	}
	assert_false(kd_spool_next(spool));
	kd_spool_close(spool);
	expect_count(fix, 0, 0);
}

static void test_spool_file_is_what_the_header_says(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("Subject: one\n\nx\n", 1234567890);
	const char *want = "kvmdigest-spool 1 1234567890 kvm.example.org 16\n"
			   "Subject: one\n\nx\n";
	struct kd_bytes got;
	const char *name;

	put(fix, &mail);
	name = only_name(fix, "new");
	got = fixture_read(fix, file(fix, "new", name));
	assert_int_equal(got.size, strlen(want));
	assert_memory_equal(got.data, want, got.size);
	expect_mode(file(fix, "new", name), 0600);
	assert_int_equal(strncmp(name, "1234567890.", 11), 0);
}

static void test_spool_that_is_not_there(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool *spool;
	char line[200];

	expect_count(fix, 0, 0);
	assert_false(kd_spool_warning(fix->path, line, sizeof(line)));
	spool = open_spool(fix);
	assert_false(kd_spool_next(spool));
	kd_spool_close(spool);
	kd_spool_close(NULL);
	assert_int_equal(access(fixture_name(fix, "-spool"), F_OK), -1);
	/* its directory is made, as that of a store */
	(void)snprintf(fix->path, sizeof(fix->path), "%s/a/b/kvm.db", fix->dir);
	expect_count(fix, 0, 0);
	make_spool(fix);
	expect_mode(file(fix, "../..", "b"), 0700);
	expect_count(fix, 0, 0);
}

static void test_spool_warns(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("x", 1);
	char line[400];

	make_spool(fix);
	assert_false(kd_spool_warning(fix->path, line, sizeof(line)));
	put(fix, &mail);
	put(fix, &mail);
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "2 not in the store yet"));
	assert_non_null(strstr(line, "--drain"));
	assert_null(strstr(line, "bad/"));
	fixture_write(file(fix, "bad", "x"), kd_bytes_of("x"));
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "2 not in the store yet"));
	assert_non_null(strstr(line, "1 in bad/"));
	assert_non_null(strstr(line, fixture_name(fix, "-spool")));
	assert_int_equal(chmod(fix->dir, 0777), 0);
	assert_true(kd_spool_warning(fix->path, line, sizeof(line)));
	assert_non_null(strstr(line, "chmod"));
}

/* --- What does not belong there --------------------------------------- */

#define HASH "0123456789abcdefABCDEF6789abcdef0123456789abcdef0123456789abcdef"
#define LIST_300                                                               \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."     \
	"kvm.example.org.kvm.example.org.kvm.example.org.kvm.example.org."

static void test_spool_reads_no_other_file(void **state)
{
	static const struct {
		const char *text;
		enum kd_status want;
	} table[] = {
		{ "kvmdigest-spool 1 1 - 1\nx", KD_OK },
		{ "kvmdigest-spool 1 1 - 0 " HASH " 7\n", KD_OK },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7\nx", KD_OK },
		{ "kvmdigest-spool 1 1 - 0\n", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 2\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1\nxx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1\r\nx", KD_CORRUPT },
		{ "kvmdigest-spool 2 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 11 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool  1 1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 -1 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1  - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1  1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 \nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 9999999999999999999 - 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 a\tb 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 a\xff 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 " LIST_300 " 1\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH "\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7 \nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH " 7 8 9\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 " HASH "0 7\nx", KD_CORRUPT },
		{ "kvmdigest-spool 1 1 - 1 g" HASH " 7\nx", KD_CORRUPT },
		{ "Subject: x\n\nx\n", KD_CORRUPT },
		{ "\n", KD_CORRUPT },
		{ "x", KD_CORRUPT },
		{ "", KD_CORRUPT },
	};
	struct fixture *fix = *state;
	struct kd_spool_mail got;
	struct kd_spool *spool;
	size_t i;

	make_spool(fix);
	for (i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		fixture_write(file(fix, "new", "f"),
		              kd_bytes_of(table[i].text));
		spool = open_spool(fix);
		assert_true(kd_spool_next(spool));
		if (kd_spool_read(spool, fix->arena, &got, &fix->err) !=
		    table[i].want)
			fail_msg("row %zu: %s", i, table[i].text);
		kd_spool_close(spool);
	}
}

static void test_spool_puts_aside_what_is_none_of_ours(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail got;
	struct kd_spool *spool;
	size_t n = 0;
	int fd;

	make_spool(fix);
	assert_int_equal(symlink("/etc/passwd", file(fix, "new", "link")), 0);
	assert_int_equal(mkdir(file(fix, "new", "dir"), 0700), 0);
	assert_int_equal(mkfifo(file(fix, "new", "fifo"), 0600), 0);
	fixture_write(file(fix, "new", "empty"), kd_bytes_of(""));
	fd = open(file(fix, "new", "long"), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, KD_SPOOL_FILE_MAX + 1), 0);
	assert_int_equal(close(fd), 0);
	fixture_write(file(fix, "new", ".hidden"), kd_bytes_of("x"));
	/* what lies there already is not touched */
	fixture_write(file(fix, "bad", "empty"), kd_bytes_of("was here first"));

	spool = open_spool(fix);
	while (kd_spool_next(spool)) {
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_CORRUPT);
		assert_int_equal(kd_spool_put_aside(spool, &fix->err), KD_OK);
		n++;
	}
	kd_spool_close(spool);
	assert_int_equal(n, 5);
	expect_count(fix, 0, 6);
	assert_int_equal(fixture_read(fix, file(fix, "bad", "empty")).size, 14);
}

static void test_spool_counts_failures(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("x", 1);
	struct kd_spool *spool;
	const char *name;
	bool bad = true;
	int i;

	put(fix, &mail);
	name = only_name(fix, "new");
	/* the same name lies in bad from another time */
	fixture_write(file(fix, "bad",
	                   kd_arena_printf(fix->arena, "%s.3", name)),
	              kd_bytes_of("x"));
	for (i = 0; i < KD_SPOOL_TRIES_MAX; i++) {
		expect_count(fix, 1, 1);
		spool = open_spool(fix);
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_tries(spool), i);
		assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
		assert_int_equal(bad, i == KD_SPOOL_TRIES_MAX - 1);
		/* gone under its old name: nobody's fault */
		assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
		kd_spool_close(spool);
	}
	expect_count(fix, 0, 2);
}

static void test_spool_takes_what_failed_last(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mails[3] = { mail_of("a", 1), mail_of("b", 2),
		                          mail_of("c", 3) };
	struct kd_spool_mail got;
	struct kd_spool *spool;
	bool bad;
	int i;

	for (i = 0; i < 3; i++)
		put(fix, &mails[i]);
	spool = open_spool(fix);
	assert_true(kd_spool_next(spool));
	assert_int_equal(kd_spool_blame(spool, &bad, &fix->err), KD_OK);
	kd_spool_close(spool);
	spool = open_spool(fix);
	for (i = 1; i < 4; i++) {
		assert_true(kd_spool_next(spool));
		assert_int_equal(kd_spool_read(spool, fix->arena, &got,
		                               &fix->err),
		                 KD_OK);
		expect_mail(&got, &mails[i % 3]);
	}
	kd_spool_close(spool);
}

/* --- Limits ------------------------------------------------------------ */

static void test_spool_holds_so_many_files(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("x", 1);
	char name[32];
	int i, fd;

	make_spool(fix);
	for (i = 1; i < KD_SPOOL_FILES_MAX; i++) {
		(void)snprintf(name, sizeof(name), "%d", i);
		fd = open(file(fix, i % 2 == 0 ? "new" : "bad", name),
		          O_WRONLY | O_CREAT, 0600);
		assert_true(fd >= 0);
		assert_int_equal(close(fd), 0);
	}
	put(fix, &mail);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_NOSPACE);
	assert_non_null(strstr(fix->err.text, "-spool is full"));
}

static void test_spool_holds_so_many_bytes(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("1234567890", 1);
	struct kd_bytes all;
	const char *name;
	int fd;

	make_spool(fix);
	put(fix, &mail);
	name = file(fix, "new", only_name(fix, "new"));
	all = fixture_read(fix, name);
	fd = open(file(fix, "bad", "long"), O_WRONLY | O_CREAT, 0600);
	assert_true(fd >= 0);
	assert_int_equal(
		ftruncate(fd, KD_SPOOL_BYTES_MAX - 10 - (off_t)all.size), 0);
	put(fix, &mail);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_NOSPACE);
	assert_int_equal(close(fd), 0);
	expect_count(fix, 2, 1);
	mail.raw.size = KD_SPOOL_FILE_MAX;
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_TOOBIG);
}

static void test_spool_sweeps_what_the_dead_left(void **state)
{
	struct fixture *fix = *state;
	const struct timespec old[2] = { { .tv_sec = 1000 },
		                         { .tv_sec = 1000 } };

	make_spool(fix);
	fixture_write(file(fix, "tmp", "old"), kd_bytes_of("x"));
	fixture_write(file(fix, "tmp", "young"), kd_bytes_of("x"));
	fixture_write(file(fix, "bad", "old"), kd_bytes_of("x"));
	fixture_write(file(fix, "new", "old"), kd_bytes_of("x"));
	assert_int_equal(utimensat(AT_FDCWD, file(fix, "tmp", "old"), old, 0),
	                 0);
	assert_int_equal(utimensat(AT_FDCWD, file(fix, "bad", "old"), old, 0),
	                 0);
	assert_int_equal(utimensat(AT_FDCWD, file(fix, "new", "old"), old, 0),
	                 0);
	put(fix, &(struct kd_spool_mail){ .raw = kd_bytes_of("x") });
	assert_int_equal(access(file(fix, "tmp", "old"), F_OK), -1);
	assert_int_equal(access(file(fix, "tmp", "young"), F_OK), 0);
	expect_count(fix, 2, 1);
}

static void test_spool_directory_must_be_ours(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("x", 1);

	assert_int_equal(chmod(fix->dir, 0777), 0);
	assert_int_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_PERM);
	assert_int_equal(access(fixture_name(fix, "-spool"), F_OK), -1);
	assert_int_equal(chmod(fix->dir, 0700), 0);
	assert_int_equal(symlink("/tmp", fixture_name(fix, "-spool")), 0);
	assert_int_not_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_OK);
	assert_int_equal(unlink(fixture_name(fix, "-spool")), 0);
	fixture_write(fixture_name(fix, "-spool"), kd_bytes_of("x"));
	assert_int_not_equal(kd_spool_put(fix->path, &mail, &fix->err), KD_OK);
}

static void test_spool_cut_short_leaves_nothing(void **state)
{
	struct fixture *fix = *state;
	struct kd_spool_mail mail = mail_of("more than ten bytes", 1);
	void (*old)(int) = signal(SIGXFSZ, SIG_IGN);
	int status;
	pid_t pid;

	make_spool(fix);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		const struct rlimit ten = { .rlim_cur = 10, .rlim_max = 10 };

		if (setrlimit(RLIMIT_FSIZE, &ten) != 0)
			_exit(1);
		_exit(kd_spool_put(fix->path, &mail, NULL) == KD_OK ? 1 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	(void)signal(SIGXFSZ, old);
	assert_int_equal(status, 0);
	expect_count(fix, 0, 0);
	assert_int_equal(rmdir(file(fix, "tmp", "")), 0);
}

/* --- Who waits ---------------------------------------------------------- */

static void nap(void)
{
	const struct timespec ms = { .tv_nsec = 1000000 };

	(void)nanosleep(&ms, NULL);
}

/* A process that opens the store once *ret_gate is closed, and waits for it
 * until wait_ms are over; it exits with the status.  Begun before the store
 * is opened here: it would have the lock, too. */
static pid_t begin_waiter(struct fixture *fix, int64_t wait_ms, int *ret_gate)
{
	struct kd_store_opts opts = fixture_opts(fix, KD_STORE_DELIVER);
	struct kd_store *store = NULL;
	enum kd_status st;
	int gate[2];
	char byte;
	pid_t pid;

	assert_int_equal(pipe(gate), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		(void)close(gate[1]);
		if (read(gate[0], &byte, 1) != 0)
			_exit(98);
		opts.deadline_ms = kd_monotonic_ms() + wait_ms;
		st = kd_store_open(&opts, &store, NULL);
		/* nobody waits once the one who did has it */
		if (st == KD_OK && kd_store_is_wanted(store))
			_exit(99);
		kd_store_close(store);
		_exit((int)st);
	}
	(void)close(gate[0]);
	*ret_gate = gate[1];
	return pid;
}

static void test_store_knows_who_waits(void **state)
{
	struct fixture *fix = *state;
	int64_t end_ms = kd_monotonic_ms() + 10000;
	struct kd_store *store;
	int gate, status;
	pid_t pid;

	pid = begin_waiter(fix, 10000, &gate);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_false(kd_store_is_wanted(store));
	assert_int_equal(close(gate), 0);
	while (!kd_store_is_wanted(store) && kd_monotonic_ms() < end_ms)
		nap();
	assert_true(kd_store_is_wanted(store));
	kd_store_close(store);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);

	/* one who gave up is seen no longer */
	pid = begin_waiter(fix, 50, &gate);
	store = fixture_open(fix, KD_STORE_DELIVER);
	assert_int_equal(close(gate), 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), KD_BUSY);
	assert_false(kd_store_is_wanted(store));
	kd_store_close(store);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_spool_gives_back_what_was_put),
		TEST(test_spool_file_is_what_the_header_says),
		TEST(test_spool_that_is_not_there),
		TEST(test_spool_warns),
		TEST(test_spool_reads_no_other_file),
		TEST(test_spool_puts_aside_what_is_none_of_ours),
		TEST(test_spool_counts_failures),
		TEST(test_spool_takes_what_failed_last),
		TEST(test_spool_holds_so_many_files),
		TEST(test_spool_holds_so_many_bytes),
		TEST(test_spool_sweeps_what_the_dead_left),
		TEST(test_spool_directory_must_be_ours),
		TEST(test_spool_cut_short_leaves_nothing),
		TEST(test_store_knows_who_waits),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
