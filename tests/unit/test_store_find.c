/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_find.c - messages by Message-ID and by id.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "store/hash.h"
#include "tests/support/store_fixture.h"

static const struct kd_scope all = { .kind = KD_SCOPE_ALL };
static const struct kd_scope kvm = { .kind = KD_SCOPE_LIST,
	                             .list_id = "kvm.example.org" };
static const struct kd_scope ppc = { .kind = KD_SCOPE_LIST,
	                             .list_id = "ppc.example.org" };
static const struct kd_scope none = { .kind = KD_SCOPE_NONE };

static void add(struct fixture *fix, struct kd_store *store,
                const char *message_id, const struct kd_list *list)
{
	struct kd_arriving a = fixture_arriving(fix, message_id, "m", 1000);

	a.list = list;
	(void)fixture_add(fix, store, &a);
}

static void test_find_message_id_in_scope(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_arriving a = fixture_arriving(fix, "c@x", "m", 1000);
	struct kd_found found = { .seq = 0 };
	static const struct {
		const struct kd_scope *scope;
		kd_seq want;
	} table[] = {
		{ &all, 100000000 },
		{ &kvm, 100000001 },
		{ &ppc, 100000002 },
		{ &none, 100000000 },
	};
	size_t i;

	add(fix, store, "a@x", NULL);
	add(fix, store, "a@x", &fixture_kvm);
	add(fix, store, "a@x", &fixture_ppc);
	add(fix, store, "b@x", &fixture_kvm);
	fixture_message(&a)->in_reply_to = "ghost@x";
	(void)fixture_add(fix, store, &a);
	for (i = 0; i < 4; i++) {
		assert_int_equal(kd_store_find_message_id(store, "a@x",
		                                          table[i].scope,
		                                          &found, &fix->err),
		                 KD_OK);
		assert_int_equal(found.seq, table[i].want);
	}
	/* where it first came, if not in that list */
	assert_int_equal(kd_store_find_message_id(store, "b@x", &ppc, &found,
	                                          &fix->err),
	                 KD_OK);
	assert_int_equal(found.seq, 100000003);
	assert_int_equal(kd_store_find_message_id(store, "ghost@x", &all,
	                                          &found, &fix->err),
	                 KD_NOTFOUND);
	assert_int_equal(kd_store_find_message_id(store, "A@x", &all, &found,
	                                          &fix->err),
	                 KD_NOTFOUND);
	kd_store_close(store);
}

static void message_id_of(int n, char ret[32])
{
	(void)snprintf(ret, 32, "%d@example.org", n);
}

/* Two Message-IDs whose ids begin with the same `bytes` bytes, and no more
 * than that.  Which these are was found out by trying. */
static void take_pair(size_t bytes, char ret_a[32], char ret_b[32])
{
	unsigned char a[KD_HASH_SIZE], b[KD_HASH_SIZE];

	message_id_of(bytes == 2 ? 106 : 37542, ret_a);
	message_id_of(bytes == 2 ? 1369 : 102385, ret_b);
	kd_hash(kd_bytes_of(ret_a), a);
	kd_hash(kd_bytes_of(ret_b), b);
	assert_memory_equal(a, b, bytes);
	assert_int_not_equal(a[bytes] >> 4, b[bytes] >> 4);
}

static void expect_id(struct fixture *fix, struct kd_store *store,
                      const char *hex, enum kd_status want, kd_seq seq)
{
	struct kd_found found = { .seq = 0 };

	assert_int_equal(kd_store_find_id(store, hex, &all, &found, &fix->err),
	                 want);
	assert_int_equal(found.seq, seq);
}

