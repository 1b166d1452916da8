/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool_parse.c - what a file of the spool says.
 *
 * It was written by us, or by whoever can write to our directory; it is
 * checked as if it were neither.
 */
#include "store/spool.h"

#include <string.h>

#include "store/hash.h"

enum {
	WORDS_MAX = 8,
	WORDS_PLAIN = 5, /* kvmdigest-spool 1 RECEIVED LIST SIZE */
	WORDS_LARGE = 7, /* and SHA256 FILESIZE */
};

/* Split at single blanks; the number of words, WORDS_MAX where there are
 * more. */
static size_t split(struct kd_bytes line, struct kd_bytes ret[WORDS_MAX])
{
	size_t n = 0;

	while (n < WORDS_MAX) {
		const char *blank = memchr(line.data, ' ', line.size);

		ret[n].data = line.data;
		ret[n].size =
			blank == NULL ? line.size : (size_t)(blank - line.data);
		line.data += ret[n].size;
		line.size -= ret[n].size;
		n++;
		if (blank == NULL)
			break;
		line.data++;
		line.size--;
	}
	return n;
}

static bool read_number(struct kd_bytes word, uint64_t *ret)
{
	uint64_t value = 0;

	/* 18 digits fit in any case */
	if (word.size == 0 || word.size > 18)
		return false;
	for (size_t i = 0; i < word.size; i++) {
		if (!kd_is_digit(word.data[i]))
			return false;
		value = 10 * value + (uint64_t)(word.data[i] - '0');
	}
	*ret = value;
	return true;
}

static bool read_hash(struct kd_bytes word, unsigned char ret[KD_HASH_SIZE])
{
	if (word.size != 2 * (size_t)KD_HASH_SIZE)
		return false;
	for (size_t i = 0; i < KD_HASH_SIZE; i++) {
		int high = kd_hash_digit(word.data[2 * i]);
		int low = kd_hash_digit(word.data[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		ret[i] = (unsigned char)(16 * high + low);
	}
	return true;
}

/* A List-Id as the configuration takes it, or "-". */
static bool read_list(struct kd_bytes word, struct kd_arena *arena,
                      const char **ret)
{
	if (word.size == 0 || word.size > KD_SPOOL_LIST_MAX)
		return false;
	for (size_t i = 0; i < word.size; i++)
		if (word.data[i] <= ' ' || word.data[i] >= 0x7f)
			return false;
	*ret = NULL;
	if (word.size == 1 && word.data[0] == '-')
		return true;
	*ret = kd_arena_strndup(arena, word.data, word.size);
	return true;
}

static bool read_line(struct kd_bytes line, struct kd_arena *arena,
                      struct kd_spool_mail *ret)
{
	struct kd_bytes words[WORDS_MAX];
	uint64_t received, size;
	size_t n = split(line, words);

	if ((n != WORDS_PLAIN && n != WORDS_LARGE) ||
	    !kd_bytes_starts(line, KD_SPOOL_MAGIC " ") ||
	    !read_number(words[2], &received) ||
	    !read_list(words[3], arena, &ret->list_id) ||
	    !read_number(words[4], &size) || size != ret->raw.size)
		return false;
	ret->received = (int64_t)received;
	ret->large = n == WORDS_LARGE;
	return !ret->large || (read_hash(words[5], ret->large_sha256) &&
	                       read_number(words[6], &ret->size));
}

enum kd_status kd_spool_parse(struct kd_bytes all, struct kd_arena *arena,
                              struct kd_spool_mail *ret, struct kd_error *err)
{
	struct kd_spool_mail mail = { .large = false };
	struct kd_bytes line = { all.data, 0 };
	const char *end = NULL;

	if (all.data != NULL)
		end = memchr(all.data, '\n', all.size);
	if (end != NULL) {
		line.size = (size_t)(end - all.data);
		mail.raw.data = end + 1;
		mail.raw.size = all.size - line.size - 1;
	}
	/* A large message that is no mail has no header block. */
	if (end == NULL || !read_line(line, arena, &mail) ||
	    (mail.raw.size == 0 && !mail.large))
		return kd_fail(err, KD_CORRUPT, "no file of the spool");
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "no memory for the spool");
	*ret = mail;
	return KD_OK;
}
