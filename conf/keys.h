/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keys.h - what a configuration may say, as tables.
 *
 * To add a key: its member in conf.h, its line in keys.c, and in
 * kvmdigest.conf.sample.  Knows no file format.
 */
#ifndef KD_CONF_KEYS_H
#define KD_CONF_KEYS_H

#include <stdbool.h>
#include <stddef.h>

enum kd_conf_type {
	KD_CONF_SIZE,   /* integer; to a uint64_t */
	KD_CONF_COUNT,  /* integer; to an unsigned int */
	KD_CONF_FLAG,   /* one of two words; to a bool, true for the second */
	KD_CONF_WORD,   /* one of the words; to a string */
	KD_CONF_WORDS,  /* some of the words; to a NULL-terminated array */
	KD_CONF_TEXTS,  /* strings that good() likes; the same */
	KD_CONF_STRING, /* string that good() likes; to a string */
	KD_CONF_PATH,   /* the same, and ~/ is expanded */
};

struct kd_conf_rule {
	enum kd_conf_type type;
	int min, max;             /* of integers */
	const char *const *words; /* NULL-terminated */
	bool (*good)(const char *s);
	const char *expected; /* what good() likes, for messages */
	bool optional;        /* "" is good, too, and gives NULL */
};

struct kd_conf_key {
	const char *name; /* NULL ends a table */
	const struct kd_conf_rule *rule;
	size_t offset; /* of the member that it goes to */
};

/* A setting of the top level. */
struct kd_conf_group {
	const char *name; /* NULL ends the table */
	const struct kd_conf_key *keys;
	enum kd_conf_shape {
		KD_CONF_GROUP, /* { key = value; ... } of struct kd_conf */
		KD_CONF_LISTS, /* ( { }, ... ): each a struct kd_list */
		KD_CONF_VIEWS, /* { name: { }; ... }: each a struct
		                * kd_conf_view */
	} shape;
};

extern const struct kd_conf_group kd_conf_groups[];

/* Their names, for messages. */
extern const char kd_conf_group_names[];

/* What a rule expects, for messages: "an integer from 4 to 60". */
void kd_conf_expected(const struct kd_conf_rule *rule, char *ret, size_t size);

/* The names of a table, for messages: "one of path, journal". */
void kd_conf_names(const struct kd_conf_key *keys, char *ret, size_t size);

#endif /* KD_CONF_KEYS_H */
