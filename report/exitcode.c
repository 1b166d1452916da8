/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exitcode.c - kd_status -> exit code of the report, one row for each
 * status.  Without a default: a new status breaks the build here.
 */
#include "report/exitcode.h"

#include <sysexits.h>

int kd_exitcode_report(enum kd_status status)
{
	switch (status) {
	case KD_OK:
		return EX_OK;
	case KD_USAGE:
		return EX_USAGE;
	case KD_AMBIGUOUS:
	case KD_CORRUPT:
	case KD_NOTMAIL:
	case KD_TOOBIG:
		return EX_DATAERR;
	case KD_NOTFOUND:
		return EX_NOINPUT;
	case KD_IO:
	case KD_NOSPACE:
		return EX_IOERR;
	case KD_BUSY:
	case KD_NOMEM:
		return EX_TEMPFAIL;
	case KD_PERM:
		return EX_NOPERM;
	case KD_CONFIG:
	case KD_SCHEMA:
		return EX_CONFIG;
	case KD_BUG:
		break;
	}
	return EX_SOFTWARE;
}
