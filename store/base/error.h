/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * error.h - how every function in this project reports failure.
 *
 * A function that can fail returns enum kd_status and takes, as its last
 * argument, a struct kd_error owned by the caller.  On success the error
 * is left alone; on failure it holds the same status and one line of
 * English that a person can act on.  Nothing is allocated for it, so
 * running out of memory can be reported too.
 */
#ifndef KD_STORE_BASE_ERROR_H
#define KD_STORE_BASE_ERROR_H

#include <stdarg.h>

#define KD_MUST_CHECK __attribute__((warn_unused_result))
#define KD_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))

/* Named after what the caller should do, not after the library below. */
enum kd_status {
	KD_OK = 0,
	KD_BUSY,      /* someone else holds the lock: try again later */
	KD_NOSPACE,   /* disk or quota full: try again later */
	KD_NOMEM,     /* out of memory: try again later */
	KD_IO,        /* the system refused a read or a write */
	KD_PERM,      /* owner or mode is wrong: a person must mend it */
	KD_NOTMAIL,   /* the input is no mail message, and never will be */
	KD_TOOBIG,    /* the input is over a limit */
	KD_CONFIG,    /* the configuration is wrong: a person must mend it */
	KD_USAGE,     /* the command line is wrong: a person must mend it */
	KD_NOTFOUND,  /* there is no such marker, message, list or store */
	KD_AMBIGUOUS, /* more than one message answers to this id */
	KD_SCHEMA,    /* the store is newer than this program */
	KD_CORRUPT,   /* the file is damaged, or is no store at all */
	KD_BUG,       /* an invariant of ours does not hold */
};

enum { KD_ERROR_TEXT_MAX = 512 };

struct kd_error {
	enum kd_status status;
	char text[KD_ERROR_TEXT_MAX]; /* one line, no newline */
};

#define KD_ERROR_INIT                                                          \
	{                                                                      \
		.status = KD_OK, .text = ""                                    \
	}

/*
 * Fill in err (may be NULL) and return status, so that callers can write
 * "return kd_fail(err, KD_IO, ...)".  Over-long text is cut; control
 * characters in it are replaced by '?', so that it stays one line.
 */
KD_PRINTF(3, 4)
enum kd_status kd_fail(struct kd_error *err, enum kd_status status,
                       const char *fmt, ...);

/* Like kd_fail(), with ": " and strerror(errnum) appended. */
KD_PRINTF(4, 5)
enum kd_status kd_fail_errno(struct kd_error *err, enum kd_status status,
                             int errnum, const char *fmt, ...);

/*
 * The status that a failed system call deserves: ENOSPC and EDQUOT are
 * KD_NOSPACE, ENOMEM is KD_NOMEM, EACCES, EPERM and EROFS are KD_PERM,
 * ENOENT is KD_NOTFOUND, everything else is KD_IO.
 */
enum kd_status kd_status_of_errno(int errnum);

/* Put "context: " in front of the text of an error on its way up. */
KD_PRINTF(2, 3)
void kd_error_prefix(struct kd_error *err, const char *fmt, ...);

#endif /* KD_STORE_BASE_ERROR_H */
