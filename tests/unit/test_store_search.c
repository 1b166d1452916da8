/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_search.c - the search index: what is found in it, that it
 * follows the store, and that nothing but time is lost with it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "store/search_internal.h"
#include "tests/support/store_fixture.h"

static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
static const struct kd_scope ppc = { .kind = KD_SCOPE_LIST,
	                             .list_id = "ppc.example.org" };
static const struct kd_scope none = { .kind = KD_SCOPE_NONE };

/* A message of that text; what else it is the caller says. */
static struct kd_arriving letter(struct fixture *fix, const char *id,
                                 const char *text, int64_t received)
{
	struct kd_arriving a = fixture_arriving(fix, id, "a title", received);
	struct kd_message *msg = fixture_message(&a);

	msg->text = kd_bytes_of(text);
	a.raw = kd_bytes_of(kd_arena_printf(
		fix->arena, "Message-ID: <%s>\n\n%s\n", id, text));
	/* the content is the text's */
	memset(msg->content_sha256, 0, KD_HASH_SIZE);
	(void)snprintf((char *)msg->content_sha256, KD_HASH_SIZE, "%s", text);
	return a;
}

static void add(struct fixture *fix, const struct kd_arriving *a)
{
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);

	(void)fixture_add(fix, store, a);
	kd_store_close(store);
}

static void add_text(struct fixture *fix, const char *id, const char *text,
                     int64_t received)
{
	struct kd_arriving a = letter(fix, id, text, received);

	add(fix, &a);
}

/* An open store with its index. */
struct opened {
	struct kd_store *store;
	struct kd_search *search;
};

static struct opened open_both(struct fixture *fix)
{
	struct opened ret = { .store = fixture_open(fix, KD_STORE_READ) };

	if (kd_search_open(ret.store, &ret.search, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	return ret;
}

static void close_both(struct opened *opened)
{
	kd_search_close(opened->search);
	kd_store_close(opened->store);
}

static void update(struct fixture *fix, struct kd_search *search)
{
	if (kd_search_update(search, NULL, NULL, &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
}

/* "b@x a@x": the Message-IDs of what answers, in order. */
static const char *find(struct fixture *fix, struct opened *opened,
                        const struct kd_search_query *query)
{
	struct kd_search_hit *hits = NULL;
	struct kd_posted posted;
	const char *ret = "";
	size_t n = 0;

	assert_int_equal(kd_store_begin_read(opened->store, &fix->err), KD_OK);
	if (kd_search_find(opened->search, query, fix->arena, &hits, &n,
	                   &fix->err) != KD_OK)
		fail_msg("%s", fix->err.text);
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(kd_store_get(opened->store, hits[i].message,
		                              fix->arena, &posted, &fix->err),
		                 KD_OK);
		ret = kd_arena_printf(fix->arena, "%s%s%s", ret,
		                      i > 0 ? " " : "", posted.msg.message_id);
	}
	kd_store_end_read(opened->store);
	return ret;
}

static struct kd_search_query one(const struct kd_search_term *term)
{
	return (struct kd_search_query){
		.terms = term,
		.n_terms = term != NULL,
		.scope = all,
		.range = { .upto = INT64_MAX },
	};
}

static const char *find_word(struct fixture *fix, struct opened *opened,
                             const char *word)
{
	const struct kd_search_term term = { .text = word };
	const struct kd_search_query query = one(&term);

	return find(fix, opened, &query);
}

/* Bring the index up to date, and look. */
static void expect(struct fixture *fix, const char *word, const char *want)
{
	struct opened opened = open_both(fix);

	update(fix, opened.search);
	assert_string_equal(find_word(fix, &opened, word), want);
	close_both(&opened);
}

static int64_t count(struct fixture *fix)
{
	struct opened opened = open_both(fix);
	int64_t n = -1;

	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	close_both(&opened);
	return n;
}

/* --- What is found ----------------------------------------------------- */

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

	add_text(fix, "a@x", "void kvm_arch_vcpu_load(struct x);\n", 100);
	add_text(fix, "b@x", "load vcpu caf\xc3\xa9\n", 200);
	add_text(fix, "c@x", "the vcpu\nload\n", 300);
	opened = open_both(fix);
	update(fix, opened.search);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct kd_search_term term = { .text = rows[i].word,
			                             .prefix = rows[i].prefix };
		const struct kd_search_query query = one(&term);
		const char *got = find(fix, &opened, &query);

		if (strcmp(got, rows[i].want) != 0)
			fail_msg("%s: '%s', not '%s'", rows[i].word, got,
			         rows[i].want);
	}
	close_both(&opened);
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
	struct kd_arriving a = letter(fix, "a@x", "red\n", 100);
	struct kd_arriving b = letter(fix, "b@x", "red", 200);
	struct kd_arriving c = letter(fix, "c@x", "green", 300);
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
	add(fix, &a);
	add(fix, &b);
	add(fix, &c);
	opened = open_both(fix);
	update(fix, opened.search);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct kd_search_query query = one(&terms[rows[i].first]);
		const char *got;

		query.n_terms = rows[i].n;
		got = find(fix, &opened, &query);
		if (strcmp(got, rows[i].want) != 0)
			fail_msg("row %zu: '%s', not '%s'", i, got,
			         rows[i].want);
	}
	close_both(&opened);
}

