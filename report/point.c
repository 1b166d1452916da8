/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * point.c - POINT and RANGE of the command line: words to positions in
 * the order of arrival.  Knows no mail, no layout.
 */
#include "report/point.h"

#include <string.h>

#include "report/when.h"

enum { ID_HEX_MIN = 4, DAY_SECONDS = 86400 };

/* Words that mean a point of their own. */
static const char *const reserved[] = { "latest", "start", "now", "today",
	                                "yesterday" };

enum kd_status kd_range_split(const char *text, struct kd_arena *arena,
                              struct kd_range_text *ret, struct kd_error *err)
{
	const char *dots = NULL;
	char *from, *to;

	if (text[0] == '<') {
		const char *end = strchr(text, '>');

		if (end != NULL && strncmp(end + 1, "..", 2) == 0)
			dots = end + 1;
	} else {
		dots = strstr(text, "..");
	}
	if (dots == NULL)
		return kd_fail(err, KD_USAGE,
		               "'%s' is no RANGE: it is written FROM..TO, "
		               "FROM.. or ..TO",
		               text);
	if (dots[2] == '.')
		return kd_fail(err, KD_USAGE,
		               "'%s': a RANGE has two dots, FROM..TO", text);
	if (dots == text && dots[2] == '\0')
		return kd_fail(err, KD_USAGE,
		               "'..' has no end: for all of the store write "
		               "start..latest");
	from = kd_arena_strndup(arena, text, (size_t)(dots - text));
	to = kd_arena_strdup(arena, dots + 2);
	if (from == NULL || to == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	ret->from = from[0] != '\0' ? from : NULL;
	ret->to = to[0] != '\0' ? to : NULL;
	return KD_OK;
}

const char *kd_point_word(size_t i)
{
	return i < sizeof(reserved) / sizeof(reserved[0]) ? reserved[i] : NULL;
}

static bool name_is_reserved(const char *name)
{
	for (size_t i = 0; i < sizeof(reserved) / sizeof(reserved[0]); i++) {
		if (kd_strcmp_nocase(name, reserved[i]) == 0)
			return true;
	}
	return false;
}

/* 1 to 64 of A-Z a-z 0-9 . _ -, a letter or digit first, no "..". */
static bool name_is_shaped(const char *name)
{
	size_t n = strlen(name);

	if (n < 1 || n > KD_MARKER_NAME_MAX || strstr(name, "..") != NULL)
		return false;
	if (!kd_is_alpha(name[0]) && !kd_is_digit(name[0]))
		return false;
	for (const char *s = name; *s != '\0'; s++) {
		if (!kd_is_alpha(*s) && !kd_is_digit(*s) &&
		    strchr("._-", *s) == NULL)
			return false;
	}
	return true;
}

enum kd_status kd_marker_name_check(const char *name, struct kd_error *err)
{
	if (name_is_reserved(name))
		return kd_fail(err, KD_USAGE,
		               "'%s' cannot be a marker: the word has a "
		               "meaning of its own",
		               name);
	if (!name_is_shaped(name))
		return kd_fail(err, KD_USAGE,
		               "'%s' cannot be a marker: a name is 1 to %d of "
		               "A-Z a-z 0-9 . _ -, begins with a letter or "
		               "digit and has no '..'",
		               name, KD_MARKER_NAME_MAX);
	return KD_OK;
}

/* A Message-ID, or an id: of a message that the store has. */
static enum kd_status at_message(const struct kd_found *found,
                                 struct kd_point *ret)
{
	ret->seq = found->seq;
	ret->message = found->message;
	return KD_OK;
}

static enum kd_status try_marker(const struct kd_view *view, const char *text,
                                 struct kd_point *ret, struct kd_error *err)
{
	struct kd_marker marker;
	enum kd_status st;

