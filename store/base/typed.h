/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * typed.h - a command line that somebody is typing, and what the word at
 * the cursor may become: what both programs do for the completion of the
 * shells.
 *
 * The line is not finished, and may be wrong: no word of it is a reason to
 * stop, and what cannot be known is left out.
 */
#ifndef KD_STORE_BASE_TYPED_H
#define KD_STORE_BASE_TYPED_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "store/base/arena.h"
#include "store/base/text.h"

/* Borrowed from the words. */
struct kd_typed {
	const char *word; /* at the cursor; "": nothing yet */
	size_t value_at;  /* where in word the value begins, of --NAME=VALUE */
	const struct option *option; /* whose value is at the cursor, or NULL */
	bool args_only;              /* behind "--" */
};

/* Called for each word in front of the cursor: an option, with its value or
 * NULL; or with option NULL an argument. */
typedef void kd_typed_fn(void *payload, const struct option *option,
                         const char *value);

/* words: what stands behind the program's name, n of them; the last is the
 * one at the cursor.  options: as for getopt_long(3); the letter of one is
 * its val, where that is a character. */
void kd_typed_read(char *const *words, size_t n, const struct option *options,
                   kd_typed_fn *fn, void *payload, struct kd_typed *ret);

/* A file name as it was typed: ~/ is expanded.  The arena's, or path
 * itself; NULL when out of memory. */
const char *kd_typed_path(const char *path, struct kd_arena *arena);

/* What may follow, one to a line of out. */
struct kd_offer {
	FILE *out;
	struct kd_bytes before; /* of the word: it stays as it is */
	const char *begin;      /* the rest of the word */
	const char *behind;     /* comes behind each name */
};

struct kd_offer kd_offer_begin(const struct kd_typed *typed, FILE *out);

/* Leave what of the word is in front of s, a place in begin, as it is. */
void kd_offer_behind(struct kd_offer *offer, const char *s);

/* A name, if that is what was begun.  One that is not for a terminal is
 * left out. */
void kd_offer_name(const struct kd_offer *offer, const char *name);

/* The names of files: for the shell to find. */
void kd_offer_files(const struct kd_offer *offer);

/* An option.  "-" may become any of them, "-o" only itself. */
void kd_offer_option(const struct kd_offer *offer, const struct option *option);

#endif /* KD_STORE_BASE_TYPED_H */
