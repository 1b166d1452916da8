/* SPDX-License-Identifier: GPL-2.0-or-later */
/* test_report_render.c - a doc as plain text, hostile ones too. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "report/render.h"

static const struct kd_look look = { .width = 0 };

static void check(const struct kd_doc *doc, const char *expect)
{
	struct kd_error err = KD_ERROR_INIT;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	assert_int_equal(kd_render_text(doc, &look, out, &err), KD_OK);
	assert_int_equal(fclose(out), 0);
	assert_string_equal(text, expect);
	free(text);
}

static void add_row(struct kd_doc *doc, struct kd_node *table,
                    const char *const *keys, const char *const *values)
{
	struct kd_node *row = kd_doc_puts(doc, table, KD_NODE_ROW, NULL, NULL);

	for (size_t i = 0; keys[i] != NULL; i++)
		kd_doc_puts(doc, row, KD_NODE_CELL, keys[i], values[i]);
}

static void test_head_and_empty_sections(void **state)
{
	struct kd_doc doc = {
		.arena = kd_arena_new(), .list = "KVM", .from = "a", .to = "b"
	};

	(void)state;
	kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "patches", "Patches");
	kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "messages", "Messages");
	check(&doc, "From a to b\n"
	            "KVM mailing list update from a to b\n"
	            "\n"
	            "Patches\n\n\n"
	            "Messages\n\n");
	kd_arena_free(doc.arena);
}

static void test_table_counts(void **state)
{
	static const char *const domain[] = { "count", "domain", NULL };
	static const char *const person[] = { "count", "person", NULL };
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *table;

	(void)state;
	table = kd_doc_puts(&doc, NULL, KD_NODE_TABLE, NULL, NULL);
	add_row(&doc, table, domain,
	        (const char *const[]){ "12", "example.org" });
	add_row(&doc, table, domain,
	        (const char *const[]){ "3", "example.com" });
	table = kd_doc_puts(&doc, NULL, KD_NODE_TABLE, NULL, NULL);
	add_row(&doc, table, person,
	        (const char *const[]){ "12345678", "A <a@example.org>" });
	add_row(&doc, table, person,
	        (const char *const[]){ "3", "B <b@example.org>" });
	check(&doc, "     12 example.org\n"
	            "      3 example.com\n"
	            "12345678  A <a@example.org>\n"
	            "       3  B <b@example.org>\n");
	kd_arena_free(doc.arena);
}

/* Columns are counted as a terminal counts them, and nothing is cut. */
static void test_table_width(void **state)
{
	static const char *const keys[] = { "version",    "received",
		                            "insertions", "deletions",
		                            "author",     "title",
		                            NULL };
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *table =
		kd_doc_puts(&doc, NULL, KD_NODE_TABLE, NULL, NULL);

	(void)state;
	add_row(&doc, table, keys,
	        (const char *const[]){ "New", "1/1", "+1", "-0",
	                               "\xe4\xbd\x9c\xe8\x80\x85", "one" });
	add_row(&doc, table, keys,
	        (const char *const[]){ "v5.1", "13/13", "+682", "-38",
	                               "J\xc3\xb6rg R", "two\nlines" });
	add_row(&doc, table, keys,
	        (const char *const[]){ "v2", "0/3", "", "",
	                               "A Name That Is Longer Than Twenty",
	                               "three" });
	check(&doc,
	      "New     1/1    +1  -0  \xe4\xbd\x9c\xe8\x80\x85"
	      "                  one\n"
	      "v5.1  13/13  +682 -38  J\xc3\xb6rg R                two lines\n"
	      "v2      0/3            A Name That Is Longer Than Twenty  "
	      "three\n");
	kd_arena_free(doc.arena);
}

static void test_entries(void **state)
{
	struct kd_doc doc = { .arena = kd_arena_new() };
	struct kd_node *self =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "messages", "M");
	struct kd_node *entry;

	(void)state;
	entry = kd_doc_puts(&doc, self, KD_NODE_ENTRY, "New", "One");
	kd_doc_puts(&doc, entry, KD_NODE_FIELD, "subject", "[PATCH] One");
	kd_doc_puts(&doc, entry, KD_NODE_FIELD, "author", "A <a@example.org>");
	kd_doc_puts(&doc, entry, KD_NODE_TEXT, NULL, "No line end");
	entry = kd_doc_puts(&doc, self, KD_NODE_ENTRY, "v5.1", "Two");
	kd_doc_puts(&doc, entry, KD_NODE_FIELD, "sent-by", "B");
	kd_doc_puts(&doc, entry, KD_NODE_TEXT, NULL, "x\n");
	entry = kd_doc_puts(&doc, self, KD_NODE_ENTRY, "v10.12", "Three");
	kd_doc_puts(&doc, entry, KD_NODE_TEXT, NULL, "");
	kd_doc_puts(&doc, NULL, KD_NODE_SECTION, "next", "N");
#define RULE                                                                   \
	"-------------------------------------------------------------------"  \
	"---\n\n"
	check(&doc, "M\n\n"
	            "New:  One\n[PATCH] One\nAuthor: A <a@example.org>\n\n"
	            "No line end\n\n" RULE "v5.1: Two\nSent-by: B\n\nx\n\n" RULE
	            "v10.12: Three\n\n\n" RULE "N\n\n");
	kd_arena_free(doc.arena);
}

/* Nothing that steers a terminal gets out, from whatever node. */
static void test_hostile(void **state)
{
	static const char evil[] = "a\x1b[2J\x07\xe2\x80\xae\xff\rb";
	static const char *const keys[] = { evil, NULL };
	struct kd_doc doc = {
		.arena = kd_arena_new(), .list = evil, .from = evil, .to = evil
	};
	struct kd_node *node =
		kd_doc_puts(&doc, NULL, KD_NODE_SECTION, evil, evil);
	struct kd_error err = KD_ERROR_INIT;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	kd_doc_puts(&doc, node, KD_NODE_PARA, NULL, evil);
	add_row(&doc, kd_doc_puts(&doc, node, KD_NODE_TABLE, NULL, NULL), keys,
	        (const char *const[]){ evil });
	node = kd_doc_puts(&doc, node, KD_NODE_ENTRY, "New", evil);
	kd_doc_puts(&doc, node, KD_NODE_FIELD, evil, evil);
	kd_doc_add(&doc, node, KD_NODE_TEXT, NULL,
	           (struct kd_bytes){ "a\0b\x9b", 4 });
	assert_int_equal(kd_render_text(&doc, &look, out, &err), KD_OK);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strlen(text), size); /* no NUL */
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)text[i];

		assert_true(c == '\n' || (c >= ' ' && c != 0x7f));
	}
	assert_true(kd_utf8_valid((struct kd_bytes){ text, size }));
	assert_null(strstr(text, "\xe2\x80\xae"));
	free(text);
	kd_arena_free(doc.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_head_and_empty_sections),
		cmocka_unit_test(test_table_counts),
		cmocka_unit_test(test_table_width),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_hostile),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
