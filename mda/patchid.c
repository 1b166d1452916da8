/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * patchid.c - git patch-id --stable: the sum of the SHA-1 of each file.
 *
 * What git counts and where it stops is part of the id, its oddities too:
 * they are those of git 2.39, and none is to be mended here.
 */
#include "mda/patchid.h"

#include <limits.h>
#include <nettle/sha1.h>
#include <string.h>

enum {
	HEX_SIZE = 40,       /* of a commit's id */
	OID_MAX = 64,        /* of what git keeps of an "index" line */
	NO_NEWLINE_MIN = 12, /* of "\ No newline at end of file" */
	CHUNK = 1024,
};

/* What a line is to the state machine. */
enum taken {
	TAKEN_LEFT_OUT, /* it is no part of the id */
	TAKEN_CONTENT,
	TAKEN_END, /* nor is anything behind it */
};

struct patchid {
	struct sha1_ctx sha;
	unsigned char *sum;
	size_t size; /* bytes hashed so far; 0: no diff has begun */
	int before;  /* lines that the hunk still lacks; -1: in a header */
	int after;
	bool binary;
	struct kd_bytes old_oid; /* of the last "index" line */
	struct kd_bytes new_oid;
};

static void hash(struct patchid *id, struct kd_bytes b)
{
	if (b.size > 0)
		sha1_update(&id->sha, b.size, (const uint8_t *)b.data);
}

