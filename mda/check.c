/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check.c - see check.h: what is looked at, and how findings are said.
 *
 * It reads files of the person who runs it, and judges them by what the
 * agents were seen to do with them.
 */
#include "mda/check.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "mda/check_internal.h"

enum {
	LINE_MAX_SHOWN = 1024, /* of a finding, bytes */
	FILE_MAX_READ = 1 << 20,
};

/* --- Findings -------------------------------------------------------- */

KD_PRINTF(3, 0)
static void say(const struct kd_check *c, const char *head, const char *fmt,
                va_list args)
{
	char line[LINE_MAX_SHOWN];

	(void)vsnprintf(line, sizeof(line), fmt, args);
	(void)fputs(head, c->out);
	kd_sanitize(c->out, kd_bytes_of(line), false);
	(void)fputc('\n', c->out);
}

/* The place in the order of kd_check_run(); 0: none of them. */
static int badness(enum kd_status status)
{
	static const enum kd_status order[] = {
		KD_OK, KD_BUSY, KD_CONFIG, KD_NOSPACE,
		KD_IO, KD_PERM, KD_SCHEMA, KD_CORRUPT,
	};
	size_t i;

	for (i = 0; i < sizeof(order) / sizeof(order[0]); i++)
		if (order[i] == status)
			return (int)i;
	return 0;
}

void kd_check_wrong(struct kd_check *c, enum kd_status status, const char *fmt,
                    ...)
{
	va_list args;

	/* what has no place of its own comes from a read that failed */
	if (badness(status) == 0)
		status = KD_IO;
	if (badness(status) > badness(c->worst))
		c->worst = status;
	c->n_wrong++;
	va_start(args, fmt);
	say(c, "wrong: ", fmt, args);
	va_end(args);
}

void kd_check_note(struct kd_check *c, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	say(c, "note: ", fmt, args);
	va_end(args);
}

void kd_check_ok(struct kd_check *c, const char *fmt, ...)
{
	va_list args;

	if (!c->opts->verbose)
		return;
	va_start(args, fmt);
	say(c, "ok: ", fmt, args);
	va_end(args);
}

void kd_check_limit(struct kd_check *c, const char *name, const char *what,
                    unsigned long seconds)
{
	if (seconds > c->opts->deadline)
		kd_check_ok(c,
		            "%s: %s is %lu s, longer than a delivery may "
		            "take (%u s)",
		            name, what, seconds, c->opts->deadline);
	else
		kd_check_wrong(c, KD_CONFIG,
		               "%s: %s is %lu s, and a delivery may take %u s: "
		               "set it to 60 s, or mda.deadline below %lu",
		               name, what, seconds, c->opts->deadline, seconds);
}

/* --- Files ------------------------------------------------------------- */

bool kd_check_number(struct kd_bytes b, unsigned long *ret)
{
	unsigned long n = 0;
	size_t i;

	for (i = 0; i < b.size && i < 9 && kd_is_digit(b.data[i]); i++)
		n = n * 10 + (unsigned long)(b.data[i] - '0');
	*ret = n;
	return i > 0;
}

static bool read_all(int fd, char *data, size_t *size)
{
	size_t got = 0;
	ssize_t n = 1;

	while (got < *size && n != 0) {
		n = read(fd, data + got, *size - got);
		if (n < 0 && errno != EINTR)
			return false;
		if (n > 0)
			got += (size_t)n;
	}
	*size = got;
	return true;
}

bool kd_check_read(struct kd_check *c, const char *path, struct kd_bytes *ret)
{
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	size_t size = FILE_MAX_READ;
	char *data = NULL;
	bool got = false;
	struct stat sb;

	if (fd < 0)
		return false;
	if (fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode)) {
		if ((uint64_t)sb.st_size < size)
			size = (size_t)sb.st_size;
		data = kd_arena_alloc(c->arena, size + 1);
	}
	if (data != NULL)
		got = read_all(fd, data, &size);
	(void)close(fd);
	if (got)
		*ret = (struct kd_bytes){ data, size };
	return got;
}

static const char *join(struct kd_check *c, const char *dir, const char *name)
{
	const char *path = NULL;

	if (dir != NULL)
		path = kd_arena_printf(c->arena, "%s/%s", dir, name);
	return path;
}

/* --- Recipes ------------------------------------------------------------- */

