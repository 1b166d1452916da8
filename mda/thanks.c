/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * thanks.c - see thanks.h.  It reads one English sentence, word by word,
 * and would rather find none than a wrong one.
 */
#include "mda/thanks.h"

#include <string.h>

#include "mda/thanks_internal.h"
#include "mda/words.h"

enum {
	OPENERS_MAX = 10,   /* words in front of the verb */
	SENTENCE_MAX = 600, /* bytes, of a sentence and what follows it */
};

/* ---- sentences ---- */

/* Where a sentence ends: at its sign, behind which a blank stands. */
static size_t sentence_size(struct kd_bytes text)
{
	size_t i = 0;

	for (; i < text.size && i < SENTENCE_MAX; i++) {
		char c = text.data[i];
		bool last = i + 1 == text.size ||
		            kd_is_blank(text.data[i + 1]) ||
		            text.data[i + 1] == '\n';

		if ((c == '.' || c == '!' || c == '?') && last)
			return i;
	}
	return i;
}

/* From start to where its paragraph, or what is not quoted, ends. */
static struct kd_bytes paragraph(struct kd_bytes start)
{
	struct kd_bytes rest, line;
	size_t size = 0;

	if (start.size > SENTENCE_MAX)
		start.size = SENTENCE_MAX;
	rest = start;
	while (kd_next_line(&rest, &line) && kd_trim(line).size > 0 &&
	       !kd_is_quoted(line))
		size = start.size - rest.size;
	start.size = size;
	return start;
}

static bool has_word(struct kd_bytes text, const char *const *words)
{
	struct kd_bytes word;

	while (text.size > 0) {
		word = kd_take_word(&text);
		if (word.size == 0)
			text = kd_from(text, text.size > 0 ? 1 : 0);
		else if (kd_is_one_of(word, words))
			return true;
	}
	return false;
}

static const char *const thanks_words[] = { "thanks", "thank",  "thankyou",
	                                    "thx",    "cheers", NULL };

/* The next line that is not empty begins with thanks, or the next sentence
 * of this one does. */
static bool thanks_follow(struct kd_bytes rest)
{
	if (rest.size > SENTENCE_MAX)
		rest.size = SENTENCE_MAX;
	kd_skip_signs(&rest, " \t\n\r.!,;:)-");
	return kd_is_one_of(kd_take_word(&rest), thanks_words);
}

/* ---- the sentence ---- */

struct opening {
	bool thanks; /* said before the verb */
	bool person; /* "I have" */
	struct kd_bytes numbers;
};

/* Words that may stand in front of the verb; behind thanks a name, too. */
static bool read_opening(struct kd_bytes *rest, struct opening *ret)
{
	static const char *const words[] = {
		"all",    "both",  "series",  "now",      "the",  "whole",
		"entire", "patch", "patches", "patchset", "set",  "you",
		"ok",     "okay",  "so",      "great",    "this", "these",
		"very",   "much",  "and",     "it",       "a",    "lot",
		"been",   "first", "two",     "three",    "was",  "were",
		"also",   NULL
	};
	static const char *const persons[] = { "i",  "ve",      "have", "just",
		                               "we", "already", NULL };
	static const char *const verbs[] = { "applied", "queued", "merged",
		                             "pulled",  "pushed", "picked",
		                             "taken",   NULL };
	struct kd_bytes ahead, word, list;
	size_t names = 0;

	*ret = (struct opening){ .thanks = false };
	for (size_t n = 0; n < OPENERS_MAX; n++) {
		kd_skip_signs(rest, " \t,!.:'-\n");
		ahead = *rest;
		word = kd_take_word(&ahead);
		if (kd_is_one_of(word, verbs))
			return true;
		list = kd_thanks_numbers(rest);
		if (list.size > 0) {
			ret->numbers = list;
			continue;
		}
		if (kd_is_one_of(word, thanks_words))
			ret->thanks = true;
		else if (kd_is_one_of(word, persons))
			ret->person = true;
		else if (word.size == 0 || (!kd_is_one_of(word, words) &&
		                            !(ret->thanks && names++ < 2)))
			return false;
		*rest = ahead;
	}
	return false;
}

