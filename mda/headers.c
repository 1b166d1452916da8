/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * headers.c - find the header block of raw bytes, and fields in it.
 *
 * It must stay simple enough to be right on anything: it runs in the
 * process that no limit protects.  It knows no MIME and no GMime.
 */
#include "mda/headers.h"

#include <stdint.h>
#include <string.h>

#include <nettle/sha2.h>

#define BYTE_ORDER_MARK "\xef\xbb\xbf"

static void skip(struct kd_bytes *b, size_t n)
{
	b->data += n;
	b->size -= n;
}

/* The length of the field name that line begins with, or 0: no field.
 * Blanks between the name and its colon are obsolete, and are seen. */
static size_t name_size(struct kd_bytes line, size_t *ret_colon)
{
	size_t size = 0, colon;

	while (size < line.size && line.data[size] > ' ' &&
	       line.data[size] < 127 && line.data[size] != ':')
		size++;
	colon = size;
	while (colon < line.size && kd_is_blank(line.data[colon]))
		colon++;
	if (colon == line.size || line.data[colon] != ':')
		return 0;
	*ret_colon = colon;
	return size;
}

static bool is_envelope(struct kd_bytes line)
{
	return kd_bytes_starts(line, "From ") ||
	       kd_bytes_starts(line, ">From ");
}

/* The length of the part of block that we look at: whole lines, or a line
 * so long that nobody is shown its end anyway. */
static size_t cut_size(struct kd_bytes block)
{
	const char *end;
	size_t size = 0;

	if (block.size <= KD_HEADER_BLOCK_MAX)
		return block.size;
	end = memrchr(block.data, '\n', KD_HEADER_BLOCK_MAX);
	if (end != NULL)
		size = (size_t)(end + 1 - block.data);
	return KD_HEADER_BLOCK_MAX - size > KD_HEADER_FIELD_MAX
	               ? KD_HEADER_BLOCK_MAX
	               : size;
}

static size_t initial(const char *name)
{
	return (unsigned char)name[0] % KD_HEADER_INITIALS;
}

void kd_headers_find(struct kd_bytes raw, struct kd_headers *ret)
{
	struct kd_bytes rest = raw, next, line;
	size_t colon, size = 0;

	*ret = (struct kd_headers){ .is_mail = false };
	if (kd_bytes_starts(rest, BYTE_ORDER_MARK))
		skip(&rest, strlen(BYTE_ORDER_MARK));
	next = rest;
	while (kd_next_line(&next, &line) && is_envelope(line))
		rest = next;
	ret->offset = raw.size - rest.size;
	ret->body_offset = ret->offset;
	ret->block = (struct kd_bytes){ rest.data, 0 };

	next = rest;
	if (!kd_next_line(&next, &line) || name_size(line, &colon) == 0)
		return;
	ret->is_mail = true;
	for (size_t i = 0; i < KD_HEADER_INITIALS; i++)
		ret->initials[i] = SIZE_MAX;
	do {
		if (line.size == 0)
			break;
		if (ret->initials[initial(line.data)] == SIZE_MAX)
			ret->initials[initial(line.data)] = size;
		size = rest.size - next.size;
	} while (kd_next_line(&next, &line));
	ret->body_offset = raw.size - next.size;
	ret->block.size = size;
	ret->cut = size > KD_HEADER_BLOCK_MAX;
	ret->block.size = cut_size(ret->block);
}

/* Take the lines that continue a field off *rest. */
static void take_continuation(struct kd_bytes *rest, struct kd_bytes *line)
{
	struct kd_bytes more;

	while (rest->size > 0 && kd_is_blank(rest->data[0]) &&
	       kd_next_line(rest, &more))
		line->size = (size_t)(more.data + more.size - line->data);
}

bool kd_headers_next(const struct kd_headers *headers, size_t *pos,
                     struct kd_header *ret)
{
	struct kd_bytes rest = headers->block, line;
	size_t colon, size;

	if (*pos >= rest.size)
		return false;
	skip(&rest, *pos);
	while (kd_next_line(&rest, &line)) {
		size = name_size(line, &colon);
		take_continuation(&rest, &line);
		*pos = headers->block.size - rest.size;
		if (size == 0)
			continue;
		ret->name = (struct kd_bytes){ line.data, size };
		skip(&line, colon + 1);
		if (line.size > KD_HEADER_FIELD_MAX)
			line.size = KD_HEADER_FIELD_MAX;
		ret->value = line;
		return true;
	}
	return false;
}

/* As kd_headers_next() sees the fields, but only those that could be it are
 * looked at as such. */
