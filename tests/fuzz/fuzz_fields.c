/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_fields.c - the value of a header field, as each reader of values
 * sees it: ours, and GMime behind its guards.
 */
#include "mda/fields.h"

#include <string.h>

#include "mda/parse_internal.h"
#include "tests/fuzz/fuzz.h"

static void check_person(struct kd_person person, bool one_line)
{
	kd_fuzz_line(person.name, SIZE_MAX);
	kd_fuzz_line(person.email, SIZE_MAX);
	CHECK(!one_line || person.email == NULL || person.email[0] != '\0');
}

static void check_ids(struct kd_arena *arena, struct kd_bytes in)
{
	const char **ids = NULL;
	const char *parent = kd_field_parent(arena, in);
	size_t n = 0;

	kd_fuzz_line(parent, KD_MESSAGE_ID_MAX);
	(void)kd_field_references(arena, in, &ids, &n);
	CHECK(n <= KD_REFERENCES_MAX);
	for (size_t i = 0; i < n; i++) {
		CHECK(ids[i] != NULL && ids[i][0] != '\0');
		kd_fuzz_line(ids[i], KD_MESSAGE_ID_MAX);
	}
}

static void check_gmime(struct kd_arena *arena, struct kd_bytes in)
{
	struct kd_person people[KD_ADDRESSES_MAX];
	char *text = kd_fuzz_string(arena, in);
	int64_t date;
	size_t n;

	check_person(kd_parse_person(arena, text), false);
	kd_fuzz_line(kd_parse_words(arena, text), SIZE_MAX);
	kd_fuzz_line(kd_field_decode(arena, in), SIZE_MAX);
	(void)kd_field_any_date(arena, in, &date);
	n = kd_field_people(arena, in, people, KD_ADDRESSES_MAX);
	CHECK(n <= KD_ADDRESSES_MAX);
	for (size_t i = 0; i < n; i++)
		check_person(people[i], false);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	const char *line;
	int64_t date;

	/* one field is never longer */
	if (in.size > KD_HEADER_FIELD_MAX)
		in.size = KD_HEADER_FIELD_MAX;
	line = kd_field_line(arena, in);
	CHECK(line != NULL);
	CHECK(strpbrk(line, "\r\n") == NULL);
	if (kd_field_date(in, &date))
		CHECK(date > INT64_C(-63000000000) &&
		      date < INT64_C(253500000000));
	check_person(kd_field_person(arena, in), true);
	(void)kd_field_addresses_ok(in);
	check_ids(arena, in);
	check_gmime(arena, in);
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
