/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * letters.c - see letters.h.  Goes by the doors of the store.
 */
#include "tests/fault/letters.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/hash.h"
#include "store/import.h"
#include "store/large.h"
#include "store/repack.h"

enum { DEADLINE_MS = 5000, RECEIVED = 1700000000, BLOCK_SIZE = 20000 };

const struct kd_list letter_list = {
	.name = "KVM",
	.id = "kvm.example.org",
	.address = "kvm@example.org",
	.archive = "https://archive.example.org/kvm/%s",
};

/* Letters and digits that zstd cannot pack, other ones for each letter. */
char *letter_write_out(const struct letter *letter, struct kd_bytes *ret)
{
	uint64_t x = letter->size * 0x9E3779B97F4A7C15 + 1;
	char *raw = malloc(letter->size + 200);
	size_t used;
	size_t i;

	if (raw == NULL)
		abort();
	used = (size_t)snprintf(raw, 200,
	                        "From: Patch Author 1 <author1@example.org>\n"
	                        "Message-ID: <%s>\n\n",
	                        letter->id);
	for (i = 0; i < letter->size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		raw[used++] = (char)(i % 72 == 71 ? '\n' : 33 + x % 94);
	}
	ret->data = raw;
	ret->size = used;
	return raw;
}

enum kd_status letter_put_large(const char *path, struct kd_bytes raw,
                                unsigned char ret_sha256[KD_HASH_SIZE],
                                uint64_t *ret_size, struct kd_error *err)
{
	struct kd_bytes half = { .data = raw.data, .size = raw.size / 2 };
	struct kd_bytes rest = { .data = raw.data + half.size,
		                 .size = raw.size - half.size };
	struct kd_large *large = NULL;
	enum kd_status st;

	st = kd_large_begin(path, &large, err);
	if (st == KD_OK)
		st = kd_large_write(large, half, err);
	if (st == KD_OK)
		st = kd_large_write(large, rest, err);
	if (st == KD_OK)
		st = kd_large_commit(large, ret_sha256, ret_size, err);
	if (st != KD_OK)
		kd_large_abort(large);
	return st;
}

struct kd_message letter_message(const char *id, struct kd_bytes raw)
{
	struct kd_message msg = { .message_id = id };

	kd_hash(raw, msg.content_sha256);
	msg.subject.full = "[PATCH v2 1/3] KVM: a subject";
	msg.subject.title = "KVM: a subject";
	msg.subject.patch = true;
	msg.subject.version = 2;
	msg.subject.number = 1;
	msg.subject.total = 3;
	msg.kind = KD_KIND_PATCH;
	msg.sender.name = "Patch Author 1";
	msg.sender.email = "author1@example.org";
	msg.author = msg.sender;
	msg.has_date = true;
	msg.date = RECEIVED;
	return msg;
}

/* A letter on its way; it must not move. */
struct ready {
	struct kd_arriving arriving;
	struct kd_message msg;
	char *raw;
};

/* In every case the caller frees ret->raw. */
static enum kd_status make_ready(const struct letter *letter, const char *path,
                                 struct ready *ret, struct kd_error *err)
{
	struct kd_bytes raw;
	enum kd_status st = KD_OK;

	ret->raw = letter_write_out(letter, &raw);
	ret->msg = letter_message(letter->id, raw);
	ret->arriving =
		(struct kd_arriving){ .list = &letter_list, .raw = raw };
	ret->arriving.through_list = true;
	ret->arriving.msg = &ret->msg;
	ret->arriving.received = RECEIVED;
	if (letter->large) {
		ret->arriving.large = true;
		ret->arriving.raw.size = 64;
		st = letter_put_large(path, raw, ret->arriving.large_sha256,
		                      &ret->arriving.size, err);
	}
	return st;
}

static struct kd_store_opts opts_for(const char *path, enum kd_store_mode mode,
                                     bool journal_delete)
{
	struct kd_store_opts opts = { .path = path, .mode = mode };

	opts.journal_delete = journal_delete;
	opts.deadline_ms = kd_monotonic_ms() + DEADLINE_MS;
	return opts;
}

/* One that is emptied has no head, and may have all of its room. */
static enum kd_status expect_emptied(const char *path, struct kd_error *err)
{
	static const char nothing[32];
	char name[4096], head[sizeof(nothing)];
	FILE *log;
	size_t n;

