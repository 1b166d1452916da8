/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_page.c - a doc as a page of HTML, hostile ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/render.h"

static const struct kd_look look = { .width = 0 };

static char *page_of(const struct kd_doc *doc)
{
	struct kd_error err = KD_ERROR_INIT;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(kd_render_html(doc, &look, out, &err), KD_OK);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), size); /* no NUL */
	assert_true(kd_utf8_valid((struct kd_bytes){ text, size }));
	return text;
}

/* All of it, in this order. */
static void expect_all(const char *page, const char *const *pieces)
{
	for (; *pieces != NULL; pieces++) {
		const char *at = strstr(page, *pieces);

		if (at == NULL)
			fail_msg("not there, or not in its place: %s", *pieces);
		else
			page = at + strlen(*pieces);
	}
}

static void test_empty(void **state)
{
	struct kd_doc doc = {
		.arena = kd_arena_new(), .list = "KVM", .from = "a", .to = "b"
	};
	char *page;

	(void)state;
	kd_doc_puts(&doc, NULL, KD_NODE_PARA, NULL, "Nothing came.");
	page = page_of(&doc);
	expect_all(page,
	           (const char *const[]){
			   "<!DOCTYPE html>\n<html lang=\"en\">",
			   "<meta charset=\"utf-8\">",
			   "default-src 'none'; style-src 'unsafe-inline'",
			   "<title>KVM mailing list update from a to b</title>",
			   "<h1>KVM mailing list update</h1>",
			   "<main>\n<p>Nothing came.</p>\n</main>", NULL });
	assert_null(strstr(page, "<nav"));
	assert_null(strstr(page, "<dl"));
	free(page);
	kd_arena_free(doc.arena);
}

static struct kd_node *add_row(struct kd_doc *doc, struct kd_node *table,
                               int count, const char *title)
{
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	if (count >= 0)
		kd_doc_number(doc, row, KD_NODE_CELL, "count", count);
	kd_doc_puts(doc, row, KD_NODE_CELL, "sent-by", title);
	return row;
}

static void test_table(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *self =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "people",
	                    "===== People & more ====");
	struct kd_node *table =
		kd_doc_puts(&doc, self, KD_NODE_TABLE, NULL, NULL);
	struct kd_node *row;
	char *page;

	(void)state;
	row = add_row(&doc, table, 12, "A <a@example.org>");
	kd_doc_number(&doc, row, KD_NODE_FIGURE, "behind", 7700077);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "received", "3/4");
	kd_doc_puts(&doc, row, KD_NODE_CELL, "state", "[applied 1/2]");
	kd_doc_puts(&doc, row, KD_NODE_CELL, "nothing", NULL);
	kd_doc_lead(row, "https://x.example/1", "0123abcd");
	row = add_row(&doc, table, 6, "B");
	row->star = true;
	kd_doc_puts(&doc, row, KD_NODE_CELL, "received", NULL);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "state", "new");
	kd_doc_puts(&doc, row, KD_NODE_CELL, "nothing", NULL);
	kd_doc_lead(row, "javascript:alert(1)", NULL);
	page = page_of(&doc);
	expect_all(
		page,
		(const char *const[]){
			"<a href=\"#s-people\">People &amp; more</a>",
			"<span class=\"count\">2</span>",
			"marks what concerns you",
			"<h2 id=\"s-people\">People &amp; more</h2>",
			"<th scope=\"col\">Count</th><th scope=\"col\">Sent by</th>",
			"<th scope=\"col\" class=\"n\">Received</th>",
			"<th scope=\"col\">State</th><th scope=\"col\">Message</th></tr>",
			"<td class=\"n\">12<svg",
			"aria-label=\"100 % of the most\"",
			"<td class=\"l\"><a href=\"https://x.example/1\" "
			"title=\"x.example\">A &lt;a@example.org&gt;</a></td>",
			"<td class=\"n\" data-label=\"Received\">3/4</td>",
			"<span class=\"label good\">applied 1/2</span>",
			"<code>0123abcd</code>", "6<svg",
			"aria-label=\"50 % of the most\"",
			"<td class=\"l\"><span class=\"star\" role=\"img\" "
			"aria-label=\"concerns you\">\xe2\x98\x85</span> B</td>",
			"<td class=\"n\"></td>",
			"<span class=\"label\">new</span>", NULL });
	assert_null(strstr(page, "Nothing"));
	assert_null(strstr(page, "7700077"));
	assert_null(strstr(page, "javascript"));
	free(page);
	kd_arena_free(doc.arena);
}

