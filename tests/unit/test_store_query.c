/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_query.c - ranges, scopes, positions and markers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/store_fixture.h"

enum { BASE = 100000000 };

static const struct kd_scope kvm = { .kind = KD_SCOPE_LIST,
	                             .list_id = "KVM.example.org" };
static const struct kd_scope ppc = { .kind = KD_SCOPE_LIST,
	                             .list_id = "ppc.example.org" };
static const struct kd_scope unknown = { .kind = KD_SCOPE_LIST,
	                                 .list_id = "no.example.org" };
static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
static const struct kd_scope none = { .kind = KD_SCOPE_NONE };

/*
 *	seq        1  2  3  4  5  6  7  8
 *	message    a  b  c  a  d  e  e  f
 *	list       k  k  p  p  -  -  k  k
 */
static struct kd_store *fill(struct fixture *fix)
{
	static const struct {
		const char *id;
		const struct kd_list *list;
	} arrivals[] = {
		{ "a@x", &fixture_kvm }, { "b@x", &fixture_kvm },
		{ "c@x", &fixture_ppc }, { "a@x", &fixture_ppc },
		{ "d@x", NULL },         { "e@x", NULL },
		{ "e@x", &fixture_kvm }, { "f@x", &fixture_kvm },
	};
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a;
	size_t i;

	for (i = 0; i < 8; i++) {
		a = fixture_arriving(fix, arrivals[i].id, arrivals[i].id,
		                     1000 + 10 * (int64_t)i);
		a.list = arrivals[i].list;
		(void)fixture_add(fix, store, &a);
	}
	kd_store_close(store);
	return fixture_open(fix, KD_STORE_READ);
}

struct letters {
	char text[32];
	size_t n;
	kd_seq last;
	enum kd_status answer;
};

static enum kd_status take(const struct kd_posted *row, void *payload,
                           struct kd_error *err)
{
	struct letters *letters = payload;

	assert_true(row->seq > letters->last);
	assert_true(letters->n < sizeof(letters->text) - 1);
	letters->last = row->seq;
	letters->text[letters->n++] = row->msg.message_id[0];
	if (letters->answer != KD_OK)
		return kd_fail(err, letters->answer, "stop");
	return KD_OK;
}

static void expect_each(struct fixture *fix, struct kd_store *store,
                        const struct kd_scope *scope, kd_seq after, kd_seq upto,
                        const char *want)
{
	struct letters letters = { .n = 0 };
	struct kd_range range = { .after = after, .upto = upto };

	assert_int_equal(kd_store_each(store, scope, range, take, &letters,
	                               &fix->err),
	                 KD_OK);
	assert_string_equal(letters.text, want);
}

static void test_each_in_scope(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);

	expect_each(fix, store, &kvm, 0, INT64_MAX, "abef");
	expect_each(fix, store, &ppc, 0, INT64_MAX, "ca");
	expect_each(fix, store, &all, 0, INT64_MAX, "abcef");
	expect_each(fix, store, &none, 0, INT64_MAX, "d");
	expect_each(fix, store, &unknown, 0, INT64_MAX, "");
	/* without the first, with the last */
	expect_each(fix, store, &kvm, BASE, BASE + 7, "bef");
	expect_each(fix, store, &kvm, BASE, BASE + 6, "be");
	expect_each(fix, store, &kvm, BASE, BASE, "");
	expect_each(fix, store, &kvm, BASE + 6, BASE, "");
	/* each counts where it first came to a list */
	expect_each(fix, store, &all, BASE + 2, BASE + 4, "");
	expect_each(fix, store, &all, BASE + 5, BASE + 7, "ef");
	kd_store_close(store);
}

static void test_each_stops_when_told(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);
	struct letters letters = { .answer = KD_TOOBIG };
	struct kd_range range = { .after = 0, .upto = INT64_MAX };

	assert_int_equal(kd_store_each(store, &kvm, range, take, &letters,
	                               &fix->err),
	                 KD_TOOBIG);
	assert_string_equal(letters.text, "a");
	assert_string_equal(fix->err.text, "stop");
	/* and can be asked again */
	expect_each(fix, store, &kvm, 0, INT64_MAX, "abef");
	kd_store_close(store);
}

