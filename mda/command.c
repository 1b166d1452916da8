/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * command.c - the one line that a command may say to a person.
 */
#include "mda/command.h"

#include <stdio.h>

/* Text of an error holds file names and pieces of other people's text. */
void kd_command_say(const char *text, struct kd_bytes bytes)
{
	(void)fprintf(stderr, "kvmdigest-mda: %s", text);
	kd_sanitize(stderr, bytes, false);
	(void)fputc('\n', stderr);
}
