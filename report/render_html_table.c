/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html_table.c - tables of the page.  How a column looks follows
 * from its key and from what its cells hold; a column with nothing in it
 * is left out.
 */
#include "report/render_html.h"

#include <string.h>

#include "report/html.h"
#include "report/svg.h"

enum {
	COLUMNS_MAX = 16, /* what stands behind them looks like any text */
	WIDE = 4,         /* a table of more does not fit a phone */
};

enum look {
	LOOK_TEXT,
	LOOK_LEAD,    /* what the row is about; it has the link */
	LOOK_NUMBER,  /* to the right */
	LOOK_BAR,     /* the same, and a bar */
	LOOK_STATE,   /* a label */
	LOOK_VERSION, /* the same, always of one word */
	LOOK_DIFF,    /* insertions, and the deletions of the next column */
	LOOK_NONE,    /* those */
};

struct column {
	const char *key;
	bool filled;  /* a cell of it is */
	bool words;   /* a cell of it holds something else than a number */
	bool differs; /* two cells of it do */
	const struct kd_node *first;
	bool loose; /* a cell of it is no number, or one by its text alone */
	int64_t max;
	enum look look;
};

struct shape {
	struct column columns[COLUMNS_MAX];
	size_t n;
	size_t n_shown;
	bool ids;
	const struct kd_node *caption; /* a cell that all rows have, or NULL */
};

static bool is_number(const struct kd_node *cell)
{
	bool digit = false;

	if (cell->is_number)
		return true;
	for (size_t i = 0; i < cell->text.size; i++) {
		char c = cell->text.data[i];

		digit = digit || kd_is_digit(c);
		if (!kd_is_digit(c) && (c == '\0' || !strchr("+-./%,", c)))
			return false;
	}
	return digit;
}

/* A row may have figures as well, which its cells say in words. */
static const struct kd_node *cell_from(const struct kd_node *node)
{
	while (node != NULL && node->kind != KD_NODE_CELL)
		node = node->next;
	return node;
}

static bool is_same(const struct kd_node *a, const struct kd_node *b)
{
	return a->text.size == b->text.size &&
	       (a->text.size == 0 ||
	        memcmp(a->text.data, b->text.data, a->text.size) == 0);
}

static void look_at_row(const struct kd_page *page, struct shape *shape,
                        const struct kd_node *row)
{
	const struct kd_node *cell = cell_from(row->first);
	size_t i;

	shape->ids = shape->ids || row->id != NULL ||
	             kd_page_leads(page, row) != NULL;
	for (i = 0; cell && i < COLUMNS_MAX;
	     cell = cell_from(cell->next), i++) {
		struct column *column = &shape->columns[i];

		if (column->key == NULL) {
			column->key = cell->key != NULL ? cell->key : "";
			column->first = cell;
		}
		column->differs =
			column->differs || !is_same(cell, column->first);
		if (cell->text.size == 0)
			continue;
		column->filled = true;
		column->words = column->words || !is_number(cell);
		column->loose = column->loose || !cell->is_number;
		if (cell->is_number && column->max < cell->number)
			column->max = cell->number;
	}
	if (shape->n < i)
		shape->n = i;
}

/* The column that the row is about: its title, or else the first of
 * words. */
static size_t lead_of(const struct shape *shape)
{
	size_t lead = shape->n;

	for (size_t i = 0; i < shape->n; i++) {
		const struct column *column = &shape->columns[i];

		if (strcmp(column->key, "title") == 0 ||
		    strcmp(column->key, "subject") == 0)
			return i;
		if (lead == shape->n && column->words &&
		    strcmp(column->key, "version") != 0)
			lead = i;
	}
	return lead;
}

static enum look look_of(const struct shape *shape, size_t i, size_t lead)
{
	const struct column *column = &shape->columns[i];
	const struct column *next = i + 1 < shape->n ? column + 1 : NULL;

	if (!column->filled)
		return LOOK_NONE;
	if (i == lead)
		return LOOK_LEAD;
	if (strcmp(column->key, "insertions") == 0 && !column->loose &&
	    next != NULL && strcmp(next->key, "deletions") == 0 && !next->loose)
		return LOOK_DIFF;
	if (strcmp(column->key, "deletions") == 0 && i > 0 &&
	    shape->columns[i - 1].look == LOOK_DIFF)
		return LOOK_NONE;
	if (strcmp(column->key, "state") == 0 ||
	    strcmp(column->key, "fate") == 0)
		return LOOK_STATE;
	if (strcmp(column->key, "version") == 0)
		return LOOK_VERSION;
	if (column->words)
		return LOOK_TEXT;
	return strcmp(column->key, "count") == 0 ? LOOK_BAR : LOOK_NUMBER;
}

/* What the rows have in common, where it is a heading to them. */
static void take_caption(struct shape *shape, size_t lead)
{
	static const char *const keys[] = { "bot", "tree", "waits" };
	struct column *column = &shape->columns[0];

	if (shape->n == 0 || lead == 0 || !column->filled || column->differs)
		return;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(column->key, keys[i]) == 0)
			shape->caption = column->first;
	}
	if (shape->caption != NULL)
		column->filled = false;
}

static void take_shape(const struct kd_page *page, struct shape *shape,
                       const struct kd_node *table)
{
	size_t lead;

	for (const struct kd_node *row = table->first; row; row = row->next)
		look_at_row(page, shape, row);
	lead = lead_of(shape);
	take_caption(shape, lead);
	for (size_t i = 0; i < shape->n; i++) {
		shape->columns[i].look = look_of(shape, i, lead);
		shape->n_shown += shape->columns[i].look != LOOK_NONE;
	}
	shape->n_shown += shape->ids;
}

