/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_json.c - a doc as one JSON object, by jansson; what its members
 * are is said in digest.schema.json.
 *
 * A value that cannot be made is NULL, which jansson's setters refuse: what
 * is missing is seen at the end.  Knows no section by its name.
 */
#include "report/render.h"

#include <jansson.h>
#include <string.h>

enum { JSON_FORMAT = 1 }; /* raised when a member changes its meaning */

struct builder {
	struct kd_arena *arena;
	bool failed;
};

/* Takes value over. */
static void put(struct builder *b, json_t *object, const char *key,
                json_t *value)
{
	if (json_object_set_new(object, key, value) < 0)
		b->failed = true;
}

static void append(struct builder *b, json_t *array, json_t *value)
{
	if (json_array_append_new(array, value) < 0)
		b->failed = true;
}

/* Lines of a terminal are not the only thing that text can do harm to. */
static json_t *text_value(struct builder *b, struct kd_bytes text, bool lines)
{
	return json_string(kd_sanitized(b->arena, text, lines));
}

static json_t *string_value(struct builder *b, const char *s)
{
	return text_value(b, kd_bytes_of(s), false);
}

/* The member that a key stands for; made where it is not there yet. */
static json_t *member(struct builder *b, json_t *object, const char *key,
                      json_t *(*make)(void))
{
	json_t *value = json_object_get(object, key);

	if (value == NULL) {
		put(b, object, key, make());
		value = json_object_get(object, key);
	}
	return value;
}

/* A second value of the same key makes an array of both. */
static void put_again(struct builder *b, json_t *object, const char *key,
                      json_t *value)
{
	json_t *old = json_object_get(object, key);

	if (old == NULL) {
		put(b, object, key, value);
		return;
	}
	if (!json_is_array(old)) {
		json_t *both = json_array();

		append(b, both, json_incref(old));
		put(b, object, key, both);
		old = both;
	}
	append(b, old, value);
}

static void put_lead(struct builder *b, json_t *object,
                     const struct kd_node *node)
{
	if (node->id != NULL)
		put(b, object, "id", string_value(b, node->id));
	if (node->url != NULL)
		put(b, object, "url", string_value(b, node->url));
	put(b, object, "star", json_boolean(node->star));
}

static json_t *cell_value(struct builder *b, const struct kd_node *cell)
{
	if (cell->is_number)
		return json_integer(cell->number);
	if (cell->text.size == 0)
		return json_null();
	return text_value(b, cell->text, false);
}

static json_t *row_value(struct builder *b, const struct kd_node *row)
{
	json_t *ret = json_object();

	put_lead(b, ret, row);
	for (const struct kd_node *cell = row->first; cell; cell = cell->next)
		put(b, ret, cell->key, cell_value(b, cell));
	return ret;
}

static json_t *entry_value(struct builder *b, const struct kd_node *entry)
{
	json_t *ret = json_object();
	json_t *fields = json_object();

	put_lead(b, ret, entry);
	put(b, ret, "label",
	    entry->key != NULL ? string_value(b, entry->key) : json_null());
	put(b, ret, "title", text_value(b, entry->text, false));
	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_FIELD)
			put_again(b, fields, part->key,
			          text_value(b, part->text, false));
		else if (part->kind == KD_NODE_FIGURE)
			put(b, ret, part->key, json_integer(part->number));
		else if (part->kind == KD_NODE_TEXT)
			put(b, ret, "text", text_value(b, part->text, true));
	}
	put(b, ret, "fields", fields);
	return ret;
}

static json_t *chart_value(struct builder *b, const struct kd_node *chart)
{
	json_t *ret = json_object();
	json_t *points = json_array();

	put(b, ret, "name", string_value(b, chart->key));
	put(b, ret, "text", text_value(b, chart->text, false));
	for (const struct kd_node *at = chart->first; at; at = at->next) {
		json_t *point = json_object();

		put(b, point, "at", string_value(b, at->key));
		put(b, point, "number", json_integer(at->number));
		append(b, points, point);
	}
	put(b, ret, "points", points);
	return ret;
}

static void put_rows(struct builder *b, json_t *object,
                     const struct kd_node *table)
{
	const char *name = table->key != NULL ? table->key : "rows";

	for (const struct kd_node *row = table->first; row; row = row->next)
		append(b, member(b, object, name, json_array),
		       row_value(b, row));
}

/* A node that stands by itself, or in a section, into its object. */
static void put_node(struct builder *b, json_t *object,
                     const struct kd_node *node)
{
	if (node->kind == KD_NODE_PARA || node->kind == KD_NODE_TEXT)
		append(b, member(b, object, "notes", json_array),
		       text_value(b, node->text, node->kind == KD_NODE_TEXT));
	else if (node->kind == KD_NODE_TABLE)
		put_rows(b, object, node);
	else if (node->kind == KD_NODE_ENTRY)
		append(b, member(b, object, "entries", json_array),
		       entry_value(b, node));
	else if (node->kind == KD_NODE_CHART)
		append(b, member(b, object, "charts", json_array),
		       chart_value(b, node));
	else if (node->kind == KD_NODE_FIGURE)
		put(b, member(b, object, "figures", json_object), node->key,
		    json_integer(node->number));
}

static json_t *section_value(struct builder *b, const struct kd_node *section)
{
	json_t *ret = json_object();

	put(b, ret, "name", string_value(b, section->key));
	put(b, ret, "heading", text_value(b, section->text, false));
	for (const struct kd_node *node = section->first; node;
	     node = node->next)
		put_node(b, ret, node);
	return ret;
}

static json_t *doc_value(struct builder *b, const struct kd_doc *doc)
{
	json_t *ret = json_object();
	json_t *sections = json_array();

	put(b, ret, "format", json_integer(JSON_FORMAT));
	put(b, ret, "list", string_value(b, doc->list));
	put(b, ret, "from", string_value(b, doc->from));
	put(b, ret, "to", string_value(b, doc->to));
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_SECTION)
			append(b, sections, section_value(b, node));
		else
			put_node(b, ret, node);
	}
	put(b, ret, "sections", sections);
	return ret;
}

enum kd_status kd_render_json(const struct kd_doc *doc,
                              const struct kd_look *look, FILE *out,
                              struct kd_error *err)
{
	struct builder b = { .arena = doc->arena };
	json_t *object = doc_value(&b, doc);
	bool written;

	(void)look;
	written = !b.failed && object != NULL &&
	          json_dumpf(object, out, JSON_INDENT(1)) == 0 &&
	          fputc('\n', out) != EOF;
	json_decref(object);
	if (!written || ferror(out) != 0 || kd_arena_failed(doc->arena))
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return KD_OK;
}
