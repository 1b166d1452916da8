/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keys.c - the tables of what a configuration may say.  The values that
 * stand when it does not are in conf.c, and in kvmdigest.conf.sample.
 */
#include "conf/keys.h"

#include <stdio.h>
#include <string.h>

#include "conf/conf.h"
#include "conf/internal.h"

static const struct kd_conf_rule rule_name = {
	.type = KD_CONF_STRING,
	.good = kd_conf_good_name,
	.expected = "a name of 1 to 64 letters, digits and . _ + - that is not "
		    "\"all\" or \"none\"",
};
static const struct kd_conf_rule rule_id = {
	.type = KD_CONF_STRING,
	.good = kd_conf_good_id,
	.expected = "a List-Id without blanks and <>",
};
static const struct kd_conf_rule rule_address = {
	.type = KD_CONF_STRING,
	.good = kd_conf_good_address,
	.expected = "an address like kvm@vger.kernel.org",
};
static const struct kd_conf_rule rule_optional_address = {
	.type = KD_CONF_STRING,
	.good = kd_conf_good_address,
	.expected = "an address like user@example.org, or \"\"",
	.optional = true,
};
static const struct kd_conf_rule rule_archive = {
	.type = KD_CONF_STRING,
	.good = kd_conf_good_archive,
	.expected = "an http:// or https:// link with one %s and no other %",
};
static const struct kd_conf_rule rule_path = {
	.type = KD_CONF_PATH,
	.good = kd_conf_good_path,
	.expected = "a file name that begins with / or ~/",
};
static const struct kd_conf_rule rule_optional_path = {
	.type = KD_CONF_PATH,
	.good = kd_conf_good_path,
	.expected = "a file name that begins with / or ~/, or \"\"",
	.optional = true,
};

static const char *const journal_words[] = { "wal", "delete", NULL };
static const struct kd_conf_rule rule_journal = {
	.type = KD_CONF_FLAG,
	.words = journal_words,
};
static const char *const unlisted_words[] = { "keep", "skip", NULL };
static const struct kd_conf_rule rule_unlisted = {
	.type = KD_CONF_FLAG,
	.words = unlisted_words,
};
static const char *const failure_words[] = { "spool", "tempfail", NULL };
static const struct kd_conf_rule rule_failure = {
	.type = KD_CONF_FLAG,
	.words = failure_words,
};
static const char *const format_words[] = { "text", "classic", "json",
	                                    "html", "mail",    NULL };
static const struct kd_conf_rule rule_format = {
	.type = KD_CONF_WORD,
	.words = format_words,
};
static const char *const messages_words[] = { "cover", "first", "all", NULL };
static const struct kd_conf_rule rule_messages = {
	.type = KD_CONF_WORD,
	.words = messages_words,
};
static const char *const section_words[] = {
	"trends",    "patches",     "revisions", "applied",      "pulls",
	"waiting",   "discussions", "reviewers", "contributors", "domains",
	"employers", "newcomers",   "bots",      "messages",     NULL,
};
static const struct kd_conf_rule rule_sections = {
	.type = KD_CONF_WORDS,
	.words = section_words,
};

static const struct kd_conf_rule rule_texts = {
	.type = KD_CONF_TEXTS,
	.good = kd_conf_good_text,
	.expected = "a list ( ) of strings, none of them empty",
};

/* The smallest holds any patch of a usual size; up to the largest the
 * message is held in memory. */
static const struct kd_conf_rule rule_max_message = {
	.type = KD_CONF_SIZE,
	.min = 64 << 10,
	.max = 1 << 30,
};
/* Less than 4 seconds is less than a busy disk takes; after 60 the agents
 * themselves have given up. */
static const struct kd_conf_rule rule_deadline = {
	.type = KD_CONF_COUNT,
	.min = 4,
	.max = 60,
};
static const struct kd_conf_rule rule_top = {
	.type = KD_CONF_COUNT,
	.min = 1,
	.max = KD_TOP_MAX,
};

static const struct kd_conf_rule rule_waiting_days = {
	.type = KD_CONF_COUNT,
	.min = 1,
	.max = 90,
};

static const struct kd_conf_key list_keys[] = {
	{ "name", &rule_name, offsetof(struct kd_list, name) },
	{ "id", &rule_id, offsetof(struct kd_list, id) },
	{ "address", &rule_address, offsetof(struct kd_list, address) },
	{ "archive", &rule_archive, offsetof(struct kd_list, archive) },
	{ NULL, NULL, 0 },
};