/* One file is at its end: add its hash to the sum, with carry. */
static void end_file(struct patchid *id)
{
	unsigned char digest[SHA1_DIGEST_SIZE];
	unsigned int carry = 0;

	sha1_digest(&id->sha, SHA1_DIGEST_SIZE, digest);
	sha1_init(&id->sha);
	for (size_t i = 0; i < SHA1_DIGEST_SIZE; i++) {
		carry += (unsigned int)id->sum[i] + digest[i];
		id->sum[i] = (unsigned char)(carry & 0xff);
		carry >>= 8;
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static void hash_without_space(struct patchid *id, struct kd_bytes line)
{
	char chunk[CHUNK];
	size_t n = 0;

	for (size_t i = 0; i < line.size; i++) {
		if (is_space(line.data[i]))
			continue;
		chunk[n++] = line.data[i];
		id->size++;
		if (n == sizeof(chunk)) {
			hash(id, (struct kd_bytes){ chunk, n });
			n = 0;
		}
	}
	hash(id, (struct kd_bytes){ chunk, n });
}

/* "commit ID" and "From ID" as git log and git format-patch have them. */
static bool is_commit(struct kd_bytes line)
{
	if (!kd_bytes_take(&line, "commit "))
		(void)kd_bytes_take(&line, "From ");
	if (line.size < HEX_SIZE)
		return false;
	for (size_t i = 0; i < HEX_SIZE; i++) {
		char c = kd_lower(line.data[i]);

		if (!kd_is_digit(c) && (c < 'a' || c > 'f'))
			return false;
	}
	return true;
}

/* "\ No newline at end of file", in any language. */
static bool is_no_newline(struct kd_bytes line)
{
	return kd_bytes_starts(line, "\\ ") && line.size >= NO_NEWLINE_MIN;
}

static struct kd_bytes cut(struct kd_bytes oid)
{
	if (oid.size > OID_MAX)
		oid.size = OID_MAX;
	return oid;
}

/* "index 1111111..2222222 100644" */
static void read_index(struct patchid *id, struct kd_bytes line)
{
	struct kd_bytes old_oid = line, new_oid;
	const char *dots = kd_find(line, "..");
	const char *end;

	if (dots == NULL || !kd_bytes_take(&old_oid, "index "))
		return;
	old_oid.size = (size_t)(dots - old_oid.data);
	new_oid.data = dots + 2;
	new_oid.size = line.size - (size_t)(new_oid.data - line.data);
	end = memchr(new_oid.data, ' ', new_oid.size);
	if (end != NULL)
		new_oid.size = (size_t)(end - new_oid.data);
	id->old_oid = cut(old_oid);
	id->new_oid = cut(new_oid);
}

/* Digits; *ret is their value.  False: there are none. */
static bool take_number(struct kd_bytes *b, int *ret)
{
	size_t size = 0;
	int n = 0;

	for (; size < b->size && kd_is_digit(b->data[size]); size++) {
		int digit = b->data[size] - '0';

		n = n > (INT_MAX - digit) / 10 ? INT_MAX : n * 10 + digit;
	}
	b->data += size;
	b->size -= size;
	*ret = n;
	return size > 0;
}

/* "12,3": the 3, or 1 where none stands there. */
static bool take_range(struct kd_bytes *b, int *ret)
{
	int first;
	bool any = take_number(b, &first);

	if (kd_bytes_take(b, ","))
		return take_number(b, ret);
	*ret = 1;
	return any;
}

/* "@@ -1,2 +3,4 @@" */
static void read_hunk(struct patchid *id, struct kd_bytes line)
{
	if (kd_bytes_take(&line, "@@ -") && take_range(&line, &id->before) &&
	    kd_bytes_take(&line, " +"))
		(void)take_range(&line, &id->after);
}

static void begin_binary(struct patchid *id)
{
	id->binary = true;
	id->before = 0;
	hash(id, id->old_oid);
	hash(id, id->new_oid);
	end_file(id);
}

/* A line of a file's header. */
static enum taken take_header(struct patchid *id, struct kd_bytes line)
{
	if (kd_bytes_starts(line, "GIT binary patch") ||
	    kd_bytes_starts(line, "Binary files")) {
		begin_binary(id);
		return TAKEN_LEFT_OUT;
	}
	if (kd_bytes_starts(line, "index ")) {
		read_index(id, line);
		return TAKEN_LEFT_OUT;
	}
	if (kd_bytes_starts(line, "--- ")) {
		id->before = 1;
		id->after = 1;
		return TAKEN_CONTENT;
	}
	return line.size > 0 && kd_is_alpha(line.data[0]) ? TAKEN_CONTENT
	                                                  : TAKEN_END;
}

/* A line behind a whole hunk: the next hunk, the next file, or the end. */
static enum taken take_between(struct patchid *id, struct kd_bytes line)
{
	if (kd_bytes_starts(line, "@@ -")) {
		read_hunk(id, line);
		return TAKEN_LEFT_OUT;
	}
	if (!kd_bytes_starts(line, "diff "))
		return TAKEN_END;
	end_file(id);
	id->before = -1;
	id->after = -1;
	return TAKEN_CONTENT;
}

static enum taken take_diff_line(struct patchid *id, struct kd_bytes line)
{
	enum taken taken = TAKEN_CONTENT;

	if (id->before == -1)
		taken = take_header(id, line);
	if (taken != TAKEN_CONTENT)
		return taken;
	if (id->binary) {
		if (kd_bytes_starts(line, "diff ")) {
			id->binary = false;
			id->before = -1;
		}
		return TAKEN_LEFT_OUT;
	}
	if (id->before == 0 && id->after == 0)
		taken = take_between(id, line);
	return taken;
}

/* False: the diff ends before this line. */
static bool take_line(struct patchid *id, struct kd_bytes line)
{
	enum taken taken;
	char c = '\0';

	if (is_no_newline(line))
		return true;
	if (is_commit(line))
		return false;
	if (id->size == 0 && !kd_bytes_starts(line, "diff "))
		return true;
	taken = take_diff_line(id, line);
	if (taken != TAKEN_CONTENT)
		return taken == TAKEN_LEFT_OUT;
	if (line.size > 0)
		c = line.data[0];
	if (c == '-' || c == ' ')
		id->before--;
	if (c == '+' || c == ' ')
		id->after--;
	hash_without_space(id, line);
	return true;
}

/* The first diff of *rest, which is taken off it; its size, hashed. */
static size_t read_one(struct kd_bytes *rest, unsigned char *sum)
{
	struct patchid id = { .sum = sum, .before = -1, .after = -1 };
	struct kd_bytes line;

	memset(sum, 0, KD_PATCH_ID_SIZE);
	sha1_init(&id.sha);
	while (kd_next_line(rest, &line) && take_line(&id, line))
		;
	end_file(&id);
	return id.size;
}

bool kd_patchid(struct kd_bytes text, unsigned char *ret)
{
	while (text.size > 0)
		if (read_one(&text, ret) > 0)
			return true;
	return false;
}
