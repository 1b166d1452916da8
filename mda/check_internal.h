/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_internal.h - what the files of --check share. */
#ifndef KD_MDA_CHECK_INTERNAL_H
#define KD_MDA_CHECK_INTERNAL_H

#include "mda/check.h"
#include "store/base/arena.h"
#include "store/base/text.h"

struct kd_check {
	const struct kd_check_opts *opts;
	FILE *out;
	struct kd_arena *arena;
	enum kd_status worst;
	unsigned int n_wrong;
	unsigned int n_recipes; /* that run the hook */
	const char *hook;       /* how a person runs it for this store */
	bool uses_sieve_pipe;   /* a sieve script runs the hook: by which */
	bool uses_sieve_execute;
};

/* A finding; status says how bad it is. */
KD_PRINTF(3, 4)
void kd_check_wrong(struct kd_check *c, enum kd_status status, const char *fmt,
                    ...);
KD_PRINTF(2, 3)
void kd_check_note(struct kd_check *c, const char *fmt, ...);
KD_PRINTF(2, 3)
void kd_check_ok(struct kd_check *c, const char *fmt, ...);

/* A file of a person's own, up to a mebibyte, into the arena.  False when
 * there is none, or it cannot be read, which is no finding: it may be
 * another's. */
bool kd_check_read(struct kd_check *c, const char *path, struct kd_bytes *ret);

/* check_store.c: the store and what lies beside it. */
void kd_check_store(struct kd_check *c);

/* One text of a recipe each; name is for the findings. */
void kd_check_procmail(struct kd_check *c, const char *name,
                       struct kd_bytes text, bool system);
void kd_check_maildrop(struct kd_check *c, const char *name,
                       struct kd_bytes text);
void kd_check_sieve(struct kd_check *c, const char *name, struct kd_bytes text);
void kd_check_fetchmail(struct kd_check *c, const char *name,
                        struct kd_bytes text);
void kd_check_postfix(struct kd_check *c, const char *name,
                      struct kd_bytes text);

/* check_sieve.c: the time limits of sieve scripts, in etc. */
void kd_check_dovecot(struct kd_check *c);

/* check_recipe.c: does the line, or command, run the hook? */
bool kd_check_is_hook(struct kd_bytes b);

/* A recipe that runs the hook was found, in command: is it where that looks
 * for it? */
void kd_check_recipe(struct kd_check *c, const char *where,
                     struct kd_bytes command);

/* The same of a hook that is to lie in dir. */
void kd_check_hook_in(struct kd_check *c, const char *where, const char *dir);

/* Time limits by timeout(1) in a command: true when there is one, and it
 * was looked at. */
bool kd_check_timeout(struct kd_check *c, const char *where,
                      struct kd_bytes command);

/* What an agent asks of the mode of the file: bits that must not be there.
 * why: what it does otherwise. */
void kd_check_mode(struct kd_check *c, const char *path, unsigned int bits,
                   const char *why);

/* Nothing runs the hook: how that is begun. */
void kd_check_no_recipe(struct kd_check *c);

/* A number at the start of b; false when there is none. */
bool kd_check_number(struct kd_bytes b, unsigned long *ret);

/* A time limit that must be longer than a delivery may take.  what: the
 * setting, how: how to mend it. */
void kd_check_limit(struct kd_check *c, const char *name, const char *what,
                    unsigned long seconds);

#endif /* KD_MDA_CHECK_INTERNAL_H */
