/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_text.c - a doc as plain text, in the shape of the published
 * digest.  Everything passes the sanitizer: nothing from mail can reach a
 * terminal as anything but text.
 */
#include "report/render.h"

#include <stdbool.h>
#include <string.h>

enum {
	LABEL_WIDTH = 6, /* "New:  ", "v5.1: " */
	RULE_WIDTH = 70,
	LINE_WIDTH = 80, /* of what is wrapped */
	COLUMNS_MAX = 8,
};

/* How a column looks. */
struct column {
	const char *key;
	bool right;     /* numbers stand to the right */
	size_t gap;     /* blanks before it */
	size_t min;     /* columns */
	size_t pad_max; /* longer cells stick out rather than be cut */
};

static const struct column columns[] = {
	{ "count", true, 0, 7, 20 },    { "domain", false, 1, 0, 0 },
	{ "person", false, 2, 0, 0 },   { "version", false, 0, 3, 8 },
	{ "received", true, 2, 3, 9 },  { "insertions", true, 2, 2, 9 },
	{ "deletions", true, 1, 2, 9 }, { "name", false, 0, 0, 64 },
	{ "newer", true, 2, 0, 9 },     { "author", false, 2, 0, 20 },
	{ "title", false, 2, 0, 0 },    { "state", false, 2, 0, 0 },
};

static const struct column plain = { "", false, 2, 0, 20 };

/* What stands before a field; the subject stands alone. */
struct field {
	const char *key;
	const char *label;
	/* In a brief entry: what stands between it and the field before it
	 * where that has the same joint and there is room for both on one
	 * line.  NULL: it begins a line. */
	const char *joint;
};

static const char wide[] = "  ";
static const char state[] = "; ";
static const char person[] = "; ";

static const struct field fields[] = {
	{ "subject", "", NULL },
	{ "author", "Author: ", NULL },
	{ "from", "From: ", NULL },
	{ "sent-by", "Sent-by: ", NULL },
	{ "date", "Date: ", NULL },
	{ "arrived", "Arrived: ", NULL },
	{ "list", "List: ", NULL },
	{ "link", "Link: ", NULL },
	{ "id", "Id: ", NULL },
	{ "message-id", "Message-ID: ", NULL },
	{ "variants", "Variants: ", NULL },
	{ "variant", "Variant: ", NULL },
	{ "note", "Note: ", NULL },
	{ "series", "Series: ", NULL },
	{ "posted-by", "Poster: ", NULL },
	{ "state", "State: ", NULL },
	{ "series-id", "", wide },
	{ "received", "", wide },
	{ "posted", "", wide },
	{ "poster", "", wide },
	{ "shown", "", wide },
	{ "stands", "", state },
	{ "tags", "", state },
	{ "missing", "missing: ", NULL },
	{ "changes", "", NULL },
	{ "change", "- ", NULL },
	{ "said", "", person },
	{ "not-counted", "not counted: ", NULL },
	{ "about", "About: ", NULL },
	{ "says", "Says: ", NULL },
	{ "pull", "Pull: ", NULL },
	{ "contents", "Contents: ", NULL },
	{ "content", "  ", NULL },
};

static const struct field plain_field = { "", "", NULL };

static const struct column *column_of(const char *key)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strcmp(columns[i].key, key) == 0)
			return &columns[i];
	}
	return &plain;
}

static const struct field *field_of(const char *key)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].key, key) == 0)
			return &fields[i];
	}
	return &plain_field;
}

static void put_line(FILE *out, struct kd_bytes text)
{
	kd_sanitize(out, text, false);
	(void)fputc('\n', out);
}

static void put_blanks(FILE *out, size_t n)
{
	for (; n > 0; n--)
		(void)fputc(' ', out);
}

/* How wide the columns of a table must be. */
static void measure(const struct kd_doc *doc, const struct kd_node *table,
                    size_t *widths)
{
	for (const struct kd_node *row = table->first; row; row = row->next) {
		size_t i = 0;

		for (const struct kd_node *cell = row->first;
		     cell && i < COLUMNS_MAX; cell = cell->next, i++) {
			const struct column *column = column_of(cell->key);
			size_t width = kd_columns(kd_bytes_of(
				kd_sanitized(doc->arena, cell->text, false)));

			if (width > column->pad_max)
				width = column->pad_max;
			if (width < column->min)
				width = column->min;
			if (widths[i] < width)
				widths[i] = width;
		}
	}
}

