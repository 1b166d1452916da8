/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * powercut.c - power cuts behind every step of a run of deliveries, each
 * with many outcomes: nothing acknowledged is lost, nothing is half there.
 *
 * The run is logged once; the disks that a cut can leave are made from the
 * log.  Some are cut again while they recover.  Disks that lie about a sync
 * must lose letters, or the test would prove nothing.
 *
 * Usage: powercut [CUTS [SCENARIO]]; 5,000 cuts when not said, 200,000 with
 * KD_LONG=1.  With a scenario, by its name, no disk lies.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/disk.h"
#include "tests/fault/hookway.h"
#include "tests/fault/letters.h"
#include "tests/fault/scenarios.h"

enum {
	CUTS = 5000,
	CUTS_LONG = 200000,
	LIES = 60,
	AGAIN_EACH = 5, /* one of so many is cut again */
	PATH_SIZE = 512,
};

enum {
	BY_WRITER = 8,
	/* Letters of an archive, but for one that is delivered meanwhile. */
	IMPORT_FIRST = 3,
	IMPORT_BREAK = 5,
	IMPORT_LAST = 8,
	WAIT_MS = 5000,  /* of who packs */
	REPACK_EACH = 5, /* letters: one more than go into a block */
};

static char top[PATH_SIZE / 4];
static size_t cuts_done;

static void place(char ret[PATH_SIZE], const char *name, const char *inner)
{
	(void)snprintf(ret, PATH_SIZE, "%s/%s%s", top, name, inner);
}

/* Behind letter i, in a scenario that does it now and then. */
static enum kd_status repack(const struct scenario *scenario, int i,
                             const char *path, struct kd_error *err)
{
	if (!scenario->repacks || i % REPACK_EACH != REPACK_EACH - 1)
		return KD_OK;
	return letter_repack(path, scenario->journal_delete, WAIT_MS, err);
}

static void ack_from(int first, int last)
{
	for (int i = first; i <= last; i++)
		disk_ack(i);
}

/* What an archive brings is acknowledged with its last letter; or when one
 * that is delivered is, for that lies behind it in the log. */
static enum kd_status import(int i, const char *path, struct kd_error *err)
{
	static struct kd_store *store;
	enum kd_status st = KD_OK;

	if (i == IMPORT_FIRST)
		st = letter_begin_import(path, &store, err);
	if (st == KD_OK)
		st = letter_import(&scenarios[WAL_IMPORT].letters[i], path,
		                   store, i == IMPORT_LAST, err);
	if (st == KD_OK && i == IMPORT_LAST)
		ack_from(IMPORT_BREAK + 1, IMPORT_LAST);
	if (st != KD_OK || i == IMPORT_LAST)
		kd_store_close(store);
	return st;
}

static bool is_imported(const struct scenario *scenario, int i)
{
	return scenario->imports && i >= IMPORT_FIRST && i <= IMPORT_LAST &&
	       i != IMPORT_BREAK;
}

static enum kd_status deliver(const struct scenario *scenario, int i,
                              const char *path, struct kd_error *err)
{
	const struct letter *letter = &scenario->letters[i];
	const struct hookway_opts opts = {
		.journal_delete = scenario->journal_delete,
		.spool = true,
		.store_ms = 5000,
	};
	struct kd_delivered done;
	enum kd_added added;
	enum kd_status st;

	if (!scenario->by_hook)
		return letter_deliver(letter, path,
		                      i == BY_WRITER ? KD_STORE_WRITE
		                                     : KD_STORE_DELIVER,
		                      scenario->journal_delete, &added, err);
	st = hookway_deliver(letter, path, &opts, &done, err);
	if (st == KD_OK &&
	    done.spooled != (letter->waits || hookway_is_poison(letter->id)))
		return kd_fail(err, KD_BUG, "<%s> is not where it belongs",
		               letter->id);
	return st;
}

static void deliver_or_exit(const struct scenario *scenario, int i,
                            const char *path)
{
	struct kd_error err = { .status = KD_OK };
	enum kd_status st = is_imported(scenario, i)
	                            ? import(i, path, &err)
	                            : deliver(scenario, i, path, &err);

	if (st == KD_OK && scenario->imports && i == IMPORT_BREAK)
		ack_from(IMPORT_FIRST, IMPORT_BREAK);
	if (st == KD_OK && !is_imported(scenario, i))
		disk_ack(i);
	if (st == KD_OK)
		st = repack(scenario, i, path, &err);
	if (st == KD_OK)
		return;
	(void)fprintf(stderr, "powercut: %s: %s\n", scenario->name, err.text);
	exit(1);
}

/* Log the deliveries into an empty directory; the store's own directory is
 * made, too.  How a store comes to be is cut where nothing is packed: what
 * comes long before the first block lies on the disk already. */
