/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * prefix.c - read "PATCH", "v2", "04/11", "PATCHv3" and their like.
 *
 * A word is a run of pieces, glued together or with a separator between
 * them: "v2PATCH1/4", "RFC/PATCH", "PATCH-v2".
 */
#include "mda/prefix.h"

#include <string.h>

enum { VERSION_MAX = 999999999 };

enum flag {
	FLAG_PATCH = 1 << 0,
	FLAG_RFC = 1 << 1,
	FLAG_RESEND = 1 << 2,
	FLAG_PULL = 1 << 3,
};
enum { FLAGS_MARK = FLAG_PATCH | FLAG_RFC | FLAG_PULL };

/* What a word says. */
struct token {
	unsigned int flags;
	int version;
	int revision;
	int number;
	int total;
	bool has_version;
	bool dotted; /* the version has a revision */
	bool has_counter;
	bool whole; /* there is nothing in it that we do not know */
};

/* Longer words before their beginnings. */
static const struct {
	const char *text;
	unsigned int flag;
} pieces[] = {
	{ "patchset", FLAG_PATCH }, { "patches", FLAG_PATCH },
	{ "patch", FLAG_PATCH },    { "rfc", FLAG_RFC },
	{ "resend", FLAG_RESEND },  { "resent", FLAG_RESEND },
	{ "re-send", FLAG_RESEND }, { "repost", FLAG_RESEND },
	{ "pull", FLAG_PULL },
};
enum { N_PIECES = sizeof(pieces) / sizeof(pieces[0]) };

static struct kd_bytes from(struct kd_bytes b, size_t pos)
{
	return (struct kd_bytes){ b.data + pos, b.size - pos };
}

static char at(struct kd_bytes b, size_t pos)
{
	if (pos >= b.size)
		return '\0';
	return b.data[pos];
}

/* The index of the piece that stands at pos, or N_PIECES. */
static size_t piece_at(struct kd_bytes word, size_t pos)
{
	size_t i = 0;

	while (i < N_PIECES &&
	       !kd_bytes_starts_nocase(from(word, pos), pieces[i].text))
		i++;
	return i;
}

/* Nothing is at pos that would make a longer word of what is before. */
static bool ends_at(struct kd_bytes word, size_t pos)
{
	char c = at(word, pos);

	return !kd_is_alpha(c) || piece_at(word, pos) < N_PIECES ||
	       (kd_lower(c) == 'v' && kd_is_digit(at(word, pos + 1)));
}

/* Decimal digits at *pos; what is above max is max.  False: none. */
static bool take_number(struct kd_bytes word, size_t *pos, int max, int *ret)
{
	int n = 0;

	if (!kd_is_digit(at(word, *pos)))
		return false;
	for (; kd_is_digit(at(word, *pos)); ++*pos) {
		int digit = word.data[*pos] - '0';
		n = n > (max - digit) / 10 ? max : n * 10 + digit;
	}
	*ret = n;
	return true;
}

static size_t skip_separators(struct kd_bytes word, size_t pos)
{
	while (pos < word.size && strchr("/-_+:#()", word.data[pos]) != NULL)
		pos++;
	return pos;
}

static bool take_flag(struct kd_bytes word, size_t *pos, struct token *token)
{
	size_t i = piece_at(word, *pos), end;

	if (i == N_PIECES)
		return false;
	end = *pos + strlen(pieces[i].text);
	if (!ends_at(word, end))
		return false;
	token->flags |= pieces[i].flag;
	*pos = end;
	return true;
}

/* "v2", "v5.1"; but not the kernels "v6.10-rc1", "v2.6.39", "v6.6.y". */
static bool take_version(struct kd_bytes word, size_t *pos, struct token *token)
{
	size_t end = *pos + 1, next;
	int version, revision = 0;
	bool dotted;

	if (kd_lower(at(word, *pos)) != 'v' ||
	    !take_number(word, &end, VERSION_MAX, &version))
		return false;
	dotted = at(word, end) == '.' && kd_is_digit(at(word, end + 1));
	if (dotted) {
		end++;
		(void)take_number(word, &end, VERSION_MAX, &revision);
	}
	next = skip_separators(word, end);
	if (next < word.size && piece_at(word, next) == N_PIECES)
		return false;
	*pos = end;
	if (token->has_version)
		return true;
	token->has_version = true;
	token->dotted = dotted;
	token->version = version;
	token->revision = revision;
	return true;
}