bool kd_headers_get(const struct kd_headers *headers, const char *name,
                    struct kd_bytes *ret)
{
	struct kd_bytes rest = headers->block, line;
	size_t colon, size = strlen(name);
	size_t first = headers->initials[initial(name)];

	if (size == 0 || first >= rest.size)
		return false;
	skip(&rest, first);
	while (kd_next_line(&rest, &line)) {
		if (line.size <= size ||
		    kd_lower(line.data[0]) != kd_lower(name[0]) ||
		    name_size(line, &colon) != size ||
		    !kd_bytes_equal_nocase((struct kd_bytes){ line.data, size },
		                           name))
			continue;
		take_continuation(&rest, &line);
		skip(&line, colon + 1);
		if (line.size > KD_HEADER_FIELD_MAX)
			line.size = KD_HEADER_FIELD_MAX;
		*ret = line;
		return true;
	}
	return false;
}

char *kd_header_unfold(struct kd_arena *arena, struct kd_bytes value)
{
	struct kd_bytes rest = kd_trim(value), line;
	char *copy = kd_arena_alloc(arena, rest.size + 1);
	size_t size = 0, i;

	if (copy == NULL)
		return NULL;
	while (kd_next_line(&rest, &line)) {
		for (i = 0; i < line.size; i++)
			copy[size++] = line.data[i];
	}
	for (i = 0; i < size; i++)
		if (copy[i] == '\r')
			copy[i] = ' ';
	return kd_utf8_force(arena, (struct kd_bytes){ copy, size });
}

/* Behind the comment that opens at pos, nested ones and quoted pairs and
 * all; 0: it is never closed. */
static size_t comment_end(struct kd_bytes b, size_t pos)
{
	size_t depth = 0;

	for (; pos < b.size; pos++) {
		if (b.data[pos] == '\\') {
			pos++;
		} else if (b.data[pos] == '(') {
			depth++;
		} else if (b.data[pos] == ')' && --depth == 0) {
			return pos + 1;
		}
	}
	return 0;
}

/* Where the id in value begins, behind its "<"; 0: there is no "<".  A
 * comment hides one, but not a parenthesis that is never closed. */
static size_t find_angle(struct kd_bytes value)
{
	bool hides = true;
	size_t pos = 0, end;

	while (pos < value.size) {
		if (value.data[pos] == '<')
			return pos + 1;
		end = pos + 1;
		if (hides && value.data[pos] == '(') {
			end = comment_end(value, pos);
			hides = end > 0;
			end = hides ? end : pos + 1;
		}
		pos = end;
	}
	return 0;
}

/* id without the blanks in it, and without comments where it is bare;
 * copy has room for all of value. */
static struct kd_bytes clean_id(struct kd_bytes value, char *copy)
{
	struct kd_bytes id = { copy, 0 };
	size_t pos = find_angle(value);
	bool bare = pos == 0, comments = bare;

	while (pos < value.size && (bare || value.data[pos] != '>')) {
		char c = value.data[pos];
		size_t end = 0;

		if (comments && c == '(') {
			end = comment_end(value, pos);
			comments = end > 0;
		}
		if (end > 0) {
			pos = end;
			continue;
		}
		if (!kd_is_blank(c) && c != '\r' && c != '\n')
			copy[id.size++] = c;
		pos++;
	}
	return id;
}

static char *hash_of(struct kd_arena *arena, struct kd_bytes id)
{
	static const char prefix[] = "sha256:";
	static const char digits[] = "0123456789abcdef";
	uint8_t hash[SHA256_DIGEST_SIZE];
	char text[sizeof(prefix) + 2 * sizeof(hash)];
	size_t size = sizeof(prefix) - 1;
	struct sha256_ctx ctx;

	memcpy(text, prefix, size);
	sha256_init(&ctx);
	sha256_update(&ctx, id.size, (const uint8_t *)id.data);
	sha256_digest(&ctx, SHA256_DIGEST_SIZE, hash);
	for (size_t i = 0; i < sizeof(hash); i++) {
		text[size++] = digits[hash[i] >> 4];
		text[size++] = digits[hash[i] & 15];
	}
	return kd_arena_strndup(arena, text, size);
}

char *kd_message_id_of(struct kd_arena *arena, struct kd_bytes value)
{
	struct kd_bytes id;
	char *copy = kd_arena_alloc(arena, value.size + 1), *forced;

	if (copy == NULL)
		return NULL;
	id = clean_id(value, copy);
	if (id.size == 0)
		return NULL;
	forced = kd_utf8_force(arena, id);
	if (forced != NULL && strlen(forced) > KD_MESSAGE_ID_MAX)
		return hash_of(arena, id);
	return forced;
}
