/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * notice.c - what a mail says became of patches: where they were taken,
 * which, and what mail they came in (mail-rules T10).
 *
 * One reader for each who writes such notices.  Who that is, classify.c has
 * found out.
 */
#include "mda/notice.h"

#include <string.h>

#include "mda/thanks.h"
#include "mda/words.h"

enum {
	TREE_MAX = 200, /* bytes */
	/* Lines of a notice in front of the patch that it is about. */
	HEAD_LINES_MAX = 60,
};

struct notice {
	const struct kd_reading *in;
	struct kd_taken_list list;
	enum kd_fate fate;
	struct kd_bytes tree;
	const char *subject; /* message id of what it is about, or NULL */
};

/* The rest of the first line that begins with head, and what follows; false:
 * there is none. */
static bool find_line(struct kd_bytes text, const char *head,
                      struct kd_bytes *ret, struct kd_bytes *ret_rest)
{
	struct kd_bytes line;

	while (kd_next_line(&text, &line)) {
		line = kd_trim(line);
		if (!kd_take_nocase(&line, head))
			continue;
		*ret = kd_trim(line);
		*ret_rest = text;
		return true;
	}
	return false;
}

/* b up to the first place of tail; all of it, where there is none. */
static struct kd_bytes before(struct kd_bytes b, const char *tail)
{
	const char *end = kd_find(b, tail);

	if (end != NULL)
		b.size = (size_t)(end - b.data);
	return kd_trim(b);
}

/* "This patch was applied to netdev/net.git (main)" */
static void read_patchwork(struct notice *notice)
{
	static const char *const heads[] = {
		"This patch was applied to ",
		"This series was applied to ",
		"This pull request was applied to ",
		"This patch was accepted into ",
	};
	struct kd_bytes rest;

	for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
		if (!find_line(notice->in->text, heads[i], &notice->tree,
		               &rest))
			continue;
		notice->fate = KD_FATE_APPLIED;
		if (find_line(rest, "Here is the summary with links:",
		              &(struct kd_bytes){ NULL, 0 }, &rest))
			kd_taken_read_items(&notice->list, rest);
		return;
	}
}

/* "has been merged into torvalds/linux.git:", and a link below. */
static void read_pr_tracker(struct notice *notice)
{
	struct kd_bytes rest;

	if (!find_line(notice->in->text, "has been merged into ", &notice->tree,
	               &rest))
		return;
	notice->tree = before(notice->tree, ":");
	notice->fate = KD_FATE_MERGED;
	kd_taken_read_commits(&notice->list, rest);
}

/* The last "Link:" of the commit message: the committer's, by whose tools
 * it is the mail that the patch came in. */
static void read_last_link(struct notice *notice, struct kd_bytes text)
{
	const struct kd_reading *in = notice->in;
	struct kd_bytes line, rest = text, link = { NULL, 0 };

	while (find_line(rest, "Link:", &line, &rest)) {
		struct kd_bytes url = kd_find_url(line);

		if (url.size > 0)
			link = url;
	}
	if (link.size > 0)
		notice->subject = kd_url_message_id(in->arena, link);
}

/* The text up to the diff of the patch that it shows. */
static struct kd_bytes letter_of(const struct kd_reading *in)
{
	const struct kd_span *commit = &in->msg->commit;
	struct kd_bytes text = in->text;

	if (in->msg->has_diff && commit->size > 0)
		text.size = commit->offset + commit->size;
	return text;
}

/* "[tip: x86/urgent] title", "[tip:x86/urgent] title"; false: no such. */
static bool tip_branch(struct kd_bytes subject, struct kd_bytes *ret)
{
	const char *close;

	if (!kd_take_nocase(&subject, "[tip:"))
		return false;
	close = memchr(subject.data, ']', subject.size);
	if (close == NULL)
		return false;
	subject.size = (size_t)(close - subject.data);
	*ret = kd_trim(subject);
	return ret->size > 0;
}

