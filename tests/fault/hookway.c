/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hookway.c - see hookway.h.
 */
#include "tests/fault/hookway.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "mda/child.h"
#include "tests/fault/waiting.h"

enum { RECEIVED = 1700000000, SPOOL_MS = 8000, PATH_SIZE = 512, ROUNDS = 20 };

static bool no_parser;

bool hookway_is_poison(const char *id)
{
	return strncmp(id, HOOKWAY_POISON, strlen(HOOKWAY_POISON)) == 0;
}

/* In the place of the child. */
enum kd_status kd_child_parse(struct kd_bytes raw, int64_t received,
                              const struct kd_child_limits *limits,
                              struct kd_arena *arena, struct kd_message *ret,
                              struct kd_error *err)
{
	static const char begin[] = "Message-ID: <";
	const char *from = memmem(raw.data, raw.size, begin, strlen(begin));
	const char *end = NULL;
	char *id;

	(void)received;
	(void)limits;
	if (no_parser)
		return kd_fail(err, KD_NOMEM, "no parser");
	if (from != NULL) {
		from += strlen(begin);
		end = memchr(from, '>', raw.size - (size_t)(from - raw.data));
	}
	/* of a letter that a lying disk made rubbish of */
	if (end == NULL)
		return kd_fail(err, KD_BUG, "no letter");
	id = kd_arena_alloc(arena, (size_t)(end - from) + 1);
	if (id == NULL)
		abort();
	memcpy(id, from, (size_t)(end - from));
	id[end - from] = '\0';
	if (hookway_is_poison(id))
		return kd_fail(err, KD_BUG, "poison");
	*ret = letter_message(id, raw);
	return KD_OK;
}

/* Let the store be out of reach; the descriptor is the caller's. */
static int withhold(const char *path)
{
	char lock[PATH_SIZE];
	int fd;

	(void)snprintf(lock, sizeof(lock), "%.400s-lock", path);
	fd = open(lock, O_RDWR | O_CLOEXEC);
	if (fd < 0)
		no_parser = true;
	else if (flock(fd, LOCK_EX) != 0)
		abort();
	return fd;
}

static void give_back(int fd)
{
	no_parser = false;
	if (fd >= 0)
		(void)close(fd);
}

enum kd_status hookway_deliver(const struct letter *letter, const char *path,
                               const struct hookway_opts *opts,
                               struct kd_delivered *ret, struct kd_error *err)
{
	int64_t now_ms = kd_monotonic_ms();
	struct kd_deliver_opts how = {
		.store_path = path,
		.lists = &letter_list,
		.n_lists = 1,
		.list = &letter_list,
		.journal_delete = opts->journal_delete,
		.spool = opts->spool,
		.drain = true,
		.parse_until_ms = now_ms + SPOOL_MS,
		.store_until_ms =
			letter->waits ? now_ms : now_ms + opts->store_ms,
		.spool_until_ms = now_ms + SPOOL_MS,
	};
	struct kd_deliver_mail mail = { .large = letter->large };
	struct kd_arena *arena = kd_arena_new();
	char *raw = letter_write_out(letter, &mail.raw);
	enum kd_status st = KD_OK;
	int fd = -1;

	if (arena == NULL)
		abort();
	/* the order in which the spool gives them back */
	mail.received = RECEIVED + (int64_t)letter->size;
	if (letter->large)
		st = letter_put_large(path, mail.raw, mail.large_sha256,
		                      &mail.size, err);
	if (letter->waits)
		fd = withhold(path);
	if (st == KD_OK)
		st = kd_deliver(&how, &mail, arena, ret, err);
	if (letter->waits)
		give_back(fd);
	if (st == KD_OK)
		ret->message_id = NULL; /* the arena's */
	kd_arena_free(arena);
	free(raw);
	return st;
}

/* --- What must hold --------------------------------------------------- */

/* there[i]: in the store, or on its way there. */
static enum letter_verdict find_acked(const struct letter_expect *expect,
                                      const char *path, bool *there,
                                      struct kd_error *err)
{
	enum letter_verdict verdict = LETTER_WELL;
	struct waiting found;
	const char *id;
	size_t i;

	if (letter_find_all(expect, path, there, err) != KD_OK)
		return letter_broken(err, "read");
	found = waiting_look(expect->letters, expect->n, path);
	if (found.half > 0) {
		(void)kd_fail(err, KD_CORRUPT, "half a letter in the spool");
		verdict = LETTER_BROKEN;
	}
	for (i = 0; i < expect->n; i++) {
		id = expect->letters[i].id;
		if (found.aside[i] && !hookway_is_poison(id)) {
			(void)kd_fail(err, KD_CORRUPT, "<%s> is aside", id);
			verdict = LETTER_BROKEN;
		}
		there[i] = there[i] || found.waits[i];
		if (expect->acked[i] && !there[i] && !found.aside[i]) {
			(void)kd_fail(err, KD_CORRUPT, "<%s> is lost", id);
			verdict = LETTER_LOST;
			break;
		}
	}
	waiting_forget(&found);
	return verdict;
}