static void set_counter(struct token *token, int number, int total)
{
	if (token->has_counter)
		return;
	token->has_counter = true;
	token->number = number;
	token->total = total < number ? number : total;
}

/* "04/11"; but not the date "1/2/24", nor "3/n". */
static bool take_counter(struct kd_bytes word, size_t *pos, struct token *token)
{
	size_t end = *pos;
	int number, total;
	char next;

	if (!take_number(word, &end, KD_PATCH_NUMBER_MAX, &number) ||
	    at(word, end++) != '/' ||
	    !take_number(word, &end, KD_PATCH_NUMBER_MAX, &total))
		return false;
	next = at(word, end);
	if (next == '/' || next == '.' || !ends_at(word, end))
		return false;
	*pos = end;
	set_counter(token, number, total);
	return true;
}

static void read_token(struct kd_bytes word, struct token *ret)
{
	size_t pos = skip_separators(word, 0);

	*ret = (struct token){ .flags = 0 };
	while (pos < word.size &&
	       (take_flag(word, &pos, ret) || take_version(word, &pos, ret) ||
	        take_counter(word, &pos, ret)))
		pos = skip_separators(word, pos);
	ret->whole = pos == word.size;
}

static bool is_number(struct kd_bytes word, int *ret)
{
	size_t pos = 0;

	return take_number(word, &pos, KD_PATCH_NUMBER_MAX, ret) &&
	       pos == word.size;
}

/* "PATCH1" is 1, too. */
static bool is_glued_number(struct kd_bytes word, int *ret)
{
	size_t i = piece_at(word, 0);

	if (i < N_PIECES)
		word = from(word, strlen(pieces[i].text));
	return is_number(word, ret);
}

/* Mercurial's "1 of 2", where of is words[i]. */
static void read_of(const struct kd_prefixes *words, size_t i,
                    struct token *ret)
{
	const struct kd_prefix *of = &words->words[i];
	int number, total;

	if (i == 0 || i + 1 >= words->n || of[-1].group != of->group ||
	    of[1].group != of->group ||
	    !kd_bytes_equal_nocase(of->word, "of") ||
	    !is_glued_number(of[-1].word, &number) ||
	    !is_number(of[1].word, &total))
		return;
	set_counter(ret, number, total);
}

static bool ends_nocase(struct kd_bytes b, const char *end)
{
	size_t size = strlen(end);

	return b.size >= size &&
	       kd_bytes_equal_nocase(from(b, b.size - size), end);
}