/* What may stand behind the verb when it means the patches. */
static bool may_follow(struct kd_bytes rest, bool person)
{
	static const char *const words[] = {
		"to",      "into",   "in",    "on",      "for",    "through",
		"via",     "all",    "both",  "and",     "with",   "patch",
		"patches", "series", "this",  "these",   "it",     "them",
		"the",     "as",     "now",   "locally", "thanks", "thank",
		"v2",      "v3",     "v4",    "v5",      "v6",     "v7",
		"v8",      "here",   "again", NULL
	};
	static const char *const objects[] = { "this",    "these", "it",
		                               "both",    "all",   "patch",
		                               "patches", "the",   "to",
		                               "series",  NULL };
	static const char *const not_the[] = {
		"suggestion", "suggestions", "change", "changes", "comment",
		"comments",   "fix",         "fixes",  "fixup",   "same",
		"feedback",   "following",   "above",  NULL
	};
	struct kd_bytes ahead = rest, word;

	/* "up" belongs to the verb. */
	if (kd_bytes_equal_nocase(kd_take_word(&ahead), "up"))
		rest = ahead;
	kd_skip_signs(&rest, " \t\n");
	if (rest.size == 0 || strchr(",!.;(-", rest.data[0]) != NULL)
		return !person;
	if (kd_thanks_is_of_tags(rest))
		return false;
	if (kd_is_digit(rest.data[0]) || rest.data[0] == '#')
		return kd_thanks_numbers(&rest).size > 0;
	word = kd_take_word(&rest);
	if (!kd_is_one_of(word, person ? objects : words))
		return false;
	if (kd_bytes_equal_nocase(word, "the")) {
		kd_skip_signs(&rest, " \t\n");
		return !kd_is_one_of(kd_take_word(&rest), not_the);
	}
	return true;
}

/* The numbers that stand right behind the verb, or behind "patches". */
static struct kd_bytes numbers_behind(struct kd_bytes rest)
{
	static const char *const words[] = { "patch", "patches", "and",
		                             "the",   "up",      NULL };
	struct kd_bytes list, ahead;

	for (int n = 0; n < 4; n++) {
		kd_skip_signs(&rest, " \t\n");
		list = kd_thanks_numbers(&rest);
		ahead = rest;
		if (list.size > 0 || !kd_is_one_of(kd_take_word(&ahead), words))
			return list;
		rest = ahead;
	}
	return (struct kd_bytes){ rest.data, 0 };
}

/* A tester says what he applied, too, and where. */
static bool is_tested(struct kd_bytes sentence)
{
	static const char *const words[] = { "tested",    "test",   "testing",
		                             "tried",     "built",  "build",
		                             "compiled",  "booted", "cleanly",
		                             "conflicts", NULL };

	return has_word(sentence, words);
}

/* ... and what came of it, with thanks for the patch. */
static bool is_trouble(struct kd_bytes sentence)
{
	static const char *const words[] = {
		"crash",  "crashes", "crashed", "fail",   "fails",
		"failed", "breaks",  "broke",   "broken", "panics",
		"hangs",  "hang",    "oops",    "oopses", "error",
		"errors", "warning", "bisect",  "splat",  NULL
	};

	return has_word(sentence, words);
}

/* What was read of a sentence. */
struct said {
	struct opening opening;
	struct kd_bytes sentence; /* behind the verb */
	bool queued;              /* the verb */
	bool picked;
	bool taken;
	bool thanks; /* in it, or right behind it */
	bool proven; /* something else in the mail proves it */
	bool sure;   /* it names a tree */
	bool numbers;
};

static bool is_notice(const struct said *said)
{
	if (!said->sure && is_trouble(said->sentence))
		return false;
	if (said->opening.person && !said->queued)
		return said->sure &&
		       (said->thanks || !is_tested(said->sentence));
	if ((said->picked || said->taken) && !said->sure)
		return said->thanks && said->picked;
	if (said->thanks || said->proven)
		return true;
	return !is_tested(said->sentence) &&
	       (said->sure || said->opening.person || said->numbers);
}

/* Up to the verb and what follows it.  False: no such sentence. */
static bool read_words(struct kd_bytes start, struct said *said,
                       struct kd_bytes *ret_verb)
{
	struct kd_bytes rest = start;

	if (rest.size > SENTENCE_MAX)
		rest.size = SENTENCE_MAX;
	/* Few lines get beyond this. */
	if (!read_opening(&rest, &said->opening))
		return false;
	rest = paragraph(start);
	if (!read_opening(&rest, &said->opening))
		return false;
	*ret_verb = kd_take_word(&rest);
	said->sentence = rest;
	said->sentence.size = sentence_size(rest);
	return may_follow(said->sentence, said->opening.person) &&
	       (said->sentence.size == rest.size ||
	        rest.data[said->sentence.size] != '?');
}

/*
 * One sentence from start on.  proven: something else in the mail proves
 * that it is a notice.  *ret_weak: thanks are all that goes with the verb.
 */