static void test_scope_and_range(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a = letter(fix, "a@x", "red", 100);
	struct kd_arriving b = letter(fix, "b@x", "red", 200);
	struct kd_arriving c = letter(fix, "c@x", "red", 300);
	struct kd_search_query query = one(NULL);
	struct opened opened;
	kd_seq second;

	b.list = &fixture_ppc;
	c.list = NULL;
	add(fix, &a);
	add(fix, &b);
	add(fix, &c);
	opened = open_both(fix);
	update(fix, opened.search);
	second = fixture_get(fix, opened.store, "b@x").seq;
	assert_string_equal(find(fix, &opened, &query), "b@x a@x");
	query.scope = ppc;
	assert_string_equal(find(fix, &opened, &query), "b@x");
	query.scope = none;
	assert_string_equal(find(fix, &opened, &query), "c@x");
	query.scope = all;
	query.range.after = second;
	assert_string_equal(find(fix, &opened, &query), "");
	query.range = (struct kd_range){ .upto = second };
	assert_string_equal(find(fix, &opened, &query), "b@x a@x");
	close_both(&opened);
	/* A message that comes to another list is found there, too, at
	 * once. */
	a.list = &fixture_ppc;
	add(fix, &a);
	opened = open_both(fix);
	query = one(NULL);
	query.scope = ppc;
	assert_string_equal(find(fix, &opened, &query), "a@x b@x");
	close_both(&opened);
}

/* A patch of its own, and what came to it. */
static void add_patch(struct fixture *fix, const char *id, const char *title,
                      int64_t received)
{
	struct kd_arriving a = letter(fix, id, title, received);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = KD_KIND_PATCH;
	msg->subject.patch = true;
	msg->subject.title = title;
	add(fix, &a);
}

static void add_answer(struct fixture *fix, const char *id, const char *to,
                       const char *from, enum kd_kind kind, int64_t received)
{
	struct kd_arriving a = letter(fix, id, "answer", received);
	struct kd_message *msg = fixture_message(&a);

	msg->kind = kind;
	msg->sender.email = from;
	msg->author = msg->sender;
	msg->in_reply_to = to;
	if (kind == KD_KIND_APPLIED)
		msg->fate = KD_FATE_APPLIED;
	add(fix, &a);
}

static void test_waiting(void **state)
{
	struct fixture *fix = *state;
	struct kd_search_query query = one(NULL);
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
	opened = open_both(fix);
	update(fix, opened.search);
	query.waiting = KD_SEARCH_WAITING_ONLY;
	assert_string_equal(find(fix, &opened, &query), "bot@x self@x alone@x");
	query.waiting = KD_SEARCH_WAITING_NOT;
	assert_string_equal(find(fix, &opened, &query),
	                    "u@x taken@x t@x r@x answered@x s@x");
	close_both(&opened);
	/* The answer is seen without any index. */
	add_answer(fix, "late@x", "alone@x", "r@example.org", KD_KIND_REPLY,
	           600);
	opened = open_both(fix);
	query.waiting = KD_SEARCH_WAITING_ONLY;
	assert_string_equal(find(fix, &opened, &query), "bot@x self@x");
	close_both(&opened);
}

/* --- It follows the store ------------------------------------------------ */

static void test_it_catches_up(void **state)
{
	struct fixture *fix = *state;
	struct opened opened;

	add_text(fix, "a@x", "red", 100);
	opened = open_both(fix);
	assert_string_equal(find_word(fix, &opened, "red"), "");
	close_both(&opened);
	assert_int_equal(count(fix), 0);
	expect(fix, "red", "a@x");
	assert_int_equal(count(fix), 1);
	add_text(fix, "b@x", "red", 200);
	opened = open_both(fix);
	assert_string_equal(find_word(fix, &opened, "red"), "a@x");
	close_both(&opened);
	expect(fix, "red", "b@x a@x");
	expect(fix, "red", "b@x a@x");
	assert_int_equal(count(fix), 2);
}

static void test_old_mail_that_comes_late(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving a = letter(fix, "old@x", "red", 50);

	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	add(fix, &a);
	expect(fix, "red", "old@x a@x");
}

