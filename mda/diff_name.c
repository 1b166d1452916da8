/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff_name.c - "a/x b/x", "--- a/x", "+++ b/x" to "x".
 */
#include "mda/diff_name.h"

#include <string.h>

enum {
	NAME_SIZE_MAX = 4096, /* longer ones are no files */
	TABLE_SIZE = 4096,    /* a power of 2, twice KD_PATHS_MAX */
};

static struct kd_bytes from(struct kd_bytes b, size_t pos)
{
	return (struct kd_bytes){ b.data + pos, b.size - pos };
}

static bool equal(struct kd_bytes a, struct kd_bytes b)
{
	return a.size == b.size &&
	       (a.size == 0 || memcmp(a.data, b.data, a.size) == 0);
}

static bool is_null(struct kd_bytes name)
{
	return kd_bytes_starts(name, "/dev/null");
}

static bool has_slash(struct kd_bytes name)
{
	return name.size > 0 && memchr(name.data, '/', name.size) != NULL;
}

/* The character of "\n" and the like; '\0': there is none such. */
static char escaped(char c)
{
	static const char letters[] = "abfnrtv\\\"";
	static const char values[] = "\a\b\f\n\r\t\v\\\"";
	const char *at = c == '\0' ? NULL : strchr(letters, c);

	if (at == NULL)
		return '\0';
	return values[at - letters];
}

static bool is_octal(struct kd_bytes b)
{
	return b.size >= 3 && b.data[0] >= '0' && b.data[0] <= '3' &&
	       b.data[1] >= '0' && b.data[1] <= '7' && b.data[2] >= '0' &&
	       b.data[2] <= '7';
}

/* The octal digits or the letter behind a backslash at *pos. */
static bool unescape(struct kd_bytes b, size_t *pos, char *ret)
{
	struct kd_bytes rest = from(b, *pos);

	if (is_octal(rest)) {
		*ret = (char)((rest.data[0] - '0') * 64 +
		              (rest.data[1] - '0') * 8 + (rest.data[2] - '0'));
		*pos += 3;
		return true;
	}
	*pos += 1;
	if (rest.size == 0)
		return false;
	*ret = escaped(rest.data[0]);
	return *ret != '\0';
}

/*
 * The C string at the start of b without its quotes; *ret_end is where it
 * ends.  Nothing when it is none.
 */
static struct kd_bytes unquoted(struct kd_arena *arena, struct kd_bytes b,
                                size_t *ret_end)
{
	const struct kd_bytes none = { NULL, 0 };
	char *out = NULL;
	size_t pos = 1, n = 0;

	if (b.size > 0 && b.data[0] == '"' && b.size <= NAME_SIZE_MAX)
		out = kd_arena_alloc(arena, b.size);
	if (out == NULL)
		return none;
	while (pos < b.size && b.data[pos] != '"') {
		char c = b.data[pos++];

		if (c == '\\' && !unescape(b, &pos, &c))
			return none;
		out[n++] = c;
	}
	*ret_end = pos + 1;
	return pos < b.size ? (struct kd_bytes){ out, n } : none;
}

/* A '#' of pattern is a digit, the rest stands for itself. */
static bool fits(struct kd_bytes word, const char *pattern)
{
	if (word.size != strlen(pattern))
		return false;
	for (size_t i = 0; i < word.size; i++)
		if (pattern[i] == '#' ? !kd_is_digit(word.data[i])
		                      : word.data[i] != pattern[i])
			return false;
	return true;
}

/* What stands behind the last blank of b. */
static struct kd_bytes last_word(struct kd_bytes b)
{
	const char *blank = b.size == 0 ? NULL : memrchr(b.data, ' ', b.size);

	if (blank == NULL)
		return (struct kd_bytes){ b.data, 0 };
	return from(b, (size_t)(blank + 1 - b.data));
}

/* name without the time that diff(1) puts behind it: " 2020-01-31", with
 * " 10:00:00.5" and " +0100" or without. */
static struct kd_bytes without_time(struct kd_bytes name)
{
	const size_t clock_size = strlen("10:00:00");
	struct kd_bytes rest = name, word = last_word(rest), clock;

	if (fits(word, "+####") || fits(word, "-####"))
		rest.size -= word.size + 1;
	word = last_word(rest);
	clock = word;
	if (clock.size > clock_size && clock.data[clock_size] == '.')
		clock.size = clock_size;
	if (fits(clock, "##:##:##"))
		rest.size -= word.size + 1;
	word = last_word(rest);
	if (!fits(word, "####-##-##"))
		return name;
	return (struct kd_bytes){ rest.data, rest.size - word.size - 1 };
}

/* What stands behind "--- " or "+++ " but for the time: the name. */
static struct kd_bytes file_name(struct kd_arena *arena, struct kd_bytes b)
{
	struct kd_bytes name = { NULL, 0 };
	const char *tab;
	size_t end;

	if (b.size == 0)
		return name;
	if (b.data[0] == '"')
		name = unquoted(arena, b, &end);
	if (name.size > 0)
		return name;
	tab = memchr(b.data, '\t', b.size);
	if (tab == NULL)
		return without_time(b);
	return (struct kd_bytes){ b.data, (size_t)(tab - b.data) };
}

/* name without its first directory; nothing when it has none. */
static struct kd_bytes stripped(struct kd_bytes name)
{
	const char *slash = NULL;

	if (name.size > 0)
		slash = memchr(name.data, '/', name.size);
	if (slash == NULL)
		return (struct kd_bytes){ name.data, 0 };
	return from(name, (size_t)(slash + 1 - name.data));
}