static void test_find_id_by_prefix(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	char a[32], b[32], hex[KD_ID_HEX_MAX + 2];
	unsigned char hash[KD_HASH_SIZE];
	size_t len;

	take_pair(2, a, b);
	add(fix, store, a, &fixture_kvm);
	kd_hash(kd_bytes_of(a), hash);
	for (len = 4; len <= KD_ID_HEX_MAX; len++) {
		kd_hash_hex(hash, KD_ID_HEX_MAX / 2, hex);
		hex[len] = '\0';
		expect_id(fix, store, hex, KD_OK, 100000000);
	}
	for (len = 0; hex[len] != '\0'; len++) {
		if (hex[len] >= 'a')
			hex[len] = (char)(hex[len] - 'a' + 'A');
	}
	expect_id(fix, store, hex, KD_OK, 100000000);
	hex[3] = '\0';
	expect_id(fix, store, hex, KD_NOTFOUND, 0);
	expect_id(fix, store, "", KD_NOTFOUND, 0);
	expect_id(fix, store, "xyzw", KD_NOTFOUND, 0);
	kd_hash_hex(hash, KD_ID_HEX_MAX / 2, hex);
	memcpy(hex + KD_ID_HEX_MAX, "0", 2);
	expect_id(fix, store, hex, KD_NOTFOUND, 0);

	add(fix, store, b, &fixture_kvm);
	hex[4] = '\0';
	expect_id(fix, store, hex, KD_AMBIGUOUS, 0);
	kd_hash_hex(hash, KD_ID_HEX_MAX / 2, hex);
	hex[10] = '\0';
	assert_non_null(strstr(fix->err.text, hex));
	hex[5] = '\0'; /* an odd number of digits tells them apart */
	expect_id(fix, store, hex, KD_OK, 100000000);
	kd_hash(kd_bytes_of(b), hash);
	kd_hash_hex(hash, KD_ID_HEX_MAX / 2, hex);
	assert_non_null(strstr(fix->err.text, "ambiguous"));
	hex[5] = '\0';
	expect_id(fix, store, hex, KD_OK, 100000001);
	kd_store_close(store);
}

static void test_find_id_names_a_few(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	struct kd_found found;
	/* found out by trying: their ids begin with the same two bytes */
	static const int alike[] = { 0,      109889, 178184, 205489,
		                     211900, 273298, 309719 };
	unsigned char hash[KD_HASH_SIZE], first[KD_HASH_SIZE];
	char id[32], hex[8];
	size_t i;

	message_id_of(0, id);
	kd_hash(kd_bytes_of(id), first);
	for (i = 0; i < sizeof(alike) / sizeof(alike[0]); i++) {
		message_id_of(alike[i], id);
		kd_hash(kd_bytes_of(id), hash);
		assert_memory_equal(hash, first, 2);
		add(fix, store, kd_arena_strdup(fix->arena, id), &fixture_kvm);
	}
	kd_hash_hex(first, 2, hex);
	assert_int_equal(kd_store_find_id(store, hex, &all, &found, &fix->err),
	                 KD_AMBIGUOUS);
	assert_non_null(strstr(fix->err.text, ", ..."));
	kd_store_close(store);
}

static void expect_short(struct fixture *fix, struct kd_store *store,
                         const char *message_id, size_t digits)
{
	unsigned char hash[KD_HASH_SIZE];
	char got[KD_ID_HEX_MAX + 1], want[KD_ID_HEX_MAX + 1];

	kd_hash(kd_bytes_of(message_id), hash);
	kd_hash_hex(hash, KD_ID_HEX_MAX / 2, want);
	want[digits] = '\0';
	assert_int_equal(kd_store_short_id(store, message_id, got, &fix->err),
	                 KD_OK);
	assert_string_equal(got, want);
}

static void test_short_id_grows_where_it_must(void **state)
{
	struct fixture *fix = *state;
	struct kd_store *store = fixture_open(fix, KD_STORE_DELIVER);
	char a[32], b[32], c[32];
	int i;

	expect_short(fix, store, "nobody@x", 8); /* not in the store */
	take_pair(4, a, b);
	add(fix, store, a, &fixture_kvm);
	for (i = 0; i < 20; i++) {
		message_id_of(1000000 + i, c);
		add(fix, store, kd_arena_strdup(fix->arena, c), &fixture_kvm);
	}
	expect_short(fix, store, a, 8);
	expect_short(fix, store, c, 8);
	expect_short(fix, store, b, 9);
	add(fix, store, b, &fixture_kvm);
	expect_short(fix, store, a, 9);
	expect_short(fix, store, b, 9);
	expect_short(fix, store, c, 8);
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_find_message_id_in_scope),
		TEST(test_find_id_by_prefix),
		TEST(test_find_id_names_a_few),
		TEST(test_short_id_grows_where_it_must),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