static void test_another_content_is_preferred(void **state)
{
	struct fixture *fix = *state;
	struct kd_arriving direct = letter(fix, "a@x", "green", 100);
	struct kd_arriving listed = letter(fix, "a@x", "red", 200);
	struct kd_arriving again = letter(fix, "b@x", "green", 300);

	direct.through_list = false;
	add(fix, &direct);
	expect(fix, "green", "a@x");
	add(fix, &listed);
	expect(fix, "green", "");
	expect(fix, "red", "a@x");
	/* The same, but of a variant that is there already: no new row says
	 * so. */
	again.through_list = false;
	add(fix, &again);
	add_text(fix, "b@x", "red", 310);
	expect(fix, "red", "b@x a@x");
}

static int exec(struct fixture *fix, const char *suffix, const char *sql)
{
	sqlite3 *db = NULL;
	int code;

	assert_int_equal(sqlite3_open(fixture_name(fix, suffix), &db),
	                 SQLITE_OK);
	code = sqlite3_exec(db, sql, NULL, NULL, NULL);
	(void)sqlite3_close(db);
	return code;
}

/* As --reparse leaves it: other words, newer rules. */
static void test_parsed_again(void **state)
{
	struct fixture *fix = *state;
	char sql[256];

	for (int i = 0; i < 300; i++)
		add_text(fix, kd_arena_printf(fix->arena, "%d@x", i), "red",
		         100 + i);
	assert_int_equal(exec(fix, "", "UPDATE variant SET parser = 1"),
	                 SQLITE_OK);
	expect(fix, "blue", "");
	(void)snprintf(sql, sizeof(sql),
	               "UPDATE variant SET parser = %d, subject = 'blue' "
	               "WHERE id IN (1, 299)",
	               KD_PARSER_VERSION);
	assert_int_equal(exec(fix, "", sql), SQLITE_OK);
	expect(fix, "blue", "298@x 0@x");
	assert_int_equal(count(fix), 300);
	/* What could not be parsed may be with no newer rules. */
	assert_int_equal(exec(fix, "",
	                      "UPDATE variant SET status = 3 WHERE id = 7"),
	                 SQLITE_OK);
	add_text(fix, "more@x", "red", 1000);
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE doc SET status = 3, watched = 1 "
	                      "WHERE variant = 7"),
	                 SQLITE_OK);
	(void)snprintf(sql, sizeof(sql),
	               "UPDATE variant SET status = 0, subject = 'blue' "
	               "WHERE id = 7");
	assert_int_equal(exec(fix, "", sql), SQLITE_OK);
	expect(fix, "blue", "298@x 6@x 0@x");
}

static void test_an_older_copy_of_the_store(void **state)
{
	struct fixture *fix = *state;
	struct kd_bytes copy;

	add_text(fix, "a@x", "red", 100);
	/* all of it in the one file */
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	copy = fixture_read(fix, fix->path);
	add_text(fix, "b@x", "red", 200);
	expect(fix, "red", "b@x a@x");
	kd_store_close(fixture_open(fix, KD_STORE_WRITE));
	fixture_write(fix->path, copy);
	expect(fix, "red", "a@x");
	add_text(fix, "c@x", "green red", 300);
	expect(fix, "red", "c@x a@x");
	expect(fix, "green", "c@x");
}

/* --- Nothing but time is lost with it ------------------------------------ */

static void test_another_store(void **state)
{
	struct fixture *fix = *state;

	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE about SET store_id = 'other'"),
	                 SQLITE_OK);
	assert_int_equal(count(fix), 0);
	expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search", "PRAGMA user_version = 99"),
	                 SQLITE_OK);
	assert_int_equal(count(fix), 0);
	expect(fix, "red", "a@x");
}

static void test_damage(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-search");
	struct kd_bytes whole;

	for (int i = 0; i < 50; i++)
		add_text(fix, kd_arena_printf(fix->arena, "%d@x", i), "red",
		         100 + i);
	expect(fix, "0@x", "");
	whole = fixture_read(fix, name);
	/* no database, a torn one, a piece of one, nothing */
	fixture_write(name, kd_bytes_of("this is no database\n"));
	expect(fix, "nothing", "");
	assert_int_equal(count(fix), 50);
	fixture_write(name, (struct kd_bytes){ whole.data, whole.size / 2 });
	expect(fix, "nothing", "");
	fixture_write(name, (struct kd_bytes){ whole.data, 100 });
	expect(fix, "nothing", "");
	fixture_write(name, kd_bytes_of(""));
	expect(fix, "nothing", "");
	assert_int_equal(count(fix), 50);
	assert_int_equal(unlink(name), 0);
	expect(fix, "nothing", "");
	assert_int_equal(count(fix), 50);
}

