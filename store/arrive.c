/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * arrive.c - the order of messages: what arrives gets the next position, or
 * one of those in front that an import has for old mail.
 *
 * It knows of a message nothing but its row and its time.
 */
#include "store/arrive.h"

enum kd_status kd_arrive_known(struct kd_store *store, int64_t list,
                               int64_t message, bool *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool more = true;

	*ret = false;
	st = kd_stmt_open(store, KD_STMT_LIST_ARRIVALS, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, message);
	while (st == KD_OK && more && !*ret) {
		st = kd_stmt_next(&cur, &more, err);
		if (st == KD_OK && more)
			*ret = list == 0 || kd_stmt_int(&cur, 0) == list;
	}
	kd_stmt_close(&cur);
	return st;
}

static enum kd_status put_arrival(struct kd_store *store, kd_seq seq,
                                  int64_t list, int64_t message,
                                  int64_t received, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st = kd_stmt_open(store, KD_STMT_ADD_ARRIVAL, &cur, err);

	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, seq);
	kd_stmt_bind_int(&cur, list);
	kd_stmt_bind_int(&cur, message);
	kd_stmt_bind_int(&cur, received);
	return kd_stmt_run(&cur, err);
}

/* Old mail; in order of the archive, and of time. */
static enum kd_status add_in_front(struct kd_store *store, int64_t list,
                                   const struct kd_incoming *in,
                                   struct kd_error *err)
{
	struct kd_front *front = in->front;
	int64_t received = in->arriving->received;

	if (received > front->ceiling)
		received = front->ceiling;
	if (received < front->floor)
		received = front->floor;
	front->floor = received;
	return put_arrival(store, front->next++, list, in->message, received,
	                   err);
}

/* Behind the newest arrival, and not before it in time either: so that a
 * time is a position, whatever the clock does. */
enum kd_status kd_arrive(struct kd_store *store, int64_t list,
                         const struct kd_incoming *in, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	int64_t received = in->arriving->received;
	kd_seq seq = KD_FIRST_SEQ;
	enum kd_status st;
	bool found = false;

	if (in->front != NULL && received < in->front->boundary &&
	    in->front->next <= in->front->last)
		return add_in_front(store, list, in, err);

	st = kd_stmt_open(store, KD_STMT_NEWEST_ARRIVAL, &cur, err);
	if (st == KD_OK)
		st = kd_stmt_next(&cur, &found, err);
	if (st == KD_OK && found) {
		if (kd_stmt_int(&cur, 0) >= seq)
			seq = kd_stmt_int(&cur, 0) + 1;
		if (kd_stmt_int(&cur, 1) > received)
			received = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	if (st != KD_OK)
		return st;
	return put_arrival(store, seq, list, in->message, received, err);
}
