/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * links.c - what a posting says of other postings: earlier versions, what
 * it needs, what it was made on top of.
 *
 * Lines of one kind each, as b4, git and people write them (mail-rules B11,
 * T7); never quotations, never the diff.
 */
#include "mda/reading.h"

#include <string.h>

#include "mda/words.h"

enum {
	LABEL_MAX = 80, /* bytes in front of a link that say what it is */
	CHANGE_ID_MAX = 200,
};

struct list {
	const struct kd_reading *in;
	struct kd_link *links;
	size_t n;
};

static void add(struct list *list, enum kd_relation relation, int version,
                const char *message_id)
{
	const struct kd_reading *in = list->in;

	if (message_id == NULL)
		return;
	for (size_t i = 0; i < list->n; i++) {
		if (list->links[i].relation == relation &&
		    strcmp(list->links[i].message_id, message_id) == 0)
			return;
	}
	if (list->n == KD_LINKS_MAX) {
		in->msg->status = KD_PARSE_LIMITED;
		return;
	}
	if (list->links == NULL)
		list->links = kd_arena_array(in->arena, KD_LINKS_MAX,
		                             sizeof(*list->links));
	if (list->links == NULL)
		return;
	list->links[list->n++] = (struct kd_link){ .relation = relation,
		                                   .version = version,
		                                   .message_id = message_id };
}

/* ---- "Link to v1:", "v5:", "RFC:", "Previous version:" ---- */

struct label {
	int version;  /* 0: none, or more than one */
	bool earlier; /* it speaks of a version */
};

/* The 5 of "v5" or "V5"; 0: word is none. */
static int version_of(struct kd_bytes word)
{
	int ret = 0;

	if (word.size < 2 || word.size > 4 || kd_lower(word.data[0]) != 'v')
		return 0;
	for (size_t i = 1; i < word.size; i++) {
		if (!kd_is_digit(word.data[i]))
			return 0;
		ret = ret * 10 + (word.data[i] - '0');
	}
	return ret;
}

static bool is_number(struct kd_bytes word)
{
	for (size_t i = 0; i < word.size; i++) {
		if (!kd_is_digit(word.data[i]))
			return false;
	}
	return word.size > 0;
}

/* Take what may stand between the words of a label off *rest. */
static void skip_signs(struct kd_bytes *rest)
{
	while (rest->size > 0 && rest->data[0] != '\0' &&
	       strchr(" \t-*+:.,;()[]=>|#~", rest->data[0]) != NULL)
		*rest = kd_from(*rest, 1);
}

/*
 * False: text is something else.  All its words must be of those that such
 * labels are made of, and one must speak of a version: a link in a sentence
 * is none to an earlier posting.
 */
static bool read_label(struct kd_bytes text, struct label *ret)
{
	static const char *const fillers[] = {
		"link",    "links",   "to",        "the",        "at",
		"in",      "for",     "of",        "from",       "url",
		"patch",   "patches", "version",   "versions",   "series",
		"changes", "change",  "changelog", "since",      "available",
		"posting", "post",    "posted",    "submission", "lore",
		"was",     "is",      "here",      "can",        "be",
		"found",   "on",      "kernel",    "diff",       "between",
		"and",     "vs",      "r",         NULL
	};
	static const char *const earlier[] = { "rfc",      "previous", "last",
		                               "prior",    "old",      "older",
		                               "original", "earlier",  NULL };
	struct kd_bytes word;

	*ret = (struct label){ .version = 0 };
	if (text.size > LABEL_MAX || kd_is_quoted(text))
		return false;
	for (skip_signs(&text); text.size > 0; skip_signs(&text)) {
		int version;

		word = kd_take_word(&text);
		version = version_of(word);
		if (version > 0)
			ret->version = ret->earlier && ret->version != version
			                       ? 0
			                       : version;
		else if (!kd_is_one_of(word, earlier) && !is_number(word) &&
		         !kd_is_one_of(word, fillers))
			return false;
		ret->earlier = ret->earlier || version > 0 ||
		               kd_is_one_of(word, earlier);
	}
	return ret->earlier;
}

/* The link, when line has nothing behind it that is a sentence. */
static struct kd_bytes link_of(struct kd_bytes line)
{
	struct kd_bytes url = kd_find_url(line);
	struct kd_bytes rest;

	if (url.size == 0)
		return url;
	rest = kd_from(line, (size_t)(url.data + url.size - line.data));
	skip_signs(&rest);
	if (rest.size > LABEL_MAX)
		url.size = 0;
	return url;
}