static void test_latest_in_scope(void **state)
{
	static const struct {
		const struct kd_scope *scope;
		kd_seq want;
	} table[] = {
		{ &kvm, BASE + 7 },  { &ppc, BASE + 3 }, { &all, BASE + 7 },
		{ &none, BASE + 4 }, { &unknown, 0 },
	};
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);
	kd_seq seq = -1;
	size_t i;

	for (i = 0; i < 5; i++) {
		assert_int_equal(kd_store_latest(store, table[i].scope, &seq,
		                                 &fix->err),
		                 KD_OK);
		assert_int_equal(seq, table[i].want);
	}
	kd_store_close(store);
}

static void test_empty_store_has_a_start(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	kd_seq seq = -1;

	assert_int_equal(kd_store_latest(store, &all, &seq, &fix->err), KD_OK);
	assert_int_equal(seq, kd_store_start());
	seq = -1;
	assert_int_equal(kd_store_at_time(store, INT64_MAX, &seq, &fix->err),
	                 KD_OK);
	assert_int_equal(seq, kd_store_start());
	expect_each(fix, store, &all, kd_store_start(), INT64_MAX, "");
	kd_store_close(store);
}

static void test_at_time(void **state)
{
	static const struct {
		int64_t when;
		kd_seq want;
	} table[] = {
		{ 999, 0 },         { 1000, BASE },     { 1009, BASE },
		{ 1010, BASE + 1 }, { 5000, BASE + 7 }, { INT64_MIN, 0 },
	};
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);
	kd_seq seq = -1;
	size_t i;

	for (i = 0; i < 6; i++) {
		assert_int_equal(kd_store_at_time(store, table[i].when, &seq,
		                                  &fix->err),
		                 KD_OK);
		assert_int_equal(seq, table[i].want);
	}
	kd_store_close(store);
}

static void test_at_time_takes_the_last_of_a_second(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a;
	kd_seq seq = -1;
	int i;

	for (i = 0; i < 3; i++) {
		a = fixture_arriving(
			fix, kd_arena_printf(fix->arena, "%d@x", i), "m", 7);
		(void)fixture_add(fix, store, &a);
	}
	assert_int_equal(kd_store_at_time(store, 7, &seq, &fix->err), KD_OK);
	assert_int_equal(seq, BASE + 2);
	kd_store_close(store);
}

static void test_find_seq(void **state)
{
	static const struct {
		const struct kd_scope *scope;
		kd_seq seq;
		kd_seq want; /* 0: there is none */
	} table[] = {
		{ &kvm, BASE + 5, BASE + 1 },  { &kvm, BASE + 6, BASE + 6 },
		{ &kvm, BASE - 1, 0 },         { &kvm, INT64_MAX, BASE + 7 },
		{ &ppc, BASE + 1, 0 },         { &all, BASE + 3, BASE + 2 },
		{ &none, BASE + 7, BASE + 4 }, { &unknown, BASE, 0 },
	};
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);
	struct kd_found found;
	struct kd_posted row;
	enum kd_status st;
	size_t i;

	for (i = 0; i < 8; i++) {
		found.seq = 0;
		st = kd_store_find_seq(store, table[i].seq, table[i].scope,
		                       &found, &fix->err);
		assert_int_equal(st, table[i].want == 0 ? KD_NOTFOUND : KD_OK);
		assert_int_equal(found.seq, table[i].want);
		if (st != KD_OK)
			continue;
		assert_int_equal(kd_store_get(store, found.message, fix->arena,
		                              &row, &fix->err),
		                 KD_OK);
	}
	kd_store_close(store);
}

