/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * trailers.c - the trailers of a mail: of a patch those of the last
 * paragraph of its commit message, of an answer those of all its own lines.
 *
 * The rules are b4's and git's (mail-rules B9, B10).
 */
#include "mda/reading.h"

#include <string.h>

#include "mda/shortlog.h"
#include "mda/trailer.h"
#include "mda/words.h"

enum { WRAPPED_LINES_MAX = 4 };

struct list {
	const struct kd_reading *in;
	struct kd_trailer *trailers;
	size_t n;
	size_t size; /* of all values */
};

/* Which lines count, and how strictly. */
enum manner {
	MANNER_PATCH,  /* each line of the last paragraph that looks so */
	MANNER_LETTER, /* of it what is known by name, or has an address */
	MANNER_ANSWER, /* the same, of all lines; no addresses of headers */
};

static void add(struct list *list, const struct kd_trailer_line *line)
{
	const struct kd_reading *in = list->in;
	struct kd_trailer trailer;
	size_t size;

	if (line->value.size > KD_TRAILER_MAX || list->n == KD_TRAILERS_MAX) {
		in->msg->status = KD_PARSE_LIMITED;
		return;
	}
	kd_trailer_make(line, &in->msg->sender, in->arena, &trailer);
	if (trailer.name == NULL || trailer.value == NULL)
		return;
	size = strlen(trailer.name) + strlen(trailer.value);
	if (size > KD_TRAILERS_SIZE_MAX - list->size) {
		in->msg->status = KD_PARSE_LIMITED;
		return;
	}
	if (list->trailers == NULL)
		list->trailers = kd_arena_array(in->arena, KD_TRAILERS_MAX,
		                                sizeof(trailer));
	if (list->trailers == NULL)
		return;
	list->trailers[list->n++] = trailer;
	list->size += size;
}

/* What closes the title of a "Fixes: 1a2b3c ("title")" that goes on in the
 * next line; NULL: it does not. */
static const char *open_title(struct kd_bytes value)
{
	size_t n = kd_hex_size(value);
	const char *close;

	if (n == 0 || n == value.size)
		return NULL;
	value = kd_trim(kd_from(value, n));
	if (!kd_bytes_starts(value, "("))
		return NULL;
	close = kd_bytes_starts(value, "(\"") ? "\")" : ")";
	return kd_find(value, close) == NULL ? close : NULL;
}

/* A line that is "<address>" and no more. */
static bool is_lone_address(struct kd_bytes line)
{
	return line.size > 2 && line.data[0] == '<' &&
	       memchr(line.data, '>', line.size) == line.data + line.size - 1;
}

static bool is_lone_link(struct kd_bytes line)
{
	return kd_bytes_starts(line, "http") &&
	       kd_find_url(line).size == line.size;
}

/* False: nothing of a value may stand in line. */
static bool may_continue(struct kd_bytes line)
{
	struct kd_trailer_line next;

	if (line.size == 0 || kd_is_quoted(line))
		return false;
	return !kd_trailer_split(line, &next) ||
	       (!kd_trailer_is_person(next.name) &&
	        !kd_trailer_is_utility(next.name));
}

/* A title with the lines behind it that belong to it. */
static void join_title(struct kd_bytes *value, const char *close,
                       struct kd_bytes *rest, struct kd_arena *arena)
{
	struct kd_bytes ahead = *rest, line, parts[WRAPPED_LINES_MAX];
	size_t size = value->size;
	const char *joined;
	size_t n = 0;

	do {
		if (n == WRAPPED_LINES_MAX || !kd_next_line(&ahead, &line))
			return;
		line = kd_trim(line);
		size += line.size;
		if (!may_continue(line) || size > KD_TRAILER_MAX)
			return;
		parts[n++] = line;
	} while (kd_find(line, close) == NULL);
	joined = kd_line_dup(arena, *value);
	for (size_t i = 0; i < n && joined != NULL; i++)
		joined = kd_arena_printf(arena, "%s %.*s", joined,
		                         (int)parts[i].size, parts[i].data);
	*value = kd_bytes_of(joined);
	*rest = ahead;
}

