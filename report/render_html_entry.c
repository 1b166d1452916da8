/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html_entry.c - an entry of the page: its title, who and how much
 * beside it; what else there is, and its text, folded away under it.
 */
#include "report/render_html.h"

#include <string.h>

#include "report/html.h"

static const struct kd_node *figure_of(const struct kd_node *entry,
                                       const char *key)
{
	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_FIGURE && kd_str_same(part->key, key))
			return part;
	}
	return NULL;
}

/* What stands beside the title: who; of one among others like it all that
 * there is, which says for itself what it is. */
static bool is_beside(const struct kd_node *entry, const struct kd_node *field)
{
	return entry->brief || kd_str_same(field->key, "author") ||
	       kd_str_same(field->key, "sent-by");
}

/* It says nothing that is not there already: the title, or the link. */
static bool is_said(const struct kd_node *entry, const struct kd_node *field)
{
	struct kd_bytes text = field->text;

	if (entry->url != NULL && kd_html_is_url(entry->url) &&
	    text.size == strlen(entry->url) &&
	    memcmp(text.data, entry->url, text.size) == 0)
		return true;
	return text.size > 0 && text.size == entry->text.size &&
	       memcmp(text.data, entry->text.data, text.size) == 0;
}

static bool is_listed(const struct kd_node *entry, const struct kd_node *part)
{
	return part->kind == KD_NODE_FIELD && !is_beside(entry, part) &&
	       !is_said(entry, part);
}

static void put_title(struct kd_page *page, const struct kd_node *entry,
                      int level, bool linked)
{
	bool opened = false;

	(void)fprintf(page->out, "<h%d>", level);
	kd_page_star(page, entry);
	if (entry->key != NULL) {
		(void)fputs("<span class=\"label\">", page->out);
		kd_html_puts(page->out, page->arena, entry->key);
		(void)fputs("</span> ", page->out);
	}
	if (linked)
		opened = kd_page_open_link(page, entry->url);
	if (entry->text.size > 0)
		kd_page_text(page, entry->text);
	else
		(void)fputs("(no title)", page->out);
	kd_page_close_link(page, opened);
	(void)fprintf(page->out, "</h%d>\n", level);
}

/* Between two things that stand beside the title. */
static void put_joint(struct kd_page *page, bool *joined)
{
	if (*joined)
		(void)fputs(" \xc2\xb7 ", page->out);
	*joined = true;
}

static void put_who(struct kd_page *page, const struct kd_node *entry,
                    bool *joined)
{
	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind != KD_NODE_FIELD || !is_beside(entry, part) ||
		    is_said(entry, part))
			continue;
		put_joint(page, joined);
		if (kd_str_same(part->key, "sent-by"))
			(void)fputs("sent by ", page->out);
		kd_page_text(page, part->text);
	}
}

/* Those of one among others like it are said in its words. */
static void put_figures(struct kd_page *page, const struct kd_node *entry,
                        bool *joined)
{
	const struct kd_node *plus = figure_of(entry, "insertions");
	const struct kd_node *minus = figure_of(entry, "deletions");
	bool both = plus != NULL && minus != NULL;

	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind != KD_NODE_FIGURE ||
		    (both && (part == plus || part == minus)))
			continue;
		put_joint(page, joined);
		kd_page_key(page, part->key);
		(void)fputc(' ', page->out);
		kd_page_text(page, part->text);
	}
	if (!both)
		return;
	put_joint(page, joined);
	(void)fputs("<span class=\"d\">", page->out);
	kd_page_diffstat(page, plus->number, minus->number);
	(void)fputs("</span>", page->out);
}

/* Who, and how much. */
static void put_beside(struct kd_page *page, const struct kd_node *entry)
{
	bool joined = false;

	(void)fputs("<span class=\"meta\">", page->out);
	put_who(page, entry, &joined);
	if (!entry->brief)
		put_figures(page, entry, &joined);
	(void)fputs("</span>\n", page->out);
}

/* A field that comes again goes on where the one before it stands. */
static void put_fields(struct kd_page *page, const struct kd_node *entry)
{
	const char *key = NULL;

	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (!is_listed(entry, part))
			continue;
		if (key == NULL)
			(void)fputs("<dl class=\"fields\">\n", page->out);
		if (!kd_str_same(key, part->key)) {
			(void)fputs(key == NULL ? "<div><dt>"
			                        : "</div>\n<div><dt>",
			            page->out);
			key = part->key != NULL ? part->key : "";
			kd_page_key(page, key);
			(void)fputs("</dt> ", page->out);
		}
		(void)fputs("<dd>", page->out);
		kd_page_text(page, part->text);
		(void)fputs("</dd>", page->out);
	}
	if (key != NULL)
		(void)fputs("</div>\n</dl>\n", page->out);
}

/* Where it can be read, or at least what it is called. */
static void put_lead(struct kd_page *page, const struct kd_node *entry)
{
	bool links = kd_html_is_url(entry->url);

	if (!links && entry->id == NULL)
		return;
	(void)fputs("<p class=\"go\">", page->out);
	links = kd_page_open_link(page, entry->url);
	if (entry->id != NULL) {
		(void)fputs("<code>", page->out);
		kd_html_puts(page->out, page->arena, entry->id);
		(void)fputs("</code>", page->out);
	}
	if (links) {
		(void)fputs(entry->id != NULL ? " at " : "Read it at ",
		            page->out);
		kd_page_text(page, kd_html_host(entry->url));
	}
	kd_page_close_link(page, links);
	(void)fputs("</p>\n", page->out);
}

static void put_texts(struct kd_page *page, const struct kd_node *entry)
{
	for (const struct kd_node *part = entry->first; part;
	     part = part->next) {
		if (part->kind == KD_NODE_TEXT)
			kd_page_pre(page, part->text);
	}
}

void kd_page_entry(struct kd_page *page, const struct kd_node *entry, int level)
{
	bool folds = !entry->brief && kd_page_has_text(entry);

	(void)fputs("<article", page->out);
	kd_page_anchor(page, entry);
	(void)fputs(folds ? " class=\"folds\">\n<details>\n<summary>" : ">\n",
	            page->out);
	put_title(page, entry, level, !folds);
	put_beside(page, entry);
	if (folds)
		(void)fputs("</summary>\n", page->out);
	put_fields(page, entry);
	put_texts(page, entry);
	if (folds)
		(void)fputs("</details>\n", page->out);
	put_lead(page, entry);
	(void)fputs("</article>\n", page->out);
}
