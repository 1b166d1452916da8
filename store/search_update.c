/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * search_update.c - the index catches up with the store.
 *
 * Under SQLite's write lock of the index, and only then, the store is
 * looked at: of all who write to it the last has seen the newest store, so
 * that an index that knows more than the store is of another one.
 */
#include <string.h>

#include "store/search_internal.h"

enum {
	BATCH = 500,     /* messages of a transaction at most */
	BATCH_MS = 1000, /* or as long as this, whichever is first */
	OLD_PROBE = 100, /* documents that are looked at to see whether
	                  * messages were parsed again */
	RESETS_MAX = 2,  /* of one update */
	DEAD_MIN = 1000, /* documents that are no more are put up with: so
	                  * many, or one in DEAD_SHARE */
	DEAD_SHARE = 4,
};

static const char schema[] =
	"CREATE TABLE about ("
	"one INTEGER PRIMARY KEY CHECK (one = 1),"
	"store_id TEXT NOT NULL,"
	"upto INTEGER NOT NULL," /* the newest variant that was looked at */
	"last TEXT NOT NULL,"    /* and its Message-ID */
	"dead INTEGER NOT NULL"  /* documents that were replaced */
	") STRICT;"
	"CREATE TABLE doc ("
	"id INTEGER PRIMARY KEY AUTOINCREMENT," /* rowid in words; never used
                                                 * again */
	"message INTEGER NOT NULL UNIQUE,"      /* as the store numbers them, */
	"variant INTEGER NOT NULL,"             /* the preferred one, */
	"parser INTEGER NOT NULL,"              /* and as it was then */
	"status INTEGER NOT NULL,"
	"kinds INTEGER NOT NULL," /* a bit for each enum kd_kind */
	"watched INTEGER NOT NULL"
	") STRICT;"
	"CREATE INDEX doc_parser ON doc (parser);"
	"CREATE INDEX doc_watched ON doc (watched) WHERE watched = 1;"
	"CREATE TABLE touched ("
	"path INTEGER NOT NULL," /* of the store's table path */
	"doc INTEGER NOT NULL,"
	"PRIMARY KEY (path, doc)"
	") STRICT, WITHOUT ROWID;"
	/* An identifier is the phrase of its parts, so that each part of it
         * is found, too: vcpu_load in kvm_arch_vcpu_load. */
	"CREATE VIRTUAL TABLE words USING fts5(subject, people, text, "
	"content='', columnsize=0, "
	"tokenize='unicode61 remove_diacritics 2');";

static enum kd_status make_tables(struct kd_search *search,
                                  struct kd_error *err)
{
	static const char doing[] = "make the search index";
	char *sql = sqlite3_mprintf("PRAGMA application_id = %d;"
	                            "PRAGMA user_version = %d;%s",
	                            KD_SEARCH_APPLICATION_ID, KD_SEARCH_FORMAT,
	                            schema);
	enum kd_status st;

	if (sql == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_db_exec(&search->index, sql, doing, err);
	sqlite3_free(sql);
	return st;
}

static enum kd_status put_about(struct kd_search *search,
                                const struct kd_search_about *about,
                                struct kd_error *err)
{
	struct kd_cursor id = KD_CURSOR_INIT;
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;

