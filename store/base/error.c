/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * error.c - status and text of what went wrong, without allocation.
 */
#include "store/base/error.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* An error is one line wherever it is printed, also when a file name or a
 * piece of mail in it is not. */
static void one_line(char *text)
{
	for (char *p = text; *p != '\0'; p++) {
		unsigned char c = (unsigned char)*p;
		if (c < 0x20 || c == 0x7f)
			*p = '?';
	}
}

KD_PRINTF(2, 0)
static void set_text(struct kd_error *err, const char *fmt, va_list args)
{
	if (vsnprintf(err->text, sizeof(err->text), fmt, args) < 0)
		err->text[0] = '\0';
	one_line(err->text);
}

enum kd_status kd_fail(struct kd_error *err, enum kd_status status,
                       const char *fmt, ...)
{
	va_list args;

	if (err == NULL)
		return status;
	err->status = status;
	va_start(args, fmt);
	set_text(err, fmt, args);
	va_end(args);
	return status;
}

static void append(struct kd_error *err, const char *text)
{
	size_t used = strlen(err->text);

	(void)snprintf(err->text + used, sizeof(err->text) - used, "%s", text);
	one_line(err->text);
}

enum kd_status kd_fail_errno(struct kd_error *err, enum kd_status status,
                             int errnum, const char *fmt, ...)
{
	char reason[128];
	va_list args;

	if (err == NULL)
		return status;
	err->status = status;
	va_start(args, fmt);
	set_text(err, fmt, args);
	va_end(args);
	append(err, ": ");
	append(err, strerror_r(errnum, reason, sizeof(reason)));
	return status;
}

enum kd_status kd_status_of_errno(int errnum)
{
	switch (errnum) {
	case ENOSPC:
	case EDQUOT:
		return KD_NOSPACE;
	case ENOMEM:
		return KD_NOMEM;
	case EACCES:
	case EPERM:
	case EROFS:
		return KD_PERM;
	case ENOENT:
		return KD_NOTFOUND;
	default:
		return KD_IO;
	}
}

void kd_error_prefix(struct kd_error *err, const char *fmt, ...)
{
	struct kd_error old;
	va_list args;

	if (err == NULL)
		return;
	old = *err;
	va_start(args, fmt);
	set_text(err, fmt, args);
	va_end(args);
	append(err, ": ");
	append(err, old.text);
}