static void add_lines(struct kd_doc *doc, struct kd_node *row, int plus,
                      int minus)
{
	kd_doc_number(doc, row, KD_NODE_CELL, "insertions", plus);
	kd_doc_number(doc, row, KD_NODE_CELL, "deletions", minus);
	kd_doc_puts(doc, row, KD_NODE_CELL, "title", "T");
}

/* Two columns are one, where they are numbers. */
static void test_table_diffstat(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *table =
		kd_doc_puts(&doc, NULL, KD_NODE_TABLE, NULL, NULL);
	struct kd_node *row = kd_doc_puts(&doc, table, KD_NODE_ROW, NULL, NULL);
	char *page;

	(void)state;
	add_lines(&doc, row, 10, 3);
	row = kd_doc_puts(&doc, table, KD_NODE_ROW, NULL, NULL);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "insertions", NULL);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "deletions", NULL);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "title", "none");
	page = page_of(&doc);
	expect_all(page,
	           (const char *const[]){
			   "<thead><tr><th scope=\"col\">Changes</th>"
			   "<th scope=\"col\">Title</th></tr></thead>",
			   "+10</span> <span class=\"minus\">-3</span><svg",
			   "aria-label=\"bar: 10 inserted, 3 deleted\"",
			   "<td class=\"d\"></td><td class=\"l\">none</td>",
			   NULL });
	free(page);
	kd_arena_free(doc.arena);
}

static struct kd_node *add_entry(struct kd_doc *doc, struct kd_node *self,
                                 const char *id, const char *text)
{
	struct kd_node *entry =
		kd_doc_puts(doc, self, KD_NODE_ENTRY, "v2", "T<i>tle");

	kd_doc_puts(doc, entry, KD_NODE_FIELD, "subject", "[PATCH] T<i>tle");
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "author", "A <a@example.org>");
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "link", "https://x.example/1");
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "note", "one");
	kd_doc_puts(doc, entry, KD_NODE_FIELD, "note", "two");
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "files", 2);
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "insertions", 10);
	kd_doc_number(doc, entry, KD_NODE_FIGURE, "deletions", 3);
	if (text != NULL)
		kd_doc_puts(doc, entry, KD_NODE_TEXT, NULL, text);
	kd_doc_lead(entry, "https://x.example/1", id);
	return entry;
}

static void test_entry(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *self =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "messages", "M");
	char *page;

	(void)state;
	add_entry(&doc, self, "0123abcd", "\n<pre>\n</pre>\n\tend\n");
	page = page_of(&doc);
	expect_all(
		page,
		(const char *const[]){
			"<article id=\"m-0123abcd\" class=\"folds\">\n<details>\n"
			"<summary><h3><span class=\"label\">v2</span> "
			"T&lt;i&gt;tle</h3>",
			"<span class=\"meta\">A &lt;a@example.org&gt; \xc2\xb7 Files 2 \xc2\xb7 ",
			"+10</span>", "-3</span><svg", "</summary>",
			"<dt>Subject</dt> <dd>[PATCH] T&lt;i&gt;tle</dd>",
			"<dt>Note</dt> <dd>one</dd><dd>two</dd></div>",
			"<pre>\n\n&lt;pre&gt;\n&lt;/pre&gt;\n\tend\n</pre>",
			"</details>\n<p class=\"go\"><a href=\"https://x.example/1\" "
			"title=\"x.example\"><code>0123abcd</code> at x.example</a>",
			"</article>", NULL });
	assert_null(strstr(page, "<dt>Link"));
	free(page);
	kd_arena_free(doc.arena);
}

