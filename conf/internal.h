/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * internal.h - shared by the .c files of conf/ and by their tests only.
 *
 * No libconfig type is named here: conf.c alone knows it.
 */
#ifndef KD_CONF_INTERNAL_H
#define KD_CONF_INTERNAL_H

#include <stdbool.h>
#include <stddef.h>

#include "conf/conf.h"
#include "store/base/arena.h"
#include "store/base/error.h"
#include "store/base/text.h"

/* A configuration of more bytes than this is a mistake. */
enum { KD_CONF_SIZE_MAX = 64 << 10 };

/* The longest piece of the user's own text that a message shows, bytes. */
enum { KD_CONF_SHOWN_MAX = 64 };

/* What a message is about; borrowed for the call. */
struct kd_conf_at {
	const char *file;
	unsigned int line; /* from 1 */
	const char *key;   /* "mda.deadline" */
};

/* KD_CONFIG with "FILE:LINE: key: expected ..., found ...". */
KD_PRINTF(4, 5)
enum kd_status kd_conf_wrong(struct kd_error *err, const struct kd_conf_at *at,
                             const char *expected, const char *found_fmt, ...);

/* --- scan.c: what libconfig would accept without a word ------------- */

/*
 * Look through text before libconfig does and refuse what it would follow,
 * wrap or swallow silently; see scan.c.  The arena is for working memory.
 */
KD_MUST_CHECK
enum kd_status kd_conf_scan(struct kd_bytes text, const char *file,
                            struct kd_arena *arena, struct kd_error *err);

/* --- order.c: which token may stand behind which --------------------- */

enum kd_conf_token {
	KD_CONF_TOKEN_NAME,
	KD_CONF_TOKEN_EQUALS,
	KD_CONF_TOKEN_VALUE, /* a number, true, false, or what was in
	                      * brackets, when it is behind */
	KD_CONF_TOKEN_STRING,
	KD_CONF_TOKEN_OPEN,
	KD_CONF_TOKEN_CLOSE,
	KD_CONF_TOKEN_SEMICOLON,
	KD_CONF_TOKEN_COMMA,
	KD_CONF_TOKEN_OTHER,
};

/* What c is when it is "=", ":", ";" or ",", or else OTHER. */
enum kd_conf_token kd_conf_mark(char c);

/* The bracket that closes this one. */
char kd_conf_closing(char open);

/* True when next may stand behind last within the bracket open. */
bool kd_conf_fits(char open, enum kd_conf_token last, enum kd_conf_token next);

/* What may, for messages. */
const char *kd_conf_fitting(char open, enum kd_conf_token last);

/* --- value.c: which text is good ----------------------------------- */

/* That all of text is UTF-8 and without control characters. */
KD_MUST_CHECK
enum kd_status kd_conf_check_text(struct kd_bytes text, const char *file,
                                  struct kd_error *err);

bool kd_conf_good_name(const char *s);    /* of a list, as --list takes it */
bool kd_conf_good_id(const char *s);      /* a List-Id without its <> */
bool kd_conf_good_address(const char *s); /* local@domain, nothing else */
bool kd_conf_good_archive(const char *s); /* http(s)://, with one %s */
bool kd_conf_good_text(const char *s);    /* anything but nothing */
bool kd_conf_good_path(const char *s);    /* a file, absolute or ~/ */

/* --- find.c: where things are --------------------------------------- */

/*
 * *ret: our home directory, the arena's: HOME when it is set and ours, or
 * else what the password database says; NULL when there is none.
 * KD_IO  the password database could not be asked
 */
KD_MUST_CHECK
enum kd_status kd_conf_home(struct kd_arena *arena, char **ret,
                            struct kd_error *err);

/* *ret: where the store is when nobody says it, the arena's; NULL when
 * there is no home. */
KD_MUST_CHECK
enum kd_status kd_conf_default_store(struct kd_arena *arena, char **ret,
                                     struct kd_error *err);

/*
 * Read path or, when it is NULL, the first file of the search path that
 * exists.  *ret_file is its name, or NULL when there is none; *ret is the
 * text.  Both are the arena's.
 */
KD_MUST_CHECK
enum kd_status kd_conf_read(const char *path, struct kd_arena *arena,
                            const char **ret_file, struct kd_bytes *ret,
                            struct kd_error *err);

/* --- read.c: values out of a tree ------------------------------------ */

enum kd_conf_node_kind {
	KD_CONF_NODE_INTEGER, /* number */
	KD_CONF_NODE_STRING,  /* text */
	KD_CONF_NODE_GROUP,   /* items, with names */
	KD_CONF_NODE_LIST,    /* items, without */
	KD_CONF_NODE_ARRAY,   /* items, without */
	KD_CONF_NODE_OTHER,   /* nothing that any key takes; text says what */
};

/* A setting as it stands in the file. */
struct kd_conf_node {
	enum kd_conf_node_kind kind;
	unsigned int line; /* where it begins; of a value in a list: unsure */
	const char *name;  /* never NULL */
	const char *text;  /* never NULL */
	long long number;
	struct kd_conf_node *items; /* n of them */
	size_t n;
};

/* Put what the tree says into conf, which has the defaults already.  The
 * strings are the arena's. */
KD_MUST_CHECK
enum kd_status kd_conf_read_tree(const struct kd_conf_node *root,
                                 const char *file, struct kd_arena *arena,
                                 struct kd_conf *conf, struct kd_error *err);

/* --- conf.c ---------------------------------------------------------- */

/* The link template of a list that names none. */
const char *kd_conf_archive_of(const char *id);

#endif /* KD_CONF_INTERNAL_H */
