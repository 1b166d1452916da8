/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notes.c - what the author says that changed in a version.  People write
 * such lists as they like: only what looks like one is taken.
 */
#include "report/notes.h"

#include <stdbool.h>
#include <string.h>

enum {
	HEADING_MAX = 100, /* bytes; longer lines are none */
	NOTE_MAX = 4096,   /* bytes of one note that are looked at */
	VERSION_MAX = 9999,
};

/* A line that says of which version the notes below it are. */
struct heading {
	int version;
	struct kd_bytes rest; /* a first note behind it, or empty */
};

/* "v7" at the start of b; 0: none.  *ret_size is how long it is. */
static int version_at(struct kd_bytes b, size_t *ret_size)
{
	size_t i = 1;
	int n = 0;

	if (b.size < 2 || kd_lower(b.data[0]) != 'v')
		return 0;
	for (; i < b.size && kd_is_digit(b.data[i]); i++) {
		if (n > VERSION_MAX)
			return 0;
		n = n * 10 + (b.data[i] - '0');
	}
	if (i < b.size && (kd_is_alpha(b.data[i]) || b.data[i] == '_'))
		return 0;
	*ret_size = i;
	return i > 1 ? n : 0;
}

static struct kd_bytes skip(struct kd_bytes b, size_t n)
{
	return (struct kd_bytes){ b.data + n, b.size - n };
}

static struct kd_bytes skip_any(struct kd_bytes b, const char *chars)
{
	while (b.size > 0 && b.data[0] != '\0' &&
	       strchr(chars, b.data[0]) != NULL)
		b = skip(b, 1);
	return b;
}

/* Take one of the words from the start of *b. */
static bool take_word(struct kd_bytes *b, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		size_t size = strlen(words[i]);

		if (!kd_bytes_starts_nocase(*b, words[i]) ||
		    (b->size > size && kd_is_alpha(b->data[size])))
			continue;
		*b = skip_any(skip(*b, size), " \t");
		return true;
	}
	return false;
}

/* "v6 -> v7", "v6..v7", "v6 to v7": *b stands behind the first one. */
static int later_version(struct kd_bytes *b)
{
	static const char *const arrows[] = { "->", "=>", "-->", "..", "to" };
	struct kd_bytes rest = skip_any(*b, " \t");
	size_t size = 0;
	int version;

	for (size_t i = 0; i < sizeof(arrows) / sizeof(arrows[0]); i++) {
		if (!kd_bytes_starts_nocase(rest, arrows[i]))
			continue;
		rest = skip_any(skip(rest, strlen(arrows[i])), ">. \t");
		version = version_at(rest, &size);
		if (version > 0)
			*b = skip(rest, size);
		return version;
	}
	return 0;
}

/*
 * A heading is made of "Changes" or "Changelog", "in", "since" and the
 * like, and versions; a note may follow on the line of a bare "v7:".
 */
static bool read_heading(struct kd_bytes line, struct heading *ret)
{
	static const char *const nouns[] = { "changes",     "change log",
		                             "changelog",   "change",
		                             "changed",     "history",
		                             "differences", "diff" };
	static const char *const since[] = { "since", "from", "vs", "against",
		                             "relative to" };
	static const char *const links[] = { "in", "for",     "of",    "with",
		                             "on", "between", "patch", "rfc" };
	struct kd_bytes b = skip_any(kd_trim(line), "-*#=[( \t");
	bool noun, is_since;
	size_t size = 0;
	int later;

	if (line.size > HEADING_MAX)
		return false;
	noun = take_word(&b, nouns, sizeof(nouns) / sizeof(nouns[0]));
	is_since = take_word(&b, since, sizeof(since) / sizeof(since[0]));
	if (!is_since)
		(void)take_word(&b, links, sizeof(links) / sizeof(links[0]));
	(void)take_word(&b, links, sizeof(links) / sizeof(links[0]));
	ret->version = version_at(b, &size);
	if (ret->version == 0)
		return false;
	b = skip(b, size);
	later = later_version(&b);
	if (later > ret->version)
		ret->version = later;
	else if (is_since)
		ret->version++;
	b = skip_any(b, "]) \t");
	noun = take_word(&b, nouns, sizeof(nouns) / sizeof(nouns[0])) || noun;
	if (b.size > 0 && b.data[0] != ':') {
		/* "v2 of this was applied": a sentence, not a heading. */
		b = skip_any(b, "-=*. \t");
		if (b.size > 0 && kd_bytes_starts_nocase(b, "("))
			b.size = noun ? 0 : b.size;
		if (b.size > 0)
			return false;
	}
	if (is_since && !noun && b.size == 0)
		return false;
	ret->rest = kd_trim(skip_any(b, ":-=* \t"));
	return true;
}

/* How long the bullet at the start of b is, its blank included; 0: it has
 * none. */
