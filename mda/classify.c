/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.c - what kind of mail a message is.
 *
 * A table of rules, tried in the order that interface.md gives; each is a
 * small function of its own.
 */
#include "mda/classify.h"

#include <stddef.h>

struct mail {
	const struct kd_message *msg;
	struct kd_bytes text;
	const struct kd_headers *headers;
};

static bool ends_nocase(struct kd_bytes b, const char *tail)
{
	size_t size = kd_bytes_of(tail).size;

	if (b.size < size)
		return false;
	b.data += b.size - size;
	b.size = size;
	return kd_bytes_equal_nocase(b, tail);
}

/* Machines that write to lists: how their address begins and ends. */
static bool is_bot_address(struct kd_bytes email)
{
	static const struct {
		const char *head;
		const char *tail;
	} bots[] = {
		{ "syzbot", "@syzkaller.appspotmail.com" },
		{ "lkp@intel.com", "" },
		{ "patchwork-bot", "@kernel.org" },
		{ "tip-bot", "@linutronix.de" },
		{ "tip-bot", "@zytor.com" },
		{ "pr-tracker-bot@kernel.org", "" },
		{ "bot+bpf-ci@kernel.org", "" },
		{ "sashiko-bot", "@kernel.org" },
		{ "buildbot@", "" },
	};

	for (size_t i = 0; i < sizeof(bots) / sizeof(bots[0]); i++) {
		if (kd_bytes_starts_nocase(email, bots[i].head) &&
		    ends_nocase(email, bots[i].tail))
			return true;
	}
	return false;
}

/* What the scripts of the stable maintainers send: their patches for
 * review and their notices, never what others answer. */
static bool is_stable_robot(const struct mail *mail)
{
	const struct kd_subject *subject = &mail->msg->subject;
	struct kd_bytes full = kd_bytes_of(subject->full);
	struct kd_bytes value;

	if (subject->reply || subject->forward)
		return false;
	if (kd_headers_get(mail->headers, "X-stable", &value))
		return true;
	if (kd_bytes_starts(full, "FAILED: patch \"") ||
	    kd_bytes_starts(full, "FAILED: Patch \""))
		return true;
	return kd_bytes_starts(full, "Patch \"") &&
	       kd_find(full, "\" has been added to the ") != NULL;
}

static bool is_bot(const struct mail *mail)
{
	struct kd_bytes name = kd_bytes_of(mail->msg->sender.name);

	return is_bot_address(kd_bytes_of(mail->msg->sender.email)) ||
	       kd_bytes_equal_nocase(name, "kernel test robot") ||
	       kd_bytes_equal_nocase(name, "syzbot") || is_stable_robot(mail);
}

/* Take a leading run of letters and digits off *line. */
static struct kd_bytes take_word(struct kd_bytes *line)
{
	struct kd_bytes word = kd_trim(*line);
	size_t i = 0;

	*line = word;
	while (i < word.size &&
	       (kd_is_alpha(word.data[i]) || kd_is_digit(word.data[i])))
		i++;
	word.size = i;
	line->data += i;
	line->size -= i;
	return word;
}

static bool is_one_of(struct kd_bytes word, const char *const *words)
{
	for (; *words != NULL; words++) {
		if (kd_bytes_equal_nocase(word, *words))
			return true;
	}
	return false;
}

static bool has_thanks(struct kd_bytes line)
{
	struct kd_bytes word;

	while (line.size > 0) {
		word = take_word(&line);
		if (kd_bytes_starts_nocase(word, "thank"))
			return true;
		if (word.size == 0 && line.size > 0) {
			line.data++;
			line.size--;
		}
	}
	return false;
}

/*
 * "Applied, thanks", "Queued patches 1-3 for 6.1.", "All applied to next":
 * one of the three verbs with what follows it when it means the patches.
 * Where it is the first thing said, a word of thanks may stand before it.
 */
static bool begins_applied(struct kd_bytes line)
{
	static const char *const openers[] = {
		"all",  "both",  "series",  "now",    "the",   "i",   "whole",
		"have", "patch", "patches", "thanks", "thank", "you", NULL
	};
	static const char *const verbs[] = { "applied", "queued", "merged",
		                             NULL };
	static const char *const objects[] = { "to",      "for",    "on",
		                               "in",      "into",   "both",
		                               "all",     "and",    "with",
		                               "the",     "series", "patch",
		                               "patches", "up",     NULL };
	struct kd_bytes word;
	unsigned int n = 0;

	word = take_word(&line);
	while (is_one_of(word, openers) && n++ < 5) {
		while (line.size > 0 &&
		       (line.data[0] == ',' || line.data[0] == '!' ||
		        line.data[0] == '.'))
			line = (struct kd_bytes){ line.data + 1,
				                  line.size - 1 };
		word = take_word(&line);
	}
	if (!is_one_of(word, verbs))
		return false;
	line = kd_trim(line);
	if (line.size == 0 || !kd_is_alpha(line.data[0]))
		return true;
	return is_one_of(take_word(&line), objects);
}

