/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * find.c - where home, the store and the configuration are, and the one
 * place that reads the file.  Knows nothing of what the file says.
 */
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "conf/internal.h"

static const char system_file[] = "/etc/kvmdigest.conf";

static enum kd_status no_memory(struct kd_error *err)
{
	return kd_fail(err, KD_NOMEM, "find the configuration: out of memory");
}

/*
 * The directory that an environment variable names, or NULL: it must be
 * absolute (the XDG specification says to ignore it otherwise) and ours,
 * so that neither sudo nor su leads from one user to another.
 */
static const char *directory_of(const char *variable, bool must_exist)
{
	const char *path = secure_getenv(variable);
	struct stat st;

	if (path == NULL || path[0] != '/')
		return NULL;
	if (stat(path, &st) == 0)
		return st.st_uid == geteuid() ? path : NULL;
	return errno == ENOENT && !must_exist ? path : NULL;
}

enum kd_status kd_conf_home(struct kd_arena *arena, char **ret,
                            struct kd_error *err)
{
	const char *home = directory_of("HOME", true);
	const struct passwd *entry;

	*ret = NULL;
	if (home == NULL) {
		errno = 0;
		entry = getpwuid(geteuid());
		/* Not found is 0, or one of several codes; these mean that
		 * nobody knows (getpwnam(3)).  To go on then would choose
		 * another configuration and another store. */
		if (entry == NULL && (errno == EIO || errno == EMFILE ||
		                      errno == ENFILE || errno == ENOMEM))
			return kd_fail_errno(err, KD_IO, errno,
			                     "find the home directory");
		if (entry == NULL || entry->pw_dir == NULL ||
		    entry->pw_dir[0] != '/')
			return KD_OK;
		home = entry->pw_dir;
	}
	*ret = kd_arena_strdup(arena, home);
	return *ret != NULL ? KD_OK : no_memory(err);
}

/* *ret: tail in the directory that variable names, or else in the
 * directory fallback of home; NULL when there is no home. */
static enum kd_status xdg_path(struct kd_arena *arena, const char *variable,
                               const char *fallback, const char *tail,
                               char **ret, struct kd_error *err)
{
	const char *dir = directory_of(variable, false);
	char *home = NULL;
	enum kd_status st;

	*ret = NULL;
	if (dir != NULL) {
		*ret = kd_arena_printf(arena, "%s/%s", dir, tail);
		return *ret != NULL ? KD_OK : no_memory(err);
	}
	st = kd_conf_home(arena, &home, err);
	if (st != KD_OK || home == NULL)
		return st;
	*ret = kd_arena_printf(arena, "%s/%s/%s", home, fallback, tail);
	return *ret != NULL ? KD_OK : no_memory(err);
}

enum kd_status kd_conf_default_store(struct kd_arena *arena, char **ret,
                                     struct kd_error *err)
{
	return xdg_path(arena, "XDG_DATA_HOME", ".local/share",
	                "kvmdigest/kvm.db", ret, err);
}

/* Whoever can write the file chooses where mail goes. */
static enum kd_status check_file(int fd, const char *file, struct kd_error *err)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return kd_fail_errno(err, KD_IO, errno, "%s", file);
	if (!S_ISREG(st.st_mode))
		return kd_fail(err, KD_CONFIG,
		               "%s: expected a regular file, found %s", file,
		               S_ISDIR(st.st_mode) ? "a directory"
		                                   : "something else");
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return kd_fail(err, KD_PERM,
		               "%s: expected a file of root or of user %lu, "
		               "found one of user %lu",
		               file, (unsigned long)geteuid(),
		               (unsigned long)st.st_uid);
	if ((st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
		return kd_fail(err, KD_PERM,
		               "%s: expected a file that only its owner can "
		               "write (chmod go-w), found mode %04lo",
		               file, (unsigned long)(st.st_mode & 07777));
	return KD_OK;
}

static enum kd_status read_all(int fd, const char *file, struct kd_arena *arena,
                               struct kd_bytes *ret, struct kd_error *err)
{
	/* most of it is never touched, and costs nothing */
	char *data = malloc(KD_CONF_SIZE_MAX + 1);
	enum kd_status st = KD_OK;
	size_t size = 0;
	ssize_t n = 1;

	if (data == NULL)
		return no_memory(err);
	while (n != 0 && size <= KD_CONF_SIZE_MAX) {
		n = read(fd, data + size, KD_CONF_SIZE_MAX + 1 - size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			st = kd_fail_errno(err, kd_status_of_errno(errno),
			                   errno, "%s", file);
			break;
		}
		size += (size_t)n;
	}
	*ret = (struct kd_bytes){ kd_arena_strndup(arena, data, size), size };
	if (st == KD_OK && ret->data == NULL)
		st = no_memory(err);
	free(data);
	return st;
}

static enum kd_status read_file(const char *file, struct kd_arena *arena,
                                struct kd_bytes *ret, struct kd_error *err)
{
	enum kd_status st;
	int fd;

	/* O_NONBLOCK: a FIFO must not hold up mail for ever. */
	fd = open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	if (fd < 0 && errno == EACCES)
		return kd_fail(err, KD_PERM,
		               "%s: expected a file that user %lu can read, "
		               "found none (chmod u+r %s)",
		               file, (unsigned long)geteuid(), file);
	if (fd < 0)
		return kd_fail_errno(err, kd_status_of_errno(errno), errno,
		                     "%s", file);
	st = check_file(fd, file, err);
	if (st == KD_OK)
		st = read_all(fd, file, arena, ret, err);
	(void)close(fd); /* it was only read */
	return st;
}

/* A link to nothing is no reason to go on with another file: the dotfiles
 * that it points into may just not be mounted yet. */
static bool is_absent(const char *file)
{
	struct stat st;

	return lstat(file, &st) != 0 && (errno == ENOENT || errno == ENOTDIR);
}

enum kd_status kd_conf_read(const char *path, struct kd_arena *arena,
                            const char **ret_file, struct kd_bytes *ret,
                            struct kd_error *err)
{
	const char *file = path;
	char *own = NULL;
	enum kd_status st;

	*ret_file = NULL;
	*ret = (struct kd_bytes){ "", 0 };
	if (file == NULL) {
		st = xdg_path(arena, "XDG_CONFIG_HOME", ".config",
		              "kvmdigest/kvmdigest.conf", &own, err);
		if (st != KD_OK)
			return st;
		file = own != NULL && !is_absent(own) ? own : system_file;
		if (file == system_file && is_absent(file))
			return KD_OK;
	}
	st = read_file(file, arena, ret, err);
	if (st == KD_NOTFOUND)
		return kd_fail(err, KD_CONFIG,
		               "%s: expected a configuration file, found none",
		               file);
	if (st == KD_OK)
		*ret_file = file;
	return st;
}