static void put_cell(const struct kd_doc *doc, const struct kd_node *cell,
                     size_t width, FILE *out)
{
	const struct column *column = column_of(cell->key);
	struct kd_bytes text =
		kd_bytes_of(kd_sanitized(doc->arena, cell->text, false));
	size_t used = kd_columns(text);
	size_t pad = used < width ? width - used : 0;

	if (used == 0 && cell->next == NULL)
		return;
	put_blanks(out, column->gap);
	if (column->right)
		put_blanks(out, pad);
	(void)fwrite(text.data, 1, text.size, out);
	if (!column->right && cell->next != NULL)
		put_blanks(out, pad);
}

/* A table in which something concerns the reader has a column for that. */
static bool has_stars(const struct kd_node *table)
{
	for (const struct kd_node *row = table->first; row; row = row->next) {
		if (row->star)
			return true;
	}
	return false;
}

static void put_table(const struct kd_doc *doc, const struct kd_node *table,
                      FILE *out)
{
	size_t widths[COLUMNS_MAX] = { 0 };
	bool stars = has_stars(table);

	measure(doc, table, widths);
	for (const struct kd_node *row = table->first; row; row = row->next) {
		size_t i = 0;

		if (stars)
			(void)fputs(row->star ? "* " : "  ", out);
		for (const struct kd_node *cell = row->first; cell;
		     cell = cell->next, i++)
			put_cell(doc, cell, i < COLUMNS_MAX ? widths[i] : 0,
			         out);
		(void)fputc('\n', out);
	}
}

/* A text that stops within a line gets the line's end. */
static void put_text(struct kd_bytes text, FILE *out)
{
	kd_sanitize(out, text, true);
	if (text.size > 0 && text.data[text.size - 1] != '\n')
		(void)fputc('\n', out);
}

static void put_parts(const struct kd_node *parent, FILE *out)
{
	for (const struct kd_node *part = parent->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_FIELD) {
			(void)fputs(field_of(part->key)->label, out);
			put_line(out, part->text);
		} else {
			(void)fputc('\n', out);
			put_text(part->text, out);
		}
	}
}

static void put_entry(const struct kd_node *entry, FILE *out)
{
	if (entry->key != NULL) {
		size_t used = strlen(entry->key) + 1;

		if (entry->star)
			(void)fputs("* ", out);
		(void)fprintf(out, "%s:", entry->key);
		put_blanks(out, used < LABEL_WIDTH ? LABEL_WIDTH - used : 1);
		put_line(out, entry->text);
	}
	put_parts(entry, out);
	if (entry->key == NULL)
		return;
	(void)fputc('\n', out);
	for (int i = 0; i < RULE_WIDTH; i++)
		(void)fputc('-', out);
	(void)fputs("\n\n", out);
}

/* A line that is being written, and how far it is. */
struct line {
	FILE *out;
	size_t indent;     /* of every line of the entry */
	size_t used;       /* columns; 0: nothing stands in it yet */
	const char *joint; /* of the field that was written last */
};

static void end_line(struct line *line)
{
	if (line->used > 0)
		(void)fputc('\n', line->out);
	line->used = 0;
}

static void put_piece(struct line *line, struct kd_bytes piece)
{
	(void)fwrite(piece.data, 1, piece.size, line->out);
	line->used += kd_columns(piece);
}

/* Break between words where the line is full; one that is longer than a
 * line sticks out. */
static void put_words(struct line *line, struct kd_bytes text, size_t hang)
{
	bool first = true;

	while (text.size > 0) {
		const char *blank = memchr(text.data, ' ', text.size);
		struct kd_bytes word = text;

		if (blank != NULL)
			word.size = (size_t)(blank - text.data);
		text.data += word.size + (blank != NULL);
		text.size -= word.size + (blank != NULL);
		if (word.size == 0)
			continue;
		if (!first && line->used + 1 + kd_columns(word) > LINE_WIDTH) {
			end_line(line);
			put_blanks(line->out, line->indent + hang);
			line->used = line->indent + hang;
		} else if (!first) {
			put_piece(line, kd_bytes_of(" "));
		}
		put_piece(line, word);
		first = false;
	}
}