/* One of many is not folded, and its title is the link. */
static void test_brief(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *entry = add_entry(&doc, NULL, NULL, "text");
	char *page;

	(void)state;
	entry->brief = true;
	entry->star = true;
	page = page_of(&doc);
	expect_all(
		page,
		(const char *const[]){
			"<article id=\"e1\">\n<h2><span class=\"star\"",
			"<a href=\"https://x.example/1\" title=\"x.example\">"
			"T&lt;i&gt;tle</a></h2>",
			" \xc2\xb7 one \xc2\xb7 two", "<pre>\ntext</pre>",
			"Read it at x.example</a>", NULL });
	assert_null(strstr(page, "<details"));
	assert_null(strstr(page, "<dl"));
	free(page);
	kd_arena_free(doc.arena);
}

static size_t count(const char *page, const char *what)
{
	size_t n = 0;

	for (page = strstr(page, what); page; page = strstr(page + 1, what))
		n++;
	return n;
}

/* A message may stand in more than one section, and sections may have the
 * same key: no anchor is there twice, and what has a text is led to. */
static void test_anchors(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *self =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "same", "One");
	struct kd_node *table =
		kd_doc_puts(&doc, self, KD_NODE_TABLE, NULL, NULL);
	char *page;

	(void)state;
	kd_doc_lead(add_row(&doc, table, -1, "by id"), NULL, "0123abcd");
	kd_doc_lead(add_row(&doc, table, -1, "by link"), "https://x.example/1",
	            NULL);
	kd_doc_lead(add_row(&doc, table, -1, "nowhere"), NULL, "ffffffff");
	kd_doc_lead(add_row(&doc, table, -1, "no id"), NULL, "x\" y");
	add_entry(&doc, self, "0123abcd", NULL);
	self = kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "same", "Two");
	add_entry(&doc, self, "0123abcd", "text");
	add_entry(&doc, self, "0123abcd", "text");
	add_entry(&doc, self, "x\" y", "text");
	page = page_of(&doc);
	assert_int_equal(count(page, "id=\"m-0123abcd\" class=\"folds\""), 1);
	assert_int_equal(count(page, "id=\"m-0123abcd\""), 1);
	assert_int_equal(count(page, "href=\"#m-0123abcd\""), 2);
	assert_int_equal(count(page, "#m-"), 2);
	for (const char *at = strstr(page, " id=\""); at != NULL;
	     at = strstr(at + 1, " id=\"")) {
		const char *end = strchr(at + 5, '"');
		char anchor[64];

		assert_non_null(end);
		(void)snprintf(anchor, sizeof(anchor), "%.*s",
		               (int)(end + 1 - at), at);
		assert_int_equal(count(page, anchor), 1);
	}
	assert_int_equal(count(page, "id=\"s-same\""), 1);
	assert_int_equal(count(page, "id=\"s2-same\""), 1);
	assert_int_equal(count(page, "href=\"#s2-same\""), 1);
	free(page);
	kd_arena_free(doc.arena);
}

