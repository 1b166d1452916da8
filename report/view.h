/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * view.h - an open store, and which list the questions are about.
 */
#ifndef KD_REPORT_VIEW_H
#define KD_REPORT_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "report/employers.h"
#include "report/mailmap.h"
#include "report/render.h"
#include "report/rules.h"
#include "store/store.h"

enum { KD_NOTE_SIZE = KD_ERROR_TEXT_MAX };

/* What main() knows and hands down. */
struct kd_env {
	const char *store_path; /* absolute */
	bool store_named;    /* on the command line, or in a file named there: a
	                      * command that we propose has to name it, too */
	bool journal_delete; /* as in struct kd_store_opts */
	const struct kd_list *lists; /* n_lists as configured, at least 1 */
	size_t n_lists;
	int64_t now;
	const struct kd_mailmap *mailmap;     /* or NULL */
	const struct kd_employers *employers; /* or NULL */
	/* What concerns the reader, as configured: what --view names, or else
	 * what stands under watch. */
	struct kd_rules watch;
	struct kd_look look; /* of standard output; of mail, to whom */
	char *note;  /* KD_NOTE_SIZE bytes, empty at first: a line for standard
	              * error that is no failure */
	char *empty; /* the same, empty at first: that there is no mail to read,
	              * and how to get some in; goes before all else */
};

struct kd_view {
	const struct kd_env *env;
	struct kd_arena *arena; /* for what lives as long as the view */
	struct kd_store *store;
	struct kd_scope scope;
	const struct kd_list *list; /* of KD_SCOPE_LIST, else NULL */
	const char *title;          /* "KVM"; "KVM, PPC"; "Unlisted" */
};

/*
 * Open the store for questions about list: a configured name, "all",
 * "none", or NULL for the first.  In KD_STORE_READ everything until
 * kd_view_close() is seen as of one moment; where that is nothing, env->empty
 * says so.
 *
 * KD_USAGE     no such list
 * KD_NOTFOUND  no store: how to get mail in
 * and what kd_store_open() says.
 */
KD_MUST_CHECK
enum kd_status kd_view_open(const struct kd_env *env, const char *list,
                            enum kd_store_mode mode, struct kd_arena *arena,
                            struct kd_view *ret, struct kd_error *err);

/* A view that was not opened, all zero, is allowed. */
void kd_view_close(struct kd_view *view);

/* Who that is, by the mailmap; its strings are the mailmap's, or who's. */
struct kd_person kd_view_person(const struct kd_view *view,
                                const struct kd_person *who);

/* The short id of the message at seq, or "start".  The string is the
 * view's arena's. */
KD_MUST_CHECK
enum kd_status kd_view_id_at(const struct kd_view *view, kd_seq seq,
                             const char **ret, struct kd_error *err);

/* Whether a message arrived through list. */
KD_MUST_CHECK
enum kd_status kd_view_belongs(const struct kd_view *view,
                               const struct kd_list *list, int64_t message,
                               const char *message_id, bool *ret,
                               struct kd_error *err);

/* Where a message can be read, or NULL: in the archive of the list of the
 * scope, else of the first list that it is of. */
KD_MUST_CHECK
enum kd_status kd_view_link(const struct kd_view *view, int64_t message,
                            const char *message_id, const char **ret,
                            struct kd_error *err);

#endif /* KD_REPORT_VIEW_H */