	st = kd_stmt_open(search->store, KD_STMT_GET_STORE_ID, &id, err);
	if (st == KD_OK)
		st = kd_stmt_next(&id, &found, err);
	if (st == KD_OK)
		st = kd_stmt_open(&search->index, KD_STMT_INDEX_PUT_ABOUT, &cur,
		                  err);
	if (st == KD_OK) {
		kd_stmt_bind_text(&cur, found ? kd_stmt_text(&id, 0) : "");
		kd_stmt_bind_int(&cur, about->upto);
		kd_stmt_bind_text(&cur, about->last);
		kd_stmt_bind_int(&cur, about->dead);
		st = kd_stmt_run(&cur, err);
	}
	kd_stmt_close(&id);
	return st;
}

/* The Message-ID of a variant; "" when there is no such variant. */
static enum kd_status name_variant(struct kd_search *search, int64_t variant,
                                   char ret[KD_MESSAGE_ID_MAX + 1],
                                   struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;
	bool found = false;
	const char *name;

	ret[0] = '\0';
	st = kd_stmt_open(search->store, KD_STMT_NAME_VARIANT, &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, variant);
	st = kd_stmt_next(&cur, &found, err);
	name = st == KD_OK && found ? kd_stmt_text(&cur, 0) : NULL;
	if (name != NULL && strlen(name) <= KD_MESSAGE_ID_MAX)
		memcpy(ret, name, strlen(name) + 1);
	kd_stmt_close(&cur);
	return st;
}

/* --- One transaction --------------------------------------------------- */

/* What is gone over, in this order. */
enum phase {
	WATCHED, /* documents that may change though nothing new comes */
	OLD,     /* documents that older rules read: parsed again? */
	NEW,     /* variants */
	DONE,
};

struct update {
	struct kd_search *search;
	struct kd_search_about about;
	enum phase phase;
	int64_t after;  /* in this phase all up to there is done */
	bool probed;    /* of OLD: the first were looked at */
	int64_t newest; /* variant of the store */
};

/* What is next in a phase: its number there, and its message. */
struct batch {
	int64_t numbers[BATCH];
	int64_t messages[BATCH];
	size_t n;
};

static enum kd_status list_batch(const struct update *update, struct batch *ret,
                                 struct kd_error *err)
{
	static const enum kd_stmt of_phase[] = {
		[WATCHED] = KD_STMT_INDEX_LIST_WATCHED,
		[OLD] = KD_STMT_INDEX_LIST_OLD,
		[NEW] = KD_STMT_NEXT_UNSEARCHED,
	};
	struct kd_search *search = update->search;
	struct kd_cursor cur = KD_CURSOR_INIT;
	bool probe = update->phase == OLD && !update->probed;
	enum kd_status st;
	bool more = true;

	ret->n = 0;
	st = kd_stmt_open(update->phase == NEW ? search->store : &search->index,
	                  of_phase[update->phase], &cur, err);
	if (st != KD_OK)
		return st;
	kd_stmt_bind_int(&cur, update->after);
	kd_stmt_bind_int(&cur, probe ? OLD_PROBE : BATCH);
	if (update->phase == OLD)
		kd_stmt_bind_int(&cur, KD_PARSER_VERSION);
	while (st == KD_OK && more && ret->n < BATCH) {
		st = kd_stmt_next(&cur, &more, err);
		if (st != KD_OK || !more)
			break;
		ret->numbers[ret->n] = kd_stmt_int(&cur, 0);
		ret->messages[ret->n++] = kd_stmt_int(&cur, 1);
	}
	kd_stmt_close(&cur);
	return st;
}

static void next_phase(struct update *update)
{
	update->phase = (enum phase)(update->phase + 1);
	update->after = update->phase == NEW ? update->about.upto : 0;
}

/* Put one batch, or what of it can be done until until_ms. */
static enum kd_status put_batch(struct update *update, int64_t until_ms,
                                struct kd_error *err)
{
	int64_t dead = update->about.dead;
	struct batch batch;
	enum kd_status st;
	size_t i = 0;

	st = list_batch(update, &batch, err);
	while (st == KD_OK && i < batch.n) {
		st = kd_search_put(update->search, batch.messages[i],
		                   &update->about.dead, err);
		update->after = batch.numbers[i++];
		if (kd_monotonic_ms() >= until_ms)
			break;
	}
	if (st != KD_OK)
		return st;
	if (update->phase == NEW)
		update->about.upto = update->after;
	/* Messages are parsed again in their order: where none of the first
	 * was, none was. */
	if (batch.n == 0 || (update->phase == OLD && !update->probed &&
	                     dead == update->about.dead))
		next_phase(update);
	else
		update->probed = update->phase == OLD;
	return KD_OK;
}

static enum kd_status number(struct kd_store *of, enum kd_stmt which,
                             int64_t *ret, struct kd_error *err)
{
	struct kd_cursor cur = KD_CURSOR_INIT;
	enum kd_status st;

	st = kd_stmt_open(of, which, &cur, err);
	if (st != KD_OK)
		return st;
	return kd_stmt_number(&cur, 0, ret, err);
}

/* Is the index one of this store, as far as it goes?  KD_CORRUPT: it is of
 * no use.  An empty file gets its tables. */
static enum kd_status check(struct update *update, struct kd_error *err)
{
	struct kd_search *search = update->search;
	char name[KD_MESSAGE_ID_MAX + 1];
	enum kd_status st;
	int64_t tables = 0;