static bool read_sentence(struct kd_bytes start, bool proven,
                          struct kd_thanks *ret, bool *ret_weak)
{
	struct said said = { .proven = proven };
	struct kd_bytes verb;
	struct kd_tree tree;
	const char *end;

	if (!read_words(start, &said, &verb))
		return false;
	end = said.sentence.data + said.sentence.size;
	said.queued = kd_bytes_equal_nocase(verb, "queued");
	said.picked = kd_bytes_equal_nocase(verb, "picked");
	said.taken = kd_bytes_equal_nocase(verb, "taken");
	said.thanks = said.opening.thanks ||
	              has_word(said.sentence, thanks_words) ||
	              thanks_follow(kd_from(start, (size_t)(end - start.data)));
	kd_thanks_tree(said.sentence, &tree);
	said.sure = tree.sure;
	ret->tree = tree.name;
	ret->sentence =
		(struct kd_bytes){ verb.data, (size_t)(end - verb.data) };
	ret->numbers = said.opening.numbers.size > 0
	                       ? said.opening.numbers
	                       : numbers_behind(said.sentence);
	said.numbers = ret->numbers.size > 0;
	ret->fate = said.queued ? KD_FATE_QUEUED : KD_FATE_APPLIED;
	*ret_weak = !tree.sure && !proven;
	return is_notice(&said);
}

/* "[1/5] title", and the commit below. */
static bool has_commits(struct kd_bytes text)
{
	struct kd_bytes line;
	bool item = false;

	while (kd_next_line(&text, &line)) {
		struct kd_bytes url = kd_find_url(line);

		if (kd_is_quoted(line))
			continue;
		if (url.size > 0 && kd_trim(line).data == url.data &&
		    (kd_find(url, "/c/") != NULL ||
		     kd_find(url, "/commit/") != NULL) &&
		    kd_find_hex(url).size > 0)
			return true;
		line = kd_trim(line);
		if (item && kd_bytes_starts(line, "commit: ") &&
		    kd_find_hex(line).size > 0)
			return true;
		item = kd_bytes_starts(line, "[");
	}
	return false;
}

/* A line behind which the next may begin a sentence. */
static bool ends_sentence(struct kd_bytes line)
{
	line = kd_trim(line);
	return line.size == 0 || kd_is_quoted(line) ||
	       strchr(".!?:,;)>", line.data[line.size - 1]) != NULL;
}

/* Is "On Monday Maintainer wrote:" said of the sender himself? */
static bool names_sender(struct kd_bytes line, const struct kd_person *sender)
{
	return (sender->email != NULL && kd_find(line, sender->email)) ||
	       (sender->name != NULL && *sender->name != '\0' &&
	        kd_find(line, sender->name));
}

/* What is looked for in each line. */
struct search {
	const struct kd_person *sender;
	bool proven; /* the mail lists commits */
	bool own;    /* it answers a mail of the sender's own */
	struct kd_thanks *ret;
};

/* Each sentence that begins in the first size bytes of from. */
static bool read_line(const struct search *search, struct kd_bytes from,
                      size_t size, bool fresh)
{
	while (size > 0) {
		struct kd_bytes first = { from.data, size };
		bool weak = false;
		size_t n;

		if (fresh &&
		    read_sentence(from, search->proven, search->ret, &weak) &&
		    !(weak && search->own))
			return true;
		fresh = true;
		n = sentence_size(first) + 1;
		if (n >= size)
			break;
		from = kd_from(from, n);
		size -= n;
	}
	return false;
}

bool kd_thanks_find(struct kd_bytes text, const struct kd_person *sender,
                    struct kd_thanks *ret)
{
	struct search search = { .sender = sender,
		                 .proven = has_commits(text),
		                 .ret = ret };
	struct kd_bytes rest = text, line;
	bool fresh = true;

	while (kd_next_line(&rest, &line)) {
		struct kd_bytes from =
			kd_from(text, (size_t)(line.data - text.data));

		if (line.size == 3 && kd_bytes_starts(line, "-- "))
			break;
		if (kd_ends_nocase(kd_trim(line), "wrote:"))
			search.own = names_sender(line, sender);
		else if (kd_trim(line).size > 0 && !kd_is_quoted(line) &&
		         read_line(&search, from, from.size - rest.size, fresh))
			return true;
		/* "so\nI have applied it": a clause of its own. */
		fresh = ends_sentence(line) || kd_bytes_starts(rest, "I ") ||
		        kd_bytes_starts(rest, "I'");
	}
	return false;
}