static void read_tip(struct notice *notice)
{
	const struct kd_reading *in = notice->in;
	const struct kd_subject *subject = &in->msg->subject;
	struct kd_bytes commit, rest, branch;

	if (subject->reply ||
	    !find_line(in->text, "Commit-ID:", &commit, &rest) ||
	    !tip_branch(kd_bytes_of(subject->full), &branch))
		return;
	commit.size = kd_hex_size(commit);
	commit = kd_find_hex(commit);
	notice->fate = KD_FATE_MERGED;
	notice->tree = kd_bytes_of(kd_arena_printf(
		in->arena, "tip %s", kd_line_dup(in->arena, branch)));
	kd_taken_add(&notice->list, KD_NUMBER_NONE, subject->title, commit);
	read_last_link(notice, letter_of(in));
}

/* The commit of mainline that a patch for stable is of. */
static struct kd_bytes upstream_commit(struct kd_bytes text)
{
	struct kd_bytes line, hex = { NULL, 0 };

	for (int n = 0; n < HEAD_LINES_MAX && kd_next_line(&text, &line); n++) {
		line = kd_trim(line);
		if (kd_take_nocase(&line, "[ Upstream commit ") ||
		    (kd_ends_nocase(line, " upstream.") &&
		     kd_take_nocase(&line, "commit ")) ||
		    kd_take_nocase(&line, "git cherry-pick -x ")) {
			line.size = kd_hex_size(line);
			return kd_find_hex(line);
		}
	}
	return hex;
}

/* The message id that a mail quotes in front of the patch it is about. */
static void read_message_id(struct notice *notice, struct kd_bytes text)
{
	struct kd_bytes value, rest;

	if (find_line(text, "Message-ID:", &value, &rest))
		notice->subject = kd_find_message_id(notice->in->arena, value);
	if (notice->subject == NULL)
		read_last_link(notice, text);
}

/* What stands in the quotes of 'Patch "title" has been added to ...',
 * without a "[PATCH]" of its own. */
static const char *quoted_title(const struct kd_reading *in)
{
	struct kd_bytes title = kd_bytes_of(in->msg->subject.full);
	const char *open = memchr(title.data, '"', title.size);
	const char *close;

	if (open == NULL)
		return NULL;
	title = kd_from(title, (size_t)(open + 1 - title.data));
	close = memrchr(title.data, '"', title.size);
	if (close == NULL)
		return NULL;
	title.size = (size_t)(close - title.data);
	close = memchr(title.data, ']', title.size);
	if (close != NULL && kd_bytes_starts(title, "["))
		title = kd_from(title, (size_t)(close + 1 - title.data));
	return kd_line_dup(in->arena, kd_trim(title));
}

/* "... to the 5.10-stable tree" */
static struct kd_bytes stable_tree(struct kd_bytes subject)
{
	const char *end = kd_find(subject, "-stable tree");
	size_t n;

	if (end == NULL)
		return (struct kd_bytes){ NULL, 0 };
	n = (size_t)(end - subject.data);
	while (n > 0 && !kd_is_blank(subject.data[n - 1]))
		n--;
	return (struct kd_bytes){ subject.data + n,
		                  (size_t)(end - subject.data) - n +
		                          strlen("-stable") };
}

/* "From 84d875e698... Mon Sep 17", in front of the patch it shows. */
static struct kd_bytes shown_commit(struct kd_bytes text)
{
	struct kd_bytes hex, rest;

	while (find_line(text, "From ", &hex, &rest)) {
		hex.size = kd_hex_size(hex);
		hex = kd_find_hex(hex);
		if (hex.size >= 40)
			return hex;
		text = rest;
	}
	hex.size = 0;
	return hex;
}

/* 'Patch "title" has been added to the X-stable tree', and 'FAILED: patch
 * "title" failed to apply to X-stable tree'. */
static void read_stable_notice(struct notice *notice, enum kd_fate fate)
{
	const struct kd_reading *in = notice->in;
	struct kd_bytes letter = letter_of(in);
	struct kd_bytes commit = upstream_commit(letter);

	notice->tree = stable_tree(kd_bytes_of(in->msg->subject.full));
	notice->fate = fate;
	if (commit.size == 0)
		commit = shown_commit(letter);
	kd_taken_add(&notice->list, KD_NUMBER_NONE, quoted_title(in), commit);
	read_message_id(notice, letter);
}

