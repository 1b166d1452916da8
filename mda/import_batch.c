/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * import_batch.c - from the source: which messages are wanted, and when
 * they arrived.
 */
#include <stdlib.h>
#include <string.h>

#include "mda/fields.h"
#include "mda/headers.h"
#include "mda/import_internal.h"

enum { FILL_MS = 1000 }; /* what a slow source had by then goes on alone */

void kd_import_parcel_free(struct kd_import_parcel *parcel)
{
	if (parcel != NULL)
		kd_arena_free(parcel->pool.arena);
	free(parcel);
}

static struct kd_import_parcel *new_parcel(void)
{
	struct kd_import_parcel *ret = calloc(1, sizeof(*ret));

	if (ret == NULL)
		return NULL;
	ret->pool.arena = kd_arena_new();
	if (ret->pool.arena == NULL) {
		free(ret);
		return NULL;
	}
	return ret;
}

void kd_import_fault(struct kd_importing *im, const char *text)
{
	im->counts->unreadable++;
	if (im->opts->fault != NULL)
		im->opts->fault(im->opts->payload, text);
}

/* The time in the newest Received field. */
static bool received_field(struct kd_bytes raw, int64_t *ret)
{
	struct kd_headers headers;
	struct kd_bytes value;
	const char *semicolon;

	kd_headers_find(raw, &headers);
	if (!kd_headers_get(&headers, "Received", &value))
		return false;
	semicolon = memrchr(value.data, ';', value.size);
	if (semicolon == NULL)
		return false;
	value.size -= (size_t)(semicolon + 1 - value.data);
	value.data = semicolon + 1;
	return kd_field_date(value, ret);
}

/* The archive's time, the first that there is (interface.md); nothing has
 * arrived in the future. */
static int64_t arrival_of(const struct kd_importing *im,
                          const struct kd_source_mail *mail)
{
	int64_t ret = im->opts->now;

	if (mail->has_time)
		ret = mail->time;
	else if (!received_field(mail->raw, &ret) && mail->file_time != 0)
		ret = mail->file_time;
	return ret < im->opts->now ? ret : im->opts->now;
}

static bool is_wanted(struct kd_importing *im, struct kd_bytes raw,
                      struct kd_arriving *ret_place)
{
	kd_deliver_place(&im->deliver, raw, ret_place);
	if (ret_place->list == NULL)
		im->counts->unlisted++;
	return ret_place->list != NULL || !im->opts->unlisted_skip;
}

/* The source keeps nothing for longer than the next message. */
static enum kd_status keep(struct kd_import_parcel *parcel,
                           const struct kd_source_mail *mail,
                           const struct kd_arriving *place,
                           struct kd_error *err)
{
	struct kd_arena *arena = parcel->pool.arena;
	struct kd_import_mail *ret = &parcel->mails[parcel->n];
	struct kd_pool_mail *pooled = &parcel->pool.mails[parcel->pool.n];

	*ret = (struct kd_import_mail){
		.received = place->received,
		.list = place->list,
		.through_list = place->through_list,
	};
	ret->raw.data =
		kd_arena_strndup(arena,
	                         mail->raw.size == 0 ? "" : mail->raw.data,
	                         mail->raw.size);
	ret->raw.size = mail->raw.size;
	ret->where = kd_arena_strdup(arena, mail->where);
	if (mail->commit != NULL)
		ret->commit = (const unsigned char *)kd_arena_strndup(
			arena, (const char *)mail->commit, KD_COMMIT_SIZE);
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->pooled = mail->raw.size <= KD_POOL_BYTES_MAX - parcel->pool_bytes;
	if (ret->pooled) {
		*pooled = (struct kd_pool_mail){ .raw = ret->raw,
			                         .received = ret->received };
		parcel->pool.n++;
		parcel->pool_bytes += mail->raw.size;
	}
	parcel->huge = parcel->huge || mail->raw.size > KD_IMPORT_HUGE;
	parcel->n++;
	return KD_OK;
}

static enum kd_status take(struct kd_importing *im,
                           struct kd_import_parcel *parcel,
                           const struct kd_source_mail *mail,
                           struct kd_error *err)
{
	struct kd_arriving place = { .list = NULL };
	struct kd_error why = KD_ERROR_INIT;

	parcel->done = mail->done;
	if (mail->too_long)
		(void)kd_fail(&why, KD_TOOBIG, "%s: over %d MiB", mail->where,
		              KD_SOURCE_MAIL_MAX >> 20);
	else if (mail->unreadable)
		why = mail->why;
	else if (mail->raw.size == 0)
		(void)kd_fail(&why, KD_NOTMAIL, "%s: it is empty", mail->where);
	if (why.status != KD_OK) {
		kd_import_fault(im, why.text);
		return KD_OK;
	}
	im->counts->read++;
	if (!is_wanted(im, mail->raw, &place))
		return KD_OK;
	place.received = arrival_of(im, mail);
	return keep(parcel, mail, &place, err);
}

static enum kd_status note_position(const struct kd_importing *im,
                                    struct kd_import_parcel *parcel,
                                    struct kd_error *err)
{
	const char *position = kd_source_position(im->source);

	if (position == NULL)
		return KD_OK;
	parcel->position = kd_arena_strdup(parcel->pool.arena, position);
	if (parcel->position == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	return KD_OK;
}

static bool is_full(const struct kd_import_parcel *parcel, int64_t end_ms)
{
	return parcel->huge || parcel->pool_bytes >= KD_IMPORT_BYTES ||
	       (parcel->n > 0 && kd_monotonic_ms() >= end_ms);
}

enum kd_status kd_import_parcel_read(struct kd_importing *im,
                                     struct kd_import_parcel **ret,
                                     struct kd_error *err)
{
	struct kd_import_parcel *parcel = new_parcel();
	int64_t end_ms = kd_monotonic_ms() + FILL_MS;
	struct kd_error why = KD_ERROR_INIT;
	struct kd_source_mail mail;
	enum kd_status st = KD_OK;
	bool more = true;

	*ret = NULL;
	if (parcel == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (size_t i = 0; i < KD_POOL_MAILS_MAX && !is_full(parcel, end_ms);
	     i++) {
		st = kd_source_next(im->source, &mail, &more, err);
		if (st != KD_OK || !more)
			break;
		st = take(im, parcel, &mail, err);
		if (st != KD_OK)
			break;
		/* here, for a slow source: it fills no parcel for long */
		if (im->opts->progress != NULL)
			im->opts->progress(im->opts->payload, im->counts);
	}
	parcel->ends = st == KD_OK && !more;
	/* also where the source broke off: what came before is good */
	if (note_position(im, parcel, &why) != KD_OK && st == KD_OK)
		st = kd_fail(err, why.status, "%s", why.text);
	if (st == KD_NOMEM) {
		kd_import_parcel_free(parcel);
		return st;
	}
	*ret = parcel;
	return st;
}