	(void)snprintf(name, sizeof(name), "%s-wal", path);
	log = fopen(name, "rb");
	if (log == NULL)
		return kd_fail(err, KD_BUG, "no log");
	n = fread(head, 1, sizeof(head), log);
	(void)fclose(log);
	if (memcmp(head, nothing, n) != 0)
		return kd_fail(err, KD_BUG, "the log was not emptied");
	return KD_OK;
}

enum kd_status letter_deliver(const struct letter *letter, const char *path,
                              enum kd_store_mode mode, bool journal_delete,
                              enum kd_added *ret, struct kd_error *err)
{
	struct kd_store_opts opts = opts_for(path, mode, journal_delete);
	struct kd_store *store = NULL;
	struct ready ready;
	enum kd_status st;

	st = make_ready(letter, path, &ready, err);
	if (st == KD_OK)
		st = kd_store_open(&opts, &store, err);
	if (st == KD_OK)
		st = kd_store_add(store, &ready.arriving, ret, err);
	if (st == KD_OK)
		kd_store_trim_log(store);
	if (st == KD_OK && letter->trims && !journal_delete)
		st = expect_emptied(path, err);
	kd_store_close(store);
	free(ready.raw);
	return st;
}

enum kd_status letter_begin_import(const char *path, struct kd_store **ret,
                                   struct kd_error *err)
{
	struct kd_store_opts opts = opts_for(path, KD_STORE_WRITE, false);
	enum kd_status st;

	opts.bulk = true;
	st = kd_store_open(&opts, ret, err);
	if (st == KD_OK)
		kd_store_let_go(*ret);
	return st;
}

enum kd_status letter_import(const struct letter *letter, const char *path,
                             struct kd_store *store, bool last,
                             struct kd_error *err)
{
	static const struct kd_import import = { .source = "archive",
		                                 .how = "letters",
		                                 .most = 100,
		                                 .now = RECEIVED };
	struct kd_import_batch batch = { .import = &import, .n = 1 };
	enum kd_added added = KD_ADDED_NEW;
	struct ready ready;
	enum kd_status st;
	size_t at = 0;

	st = make_ready(letter, path, &ready, err);
	batch.rows = &ready.arriving;
	batch.position = letter->id;
	batch.ends = last;
	batch.until_ms = INT64_MAX;
	kd_store_set_deadline(store, kd_monotonic_ms() + DEADLINE_MS);
	if (st == KD_OK)
		st = kd_store_hold(store, err);
	if (st == KD_OK)
		st = kd_store_import(store, &batch, &at, &added, err);
	kd_store_let_go(store);
	free(ready.raw);
	return st;
}

static enum kd_status repack_all(struct kd_store *store, int64_t wait_ms,
                                 struct kd_error *err)
{
	const struct kd_repack_opts opts = { .wait_ms = wait_ms,
		                             .block_size = BLOCK_SIZE };
	struct kd_repack *repack = NULL;
	enum kd_status st;
	bool more = true;

	st = kd_repack_new(store, &opts, &repack, err);
	while (st == KD_OK && more)
		st = kd_repack_step(repack, &more, err);
	more = true;
	while (st == KD_OK && more)
		st = kd_repack_shrink(repack, &more, err);
	kd_repack_free(repack);
	return st;
}

enum kd_status letter_repack(const char *path, bool journal_delete,
                             int64_t wait_ms, struct kd_error *err)
{
	struct kd_store_opts opts =
		opts_for(path, KD_STORE_WRITE, journal_delete);
	struct kd_store *store = NULL;
	enum kd_status st;

	opts.deadline_ms = kd_monotonic_ms() + wait_ms;
	st = kd_store_open(&opts, &store, err);
	if (st == KD_OK)
		st = repack_all(store, wait_ms, err);
	kd_store_close(store);
	return st;
}

/* Is that letter there, in one of the variants of its Message-ID? */
static enum kd_status find(struct kd_store *store, const struct letter *letter,
                           struct kd_arena *arena, bool *ret,
                           struct kd_error *err)
{
	struct kd_scope all = { .kind = KD_SCOPE_ALL };
	struct kd_found found;
	struct kd_bytes raw;
	struct kd_bytes mine;
	char *text = letter_write_out(letter, &mine);
	enum kd_status st;
	int64_t variant;
	int n = 0;

