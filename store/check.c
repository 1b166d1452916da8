/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - is a record what the store can keep?
 *
 * What the parser says of hostile mail is looked at as a whole before the
 * first row is written: no insert fails, and no span points outside, which
 * would be found out at reading, when it is too late.
 */
#include <string.h>

#include "store/internal.h"

enum {
	/* as in sql/ */
	LINE_MAX_SIZE = 262144, /* of the header */
	TREE_MAX = KD_URL_MAX,
};

static bool fits(struct kd_span span, uint64_t size)
{
	return span.offset <= size && span.size <= size - span.offset;
}

static bool is_short(const char *s, size_t max)
{
	return s == NULL || strnlen(s, max + 1) <= max;
}

static bool is_text(const char *s, size_t max)
{
	return s != NULL && is_short(s, max);
}

static bool is_number(int number)
{
	return number == KD_NUMBER_NONE || number >= 0;
}

static bool are_texts(const char *const *texts, size_t n, size_t n_max,
                      size_t size_max)
{
	size_t i;

	if (n > n_max)
		return false;
	for (i = 0; i < n; i++) {
		if (!is_text(texts[i], size_max))
			return false;
	}
	return true;
}

static bool is_place(const struct kd_arriving *arriving)
{
	const struct kd_message *msg = arriving->msg;
	uint64_t text =
		msg->text.data != NULL ? msg->text.size : msg->text_in_raw.size;
	uint64_t size = arriving->large ? arriving->size : arriving->raw.size;

	return (msg->text.data != NULL || fits(msg->text_in_raw, size)) &&
	       msg->header_size <= size && fits(msg->commit, text) &&
	       fits(msg->notes, text) && fits(msg->stat, text);
}

static bool is_subject(const struct kd_subject *subject)
{
	return is_text(subject->full, KD_SUBJECT_MAX) &&
	       is_text(subject->title, KD_SUBJECT_MAX) &&
	       is_short(subject->project, KD_SUBJECT_MAX) &&
	       is_number(subject->number) && is_number(subject->total);
}

static bool is_person(const struct kd_person *person)
{
	return is_short(person->name, LINE_MAX_SIZE) &&
	       is_short(person->email, LINE_MAX_SIZE);
}

static bool is_header(const struct kd_message *msg)
{
	return is_text(msg->message_id, KD_MESSAGE_ID_MAX) &&
	       msg->message_id[0] != '\0' && is_subject(&msg->subject) &&
	       is_short(msg->subject_line, LINE_MAX_SIZE) &&
	       is_short(msg->from_line, LINE_MAX_SIZE) &&
	       is_person(&msg->sender) && is_person(&msg->author);
}

static bool are_trailers(const struct kd_message *msg)
{
	size_t i;

	if (msg->n_trailers > KD_TRAILERS_MAX)
		return false;
	for (i = 0; i < msg->n_trailers; i++) {
		if (!is_text(msg->trailers[i].name, KD_TRAILERS_SIZE_MAX) ||
		    !is_text(msg->trailers[i].value, KD_TRAILERS_SIZE_MAX))
			return false;
	}
	return true;
}

/* A Message-ID that cannot be one is left out later, as of references. */
static bool are_links(const struct kd_message *msg)
{
	int relation;
	size_t i;

	if (msg->n_links > KD_LINKS_MAX)
		return false;
	for (i = 0; i < msg->n_links; i++) {
		relation = (int)msg->links[i].relation;
		if (relation < 1 || relation > KD_RELATION_MAX ||
		    msg->links[i].version < 0)
			return false;
	}
	return true;
}

static bool is_notice(const struct kd_message *msg)
{
	const struct kd_taken *taken;
	int fate = (int)msg->fate;
	size_t i;

	if (fate < 0 || fate >= KD_FATE_COUNT ||
	    !is_short(msg->tree, TREE_MAX) || msg->n_taken > KD_TITLES_MAX)
		return false;
	for (i = 0; i < msg->n_taken; i++) {
		taken = &msg->taken[i];
		if (!is_number(taken->number) ||
		    !is_short(taken->title, KD_TITLES_SIZE_MAX) ||
		    !is_short(taken->commit, KD_COMMIT_HEX_MAX))
			return false;
	}
	return true;
}

static bool is_body(const struct kd_message *msg)
{
	return is_short(msg->change_id, LINE_MAX_SIZE) &&
	       is_short(msg->base_commit, KD_COMMIT_HEX_MAX) &&
	       is_short(msg->pull_url, KD_URL_MAX) &&
	       is_short(msg->pull_ref, KD_URL_MAX) && are_trailers(msg) &&
	       are_links(msg) && is_notice(msg) &&
	       are_texts(msg->paths, msg->n_paths, KD_PATHS_MAX,
	                 KD_PATHS_SIZE_MAX) &&
	       are_texts(msg->titles, msg->n_titles, KD_TITLES_MAX,
	                 KD_TITLES_SIZE_MAX);
}

enum kd_status kd_content_check(const struct kd_arriving *arriving,
                                struct kd_error *err)
{
	if (!is_place(arriving))
		return kd_fail(err, KD_BUG,
		               "add a message: what was parsed does not fit "
		               "the bytes");
	if (!is_header(arriving->msg) || !is_body(arriving->msg))
		return kd_fail(err, KD_BUG,
		               "add a message: what was parsed is over a "
		               "limit");
	return KD_OK;
}
