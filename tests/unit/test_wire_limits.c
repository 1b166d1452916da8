/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_wire_limits.c - a message that is too large for the pipe: it is cut, it
 * is marked, or it does not go out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "tests/support/wire_fixture.h"

static char *filled(size_t size, const char *unit)
{
	size_t n = strlen(unit);
	char *s = malloc(size * n + 1);

	assert_non_null(s);
	for (size_t i = 0; i < size; i++)
		memcpy(s + i * n, unit, n);
	s[size * n] = '\0';
	return s;
}

/* Too long is cut between two characters, or left out; the rest stays. */
static void test_wire_too_long(void **state)
{
	struct kd_message msg = wire_full();
	char *title = filled(5000, "\xe2\x82\xac");
	char *name = filled(100000, "n");
	char *email = filled(2000, "e");
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	msg.status = KD_PARSE_OK;
	msg.subject.title = title;
	msg.author.name = name;
	msg.author.email = email;
	msg.in_reply_to = email;
	assert_int_equal(wire_decode(wire_encode(&msg), wire_raw(), wire_arena,
	                             &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(strlen(back.subject.title), KD_SUBJECT_MAX / 3 * 3);
	assert_true(strlen(back.author.name) > 1000);
	assert_null(back.author.email); /* half of it is someone else's */
	assert_null(back.in_reply_to);
	assert_string_equal(back.subject.full, msg.subject.full);
	assert_string_equal(back.sender.email, msg.sender.email);
	wire_expect_text(&msg, &back);
	free(copy);
	free(title);
	free(name);
	free(email);
}

static void test_wire_references_first_and_last(void **state)
{
	struct kd_message msg = wire_full();
	const char **ids = kd_arena_array(wire_arena, 1000, sizeof(*ids));
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (int i = 0; i < 1000; i++)
		ids[i] = kd_arena_printf(wire_arena, "%d@example.org", i);
	msg.references = ids;
	msg.n_references = 1000;
	msg.status = KD_PARSE_OK;
	assert_int_equal(wire_decode(wire_encode(&msg), wire_raw(), wire_arena,
	                             &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(back.n_references, KD_REFERENCES_MAX);
	assert_string_equal(back.references[0], "0@example.org");
	assert_string_equal(back.references[1], "901@example.org");
	assert_string_equal(back.references[99], "999@example.org");
	free(copy);
}

/* Of a list what fits is sent, in its order, and nothing is cut in two. */
static void test_wire_lists_over_their_limits(void **state)
{
	struct kd_message msg = wire_full();
	char *path = filled(5000, "p");
	char *value = filled(KD_TRAILER_MAX, "v");
	char *over = filled(KD_TRAILER_MAX + 1, "v");
	const char **many = kd_arena_array(wire_arena, 3000, sizeof(*many));
	struct kd_trailer *full =
		kd_arena_array(wire_arena, 300, sizeof(*full));
	const char *some[] = { "a", path, "", NULL, "b" };
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (int i = 0; i < 3000; i++)
		many[i] = kd_arena_printf(wire_arena, "title %d", i);
	for (int i = 0; i < 300; i++)
		full[i] = (struct kd_trailer){ "Acked-by", i < 15 ? value : "A",
			                       true, false };
	full[1].value = over;
	msg.status = KD_PARSE_OK;
	msg.paths = some;
	msg.n_paths = 5;
	msg.titles = many;
	msg.n_titles = 3000;
	msg.trailers = full;
	msg.n_trailers = 300;
	msg.base_commit = value;
	assert_int_equal(wire_decode(wire_encode(&msg), wire_raw(), wire_arena,
	                             &back, &copy),
	                 KD_OK);
	assert_int_equal(back.status, KD_PARSE_LIMITED);
	assert_int_equal(back.n_paths, 2);
	assert_string_equal(back.paths[0], "a");
	assert_string_equal(back.paths[1], "b");
	assert_int_equal(back.n_titles, KD_TITLES_MAX);
	assert_string_equal(back.titles[999], "title 999");
	assert_int_equal(back.n_trailers, KD_TRAILERS_MAX);
	assert_string_equal(back.trailers[199].value, "A");
	for (int i = 0; i < KD_TRAILERS_MAX; i++)
		assert_in_range(strlen(back.trailers[i].value), 1,
		                KD_TRAILER_MAX);
	assert_null(back.base_commit);
	assert_int_equal(back.n_links, 2);
	free(copy);
	free(path);
	free(value);
	free(over);
}

static struct kd_trailer *most_trailers(const char *name, const char *value)
{
	struct kd_trailer *ret =
		kd_arena_array(wire_arena, KD_TRAILERS_MAX, sizeof(*ret));

	for (size_t i = 0; i < KD_TRAILERS_MAX; i++)
		ret[i] = (struct kd_trailer){ name, value, true, true };
	return ret;
}

static const char **most_strings(const char *s, size_t n)
{
	const char **ret = kd_arena_array(wire_arena, n, sizeof(*ret));

	for (size_t i = 0; i < n; i++)
		ret[i] = s;
	return ret;
}

static void fill_lists(struct kd_message *msg, const char *id)
{
	struct kd_link *most_links =
		kd_arena_array(wire_arena, KD_LINKS_MAX, sizeof(*most_links));
	struct kd_taken *most_taken =
		kd_arena_array(wire_arena, KD_TITLES_MAX, sizeof(*most_taken));
	char *hex = kd_arena_strndup(wire_arena,
	                             "0000000000000000000000000000000"
	                             "000000000000000000000000000000000",
	                             KD_COMMIT_HEX_MAX);
	char *name = kd_arena_strndup(wire_arena, id, 256);
	char *title = kd_arena_strndup(wire_arena, id,
	                               KD_TITLES_SIZE_MAX / KD_TITLES_MAX);

	for (size_t i = 0; i < KD_LINKS_MAX; i++)
		most_links[i] = (struct kd_link){ 1, 1, id };
	for (size_t i = 0; i < KD_TITLES_MAX; i++)
		most_taken[i] = (struct kd_taken){ 1, title, hex };
	msg->trailers = most_trailers(
		name, kd_arena_strndup(wire_arena, id,
	                               KD_TRAILERS_SIZE_MAX / KD_TRAILERS_MAX));
	msg->n_trailers = KD_TRAILERS_MAX;
	msg->paths =
		most_strings(kd_arena_strndup(wire_arena, id,
	                                      KD_PATHS_SIZE_MAX / KD_PATHS_MAX),
	                     KD_PATHS_MAX);
	msg->n_paths = KD_PATHS_MAX;
	msg->titles = most_strings(title, KD_TITLES_MAX);
	msg->n_titles = KD_TITLES_MAX;
	msg->links = most_links;
	msg->n_links = KD_LINKS_MAX;
	msg->taken = most_taken;
	msg->n_taken = KD_TITLES_MAX;
	msg->base_commit = hex;
}

/* The largest message that there can be. */
static void test_wire_everything_at_its_limit(void **state)
{
	struct kd_message msg = wire_full();
	char *id = filled(KD_MESSAGE_ID_MAX, "i");
	char *line = filled(KD_SUBJECT_MAX, "s");
	char *from = filled(100000, "f");
	char *text = filled(KD_TEXT_MAX, "t");
	char *url = filled(KD_URL_MAX, "u");
	const char *ids[KD_REFERENCES_MAX];
	struct kd_message back;
	char *copy = NULL;

	(void)state;
	for (size_t i = 0; i < KD_REFERENCES_MAX; i++)
		ids[i] = id;
	for (size_t i = 0; i < KD_PREFIXES_MAX; i++)
		msg.subject.prefixes[i] = line;
	msg.subject.n_prefixes = KD_PREFIXES_MAX;
	msg.message_id = msg.in_reply_to = msg.change_id = id;
	msg.subject.project = msg.sender.email = msg.author.email = id;
	msg.references = ids;
	msg.n_references = KD_REFERENCES_MAX;
	msg.subject.full = msg.subject.title = msg.subject_line = line;
	msg.from_line = msg.sender.name = msg.author.name = from;
	msg.text = (struct kd_bytes){ text, KD_TEXT_MAX };
	msg.text_in_raw = (struct kd_span){ 0, 0 };
	msg.commit = (struct kd_span){ 0, KD_TEXT_MAX };
	msg.pull_url = msg.pull_ref = msg.tree = url;
	fill_lists(&msg, id);
	assert_int_equal(wire_decode(wire_encode(&msg), wire_raw(), wire_arena,
	                             &back, &copy),
	                 KD_OK);
	assert_int_equal(back.text.size, KD_TEXT_MAX);
	assert_string_equal(back.references[99], id);
	wire_expect_lists(&msg, &back);
	assert_int_equal(back.n_paths, KD_PATHS_MAX);
	assert_string_equal(back.pull_url, url);
	free(copy);
	free(url);
	free(id);
	free(line);
	free(from);
	free(text);
}

/* Messages that must not go out at all. */
static void test_wire_encode_refuses(void **state)
{
	char *id = filled(KD_MESSAGE_ID_MAX + 1, "i");
	struct kd_bytes wire = { NULL, 0 };
	struct kd_error err = KD_ERROR_INIT;
	struct kd_message msg;

	(void)state;
	msg = wire_full();
	msg.message_id = NULL;
	assert_int_equal(kd_wire_encode(&msg, wire_arena, &wire, &err), KD_BUG);
	msg.message_id = "";
	assert_int_equal(kd_wire_encode(&msg, wire_arena, &wire, &err), KD_BUG);
	msg.message_id = id;
	assert_int_equal(kd_wire_encode(&msg, wire_arena, &wire, &err), KD_BUG);
	msg = wire_full();
	msg.subject.full = NULL;
	assert_int_equal(kd_wire_encode(&msg, wire_arena, &wire, &err), KD_BUG);
	assert_null(wire.data);
	free(id);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_wire_too_long),
		cmocka_unit_test(test_wire_references_first_and_last),
		cmocka_unit_test(test_wire_lists_over_their_limits),
		cmocka_unit_test(test_wire_everything_at_its_limit),
		cmocka_unit_test(test_wire_encode_refuses),
	};

	return cmocka_run_group_tests(tests, wire_setup, wire_teardown);
}