/* "[PATCH 6.6 12/300] title": what is about to go to a stable tree. */
static void read_stable_review(struct notice *notice)
{
	const struct kd_reading *in = notice->in;
	const struct kd_subject *subject = &in->msg->subject;

	if (!in->msg->has_diff)
		return;
	for (size_t i = 0; i < subject->n_prefixes; i++) {
		struct kd_bytes word = kd_bytes_of(subject->prefixes[i]);
		size_t n = 0;

		while (n < word.size &&
		       (kd_is_digit(word.data[n]) || word.data[n] == '.'))
			n++;
		if (n < 3 || !kd_is_digit(word.data[0]) ||
		    memchr(word.data, '.', n) == NULL)
			continue;
		while (word.data[n - 1] == '.')
			n--;
		word.size = n;
		notice->fate = KD_FATE_STABLE;
		notice->tree = kd_bytes_of(kd_arena_printf(
			in->arena, "%s-stable", kd_line_dup(in->arena, word)));
		kd_taken_add(&notice->list, KD_NUMBER_NONE, subject->title,
		             upstream_commit(letter_of(in)));
		return;
	}
}

static void read_stable(struct notice *notice)
{
	struct kd_bytes subject = kd_bytes_of(notice->in->msg->subject.full);
	struct kd_bytes value;

	if (kd_bytes_starts_nocase(subject, "FAILED: patch \""))
		read_stable_notice(notice, KD_FATE_FAILED);
	else if (kd_bytes_starts_nocase(subject, "Patch \""))
		read_stable_notice(notice, KD_FATE_STABLE);
	else if (kd_headers_get(notice->in->headers, "X-stable", &value))
		read_stable_review(notice);
}

static void read_robot(struct notice *notice)
{
	static const struct {
		const char *address; /* how it begins */
		void (*read)(struct notice *notice);
	} robots[] = {
		{ "patchwork-bot", read_patchwork },
		{ "pr-tracker-bot@", read_pr_tracker },
		{ "tip-bot", read_tip },
		{ "", read_stable },
	};
	struct kd_bytes email = kd_bytes_of(notice->in->msg->sender.email);
	size_t i = 0;

	while (!kd_bytes_starts_nocase(email, robots[i].address))
		i++;
	robots[i].read(notice);
}

static void read_thanks(struct notice *notice)
{
	const struct kd_reading *in = notice->in;
	struct kd_thanks thanks;
	struct kd_bytes rest;

	if (!kd_thanks_find(in->text, &in->msg->sender, &thanks))
		return;
	notice->fate = thanks.fate;
	notice->tree = thanks.tree;
	rest = kd_from(in->text,
	               (size_t)(thanks.sentence.data - in->text.data));
	kd_taken_read_items(&notice->list, rest);
	if (notice->list.n == 0 && thanks.numbers.size > 0)
		kd_taken_read_numbers(&notice->list, thanks.numbers);
	else if (notice->list.n == 0)
		kd_taken_read_commits(&notice->list, rest);
}

/* Behind the links that the mail has already. */
static void add_subject(struct notice *notice)
{
	const struct kd_reading *in = notice->in;
	struct kd_message *msg = in->msg;
	struct kd_link *links;

	if (notice->subject == NULL)
		return;
	if (msg->n_links >= KD_LINKS_MAX) {
		msg->status = KD_PARSE_LIMITED;
		return;
	}
	links = kd_arena_array(in->arena, msg->n_links + 1, sizeof(*links));
	if (links == NULL)
		return;
	if (msg->n_links > 0)
		memcpy(links, msg->links, msg->n_links * sizeof(*links));
	links[msg->n_links] = (struct kd_link){
		.relation = KD_RELATION_SUBJECT,
		.message_id = notice->subject,
	};
	msg->links = links;
	msg->n_links++;
}

enum kd_status kd_notice_read(const struct kd_reading *in, struct kd_error *err)
{
	struct notice notice = { .in = in, .list = { .in = in } };
	struct kd_message *msg = in->msg;

	if (msg->kind == KD_KIND_BOT)
		read_robot(&notice);
	else if (msg->kind == KD_KIND_APPLIED)
		read_thanks(&notice);
	if (notice.fate != KD_FATE_NONE) {
		msg->fate = notice.fate;
		if (notice.tree.size > 0 && notice.tree.size <= TREE_MAX)
			msg->tree = kd_line_dup(in->arena, notice.tree);
		msg->taken = notice.list.taken;
		msg->n_taken = notice.list.n;
		add_subject(&notice);
	}
	if (kd_arena_failed(in->arena))
		return kd_fail(err, KD_NOMEM, "read notice: out of memory");
	return KD_OK;
}
