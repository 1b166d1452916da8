/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pull.c - where a pull request says that its commits are, as git
 * request-pull and people write it (mail-rules B13).
 */
#include "mda/reading.h"

#include <string.h>

#include "mda/words.h"

/* "git://host/path", "https://...", "user@host:path". */
static bool is_place(struct kd_bytes token)
{
	const char *at;

	if (token.size < 4 || token.size > KD_URL_MAX ||
	    !(kd_is_alpha(token.data[0]) || kd_is_digit(token.data[0])))
		return false;
	if (kd_find(token, "://") != NULL)
		return true;
	at = memchr(token.data, '@', token.size);
	return at != NULL &&
	       memchr(at, ':', (size_t)(token.data + token.size - at)) != NULL;
}

/* What git check-ref-format would let pass, more or less. */
static bool is_ref(struct kd_bytes token)
{
	if (token.size == 0 || token.size > KD_URL_MAX)
		return false;
	for (size_t i = 0; i < token.size; i++) {
		char c = token.data[i];

		if (!kd_is_alpha(c) && !kd_is_digit(c) &&
		    strchr("/._-+@=#,", c) == NULL)
			return false;
	}
	return !kd_ends_nocase(token, ":") && !kd_ends_nocase(token, ",");
}

/* The next word behind a place; a backslash joins lines. */
static struct kd_bytes take_ref(struct kd_bytes *line)
{
	struct kd_bytes token = kd_take_token(line);

	if (token.size == 1 && token.data[0] == '\\')
		token.size = 0;
	else if (token.size > 1 && kd_ends_nocase(token, "\\"))
		token.size--;
	/* "URL tag for-linus", "URL branch next" */
	if (kd_bytes_equal_nocase(token, "tag") ||
	    kd_bytes_equal_nocase(token, "branch")) {
		struct kd_bytes ahead = *line;
		struct kd_bytes next = kd_take_token(&ahead);

		if (is_ref(next)) {
			*line = ahead;
			return next;
		}
	}
	return token;
}

/*
 * A place at the start of line, with the ref behind it or alone in the
 * next line.  False: line begins with something else.
 */
static bool read_place(const struct kd_reading *in, struct kd_bytes line,
                       struct kd_bytes rest)
{
	struct kd_bytes place = kd_take_token(&line), ref, next;

	if (kd_ends_nocase(place, "\\"))
		place.size--;
	if (!is_place(place))
		return false;
	ref = take_ref(&line);
	if (ref.size == 0 && kd_trim(line).size == 0 &&
	    kd_next_line(&rest, &next)) {
		ref = take_ref(&next);
		if (kd_trim(next).size > 0 || is_place(ref))
			ref.size = 0;
	}
	in->msg->pull_url = kd_line_dup(in->arena, place);
	if (is_ref(ref))
		in->msg->pull_ref = kd_line_dup(in->arena, ref);
	return true;
}

/* Behind the sentence of git request-pull, or of people; NULL in data: line
 * is none. */
static struct kd_bytes behind_sentence(struct kd_bytes line)
{
	static const char *const sentences[] = {
		"are available in the git repository at:",
		"are available in the git repository at",
		"are available at:",
		"are available in the git tree at:",
		"please pull from:",
		"please pull from",
		"please pull:",
	};

	line = kd_trim(line);
	for (size_t i = 0; i < sizeof(sentences) / sizeof(sentences[0]); i++) {
		if (kd_take_nocase(&line, sentences[i]))
			return kd_trim(line);
	}
	return (struct kd_bytes){ NULL, 0 };
}

/* The place in the same line as the sentence, or in the next that is not
 * empty. */
static bool read_after(const struct kd_reading *in, struct kd_bytes line,
                       struct kd_bytes rest)
{
	while (line.size == 0) {
		if (!kd_next_line(&rest, &line))
			return false;
		line = kd_trim(line);
	}
	return read_place(in, line, rest);
}

enum kd_status kd_pull_read(const struct kd_reading *in, struct kd_error *err)
{
	struct kd_bytes rest = in->text, line, behind;
	bool found = false;

	if (in->msg->kind != KD_KIND_PULL)
		return KD_OK;
	while (!found && kd_next_line(&rest, &line)) {
		behind = behind_sentence(line);
		if (behind.data != NULL)
			found = read_after(in, behind, rest);
	}
	if (kd_arena_failed(in->arena))
		return kd_fail(err, KD_NOMEM, "read pull: out of memory");
	return KD_OK;
}