static void test_check_finds_damage(void **state)
{
	struct fixture *fix = *state;
	struct opened opened;
	int64_t n = -1;

	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	opened = open_both(fix);
	assert_int_equal(kd_search_check(opened.search, &fix->err), KD_OK);
	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	assert_int_equal(n, 1);
	assert_int_equal(exec(fix, "-search",
	                      "UPDATE words_data SET block = x'00' "
	                      "WHERE id > 10"),
	                 SQLITE_OK);
	close_both(&opened);
	opened = open_both(fix);
	assert_int_equal(kd_search_check(opened.search, &fix->err), KD_OK);
	assert_int_equal(kd_search_count(opened.search, &n, &fix->err), KD_OK);
	assert_int_equal(n, 0);
	close_both(&opened);
	expect(fix, "red", "a@x");
}

static void test_too_much_that_is_old(void **state)
{
	struct fixture *fix = *state;

	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	assert_int_equal(exec(fix, "-search", "UPDATE about SET dead = 5000"),
	                 SQLITE_OK);
	expect(fix, "red", "a@x");
	add_text(fix, "b@x", "red", 200);
	expect(fix, "red", "b@x a@x");
}

static void test_a_file_that_cannot_be_written(void **state)
{
	struct fixture *fix = *state;
	const char *name = fixture_name(fix, "-search");
	struct opened opened;
	enum kd_status st;

	if (geteuid() == 0)
		skip();
	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	add_text(fix, "b@x", "red", 200);
	assert_int_equal(chmod(name, 0400), 0);
	opened = open_both(fix);
	st = kd_search_update(opened.search, NULL, NULL, &fix->err);
	assert_int_equal(st, KD_PERM);
	assert_non_null(strstr(fix->err.text, name));
	assert_string_equal(find_word(fix, &opened, "red"), "a@x");
	close_both(&opened);
}

static void test_no_place_for_it(void **state)
{
	struct fixture *fix = *state;
	struct kd_search *search = NULL;
	struct kd_store *store;

	add_text(fix, "a@x", "red", 100);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(symlink("/dev/null", fixture_name(fix, "-search")), 0);
	assert_int_not_equal(kd_search_open(store, &search, &fix->err), KD_OK);
	assert_non_null(strstr(fix->err.text, "-search"));
	assert_null(search);
	kd_store_close(store);
}

/* One that is being written by another is read meanwhile. */
static void test_two_at_once(void **state)
{
	struct fixture *fix = *state;
	struct opened first, second;
	enum kd_status st;

	add_text(fix, "a@x", "red", 100);
	expect(fix, "red", "a@x");
	add_text(fix, "b@x", "red", 200);
	first = open_both(fix);
	second = open_both(fix);
	assert_int_equal(kd_stmt_do(&first.search->index, KD_STMT_BEGIN_WRITE,
	                            &fix->err),
	                 KD_OK);
	second.search->index.deadline_ms = kd_monotonic_ms() + 50;
	st = kd_search_update(second.search, NULL, NULL, &fix->err);
	assert_int_equal(st, KD_BUSY);
	assert_string_equal(find_word(fix, &second, "red"), "a@x");
	kd_store_rollback(&first.search->index);
	second.search->index.deadline_ms = kd_monotonic_ms() + 10000;
	update(fix, second.search);
	update(fix, first.search);
	assert_string_equal(find_word(fix, &first, "red"), "b@x a@x");
	assert_string_equal(find_word(fix, &second, "red"), "b@x a@x");
	/* each shows the store as it is for whoever reads it */
	close_both(&first);
	close_both(&second);
	assert_int_equal(count(fix), 2);
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
	opened = open_both(fix);
	update(fix, opened.search);
	for (int i = KD_STMT_INDEX; i < KD_STMT_COUNT; i++)
		bad += explain(opened.search->index.db, (enum kd_stmt)i);
	close_both(&opened);
	assert_int_equal(bad, 0);
}

#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_words),
		TEST(test_terms),
		TEST(test_scope_and_range),
		TEST(test_waiting),
		TEST(test_it_catches_up),
		TEST(test_old_mail_that_comes_late),
		TEST(test_another_content_is_preferred),
		TEST(test_parsed_again),
		TEST(test_an_older_copy_of_the_store),
		TEST(test_another_store),
		TEST(test_damage),
		TEST(test_check_finds_damage),
		TEST(test_too_much_that_is_old),
		TEST(test_a_file_that_cannot_be_written),
		TEST(test_no_place_for_it),
		TEST(test_two_at_once),
		TEST(test_plans),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