/* With diff.noprefix both names are the same, with their directories; to
 * strip one would be to lose it, as git apply does. */
static struct kd_bytes without_prefix(struct kd_bytes old_name,
                                      struct kd_bytes new_name)
{
	if (equal(old_name, new_name) && !kd_bytes_starts(new_name, "a/") &&
	    !kd_bytes_starts(new_name, "b/"))
		return new_name;
	return stripped(new_name);
}

/* "a/x b/x", both quoted or both not, and both of one size. */
static struct kd_bytes name_of_git(struct kd_arena *arena, struct kd_bytes b)
{
	const struct kd_bytes none = { NULL, 0 };
	struct kd_bytes old_name, new_name;
	size_t end = 0;

	if (b.data[0] == '"') {
		old_name = unquoted(arena, b, &end);
		if (old_name.size == 0 || end >= b.size)
			return none;
		new_name = unquoted(arena, from(b, end + 1), &end);
	} else {
		if (b.size % 2 == 0 || b.data[b.size / 2] != ' ')
			return none;
		old_name = (struct kd_bytes){ b.data, b.size / 2 };
		new_name = from(b, b.size / 2 + 1);
	}
	if (!equal(stripped(old_name), stripped(new_name)))
		return none;
	return without_prefix(old_name, new_name);
}

/* Of a diff by another program than git. */
static struct kd_bytes name_of_plain(struct kd_diff_names *names,
                                     struct kd_bytes old_name,
                                     struct kd_bytes new_name)
{
	struct kd_bytes name = is_null(new_name) ? old_name : new_name;
	struct kd_bytes other = is_null(old_name) ? name : old_name;

	if (name.size > 0 && !has_slash(name) && !has_slash(other))
		names->flat = true;
	if (!names->flat) {
		name = stripped(name);
		other = stripped(other);
	}
	/* "x" rather than "x.new" or "x~" */
	if (other.size > 0 && other.size < name.size &&
	    memcmp(other.data, name.data, other.size) == 0)
		return other;
	return name;
}

static struct kd_bytes name_of(struct kd_diff_names *names,
                               const struct kd_diff_header *header)
{
	struct kd_arena *arena = names->arena;
	struct kd_bytes old_name = file_name(arena, header->old_file);
	struct kd_bytes new_name = file_name(arena, header->new_file);
	size_t end;

	if (header->git.size == 0)
		return name_of_plain(names, old_name, new_name);
	if (header->target.size > 0 && header->target.data[0] == '"')
		return unquoted(arena, header->target, &end);
	if (header->target.size > 0)
		return header->target;
	if (new_name.size > 0 && !is_null(new_name))
		return without_prefix(old_name, new_name);
	if (old_name.size > 0 && !is_null(old_name))
		return stripped(old_name);
	return name_of_git(arena, header->git);
}

/* FNV-1a */
static uint32_t hash_of(struct kd_bytes name)
{
	uint32_t hash = 2166136261;

	for (size_t i = 0; i < name.size; i++)
		hash = (hash ^ (unsigned char)name.data[i]) * 16777619;
	return hash;
}

/* Where name stands in the table, or where it belongs. */
static uint16_t *slot_of(struct kd_diff_names *names, struct kd_bytes name)
{
	size_t at = hash_of(name) % TABLE_SIZE;

	while (names->table[at] != 0 &&
	       !equal(kd_bytes_of(names->names[names->table[at] - 1]), name))
		at = (at + 1) % TABLE_SIZE;
	return &names->table[at];
}

static bool has_control(struct kd_bytes b)
{
	for (size_t i = 0; i < b.size; i++)
		if ((unsigned char)b.data[i] < ' ' || b.data[i] == '\x7f')
			return true;
	return false;
}

/* name as UTF-8 on one line: what cannot be is U+FFFD or '?'. */
static struct kd_bytes clean(struct kd_arena *arena, struct kd_bytes name)
{
	char *copy;

	if (kd_utf8_valid(name) && !has_control(name))
		return name;
	copy = kd_utf8_force(arena, name);
	for (char *p = copy; p != NULL && *p != '\0'; p++)
		if ((unsigned char)*p < ' ' || *p == '\x7f')
			*p = '?';
	return kd_bytes_of(copy);
}

static bool make_room(struct kd_diff_names *names)
{
	if (names->names == NULL)
		names->names = kd_arena_array(names->arena, KD_PATHS_MAX,
		                              sizeof(names->names[0]));
	if (names->table == NULL)
		names->table = kd_arena_array(names->arena, TABLE_SIZE,
		                              sizeof(names->table[0]));
	return names->names != NULL && names->table != NULL;
}

/* Add a name that is not there yet. */
static void add(struct kd_diff_names *names, struct kd_bytes name,
                uint16_t *slot)
{
	const char *copy;

	if (names->n == KD_PATHS_MAX ||
	    name.size > KD_PATHS_SIZE_MAX - names->size) {
		names->limited = true;
		return;
	}
	copy = kd_arena_strndup(names->arena, name.data, name.size);
	if (copy == NULL)
		return;
	names->names[names->n++] = copy;
	names->size += name.size;
	*slot = (uint16_t)names->n;
}

void kd_diff_names_add(struct kd_diff_names *names,
                       const struct kd_diff_header *header)
{
	struct kd_bytes name;
	uint16_t *slot;

	if (names->limited || !make_room(names))
		return;
	name = name_of(names, header);
	if (name.size > NAME_SIZE_MAX) {
		names->limited = true;
		return;
	}
	name = clean(names->arena, name);
	if (name.size == 0)
		return;
	slot = slot_of(names, name);
	if (*slot == 0)
		add(names, name, slot);
}
