/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thanks_words.c - which patches, to which tree, or none but their tags: the
 * parts of the sentence that thanks.c reads.
 */
#include <string.h>

#include "mda/thanks_internal.h"
#include "mda/words.h"

enum { TREE_MAX = 100 }; /* bytes */

void kd_skip_signs(struct kd_bytes *rest, const char *signs)
{
	while (rest->size > 0 && strchr(signs, rest->data[0]) != NULL)
		*rest = kd_from(*rest, 1);
}

static bool is_list_byte(char c)
{
	return kd_is_digit(c) || strchr(" \t-,&+#/", c) != NULL;
}

struct kd_bytes kd_thanks_numbers(struct kd_bytes *rest)
{
	struct kd_bytes list = *rest, ahead, word;
	size_t i = 0, end = 0;

	for (;;) {
		while (i < list.size && is_list_byte(list.data[i])) {
			if (kd_is_digit(list.data[i]))
				end = i + 1;
			i++;
		}
		ahead = kd_from(list, i);
		word = kd_take_word(&ahead);
		if (end == 0 || !(kd_bytes_equal_nocase(word, "and") ||
		                  kd_bytes_equal_nocase(word, "to")))
			break;
		kd_skip_signs(&ahead, " \t#");
		if (ahead.size == 0 || !kd_is_digit(ahead.data[0]))
			break;
		i = (size_t)(ahead.data - list.data);
	}
	list.size = end;
	if (end > 0 && end + 1 < rest->size &&
	    (kd_is_alpha(rest->data[end]) ||
	     (rest->data[end] == '.' && kd_is_digit(rest->data[end + 1]))))
		list.size = 0;
	*rest = kd_from(*rest, list.size);
	return list;
}

/* "kvm/next", "kvm-ppc-next", "for-next", "kvm.git"; a version is none. */
static bool is_tree_word(struct kd_bytes word)
{
	static const char *const names[] = { "next",    "fixes",    "master",
		                             "main",    "queue",    "devel",
		                             "staging", "upstream", NULL };
	bool alpha = false, joint = false;

	if (kd_is_one_of(word, names))
		return true;
	for (size_t i = 0; i < word.size; i++) {
		alpha = alpha || kd_is_alpha(word.data[i]);
		joint = joint || word.data[i] == '/' || word.data[i] == '-' ||
		        word.data[i] == ':';
	}
	return alpha && (joint || kd_ends_nocase(word, ".git"));
}

/* Words that end what is said of a tree. */
static bool ends_tree(struct kd_bytes word)
{
	static const char *const words[] = {
		"for",  "with",  "and",  "thanks", "thank", "as",    "after",
		"but",  "so",    "to",   "now",    "which", "that",  "in",
		"will", "since", "from", "via",    "at",    "where", NULL
	};

	return kd_is_one_of(word, words);
}

/* "the next version", "top of", "your": of no tree. */
static bool is_no_tree(struct kd_bytes word)
{
	static const char *const words[] = {
		"top",          "version", "versions",  "revision", "patchset",
		"patch",        "patches", "series",    "spin",     "your",
		"vs",           "machine", "system",    "kernel",   "code",
		"v2",           "v3",      "v4",        "v5",       "v6",
		"v7",           "v8",      "both",      "all",      "this",
		"these",        "it",      "them",      "case",     "order",
		"resubmission", "respin",  "iteration", "setup",    NULL
	};

	return kd_is_one_of(word, words);
}

/* A word of a tree's name, up to a sign that ends it. */
static struct kd_bytes take_tree_word(struct kd_bytes *rest)
{
	struct kd_bytes word = kd_take_token(rest);
	struct kd_bytes cut = word;

	while (cut.size > 0 &&
	       strchr(",;!?.\n:)", cut.data[cut.size - 1]) != NULL &&
	       !(cut.data[cut.size - 1] == ')' &&
	         memchr(cut.data, '(', cut.size) != NULL))
		cut.size--;
	for (size_t i = 0; i < cut.size; i++) {
		if (cut.data[i] == '\n' || cut.data[i] == '\r' ||
		    cut.data[i] == ',')
			cut.size = i;
	}
	if (cut.size < word.size)
		rest->size = 0; /* the sign ends the name, too */
	return cut;
}

/* What follows "to", "into" and the like. */
static void read_tree(struct kd_bytes rest, struct kd_tree *ret)
{
	static const char *const articles[] = { "my", "the", "our", "a", NULL };
	static const char *const kinds[] = { "tree",     "branch", "queue",
		                             "trees",    "repo",   "repository",
		                             "branches", NULL };
	struct kd_bytes first = { NULL, 0 }, word;
	bool sure = false;

	*ret = (struct kd_tree){ .sure = false };
	while (rest.size > 0) {
		word = take_tree_word(&rest);
		if (word.size == 0 || ends_tree(word))
			break;
		if (first.data == NULL && kd_is_one_of(word, articles))
			continue;
		if (is_no_tree(word))
			return;
		if (kd_is_one_of(word, kinds)) {
			sure = true;
			if (first.data == NULL)
				return;
			break;
		}
		if (first.data == NULL)
			first = word;
		first.size = (size_t)(word.data + word.size - first.data);
		if (first.size > TREE_MAX)
			return;
		sure = sure || is_tree_word(word);
	}
	ret->name = first;
	ret->sure = sure && first.size > 0;
}

void kd_thanks_tree(struct kd_bytes rest, struct kd_tree *ret)
{
	static const char *const prepositions[] = { "to",  "into", "in",
		                                    "on",  "for",  "through",
		                                    "via", NULL };
	struct kd_bytes word;

	*ret = (struct kd_tree){ .sure = false };
	while (rest.size > 0) {
		word = kd_take_word(&rest);
		if (word.size == 0) {
			rest = kd_from(rest, rest.size > 0 ? 1 : 0);
			continue;
		}
		if (!kd_is_one_of(word, prepositions))
			continue;
		read_tree(rest, ret);
		/* "for 6.3" is when, "in the series" is what. */
		if (ret->sure || (ret->name.size > 0 &&
		                  (kd_bytes_equal_nocase(word, "to") ||
		                   kd_bytes_equal_nocase(word, "into"))))
			return;
		*ret = (struct kd_tree){ .sure = false };
	}
}

bool kd_thanks_is_of_tags(struct kd_bytes object)
{
	static const char *const tags[] = { "tag",      "tags",   "trailer",
		                            "trailers", "review", "reviews",
		                            "ack",      "acks",   "rb",
		                            "rbs",      NULL };
	static const char *const ends[] = { "to",      "into", "in",
		                            "on",      "for",  "via",
		                            "through", "with", NULL };
	struct kd_bytes word;
	bool joint = false;

	while (object.size > 0 && strchr(",!.;(", object.data[0]) == NULL) {
		word = kd_take_word(&object);
		if (word.size == 0) {
			joint = object.size > 0 && object.data[0] == '-';
			object = kd_from(object, object.size > 0 ? 1 : 0);
			continue;
		}
		if (kd_is_one_of(word, tags) ||
		    (joint && kd_bytes_equal_nocase(word, "by")))
			return true;
		if (kd_is_one_of(word, ends))
			return false;
		joint = false;
	}
	return false;
}
