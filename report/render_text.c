/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_text.c - a doc as plain text, in the shape of the published
 * digest.  Everything passes the sanitizer: nothing from mail can reach a
 * terminal as anything but text.
 */
#include "report/render.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "report/ink.h"
#include "report/text_chart.h"
#include "report/text_field.h"
#include "report/text_table.h"

enum {
	LABEL_WIDTH = 6, /* "New:  ", "v5.1: " */
	RULE_WIDTH = 70,
};

/* What is written, how it is to look, and where it goes. */
struct sheet {
	const struct kd_doc *doc;
	const struct kd_look *look;
	FILE *out;
};

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

/* A text that stops within a line gets the line's end. */
static void put_text(struct kd_bytes text, FILE *out)
{
	kd_sanitize(out, text, true);
	if (text.size > 0 && text.data[text.size - 1] != '\n')
		(void)fputc('\n', out);
}

static void put_heading(const struct sheet *sheet, struct kd_bytes text)
{
	const char *line = kd_sanitized(sheet->doc->arena, text, false);

	kd_ink_put(sheet->out, sheet->look, KD_INK_HEADING, kd_bytes_of(line));
	(void)fputc('\n', sheet->out);
}

static void put_star(const struct sheet *sheet, const struct kd_node *entry)
{
	if (entry->star)
		kd_ink_put(sheet->out, sheet->look, KD_INK_STAR,
		           kd_bytes_of("* "));
}

static void put_parts(const struct kd_node *parent, FILE *out)
{
	for (const struct kd_node *part = parent->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_FIELD) {
			(void)fputs(kd_text_field(part->key)->label, out);
			put_line(out, part->text);
		} else if (part->kind == KD_NODE_TEXT) {
			(void)fputc('\n', out);
			put_text(part->text, out);
		}
	}
}

static void put_entry(const struct sheet *sheet, const struct kd_node *entry)
{
	FILE *out = sheet->out;

	if (entry->key != NULL) {
		size_t used = strlen(entry->key) + 1;

		put_star(sheet, entry);
		(void)fprintf(out, "%s:", entry->key);
		put_blanks(out, used < LABEL_WIDTH ? LABEL_WIDTH - used : 1);
		put_heading(sheet, entry->text);
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
	size_t width;      /* of what is wrapped */
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
		if (!first && line->used + 1 + kd_columns(word) > line->width) {
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
	const struct kd_text_field *field = kd_text_field(part->key);
	struct kd_bytes label = kd_bytes_of(field->label);
	struct kd_bytes text =
		kd_bytes_of(kd_sanitized(doc->arena, part->text, false));
	size_t width = label.size + kd_columns(text);

	if (line->used > 0 && field->joint != NULL &&
	    field->joint == line->joint &&
	    (field->flows ||
	     line->used + strlen(field->joint) + width <= line->width)) {
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
static void put_brief(const struct sheet *sheet, const struct kd_node *entry)
{
	const struct kd_doc *doc = sheet->doc;
	FILE *out = sheet->out;
	struct line line = {
		.out = out,
		.width = sheet->look->width > 0 ? sheet->look->width : KD_WIDTH,
	};

	if (entry->key != NULL) {
		size_t used = strlen(entry->key);

		put_star(sheet, entry);
		line.indent = LABEL_WIDTH;
		line.used = used < LABEL_WIDTH ? LABEL_WIDTH : used + 1;
		(void)fputs(entry->key, out);
		put_blanks(out, line.used - used);
		if (entry->text.size > 0) {
			put_heading(sheet, entry->text);
			line.used = 0;
		}
	}
	if (entry->id != NULL) {
		const struct kd_node id = { .kind = KD_NODE_FIELD,
			                    .key = "series-id",
			                    .text = kd_bytes_of(entry->id) };

		put_brief_field(doc, &id, &line);
	}
	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_FIELD)
			put_brief_field(doc, part, &line);
	}
	end_line(&line);
}

static void put_node(const struct sheet *sheet, const struct kd_node *node)
{
	FILE *out = sheet->out;

	switch (node->kind) {
	case KD_NODE_PARA:
		put_line(out, node->text);
		break;
	case KD_NODE_TABLE:
		kd_text_table(sheet->doc, sheet->look, node, out);
		break;
	case KD_NODE_ENTRY:
		if (node->brief)
			put_brief(sheet, node);
		else
			put_entry(sheet, node);
		break;
	case KD_NODE_TEXT:
		put_text(node->text, out);
		break;
	case KD_NODE_SECTION:
	case KD_NODE_ROW:
	case KD_NODE_CELL:
	case KD_NODE_FIELD:
	case KD_NODE_FIGURE:
		break; /* they stand inside others, or are said in words */
	case KD_NODE_CHART:
		(void)fputc('\n', out);
		kd_text_chart(node, sheet->look, out);
		break;
	}
}

/* An empty line stands between two sections; an entry ends with its own. */
static void put_section(const struct sheet *sheet, const struct kd_node *self)
{
	FILE *out = sheet->out;

	put_heading(sheet, self->text);
	(void)fputc('\n', out);
	for (const struct kd_node *node = self->first; node;
	     node = node->next) {
		put_node(sheet, node);
		if (node->kind == KD_NODE_TABLE && node->next != NULL &&
		    node->next->kind == KD_NODE_TABLE)
			(void)fputc('\n', out);
	}
	if (self->next == NULL)
		return;
	if (self->last == NULL || self->last->kind != KD_NODE_ENTRY ||
	    self->last->brief)
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

static void put_doc(const struct sheet *sheet)
{
	const struct kd_doc *doc = sheet->doc;

	if (doc->list != NULL)
		put_head(doc, sheet->out);
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_SECTION)
			put_section(sheet, node);
		else
			put_node(sheet, node);
		if (node->next == NULL)
			break;
		if ((node->brief && !node->next->brief) ||
		    (node->kind == KD_NODE_PARA &&
		     node->next->kind == KD_NODE_SECTION))
			(void)fputc('\n', sheet->out);
	}
}

static enum kd_status put_doc_ascii(const struct sheet *sheet,
                                    struct kd_error *err)
{
	struct sheet whole = *sheet;
	char *text = NULL;
	size_t size = 0;

	whole.out = open_memstream(&text, &size);
	if (whole.out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	put_doc(&whole);
	if (fclose(whole.out) != 0) {
		free(text);
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	}
	kd_ink_ascii(sheet->out, (struct kd_bytes){ text, size });
	free(text);
	return KD_OK;
}

enum kd_status kd_render_text(const struct kd_doc *doc,
                              const struct kd_look *look, FILE *out,
                              struct kd_error *err)
{
	const struct sheet sheet = { .doc = doc, .look = look, .out = out };
	enum kd_status st = KD_OK;

	if (look->ascii)
		st = put_doc_ascii(&sheet, err);
	else
		put_doc(&sheet);
	if (st == KD_OK && (ferror(out) != 0 || kd_arena_failed(doc->arena)))
		st = kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return st;
}
