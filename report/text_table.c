/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_table.c - a table as plain text: how each column looks, and how wide
 * it must be.  Everything passes the sanitizer.
 */
#include "report/text_table.h"

#include <stdbool.h>
#include <string.h>

#include "report/ink.h"

enum { COLUMNS_MAX = 8 };

/* How a column looks. */
struct column {
	const char *key;
	const char *head; /* stands above it; NULL: the cells say it all */
	size_t gap;       /* blanks before it */
	size_t min;       /* columns */
	size_t pad_max;   /* longer cells stick out rather than be cut */
	bool right;       /* numbers stand to the right */
	/* As the first of its table it stands above the rows that have it,
	 * not in each of them. */
	bool group;
};

/* clang-format off */
static const struct column columns[] = {
	{ "count", NULL, 0, 7, 20, true, false },
	{ "domain", NULL, 1, 0, 0, false, false },
	{ "person", NULL, 2, 0, 0, false, false },
	{ "version", NULL, 0, 3, 8, false, false },
	{ "received", NULL, 2, 3, 9, true, false },
	{ "insertions", NULL, 2, 2, 9, true, false },
	{ "deletions", NULL, 1, 2, 9, true, false },
	{ "name", NULL, 0, 0, 64, false, false },
	{ "newer", NULL, 2, 0, 9, true, false },
	{ "author", NULL, 2, 0, 20, false, false },
	{ "title", NULL, 2, 0, 0, false, false },
	{ "state", NULL, 2, 0, 0, false, false },
	{ "what", "", 0, 16, 20, false, false },
	{ "now", "now", 2, 6, 20, true, false },
	{ "before", "before", 2, 6, 20, true, false },
	{ "change", "change", 2, 6, 20, true, false },
	{ "tags", "all", 0, 7, 20, true, false },
	{ "reviewed", "reviewed", 2, 0, 20, true, false },
	{ "acked", "acked", 2, 0, 20, true, false },
	{ "tested", "tested", 2, 0, 20, true, false },
	{ "series", "series", 2, 0, 20, true, false },
	{ "messages", "messages", 0, 8, 20, true, false },
	{ "reports", "reports", 2, 0, 20, true, false },
	{ "notices", "notices", 2, 0, 20, true, false },
	{ "fate", NULL, 0, 0, 9, false, false },
	{ "patches", NULL, 2, 3, 9, true, false },
	{ "by", NULL, 2, 0, 20, false, false },
	{ "days", NULL, 2, 7, 9, true, false },
	{ "tree", NULL, 0, 0, 20, false, true },
	{ "waits", NULL, 0, 0, 20, false, true },
	{ "bot", NULL, 2, 0, 20, false, true },
};
/* clang-format on */

static const struct column plain = { "", NULL, 2, 0, 20, false, false };

static const struct column *column_of(const char *key)
{
	for (size_t i = 0; i < sizeof(columns) / sizeof(columns[0]); i++) {
		if (strcmp(columns[i].key, key) == 0)
			return &columns[i];
	}
	return &plain;
}

static void put_blanks(FILE *out, size_t n)
{
	for (; n > 0; n--)
		(void)fputc(' ', out);
}

/* A figure is said in the words of others. */
static const struct kd_node *cell_from(const struct kd_node *node)
{
	while (node != NULL && node->kind != KD_NODE_CELL)
		node = node->next;
	return node;
}

static bool is_group(const struct kd_node *row, const struct kd_node *cell)
{
	return cell == cell_from(row->first) && column_of(cell->key)->group;
}

/* A table, measured. */
struct table {
	const struct kd_doc *doc;
	const struct kd_look *look;
	FILE *out;
	size_t widths[COLUMNS_MAX];
	size_t id;   /* columns of the ids; 0: its rows lead nowhere */
	bool stars;  /* something in it concerns the reader */
	bool groups; /* the rows stand below what they have in common */
	bool heads;  /* the columns are named */
};

static struct kd_bytes text_of(const struct table *table,
                               const struct kd_node *node)
{
	return kd_bytes_of(kd_sanitized(table->doc->arena, node->text, false));
}

static size_t width_of(const struct table *table, const struct kd_node *cell)
{
	const struct column *column = column_of(cell->key);
	size_t width = kd_columns(text_of(table, cell));

	if (width > column->pad_max)
		width = column->pad_max;
	if (width < column->min)
		width = column->min;
	if (column->head != NULL && width < strlen(column->head))
		width = strlen(column->head);
	return width;
}

