/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_search.c - what is found in the search index, and at which cost.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/search_fixture.h"

static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
static const struct kd_scope ppc = { .kind = KD_SCOPE_LIST,
	                             .list_id = "ppc.example.org" };
static const struct kd_scope none = { .kind = KD_SCOPE_NONE };

static void test_words(void **state)
{
	static const struct {
		const char *word;
		bool prefix;
		const char *want;
	} rows[] = {
		{ "kvm_arch_vcpu_load", false, "a@x" },
		{ "vcpu_load", false, "c@x a@x" },
		{ "vcpu load", false, "c@x a@x" },
		{ "VCPU", false, "c@x b@x a@x" },
		{ "kvm_arch_vc", false, "" },
		{ "kvm_arch_vc", true, "a@x" },
		{ "load vcpu", false, "b@x" },
		{ "cafe", false, "b@x" },
		{ "caf\xc3\xa9", false, "b@x" },
		{ "author1@example.org", false, "c@x b@x a@x" },
		{ "a title", false, "c@x b@x a@x" },
		/* of FTS5's language none is understood */
		{ "vcpu OR nothing", false, "" },
		{ "vcpu\" OR \"nothing", false, "" },
		{ "text : vcpu", false, "" },
		{ "NEAR(load vcpu)", false, "" },
		{ "^load", false, "c@x b@x a@x" },
		{ "vcpu*", false, "c@x b@x a@x" },
		{ "\"", false, "" },
		{ "\"\"\"", false, "" },
		{ "", false, "" },
		{ "*", true, "" },
	};
	struct fixture *fix = *state;
	struct opened opened;

	search_add_text(fix, "a@x", "void kvm_arch_vcpu_load(struct x);\n",
	                100);
	search_add_text(fix, "b@x", "load vcpu caf\xc3\xa9\n", 200);
	search_add_text(fix, "c@x", "the vcpu\nload\n", 300);
	opened = search_open(fix);
	search_update(fix, opened.search);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct kd_search_term term = { .text = rows[i].word,
			                             .prefix = rows[i].prefix };
		const struct kd_search_query query = search_one(&term);
		const char *got = search_find(fix, &opened, &query);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].word, got,
			         rows[i].want);
	}
	search_close(&opened);
}

static bool is_same(const char *pattern, const char *path)
{
	return strcmp(pattern, path) == 0;
}

static void test_terms(void **state)
{
	static const char *const paths[] = { "arch/x86/kvm/x86.c", "b.h" };
	static const struct kd_search_term terms[] = {
		{ .text = "red" },
		{ .text = "green" },
		{ .text = "green", .or_before = true },
		{ .text = "green", .without = true },
		{ .field = KD_SEARCH_PEOPLE, .text = "other2" },
		{ .field = KD_SEARCH_SUBJECT, .text = "red" },
		{ .field = KD_SEARCH_PATH, .text = "b.h", .fits = is_same },
		{ .field = KD_SEARCH_PATH, .text = "b.", .fits = is_same },
		{ .field = KD_SEARCH_KIND, .text = "", .kinds = 1u << 1 },
		{ .field = KD_SEARCH_KIND, .text = "", .kinds = 1u << 6 },
		{ .text = "blue" },
	};
	static const struct {
		size_t first;
		size_t n;
		const char *want;
	} rows[] = {
		{ 0, 1, "b@x a@x" }, { 0, 2, "" },        { 1, 2, "c@x" },
		{ 0, 1, "b@x a@x" }, { 3, 1, "b@x a@x" }, { 3, 2, "b@x" },
		{ 4, 1, "b@x" },     { 5, 1, "" },        { 6, 1, "b@x" },
		{ 7, 1, "" },        { 8, 1, "b@x" },     { 9, 1, "c@x" },
		{ 10, 1, "" },
	};
	struct fixture *fix = *state;
	struct kd_arriving a = search_letter(fix, "a@x", "red\n", 100);
	struct kd_arriving b = search_letter(fix, "b@x", "red", 200);
	struct kd_arriving c = search_letter(fix, "c@x", "green", 300);
	struct kd_message *msg = fixture_message(&b);
	struct opened opened;

	msg->author.email = "other2@example.org";
	msg->kind = KD_KIND_PATCH;
	msg->has_diff = true;
	msg->paths = paths;
	msg->n_paths = 2;
	msg = fixture_message(&c);
	msg->kind = KD_KIND_BOT;
	msg->fate = KD_FATE_APPLIED;
	search_add(fix, &a);
	search_add(fix, &b);
	search_add(fix, &c);
	opened = search_open(fix);
	search_update(fix, opened.search);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_search_query query =
			search_one(&terms[rows[i].first]);
		const char *got;

		query.n_terms = rows[i].n;
		got = search_find(fix, &opened, &query);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: '%s', not '%s'", i, got,
			         rows[i].want);
	}
	search_close(&opened);
}

