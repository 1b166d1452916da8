/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * find.c - a message by what a person calls it: Message-ID, id, position.
 */
#include <string.h>

#include "store/hash.h"
#include "store/internal.h"

enum {
	IDENT_SIZE = KD_ID_HEX_MAX / 2,
	ID_MIN = 4,    /* digits that a person must give */
	SHORT_MIN = 8, /* digits that a person is shown */
	NAMED_SIZE = 256,
	NAMED_MAX = 4,  /* ids that an error names */
	NAMED_MORE = 6, /* digits that it names beside those given */
};

/* Fill in ret, of which the message is known. */
static enum kd_status find_seq(struct kd_store *store, int64_t message,
                               const struct kd_scope *scope,
                               struct kd_found *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	kd_seq seq = 0;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_FIND_SEQ, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	/* In the other scopes it is where it first arrived. */
	kd_stmt_bind_text(&cur,
	                  scope->kind == KD_SCOPE_LIST ? scope->list_id : NULL);
	st = kd_stmt_number(&cur, 0, &seq, err);
	if (st == KD_OK && seq == 0)
		st = kd_fail(err, KD_CORRUPT,
		             "the store %s is damaged: a message has no "
		             "position",
		             store->place.path);
	if (st != KD_OK)
		return st;
	ret->message = message;
	ret->seq = seq;
	return KD_OK;
}

enum kd_status kd_store_find_message_id(struct kd_store *store,
                                        const char *message_id,
                                        const struct kd_scope *scope,
                                        struct kd_found *ret,
                                        struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t message = 0;
	enum kd_status st;

	st = kd_stmt_open(store, KD_STMT_FIND_ARRIVED, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_text(&cur, message_id);
	st = kd_stmt_number(&cur, 0, &message, err);
	if (st == KD_OK && message == 0)
		st = kd_fail(err, KD_NOTFOUND, "there is no message <%s>",
		             message_id);
	if (st != KD_OK)
		return st;
	return find_seq(store, message, scope, ret, err);
}

/* The lowest and the highest id that begin with the digits; false when
 * they are none. */
static bool bounds(const char *hex, unsigned char low[IDENT_SIZE],
                   unsigned char high[IDENT_SIZE])
{
	size_t len = strlen(hex);
	int digit, shift;
	size_t i;

	if (len < ID_MIN || len > KD_ID_HEX_MAX)
		return false;
	memset(low, 0x00, IDENT_SIZE);
	memset(high, 0xff, IDENT_SIZE);
	for (i = 0; i < len; i++) {
		digit = kd_hash_digit(hex[i]);
		if (digit < 0)
			return false;
		shift = i % 2 == 0 ? 4 : 0;
		low[i / 2] |= (unsigned char)(digit << shift);
		high[i / 2] &= (unsigned char)~((15 - digit) << shift);
	}
	return true;
}

/* What was found so far, and the ids of the first few in words. */
struct matches {
	int64_t message;
	int n;         /* different messages */
	size_t digits; /* of an id that is named */
	size_t used;
	char named[NAMED_SIZE];
};

static void append(struct matches *m, const char *s)
{
	size_t len = strlen(s);

	if (len < sizeof(m->named) - m->used) {
		memcpy(m->named + m->used, s, len + 1);
		m->used += len;
	}
}

static void add_match(struct matches *m, int64_t message, struct kd_bytes id)
{
	char hex[KD_ID_HEX_MAX + 1];

	if (m->n > 0 && m->message == message)
		return;
	m->message = message;
	m->n++;
	if (m->n > 1)
		append(m, ", ");
	if (m->n > NAMED_MAX) {
		append(m, "...");
		return;
	}
	kd_hash_hex((const unsigned char *)id.data,
	            id.size < IDENT_SIZE ? id.size : IDENT_SIZE, hex);
	hex[m->digits] = '\0';
	append(m, hex);
}

static enum kd_status match(struct kd_store *store,
                            const unsigned char low[IDENT_SIZE],
                            const unsigned char high[IDENT_SIZE],
                            struct matches *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	st = kd_stmt_open(store, KD_STMT_LIST_IDENTS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_blob(&cur, low, IDENT_SIZE);
	kd_stmt_bind_blob(&cur, high, IDENT_SIZE);
	while (st == KD_OK && more && ret->n <= NAMED_MAX) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			add_match(ret, kd_stmt_int(&cur, 1),
			          kd_stmt_blob(&cur, 0));
	}
	kd_stmt_close(&cur);
	return st;
}

enum kd_status kd_store_find_id(struct kd_store *store, const char *hex,
                                const struct kd_scope *scope,
                                struct kd_found *ret, struct kd_error *err)
{
	unsigned char low[IDENT_SIZE], high[IDENT_SIZE];
	struct matches found = { .n = 0 };
	enum kd_status st = KD_OK;

	found.digits = strlen(hex) + NAMED_MORE;
	if (found.digits > KD_ID_HEX_MAX)
		found.digits = KD_ID_HEX_MAX;
	if (bounds(hex, low, high))
		st = match(store, low, high, &found, err);
	if (st != KD_OK)
		return st;
	if (found.n == 0)
		return kd_fail(err, KD_NOTFOUND,
		               "there is no message with the id %s", hex);
	if (found.n > 1)
		return kd_fail(err, KD_AMBIGUOUS,
		               "the id %s is ambiguous: it could be %s", hex,
		               found.named);
	return find_seq(store, found.message, scope, ret, err);
}

/* How many leading digits the id has in common with its neighbour on one
 * side, 0 when there is none. */
static enum kd_status common_digits(struct kd_store *store, enum kd_stmt which,
                                    const unsigned char id[IDENT_SIZE],
                                    size_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	char mine[KD_ID_HEX_MAX + 1], other[KD_ID_HEX_MAX + 1];
	struct kd_bytes blob;
	enum kd_status st;
	bool found = false;
	size_t n = 0;

	st = kd_stmt_open(store, which, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_blob(&cur, id, IDENT_SIZE);
	st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		blob = kd_stmt_blob(&cur, 0);
		kd_hash_hex(id, IDENT_SIZE, mine);
		kd_hash_hex((const unsigned char *)blob.data,
		            blob.size < IDENT_SIZE ? blob.size : IDENT_SIZE,
		            other);
		while (n < KD_ID_HEX_MAX && mine[n] == other[n])
			n++;
	}
	kd_stmt_close(&cur);
	*ret = n;
	return st;
}

enum kd_status kd_store_short_id(struct kd_store *store, const char *message_id,
                                 char ret[KD_ID_HEX_MAX + 1],
                                 struct kd_error *err)
{
	unsigned char hash[KD_HASH_SIZE];
	size_t before = 0;
	size_t after = 0;
	size_t n = SHORT_MIN;
	enum kd_status st;

	kd_hash(kd_bytes_of(message_id), hash);
	st = common_digits(store, KD_STMT_PREVIOUS_IDENT, hash, &before, err);
	if (st == KD_OK)
		st = common_digits(store, KD_STMT_NEXT_IDENT, hash, &after,
		                   err);
	if (st != KD_OK)
		return st;
	if (before >= n)
		n = before + 1;
	if (after >= n)
		n = after + 1;
	if (n > KD_ID_HEX_MAX)
		n = KD_ID_HEX_MAX;
	kd_hash_hex(hash, IDENT_SIZE, ret);
	ret[n] = '\0';
	return KD_OK;
}
