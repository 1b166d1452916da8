/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_fixture.c - see store_fixture.h.
 */
#include "tests/support/store_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <ftw.h>

#include <cmocka.h>
#include <sqlite3.h>

#include "store/hash.h"

const struct kd_list fixture_kvm = {
	.name = "KVM",
	.id = "kvm.example.org",
	.address = "kvm@example.org",
	.archive = "https://archive.example.org/kvm/%s",
};

const struct kd_list fixture_ppc = {
	.name = "PPC",
	.id = "ppc.example.org",
	.address = "ppc@example.org",
	.archive = "https://archive.example.org/ppc/%s",
};

int fixture_setup(void **state)
{
	const char *tmp = getenv("TMPDIR");
	struct fixture *fix = calloc(1, sizeof(*fix));

	assert_non_null(fix);
	(void)snprintf(fix->dir, sizeof(fix->dir), "%s/kd-store-XXXXXX",
	               tmp == NULL || strlen(tmp) > 64 ? "/tmp" : tmp);
	assert_non_null(mkdtemp(fix->dir));
	(void)snprintf(fix->path, sizeof(fix->path), "%s/kvm.db", fix->dir);
	fix->arena = kd_arena_new();
	assert_non_null(fix->arena);
	*state = fix;
	return 0;
}

static int remove_one(const char *path, const struct stat *sb, int type,
                      struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

int fixture_teardown(void **state)
{
	struct fixture *fix = *state;

	(void)chmod(fix->dir, 0700);
	assert_int_equal(nftw(fix->dir, remove_one, 8, FTW_DEPTH | FTW_PHYS),
	                 0);
	kd_arena_free(fix->arena);
	free(fix);
	return 0;
}

const char *fixture_name(const struct fixture *fix, const char *suffix)
{
	const char *name =
		kd_arena_printf(fix->arena, "%s%s", fix->path, suffix);

	assert_non_null(name);
	return name;
}

struct kd_bytes fixture_read(const struct fixture *fix, const char *path)
{
	struct kd_bytes bytes = { .data = NULL };
	FILE *file = fopen(path, "rb");
	struct stat sb;
	char *data;

	if (file == NULL)
		return bytes;
	assert_int_equal(fstat(fileno(file), &sb), 0);
	data = kd_arena_alloc(fix->arena, (size_t)sb.st_size + 1);
	assert_non_null(data);
	bytes.data = data;
	bytes.size = fread(data, 1, (size_t)sb.st_size, file);
	assert_int_equal(bytes.size, sb.st_size);
	assert_int_equal(fclose(file), 0);
	return bytes;
}

void fixture_write(const char *path, struct kd_bytes bytes)
{
	FILE *file = fopen(path, "wb");

	assert_non_null(file);
	assert_int_equal(fwrite(bytes.data, 1, bytes.size, file), bytes.size);
	assert_int_equal(fclose(file), 0);
}

struct kd_store_opts fixture_opts(const struct fixture *fix,
                                  enum kd_store_mode mode)
{
	struct kd_store_opts opts = { .path = fix->path, .mode = mode };

	opts.deadline_ms = kd_monotonic_ms() + 10000;
	return opts;
}

/* What stands at fix->path with these behind it, of an empty store; and what
 * a store is made of under another name. */
static const char *const parts[] = { "", "-wal", "-lock", "-new" };
enum { PARTS = sizeof(parts) / sizeof(parts[0]) };

/* For all tests of a program; nobody frees it. */
static struct kd_bytes made[PARTS];
static bool anew;

void fixture_make_anew(void)
{
	anew = true;
}

static bool is_nothing_there(const struct fixture *fix)
{
	struct stat sb;
	int i;

	for (i = 0; i < PARTS; i++) {
		if (lstat(fixture_name(fix, parts[i]), &sb) == 0)
			return false;
	}
	return true;
}

static void keep_made(const struct fixture *fix)
{
	struct kd_bytes bytes;
	char *copy;
	int i;

	for (i = 0; i < PARTS; i++) {
		bytes = fixture_read(fix, fixture_name(fix, parts[i]));
		if (bytes.data == NULL)
			continue;
		copy = malloc(bytes.size + 1);
		assert_non_null(copy);
		memcpy(copy, bytes.data, bytes.size);
		made[i] = (struct kd_bytes){ .data = copy, .size = bytes.size };
	}
	assert_non_null(made[0].data);
}

static void lay_made(const struct fixture *fix)
{
	const char *name;
	int i;

	for (i = 0; i < PARTS; i++) {
		if (made[i].data == NULL)
			continue;
		name = fixture_name(fix, parts[i]);
		fixture_write(name, made[i]);
		assert_int_equal(chmod(name, 0600), 0);
	}
}

static struct kd_store *open_it(struct fixture *fix, enum kd_store_mode mode)
{
	struct kd_store_opts opts = fixture_opts(fix, mode);
	struct kd_store *store = NULL;

	if (kd_store_open(&opts, &store, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	return store;
}

struct kd_store *fixture_open(struct fixture *fix, enum kd_store_mode mode)
{
	if (!anew && mode == KD_STORE_DELIVER && is_nothing_there(fix)) {
		if (made[0].data == NULL) {
			kd_store_close(open_it(fix, mode));
			keep_made(fix);
		} else {
			lay_made(fix);
		}
	}
	return open_it(fix, mode);
}

struct kd_arriving fixture_arriving(const struct fixture *fix,
                                    const char *message_id, const char *content,
                                    int64_t received)
{
	struct kd_message *msg = kd_arena_alloc(fix->arena, sizeof(*msg));
	struct kd_arriving arriving = { .msg = msg };

	assert_non_null(msg);
	msg->message_id = message_id;
	kd_hash(kd_bytes_of(content), msg->content_sha256);
	msg->subject.full = content;
	msg->subject.title = content;
	msg->subject.version = 1;
	msg->subject.number = KD_NUMBER_NONE;
	msg->subject.total = KD_NUMBER_NONE;
	msg->sender.name = "Patch Author 1";
	msg->sender.email = "author1@example.org";
	msg->author = msg->sender;
	msg->has_date = true;
	msg->date = received - 5;
	arriving.raw = kd_bytes_of(kd_arena_printf(
		fix->arena, "Message-ID: <%s>\n\n%s\n", message_id, content));
	arriving.list = &fixture_kvm;
	arriving.through_list = true;
	arriving.received = received;
	return arriving;
}

struct kd_message *fixture_message(struct kd_arriving *arriving)
{
	/* made by fixture_arriving(), where it is not const */
	union {
		const struct kd_message *in;
		struct kd_message *out;
	} msg = { .in = arriving->msg };

	return msg.out;
}

enum kd_added fixture_add(struct fixture *fix, struct kd_store *store,
                          const struct kd_arriving *arriving)
{
	enum kd_added added = KD_ADDED_DUPLICATE;

	if (kd_store_add(store, arriving, &added, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	return added;
}

int64_t fixture_query(const struct fixture *fix, const char *sql)
{
	sqlite3_stmt *stmt = NULL;
	sqlite3 *db = NULL;
	int64_t number;

	assert_int_equal(sqlite3_open_v2(fix->path, &db, SQLITE_OPEN_READONLY,
	                                 NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL),
	                 SQLITE_OK);
	assert_int_equal(sqlite3_step(stmt), SQLITE_ROW);
	number = sqlite3_column_int64(stmt, 0);
	(void)sqlite3_finalize(stmt);
	(void)sqlite3_close(db);
	return number;
}

void fixture_change(const struct fixture *fix, const char *sql)
{
	sqlite3 *db = NULL;
	char *why = NULL;

	assert_int_equal(sqlite3_open(fix->path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db,
	                              "PRAGMA ignore_check_constraints = ON",
	                              NULL, NULL, NULL),
	                 SQLITE_OK);
	if (sqlite3_exec(db, sql, NULL, NULL, &why) != SQLITE_OK)
		fail_msg("%s: %s", sql, why);
	assert_int_equal(sqlite3_close(db), SQLITE_OK);
}

void fixture_make(struct fixture *fix)
{
	kd_store_close(fixture_open(fix, KD_STORE_DELIVER));
}

void fixture_expect_failure(struct fixture *fix, enum kd_store_mode mode,
                            enum kd_status want)
{
	struct kd_store_opts opts = fixture_opts(fix, mode);
	struct kd_store *store = NULL;
	enum kd_status st;

	opts.deadline_ms = kd_monotonic_ms() + 100;
	fix->err.status = KD_OK;
	fix->err.text[0] = '\0';
	st = kd_store_open(&opts, &store, &fix->err);
	if (st != want)
		print_error("mode %d: %s\n", (int)mode, fix->err.text);
	assert_int_equal(st, want);
	assert_int_equal(fix->err.status, want);
	assert_non_null(strstr(fix->err.text, fix->dir));
	assert_null(store);
}

void fixture_expect_same(const struct fixture *fix, const char *path,
                         struct kd_bytes before)
{
	struct kd_bytes after = fixture_read(fix, path);

	assert_int_equal(after.data == NULL, before.data == NULL);
	assert_int_equal(after.size, before.size);
	if (before.size > 0)
		assert_memory_equal(after.data, before.data, before.size);
}

struct kd_posted fixture_get(struct fixture *fix, struct kd_store *store,
                             const char *message_id)
{
	static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct kd_found found = { .message = 0 };
	struct kd_posted row = { .message = 0 };

	assert_int_equal(kd_store_find_message_id(store, message_id, &all,
	                                          &found, &fix->err),
	                 KD_OK);
	assert_int_equal(kd_store_get(store, found.message, fix->arena, &row,
	                              &fix->err),
	                 KD_OK);
	assert_int_equal(row.seq, found.seq);
	return row;
}

bool fixture_next_order(int *order, int n)
{
	int i = n - 2;
	int j = n - 1;
	int swap, k;

	while (i >= 0 && order[i] > order[i + 1])
		i--;
	if (i < 0)
		return false;
	while (order[j] < order[i])
		j--;
	swap = order[i];
	order[i] = order[j];
	order[j] = swap;
	for (k = 1; i + k < n - k; k++) {
		swap = order[i + k];
		order[i + k] = order[n - k];
		order[n - k] = swap;
	}
	return true;
}
