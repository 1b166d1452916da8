/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_sieve.c - --check: sieve scripts that run the hook, and Dovecot's
 * time limits for them.
 *
 * Pigeonhole 0.5: whatever fails, the mail is kept, but with pipe :try,
 * which swallows the failure; filter and execute :output replace the mail,
 * and a program that hangs there aborts dovecot-lda.
 */
#include <dirent.h>
#include <string.h>
#include <unistd.h>

#include "mda/check_internal.h"

enum { DEFAULT_LIMIT = 10 }; /* seconds; Pigeonhole's own */

/* Behind a comment or string that begins at pos; pos where none does. */
static size_t skip_quoted(struct kd_bytes b, size_t pos)
{
	struct kd_bytes rest = { b.data + pos, b.size - pos };
	const char *end = NULL;
	size_t i;

	if (rest.data[0] == '#')
		end = memchr(rest.data, '\n', rest.size);
	else if (kd_bytes_starts(rest, "/*"))
		end = kd_find(rest, "*/");
	else if (rest.data[0] != '"')
		return pos;
	if (rest.data[0] != '"')
		return end == NULL ? b.size : (size_t)(end - b.data) + 1;
	for (i = 1; i < rest.size && rest.data[i] != '"'; i++)
		i += rest.data[i] == '\\';
	return i < rest.size ? pos + i + 1 : b.size;
}

/* The next command: up to ; { or } outside of strings, comments in front of
 * it left out. */
static struct kd_bytes next_command(struct kd_bytes text, size_t *pos)
{
	struct kd_bytes ret = { text.data + *pos, 0 };
	size_t begin = *pos;
	size_t next;

	while (*pos < text.size) {
		next = skip_quoted(text, *pos);
		if (next != *pos && text.data[*pos] != '"')
			begin = next; /* a comment */
		if (next != *pos) {
			*pos = next;
			continue;
		}
		if (strchr(";{}", text.data[*pos]) != NULL &&
		    text.data[*pos] != '\0')
			break;
		++*pos;
	}
	ret.data = text.data + begin;
	ret.size = *pos > begin ? *pos - begin : 0;
	if (*pos < text.size)
		++*pos;
	return ret;
}

static unsigned int line_of(struct kd_bytes text, const char *at)
{
	unsigned int n = 1;
	const char *p;

	for (p = text.data; p < at; p++)
		n += *p == '\n';
	return n;
}

/* Is word one of the command's own, not a piece of a longer one? */
static bool has_word(struct kd_bytes b, const char *word)
{
	size_t len = strlen(word);
	size_t i;
	struct kd_bytes at;

	for (i = 0; i + len <= b.size; i++) {
		at = (struct kd_bytes){ b.data + i, b.size - i };
		if (!kd_bytes_starts_nocase(at, word))
			continue;
		if (i > 0 && (kd_is_alpha(b.data[i - 1]) ||
		              b.data[i - 1] == '.' || b.data[i - 1] == '-'))
			continue;
		if (at.size == len ||
		    (!kd_is_alpha(at.data[len]) && at.data[len] != '-'))
			return true;
	}
	return false;
}

/* The part in front of the hook's name, where the verb and its tags are. */
static void check_command(struct kd_check *c, const char *where,
                          struct kd_bytes b)
{
	const char *hook = kd_find(b, "kvmdigest-mda");

	if (hook != NULL)
		b.size = (size_t)(hook - b.data);
	if (has_word(b, "filter")) {
		kd_check_wrong(c, KD_CONFIG,
		               "%s: filter puts what the hook prints, which is "
		               "nothing, in place of the mail: use execute "
		               ":pipe",
		               where);
		return;
	}
	if (has_word(b, "execute")) {
		c->uses_sieve_execute = true;
		if (has_word(b, ":output"))
			kd_check_wrong(c, KD_CONFIG,
			               "%s: a hook that hangs aborts "
			               "dovecot-lda with :output: take it out",
			               where);
		else
			kd_check_ok(c,
			            "%s: no mail is lost when the hook "
			            "fails",
			            where);
		return;
	}
	if (!has_word(b, "pipe"))
		return;
	c->uses_sieve_pipe = true;
	if (has_word(b, ":try") && !has_word(b, ":copy"))
		kd_check_wrong(
			c, KD_CONFIG,
			"%s: pipe :try without :copy loses mail when the "
			"hook fails: write pipe :copy",
			where);
	else
		kd_check_ok(c, "%s: no mail is lost when the hook fails",
		            where);
}