/* A new letter, and again until nothing waits that could go on. */
static enum letter_verdict deliver_next(const struct letter_expect *expect,
                                        const char *path,
                                        const struct hookway_opts *opts,
                                        struct kd_error *err)
{
	enum kd_added want = KD_ADDED_NEW;
	struct kd_delivered done;
	struct waiting found;
	size_t waiting = 1;
	int i;

	for (i = 0; i < ROUNDS && waiting > 0; i++) {
		if (hookway_deliver(expect->next, path, opts, &done, err) !=
		    KD_OK)
			return letter_broken(err, "the next delivery");
		if (done.spooled || done.added != want) {
			*err = done.why;
			return letter_broken(err, "the next is not as new");
		}
		want = KD_ADDED_DUPLICATE;
		found = waiting_look(expect->letters, expect->n, path);
		waiting = found.n;
		waiting_forget(&found);
	}
	err->text[0] = '\0';
	return waiting == 0 ? LETTER_WELL
	                    : letter_broken(err, "the spool is not drained");
}

static enum letter_verdict deliver_again(const struct letter_expect *expect,
                                         const char *path, const bool *there,
                                         const struct hookway_opts *opts,
                                         struct kd_error *err)
{
	struct kd_delivered done;
	struct letter letter;
	size_t i;

	for (i = 0; i < expect->n; i++) {
		letter = expect->letters[i];
		letter.waits = false;
		if (hookway_is_poison(letter.id))
			continue;
		if (hookway_deliver(&letter, path, opts, &done, err) != KD_OK)
			return letter_broken(err, "deliver again");
		if (done.spooled ||
		    there[i] != (done.added == KD_ADDED_DUPLICATE)) {
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

/* Each letter once, whatever else came next. */
static enum letter_verdict count(const struct letter_expect *expect,
                                 const char *path, struct kd_error *err)
{
	long variants = 0;
	long messages = 0;
	char want[80];
	char got[80];
	size_t i, k;

	for (i = 0; i < expect->n; i++) {
		if (hookway_is_poison(expect->letters[i].id))
			continue;
		variants++;
		for (k = 0; k < i; k++)
			if (strcmp(expect->letters[i].id,
			           expect->letters[k].id) == 0)
				break;
		messages += k == i ? 1 : 0;
	}
	(void)snprintf(want, sizeof(want), "%ld %ld %ld", variants, messages,
	               messages);
	letter_ask(path,
	           "SELECT count(DISTINCT v.id) || ' ' ||"
	           " count(DISTINCT m.id) || ' ' || count(DISTINCT a.rowid)"
	           " FROM message m JOIN variant v ON v.message = m.id"
	           " JOIN arrival a ON a.message = m.id"
	           " WHERE m.message_id NOT LIKE 'next-%'",
	           got, sizeof(got));
	if (strcmp(want, got) == 0)
		return LETTER_WELL;
	(void)kd_fail(err, KD_CORRUPT,
	              "variants, messages, arrivals: %s, not %s", got, want);
	return LETTER_BROKEN;
}

/* At the end all of them are there, and the poison where it was. */
static enum letter_verdict find_every(const struct letter_expect *expect,
                                      const char *path, bool *there,
                                      struct kd_error *err)
{
	struct letter_expect end = *expect;
	bool *must = calloc(expect->n, sizeof(*must));
	enum letter_verdict verdict;
	size_t i;

	if (must == NULL)
		abort();
	for (i = 0; i < expect->n; i++)
		must[i] = expect->acked[i] ||
		          !hookway_is_poison(expect->letters[i].id);
	end.acked = must;
	verdict = find_acked(&end, path, there, err);
	free(must);
	return verdict;
}

enum letter_verdict hookway_inspect(const struct letter_expect *expect,
                                    const char *path, struct kd_error *err)
{
	const struct hookway_opts opts = {
		.journal_delete = expect->journal_delete,
		.spool = true,
		.store_ms = 5000,
	};
	bool *there = calloc(expect->n, sizeof(*there));
	enum letter_verdict verdict;

	if (there == NULL)
		abort();
	verdict = find_acked(expect, path, there, err);
	if (verdict == LETTER_WELL)
		verdict = letter_check_file(path, err);
	if (verdict == LETTER_WELL)
		verdict = deliver_next(expect, path, &opts, err);
	if (verdict == LETTER_WELL)
		verdict = deliver_again(expect, path, there, &opts, err);
	if (verdict == LETTER_WELL)
		verdict = count(expect, path, err);
	if (verdict == LETTER_WELL)
		verdict = find_every(expect, path, there, err);
	if (verdict == LETTER_WELL)
		verdict = letter_check_file(path, err);
	free(there);
	return verdict;
}
