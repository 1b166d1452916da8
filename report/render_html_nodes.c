/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * render_html_nodes.c - the small pieces of the page, and its charts.
 * Knows no section by its name.
 */
#include "report/render_html.h"

#include <inttypes.h>
#include <stdio.h>

#include "report/html.h"
#include "report/svg.h"

enum { FEW = 14 };

void kd_page_text(struct kd_page *page, struct kd_bytes text)
{
	kd_html_text(page->out, page->arena, text, false);
}

void kd_page_key(struct kd_page *page, const char *key)
{
	char *copy = kd_arena_strdup(page->arena, key);

	for (char *c = copy; c != NULL && *c != '\0'; c++) {
		if (*c == '-')
			*c = ' ';
	}
	if (copy != NULL && copy[0] >= 'a' && copy[0] <= 'z')
		copy[0] = (char)(copy[0] - 'a' + 'A');
	kd_html_puts(page->out, page->arena, copy);
}

void kd_page_star(struct kd_page *page, const struct kd_node *node)
{
	if (node->star)
		(void)fputs("<span class=\"star\" role=\"img\" "
		            "aria-label=\"concerns you\">\xe2\x98\x85</span> ",
		            page->out);
}

bool kd_page_open_link(struct kd_page *page, const char *url)
{
	if (!kd_html_is_url(url))
		return false;
	(void)fputs("<a", page->out);
	kd_html_attr(page->out, page->arena, "href", kd_bytes_of(url));
	kd_html_attr(page->out, page->arena, "title", kd_html_host(url));
	(void)fputc('>', page->out);
	return true;
}

void kd_page_close_link(struct kd_page *page, bool opened)
{
	if (opened)
		(void)fputs("</a>", page->out);
}

void kd_page_state(struct kd_page *page, struct kd_bytes text)
{
	static const char *const good[] = { "merged", "applied", "queued" };
	const char *tone = "label";

	if (text.size > 1 && text.data[0] == '[' &&
	    text.data[text.size - 1] == ']') {
		text.data++;
		text.size -= 2;
	}
	if (text.size == 0)
		return;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (kd_bytes_starts(text, good[i]))
			tone = "label good";
	}
	(void)fprintf(page->out, "<span class=\"%s\">", tone);
	kd_page_text(page, text);
	(void)fputs("</span>", page->out);
}

void kd_page_diffstat(struct kd_page *page, int64_t insertions,
                      int64_t deletions)
{
	(void)fprintf(page->out,
	              "<span class=\"plus\">+%" PRId64 "</span> "
	              "<span class=\"minus\">-%" PRId64 "</span>",
	              insertions, deletions);
	kd_svg_diffstat(page->out, insertions, deletions);
}

void kd_page_figures(struct kd_page *page, const struct kd_node *first)
{
	bool any = false;

	for (const struct kd_node *node = first; node; node = node->next) {
		if (node->kind != KD_NODE_FIGURE)
			continue;
		(void)fputs(any ? "<div><dt>"
		                : "<dl class=\"figures\">\n<div><dt>",
		            page->out);
		any = true;
		kd_page_key(page, node->key);
		(void)fputs("</dt> <dd>", page->out);
		kd_page_text(page, node->text);
		(void)fputs("</dd></div>\n", page->out);
	}
	if (any)
		(void)fputs("</dl>\n", page->out);
}

/* An LF that comes first in a <pre> would be dropped: ours is. */
void kd_page_pre(struct kd_page *page, struct kd_bytes text)
{
	if (text.size == 0)
		return;
	(void)fputs("<pre>\n", page->out);
	kd_html_text(page->out, page->arena, text, true);
	(void)fputs("</pre>\n", page->out);
}

static void put_numbers(struct kd_page *page, const struct kd_node *chart)
{
	(void)fputs("<details>\n<summary>The numbers</summary>\n"
	            "<table class=\"slim\">\n<thead><tr>"
	            "<th scope=\"col\">At</th><th scope=\"col\" class=\"n\">",
	            page->out);
	kd_page_key(page, chart->key != NULL ? chart->key : "number");
	(void)fputs("</th></tr></thead>\n<tbody>\n", page->out);
	for (const struct kd_node *at = chart->first; at; at = at->next) {
		(void)fputs("<tr><th scope=\"row\">", page->out);
		kd_html_puts(page->out, page->arena, at->key);
		(void)fprintf(page->out,
		              "</th><td class=\"n\">%" PRId64 "</td></tr>\n",
		              at->number);
	}
	(void)fputs("</tbody>\n</table>\n</details>\n", page->out);
}

static void put_axis(struct kd_page *page, const char *from, const char *to)
{
	(void)fputs("<p class=\"axis\" aria-hidden=\"true\"><span>", page->out);
	kd_html_puts(page->out, page->arena, from);
	(void)fputs("</span> <span>", page->out);
	kd_html_puts(page->out, page->arena, to);
	(void)fputs("</span></p>\n", page->out);
}

static void put_highest(struct kd_page *page, const struct kd_svg_point *points,
                        size_t n)
{
	const struct kd_svg_point *highest = kd_svg_highest(points, n);

	if (highest == NULL)
		return;
	(void)fprintf(page->out, "<span class=\"soft\">; at most %" PRId64 ", ",
	              highest->number);
	kd_html_puts(page->out, page->arena, highest->at);
	(void)fputs("</span>", page->out);
}

/* The picture stretches; so its labels stand outside of it. */
void kd_page_chart(struct kd_page *page, const struct kd_node *chart)
{
	struct kd_svg_point *points;
	const struct kd_node *at;
	size_t n = 0;
	char id[32];

	for (at = chart->first; at; at = at->next)
		n++;
	points = kd_arena_array(page->arena, n, sizeof(*points));
	if (points == NULL)
		return;
	n = 0;
	for (at = chart->first; at; at = at->next)
		points[n++] = (struct kd_svg_point){ at->key, at->number };
	/* Few columns need not be as wide as the page. */
	if (n < FEW)
		(void)fprintf(page->out, "<figure style=\"max-width: %zurem\">",
		              10 + 4 * n);
	else
		(void)fputs("<figure>", page->out);
	(void)fputs("\n<figcaption>", page->out);
	kd_page_text(page, chart->text);
	put_highest(page, points, n);
	(void)fputs("</figcaption>\n", page->out);
	/* One column alone shows nothing. */
	if (n > 1) {
		(void)snprintf(id, sizeof(id), "c%zu", ++page->n_charts);
		kd_svg_columns(page->out, page->arena, id, chart->text, points,
		               n);
		put_axis(page, points[0].at, points[n - 1].at);
		put_numbers(page, chart);
	}
	(void)fputs("</figure>\n", page->out);
}
