/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * identity.c - the content hash, and the footers that it leaves out.
 */
#include "mda/identity.h"

#include <string.h>

#include "mda/headers.h"

enum {
	FOOTER_LINES_MAX = 5, /* of a list footer, its rule included */
};

void kd_identity_begin(struct kd_identity *id)
{
	sha256_init(&id->hash);
}

static void add(struct kd_identity *id, const char *data, size_t size)
{
	if (size > 0)
		sha256_update(&id->hash, size, (const uint8_t *)data);
}

/* Eight bytes, most significant first, whatever the machine. */
static void add_size(struct kd_identity *id, size_t size)
{
	char be[8];

	for (size_t i = 0; i < sizeof(be); i++)
		be[i] = (char)((uint64_t)size >> (8 * (7 - i)) & 0xffU);
	add(id, be, sizeof(be));
}

void kd_identity_field(struct kd_identity *id, struct kd_bytes value)
{
	add(id, value.data, value.size);
	add_size(id, value.size);
}

static bool tells_apart(struct kd_bytes name)
{
	static const char *const names[] = { "From", "Date", "Subject",
		                             "In-Reply-To", "Content-Type" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (kd_bytes_equal_nocase(name, names[i]))
			return true;
	}
	return false;
}

void kd_identity_long_fields(struct kd_identity *id,
                             const struct kd_headers *headers)
{
	struct kd_headers all = *headers;
	struct kd_header field;
	size_t pos = 0;

	all.block.size = headers->body_offset - headers->offset;
	while (kd_headers_next(&all, &pos, &field)) {
		struct kd_bytes line;

		if ((pos <= headers->block.size &&
		     field.value.size < KD_HEADER_FIELD_MAX) ||
		    !tells_apart(field.name))
			continue;
		field.value.size =
			(size_t)(all.block.data + pos - field.value.data);
		while (kd_next_line(&field.value, &line))
			kd_identity_field(id, kd_trim(line));
	}
}

/* All of b but the line ends at its end. */
static struct kd_bytes without_end(struct kd_bytes b)
{
	while (b.size > 0 &&
	       (b.data[b.size - 1] == '\n' || b.data[b.size - 1] == '\r'))
		b.size--;
	return b;
}

/* True when the line is at least min times the character c, and no more. */
static bool is_rule(struct kd_bytes line, char c, size_t min)
{
	if (line.size < min)
		return false;
	for (size_t i = 0; i < line.size; i++) {
		if (line.data[i] != c)
			return false;
	}
	return true;
}

/* What majordomo at vger wrote below each mail, behind its "--". */
static bool is_vger_footer(const struct kd_bytes *lines, size_t n)
{
	return n >= 4 && is_rule(lines[0], '-', 1) &&
	       kd_bytes_starts(lines[1], "To unsubscribe from this list: "
	                                 "send the line \"unsubscribe ") &&
	       kd_bytes_starts(lines[2], "the body of a message to "
	                                 "majordomo@vger.kernel.org") &&
	       kd_bytes_starts(lines[3], "More majordomo info at ") &&
	       (n == 4 || kd_bytes_starts(lines[4], "Please read the FAQ at "));
}

/* What Mailman writes: a rule, the name of the list, how to get out. */
static bool is_mailman_footer(const struct kd_bytes *lines, size_t n)
{
	return n >= 2 && is_rule(lines[0], '_', 20) &&
	       kd_find(lines[1], " mailing list") != NULL;
}

/*
 * b without a list footer.  Only the known shapes are taken off, and only
 * a few lines: what is taken off could be changed by anyone unseen.
 */
static struct kd_bytes without_footer(struct kd_bytes b)
{
	struct kd_bytes lines[FOOTER_LINES_MAX] = { { NULL, 0 } };
	size_t end = b.size;

	for (size_t n = 1; n <= FOOTER_LINES_MAX; n++) {
		const char *lf = end == 0 ? NULL : memrchr(b.data, '\n', end);
		size_t start = lf == NULL ? 0 : (size_t)(lf - b.data) + 1;
		struct kd_bytes first = { b.data + start, end - start };

		for (size_t i = FOOTER_LINES_MAX - 1; i > 0; i--)
			lines[i] = lines[i - 1];
		lines[0] = without_end(first);
		if (is_vger_footer(lines, n) || is_mailman_footer(lines, n)) {
			b.size = start;
			return without_end(b);
		}
		if (lf == NULL)
			break;
		end = start - 1;
	}
	return b;
}

void kd_identity_part(struct kd_identity *id, struct kd_bytes content,
                      bool text)
{
	struct kd_bytes rest = without_end(content);
	struct kd_bytes line;
	size_t size = 0;

	if (text && rest.size > 0)
		rest = without_footer(rest);
	/* mostly the lines are what the hash is over already */
	if (rest.size > 0 && memchr(rest.data, '\r', rest.size) == NULL) {
		add(id, rest.data, rest.size);
		add(id, "\n", 1);
		size = rest.size + 1;
		rest.size = 0;
	}
	while (kd_next_line(&rest, &line)) {
		add(id, line.data, line.size);
		add(id, "\n", 1);
		size += line.size + 1;
	}
	add_size(id, size);
}

void kd_identity_end(struct kd_identity *id,
                     unsigned char ret[static KD_HASH_SIZE])
{
	sha256_digest(&id->hash, SHA256_DIGEST_SIZE, ret);
}

char *kd_identity_synthetic(struct kd_arena *arena,
                            const unsigned char hash[static KD_HASH_SIZE])
{
	static const char digits[] = "0123456789abcdef";
	char hex[2 * KD_HASH_SIZE];

	for (size_t i = 0; i < KD_HASH_SIZE; i++) {
		hex[2 * i] = digits[hash[i] >> 4];
		hex[2 * i + 1] = digits[hash[i] & 0xfU];
	}
	return kd_arena_printf(arena, "sha256:%.*s", (int)sizeof(hex), hex);
}
