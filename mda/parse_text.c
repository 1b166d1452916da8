/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_text.c - which part of a mail is its text, and which its patch
 * (mail-rules B1).  Parts come decoded; of MIME it knows no more.
 */
#include "mda/parse_internal.h"

#include <string.h>

enum role {
	ROLE_NONE,
	ROLE_PLAIN,
	ROLE_HTML,
	ROLE_DIFF,
};

void kd_texts_begin(struct kd_texts *texts, struct kd_arena *arena)
{
	*texts = (struct kd_texts){ .plain.arena = arena,
		                    .html.arena = arena,
		                    .diff.arena = arena };
}

/* True when a line of b begins a diff. */
static bool has_diff(struct kd_bytes b)
{
	struct kd_bytes line;
	bool after_old = false;

	while (kd_next_line(&b, &line)) {
		if (kd_bytes_starts(line, "diff --git ") ||
		    kd_bytes_starts(line, "diff -") ||
		    kd_bytes_starts(line, "Index: ") ||
		    (after_old && kd_bytes_starts(line, "+++ ")))
			return true;
		after_old = kd_bytes_starts(line, "--- ");
	}
	return false;
}

static bool holds_nul(struct kd_bytes b)
{
	return b.size > 0 && memchr(b.data, '\0', b.size) != NULL;
}

static enum role role_of(const struct kd_leaf *leaf)
{
	bool plain = strcmp(leaf->type, "text/plain") == 0;
	bool patch = strcmp(leaf->type, "text/x-patch") == 0 ||
	             strcmp(leaf->type, "text/x-diff") == 0;

	if (leaf->nested)
		return ROLE_NONE;
	if (strcmp(leaf->type, "text/html") == 0)
		return leaf->attachment && !leaf->only ? ROLE_NONE : ROLE_HTML;
	if (plain && (leaf->only || !leaf->attachment))
		return ROLE_PLAIN;
	if (leaf->only && strncmp(leaf->type, "text/", 5) == 0)
		return ROLE_PLAIN;
	if (patch)
		return ROLE_DIFF;
	if ((plain || strcmp(leaf->type, "application/octet-stream") == 0) &&
	    !holds_nul(leaf->content) && has_diff(leaf->content))
		return leaf->only ? ROLE_PLAIN : ROLE_DIFF;
	return ROLE_NONE;
}

/* content as clean UTF-8. */
static struct kd_bytes decoded(struct kd_texts *texts,
                               const struct kd_leaf *leaf)
{
	struct kd_arena *arena = texts->plain.arena;
	struct kd_bytes text = kd_charset_decode(arena, leaf->content,
	                                         leaf->charset, &texts->cut);

	return kd_plain_clean(arena, text);
}

/* A line end between what is in out and what comes. */
static void separate(struct kd_out *out)
{
	if (out->size > 0 && out->data[out->size - 1] != '\n')
		kd_out_add(out, kd_bytes_of("\n"));
}

/* True when the leaf's bytes are the text as they stand. */
static bool is_text_in_raw(const struct kd_leaf *leaf)
{
	return leaf->in_raw && !leaf->flowed && leaf->content.size > 0 &&
	       leaf->content.size <= KD_TEXT_MAX &&
	       memchr(leaf->content.data, '\r', leaf->content.size) == NULL &&
	       kd_charset_is_utf8(leaf->content, leaf->charset);
}

static void add_plain(struct kd_texts *texts, const struct kd_leaf *leaf)
{
	struct kd_bytes text;

	texts->n_plain++;
	if (texts->n_plain == 1 && is_text_in_raw(leaf)) {
		texts->first = leaf->content;
		texts->first_in_raw = (struct kd_span){ leaf->raw_offset,
			                                leaf->content.size };
		return;
	}
	kd_out_add(&texts->plain, texts->first);
	texts->first = (struct kd_bytes){ NULL, 0 };
	separate(&texts->plain);
	text = decoded(texts, leaf);
	if (leaf->flowed)
		kd_plain_unflow(&texts->plain, text, leaf->delsp);
	else
		kd_out_add(&texts->plain, text);
}

void kd_texts_add(struct kd_texts *texts, const struct kd_leaf *leaf)
{
	switch (role_of(leaf)) {
	case ROLE_PLAIN:
		add_plain(texts, leaf);
		break;
	case ROLE_HTML:
		separate(&texts->html);
		kd_html_text(&texts->html, decoded(texts, leaf));
		break;
	case ROLE_DIFF:
		separate(&texts->diff);
		kd_out_add(&texts->diff, decoded(texts, leaf));
		break;
	case ROLE_NONE:
		break;
	}
}

/* What is in out, UTF-8 without NUL whatever a converter made of it. */
static struct kd_bytes taken(const struct kd_out *out)
{
	struct kd_bytes ret = { out->data, out->size };

	if (ret.size == 0 || kd_utf8_valid(ret))
		return ret;
	ret = kd_bytes_of(kd_utf8_force(out->arena, ret));
	ret.size = kd_utf8_cut(ret, KD_TEXT_MAX);
	return ret;
}

void kd_texts_end(struct kd_texts *texts, struct kd_mail *ret)
{
	if (texts->first.size > 0)
		ret->text_in_raw = texts->first_in_raw;
	else if (texts->n_plain > 0)
		ret->text = taken(&texts->plain);
	else
		ret->text = taken(&texts->html);
	ret->diff = taken(&texts->diff);
	ret->limited = ret->limited || texts->cut || texts->plain.cut ||
	               texts->html.cut || texts->diff.cut;
}