	if (!name_is_shaped(text) || name_is_reserved(text))
		return KD_NOTFOUND;
	st = kd_store_marker(view->store, text, &marker, err);
	if (st == KD_OK)
		ret->seq = marker.seq;
	return st;
}

static enum kd_status try_word(const struct kd_view *view, const char *text,
                               struct kd_point *ret, struct kd_error *err)
{
	if (kd_strcmp_nocase(text, "latest") == 0)
		return kd_store_latest(view->store, &view->scope, &ret->seq,
		                       err);
	if (kd_strcmp_nocase(text, "start") != 0)
		return KD_NOTFOUND;
	ret->seq = kd_store_start();
	return KD_OK;
}

static enum kd_status find_message_id(const struct kd_view *view,
                                      const char *id, size_t size,
                                      struct kd_point *ret,
                                      struct kd_error *err)
{
	char *copy = kd_arena_strndup(view->arena, id, size);
	struct kd_found found;
	enum kd_status st;

	if (copy == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_store_find_message_id(view->store, copy, &view->scope, &found,
	                              err);
	return st == KD_OK ? at_message(&found, ret) : st;
}

static enum kd_status try_bracketed(const struct kd_view *view,
                                    const char *text, struct kd_point *ret,
                                    struct kd_error *err)
{
	size_t size = strlen(text);

	if (size < 3 || text[0] != '<' || text[size - 1] != '>')
		return KD_NOTFOUND;
	return find_message_id(view, text + 1, size - 2, ret, err);
}

static enum kd_status try_id(const struct kd_view *view, const char *text,
                             struct kd_point *ret, struct kd_error *err)
{
	char hex[KD_ID_HEX_MAX + 1];
	struct kd_found found;
	enum kd_status st;
	size_t n = 0;

	for (; text[n] != '\0'; n++) {
		char c = kd_lower(text[n]);

		if (n == KD_ID_HEX_MAX ||
		    (!kd_is_digit(c) && (c < 'a' || c > 'f')))
			return KD_NOTFOUND;
		hex[n] = c;
	}
	if (n < ID_HEX_MIN)
		return KD_NOTFOUND;
	hex[n] = '\0';
	st = kd_store_find_id(view->store, hex, &view->scope, &found, err);
	return st == KD_OK ? at_message(&found, ret) : st;
}

static enum kd_status try_time(const struct kd_view *view, const char *text,
                               struct kd_point *ret, struct kd_error *err)
{
	switch (kd_when_parse(text, view->env->now, &ret->when)) {
	case KD_WHEN_NONE:
		return KD_NOTFOUND;
	case KD_WHEN_BAD:
		return kd_fail(err, KD_USAGE,
		               "'%s': there is no such date or time; one is "
		               "written 2025-03-18 or 2025-03-18T06:00Z",
		               text);
	case KD_WHEN_OK:
		break;
	}
	ret->is_time = true;
	return kd_store_at_time(view->store, ret->when, &ret->seq, err);
}

static enum kd_status try_bare(const struct kd_view *view, const char *text,
                               struct kd_point *ret, struct kd_error *err)
{
	if (strchr(text, '@') == NULL)
		return KD_NOTFOUND;
	return find_message_id(view, text, strlen(text), ret, err);
}

typedef enum kd_status try_fn(const struct kd_view *view, const char *text,
                              struct kd_point *ret, struct kd_error *err);

/* The order of the interface. */
static try_fn *const tries[] = { try_marker, try_word, try_bracketed,
	                         try_id,     try_time, try_bare };

enum kd_status kd_point_resolve(const struct kd_view *view, const char *text,
                                struct kd_point *ret, struct kd_error *err)
{
	for (size_t i = 0; i < sizeof(tries) / sizeof(tries[0]); i++) {
		struct kd_point point = { .message = 0 };
		struct kd_error why = KD_ERROR_INIT;
		enum kd_status st = tries[i](view, text, &point, &why);

		if (st == KD_NOTFOUND)
			continue;
		if (st == KD_OK)
			*ret = point;
		else if (err != NULL)
			*err = why;
		return st;
	}
	if (strchr(text, '@') != NULL)
		return kd_fail(err, KD_NOTFOUND,
		               "no message %s in the store; a Message-ID is "
		               "written <...>",
		               text);
	return kd_fail(err, KD_NOTFOUND,
	               "no marker, id or date '%s'; `kvmdigest-report markers` "
	               "lists the markers",
	               text);
}

/* What is new since the marker `last`, or in the last 24 hours. */
static enum kd_status since_last(const struct kd_view *view,
                                 struct kd_resolved *ret, struct kd_error *err)
{
	struct kd_point last = { .message = 0 };
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	st = try_marker(view, "last", &last, &why);
	if (st == KD_OK) {
		ret->range.after = last.seq;
		return KD_OK;
	}
	if (st != KD_NOTFOUND) {
		if (err != NULL)
			*err = why;
		return st;
	}
	ret->no_marker = true;
	return kd_store_at_time(view->store, view->env->now - DAY_SECONDS,
	                        &ret->range.after, err);
}

static enum kd_status resolve_ends(const struct kd_view *view, const char *text,
                                   struct kd_resolved *ret,
                                   struct kd_error *err)
{
	struct kd_point from = { .seq = kd_store_start() };
	struct kd_point to = { .message = 0 };
	struct kd_range_text ends = { .from = NULL };
	enum kd_status st;