/* Join what was wrapped: titles, addresses, links. */
static void join(struct kd_trailer_line *trailer, struct kd_bytes *rest,
                 struct kd_arena *arena)
{
	struct kd_bytes ahead = *rest, line;
	struct kd_bytes value = trailer->value;
	const char *close;

	if (value.size > KD_TRAILER_MAX)
		return;
	close = open_title(value);
	if (close != NULL) {
		join_title(&trailer->value, close, rest, arena);
		return;
	}
	if (!kd_next_line(&ahead, &line))
		return;
	line = kd_trim(line);
	if (line.size > KD_TRAILER_MAX)
		return;
	if (value.size == 0) {
		if (!kd_trailer_is_utility(trailer->name) ||
		    !is_lone_link(line))
			return;
		trailer->value = line;
	} else {
		if (memchr(value.data, '<', value.size) != NULL ||
		    !is_lone_address(line))
			return;
		trailer->value =
			kd_bytes_of(kd_arena_printf(arena, "%s %s",
		                                    kd_line_dup(arena, value),
		                                    kd_line_dup(arena, line)));
	}
	*rest = ahead;
}

/* Names that look like trailers, and stand in signatures. */
static bool is_ignored(struct kd_bytes name)
{
	static const char *const names[] = { "phone",
		                             "mail",
		                             "email",
		                             "e-mail",
		                             "tel",
		                             "mobile",
		                             "fax",
		                             "dkim-signature",
		                             "prerequisite-message-id",
		                             NULL };

	return kd_is_one_of(name, names);
}

/* Of a header or of a patch, and of no answer. */
static bool is_header(struct kd_bytes name)
{
	static const char *const names[] = {
		"from",      "author",      "cc",          "to",
		"bcc",       "date",        "sent",        "subject",
		"reply-to",  "subscribe",   "unsubscribe", "base-commit",
		"change-id", "in-reply-to", NULL
	};

	return kd_is_one_of(name, names);
}

static bool is_link_name(struct kd_bytes name)
{
	static const char *const names[] = { "link", "buglink", "closes",
		                             NULL };

	return kd_is_one_of(name, names);
}

static bool counts(const struct kd_trailer_line *line, enum manner manner)
{
	if (!kd_trailer_is_valid(line) || is_ignored(line->name))
		return false;
	if (manner == MANNER_PATCH)
		return true;
	if (manner == MANNER_ANSWER && is_header(line->name))
		return false;
	if (kd_find(line->value, "http://") != NULL ||
	    kd_find(line->value, "https://") != NULL)
		return is_link_name(line->name);
	return kd_trailer_is_utility(line->name) ||
	       kd_trailer_has_address(line->value);
}

/* "From:", "Date:" and "Subject:" are headers in front of all else only. */
static bool is_late_header(struct kd_bytes name)
{
	static const char *const names[] = { "from", "date", "subject", NULL };

	return kd_is_one_of(name, names);
}

static void read_lines(struct list *list, struct kd_bytes text,
                       enum manner manner)
{
	struct kd_trailer_line trailer;
	struct kd_bytes line;
	bool others = false;

	while (kd_next_line(&text, &line)) {
		bool found = kd_trailer_split(line, &trailer);

		if (found)
			join(&trailer, &text, list->in->arena);
		found = found && counts(&trailer, manner) &&
		        !(others && is_late_header(trailer.name));
		if (found)
			add(list, &trailer);
		else
			others = true;
	}
}

/* "[note]" below a trailer, "(cherry picked from ...)". */
static bool is_note(struct kd_bytes line)
{
	line = kd_trim(line);
	return (kd_bytes_starts(line, "[") && kd_ends_nocase(line, "]")) ||
	       kd_bytes_starts(line, "(cherry picked from");
}