/*
 * A maintainer's "Applied to next, thanks!" in answer to patches.  The
 * verb must open an unquoted line, and thanks follow in the same or the
 * next one: a single word proves nothing.
 */
static bool is_applied(const struct mail *mail)
{
	struct kd_bytes rest = mail->text;
	struct kd_bytes line;
	bool applied = false;

	if (!mail->msg->subject.reply)
		return false;
	while (kd_next_line(&rest, &line)) {
		line = kd_trim(line);
		if (line.size == 0)
			continue;
		if (line.data[0] == '>') {
			applied = false;
			continue;
		}
		if (applied && kd_bytes_starts_nocase(line, "thank"))
			return true;
		applied = begins_applied(line);
		if (applied && has_thanks(line))
			return true;
	}
	return false;
}

/* True when a line of text begins with head. */
static bool has_line(struct kd_bytes text, const char *head)
{
	struct kd_bytes line;

	while (kd_next_line(&text, &line)) {
		if (kd_bytes_starts_nocase(line, head))
			return true;
	}
	return false;
}

static bool is_pull(const struct mail *mail)
{
	const struct kd_subject *subject = &mail->msg->subject;

	if (subject->reply || subject->forward)
		return false;
	if (subject->pull)
		return true;
	/* Cover letters may say where to fetch a series, too. */
	return !subject->patch && !subject->rfc &&
	       has_line(mail->text, "The following changes since commit ") &&
	       has_line(mail->text, "are available in the ");
}

static bool is_forward(const struct mail *mail)
{
	return mail->msg->subject.forward;
}

static bool is_reply(const struct mail *mail)
{
	return mail->msg->subject.reply;
}

/* "Name (3):", as git shortlog heads the titles of one author. */
static bool is_shortlog_head(struct kd_bytes line)
{
	size_t i = line.size;

	if (line.size < 6 || kd_is_blank(line.data[0]) ||
	    !ends_nocase(line, "):"))
		return false;
	i -= 2;
	while (i > 0 && kd_is_digit(line.data[i - 1]))
		i--;
	return i < line.size - 2 && i >= 2 && line.data[i - 1] == '(' &&
	       line.data[i - 2] == ' ';
}

static bool has_shortlog(struct kd_bytes text)
{
	struct kd_bytes line;
	bool after_head = false;

	while (kd_next_line(&text, &line)) {
		if (after_head && kd_bytes_starts(line, "  "))
			return true;
		after_head = is_shortlog_head(line);
	}
	return false;
}

/* Number 0, or a cover letter without a number. */
static bool is_cover(const struct mail *mail)
{
	const struct kd_message *msg = mail->msg;

	if (msg->subject.number == 0)
		return true;
	return msg->subject.number == KD_NUMBER_NONE && !msg->has_diff &&
	       msg->stat.size > 0 && msg->in_reply_to == NULL &&
	       has_shortlog(mail->text);
}

static bool is_patch(const struct mail *mail)
{
	const struct kd_message *msg = mail->msg;
	const struct kd_subject *subject = &msg->subject;

	if (subject->patch)
		return true;
	/* [RFC] alone also heads talk: it must show a patch. */
	if (subject->rfc && (msg->has_diff || subject->number > 0))
		return true;
	return msg->has_diff && subject->number > 0;
}

enum kd_kind kd_classify(const struct kd_message *msg, struct kd_bytes text,
                         const struct kd_headers *headers)
{
	static const struct {
		enum kd_kind kind;
		bool (*fits)(const struct mail *mail);
	} rules[] = {
		{ KD_KIND_BOT, is_bot },     { KD_KIND_APPLIED, is_applied },
		{ KD_KIND_PULL, is_pull },   { KD_KIND_FORWARD, is_forward },
		{ KD_KIND_REPLY, is_reply }, { KD_KIND_COVER, is_cover },
		{ KD_KIND_PATCH, is_patch },
	};
	const struct mail mail = { .msg = msg,
		                   .text = text,
		                   .headers = headers };

	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++) {
		if (rules[i].fits(&mail))
			return rules[i].kind;
	}
	return KD_KIND_OTHER;
}