	*ret = false;
	st = kd_store_find_message_id(store, letter->id, &all, &found, err);
	while (st == KD_OK && !*ret) {
		st = kd_store_variant(store, found.message, ++n, &variant, err);
		if (st == KD_OK)
			st = kd_store_raw(store, variant, arena, &raw, err);
		*ret = st == KD_OK && raw.size == mine.size &&
		       memcmp(raw.data, mine.data, mine.size) == 0;
	}
	free(text);
	/* a message has one variant at least */
	return st == KD_NOTFOUND && n != 1 ? KD_OK : st;
}

enum kd_status letter_find_all(const struct letter_expect *expect,
                               const char *path, bool *ret_there,
                               struct kd_error *err)
{
	struct kd_store_opts opts =
		opts_for(path, KD_STORE_DELIVER, expect->journal_delete);
	struct kd_arena *arena = kd_arena_new();
	struct kd_store *store = NULL;
	enum kd_status st;
	size_t i;

	if (arena == NULL)
		abort();
	st = kd_store_open(&opts, &store, err);
	for (i = 0; st == KD_OK && i < expect->n; i++)
		st = find(store, &expect->letters[i], arena, &ret_there[i],
		          err);
	kd_store_close(store);
	kd_arena_free(arena);
	return st;
}

static enum letter_verdict find_acked(const struct letter_expect *expect,
                                      const char *path, bool *ret_there,
                                      struct kd_error *err)
{
	size_t i;

	if (letter_find_all(expect, path, ret_there, err) != KD_OK)
		return letter_broken(err, "read");
	for (i = 0; i < expect->n; i++) {
		if (expect->acked[i] && !ret_there[i]) {
			(void)kd_fail(err, KD_CORRUPT, "a letter is lost");
			return LETTER_LOST;
		}
	}
	return LETTER_WELL;
}

static enum letter_verdict add_again(const struct letter_expect *expect,
                                     struct kd_store *store, const char *path,
                                     const bool *there, struct kd_error *err)
{
	enum kd_added added = KD_ADDED_LIST;
	enum kd_status st = KD_OK;
	struct ready ready;
	size_t i;

	for (i = 0; i < expect->n; i++) {
		st = make_ready(&expect->letters[i], path, &ready, err);
		if (st == KD_OK)
			st = kd_store_add(store, &ready.arriving, &added, err);
		free(ready.raw);
		if (st != KD_OK)
			return letter_broken(err, "deliver again");
		if (there[i] != (added == KD_ADDED_DUPLICATE)) {
			err->text[0] = '\0';
			return letter_broken(err,
			                     there[i] ? "stored twice"
			                              : "known, but not there");
		}
		if (expect->note != NULL)
			expect->note((int)i);
	}
	return LETTER_WELL;
}

/* With one handle, for it is done so often. */
static enum letter_verdict deliver_again(const struct letter_expect *expect,
                                         const char *path, const bool *there,
                                         struct kd_error *err)
{
	struct kd_store_opts opts =
		opts_for(path, KD_STORE_DELIVER, expect->journal_delete);
	enum letter_verdict verdict;
	struct kd_store *store = NULL;
	enum kd_added added = KD_ADDED_LIST;
	enum kd_status st;

	if (kd_store_open(&opts, &store, err) != KD_OK)
		return letter_broken(err, "open again");
	verdict = add_again(expect, store, path, there, err);
	if (verdict == LETTER_WELL)
		kd_store_trim_log(store);
	kd_store_close(store);
	if (verdict != LETTER_WELL)
		return verdict;
	st = letter_deliver(expect->next, path, KD_STORE_DELIVER,
	                    expect->journal_delete, &added, err);
	if (st != KD_OK || added != KD_ADDED_NEW)
		return letter_broken(err, "the next delivery");
	return LETTER_WELL;
}

enum letter_verdict letter_inspect(const struct letter_expect *expect,
                                   const char *path, struct kd_error *err)
{
	bool *there = calloc(expect->n, sizeof(*there));
	enum letter_verdict verdict;

	if (there == NULL)
		abort();
	verdict = find_acked(expect, path, there, err);
	if (verdict == LETTER_WELL)
		verdict = letter_check_file(path, err);
	if (verdict == LETTER_WELL)
		verdict = deliver_again(expect, path, there, err);
	if (verdict == LETTER_WELL)
		verdict = letter_check_file(path, err);
	free(there);
	return verdict;
}