/*
 * A line with a link: what stands in front of it is its label, or else the
 * line before when that is no more than one.
 */
static void read_previous(struct list *list, struct kd_bytes line,
                          struct label *pending, bool *ret_pending)
{
	const struct kd_subject *subject = &list->in->msg->subject;
	struct kd_bytes url = link_of(line);
	struct kd_bytes before = line;
	struct label label;
	bool found;

	if (url.size == 0) {
		*ret_pending = read_label(line, pending);
		return;
	}
	before.size = (size_t)(url.data - line.data);
	found = read_label(before, &label);
	skip_signs(&before);
	if (!found && before.size == 0 && *ret_pending) {
		label = *pending;
		found = true;
	}
	*ret_pending = false;
	if (!found)
		return;
	/* No mail links to itself. */
	if (subject->versioned && label.version == subject->version)
		label.version = 0;
	add(list, KD_RELATION_PREVIOUS, label.version,
	    kd_url_message_id(list->in->arena, url));
}

/* ---- lines with a name ---- */

/* The word behind name; size 0: line has another name. */
static struct kd_bytes value_of(struct kd_bytes line, const char *name)
{
	struct kd_bytes value = line;

	if (!kd_take_nocase(&value, name))
		return (struct kd_bytes){ line.data, 0 };
	return kd_trim(value);
}

static void read_named(struct list *list, struct kd_bytes line)
{
	static const struct {
		const char *name;
		enum kd_relation relation;
	} names[] = {
		{ "supersedes:", KD_RELATION_SUPERSEDES },
		{ "obsoletes:", KD_RELATION_SUPERSEDES },
		{ "based-on:", KD_RELATION_DEPENDS },
		{ "depends-on:", KD_RELATION_DEPENDS },
		{ "prerequisite-message-id:", KD_RELATION_DEPENDS },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct kd_bytes value = value_of(line, names[i].name);

		if (value.size > 0)
			add(list, names[i].relation, 0,
			    kd_find_message_id(list->in->arena, value));
	}
}

static void read_change_id(const struct kd_reading *in, struct kd_bytes value)
{
	struct kd_bytes id = kd_take_token(&value);

	if (in->msg->change_id != NULL || id.size == 0)
		return;
	if (id.size > CHANGE_ID_MAX)
		in->msg->status = KD_PARSE_LIMITED;
	else
		in->msg->change_id = kd_line_dup(in->arena, id);
}

static void read_base(const struct kd_reading *in, struct kd_bytes value)
{
	size_t n = kd_hex_size(value);

	if (in->msg->base_commit == NULL && n >= KD_HEX_MIN &&
	    n <= KD_COMMIT_HEX_MAX &&
	    (n == value.size || kd_is_blank(value.data[n])))
		in->msg->base_commit =
			kd_arena_strndup(in->arena, value.data, n);
}

/* Where the diff begins; the end, where there is none. */
static size_t end_of_letter(const struct kd_message *msg, size_t size)
{
	const struct kd_span spans[] = { msg->commit, msg->notes, msg->stat };
	size_t end = 0;

	if (!msg->has_diff)
		return size;
	for (size_t i = 0; i < sizeof(spans) / sizeof(spans[0]); i++) {
		if (spans[i].size > 0)
			end = spans[i].offset + spans[i].size;
	}
	return end;
}

static bool posts_something(const struct kd_message *msg)
{
	return msg->kind == KD_KIND_PATCH || msg->kind == KD_KIND_COVER ||
	       msg->kind == KD_KIND_PULL;
}

enum kd_status kd_links_read(const struct kd_reading *in, struct kd_error *err)
{
	struct list list = { .in = in };
	struct kd_bytes rest = in->text, line;
	struct label label = { .version = 0 };
	bool pending = false;
	size_t letter;

	if (!posts_something(in->msg))
		return KD_OK;
	letter = end_of_letter(in->msg, in->text.size);
	while (kd_next_line(&rest, &line)) {
		if ((size_t)(line.data - in->text.data) < letter)
			read_previous(&list, line, &label, &pending);
		read_named(&list, line);
		if (kd_bytes_starts(line, "change-id:")) /* not Gerrit's */
			read_change_id(in, value_of(line, "change-id:"));
		read_base(in, value_of(line, "base-commit:"));
	}
	if (kd_headers_get(in->headers, "X-Change-ID", &line))
		read_change_id(in, kd_trim(line));
	in->msg->links = list.links;
	in->msg->n_links = list.n;
	if (kd_arena_failed(in->arena))
		return kd_fail(err, KD_NOMEM, "read links: out of memory");
	return KD_OK;
}