static void test_scope_and_range(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a = search_letter(fix, "a@x", "red", 100);
	struct kd_arriving b = search_letter(fix, "b@x", "red", 200);
	struct kd_arriving c = search_letter(fix, "c@x", "red", 300);
	struct kd_search_query query = search_one(NULL);
	struct opened opened;
	kd_seq second;

	b.list = &fixture_ppc;
	c.list = NULL;
	search_add(fix, &a);
	search_add(fix, &b);
	search_add(fix, &c);
	opened = search_open(fix);
	search_update(fix, opened.search);
	second = fixture_get(fix, opened.store, "b@x").seq;
	assert_string_equal(search_find(fix, &opened, &query), "b@x a@x");
	query.scope = ppc;
	assert_string_equal(search_find(fix, &opened, &query), "b@x");
	query.scope = none;
	assert_string_equal(search_find(fix, &opened, &query), "c@x");
	query.scope = all;
	query.range.after = second;
	assert_string_equal(search_find(fix, &opened, &query), "");
	query.range = (struct kd_range){ .upto = second };
	assert_string_equal(search_find(fix, &opened, &query), "b@x a@x");
	search_close(&opened);
	/* A message that comes to another list is found there, too, at
	 * once. */
	a.list = &fixture_ppc;
	search_add(fix, &a);
	opened = search_open(fix);
	query = search_one(NULL);
	query.scope = ppc;
	assert_string_equal(search_find(fix, &opened, &query), "a@x b@x");
	search_close(&opened);
}

/* A patch of its own, and what came to it. */
static void add_patch(struct fixture *fix, const char *id, const char *title,
                      int64_t received)
{
	struct kd_arriving a = search_letter(fix, id, title, received);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = KD_KIND_PATCH;
	msg->subject.patch = true;
	msg->subject.title = title;
	search_add(fix, &a);
}

static void add_answer(struct fixture *fix, const char *id, const char *to,
                       const char *from, enum kd_kind kind, int64_t received)
{
	struct kd_arriving a = search_letter(fix, id, "answer", received);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = kind;
	msg->sender.email = from;
	msg->author = msg->sender;
	msg->in_reply_to = to;
	if (kind == KD_KIND_APPLIED)
		msg->fate = KD_FATE_APPLIED;
	search_add(fix, &a);
}

static void test_waiting(void **state)
{
	struct fixture *fix = *state;
	struct kd_search_query query = search_one(NULL);
	struct opened opened;

	add_patch(fix, "alone@x", "one", 100);
	add_patch(fix, "self@x", "two", 200);
	add_answer(fix, "s@x", "self@x", "AUTHOR1@example.org", KD_KIND_REPLY,
	           210);
	add_patch(fix, "answered@x", "three", 300);
	add_answer(fix, "r@x", "answered@x", "r@example.org", KD_KIND_REPLY,
	           310);
	add_patch(fix, "bot@x", "four", 400);
	add_answer(fix, "t@x", "bot@x", "bot@example.org", KD_KIND_BOT, 410);
	add_patch(fix, "taken@x", "five", 500);
	add_answer(fix, "u@x", "taken@x", "author1@example.org",
	           KD_KIND_APPLIED, 510);
	opened = search_open(fix);
	search_update(fix, opened.search);
	query.waiting = KD_SEARCH_WAITING_ONLY;
	assert_string_equal(search_find(fix, &opened, &query),
	                    "bot@x self@x alone@x");
	query.waiting = KD_SEARCH_WAITING_NOT;
	assert_string_equal(search_find(fix, &opened, &query),
	                    "u@x taken@x t@x r@x answered@x s@x");
	search_close(&opened);
	/* The answer is seen without any index. */
	add_answer(fix, "late@x", "alone@x", "r@example.org", KD_KIND_REPLY,
	           600);
	opened = search_open(fix);
	query.waiting = KD_SEARCH_WAITING_ONLY;
	assert_string_equal(search_find(fix, &opened, &query), "bot@x self@x");
	search_close(&opened);
}

/* Steps of plans that would be too dear anywhere else. */
static bool is_fine(enum kd_stmt which, const char *step)
{
	static const struct {
		enum kd_stmt which;
		const char *step;
	} allowed[] = {
		{ KD_STMT_INDEX_COUNT_DOCS, "SCAN doc" },
		{ KD_STMT_INDEX_COUNT_TABLES, "SCAN sqlite_" },
		{ KD_STMT_INDEX_COUNT_FAULTS, "SCAN pragma_quick_check" },
		{ KD_STMT_INDEX_MATCH, "SCAN words VIRTUAL" },
		{ KD_STMT_INDEX_LIST_KINDS, "SCAN doc" },
	};

	for (size_t i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (allowed[i].which == which &&
		    strstr(step, allowed[i].step) == step)
			return true;
	}
	return strstr(step, "SCAN") != step &&
	       strstr(step, "TEMP B-TREE") == NULL;
}

static int explain(sqlite3 *db, enum kd_stmt which)
{
	sqlite3_stmt *stmt = NULL;
	char sql[1024];
	int bad = 0;

	(void)snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
	               kd_statement(which)->sql);
	if (sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		const char *step = (const char *)sqlite3_column_text(stmt, 3);

		if (is_fine(which, step))
			continue;
		print_error("%s: %s\n", sql, step);
		bad++;
	}
	(void)sqlite3_finalize(stmt);
	return bad;
}

/* What a question to the index costs hangs on the answer. */
static void test_plans(void **state)
{
	struct fixture *fix = *state;
	struct opened opened;
	int bad = 0;

	fixture_make(fix);
	opened = search_open(fix);
	search_update(fix, opened.search);
	for (int i = KD_STMT_INDEX; i < KD_STMT_COUNT; i++)
		bad += explain(opened.search->index.db, (enum kd_stmt)i);
	search_close(&opened);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_words),           TEST(test_terms),
		TEST(test_scope_and_range), TEST(test_waiting),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