static void put_brief_field(const struct kd_doc *doc,
                            const struct kd_node *part, struct line *line)
{
	const struct field *field = field_of(part->key);
	struct kd_bytes label = kd_bytes_of(field->label);
	struct kd_bytes text =
		kd_bytes_of(kd_sanitized(doc->arena, part->text, false));
	size_t width = label.size + kd_columns(text);

	if (line->used > 0 && field->joint != NULL &&
	    field->joint == line->joint &&
	    line->used + strlen(field->joint) + width <= LINE_WIDTH) {
		put_piece(line, kd_bytes_of(field->joint));
	} else if (line->used == 0 || line->used > line->indent) {
		end_line(line);
		put_blanks(line->out, line->indent);
		line->used = line->indent;
	}
	line->joint = field->joint;
	put_piece(line, label);
	put_words(line, text, 2);
}

/* One of many: its title, and its fields below it, set in as far as the
 * title is. */
static void put_brief(const struct kd_doc *doc, const struct kd_node *entry,
                      FILE *out)
{
	struct line line = { .out = out };

	if (entry->key != NULL) {
		size_t used = strlen(entry->key);

		line.indent = LABEL_WIDTH;
		line.used = used < LABEL_WIDTH ? LABEL_WIDTH : used + 1;
		(void)fputs(entry->key, out);
		put_blanks(out, line.used - used);
		if (entry->text.size > 0) {
			put_line(out, entry->text);
			line.used = 0;
		}
	}
	for (const struct kd_node *part = entry->first; part; part = part->next)
		put_brief_field(doc, part, &line);
	end_line(&line);
}

static void put_node(const struct kd_doc *doc, const struct kd_node *node,
                     FILE *out)
{
	switch (node->kind) {
	case KD_NODE_PARA:
		put_line(out, node->text);
		break;
	case KD_NODE_TABLE:
		put_table(doc, node, out);
		break;
	case KD_NODE_ENTRY:
		if (node->brief)
			put_brief(doc, node, out);
		else
			put_entry(node, out);
		break;
	case KD_NODE_TEXT:
		put_text(node->text, out);
		break;
	case KD_NODE_SECTION:
	case KD_NODE_ROW:
	case KD_NODE_CELL:
	case KD_NODE_FIELD:
		break; /* they stand inside others */
	case KD_NODE_FIGURE:
	case KD_NODE_CHART:
		break; /* what they show is said in words, too */
	}
}

/* An empty line stands between two sections; an entry ends with its own. */
static void put_section(const struct kd_doc *doc, const struct kd_node *self,
                        FILE *out)
{
	put_line(out, self->text);
	(void)fputc('\n', out);
	for (const struct kd_node *node = self->first; node; node = node->next)
		put_node(doc, node, out);
	if (self->next == NULL)
		return;
	if (self->last == NULL || self->last->kind != KD_NODE_ENTRY)
		(void)fputc('\n', out);
}

static void put_head(const struct kd_doc *doc, FILE *out)
{
	struct kd_bytes from = kd_bytes_of(doc->from);
	struct kd_bytes to = kd_bytes_of(doc->to);

	(void)fputs("From ", out);
	kd_sanitize(out, from, false);
	(void)fputs(" to ", out);
	put_line(out, to);
	kd_sanitize(out, kd_bytes_of(doc->list), false);
	(void)fputs(" mailing list update from ", out);
	kd_sanitize(out, from, false);
	(void)fputs(" to ", out);
	put_line(out, to);
	(void)fputc('\n', out);
}

enum kd_status kd_render_text(const struct kd_doc *doc,
                              const struct kd_look *look, FILE *out,
                              struct kd_error *err)
{
	(void)look;
	if (doc->list != NULL)
		put_head(doc, out);
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_SECTION)
			put_section(doc, node, out);
		else
			put_node(doc, node, out);
		if (node->brief && node->next != NULL && !node->next->brief)
			(void)fputc('\n', out);
	}
	if (ferror(out) != 0 || kd_arena_failed(doc->arena))
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return KD_OK;
}