static struct disk *play(const struct scenario *scenario, enum disk_liar liar)
{
	int known = scenario->repacks ? REPACK_EACH - 1 : 0;
	char root[PATH_SIZE], path[PATH_SIZE];
	struct disk *disk;
	int i;

	(void)snprintf(root, sizeof(root), "%s/run-%d-%d", top,
	               (int)(scenario - scenarios), (int)liar);
	(void)snprintf(path, sizeof(path), "%.200s/mail/kvm.db", root);
	if (mkdir(root, 0700) != 0)
		abort();
	for (i = 0; i < known; i++)
		deliver_or_exit(scenario, i, path);
	disk = disk_begin(root, liar);
	for (i = 0; i < known; i++)
		disk_ack(i);
	for (i = known; i < LETTERS; i++)
		deliver_or_exit(scenario, i, path);
	disk_stop();
	return disk;
}

struct cut {
	const struct scenario *scenario;
	const struct disk *disk;
	size_t steps;
	uint64_t seed;
	bool acked[LETTERS];
	struct letter next; /* one that the store has never seen */
};

static void note_acked(struct cut *cut)
{
	int i;

	for (i = 0; i < LETTERS; i++) {
		if (disk_acked(cut->disk, cut->steps, i))
			cut->acked[i] = true;
	}
}

/* All letters are there by now, and stay so. */
static enum letter_verdict pack_the_rest(const struct letter_expect *expect,
                                         const char *path, struct kd_error *err)
{
	bool there[LETTERS] = { false };
	char blocks[32] = "";
	int i;

	if (letter_repack(path, expect->journal_delete, WAIT_MS, err) !=
	            KD_OK ||
	    letter_find_all(expect, path, there, err) != KD_OK)
		return letter_broken(err, "packed after the cut");
	for (i = 0; i < LETTERS; i++)
		if (!there[i])
			return letter_broken(err, "lost as it was packed");
	letter_ask(path, "SELECT min(count(*), 2) FROM block", blocks,
	           sizeof(blocks));
	if (strcmp(blocks, "2") != 0)
		return letter_broken(err, "there are no blocks");
	return letter_check_file(path, err);
}

/* Cut, and look at what is left below top/name. */
static enum letter_verdict look(struct cut *cut, const char *name,
                                struct disk **ret_log, struct kd_error *err)
{
	struct letter_expect expect = { .n = LETTERS };
	char root[PATH_SIZE], path[PATH_SIZE];
	enum letter_verdict verdict;

	place(root, name, "");
	place(path, name, "/mail/kvm.db");
	note_acked(cut);
	disk_cut(cut->disk, cut->steps, cut->seed, root);
	cuts_done++;
	expect.acked = cut->acked;
	expect.letters = cut->scenario->letters;
	expect.journal_delete = cut->scenario->journal_delete;
	expect.note = disk_ack;
	expect.next = &cut->next;
	if (ret_log != NULL)
		*ret_log = disk_begin(root, DISK_HONEST);
	verdict = cut->scenario->by_hook ? hookway_inspect(&expect, path, err)
	                                 : letter_inspect(&expect, path, err);
	if (verdict == LETTER_WELL && cut->scenario->repacks)
		verdict = pack_the_rest(&expect, path, err);
	disk_stop();
	return verdict;
}

/* Cut what recovers from a cut. */
static enum letter_verdict look_again(const struct cut *first,
                                      const struct disk *log,
                                      struct kd_error *err)
{
	struct cut cut = *first;
	uint64_t state = first->seed;

	cut.disk = log;
	cut.next.id = "next-2@example.org";
	cut.seed = disk_random(&state);
	cut.steps = disk_random(&state) % (disk_steps(log) + 1);
	return look(&cut, "again", NULL, err);
}

static enum letter_verdict cut_once(const struct scenario *scenario,
                                    const struct disk *disk, size_t steps,
                                    uint64_t seed, struct kd_error *err)
{
	struct cut cut = { .scenario = scenario, .disk = disk };
	enum letter_verdict verdict;
	struct disk *log = NULL;
	bool again = seed % AGAIN_EACH == 0;

	cut.steps = steps;
	cut.seed = seed;
	cut.next.id = "next-1@example.org";
	verdict = look(&cut, "cut", again ? &log : NULL, err);
	if (verdict == LETTER_WELL && again)
		verdict = look_again(&cut, log, err);
	if (log != NULL)
		disk_free(log);
	return verdict;
}