static size_t bullet_size(struct kd_bytes b)
{
	size_t i = 0;

	while (i < b.size && i < 4 && kd_is_digit(b.data[i]))
		i++;
	if (i > 0 && i < b.size && (b.data[i] == '.' || b.data[i] == ')'))
		i++;
	else if (i > 0)
		return 0;
	else if (kd_bytes_starts(b, "\xe2\x80\xa2"))
		i = 3;
	else if (b.size > 0 && b.data[0] != '\0' &&
	         strchr("-*+o", b.data[0]) != NULL)
		i = 1;
	return i > 0 && i < b.size && kd_is_blank(b.data[i]) ? i + 1 : 0;
}

/* " virt/demo/ring.c | 2 ++", of a diffstat */
static bool is_stat(struct kd_bytes line)
{
	const char *bar;
	struct kd_bytes rest;

	if (line.size < 2 || line.data[0] != ' ')
		return false;
	bar = memchr(line.data, '|', line.size);
	if (bar == NULL || bar[-1] != ' ')
		return false;
	rest = kd_trim(skip(line, (size_t)(bar - line.data) + 1));
	return rest.size > 0 &&
	       (kd_is_digit(rest.data[0]) || kd_bytes_starts(rest, "Bin "));
}

/* Where the list ends for good. */
static bool is_end(struct kd_bytes line)
{
	struct kd_bytes b = kd_trim(line);

	return is_stat(line) || kd_bytes_starts(line, "---") ||
	       kd_bytes_starts(line, "-- ") ||
	       kd_bytes_starts(line, "diff --git ") ||
	       kd_bytes_starts_nocase(line, "base-commit:") ||
	       kd_bytes_starts_nocase(line, "change-id:") ||
	       kd_bytes_starts_nocase(line, "signed-off-by:") ||
	       (b.size > 2 && line.data == b.data &&
	        b.data[b.size - 1] == ':' &&
	        b.data[b.size - 2] == ')'); /* of a shortlog */
}

/* "- Link to v6: https://...", and bare links: said elsewhere. */
static bool is_link(struct kd_bytes note)
{
	return kd_bytes_starts_nocase(note, "link to v") ||
	       kd_bytes_starts_nocase(note, "link:") ||
	       kd_bytes_starts_nocase(note, "[") ||
	       kd_bytes_starts_nocase(note, "lore:") ||
	       kd_bytes_starts_nocase(note, "http://") ||
	       kd_bytes_starts_nocase(note, "https://");
}

struct list {
	struct kd_arena *arena;
	struct kd_notes *notes;
	char note[NOTE_MAX]; /* that is being read: size bytes */
	size_t size;
	bool blank;  /* the line before was empty */
	bool bullet; /* the list is one of bullets */
};

static void finish(struct list *list)
{
	struct kd_bytes note =
		kd_trim((struct kd_bytes){ list->note, list->size });

	list->size = 0;
	if (note.size == 0 || is_link(note))
		return;
	if (list->notes->n < KD_NOTES_MAX)
		list->notes->notes[list->notes->n] =
			kd_arena_strndup(list->arena, note.data, note.size);
	list->notes->n++;
}

static void append(struct list *list, struct kd_bytes text)
{
	if (text.size == 0 || list->size + text.size + 1 > NOTE_MAX)
		return;
	if (list->size > 0)
		list->note[list->size++] = ' ';
	memcpy(list->note + list->size, text.data, text.size);
	list->size += text.size;
}

/* A line below the heading; false: the list is at its end. */
static bool take_line(struct list *list, struct kd_bytes line)
{
	struct kd_bytes b = kd_trim(line);
	size_t bullet = bullet_size(b);
	bool begun = list->notes->n > 0 || list->size > 0;

	if (is_end(line))
		return false;
	if (b.size == 0) {
		list->blank = true;
		return true;
	}
	if (begun && list->blank && bullet == 0 && !kd_is_blank(line.data[0]))
		return false;
	if (bullet > 0 || (list->blank && begun && !list->bullet))
		finish(list);
	list->blank = false;
	list->bullet = list->bullet || bullet > 0;
	append(list, kd_trim(skip(b, bullet)));
	return true;
}

enum kd_status kd_notes_find(struct kd_arena *arena, struct kd_bytes text,
                             int version, struct kd_notes *ret,
                             struct kd_error *err)
{
	struct list list = { .arena = arena, .notes = ret, .size = 0 };
	struct heading heading;
	struct kd_bytes line;
	bool inside = false;

	*ret = (struct kd_notes){ .n = 0 };
	while (kd_next_line(&text, &line)) {
		if (read_heading(line, &heading)) {
			finish(&list);
			inside = heading.version == version;
			list.blank = false;
			list.bullet = false;
			if (inside && heading.rest.size > 0)
				append(&list, heading.rest);
		} else if (inside) {
			inside = take_line(&list, line);
		}
		if (!inside)
			finish(&list);
	}
	finish(&list);
	return kd_arena_failed(arena) ? kd_fail(err, KD_NOMEM, "out of memory")
	                              : KD_OK;
}
