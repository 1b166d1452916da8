/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * classify.c - what kind of mail a message is.
 *
 * A table of rules, tried in the order that interface.md gives; each is a
 * small function of its own.
 */
#include "mda/classify.h"

#include <stddef.h>

#include "mda/shortlog.h"
#include "mda/thanks.h"
#include "mda/words.h"

struct mail {
	const struct kd_message *msg;
	struct kd_bytes text;
	const struct kd_headers *headers;
};

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
		{ "bot@kernelci.org", "" },
		{ "buildbot", "" },
		{ "ci_notify@linaro.org", "" },
		{ "cki-project@redhat.com", "" },
		{ "lkft@linaro.org", "" },
		{ "no-reply@patchew.org", "" },
		{ "bugzilla-daemon", "" },
		{ "", "-bot@kernel.org" },
	};

	for (size_t i = 0; i < sizeof(bots) / sizeof(bots[0]); i++) {
		if (kd_bytes_starts_nocase(email, bots[i].head) &&
		    kd_ends_nocase(email, bots[i].tail))
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
	static const char *const names[] = { "kernel test robot", "syzbot",
		                             "syzbot ci",         "0day robot",
		                             "tip-bot2",          NULL };
	struct kd_bytes name = kd_bytes_of(mail->msg->sender.name);

	return is_bot_address(kd_bytes_of(mail->msg->sender.email)) ||
	       kd_is_one_of(name, names) ||
	       kd_bytes_starts_nocase(name, "tip-bot2 for ") ||
	       is_stable_robot(mail);
}

/* A maintainer's "Applied to next, thanks!" in answer to patches. */
static bool is_applied(const struct mail *mail)
{
	struct kd_thanks thanks;

	return mail->msg->subject.reply &&
	       kd_thanks_find(mail->text, &mail->msg->sender, &thanks);
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

/* Also what lost its "Re:": it answers, quotes, and posts nothing. */
static bool is_reply(const struct mail *mail)
{
	const struct kd_message *msg = mail->msg;

	if (msg->subject.reply)
		return true;
	return msg->subject.patch && msg->subject.number != 0 &&
	       msg->in_reply_to != NULL && !msg->has_diff &&
	       msg->stat.size == 0 && has_line(mail->text, ">");
}

static bool has_shortlog(struct kd_bytes text)
{
	struct kd_bytes line;
	bool after_head = false;

	while (kd_next_line(&text, &line)) {
		if (after_head && kd_bytes_starts(line, "  "))
			return true;
		after_head = kd_shortlog_is_head(line);
	}
	return false;
}

/*
 * Number 0, or a cover letter without a number: it shows what patches
 * follow, and is none itself.  Without PATCH in its brackets it must show
 * so twice, and begin a thread.
 */
static bool is_cover(const struct mail *mail)
{
	const struct kd_message *msg = mail->msg;
	bool stat = msg->stat.size > 0;

	if (msg->subject.number == 0)
		return true;
	if (msg->subject.number != KD_NUMBER_NONE || msg->has_diff)
		return false;
	if (msg->subject.patch)
		return stat || has_shortlog(mail->text);
	return stat && msg->in_reply_to == NULL && has_shortlog(mail->text);
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
