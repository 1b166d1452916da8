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
	{ "title", false, 2, 0, 0 },
};

static const struct column plain = { "", false, 2, 0, 20 };

/* What stands before a field; the subject stands alone. */
struct field {
	const char *key;
	const char *label;
};

static const struct field fields[] = {
	{ "subject", "" },
	{ "author", "Author: " },
	{ "from", "From: " },
	{ "sent-by", "Sent-by: " },
	{ "date", "Date: " },
	{ "arrived", "Arrived: " },
	{ "list", "List: " },
	{ "link", "Link: " },
	{ "id", "Id: " },
	{ "message-id", "Message-ID: " },
	{ "variants", "Variants: " },
	{ "variant", "Variant: " },
	{ "note", "Note: " },
};

static const struct column *column_of(const char *key)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strcmp(columns[i].key, key) == 0)
			return &columns[i];
	}
	return &plain;
}

static const char *label_of(const char *key)
{
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		if (strcmp(fields[i].key, key) == 0)
			return fields[i].label;
	}
	return "";
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

	put_blanks(out, column->gap);
	if (column->right)
		put_blanks(out, pad);
	(void)fwrite(text.data, 1, text.size, out);
	if (!column->right && cell->next != NULL)
		put_blanks(out, pad);
}

static void put_table(const struct kd_doc *doc, const struct kd_node *table,
                      FILE *out)
{
	size_t widths[COLUMNS_MAX] = { 0 };

	measure(doc, table, widths);
	for (const struct kd_node *row = table->first; row; row = row->next) {
		size_t i = 0;

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
			(void)fputs(label_of(part->key), out);
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

enum kd_status kd_render_text(const struct kd_doc *doc, FILE *out,
                              struct kd_error *err)
{
	if (doc->list != NULL)
		put_head(doc, out);
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_SECTION)
			put_section(doc, node, out);
		else
			put_node(doc, node, out);
	}
	if (ferror(out) != 0 || kd_arena_failed(doc->arena))
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return KD_OK;
}
