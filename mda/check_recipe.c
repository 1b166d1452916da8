/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check_recipe.c - --check: what the recipes of all agents have in common:
 * a hook that must be there, a time limit, the mode of a file; and what to
 * do where there is no recipe at all.
 */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/check_internal.h"

static const char hook_name[] = "kvmdigest-mda";

bool kd_check_is_hook(struct kd_bytes b)
{
	return kd_find(b, hook_name) != NULL;
}

/* --- Where it is ---------------------------------------------------- */

static bool ends_word(char c)
{
	return kd_is_blank(c) || c == '\n' || c == '\0' ||
	       strchr("\"'|;&(){}=", c) != NULL;
}

/* The word of the command that names the hook. */
static struct kd_bytes find_word(struct kd_bytes command)
{
	const char *end = command.data + command.size;
	const char *begin = kd_find(command, hook_name);
	struct kd_bytes word = { "", 0 };

	if (begin == NULL)
		return word;
	word.size = strlen(hook_name);
	while (begin > command.data && !ends_word(begin[-1])) {
		begin--;
		word.size++;
	}
	while (begin + word.size < end && !ends_word(begin[word.size]))
		word.size++;
	word.data = begin;
	return word;
}

static void check_path(struct kd_check *c, const char *where, const char *path)
{
	const char *program = c->opts->program;

	if (access(path, X_OK) == 0)
		kd_check_ok(c, "%s: %s is there", where, path);
	else if (errno == EACCES)
		kd_check_wrong(c, KD_CONFIG,
		               "%s: %s cannot be run: sudo chmod a+rx %s",
		               where, path, path);
	else
		kd_check_wrong(c, KD_CONFIG,
		               "%s: there is no %s: sudo install -D %s %s",
		               where, path,
		               program != NULL ? program : hook_name, path);
}

void kd_check_recipe(struct kd_check *c, const char *where,
                     struct kd_bytes command)
{
	struct kd_bytes word = find_word(command);
	const char *path;

	c->n_recipes++;
	/* another form is for the agent to find, by a PATH of its own */
	if (word.size == 0 || word.data[0] != '/')
		return;
	path = kd_arena_strndup(c->arena, word.data, word.size);
	if (path != NULL)
		check_path(c, where, path);
}

void kd_check_hook_in(struct kd_check *c, const char *where, const char *dir)
{
	const char *path = kd_arena_printf(c->arena, "%s/%s", dir, hook_name);

	if (path != NULL)
		check_path(c, where, path);
}

void kd_check_mode(struct kd_check *c, const char *path, unsigned int bits,
                   const char *why)
{
	struct stat sb;

	if (stat(path, &sb) != 0 || (sb.st_mode & bits) == 0)
		return;
	kd_check_wrong(c, KD_PERM, "%s has mode %03o, and %s: chmod %s %s",
	               path, (unsigned int)sb.st_mode & 0777U, why,
	               bits == S_IWOTH ? "o-w" : "go-rwx", path);
}

/* --- How long it may take ---------------------------------------------- */

/* The number behind "timeout" and its options. */
static bool find_timeout(struct kd_bytes line, unsigned long *ret)
{
	static const char word[] = "timeout ";
	const char *at = kd_find(line, word);
	bool is_argument = false;
	struct kd_bytes b;
	size_t n;

	if (at == NULL)
		return false;
	b.data = at + sizeof(word) - 1;
	b.size = line.size - (size_t)(b.data - line.data);
	while (b.size > 0) {
		if (b.data[0] != '-' && b.data[0] != ' ' && !is_argument)
			return kd_check_number(b, ret);
		/* of -k 5 and -s KILL */
		is_argument = b.size > 2 && b.data[0] == '-' &&
		              (b.data[1] == 'k' || b.data[1] == 's') &&
		              b.data[2] == ' ';
		n = 0;
		while (n < b.size && b.data[n] != ' ')
			n++;
		while (n < b.size && b.data[n] == ' ')
			n++;
		b.data += n;
		b.size -= n;
	}
	return false;
}

bool kd_check_timeout(struct kd_check *c, const char *where,
                      struct kd_bytes command)
{
	unsigned long seconds;

	if (!find_timeout(command, &seconds))
		return false;
	kd_check_limit(c, where, "the time limit (timeout)", seconds);
	return true;
}

/* --- Nothing at all ------------------------------------------------------ */

/* "kvm.vger" -> "kvm\\.vger", for printf(1) and then for procmail. */
static const char *escape(struct kd_check *c, const char *id)
{
	char *ret = kd_arena_alloc(c->arena, 3 * strlen(id) + 1);
	char *to = ret;

	for (; ret != NULL && *id != '\0'; id++) {
		if (*id == '.')
			to = stpcpy(to, "\\\\");
		*to++ = *id;
	}
	return ret;
}

void kd_check_no_recipe(struct kd_check *c)
{
	const char *home = c->opts->home;
	const char *program = c->opts->program;
	const char *id =
		escape(c, c->opts->list_id != NULL ? c->opts->list_id
	                                           : "kvm.vger.kernel.org");
	const char *rc = NULL;

	if (home != NULL)
		rc = kd_arena_printf(c->arena, "%s/.procmailrc", home);
	if (rc == NULL || id == NULL)
		return;
	if (access(rc, F_OK) == 0)
		kd_check_note(c,
		              "no recipe gives mail to the hook: put that of "
		              "procmailrc.sample into %s, above those that "
		              "file your mail (README, \"Set it up\", has "
		              "those of other agents)",
		              rc);
	else
		kd_check_note(c,
		              "no recipe gives mail to the hook; with "
		              "procmail: printf ':0 wc\\n* "
		              "^List-ID:.*<%s>\\n| %s\\n' >>%s "
		              "(README, \"Set it up\", has those of other "
		              "agents)",
		              id, program != NULL ? program : hook_name, rc);
}
