/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html.c - a doc as one page of HTML: no script, nothing asked for
 * from anywhere, all that comes from mail escaped in html.c.
 */
#include "report/render_html.h"

#include <inttypes.h>
#include <string.h>

#include "report/html.h"
#include "report/render.h"

/* Headings of text have rules around them. */
static struct kd_bytes without_rules(struct kd_bytes text)
{
	while (text.size > 0 &&
	       (text.data[0] == '=' || kd_is_blank(text.data[0]))) {
		text.data++;
		text.size--;
	}
	while (text.size > 0 && (text.data[text.size - 1] == '=' ||
	                         kd_is_blank(text.data[text.size - 1])))
		text.size--;
	return text;
}

/* How many things stand in a section; -1: nothing that can be counted. */
static int64_t count_in(const struct kd_node *section)
{
	int64_t ret = -1;

	for (const struct kd_node *node = section->first; node;
	     node = node->next) {
		if (node->kind != KD_NODE_TABLE && node->kind != KD_NODE_ENTRY)
			continue;
		if (ret < 0)
			ret = 0;
		if (node->kind == KD_NODE_ENTRY)
			ret++;
		else
			for (const struct kd_node *row = node->first; row;
			     row = row->next)
				ret++;
	}
	return ret;
}

/* Of the sections of the same key the first has it alone; a number makes
 * the others differ, which stands where no key has one. */
static void put_anchor(struct kd_page *page, const struct kd_doc *doc,
                       const struct kd_node *section)
{
	const char *key = section->key != NULL ? section->key : "";
	size_t before = 0;

	for (const struct kd_node *node = doc->first; node && node != section;
	     node = node->next)
		before += node->kind == KD_NODE_SECTION &&
		          kd_str_same(node->key, section->key);
	if (before > 0)
		(void)fprintf(page->out, "s%zu-", before + 1);
	else
		(void)fputs("s-", page->out);
	for (; *key != '\0'; key++) {
		if (kd_is_alpha(*key) || kd_is_digit(*key) || *key == '-')
			(void)fputc(*key, page->out);
	}
}

static void put_contents(struct kd_page *page, const struct kd_doc *doc)
{
	bool any = false;

	for (const struct kd_node *node = doc->first; node; node = node->next) {
		int64_t count;

		if (node->kind != KD_NODE_SECTION)
			continue;
		if (!any)
			(void)fputs("<nav aria-label=\"Contents\">\n<ul>\n",
			            page->out);
		any = true;
		(void)fputs("<li><a href=\"#", page->out);
		put_anchor(page, doc, node);
		(void)fputs("\">", page->out);
		kd_page_text(page, without_rules(node->text));
		(void)fputs("</a>", page->out);
		count = count_in(node);
		if (count >= 0)
			(void)fprintf(page->out,
			              " <span class=\"count\">%" PRId64
			              "</span>",
			              count);
		(void)fputs("</li>\n", page->out);
	}
	if (any)
		(void)fputs("</ul>\n</nav>\n", page->out);
}

static void put_node(struct kd_page *page, const struct kd_node *node,
                     int level)
{
	switch (node->kind) {
	case KD_NODE_PARA:
		(void)fputs("<p>", page->out);
		kd_page_text(page, node->text);
		(void)fputs("</p>\n", page->out);
		break;
	case KD_NODE_TABLE:
		kd_page_table(page, node);
		break;
	case KD_NODE_ENTRY:
		kd_page_entry(page, node, level);
		break;
	case KD_NODE_TEXT:
		kd_page_pre(page, node->text);
		break;
	case KD_NODE_CHART:
		kd_page_chart(page, node);
		break;
	case KD_NODE_FIGURE:
	case KD_NODE_SECTION:
	case KD_NODE_ROW:
	case KD_NODE_CELL:
	case KD_NODE_FIELD:
		break; /* they stand inside others */
	}
}

static void put_section(struct kd_page *page, const struct kd_doc *doc,
                        const struct kd_node *self)
{
	(void)fputs("<section>\n<h2 id=\"", page->out);
	put_anchor(page, doc, self);
	(void)fputs("\">", page->out);
	kd_page_text(page, without_rules(self->text));
	(void)fputs("</h2>\n", page->out);
	for (const struct kd_node *node = self->first; node; node = node->next)
		put_node(page, node, 3);
	(void)fputs("</section>\n", page->out);
}

/* "KVM mailing list update" */
static void put_name(struct kd_page *page, const struct kd_doc *doc)
{
	if (doc->list != NULL && doc->list[0] != '\0') {
		kd_html_puts(page->out, page->arena, doc->list);
		(void)fputc(' ', page->out);
	}
	(void)fputs("mailing list update", page->out);
}

static void put_range(struct kd_page *page, const struct kd_doc *doc,
                      const char *open, const char *close)
{
	(void)fprintf(page->out, "from %s", open);
	kd_html_puts(page->out, page->arena, doc->from);
	(void)fprintf(page->out, "%s to %s", close, open);
	kd_html_puts(page->out, page->arena, doc->to);
	(void)fputs(close, page->out);
}

/* A mail that is opened in a browser may not ask for anything either. */
static void put_head(struct kd_page *page, const struct kd_doc *doc)
{
	(void)fputs("<!DOCTYPE html>\n"
	            "<html lang=\"en\">\n"
	            "<head>\n"
	            "<meta charset=\"utf-8\">\n"
	            "<meta http-equiv=\"Content-Security-Policy\" "
	            "content=\"default-src 'none'; style-src 'unsafe-inline'; "
	            "base-uri 'none'; form-action 'none'\">\n"
	            "<meta name=\"viewport\" "
	            "content=\"width=device-width, initial-scale=1\">\n"
	            "<meta name=\"color-scheme\" content=\"light dark\">\n"
	            "<meta name=\"referrer\" content=\"no-referrer\">\n"
	            "<title>",
	            page->out);
	put_name(page, doc);
	(void)fputc(' ', page->out);
	put_range(page, doc, "", "");
	(void)fputs("</title>\n", page->out);
	kd_page_style(page->out);
	(void)fputs("</head>\n", page->out);
}

static void put_body(struct kd_page *page, const struct kd_doc *doc)
{
	(void)fputs("<body>\n<header>\n<h1>", page->out);
	put_name(page, doc);
	(void)fputs("</h1>\n<p class=\"range soft\">", page->out);
	put_range(page, doc, "<code>", "</code>");
	(void)fputs("</p>\n", page->out);
	kd_page_figures(page, doc->first);
	put_contents(page, doc);
	if (page->stars)
		(void)fputs(
			"<p class=\"soft\"><span class=\"star\">\xe2\x98\x85"
			"</span> marks what concerns you.</p>\n",
			page->out);
	(void)fputs("</header>\n<main>\n", page->out);
	for (const struct kd_node *node = doc->first; node; node = node->next) {
		if (node->kind == KD_NODE_SECTION)
			put_section(page, doc, node);
		else
			put_node(page, node, 2);
	}
	(void)fputs("</main>\n</body>\n</html>\n", page->out);
}

enum kd_status kd_render_html(const struct kd_doc *doc,
                              const struct kd_look *look, FILE *out,
                              struct kd_error *err)
{
	struct kd_page page = { .arena = doc->arena, .out = out };

	(void)look;
	kd_page_find(&page, doc);
	put_head(&page, doc);
	put_body(&page, doc);
	if (ferror(out) != 0 || kd_arena_failed(doc->arena))
		return kd_fail(err, KD_NOMEM, "out of memory for the digest");
	return KD_OK;
}
