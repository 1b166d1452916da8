/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_plan.c - no statement has a plan whose cost hangs on the size of
 * the store.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "store/internal.h"
#include "tests/support/store_fixture.h"

/* Steps of plans that would be too dear anywhere else. */
static const struct {
	enum kd_stmt which;
	const char *step;
	const char *why;
} allowed[] = {
	{ KD_STMT_LIST_MARKERS, "SCAN marker", "all of them are asked for" },
	{ KD_STMT_LIST_MARKERS, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts as many as a person has made" },
	{ KD_STMT_EACH_OF_SERIES, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts one series" },
	{ KD_STMT_EACH_MEMBER, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts one series" },
	{ KD_STMT_LIST_VARIANTS, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the variants of one message" },
	{ KD_STMT_LIST_LARGE, "SCAN v",
	  "asked by --check only, in bounded time" },
	{ KD_STMT_COUNT_KEPT,
	  "SCAN variant USING COVERING INDEX sqlite_autoindex_variant_1",
	  "asked by a backup only" },
	{ KD_STMT_COUNT_KEPT, "SCAN raw", "asked by a backup only" },
	{ KD_STMT_COUNT_KEPT, "SCAN packed", "asked by a backup only" },
	{ KD_STMT_LIST_CITING, "SCAN r", "a subquery of a thousand at most" },
	{ KD_STMT_LIST_LOOSE, "SCAN r", "a subquery of a thousand at most" },
	{ KD_STMT_LIST_ANSWERING, "SCAN r",
	  "a subquery of a thousand at most" },
	{ KD_STMT_GET_ROW, "SCAN n", "the versions behind one series" },
	{ KD_STMT_GET_ROW, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the members or the versions of one series" },
	{ KD_STMT_GET_VERSION, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the members of one series" },
	{ KD_STMT_EACH_ROW_OF_LIST, "SCAN g", "the series of the range" },
	{ KD_STMT_EACH_ROW_OF_LIST, "SCAN n",
	  "the versions behind one series" },
	{ KD_STMT_EACH_ROW_OF_LIST, "USE TEMP B-TREE FOR GROUP BY",
	  "groups the range" },
	{ KD_STMT_EACH_ROW_OF_LIST, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the series of the range" },
	{ KD_STMT_EACH_ROW_OF_ALL, "SCAN g", "the series of the range" },
	{ KD_STMT_EACH_ROW_OF_ALL, "SCAN n", "the versions behind one series" },
	{ KD_STMT_EACH_ROW_OF_ALL, "USE TEMP B-TREE FOR GROUP BY",
	  "groups the range" },
	{ KD_STMT_EACH_ROW_OF_ALL, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the series of the range" },
	{ KD_STMT_EACH_ROW_OF_NONE, "SCAN g", "the series of the range" },
	{ KD_STMT_EACH_ROW_OF_NONE, "SCAN n",
	  "the versions behind one series" },
	{ KD_STMT_EACH_ROW_OF_NONE, "USE TEMP B-TREE FOR GROUP BY",
	  "groups the range" },
	{ KD_STMT_EACH_ROW_OF_NONE, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the series of the range" },
	{ KD_STMT_LIST_BELOW, "SCAN r", "a subquery of the answers to one" },
	{ KD_STMT_EACH_ABOUT, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the answers to one message" },
	{ KD_STMT_EACH_REVIEW, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the trailers for one message" },
	{ KD_STMT_EACH_EVENT, "SCAN e", "a subquery of the answers to one" },
	{ KD_STMT_EACH_EVENT, "USE TEMP B-TREE FOR ORDER BY",
	  "sorts the notices about one message" },
};

static bool is_dear(const char *step)
{
	return strncmp(step, "SCAN ", 5) == 0 ||
	       strstr(step, "TEMP B-TREE") != NULL ||
	       strstr(step, "AUTOMATIC") != NULL;
}

static bool is_allowed(enum kd_stmt which, const char *step)
{
	size_t i;

	for (i = 0; i < sizeof(allowed) / sizeof(allowed[0]); i++) {
		if (allowed[i].which == which &&
		    strcmp(step, allowed[i].step) == 0)
			return true;
	}
	return strcmp(step, "SCAN CONSTANT ROW") == 0;
}

static int explain(struct kd_store *store, enum kd_stmt which)
{
	char sql[8192];
	sqlite3_stmt *stmt = NULL;
	const char *step;
	int n, bad = 0;

	n = snprintf(sql, sizeof(sql), "EXPLAIN QUERY PLAN %s",
	             kd_statement(which)->sql);
	assert_in_range(n, 20, sizeof(sql) - 1);
	if (sqlite3_prepare_v2(store->db, sql, -1, &stmt, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(store->db));
	while (sqlite3_step(stmt) == SQLITE_ROW) {
		step = (const char *)sqlite3_column_text(stmt, 3);
		if (!is_dear(step) || is_allowed(which, step))
			continue;
		/* the start of it: what is printed is cut somewhere */
		print_error("%.400s\n  statement %d: %s\n",
		            kd_statement(which)->sql, (int)which, step);
		bad++;
	}
	(void)sqlite3_finalize(stmt);
	return bad;
}

static void test_plan_of_every_statement(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	int bad = 0;
	int i;

	/* test_store_search looks at those of the index */
	for (i = 0; i < KD_STMT_INDEX; i++) {
		assert_non_null(kd_statement((enum kd_stmt)i)->sql);
		assert_non_null(kd_statement((enum kd_stmt)i)->doing);
		bad += explain(store, (enum kd_stmt)i);
	}
	kd_store_close(store);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_plan_of_every_statement),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