static void put_headings(struct kd_page *page, const struct shape *shape)
{
	(void)fputs("<thead><tr>", page->out);
	for (size_t i = 0; i < shape->n; i++) {
		const struct column *column = &shape->columns[i];
		bool right = column->look == LOOK_NUMBER;

		if (column->look == LOOK_NONE)
			continue;
		(void)fprintf(page->out, "<th scope=\"col\"%s>",
		              right ? " class=\"n\"" : "");
		if (column->look == LOOK_DIFF)
			(void)fputs("Changes", page->out);
		else
			kd_page_key(page, column->key);
		(void)fputs("</th>", page->out);
	}
	if (shape->ids)
		(void)fputs("<th scope=\"col\">Message</th>", page->out);
	(void)fputs("</tr></thead>\n", page->out);
}

/* No <th>: a mail program without the style sheet would centre it. */
static void put_lead(struct kd_page *page, const struct kd_node *row,
                     const struct kd_node *cell)
{
	bool linked;

	(void)fputs("<td class=\"l\">", page->out);
	kd_page_star(page, row);
	linked = cell->text.size > 0 && kd_page_open_link(page, row->url);
	kd_page_text(page, cell->text);
	kd_page_close_link(page, linked);
	(void)fputs("</td>", page->out);
}

static void put_number(struct kd_page *page, const struct column *column,
                       const struct kd_node *cell)
{
	(void)fputs("<td class=\"n\"", page->out);
	if (cell->text.size > 0 && column->look == LOOK_NUMBER) {
		(void)fputs(" data-label=\"", page->out);
		kd_page_key(page, column->key);
		(void)fputc('"', page->out);
	}
	(void)fputc('>', page->out);
	kd_page_text(page, cell->text);
	if (column->look == LOOK_BAR && cell->is_number)
		kd_svg_bar(page->out, cell->number, column->max);
	(void)fputs("</td>", page->out);
}

static void put_diff(struct kd_page *page, const struct kd_node *cell)
{
	const struct kd_node *next = cell_from(cell->next);

	(void)fputs("<td class=\"d\">", page->out);
	if (next != NULL && (cell->is_number || next->is_number))
		kd_page_diffstat(page, cell->number, next->number);
	(void)fputs("</td>", page->out);
}

static void put_cell(struct kd_page *page, const struct column *column,
                     const struct kd_node *row, const struct kd_node *cell)
{
	switch (column->look) {
	case LOOK_LEAD:
		put_lead(page, row, cell);
		return;
	case LOOK_NUMBER:
	case LOOK_BAR:
		put_number(page, column, cell);
		return;
	case LOOK_DIFF:
		put_diff(page, cell);
		return;
	case LOOK_NONE:
		return;
	case LOOK_VERSION:
	case LOOK_STATE:
	case LOOK_TEXT:
		break;
	}
	(void)fputs(column->look == LOOK_VERSION ? "<td class=\"v\">"
	                                         : "<td class=\"t\">",
	            page->out);
	if (column->look == LOOK_TEXT)
		kd_page_text(page, cell->text);
	else
		kd_page_state(page, cell->text);
	(void)fputs("</td>", page->out);
}

/* Down, or up, to where the page has more of it. */
static void put_id(struct kd_page *page, const struct kd_node *row)
{
	const char *id = kd_page_leads(page, row);

	(void)fputs("<td class=\"i\">", page->out);
	if (id != NULL) {
		(void)fprintf(page->out,
		              "<a href=\"#m-%s\" aria-label=\"%s in this "
		              "digest\"><code>%s</code></a>",
		              id, id, id);
	} else if (row->id != NULL) {
		(void)fputs("<code>", page->out);
		kd_html_puts(page->out, page->arena, row->id);
		(void)fputs("</code>", page->out);
	}
	(void)fputs("</td>", page->out);
}

static void put_row(struct kd_page *page, const struct shape *shape,
                    const struct kd_node *row)
{
	static const struct column behind = { .look = LOOK_TEXT };
	size_t i = 0;

	(void)fputs("<tr>", page->out);
	for (const struct kd_node *cell = cell_from(row->first); cell;
	     cell = cell_from(cell->next), i++)
		put_cell(page, i < shape->n ? &shape->columns[i] : &behind, row,
		         cell);
	if (shape->ids)
		put_id(page, row);
	(void)fputs("</tr>\n", page->out);
}

void kd_page_table(struct kd_page *page, const struct kd_node *table)
{
	struct shape shape = { .n = 0 };
	bool wide;

	if (table->first == NULL)
		return;
	take_shape(page, &shape, table);
	wide = shape.n_shown > WIDE;
	(void)fprintf(page->out, "<table class=\"%s\">\n",
	              wide ? "wide" : "slim");
	if (shape.caption != NULL) {
		(void)fputs("<caption>", page->out);
		kd_page_text(page, shape.caption->text);
		(void)fputs("</caption>\n", page->out);
	}
	put_headings(page, &shape);
	(void)fputs("<tbody>\n", page->out);
	for (const struct kd_node *row = table->first; row; row = row->next)
		put_row(page, &shape, row);
	(void)fputs("</tbody>\n</table>\n", page->out);
}