static void check_procmail(struct kd_check *c)
{
	const char *own = join(c, c->opts->home, ".procmailrc");
	const char *all = join(c, c->opts->etc, "procmailrc");
	struct kd_bytes text;

	unsigned int n = c->n_recipes;

	if (own != NULL && kd_check_read(c, own, &text))
		kd_check_procmail(c, own, text, false);
	if (own != NULL && c->n_recipes > n)
		kd_check_mode(c, own, S_IWOTH, "procmail passes it over");
	if (all != NULL && kd_check_read(c, all, &text))
		kd_check_procmail(c, all, text, true);
}

static void check_sieve_dir(struct kd_check *c, const char *path)
{
	const struct dirent *entry;
	struct kd_bytes text;
	const char *file;
	DIR *dir = opendir(path);
	size_t len;

	while (dir != NULL && (entry = readdir(dir)) != NULL) {
		len = strlen(entry->d_name);
		if (len < 6 || strcmp(entry->d_name + len - 6, ".sieve") != 0)
			continue;
		file = join(c, path, entry->d_name);
		if (file != NULL && kd_check_read(c, file, &text))
			kd_check_sieve(c, file, text);
	}
	if (dir != NULL)
		(void)closedir(dir);
}

static void check_others(struct kd_check *c)
{
	static const struct {
		const char *name;
		void (*check)(struct kd_check *c, const char *name,
		              struct kd_bytes text);
		unsigned int bits; /* of the mode, that must not be there */
		const char *why;
	} files[] = {
		{ ".mailfilter", kd_check_maildrop, S_IWOTH,
		  "maildrop does not read it, and all mail waits" },
		{ ".dovecot.sieve", kd_check_sieve, 0, NULL },
		{ ".fetchmailrc", kd_check_fetchmail, S_IRWXG | S_IRWXO,
		  "fetchmail does not read it" },
	};
	const char *path = join(c, c->opts->home, "sieve");
	struct kd_bytes text;
	size_t i;

	if (path != NULL)
		check_sieve_dir(c, path);
	for (i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		path = join(c, c->opts->home, files[i].name);
		if (path == NULL || !kd_check_read(c, path, &text))
			continue;
		files[i].check(c, path, text);
		if (kd_find(text, "kvmdigest-mda") != NULL)
			kd_check_mode(c, path, files[i].bits, files[i].why);
	}
	path = join(c, c->opts->etc, "postfix/master.cf");
	if (path != NULL && kd_check_read(c, path, &text))
		kd_check_postfix(c, path, text);
}

/* --- The whole ----------------------------------------------------------- */

static void check_conf(struct kd_check *c)
{
	const struct kd_error *wrong = c->opts->conf_wrong;

	if (wrong != NULL && wrong->status != KD_OK)
		kd_check_wrong(c, wrong->status,
		               "%s: no mail is stored until that is mended, "
		               "all is offered again (below the defaults "
		               "count)",
		               wrong->text);
	else if (c->opts->conf_file != NULL)
		kd_check_ok(c, "configuration: %s", c->opts->conf_file);
	else
		kd_check_ok(c, "configuration: there is no file, the defaults "
		               "stand");
}

static void check_user(struct kd_check *c)
{
	if (geteuid() == 0)
		kd_check_note(c, "this is root: what root stores only root "
		                 "can read; run the hook as the user whose "
		                 "mail it is (procmail: DROPPRIVS=yes)");
}

enum kd_status kd_check_run(const struct kd_check_opts *opts, FILE *out,
                            struct kd_error *err)
{
	struct kd_check c = { .opts = opts, .out = out };
	enum kd_status st = KD_OK;

	c.arena = kd_arena_new();
	if (c.arena == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	c.hook = "kvmdigest-mda";
	if (opts->store_named)
		c.hook = kd_arena_printf(c.arena, "kvmdigest-mda -d %s",
		                         opts->store_path);
	if (c.hook == NULL) {
		kd_arena_free(c.arena);
		return kd_fail(err, KD_NOMEM, "out of memory");
	}
	check_user(&c);
	check_conf(&c);
	kd_check_store(&c);
	check_procmail(&c);
	check_others(&c);
	kd_check_dovecot(&c);
	if (c.n_recipes == 0)
		kd_check_no_recipe(&c);
	if (fflush(out) != 0 || ferror(out) != 0)
		st = kd_fail(err, KD_IO, "standard output cannot be written");
	else if (kd_arena_failed(c.arena))
		st = kd_fail(err, KD_NOMEM, "out of memory");
	else if (c.worst != KD_OK)
		st = kd_fail(err, c.worst, "%u thing%s to mend", c.n_wrong,
		             c.n_wrong == 1 ? "" : "s");
	kd_arena_free(c.arena);
	return st;
}