	st = kd_range_split(text, view->arena, &ends, err);
	if (st == KD_OK && ends.from != NULL)
		st = kd_point_resolve(view, ends.from, &from, err);
	if (st == KD_OK)
		st = kd_point_resolve(view, ends.to ? ends.to : "latest", &to,
		                      err);
	if (st != KD_OK)
		return st;
	/* An open end is the newest message: after it there is nothing, and
	 * that is an empty range, not a backwards one. */
	if (ends.to == NULL && to.seq < from.seq)
		to.seq = from.seq;
	if (from.seq > to.seq ||
	    (from.is_time && to.is_time && from.when > to.when))
		return kd_fail(err, KD_USAGE,
		               "'%s' runs backwards: %s arrived after %s", text,
		               ends.from ? ends.from : "start",
		               ends.to ? ends.to : "latest");
	ret->range.after = from.seq;
	ret->range.upto = to.seq;
	ret->from = ends.from;
	ret->to = ends.to;
	return KD_OK;
}

enum kd_status kd_range_resolve(const struct kd_view *view, const char *text,
                                struct kd_resolved *ret, struct kd_error *err)
{
	struct kd_resolved made = { .from = NULL };
	enum kd_status st;

	if (text != NULL) {
		st = resolve_ends(view, text, &made, err);
	} else {
		st = since_last(view, &made, err);
		if (st == KD_OK)
			st = kd_store_latest(view->store, &view->scope,
			                     &made.range.upto, err);
		/* The marker may stand at a newer message of another list. */
		if (st == KD_OK && made.range.upto < made.range.after)
			made.range.upto = made.range.after;
	}
	if (st == KD_OK && made.from == NULL)
		st = kd_view_id_at(view, made.range.after, &made.from, err);
	if (st == KD_OK && made.to == NULL)
		st = kd_view_id_at(view, made.range.upto, &made.to, err);
	if (st == KD_OK)
		*ret = made;
	return st;
}

enum kd_status kd_point_message(const struct kd_view *view, const char *text,
                                struct kd_posted *ret, struct kd_error *err)
{
	struct kd_point point = { .message = 0 };
	struct kd_error why = KD_ERROR_INIT;
	struct kd_found found;
	enum kd_status st = kd_point_resolve(view, text, &point, err);

	if (st != KD_OK)
		return st;
	if (point.message == 0) {
		st = kd_store_find_seq(view->store, point.seq, &view->scope,
		                       &found, &why);
		if (st == KD_NOTFOUND)
			return kd_fail(err, KD_NOTFOUND,
			               "no message had arrived by '%s'", text);
		if (st != KD_OK) {
			*err = why;
			return st;
		}
		point.message = found.message;
	}
	return kd_store_get(view->store, point.message, view->arena, ret, err);
}

enum kd_status kd_point_series(const struct kd_view *view, const char *text,
                               int64_t *ret, struct kd_error *err)
{
	struct kd_posted posted = { .series = 0 };
	enum kd_status st = kd_point_message(view, text, &posted, err);

	if (st == KD_OK && posted.series == 0 && posted.about != 0)
		st = kd_store_get(view->store, posted.about, view->arena,
		                  &posted, err);
	if (st != KD_OK)
		return st;
	*ret = posted.series;
	if (posted.series == 0)
		return kd_fail(err, KD_NOTFOUND,
		               "'%s' is no patch, no cover letter and no "
		               "answer to one",
		               text);
	return KD_OK;
}