static void measure_row(struct table *table, const struct kd_node *row)
{
	const struct kd_node *cell = cell_from(row->first);

	if (row->star)
		table->stars = true;
	if (row->id != NULL && table->id < strlen(row->id))
		table->id = strlen(row->id);
	for (size_t i = 0; cell && i < COLUMNS_MAX; i++) {
		size_t width = width_of(table, cell);

		if (table->widths[i] < width)
			table->widths[i] = width;
		if (column_of(cell->key)->head != NULL)
			table->heads = true;
		if (is_group(row, cell))
			table->groups = true;
		cell = cell_from(cell->next);
	}
}

static enum kd_ink ink_of(const struct kd_node *cell)
{
	if (strcmp(cell->key, "insertions") == 0)
		return KD_INK_ADDED;
	if (strcmp(cell->key, "deletions") == 0)
		return KD_INK_REMOVED;
	if (strcmp(cell->key, "state") == 0)
		return KD_INK_STATE;
	return KD_INK_PLAIN;
}

/* first: of its row; what stands before it has the gap. */
static void put_cell(const struct table *table, const struct kd_node *cell,
                     struct kd_bytes text, size_t width, bool first)
{
	const struct column *column = column_of(cell->key);
	bool last = cell_from(cell->next) == NULL;
	size_t used = kd_columns(text);
	size_t pad = used < width ? width - used : 0;

	if (used == 0 && last)
		return;
	if (!first)
		put_blanks(table->out, column->gap);
	if (column->right)
		put_blanks(table->out, pad);
	kd_ink_put(table->out, table->look, ink_of(cell), text);
	if (!column->right && !last)
		put_blanks(table->out, pad);
}

/* What stands before the cells of a row; NULL: of their names. */
static void put_margin(const struct table *table, const struct kd_node *row)
{
	const char *id = row != NULL && row->id != NULL ? row->id : "";

	if (table->groups)
		(void)fputs("  ", table->out);
	if (table->stars)
		kd_ink_put(table->out, table->look, KD_INK_STAR,
		           kd_bytes_of(row != NULL && row->star ? "* " : "  "));
	if (table->id == 0)
		return;
	kd_ink_put(table->out, table->look, KD_INK_ID, kd_bytes_of(id));
	put_blanks(table->out, table->id - strlen(id) + 2);
}

/* Each cell of a row, or what its column is called. */
static void put_cells(const struct table *table, const struct kd_node *row,
                      bool heads)
{
	const struct kd_node *cell = cell_from(row->first);
	bool first = true;

	for (size_t i = 0; cell; i++, cell = cell_from(cell->next)) {
		const char *head = column_of(cell->key)->head;

		if (is_group(row, cell))
			continue;
		put_cell(table, cell,
		         heads ? kd_bytes_of(head) : text_of(table, cell),
		         i < COLUMNS_MAX ? table->widths[i] : 0, first);
		first = false;
	}
	(void)fputc('\n', table->out);
}

/* What this row and those behind it have in common. */
static void put_group(const struct table *table, const struct kd_node *row,
                      const struct kd_node *before)
{
	const struct kd_node *cell = cell_from(row->first);
	const struct kd_node *above =
		before != NULL ? cell_from(before->first) : NULL;

	if (cell == NULL ||
	    (above != NULL && kd_bytes_same_nocase(above->text, cell->text)))
		return;
	kd_sanitize(table->out, cell->text, false);
	(void)fputc('\n', table->out);
}

void kd_text_table(const struct kd_doc *doc, const struct kd_look *look,
                   const struct kd_node *node, FILE *out)
{
	struct table table = { .doc = doc, .look = look, .out = out };
	const struct kd_node *before = NULL;

	for (const struct kd_node *row = node->first; row; row = row->next)
		measure_row(&table, row);
	if (table.heads) {
		put_margin(&table, NULL);
		put_cells(&table, node->first, true);
	}
	for (const struct kd_node *row = node->first; row; row = row->next) {
		if (table.groups)
			put_group(&table, row, before);
		put_margin(&table, row);
		put_cells(&table, row, false);
		before = row;
	}
}