/* Trees and branches, and what people say of a patch. */
static bool is_plain_word(struct kd_bytes word)
{
	static const char *const plain[] = {
		"apply",    "autosel",  "backport",  "block",    "bluetooth",
		"bpf",      "bugfix",   "cleanup",   "commit",   "cover",
		"crypto",   "debug",    "do",        "doc",      "docs",
		"draft",    "drm",      "embargoed", "ext",      "external",
		"fix",      "fixed",    "fixes",     "for",      "fyi",
		"git",      "hack",     "hotfix",    "internal", "kvm",
		"letter",   "linux",    "main",      "mainline", "master",
		"merge",    "minor",    "mm",        "net",      "new",
		"next",     "nfc",      "not",       "of",       "only",
		"optional", "part",     "perf",      "poc",      "queue",
		"rcu",      "rdma",     "rebased",   "request",  "review",
		"rft",      "sched",    "scsi",      "security", "series",
		"spam",     "stable",   "take",      "test",     "testing",
		"tip",      "to",       "trivial",   "try",      "update",
		"updated",  "urgent",   "version",   "vfs",      "wifi",
		"wip",      "wireless", "x86",
	};
	static const char *const ends[] = { "-next",  "-fixes", "-stable",
		                            "-tip",   "-queue", "-tree",
		                            "-devel", "-dev",   "-mm",
		                            "-rc",    "-only",  "-linus" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (kd_bytes_equal_nocase(word, plain[i]))
			return true;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (ends_nocase(word, ends[i]))
			return true;
	return kd_bytes_starts_nocase(word, "for-") ||
	       kd_bytes_starts_nocase(word, "linux-") ||
	       kd_bytes_starts_nocase(word, "stable-") ||
	       kd_bytes_starts_nocase(word, "next-");
}

/* A name: letters, digits and "-_.+", with a letter at its start; and no
 * "v6.6.y", "rc1", "PATCH-for-9.0". */
static bool is_project(struct kd_bytes word, const struct token *token)
{
	if (token->whole || token->flags != 0 || word.size < 2 ||
	    !kd_is_alpha(word.data[0]) || is_plain_word(word))
		return false;
	if ((kd_lower(word.data[0]) == 'v' && kd_is_digit(word.data[1])) ||
	    (kd_bytes_starts_nocase(word, "rc") && kd_is_digit(at(word, 2))))
		return false;
	for (size_t i = 0; i < word.size; i++) {
		char c = word.data[i];
		if (!kd_is_alpha(c) && !kd_is_digit(c) && c != '-' &&
		    c != '_' && c != '.' && c != '+')
			return false;
	}
	return true;
}

/* A stable kernel is meant, so that "v5.10" is no version of a patch. */
static bool is_stable(struct kd_bytes word)
{
	return kd_bytes_equal_nocase(word, "autosel") ||
	       kd_bytes_starts_nocase(word, "stable");
}

static void merge(const struct token *token, bool counts, bool stable,
                  struct kd_subject *ret)
{
	ret->patch = ret->patch || (token->flags & FLAG_PATCH) != 0;
	ret->rfc = ret->rfc || (token->flags & FLAG_RFC) != 0;
	ret->resend = ret->resend || (token->flags & FLAG_RESEND) != 0;
	ret->pull = ret->pull || (token->flags & FLAG_PULL) != 0;
	if (token->has_version && !ret->versioned &&
	    !(stable && token->dotted)) {
		ret->versioned = true;
		ret->version = token->version;
		ret->revision = token->revision;
	}
	if (token->has_counter && counts && ret->number == KD_NUMBER_NONE) {
		ret->number = token->number;
		ret->total = token->total;
	}
}

/*
 * The first brackets that mark a patch: with PATCH, RFC or PULL in them;
 * or with a version and a counter and nothing that we do not know, "[v3
 * 11/15]", as some people send and answer.  Unlike "[kvm:queue 1/2]" that
 * can be nothing else.  SIZE_MAX: there are none.
 */
static size_t first_marked(const struct kd_prefixes *words,
                           const struct token *tokens)
{
	bool version = false, counter = false, whole = true;

	for (size_t i = 0; i < words->n; i++) {
		size_t group = words->words[i].group;

		if ((tokens[i].flags & FLAGS_MARK) != 0)
			return group;
		version = version || tokens[i].has_version;
		counter = counter || tokens[i].has_counter;
		whole = whole && tokens[i].whole;
		if (i + 1 < words->n && words->words[i + 1].group == group)
			continue;
		if (version && counter && whole)
			return group;
		version = counter = false;
		whole = true;
	}
	return SIZE_MAX;
}

void kd_prefixes_read(const struct kd_prefixes *words, bool has_diff,
                      struct kd_subject *ret, struct kd_bytes *ret_project)
{
	struct token tokens[KD_PREFIXES_MAX];
	size_t first;
	bool stable = false;

	*ret_project = (struct kd_bytes){ NULL, 0 };
	ret->version = 1;
	ret->versioned = false;
	ret->number = KD_NUMBER_NONE;
	ret->total = KD_NUMBER_NONE;
	for (size_t i = 0; i < words->n; i++) {
		read_token(words->words[i].word, &tokens[i]);
		read_of(words, i, &tokens[i]);
		stable = stable || is_stable(words->words[i].word);
	}
	first = first_marked(words, tokens);
	for (size_t i = 0; i < words->n; i++) {
		const struct kd_prefix *prefix = &words->words[i];

		merge(&tokens[i], has_diff || prefix->group >= first, stable,
		      ret);
		if (first != SIZE_MAX && prefix->group <= first &&
		    ret_project->size == 0 &&
		    is_project(prefix->word, &tokens[i]))
			*ret_project = prefix->word;
	}
}
