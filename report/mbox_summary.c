/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_summary.c - what was written as an mbox, in words for standard
 * error: all of it may have come in mail, and is cleaned on its way out.
 */
#include "report/mbox_summary.h"

#include <string.h>

#include "report/row.h"

static void put(FILE *out, const char *text)
{
	kd_sanitize(out, kd_bytes_of(text), false);
}

static void put_person(FILE *out, const struct kd_person *who)
{
	if (who->name != NULL)
		put(out, who->name);
	if (who->email != NULL) {
		(void)fputs(who->name != NULL ? " <" : "<", out);
		put(out, who->email);
		(void)fputc('>', out);
	}
}

static void say_patch(FILE *out, const struct kd_mbox_series *series,
                      const struct kd_mbox_patch *patch)
{
	if (patch->number == KD_NUMBER_NONE)
		(void)fputs("  patch ", out);
	else
		(void)fprintf(out, "  %d/%zu ", patch->number, series->n);
	put(out, patch->title != NULL ? patch->title : "(title unknown)");
	if (patch->row == NULL)
		(void)fputs("  MISSING", out);
	if (patch->from != NULL)
		(void)fprintf(out, "  (%s)", patch->from);
	(void)fputc('\n', out);
	for (size_t i = 0; i < patch->n_lines; i++) {
		(void)fputs("    + ", out);
		put(out, patch->lines[i]);
		(void)fputc('\n', out);
	}
	if (patch->why != NULL)
		(void)fprintf(out, "    NO TRAILERS ADDED to <%s>: %s\n",
		              patch->shown_id, patch->why);
	if (patch->quoted)
		(void)fprintf(
			out,
			"    a line of <%s> that begins with \"From \" got "
			"a \">\", which git am keeps\n",
			patch->shown_id);
	if (patch->from_list != NULL) {
		(void)fputs("    git am takes the author from the header "
		            "\"From: ",
		            out);
		put(out, patch->from_list);
		(void)fputs("\": check it\n", out);
	}
	if (patch->row != NULL && patch->row->n_variants > 1)
		(void)fprintf(out,
		              "    its Message-ID came with %d contents: "
		              "look at `show --variant 2`\n",
		              patch->row->n_variants);
}

static const char *why(enum kd_mbox_left left)
{
	static const char *const words[] = {
		[KD_MBOX_LEFT_NOT] = "",
		[KD_MBOX_LEFT_SENDER] = "sent by somebody else: ",
		[KD_MBOX_LEFT_KIND] = "no review",
		[KD_MBOX_LEFT_ADDRESS] = "it names no address",
		[KD_MBOX_LEFT_ODD] = "it has control characters",
	};

	return words[left];
}

static void say_left(FILE *out, const struct kd_mbox_givens *givens)
{
	for (size_t i = 0; i < givens->n; i++) {
		const struct kd_mbox_given *given = &givens->given[i];

		if (given->left == KD_MBOX_LEFT_NOT)
			continue;
		(void)fputs("  not added: ", out);
		put(out, given->name);
		(void)fputs(": ", out);
		put(out, given->value);
		(void)fprintf(out, "  (%s", why(given->left));
		if (given->left == KD_MBOX_LEFT_SENDER)
			put_person(out, &given->sender);
		(void)fputs(")\n", out);
	}
	if (givens->more)
		(void)fprintf(out, "  not added: more than %d of one message\n",
		              KD_MBOX_GIVEN_MAX);
}

/* In quotes where a shell would see more in it than a name. */
static void put_file(FILE *out, const char *file)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyz"
				    "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789/._-+,@%";

	if (file[strspn(file, plain)] == '\0' && file[0] != '-') {
		(void)fputs(file, out);
		return;
	}
	(void)fputs(file[0] == '-' ? "./'" : "'", out);
	for (;;) {
		size_t n = strcspn(file, "'");

		kd_sanitize(out, (struct kd_bytes){ file, n }, false);
		if (file[n] == '\0')
			break;
		(void)fputs("'\\''", out);
		file += n + 1;
	}
	(void)fputc('\'', out);
}

static void say_how(FILE *out, const struct kd_mbox_summary *summary)
{
	if (summary->base_commit != NULL) {
		(void)fputs("base-commit: ", out);
		put(out, summary->base_commit);
		(void)fputc('\n', out);
	}
	if (summary->file == NULL || strcmp(summary->file, "-") == 0) {
		(void)fprintf(out,
		              "to apply: kvmdigest-report mbox%s %s | git am\n",
		              summary->cover ? " (without --cover)" : "",
		              summary->id);
		return;
	}
	(void)fputs("to apply: git am ", out);
	put_file(out, summary->file);
	(void)fputs(summary->cover ? " (git am --skip the cover letter)\n"
	                           : "\n",
	            out);
}

void kd_mbox_summary_print(FILE *out, const struct kd_mbox_summary *summary)
{
	const struct kd_mbox_series *series = summary->series;
	const struct kd_story *story = series->story;
	size_t n_lines = 0;

	(void)fprintf(out, "%s ", series->version);
	put(out, story->series.title);
	(void)fputs(", by ", out);
	put_person(out, &story->series.poster);
	(void)fputc('\n', out);
	for (size_t i = 0; i < series->n; i++) {
		say_patch(out, series, &series->patches[i]);
		n_lines += series->patches[i].n_lines;
	}
	if (summary->trailers)
		for (const struct kd_mbox_givens *givens = series->givens;
		     givens; givens = givens->next)
			say_left(out, givens);
	(void)fprintf(out, "patches: %zu of %zu%s; trailers added: %zu\n",
	              series->n_came, series->n,
	              summary->cover ? ", and the cover letter" : "", n_lines);
	if (story->n_extra > 0)
		(void)fprintf(out,
		              "left out: %zu more with a number that another "
		              "has, or that there is not\n",
		              story->n_extra);
	if (summary->asked != NULL)
		(void)fprintf(
			out,
			"that is the newest version: what was named is of "
			"%s (--reroll %s)\n",
			summary->asked, summary->asked);
	else if (series->newest != NULL)
		(void)fprintf(out, "there is a newer version: %s\n",
		              series->newest);
	say_how(out, summary);
}