	st = kd_search_about(search, &update->about, err);
	if (st == KD_OK && !update->about.there)
		st = number(&search->index, KD_STMT_INDEX_COUNT_TABLES, &tables,
		            err);
	if (st != KD_OK)
		return st;
	if (!update->about.there && tables != 0)
		return kd_fail(err, KD_CORRUPT,
		               "the search index is of "
		               "another store or format");
	if (!update->about.there)
		st = make_tables(search, err);
	if (st == KD_OK && update->about.upto != 0) {
		/* the store may be an older copy of itself */
		st = name_variant(search, update->about.upto, name, err);
		if (st == KD_OK && strcmp(name, update->about.last) != 0)
			st = kd_fail(err, KD_CORRUPT,
			             "the search index knows more than the "
			             "store");
	}
	if (st == KD_OK)
		st = number(search->store, KD_STMT_NEWEST_VARIANT,
		            &update->newest, err);
	return st;
}

/* The words of documents that are no more cost room and time. */
static enum kd_status check_dead(struct update *update, struct kd_error *err)
{
	int64_t dead = update->about.dead;
	int64_t live = 0;
	enum kd_status st;

	if (dead < DEAD_MIN)
		return KD_OK;
	st = number(&update->search->index, KD_STMT_INDEX_COUNT_DOCS, &live,
	            err);
	if (st == KD_OK && dead > live / DEAD_SHARE)
		st = kd_fail(err, KD_CORRUPT,
		             "too much of the search index is old");
	return st;
}

static enum kd_status work(struct update *update, struct kd_error *err)
{
	int64_t until_ms = kd_monotonic_ms() + BATCH_MS;
	struct kd_search *search = update->search;
	int64_t upto, dead;
	enum kd_status st;
	bool same;

	st = check(update, err);
	if (st != KD_OK)
		return st;
	upto = update->about.upto;
	dead = update->about.dead;
	same = update->about.there;
	while (st == KD_OK && update->phase != DONE &&
	       update->about.upto - upto < BATCH &&
	       update->about.dead - dead < BATCH &&
	       kd_monotonic_ms() < until_ms)
		st = put_batch(update, until_ms, err);
	if (st == KD_OK && update->phase == DONE)
		st = check_dead(update, err);
	if (st != KD_OK)
		return st;
	same = same && upto == update->about.upto && dead == update->about.dead;
	if (!same)
		st = name_variant(search, update->about.upto,
		                  update->about.last, err);
	if (st == KD_OK && !same)
		st = put_about(search, &update->about, err);
	return st;
}

static enum kd_status transact(struct update *update, struct kd_error *err)
{
	struct kd_search *search = update->search;
	enum kd_status st;

	st = kd_stmt_do(&search->index, KD_STMT_BEGIN_WRITE, err);
	if (st != KD_OK)
		return st;
	st = kd_store_begin_read(search->store, err);
	if (st == KD_OK)
		st = work(update, err);
	kd_store_end_read(search->store);
	if (st == KD_OK)
		st = kd_stmt_do(&search->index, KD_STMT_COMMIT, err);
	if (st != KD_OK)
		kd_store_rollback(&search->index);
	return st;
}

enum kd_status kd_search_update(struct kd_search *search,
                                kd_search_progress_fn *progress, void *payload,
                                struct kd_error *err)
{
	struct update update = { .search = search };
	struct kd_error why = KD_ERROR_INIT;
	int n_resets = 0;
	enum kd_status st = KD_OK;

	if (!search->writable)
		return kd_fail(err, KD_PERM,
		               "the search index %s cannot be written",
		               search->index.place.path);
	while (st == KD_OK && update.phase != DONE) {
		st = transact(&update, &why);
		if (st == KD_CORRUPT && n_resets++ < RESETS_MAX) {
			st = kd_search_reset(search, &why);
			update = (struct update){ .search = search };
			continue;
		}
		if (st == KD_OK && progress != NULL)
			progress(update.about.upto, update.newest, payload);
	}
	if (st != KD_OK && err != NULL)
		*err = why;
	return st;
}

enum kd_status kd_search_check(struct kd_search *search, struct kd_error *err)
{
	struct kd_error why = KD_ERROR_INIT;
	int64_t faults = 0;
	enum kd_status st;

	st = number(&search->index, KD_STMT_INDEX_COUNT_FAULTS, &faults, &why);
	if (st == KD_OK && faults == 0)
		st = kd_stmt_do(&search->index, KD_STMT_INDEX_CHECK_WORDS,
		                &why);
	if (st == KD_OK && faults == 0)
		return KD_OK;
	if (st == KD_OK || st == KD_CORRUPT)
		return kd_search_reset(search, err);
	*err = why;
	return st;
}
