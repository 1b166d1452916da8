/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ioerr.c - deliveries in which one of SQLite's calls to the disk fails, or
 * all from one on: each call in turn, until a run has none left to fail.
 * Nothing acknowledged is lost, and what was not is stored once when it is
 * offered again.
 *
 * A disk that says that it has written what it has not must be found out,
 * or the test would prove nothing.  KD_LONG=1: every error at every sort of
 * call, and a log that is trimmed.
 */
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fault/disk.h"
#include "tests/fault/hookway.h"
#include "tests/fault/vfs.h"

enum {
	PATH_SIZE = 512,
	LETTERS_MAX = 5,
	STORE_MS = 60, /* that a delivery waits for a lock */
	FAULTS_MIN = 1500,
	FAILED_MAX = 10,
};

static const struct letter letters[LETTERS_MAX] = {
	{ .id = "1@example.org", .size = 300 },
	{ .id = "2@example.org", .size = 6000 },
	{ .id = "3@example.org", .size = 400, .waits = true },
	{ .id = "4@example.org", .size = 12000, .large = true },
};
/* A block is made of the first four; the fifth shows that it is full. */
static const struct letter alike[LETTERS_MAX] = {
	{ .id = "1@example.org", .size = 4000 },
	{ .id = "2@example.org", .size = 4000 },
	{ .id = "3@example.org", .size = 4000 },
	{ .id = "4@example.org", .size = 4000 },
	{ .id = "5@example.org", .size = 4000 },
};
static const struct letter long_letter = { .id = "5@example.org",
	                                   .size = 500000 };

struct scenario {
	const char *name;
	size_t known;              /* letters that are there already */
	const struct letter *sent; /* the one to come */
	bool keeps_log;            /* as the hook leaves it */
	unsigned int usual; /* of the ways below; KD_LONG=1: all of them */
	const struct letter *alike; /* what is known is packed, instead of a
	                             * delivery; NULL: it is not */
};

#define WAL_SPOOL 1U
#define WAL_ALONE 2U /* without a spool */
#define DELETE_SPOOL 4U
#define DELETE_ALONE 8U

static const struct scenario scenarios[] = {
	{ "first", 0, &letters[0], false, WAL_SPOOL, NULL },
	{ "later", 1, &letters[1], false, WAL_SPOOL | DELETE_SPOOL, NULL },
	{ "large", 1, &letters[3], false, WAL_ALONE, NULL },
	{ "log", 1, &letters[1], true, WAL_ALONE, NULL },
	{ "again", 2, &letters[1], true, WAL_SPOOL, NULL },
	{ "drain", 3, &letters[3], true, WAL_SPOOL, NULL },
	{ "trim", 2, &long_letter, true, 0, NULL },
	{ "repack", 5, &alike[4], true, WAL_SPOOL, alike },
};

enum { SCENARIOS = sizeof(scenarios) / sizeof(scenarios[0]) };

struct setup {
	const struct scenario *scenario;
	struct hookway_opts opts;
	struct disk *start; /* what each run begins with */
};

static bool is_long;
static char top[PATH_SIZE / 4];
static size_t faults, failed_calls, spooled, refused;

static void fatal(const char *what, const struct kd_error *err)
{
	(void)fprintf(stderr, "ioerr: %s: %s\n", what, err->text);
	exit(1);
}