static const struct kd_conf_key store_keys[] = {
	{ "path", &rule_path, offsetof(struct kd_conf, store_path) },
	{ "journal", &rule_journal, offsetof(struct kd_conf, journal_delete) },
	{ NULL, NULL, 0 },
};

static const struct kd_conf_key mda_keys[] = {
	{ "unlisted", &rule_unlisted, offsetof(struct kd_conf, unlisted_skip) },
	{ "max_message", &rule_max_message,
	  offsetof(struct kd_conf, max_message) },
	{ "deadline", &rule_deadline, offsetof(struct kd_conf, deadline) },
	{ "on_db_failure", &rule_failure,
	  offsetof(struct kd_conf, on_db_failure_tempfail) },
	{ NULL, NULL, 0 },
};

static const struct kd_conf_key report_keys[] = {
	{ "format", &rule_format, offsetof(struct kd_conf, format) },
	{ "sections", &rule_sections, offsetof(struct kd_conf, sections) },
	{ "messages", &rule_messages, offsetof(struct kd_conf, messages) },
	{ "top", &rule_top, offsetof(struct kd_conf, top) },
	{ "waiting_days", &rule_waiting_days,
	  offsetof(struct kd_conf, waiting_days) },
	{ "mailmap", &rule_optional_path, offsetof(struct kd_conf, mailmap) },
	{ "employers", &rule_optional_path,
	  offsetof(struct kd_conf, employers) },
	{ "mail_to", &rule_optional_address,
	  offsetof(struct kd_conf, mail_to) },
	{ "mail_from", &rule_optional_address,
	  offsetof(struct kd_conf, mail_from) },
	{ NULL, NULL, 0 },
};

static const struct kd_conf_key watch_keys[] = {
	{ "paths", &rule_texts, offsetof(struct kd_conf, watch.paths) },
	{ "people", &rule_texts, offsetof(struct kd_conf, watch.people) },
	{ "words", &rule_texts, offsetof(struct kd_conf, watch.words) },
	{ NULL, NULL, 0 },
};

static const struct kd_conf_key view_keys[] = {
	{ "paths", &rule_texts, offsetof(struct kd_conf_view, paths) },
	{ "people", &rule_texts, offsetof(struct kd_conf_view, people) },
	{ "words", &rule_texts, offsetof(struct kd_conf_view, words) },
	{ NULL, NULL, 0 },
};

const struct kd_conf_group kd_conf_groups[] = {
	{ "lists", list_keys, KD_CONF_LISTS },
	{ "store", store_keys, KD_CONF_GROUP },
	{ "mda", mda_keys, KD_CONF_GROUP },
	{ "report", report_keys, KD_CONF_GROUP },
	{ "watch", watch_keys, KD_CONF_GROUP },
	{ "views", view_keys, KD_CONF_VIEWS },
	{ NULL, NULL, KD_CONF_GROUP },
};

const char kd_conf_group_names[] = "one of lists, store, mda, report, "
				   "watch, views";

/* Put more behind what is in ret; what does not fit is cut. */
static void append(char *ret, size_t size, const char *before, const char *more)
{
	size_t used = strlen(ret);

	(void)snprintf(ret + used, size - used, "%s%s", before, more);
}

static void append_words(char *ret, size_t size, const char *const *words)
{
	for (size_t i = 0; words[i] != NULL; i++) {
		append(ret, size, i == 0 ? "\"" : " or \"", words[i]);
		append(ret, size, "\"", "");
	}
}

void kd_conf_expected(const struct kd_conf_rule *rule, char *ret, size_t size)
{
	ret[0] = '\0';
	switch (rule->type) {
	case KD_CONF_SIZE:
		(void)snprintf(ret, size, "an integer from %d to %d (bytes)",
		               rule->min, rule->max);
		break;
	case KD_CONF_COUNT:
		(void)snprintf(ret, size, "an integer from %d to %d", rule->min,
		               rule->max);
		break;
	case KD_CONF_WORDS:
		append(ret, size, "a list ( ) of ", "");
		append_words(ret, size, rule->words);
		append(ret, size, ", none twice", "");
		break;
	case KD_CONF_FLAG:
	case KD_CONF_WORD:
		append_words(ret, size, rule->words);
		break;
	case KD_CONF_STRING:
	case KD_CONF_PATH:
	case KD_CONF_TEXTS:
		append(ret, size, rule->expected, "");
		break;
	}
}

void kd_conf_names(const struct kd_conf_key *keys, char *ret, size_t size)
{
	ret[0] = '\0';
	for (size_t i = 0; keys[i].name != NULL; i++)
		append(ret, size, i == 0 ? "one of " : ", ", keys[i].name);
}