/* git's rule: some line is surely a trailer, or all look like one. */
static bool is_trailer_block(struct kd_bytes text)
{
	struct kd_trailer_line trailer;
	struct kd_bytes line;
	bool all = true;

	while (kd_next_line(&text, &line)) {
		if (!kd_trailer_split(line, &trailer))
			all = all && is_note(line);
		else if (kd_trailer_is_valid(&trailer) &&
		         (kd_trailer_is_person(trailer.name) ||
		          kd_trailer_is_utility(trailer.name) ||
		          kd_trailer_has_address(trailer.value)))
			return true;
	}
	return all;
}

static bool is_shortlog(struct kd_bytes text)
{
	struct kd_bytes line;

	return kd_next_line(&text, &line) && kd_shortlog_is_head(line) &&
	       kd_next_line(&text, &line) && kd_bytes_starts(line, "  ");
}

/* The last paragraph; of a letter the last before the shortlog. */
static struct kd_bytes last_paragraph(struct kd_bytes text, bool letter)
{
	struct kd_bytes rest = text, line;
	struct kd_bytes para = { text.data, 0 }, last = para;

	while (kd_next_line(&rest, &line)) {
		const char *end = text.data + text.size - rest.size;

		if (kd_trim(line).size == 0) {
			para = (struct kd_bytes){ end, 0 };
			continue;
		}
		para.size = (size_t)(end - para.data);
		if (letter && is_shortlog((struct kd_bytes){
				      para.data, para.size + rest.size }))
			break;
		last = para;
	}
	return last;
}

/* The text in front of what only a diff begins with; letter: or in front
 * of the "---" that ends a commit message. */
static struct kd_bytes before_diff(struct kd_bytes text, bool letter)
{
	struct kd_bytes rest = text, line, next;

	while (kd_next_line(&rest, &line)) {
		struct kd_bytes ahead = rest;

		if (kd_bytes_starts(line, "diff -") ||
		    kd_bytes_starts(line, "Index: ") ||
		    (letter && kd_bytes_starts(line, "---") &&
		     kd_trim(line).size == 3) ||
		    (kd_bytes_starts(line, "--- ") &&
		     kd_next_line(&ahead, &next) &&
		     kd_bytes_starts(next, "+++ "))) {
			text.size = (size_t)(line.data - text.data);
			break;
		}
	}
	return text;
}

/* Also what lost its "Re:" is an answer, when it posts nothing. */
static bool is_answer(const struct kd_message *msg)
{
	if (msg->subject.reply || msg->subject.forward)
		return true;
	return !msg->has_diff && msg->kind != KD_KIND_COVER &&
	       msg->kind != KD_KIND_PULL &&
	       (msg->in_reply_to != NULL || msg->n_references > 0);
}

/* Of a patch, of what says that it is one, and of a cover letter. */
static void read_posting(struct list *list, struct kd_bytes text)
{
	const struct kd_message *msg = list->in->msg;

	if (!msg->has_diff && msg->kind != KD_KIND_COVER &&
	    msg->kind != KD_KIND_PATCH)
		return;
	if (!msg->has_diff)
		text = before_diff(text, true);
	text = last_paragraph(text, !msg->has_diff);
	if (is_trailer_block(text))
		read_lines(list, text,
		           msg->has_diff ? MANNER_PATCH : MANNER_LETTER);
}

enum kd_status kd_trailers_read(const struct kd_reading *in,
                                struct kd_error *err)
{
	struct kd_message *msg = in->msg;
	struct list list = { .in = in };
	struct kd_bytes text = { in->text.data + msg->commit.offset,
		                 msg->commit.size };

	if (msg->commit.size == 0)
		return KD_OK;
	if (is_answer(msg))
		read_lines(&list,
		           msg->has_diff ? before_diff(text, false) : text,
		           MANNER_ANSWER);
	else
		read_posting(&list, text);
	msg->trailers = list.trailers;
	msg->n_trailers = list.n;
	if (kd_arena_failed(in->arena))
		return kd_fail(err, KD_NOMEM, "read trailers: out of memory");
	return KD_OK;
}
