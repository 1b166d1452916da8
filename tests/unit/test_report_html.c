/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_report_html.c - text as HTML, what may be a link, and the pictures.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/html.h"
#include "report/svg.h"

/* What is written in between is a string that the caller frees. */
struct written {
	FILE *out;
	char *text;
	size_t size;
};

static void open_written(struct written *w)
{
	w->out = open_memstream(&w->text, &w->size);
	assert_non_null(w->out);
}

static void close_written(struct written *w)
{
	assert_int_equal(fclose(w->out), 0);
	assert_int_equal(strlen(w->text), w->size); /* no NUL */
	assert_true(kd_utf8_valid((struct kd_bytes){ w->text, w->size }));
}

#define CELL(s)                                                                \
	{                                                                      \
		s, sizeof(s) - 1                                               \
	}

static void test_text(void **state)
{
	static const struct {
		struct kd_bytes in;
		const char *lines;
		const char *line; /* NULL: the same */
	} table[] = {
		{ CELL(""), "", NULL },
		{ CELL("plain"), "plain", NULL },
		{ CELL("a & b"), "a &amp; b", NULL },
		{ CELL("<script>alert('\"')</script>"),
		  "&lt;script&gt;alert(&#39;&quot;&#39;)&lt;/script&gt;",
		  NULL },
		{ CELL("&amp;&lt;"), "&amp;amp;&amp;lt;", NULL },
		{ CELL("a\nb\n"), "a\nb\n", "a b " },
		{ CELL("a\r\nb\rc"), "a\nb&lt;U+000D&gt;c",
		  "a b&lt;U+000D&gt;c" },
		{ CELL("\r\n\r\n"), "\n\n", "  " },
		{ CELL("a\tb"), "a\tb", NULL },
		{ CELL("a\0b"), "a&lt;U+0000&gt;b", NULL },
		{ CELL("\x1b[2J\x7f"), "&lt;U+001B&gt;[2J&lt;U+007F&gt;",
		  NULL },
		{ CELL("J\xc3\xb6rg \xe4\xbd\x9c\xe8\x80\x85"),
		  "J\xc3\xb6rg \xe4\xbd\x9c\xe8\x80\x85", NULL },
		{ CELL("\xe2\x80\xae<x>\xe2\x80\x8b"),
		  "&lt;U+202E&gt;&lt;x&gt;&lt;U+200B&gt;", NULL },
		/* Cut off in the middle, and overlong. */
		{ CELL("\xe4\xbd<"), "\xef\xbf\xbd\xef\xbf\xbd&lt;", NULL },
		{ CELL("\xc0\xbcscript>"), "\xef\xbf\xbd\xef\xbf\xbdscript&gt;",
		  NULL },
		{ CELL("\xff\r\n\xc2\x9b"), "\xef\xbf\xbd\n&lt;U+009B&gt;",
		  "\xef\xbf\xbd &lt;U+009B&gt;" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		for (int keep = 0; keep < 2; keep++) {
			struct kd_arena *arena = kd_arena_new();
			struct written w;

			open_written(&w);
			kd_html_text(w.out, arena, table[i].in, keep != 0);
			close_written(&w);
			assert_string_equal(w.text,
			                    keep || table[i].line == NULL
			                            ? table[i].lines
			                            : table[i].line);
			free(w.text);
			kd_arena_free(arena);
		}
	}
}

static void test_attribute(void **state)
{
	struct kd_arena *arena = kd_arena_new();
	struct written w;

	(void)state;
	open_written(&w);
	kd_html_attr(w.out, arena, "title",
	             kd_bytes_of("x\" onclick='a\n<b>&"));
	kd_html_puts(w.out, arena, NULL);
	close_written(&w);
	assert_string_equal(w.text, " title=\"x&quot; onclick=&#39;a "
	                            "&lt;b&gt;&amp;\"");
	free(w.text);
	kd_arena_free(arena);
}

static void test_urls(void **state)
{
	static const struct {
		const char *url;
		const char *host; /* NULL: it is not to be a link */
	} table[] = {
		{ "https://lore.example.org/kvm/1@x/", "lore.example.org" },
		{ "HTTP://a.example.org", "a.example.org" },
		{ "https://a.example.org:8443?q=1#f", "a.example.org:8443" },
		{ "https://trusted.example@evil.example/", "evil.example" },
		{ "mailto:a@example.org", "mailto:a@example.org" },
		{ "https://x/%3Cscript%3E", "x" },
		{ NULL, NULL },
		{ "", NULL },
		{ "javascript:alert(1)", NULL },
		{ "JaVaScRiPt:alert(1)", NULL },
		{ " https://x/", NULL },
		{ "\thttps://x/", NULL },
		{ "data:text/html,x", NULL },
		{ "vbscript:x", NULL },
		{ "file:///etc/passwd", NULL },
		{ "ftp://x/", NULL },
		{ "//x/", NULL },
		{ "/x", NULL },
		{ "https:x", NULL },
		{ "https://", NULL },
		{ "https:///x", NULL },
		{ "https://?x", NULL },
		{ "https://@/", NULL },
		{ "mailto:", NULL },
		{ "https://x/a b", NULL },
		{ "https://x/\"onclick=", NULL },
		{ "https://x/<b>", NULL },
		{ "https://x/\n", NULL },
		{ "https://x/\\", NULL },
		{ "https://\xd0\xb0.example/", NULL },
		{ "https://x/\xe2\x80\xae", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		const char *host = table[i].host;
		struct kd_bytes got;

		assert_int_equal(kd_html_is_url(table[i].url), host != NULL);
		if (host == NULL)
			continue;
		got = kd_html_host(table[i].url);
		assert_int_equal(got.size, strlen(host));
		assert_memory_equal(got.data, host, got.size);
	}
}

/* The width of the first or second part of a picture. */
static long width_of(const char *svg, const char *class)
{
	const char *at = strstr(svg, class);

	assert_non_null(at);
	at = strstr(at, " width=\"");
	assert_non_null(at);
	return strtol(at + 8, NULL, 10);
}

static void test_bars(void **state)
{
	static const struct {
		int64_t number, max;
		long width;
	} table[] = {
		{ 0, 10, 0 },
		{ 10, 10, 96 },
		{ 5, 10, 48 },
		{ 1, 1000, 1 },
		{ 11, 10, 96 },
		{ -1, 10, 0 },
		{ 0, 0, 0 },
		{ 1, 0, 0 },
		{ INT64_MAX, INT64_MAX, 96 },
		{ 1, INT64_MAX, 0 },
		{ INT64_MAX / 2, INT64_MAX, 48 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct written w;

		open_written(&w);
		kd_svg_bar(w.out, table[i].number, table[i].max);
		close_written(&w);
		assert_int_equal(width_of(w.text, "class=\"b\""),
		                 table[i].width);
		assert_non_null(strstr(w.text, "role=\"img\" aria-label=\""));
		free(w.text);
	}
}

static void test_diffstat_bars(void **state)
{
	static const struct {
		int64_t plus, minus;
		long widths[2];
	} table[] = {
		{ 0, 0, { 0, 0 } },
		{ 1, 0, { 6, 0 } },
		{ 0, 1, { 0, 6 } },
		/* Both can be seen where there are both. */
		{ 1, 4000, { 3, 61 } },
		{ 4000, 1, { 61, 3 } },
		{ 1, 1, { 4, 4 } },
		{ 2048, 2048, { 32, 32 } },
		{ 1000000, 0, { 64, 0 } },
		{ INT64_MAX, INT64_MAX, { 61, 3 } },
		{ -5, 0, { 0, 0 } },
		{ 0, -5, { 0, 0 } },
	};
	long before = 0;

	(void)state;
	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct written w;

		open_written(&w);
		kd_svg_diffstat(w.out, table[i].plus, table[i].minus);
		close_written(&w);
		assert_int_equal(width_of(w.text, "class=\"p\""),
		                 table[i].widths[0]);
		assert_int_equal(width_of(w.text, "class=\"m\""),
		                 table[i].widths[1]);
		free(w.text);
	}
	/* A larger change never has a shorter bar. */
	for (int64_t n = 1; n < 5000; n++) {
		struct written w;
		long width;

		open_written(&w);
		kd_svg_diffstat(w.out, n, 0);
		close_written(&w);
		width = width_of(w.text, "class=\"p\"");
		assert_true(width >= before && width <= 64);
		before = width;
		free(w.text);
	}
}

static void test_columns(void **state)
{
	static const struct kd_svg_point points[] = {
		{ "2026-11-01", 2 },
		{ "<2>", 8 },
		{ NULL, 8 },
		{ "4", -1 },
	};
	struct kd_arena *arena = kd_arena_new();
	struct written w;

	(void)state;
	assert_ptr_equal(kd_svg_highest(points, 4), &points[1]);
	assert_null(kd_svg_highest(points, 0));
	open_written(&w);
	kd_svg_columns(w.out, arena, "c1", kd_bytes_of("<b>"), points, 4);
	kd_svg_columns(w.out, arena, "c2", kd_bytes_of("none"), points, 0);
	close_written(&w);
	assert_non_null(strstr(w.text, "aria-labelledby=\"c1-t c1-d\""));
	assert_non_null(strstr(w.text, "<title id=\"c1-t\">&lt;b&gt;</title>"));
	assert_non_null(strstr(w.text, "<desc id=\"c1-d\">4 columns, the "
	                               "highest 8 at &lt;2&gt;</desc>"));
	assert_non_null(strstr(w.text, "x=\"1\" y=\"75\" width=\"8\" "
	                               "height=\"25\""));
	assert_non_null(strstr(w.text, "x=\"31\" y=\"100\" width=\"8\" "
	                               "height=\"0\""));
	assert_non_null(strstr(w.text, "<title>&lt;2&gt;: 8</title>"));
	assert_null(strstr(w.text, "c2"));
	free(w.text);
	kd_arena_free(arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_attribute),
		cmocka_unit_test(test_urls),
		cmocka_unit_test(test_bars),
		cmocka_unit_test(test_diffstat_bars),
		cmocka_unit_test(test_columns),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
