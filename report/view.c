/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * view.c - an open store, and which list the questions are about.  Knows
 * lists as the configuration names them, nothing of digests.
 */
#include "report/view.h"

#include <stdio.h>
#include <string.h>

#include "report/link.h"

enum { WAIT_MS = 10000 }; /* for a writer that holds the store */

static struct kd_scope scope_of_list(const struct kd_list *list)
{
	return (struct kd_scope){ .kind = KD_SCOPE_LIST, .list_id = list->id };
}

static bool is_configured(const struct kd_env *env, const struct kd_list *list)
{
	for (size_t i = 0; i < env->n_lists; i++)
		if (kd_strcmp_nocase(env->lists[i].id, list->id) == 0)
			return true;
	return false;
}

/* "KVM, PPC": those of the configuration, then what the store has others.
 * "" when out of memory: the arena knows. */
static const char *join_names(const struct kd_env *env,
                              const struct kd_list *stored, size_t n_stored,
                              struct kd_arena *arena)
{
	const char *names = "";

	for (size_t i = 0; i < env->n_lists && names != NULL; i++)
		names = kd_arena_printf(arena, "%s%s%s", names,
		                        i > 0 ? ", " : "", env->lists[i].name);
	for (size_t i = 0; i < n_stored && names != NULL; i++)
		if (!is_configured(env, &stored[i]))
			names = kd_arena_printf(arena, "%s, %s", names,
			                        stored[i].name);
	return names == NULL ? "" : names;
}

static void take_list(struct kd_view *view, const struct kd_list *list)
{
	view->list = list;
	view->scope = scope_of_list(list);
	view->title = list->name;
}

static enum kd_status choose(struct kd_view *view, const char *name,
                             struct kd_error *err)
{
	const struct kd_env *env = view->env;
	size_t chosen = env->n_lists;

	if (name != NULL && strcmp(name, "all") == 0) {
		view->scope = (struct kd_scope){ .kind = KD_SCOPE_ALL };
		return KD_OK;
	}
	if (name != NULL && strcmp(name, "none") == 0) {
		view->scope = (struct kd_scope){ .kind = KD_SCOPE_NONE };
		view->title = "Unlisted";
		return KD_OK;
	}
	for (size_t i = env->n_lists; i > 0; i--) {
		if (name == NULL ||
		    kd_strcmp_nocase(env->lists[i - 1].name, name) == 0)
			chosen = i - 1;
	}
	if (chosen == env->n_lists)
		return kd_fail(err, KD_USAGE,
		               "no list '%s' in the configuration or the "
		               "store; there are: %s, all, none",
		               name != NULL ? name : "",
		               join_names(env, NULL, 0, view->arena));
	take_list(view, &env->lists[chosen]);
	return KD_OK;
}

/* An import made it a list of this store (-l NAME=LIST-ID). */
static enum kd_status choose_stored(struct kd_view *view, const char *name,
                                    const struct kd_list *stored,
                                    size_t n_stored, struct kd_error *err)
{
	for (size_t i = 0; i < n_stored; i++) {
		if (kd_strcmp_nocase(stored[i].name, name) != 0)
			continue;
		take_list(view, &stored[i]);
		return KD_OK;
	}
	return kd_fail(err, KD_USAGE,
	               "no list '%s' in the configuration or the store; there "
	               "are: %s, all, none",
	               name,
	               join_names(view->env, stored, n_stored, view->arena));
}

/* What only the store can say: name is that of a list that the configuration
 * does not know, or NULL. */
static enum kd_status look_into_store(struct kd_view *view, const char *name,
                                      struct kd_error *err)
{
	struct kd_list *stored = NULL;
	size_t n_stored = 0;
	enum kd_status st;

	if (name == NULL && view->scope.kind != KD_SCOPE_ALL)
		return KD_OK;
	st = kd_store_lists(view->store, view->arena, &stored, &n_stored, err);
	if (st != KD_OK)
		return st;
	if (name != NULL)
		return choose_stored(view, name, stored, n_stored, err);
	view->title = join_names(view->env, stored, n_stored, view->arena);
	return kd_arena_failed(view->arena)
	               ? kd_fail(err, KD_NOMEM, "out of memory")
	               : KD_OK;
}

/* What is so at path, and what a person does who has no mail in there. */
static enum kd_status say_how(const struct kd_env *env, const char *what,
                              const char *path, struct kd_error *err)
{
	return kd_fail(err, KD_NOTFOUND,
	               "%s%s: mail that you have comes in with "
	               "`kvmdigest-mda%s%s --import FILE`, new mail by a "
	               "recipe: `kvmdigest-mda --check` says how",
	               what, path, env->store_named ? " -d " : "",
	               env->store_named ? env->store_path : "");
}

static enum kd_status is_empty(const struct kd_view *view,
                               const struct kd_scope *scope, bool *ret,
                               struct kd_error *err)
{
	kd_seq latest = kd_store_start();
	enum kd_status st = kd_store_latest(view->store, scope, &latest, err);

	*ret = latest == kd_store_start();
	return st;
}

/* A list without mail: nobody has set anything up, or not for this list. */
static enum kd_status look_for_mail(const struct kd_view *view,
                                    struct kd_error *err)
{
	const struct kd_scope all = { .kind = KD_SCOPE_ALL };
	const struct kd_scope none = { .kind = KD_SCOPE_NONE };
	struct kd_error note = KD_ERROR_INIT;
	bool no_mail = false, no_listed = false, no_other = false;
	enum kd_status st = is_empty(view, &view->scope, &no_mail, err);

