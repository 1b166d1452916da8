/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spool.c - messages go into the spool; spool_take.c takes them out.
 *
 * Written, synced, renamed, and every directory above synced: without the
 * last a power cut takes the name away (reliability 0.9).
 */
#include "store/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "store/disk.h"
#include "store/hash.h"
#include "store/spool_dirs.h"

enum {
	LINE_SIZE = 512,
	NAME_SIZE = 64,
	RANDOM_SIZE = 8,
	/* No delivery takes that long: who began such a file is dead. */
	STALE_S = 24 * 60 * 60,
};

/* --- How much there is ---------------------------------------------- */

struct usage {
	size_t files;
	uint64_t bytes;
};

static bool add_usage(int dir_fd, const char *name, void *payload)
{
	struct usage *usage = payload;
	struct stat sb;

	if (fstatat(dir_fd, name, &sb, AT_SYMLINK_NOFOLLOW) != 0)
		return true; /* gone in the meantime */
	usage->files++;
	if (sb.st_size > 0)
		usage->bytes += (uint64_t)sb.st_size;
	return true;
}

/* What killed deliveries left behind takes room; failing to remove it is
 * no reason to turn a message down. */
static bool remove_if_stale(int dir_fd, const char *name, void *payload)
{
	const time_t *now = payload;
	struct stat sb;

	if (fstatat(dir_fd, name, &sb, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISREG(sb.st_mode) && *now - sb.st_mtime > STALE_S)
		(void)kd_disk.unlinkat(dir_fd, name, 0);
	return true;
}

static enum kd_status check_room(const struct kd_spool_dirs *dirs, size_t size,
                                 struct kd_error *err)
{
	struct usage usage = { .files = 0 };
	time_t now = time(NULL);
	enum kd_status st;

	st = kd_spool_dirs_each(dirs, KD_SPOOL_TMP, remove_if_stale, &now, err);
	for (int i = 0; i < KD_SPOOL_DIRS && st == KD_OK; i++)
		st = kd_spool_dirs_each(dirs, (enum kd_spool_dir)i, add_usage,
		                        &usage, err);
	if (st != KD_OK)
		return st;
	if (usage.files >= KD_SPOOL_FILES_MAX ||
	    usage.bytes + size > KD_SPOOL_BYTES_MAX)
		return kd_fail(err, KD_NOSPACE,
		               "%s-spool is full: %zu files, %" PRIu64 " MiB",
		               dirs->place.path, usage.files,
		               usage.bytes >> 20);
	return KD_OK;
}

static bool add_one(int dir_fd, const char *name, void *payload)
{
	size_t *n = payload;

	(void)dir_fd;
	(void)name;
	(*n)++;
	return true;
}

enum kd_status kd_spool_count(const char *store_path,
                              struct kd_spool_count *ret, struct kd_error *err)
{
	struct kd_spool_dirs dirs = KD_SPOOL_DIRS_INIT;
	struct kd_spool_count count = { .waiting = 0 };
	struct kd_error why = KD_ERROR_INIT;
	enum kd_status st;

	st = kd_spool_dirs_open(store_path, false, &dirs, &why);
	if (st == KD_NOTFOUND) {
		*ret = count;
		return KD_OK;
	}
	if (st != KD_OK)
		return kd_fail(err, st, "%s", why.text);
	st = kd_spool_dirs_each(&dirs, KD_SPOOL_NEW, add_one, &count.waiting,
	                        err);
	if (st == KD_OK)
		st = kd_spool_dirs_each(&dirs, KD_SPOOL_BAD, add_one,
		                        &count.bad, err);
	if (st == KD_OK)
		*ret = count;
	kd_spool_dirs_clear(&dirs);
	return st;
}

bool kd_spool_warning(const char *store_path, char *ret, size_t size)
{
	struct kd_spool_count count = { .waiting = 0 };
	struct kd_error why = KD_ERROR_INIT;
	char waiting[80] = "";
	char bad[80] = "";

	if (kd_spool_count(store_path, &count, &why) != KD_OK) {
		(void)snprintf(ret, size, "%s", why.text);
		return true;
	}
	if (count.waiting == 0 && count.bad == 0)
		return false;
	if (count.waiting > 0)
		(void)snprintf(waiting, sizeof(waiting),
		               "%zu not in the store yet, kvmdigest-mda "
		               "--drain moves them; ",
		               count.waiting);
	if (count.bad > 0)
		(void)snprintf(bad, sizeof(bad),
		               "%zu in bad/, which a person has to look at; ",
		               count.bad);
	(void)snprintf(ret, size,
	               "messages in the spool: %s%sthey are in %s-spool",
	               waiting, bad, store_path);
	return true;
}

/* --- Putting one there ----------------------------------------------- */

/* A file on its way from tmp to new. */
struct file {
	const struct kd_spool_dirs *dirs;
	char name[NAME_SIZE];
	int fd;
};

/* Never from the mail; in order of time when sorted. */
static enum kd_status make_file(struct file *file, int64_t received,
                                struct kd_error *err)
{
	unsigned char bytes[RANDOM_SIZE];
	char hex[2 * RANDOM_SIZE + 1];

	if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
		return kd_spool_fail(file->dirs, "name", err);
	kd_hash_hex(bytes, sizeof(bytes), hex);
	(void)snprintf(file->name, sizeof(file->name),
	               "%010" PRId64 ".%07ld.%s", received, (long)getpid(),
	               hex);
	file->fd =
		kd_disk.openat(file->dirs->fds[KD_SPOOL_TMP], file->name,
	                       O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600);
	if (file->fd < 0)
		return kd_spool_fail(file->dirs, "make", err);
	return KD_OK;
}

static enum kd_status write_all(const struct file *file, struct kd_bytes bytes,
                                struct kd_error *err)
{
	ssize_t n;

	while (bytes.size > 0) {
		n = kd_disk.write(file->fd, bytes.data, bytes.size);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return kd_spool_fail(file->dirs, "write", err);
		bytes.data += n;
		bytes.size -= (size_t)n;
	}
	return KD_OK;
}

static enum kd_status write_mail(const struct file *file,
                                 const struct kd_spool_mail *mail,
                                 struct kd_error *err)
{
	char hex[2 * KD_HASH_SIZE + 1];
	char line[LINE_SIZE];
	struct kd_bytes head = { line, 0 };
	enum kd_status st;
	int n;

	n = snprintf(line, sizeof(line), KD_SPOOL_MAGIC " %" PRId64 " %s %zu",
	             mail->received,
	             mail->list_id != NULL ? mail->list_id : "-",
	             mail->raw.size);
	if (n > 0 && (size_t)n < sizeof(line) && mail->large) {
		kd_hash_hex(mail->large_sha256, KD_HASH_SIZE, hex);
		n += snprintf(line + n, sizeof(line) - (size_t)n,
		              " %s %" PRIu64, hex, mail->size);
	}
	if (n < 0 || (size_t)n + 1 >= sizeof(line))
		return kd_fail(err, KD_BUG, "spool: the first line is long");
	line[n] = '\n';
	head.size = (size_t)n + 1;
	st = write_all(file, head, err);
	if (st == KD_OK)
		st = write_all(file, mail->raw, err);
	if (st == KD_OK && kd_disk.fsync(file->fd) != 0)
		st = kd_spool_fail(file->dirs, "sync", err);
	return st;
}

static enum kd_status put(const struct kd_spool_dirs *dirs,
                          const struct kd_spool_mail *mail,
                          struct kd_error *err)
{
	struct file file = { .dirs = dirs, .fd = -1 };
	enum kd_status st;

	st = check_room(dirs, mail->raw.size, err);
	if (st == KD_OK)
		st = make_file(&file, mail->received, err);
	if (st != KD_OK)
		return st;
	st = write_mail(&file, mail, err);
	(void)close(file.fd);
	if (st == KD_OK &&
	    kd_disk.renameat(dirs->fds[KD_SPOOL_TMP], file.name,
	                     dirs->fds[KD_SPOOL_NEW], file.name) != 0)
		st = kd_spool_fail(dirs, "name", err);
	if (st != KD_OK) {
		(void)kd_disk.unlinkat(dirs->fds[KD_SPOOL_TMP], file.name, 0);
		return st;
	}
	/* Where this fails the message is offered again, and was here all
	 * the same: twice is once in the store. */
	return kd_spool_dirs_sync(dirs, err);
}

enum kd_status kd_spool_put(const char *store_path,
                            const struct kd_spool_mail *mail,
                            struct kd_error *err)
{
	struct kd_spool_dirs dirs = KD_SPOOL_DIRS_INIT;
	enum kd_status st;

	if (mail->raw.size > KD_SPOOL_FILE_MAX - LINE_SIZE)
		return kd_fail(err, KD_TOOBIG,
		               "%zu bytes are too many for the spool",
		               mail->raw.size);
	st = kd_spool_dirs_open(store_path, true, &dirs, err);
	if (st != KD_OK)
		return st;
	st = put(&dirs, mail, err);
	kd_spool_dirs_clear(&dirs);
	return st;
}