/* Behind every step in turn, until there were as many as asked for. */
static int honest(const struct scenario *scenario, size_t cuts)
{
	struct disk *disk = play(scenario, DISK_HONEST);
	size_t upto = cuts_done + cuts;
	size_t steps = 0;
	uint64_t seed = 0;
	struct kd_error err = { .status = KD_OK };
	int failed = 0;

	while (cuts_done < upto && failed < 10) {
		if (cut_once(scenario, disk, steps, seed, &err) !=
		    LETTER_WELL) {
			(void)fprintf(stderr,
			              "powercut: %s: step %zu, seed %llu: %s\n",
			              scenario->name, steps,
			              (unsigned long long)seed, err.text);
			failed++;
		}
		seed++;
		steps = steps == disk_steps(disk) ? 0 : steps + 1;
	}
	(void)printf("powercut: %s: %zu steps, %zu cuts, %d violations\n",
	             scenario->name, disk_steps(disk), cuts, failed);
	if (cuts <= disk_steps(disk)) {
		(void)fprintf(stderr, "powercut: not every step was cut\n");
		failed++;
	}
	disk_free(disk);
	return failed;
}

/* A disk that lies must be found out. */
static int lying(const struct scenario *scenario, enum disk_liar liar,
                 const char *name)
{
	struct disk *disk = play(scenario, liar);
	struct kd_error err = { .status = KD_OK };
	uint64_t state = liar;
	size_t bad[3] = { 0 };
	size_t steps;
	int i;

	for (i = 0; i < LIES; i++) {
		steps = disk_random(&state) % (disk_steps(disk) + 1);
		bad[cut_once(scenario, disk, steps, disk_random(&state),
		             &err)]++;
	}
	disk_free(disk);
	(void)printf("powercut: %s, %s: %d cuts, %zu lost, %zu broken\n",
	             scenario->name, name, LIES, bad[LETTER_LOST],
	             bad[LETTER_BROKEN]);
	/* without these, there is hardly a store left to lose one from */
	if (bad[LETTER_LOST] > 0 ||
	    (liar == DISK_NO_FILE_SYNC && bad[LETTER_BROKEN] > 0))
		return 0;
	(void)fprintf(stderr, "powercut: the model sees no loss: %s\n", name);
	return 1;
}

static int remove_one(const char *path, const struct stat *sb, int type,
                      struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void make_top(void)
{
	const char *tmp = getenv("TMPDIR");
	const char *usual = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char name[PATH_SIZE / 4], dir[PATH_SIZE];
	char *real;

	(void)snprintf(name, sizeof(name), "%s/kd-fault-XXXXXX",
	               tmp == NULL || strlen(tmp) > 64 ? usual : tmp);
	if (mkdtemp(name) == NULL)
		abort();
	real = realpath(name, NULL);
	if (real == NULL)
		abort();
	(void)snprintf(top, sizeof(top), "%s", real);
	free(real);
	place(dir, "cut", "");
	if (mkdir(dir, 0700) != 0)
		abort();
	place(dir, "again", "");
	if (mkdir(dir, 0700) != 0)
		abort();
}

int main(int argc, char **argv)
{
	static const struct {
		int scenario;
		enum disk_liar liar;
		const char *name;
	} lies[] = {
		{ WAL, DISK_NO_SYNC, "no sync (as synchronous=OFF)" },
		{ WAL, DISK_NO_LOG_SYNC, "no sync of the log (as NORMAL)" },
		{ WAL, DISK_NO_DIR_SYNC, "no sync of directories" },
		{ DELETE, DISK_NO_SYNC, "no sync (as synchronous=OFF)" },
		{ DELETE, DISK_NO_DIR_SYNC,
		  "no sync of directories (as FULL, not EXTRA)" },
		{ DELETE, DISK_NO_FILE_SYNC, "no sync of files" },
		{ WAL_SPOOL, DISK_NO_LOG_SYNC, "no sync of the log" },
		{ WAL_SPOOL, DISK_NO_DIR_SYNC, "no sync of directories" },
		{ WAL_SPOOL, DISK_NO_NEW_SYNC, "no sync of the spool" },
		{ WAL_SPOOL, DISK_NO_SPOOLED_SYNC,
		  "no sync of what is in the spool" },
		{ DELETE_SPOOL, DISK_NO_NEW_SYNC, "no sync of the spool" },
		{ WAL_IMPORT, DISK_NO_LOG_SYNC, "no sync of the log" },
	};
	const char *more = getenv("KD_LONG");
	const char *only = argc > 2 ? argv[2] : NULL;
	size_t cuts = more != NULL && strcmp(more, "1") == 0 ? CUTS_LONG : CUTS;
	int failed = 0;
	size_t i;

	if (argc > 1)
		cuts = strtoul(argv[1], NULL, 10);
	make_top();
	for (i = 0; i < SCENARIOS; i++)
		if (only == NULL || strcmp(only, scenarios[i].name) == 0)
			failed += honest(&scenarios[i],
			                 cuts * scenarios[i].share / 1000);
	for (i = 0; only == NULL && i < sizeof(lies) / sizeof(lies[0]); i++)
		failed += lying(&scenarios[lies[i].scenario], lies[i].liar,
		                lies[i].name);
	(void)nftw(top, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	return failed == 0 ? 0 : 1;
}