static void test_chart(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *chart = kd_doc_puts(&doc, NULL, KD_NODE_CHART,
	                                    "messages-per-day", "How many");
	char *page;

	(void)state;
	kd_doc_number(&doc, chart, KD_NODE_FIGURE, "2026-11-01", 5);
	kd_doc_number(&doc, chart, KD_NODE_FIGURE, "2026-11-02", 7);
	/* One alone, and none: there is nothing to be drawn. */
	chart = kd_doc_puts(&doc, NULL, KD_NODE_CHART, "x", "One");
	kd_doc_number(&doc, chart, KD_NODE_FIGURE, "2026-11-01", 5);
	kd_doc_puts(&doc, NULL, KD_NODE_CHART, "x", "None");
	page = page_of(&doc);
	expect_all(
		page,
		(const char *const[]){
			"<figcaption>How many<span class=\"soft\">; at most 7, "
			"2026-11-02</span></figcaption>",
			"<svg class=\"columns\" role=\"img\"",
			"<span>2026-11-01</span> <span>2026-11-02</span>",
			"<summary>The numbers</summary>",
			"Messages per day</th>",
			"<th scope=\"row\">2026-11-01</th><td class=\"n\">5</td>",
			"One<span class=\"soft\">; at most 5, 2026-11-01",
			"None</figcaption>", NULL });
	assert_int_equal(count(page, "class=\"columns\""), 1);
	free(page);
	kd_arena_free(doc.arena);
}

/* From whatever node: markup comes out as text. */
static void test_hostile(void **state)
{
	static const char evil[] =
		"\"'><img src=x onerror=alert(1)>\x1b\xe2\x80\xae</style>"
		"</pre><!--&#0;\n";
	struct kd_doc doc = {
		.arena = kd_arena_new(), .list = evil, .from = evil, .to = evil
	};
	struct kd_node *self =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, evil, evil);
	struct kd_node *node, *row;
	char *page;

	(void)state;
	kd_doc_puts(&doc, self, KD_NODE_PARA, NULL, evil);
	kd_doc_puts(&doc, self, KD_NODE_TEXT, NULL, evil);
	kd_doc_number(&doc, NULL, KD_NODE_FIGURE, evil, 1);
	node = kd_doc_puts(&doc, self, KD_NODE_TABLE, evil, NULL);
	row = kd_doc_puts(&doc, node, KD_NODE_ROW, NULL, NULL);
	kd_doc_lead(row, evil, evil);
	kd_doc_puts(&doc, row, KD_NODE_CELL, evil, evil);
	kd_doc_puts(&doc, row, KD_NODE_CELL, evil, evil);
	kd_doc_puts(&doc, row, KD_NODE_CELL, "state", evil);
	kd_doc_number(&doc, row, KD_NODE_CELL, evil, 1);
	for (int i = 0; i < 20; i++)
		kd_doc_puts(&doc, row, KD_NODE_CELL, NULL, evil);
	node = kd_doc_puts(&doc, self, KD_NODE_ENTRY, evil, evil);
	kd_doc_lead(node, evil, evil);
	kd_doc_puts(&doc, node, KD_NODE_FIELD, evil, evil);
	kd_doc_puts(&doc, node, KD_NODE_FIELD, "author", evil);
	kd_doc_number(&doc, node, KD_NODE_FIGURE, evil, 1);
	kd_doc_puts(&doc, node, KD_NODE_TEXT, NULL, evil);
	node = kd_doc_puts(&doc, self, KD_NODE_CHART, evil, evil);
	kd_doc_number(&doc, node, KD_NODE_FIGURE, evil, 1);
	kd_doc_number(&doc, node, KD_NODE_FIGURE, evil, 2);
	page = page_of(&doc);
	assert_null(strstr(page, "<img"));
	assert_null(strstr(page, "<!--"));
	assert_null(strstr(page, "href=\"\""));
	assert_int_equal(count(page, "</style>"), 1);
	assert_int_equal(count(page, "</pre>"), 2);
	assert_null(strchr(page, '\x1b'));
	assert_null(strstr(page, "\xe2\x80\xae"));
	assert_null(strstr(page, "onerror=alert(1)>"));
	assert_null(strstr(page, "\"'"));
	free(page);
	kd_arena_free(doc.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_empty),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_table_diffstat),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_brief),
		cmocka_unit_test(test_anchors),
		cmocka_unit_test(test_chart),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