static void test_get_what_never_came(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fill(fix);
	struct kd_posted row;
	struct kd_bytes bytes;

	assert_int_equal(kd_store_get(store, 4711, fix->arena, &row, &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_raw(store, 4711, fix->arena, &bytes,
	                              &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_text(store, 4711, fix->arena, &bytes,
	                               &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

static void test_read_view_stands_still(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *reader = fill(fix);
	struct kd_store *writer = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "g@x", "g", 2000);

	assert_int_equal(kd_store_begin_read(reader, &fix->err), KD_OK);
	(void)fixture_add(fix, writer, &a);
	expect_each(fix, reader, &kvm, 0, INT64_MAX, "abef");
	kd_store_end_read(reader);
	expect_each(fix, reader, &kvm, 0, INT64_MAX, "abefg");
	kd_store_end_read(reader); /* once too often does no harm */
	kd_store_close(writer);
	kd_store_close(reader);
}

static void expect_marker(struct fixture *fix, struct kd_store *store,
                          const char *name, kd_seq seq, int64_t set_at)
{
	struct kd_marker marker = { .seq = -1 };

	assert_int_equal(kd_store_marker(store, name, &marker, &fix->err),
	                 KD_OK);
	assert_int_equal(marker.seq, seq);
	assert_int_equal(marker.set_at, set_at);
	assert_string_equal(marker.name, name);
}

static void test_marker_is_compared_and_set(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_marker marker = { .seq = -1 };
	const kd_seq five = 5;
	const kd_seq six = 6;

	assert_int_equal(kd_store_marker(store, "last", &marker, &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_move_marker(store, "last", &five, 6, 1,
	                                      &fix->err),
	                 KD_BUSY);
	assert_int_equal(kd_store_move_marker(store, "last", NULL, 5, 1,
	                                      &fix->err),
	                 KD_OK);
	expect_marker(fix, store, "last", 5, 1);
	assert_int_equal(kd_store_move_marker(store, "last", NULL, 6, 2,
	                                      &fix->err),
	                 KD_BUSY);
	assert_int_equal(kd_store_move_marker(store, "last", &six, 7, 2,
	                                      &fix->err),
	                 KD_BUSY);
	expect_marker(fix, store, "last", 5, 1);
	assert_int_equal(kd_store_move_marker(store, "last", &five, 6, 2,
	                                      &fix->err),
	                 KD_OK);
	expect_marker(fix, store, "last", 6, 2);
	assert_int_equal(kd_store_drop_marker(store, "last", &fix->err), KD_OK);
	assert_int_equal(kd_store_drop_marker(store, "last", &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_marker(store, "last", &marker, &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

static void test_marker_names(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	char name[KD_MARKER_NAME_MAX + 2];

	memset(name, 'n', sizeof(name));
	name[KD_MARKER_NAME_MAX + 1] = '\0';
	assert_int_equal(kd_store_move_marker(store, name, NULL, 5, 1,
	                                      &fix->err),
	                 KD_USAGE);
	name[KD_MARKER_NAME_MAX] = '\0';
	assert_int_equal(kd_store_move_marker(store, name, NULL, 5, 1,
	                                      &fix->err),
	                 KD_OK);
	assert_int_equal(kd_store_move_marker(store, "", NULL, 5, 1, &fix->err),
	                 KD_USAGE);
	kd_store_close(store);
}

static void test_markers_are_listed_in_order(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_marker *markers = NULL;
	size_t n = 1;
	size_t i;

	assert_int_equal(kd_store_markers(store, fix->arena, &markers, &n,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(n, 0);
	for (i = 0; i < 40; i++)
		assert_int_equal(
			kd_store_move_marker(
				store,
				kd_arena_printf(fix->arena, "m%zu", 10 + i),
				NULL, (kd_seq)(100 - i / 2), 9, &fix->err),
			KD_OK);
	kd_store_close(store);
	store = fixture_open(fix, KD_STORE_READ);
	assert_int_equal(kd_store_markers(store, fix->arena, &markers, &n,
	                                  &fix->err),
	                 KD_OK);
	assert_int_equal(n, 40);
	assert_string_equal(markers[0].name, "m48");
	assert_string_equal(markers[1].name, "m49");
	assert_string_equal(markers[39].name, "m11");
	assert_int_equal(markers[39].seq, 100);
	assert_int_equal(markers[39].set_at, 9);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_each_in_scope),
		TEST(test_each_stops_when_told),
		TEST(test_latest_in_scope),
		TEST(test_empty_store_has_a_start),
		TEST(test_at_time),
		TEST(test_at_time_takes_the_last_of_a_second),
		TEST(test_find_seq),
		TEST(test_get_what_never_came),
		TEST(test_read_view_stands_still),
		TEST(test_marker_is_compared_and_set),
		TEST(test_marker_names),
		TEST(test_markers_are_listed_in_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