static int remove_one(const char *path, const struct stat *sb, int type,
                      struct FTW *ftw)
{
	(void)sb;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_all(const char *path)
{
	(void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A log stays where it is as long as another has the store open. */
static struct kd_store *read_along(const char *path)
{
	struct kd_store_opts opts = { .path = path, .mode = KD_STORE_READ };
	struct kd_store *store = NULL;
	struct kd_error err = KD_ERROR_INIT;

	if (kd_store_open(&opts, &store, &err) != KD_OK)
		fatal("read", &err);
	return store;
}

static void place(char ret[PATH_SIZE], const char *name, const char *inner)
{
	(void)snprintf(ret, PATH_SIZE, "%s/%s%s", top, name, inner);
}

static const struct letter *mail_of(const struct scenario *scenario)
{
	return scenario->alike == NULL ? letters : scenario->alike;
}

/* What each run of the scenario begins with. */
static void make_start(struct setup *setup)
{
	const struct scenario *scenario = setup->scenario;
	struct hookway_opts opts = { .spool = true, .store_ms = 5000 };
	char root[PATH_SIZE], path[PATH_SIZE], shm[PATH_SIZE];
	struct kd_error err = KD_ERROR_INIT;
	const struct letter *mail = mail_of(scenario);
	struct kd_store *reader = NULL;
	struct kd_delivered done;
	size_t i;

	opts.journal_delete = setup->opts.journal_delete;
	place(root, "start", "");
	place(path, "start", "/mail/kvm.db");
	place(shm, "start", "/mail/kvm.db-shm");
	if (mkdir(root, 0700) != 0)
		abort();
	for (i = 0; i < scenario->known; i++) {
		if (hookway_deliver(&mail[i], path, &opts, &done, &err) !=
		            KD_OK ||
		    done.spooled != mail[i].waits)
			fatal("set up", &err);
		if (scenario->keeps_log && !opts.journal_delete &&
		    reader == NULL)
			reader = read_along(path);
	}
	if (reader != NULL && unlink(shm) != 0)
		abort();
	setup->start = disk_begin(root, DISK_HONEST);
	disk_stop();
	kd_store_close(reader);
	remove_all(root);
}

static const char *say(const struct vfs_plan *plan, char ret[80])
{
	static const char *const faults_named[] = { "IOERR", "FULL", "BUSY",
		                                    "lie" };
	static const char *const spans[] = { "once", "that sort for ever",
		                             "all for ever" };

	(void)snprintf(ret, 80, "call %zu, %s, %s", plan->at,
	               faults_named[plan->fault], spans[plan->span]);
	return ret;
}

/* One delivery, or packing, with a fault.  *ret_reached: there was such a call.
 */
static enum letter_verdict run(const struct setup *setup,
                               const struct vfs_plan *plan, bool *ret_reached,
                               struct kd_error *err)
{
	static const struct letter next = { .id = "next-1@example.org",
		                            .size = 100 };
	const struct letter *sent = setup->scenario->sent;
	bool acked[LETTERS_MAX + 1] = { false };
	struct letter mail[LETTERS_MAX + 1];
	struct letter_expect expect = { .letters = mail, .acked = acked };
	struct kd_delivered done = { .spooled = false };
	char root[PATH_SIZE], path[PATH_SIZE];
	enum kd_status st;
	size_t i;

	place(root, "run", "");
	place(path, "run", "/mail/kvm.db");
	disk_cut(setup->start, 0, 0, root);
	vfs_arm(plan);
	if (setup->scenario->alike != NULL)
		st = letter_repack(path, setup->opts.journal_delete,
		                   setup->opts.store_ms, err);
	else
		st = hookway_deliver(sent, path, &setup->opts, &done, err);
	i = vfs_disarm();
	*ret_reached = i > 0;
	failed_calls += i;
	for (i = 0; i < setup->scenario->known; i++) {
		acked[expect.n] = true;
		mail[expect.n++] = mail_of(setup->scenario)[i];
	}
	for (i = 0; i < expect.n && strcmp(mail[i].id, sent->id) != 0; i++)
		;
	if (i == expect.n)
		mail[expect.n++] = *sent;
	if (st == KD_OK)
		acked[i] = true;
	refused += st != KD_OK;
	spooled += st == KD_OK && done.spooled;
	expect.next = &next;
	expect.journal_delete = setup->opts.journal_delete;
	if (*ret_reached || (st == KD_OK && !done.spooled))
		return hookway_inspect(&expect, path, err);
	if (st == KD_OK)
		*err = done.why;
	return letter_broken(err, "nothing failed, and it is not stored");
}

/* Each call in turn; how many runs went wrong. */
static size_t each_call(const struct setup *setup, struct vfs_plan plan)
{
	struct kd_error err = KD_ERROR_INIT;
	enum letter_verdict verdict;
	bool reached = true;
	size_t wrong = 0;
	char text[80];

	while (reached && wrong < FAILED_MAX) {
		verdict = run(setup, &plan, &reached, &err);
		if (verdict != LETTER_WELL)
			wrong++;
		if (verdict != LETTER_WELL && plan.fault != VFS_LIE)
			(void)fprintf(stderr, "ioerr: %s%s%s: %s: %s\n",
			              setup->scenario->name,
			              setup->opts.journal_delete ? ", delete"
			                                         : "",
			              setup->opts.spool ? "" : ", no spool",
			              say(&plan, text), err.text);
		faults += reached;
		plan.at++;
	}
	return wrong;
}

#define LOCKS (VFS_BIT(VFS_LOCK) | VFS_BIT(VFS_SHM_LOCK))
#define SHM (VFS_BIT(VFS_SHM_MAP) | VFS_BIT(VFS_SHM_LOCK))
#define GROWS                                                                  \
	(VFS_BIT(VFS_WRITE) | VFS_BIT(VFS_SYNC) | VFS_BIT(VFS_TRUNCATE) |      \
	 VFS_BIT(VFS_OPEN) | VFS_BIT(VFS_SHM_MAP))
#define CHANGES (VFS_EVERY & ~VFS_BIT(VFS_READ))

static size_t each_fault(const struct setup *setup)
{
	/* Where the shared memory is busy for ever, SQLite has a wait of its
	 * own, ten seconds long, that nobody can make shorter. */
	static const struct {
		enum vfs_fault fault;
		enum vfs_span span;
		unsigned int usual;     /* the calls that fail */
		unsigned int when_long; /* when it is to be long */
	} plans[] = {
		{ VFS_IOERR, VFS_ONCE, VFS_EVERY, VFS_EVERY },
		{ VFS_IOERR, VFS_KIND, CHANGES, VFS_EVERY },
		{ VFS_IOERR, VFS_ALL, CHANGES, VFS_EVERY },
		{ VFS_FULL, VFS_ONCE, GROWS, VFS_EVERY },
		{ VFS_FULL, VFS_KIND, GROWS, VFS_EVERY },
		{ VFS_FULL, VFS_ALL, GROWS, VFS_EVERY },
		{ VFS_BUSY, VFS_ONCE, LOCKS, VFS_EVERY },
		{ VFS_BUSY, VFS_KIND, VFS_BIT(VFS_LOCK), VFS_EVERY & ~SHM },
		{ VFS_BUSY, VFS_ALL, VFS_BIT(VFS_LOCK), VFS_EVERY & ~SHM },
	};
	struct vfs_plan plan;
	size_t wrong = 0;
	size_t i;

	for (i = 0; i < sizeof(plans) / sizeof(plans[0]); i++) {
		plan = (struct vfs_plan){ .fault = plans[i].fault };
		plan.span = plans[i].span;
		plan.calls = is_long ? plans[i].when_long : plans[i].usual;
		wrong += each_call(setup, plan);
	}
	return wrong;
}

/* How many of the lies about writing were found out. */
static size_t lie(const struct setup *setup)
{
	static const struct vfs_plan plan = { .calls = VFS_BIT(VFS_WRITE),
		                              .fault = VFS_LIE,
		                              .span = VFS_KIND };
	size_t before = faults;
	size_t found = each_call(setup, plan);

	faults = before;
	return found;
}

static size_t each_scenario(unsigned int way, const char *name)
{
	struct setup setup = { .opts = { .store_ms = STORE_MS } };
	size_t before, i;
	size_t found = 0;
	size_t wrong = 0;

	setup.opts.journal_delete = (way & (WAL_SPOOL | WAL_ALONE)) == 0;
	setup.opts.spool = (way & (WAL_SPOOL | DELETE_SPOOL)) != 0;
	for (i = 0; i < SCENARIOS; i++) {
		if (!is_long && (scenarios[i].usual & way) == 0)
			continue;
		before = faults;
		setup.scenario = &scenarios[i];
		make_start(&setup);
		wrong += each_fault(&setup);
		found += lie(&setup);
		disk_free(setup.start);
		(void)printf("ioerr: %s, %s: %zu faults\n", scenarios[i].name,
		             name, faults - before);
	}
	(void)printf("ioerr: %s: %zu lies found out\n", name, found);
	if (found == 0) {
		(void)fprintf(stderr, "ioerr: it sees no loss\n");
		wrong++;
	}
	return wrong;
}

static void make_top(void)
{
	const char *usual = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp";
	char name[PATH_SIZE / 4], dir[PATH_SIZE];
	char *real;

	(void)snprintf(name, sizeof(name), "%s/kd-fault-XXXXXX", usual);
	if (mkdtemp(name) == NULL)
		abort();
	real = realpath(name, NULL);
	if (real == NULL || strlen(real) >= sizeof(top))
		abort();
	(void)snprintf(top, sizeof(top), "%s", real);
	free(real);
	place(dir, "run", "");
	if (mkdir(dir, 0700) != 0)
		abort();
}

int main(void)
{
	const char *more = getenv("KD_LONG");
	size_t wrong;

	is_long = more != NULL && strcmp(more, "1") == 0;
	make_top();
	vfs_register();
	wrong = each_scenario(WAL_SPOOL, "wal, spool");
	wrong += each_scenario(WAL_ALONE, "wal");
	wrong += each_scenario(DELETE_SPOOL, "delete, spool");
	if (is_long)
		wrong += each_scenario(DELETE_ALONE, "delete");
	remove_all(top);
	(void)printf("ioerr: %zu faults, %zu failing calls; %zu spooled, %zu "
	             "refused: %zu violations\n",
	             faults, failed_calls, spooled, refused, wrong);
	if (faults < FAULTS_MIN || spooled == 0 || refused == 0) {
		(void)fprintf(stderr, "ioerr: so few? they do not arrive\n");
		wrong++;
	}
	return wrong == 0 ? 0 : 1;
}