void kd_check_sieve(struct kd_check *c, const char *name, struct kd_bytes text)
{
	size_t pos = 0;

	while (pos < text.size) {
		struct kd_bytes command = next_command(text, &pos);
		const char *where;

		if (!kd_check_is_hook(command))
			continue;
		where = kd_arena_printf(
			c->arena, "%s:%u", name,
			line_of(text, kd_find(command, "kvmdigest-mda")));
		if (where == NULL)
			continue;
		check_command(c, where, command);
		kd_check_recipe(c, where, command);
	}
}

/* --- Dovecot ----------------------------------------------------------- */

struct limit {
	const char *setting;
	const char *bin_dir; /* the setting of where programs lie */
	bool used;
	bool found;
	bool has_dir;
};

/* "30s", "1 min", "500 ms": in seconds. */
static bool duration(struct kd_bytes b, unsigned long *ret)
{
	if (!kd_check_number(b, ret))
		return false;
	while (b.size > 0 &&
	       (kd_is_digit(b.data[0]) || kd_is_blank(b.data[0]))) {
		b.data++;
		b.size--;
	}
	if (kd_bytes_starts_nocase(b, "ms"))
		*ret /= 1000;
	else if (kd_bytes_starts_nocase(b, "m"))
		*ret *= 60;
	else if (kd_bytes_starts_nocase(b, "h"))
		*ret *= 3600;
	return true;
}

static void check_bin_dir(struct kd_check *c, const char *name,
                          struct kd_bytes value, struct limit *limit)
{
	const char *dir = kd_arena_strndup(c->arena, value.data, value.size);

	limit->has_dir = true;
	if (limit->used && dir != NULL)
		kd_check_hook_in(c, name, dir);
}

static void check_setting(struct kd_check *c, const char *name,
                          struct kd_bytes line, struct limit *limit)
{
	const char *equals = memchr(line.data, '=', line.size);
	struct kd_bytes value;
	unsigned long seconds;

	if (equals == NULL)
		return;
	value.data = equals + 1;
	value.size = line.size - (size_t)(value.data - line.data);
	value = kd_trim(value);
	if (kd_bytes_starts(line, limit->bin_dir))
		check_bin_dir(c, name, value, limit);
	if (!kd_bytes_starts(line, limit->setting) ||
	    !duration(value, &seconds))
		return;
	limit->found = true;
	if (limit->used)
		kd_check_limit(c, name, limit->setting, seconds);
}

static void check_file(struct kd_check *c, const char *name,
                       struct limit limits[2])
{
	struct kd_bytes text, line;
	int i;

	if (!kd_check_read(c, name, &text))
		return;
	while (kd_next_line(&text, &line)) {
		line = kd_trim(line);
		for (i = 0; i < 2 && line.size > 0; i++)
			check_setting(c, name, line, &limits[i]);
	}
}

static void check_dir(struct kd_check *c, const char *path,
                      struct limit limits[2])
{
	const struct dirent *entry;
	const char *name;
	DIR *dir = opendir(path);
	size_t len;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		len = strlen(entry->d_name);
		if (len < 5 || strcmp(entry->d_name + len - 5, ".conf") != 0)
			continue;
		name = kd_arena_printf(c->arena, "%s/%s", path, entry->d_name);
		if (name != NULL)
			check_file(c, name, limits);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

void kd_check_dovecot(struct kd_check *c)
{
	struct limit limits[2] = {
		{ .setting = "sieve_pipe_exec_timeout",
		  .bin_dir = "sieve_pipe_bin_dir",
		  .used = c->uses_sieve_pipe },
		{ .setting = "sieve_execute_exec_timeout",
		  .bin_dir = "sieve_execute_bin_dir",
		  .used = c->uses_sieve_execute },
	};
	const char *dir, *file, *home;
	int i;

	if (c->opts->etc == NULL ||
	    (!c->uses_sieve_pipe && !c->uses_sieve_execute))
		return;
	dir = kd_arena_printf(c->arena, "%s/dovecot/conf.d", c->opts->etc);
	file = kd_arena_printf(c->arena, "%s/dovecot/dovecot.conf",
	                       c->opts->etc);
	home = kd_arena_printf(c->arena, "%s/dovecot", c->opts->etc);
	if (dir == NULL || file == NULL || home == NULL)
		return;
	check_file(c, file, limits);
	check_dir(c, dir, limits);
	for (i = 0; i < 2; i++) {
		if (limits[i].used && !limits[i].found)
			kd_check_limit(c, dir, limits[i].setting,
			               DEFAULT_LIMIT);
		/* where there is no Dovecot it runs on another machine */
		if (limits[i].used && !limits[i].has_dir &&
		    access(home, F_OK) == 0)
			kd_check_wrong(c, KD_CONFIG,
			               "%s: %s is not set, and scripts can "
			               "run no hook: copy "
			               "dovecot-sieve.conf.sample to "
			               "%s/99-kvmdigest.conf",
			               home, limits[i].bin_dir, dir);
	}
}
