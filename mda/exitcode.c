/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * exitcode.c - the one table of exit codes.  No default branches: a new
 * status breaks the build here until someone has decided what it means.
 */
#include "mda/exitcode.h"

#include <sysexits.h>

int kd_exitcode_delivery(enum kd_status status)
{
	switch (status) {
	case KD_OK:
		return EX_OK;
	/*
	 * A message that is no mail, or too long for a row, is kept, marked
	 * and reported as KD_OK.  One that comes here as a failure was not
	 * kept, and must be offered again.
	 */
	case KD_NOTMAIL:
	case KD_TOOBIG:
	case KD_BUSY:
	case KD_NOSPACE:
	case KD_NOMEM:
	case KD_IO:
	case KD_PERM:
	case KD_CONFIG:
	case KD_USAGE:
	case KD_NOTFOUND:
	case KD_AMBIGUOUS:
	case KD_SCHEMA:
	case KD_CORRUPT:
	case KD_BUG:
		break;
	}
	return EX_TEMPFAIL;
}

int kd_exitcode_terminal(enum kd_status status)
{
	switch (status) {
	case KD_OK:
		return EX_OK;
	case KD_USAGE:
		return EX_USAGE;
	case KD_NOTMAIL:
	case KD_TOOBIG:
	case KD_AMBIGUOUS:
		return EX_DATAERR;
	case KD_NOTFOUND:
		return EX_NOINPUT;
	case KD_CORRUPT:
	case KD_BUG:
		return EX_SOFTWARE;
	case KD_NOSPACE:
		return EX_CANTCREAT;
	case KD_IO:
		return EX_IOERR;
	case KD_PERM:
		return EX_NOPERM;
	case KD_CONFIG:
	case KD_SCHEMA: /* as the report does */
		return EX_CONFIG;
	case KD_BUSY:
	case KD_NOMEM:
		break;
	}
	return EX_TEMPFAIL;
}
