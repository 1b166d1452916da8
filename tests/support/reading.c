/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * reading.c - see reading.h.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/reading.h"

static struct kd_span commit_of(const char *text)
{
	const char *end = strstr(text, "\n---\n");

	if (end == NULL)
		end = strstr(text, "\n-- \n");
	return (struct kd_span){ 0, end == NULL ? strlen(text)
		                                : (size_t)(end + 1 - text) };
}

struct kd_message reading_run(kd_reader_fn *reader, const struct given *given,
                              struct kd_arena *arena)
{
	const char *text = given->text == NULL ? "" : given->text;
	const char *title = given->title == NULL ? "" : given->title;
	struct kd_link *links =
		kd_arena_array(arena, given->n_links, sizeof(*links));
	struct kd_error err = KD_ERROR_INIT;
	struct kd_headers headers;
	struct kd_message msg = {
		.message_id = "this@example.org",
		.subject = { .full = given->subject == NULL ? title
		                                            : given->subject,
		             .title = title,
		             .number = KD_NUMBER_NONE,
		             .total = KD_NUMBER_NONE,
		             .version =
		                     given->version == 0 ? 1 : given->version,
		             .versioned = given->version != 0,
		             .reply = given->reply,
		             .prefixes = { given->prefix },
		             .n_prefixes = given->prefix == NULL ? 0 : 1 },
		.sender = given->sender,
		.author = given->sender,
		.in_reply_to = given->in_reply_to,
		.kind = given->kind,
		.has_diff = given->has_diff,
		.commit = commit_of(text),
		.links = links,
		.n_links = given->n_links,
	};
	struct kd_reading in = { .text = kd_bytes_of(text),
		                 .headers = &headers,
		                 .arena = arena,
		                 .msg = &msg };

	for (size_t i = 0; i < given->n_links; i++)
		links[i].message_id = "link@example.org";
	kd_headers_find(kd_bytes_of(given->headers == NULL ? "X: y\n\n"
	                                                   : given->headers),
	                &headers);
	assert_int_equal(reader(&in, &err), KD_OK);
	return msg;
}

int reading_setup(void **state)
{
	*state = kd_arena_new();
	return *state == NULL ? -1 : 0;
}

int reading_teardown(void **state)
{
	kd_arena_free(*state);
	return 0;
}

void reading_expect(const char *got, const char *expected)
{
	if (expected == NULL) {
		assert_null(got);
	} else {
		assert_non_null(got);
		assert_string_equal(got, expected);
	}
}