	if (st != KD_OK || !no_mail)
		return st;
	st = is_empty(view, &all, &no_listed, err);
	if (st == KD_OK)
		st = is_empty(view, &none, &no_other, err);
	if (st != KD_OK)
		return st;
	if (no_listed && no_other)
		(void)say_how(view->env, "the store is empty", "", &note);
	else if (view->list != NULL)
		(void)kd_fail(&note, KD_NOTFOUND,
		              "there is mail, but none of the list %s: is "
		              "its id <%s> the List-Id of its mail? `--list "
		              "%s` shows what there is",
		              view->list->name, view->list->id,
		              no_listed ? "none" : "all");
	(void)snprintf(view->env->empty, KD_NOTE_SIZE, "%s", note.text);
	return KD_OK;
}

enum kd_status kd_view_open(const struct kd_env *env, const char *list,
                            enum kd_store_mode mode, struct kd_arena *arena,
                            struct kd_view *ret, struct kd_error *err)
{
	struct kd_view view = { .env = env, .arena = arena };
	struct kd_store_opts opts = {
		.path = env->store_path,
		.mode = mode,
		.journal_delete = env->journal_delete,
		.deadline_ms = kd_monotonic_ms() + WAIT_MS,
	};
	struct kd_error why = KD_ERROR_INIT;
	struct kd_error wrong = KD_ERROR_INIT;
	enum kd_status st, known;

	known = choose(&view, list, &why);
	st = kd_store_open(&opts, &view.store, &wrong);
	if (st == KD_NOTFOUND && known != KD_OK)
		return kd_fail(err, known, "%s", why.text);
	if (st == KD_NOTFOUND)
		return say_how(env, "no store at ", env->store_path, err);
	if (st == KD_PERM)
		return kd_fail(err, st,
		               "%.160s (`kvmdigest-mda --check` says what to "
		               "mend)",
		               wrong.text);
	if (st != KD_OK)
		return kd_fail(err, st, "%s", wrong.text);
	if (mode == KD_STORE_READ)
		st = kd_store_begin_read(view.store, err);
	if (st == KD_OK)
		st = look_into_store(&view, known == KD_OK ? NULL : list, err);
	if (st == KD_OK && mode == KD_STORE_READ)
		st = look_for_mail(&view, err);
	if (st != KD_OK) {
		kd_store_close(view.store);
		return st;
	}
	*ret = view;
	return KD_OK;
}

void kd_view_close(struct kd_view *view)
{
	if (view->store == NULL)
		return;
	kd_store_end_read(view->store);
	kd_store_close(view->store);
	view->store = NULL;
}

struct kd_person kd_view_person(const struct kd_view *view,
                                const struct kd_person *who)
{
	return kd_mailmap_person(view->env->mailmap, *who);
}

static enum kd_status id_of(const struct kd_view *view, int64_t message,
                            const char **ret, struct kd_error *err)
{
	char id[KD_ID_HEX_MAX + 1];
	struct kd_posted posted;
	enum kd_status st;

	st = kd_store_get(view->store, message, view->arena, &posted, err);
	if (st != KD_OK)
		return st;
	st = kd_store_short_id(view->store, posted.msg.message_id, id, err);
	if (st != KD_OK)
		return st;
	*ret = kd_arena_strdup(view->arena, id);
	return *ret ? KD_OK : kd_fail(err, KD_NOMEM, "out of memory");
}

enum kd_status kd_view_id_at(const struct kd_view *view, kd_seq seq,
                             const char **ret, struct kd_error *err)
{
	const struct kd_scope scopes[] = {
		view->scope,
		{ .kind = KD_SCOPE_ALL },
		{ .kind = KD_SCOPE_NONE },
	};
	struct kd_error why = KD_ERROR_INIT;
	struct kd_found best = { .message = 0 };
	struct kd_found found;
	enum kd_status st;

	/* A marker may stand at a message of another list: the message
	 * right there is meant, or else the last one before it. */
	for (size_t i = 0; i < sizeof(scopes) / sizeof(scopes[0]); i++) {
		st = kd_store_find_seq(view->store, seq, &scopes[i], &found,
		                       &why);
		if (st == KD_NOTFOUND)
			continue;
		if (st != KD_OK)
			return kd_fail(err, st, "%s", why.text);
		if (best.message == 0 || found.seq > best.seq)
			best = found;
	}
	if (best.message == 0) {
		*ret = "start";
		return KD_OK;
	}
	return id_of(view, best.message, ret, err);
}

enum kd_status kd_view_belongs(const struct kd_view *view,
                               const struct kd_list *list, int64_t message,
                               const char *message_id, bool *ret,
                               struct kd_error *err)
{
	struct kd_scope scope = scope_of_list(list);
	struct kd_error why = KD_ERROR_INIT;
	struct kd_found found, there;
	enum kd_status st;

	/* found.seq is of this list only where the list has the message. */
	st = kd_store_find_message_id(view->store, message_id, &scope, &found,
	                              err);
	if (st != KD_OK)
		return st;
	st = kd_store_find_seq(view->store, found.seq, &scope, &there, &why);
	if (st != KD_OK && st != KD_NOTFOUND)
		return kd_fail(err, st, "%s", why.text);
	*ret = st == KD_OK && there.message == message &&
	       there.seq == found.seq;
	return KD_OK;
}

enum kd_status kd_view_link(const struct kd_view *view, int64_t message,
                            const char *message_id, const char **ret,
                            struct kd_error *err)
{
	const struct kd_list *list = view->list;

	for (size_t i = 0; i < view->env->n_lists && list == NULL; i++) {
		bool belongs = false;
		enum kd_status st =
			kd_view_belongs(view, &view->env->lists[i], message,
		                        message_id, &belongs, err);

		if (st != KD_OK)
			return st;
		if (belongs)
			list = &view->env->lists[i];
	}
	*ret = list ? kd_link_make(view->arena, list->archive, message_id)
	            : NULL;
	return KD_OK;
}
