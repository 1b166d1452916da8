/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * source_git_log.c - which objects are messages, from git log, and their
 * bytes, from git cat-file.
 */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "mda/source_git.h"

bool kd_git_is_hex(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (!isxdigit((unsigned char)s[i]))
			return false;
	return true;
}

/* --- The log ---------------------------------------------------------------- */

/* "m", or the two parts of a hash. */
static bool is_message(const char *name)
{
	if (strcmp(name, "m") == 0)
		return true;
	return strlen(name) == KD_COMMIT_HEX + 1 && kd_git_is_hex(name, 2) &&
	       name[2] == '/' && kd_git_is_hex(name + 3, KD_COMMIT_HEX - 2);
}

/* ":000000 100644 OLD NEW A\tm": NEW, or NULL where it brings none. */
static const char *object_of(char *line)
{
	enum {
		OLD = 15,
		NEW = OLD + KD_COMMIT_HEX + 1,
		STATUS = NEW + KD_COMMIT_HEX + 1
	};

	if (strlen(line) < STATUS + 3 || line[STATUS + 1] != '\t' ||
	    strchr("AM", line[STATUS]) == NULL ||
	    !kd_git_is_hex(line + NEW, KD_COMMIT_HEX) ||
	    !is_message(line + STATUS + 2))
		return NULL;
	line[NEW + KD_COMMIT_HEX] = '\0';
	return line + NEW;
}

/* Ask for one more message, if the log knows of one. */
static enum kd_status ask(struct kd_git_archive *a, struct kd_error *err)
{
	struct kd_git_coming *coming;
	char line[KD_GIT_LINE_SIZE];
	const char *object;

	while (fgets(line, sizeof(line), a->log.out) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		if (kd_git_is_hex(line, KD_COMMIT_HEX) &&
		    line[KD_COMMIT_HEX] == ' ') {
			memcpy(a->commit, line, KD_COMMIT_HEX);
			a->time = strtoll(line + KD_COMMIT_HEX + 1, NULL, 10);
			continue;
		}
		object = line[0] == ':' ? object_of(line) : NULL;
		if (object == NULL)
			continue;
		coming = &a->queue[(a->first + a->n++) % KD_GIT_AHEAD];
		memcpy(coming->commit, a->commit, KD_COMMIT_HEX + 1);
		coming->time = a->time;
		if (fprintf(a->cat.in, "%s%s\n", a->commands ? "contents " : "",
		            object) < 0)
			return kd_fail(err, KD_IO, "%s: git ended", a->path);
		return KD_OK;
	}
	a->log_ends = true;
	return KD_OK;
}

/* Few at first: the log has to be waited for then, and all others wait for
 * the first message. */
static size_t ahead(const struct kd_git_archive *a)
{
	enum { FIRST = 64 };

	return a->done < KD_GIT_AHEAD - FIRST ? FIRST + (size_t)a->done
	                                      : KD_GIT_AHEAD;
}

enum kd_status kd_git_ask_ahead(struct kd_git_archive *a, struct kd_error *err)
{
	enum kd_status st = KD_OK;

	if (a->n > ahead(a) / 2 || (a->log_ends && a->n > 0))
		return KD_OK;
	while (st == KD_OK && a->n < ahead(a) && !a->log_ends)
		st = ask(a, err);
	if (st == KD_OK && a->commands)
		(void)fputs("flush\n", a->cat.in);
	if (st == KD_OK && (fflush(a->cat.in) != 0 || ferror(a->cat.in) != 0))
		st = kd_fail(err, KD_IO, "%s: git ended", a->path);
	return st;
}

/* --- Objects ---------------------------------------------------------------- */

static enum kd_status broke_off(const struct kd_git_archive *a,
                                struct kd_error *err)
{
	return kd_fail(err, KD_IO, "%s: git cat-file broke off", a->path);
}

static enum kd_status read_data(struct kd_git_archive *a, size_t size,
                                bool *too_long, struct kd_error *err)
{
	char *data;

	*too_long = size > KD_SOURCE_MAIL_MAX;
	if (!*too_long && size + 1 > a->room) {
		data = realloc(a->data, size + 1);
		if (data == NULL)
			return kd_fail(err, KD_NOMEM, "out of memory");
		a->data = data;
		a->room = size + 1;
	}
	if (!*too_long && fread(a->data, 1, size, a->cat.out) != size)
		return broke_off(a, err);
	for (size_t i = 0; *too_long && i < size; i++) {
		if (fgetc(a->cat.out) == EOF)
			return broke_off(a, err);
	}
	return fgetc(a->cat.out) == '\n' ? KD_OK : broke_off(a, err);
}

/* "OBJECT blob 1234" and the bytes. */
static enum kd_status read_object(struct kd_git_archive *a,
                                  struct kd_source_mail *ret,
                                  struct kd_error *err)
{
	char line[KD_GIT_LINE_SIZE];
	enum kd_status st = KD_OK;
	size_t size = 0;

	if (fgets(line, sizeof(line), a->cat.out) == NULL)
		return broke_off(a, err);
	if (strlen(line) > KD_COMMIT_HEX + 6 &&
	    memcmp(line + KD_COMMIT_HEX, " blob ", 6) == 0) {
		size = (size_t)strtoull(line + KD_COMMIT_HEX + 6, NULL, 10);
		st = read_data(a, size, &ret->too_long, err);
		ret->raw =
			(struct kd_bytes){ a->data, ret->too_long ? 0 : size };
		return st;
	}
	ret->unreadable = true;
	line[strcspn(line, "\n")] = '\0';
	(void)kd_fail(&ret->why, KD_CORRUPT, "%s: %s", a->path, line);
	return KD_OK;
}

static void commit_bytes(const char *hex, unsigned char ret[KD_COMMIT_SIZE])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < KD_COMMIT_SIZE; i++) {
		const char *hi = strchr(digits, hex[2 * i]);
		const char *lo = strchr(digits, hex[2 * i + 1]);

		ret[i] = (unsigned char)((hi == NULL ? 0 : hi - digits) << 4 |
		                         (lo == NULL ? 0 : lo - digits));
	}
}

enum kd_status kd_git_read_next(struct kd_git_archive *a,
                                struct kd_source_mail *ret,
                                struct kd_error *err)
{
	const struct kd_git_coming *coming = &a->queue[a->first];
	enum kd_status st = read_object(a, ret, err);

	if (st != KD_OK)
		return st;
	a->first = (a->first + 1) % KD_GIT_AHEAD;
	a->n--;
	a->any = true;
	a->done++;
	memcpy(a->last, coming->commit, KD_COMMIT_HEX + 1);
	commit_bytes(coming->commit, a->id);
	(void)snprintf(a->where, sizeof(a->where), "%s, commit %.12s", a->path,
	               coming->commit);
	ret->has_time = true;
	ret->time = coming->time;
	ret->commit = a->id;
	ret->done = a->done;
	return KD_OK;
}
