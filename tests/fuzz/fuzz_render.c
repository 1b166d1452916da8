/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_render.c - a digest of hostile text: each line of the input is a
 * node, its first byte says of which kind.  Renderers that come later are
 * added to the table.
 */
#include "report/render.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

/* Markup of ours is plain: each tag is a name in lower case, attributes in
 * double quotes with nothing in them that ends one, and ends; each "&" is
 * an entity.  Text cannot look like that: it has no "<". */
static void check_tag(const char **at)
{
	const char *s = *at + 1;

	if (strncmp(s, "!DOCTYPE html>", 14) == 0) {
		*at = s + 13;
		return;
	}
	s += *s == '/';
	CHECK(*s >= 'a' && *s <= 'z');
	CHECK(strncmp(s, "script", 6) != 0 && strncmp(s, "img", 3) != 0);
	s += strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789");
	while (*s == ' ') {
		s += 1;
		CHECK(strncmp(s, "on", 2) != 0);
		s += strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFR-");
		CHECK(s[0] == '=' && s[1] == '"');
		s += 2;
		s += strcspn(s, "\"<>\n");
		CHECK(*s == '"');
		s++;
	}
	CHECK(*s == '>');
	*at = s;
}

static void check_entity(const char *s)
{
	static const char *const entities[] = { "&amp;", "&lt;", "&gt;",
		                                "&quot;", "&#39;" };
	bool is = false;

	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++)
		is = is || strncmp(s, entities[i], strlen(entities[i])) == 0;
	CHECK(is);
}

/* A page in which no text has become markup: all that is left of a style
 * sheet and of tags is text. */
static void check_html(struct kd_bytes page)
{
	const char *style = strstr(page.data, "<style>");
	const char *end = strstr(page.data, "</style>");

	CHECK(style != NULL && end != NULL && style < end);
	CHECK(strstr(end + 1, "<style") == NULL);
	CHECK(strchr(style + 1, '<') == end);
	for (const char *s = page.data; *s != '\0'; s++) {
		if (s == style)
			s = end;
		if (*s == '<')
			check_tag(&s);
		else if (*s == '&')
			check_entity(s);
		else
			CHECK(*s != '>' && *s != '"' && *s != '\'');
	}
}

static void check_text(struct kd_bytes text)
{
	(void)text;
}

struct renderer {
	kd_render_fn *render;
	void (*check)(struct kd_bytes output); /* beyond what is for all */
};

static const struct renderer renderers[] = {
	{ kd_render_text, check_text },
	{ kd_render_json, check_text },
	{ kd_render_html, check_html },
};
enum { N_RENDERERS = sizeof(renderers) / sizeof(renderers[0]) };

static const char *const keys[] = { "count", "state",  "title",   "author",
	                            "waits", "person", "subject", "x" };
enum { N_KEYS = sizeof(keys) / sizeof(keys[0]) };

/* Where the next node goes. */
struct place {
	struct kd_node *section;
	struct kd_node *table;
	struct kd_node *row;
	struct kd_node *entry;
	struct kd_node *chart;
};

static void add(struct kd_doc *doc, struct place *at, unsigned int which,
                struct kd_bytes text)
{
	const char *key = keys[which / 8 % N_KEYS];

	switch ((enum kd_node_kind)(which < 200 ? which % 8 : which % 2 + 8)) {
	case KD_NODE_SECTION:
		*at = (struct place){ .table = NULL };
		at->section = kd_doc_add(doc, NULL, KD_NODE_SECTION, key, text);
		break;
	case KD_NODE_PARA:
		(void)kd_doc_add(doc, at->section, KD_NODE_PARA, NULL, text);
		break;
	case KD_NODE_TABLE:
		at->row = NULL;
		at->table = kd_doc_puts(doc, at->section, KD_NODE_TABLE, NULL,
		                        NULL);
		break;
	case KD_NODE_ROW:
		if (at->table != NULL)
			at->row = kd_doc_puts(doc, at->table, KD_NODE_ROW, NULL,
			                      NULL);
		kd_doc_lead(at->row, kd_fuzz_string(doc->arena, text), NULL);
		break;
	case KD_NODE_CELL:
		if (at->row != NULL)
			(void)kd_doc_add(doc, at->row, KD_NODE_CELL, key, text);
		break;
	case KD_NODE_ENTRY:
		at->entry =
			kd_doc_add(doc, at->section, KD_NODE_ENTRY, key, text);
		kd_doc_lead(at->entry, kd_fuzz_string(doc->arena, text),
		            "1a2b");
		break;
	case KD_NODE_FIELD:
		if (at->entry != NULL)
			(void)kd_doc_add(doc, at->entry, KD_NODE_FIELD, key,
			                 text);
		break;
	case KD_NODE_TEXT:
		(void)kd_doc_add(doc,
		                 at->entry != NULL ? at->entry : at->section,
		                 KD_NODE_TEXT, NULL, text);
		break;
	case KD_NODE_CHART:
		at->chart =
			kd_doc_add(doc, at->section, KD_NODE_CHART, key, text);
		break;
	case KD_NODE_FIGURE:
		/* the keys of others are never from mail */
		if (at->chart != NULL)
			(void)kd_doc_number(doc, at->chart, KD_NODE_FIGURE,
			                    kd_fuzz_string(doc->arena, text),
			                    (int64_t)(text.size * which));
		break;
	}
}

static void check_output(const struct kd_doc *doc,
                         const struct renderer *renderer)
{
	const struct kd_look look = { .width = 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	enum kd_status st;

	CHECK(out != NULL);
	st = renderer->render(doc, &look, out, NULL);
	CHECK(fclose(out) == 0);
	CHECK(st == KD_OK);
	kd_fuzz_harmless((struct kd_bytes){ text, size }, false);
	renderer->check((struct kd_bytes){ text, size });
	free(text);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct place at = { .table = NULL };
	struct kd_doc doc = { .arena = arena, .from = "a", .to = "b" };
	struct kd_bytes rest = in;
	struct kd_bytes line;

	while (kd_next_line(&rest, &line)) {
		unsigned int which = 0;

		if (line.size > 0) {
			which = (unsigned char)line.data[0];
			line.data++;
			line.size--;
		}
		add(&doc, &at, which, line);
	}
	doc.list = kd_fuzz_string(arena, in);
	for (size_t i = 0; i < N_RENDERERS; i++)
		check_output(&doc, &renderers[i]);
	kd_arena_free(arena);
}
