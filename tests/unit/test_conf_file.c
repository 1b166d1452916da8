/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_conf_file.c - which file is read, and which is refused; where home
 * and the store are.  Each test has an empty directory of its own.
 */
#include <ftw.h>
#include <pwd.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "conf/conf.h"

struct place {
	char dir[64];
	char path[128]; /* of the last path_of() */
};

static const char deadline_20[] = "mda: { deadline = 20; };\n";

static int setup(void **state)
{
	struct place *place = calloc(1, sizeof(*place));

	if (place == NULL)
		return -1;
	(void)snprintf(place->dir, sizeof(place->dir), "%s",
	               P_tmpdir "/kd-test-conf-XXXXXX");
	*state = place;
	if (mkdtemp(place->dir) == NULL || unsetenv("XDG_DATA_HOME") != 0 ||
	    unsetenv("XDG_CONFIG_HOME") != 0)
		return -1;
	return setenv("HOME", place->dir, 1);
}

static int drop(const char *path, const struct stat *st, int type,
                struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct place *place = *state;
	int failed = nftw(place->dir, drop, 8, FTW_DEPTH | FTW_PHYS);

	free(place);
	return failed;
}

static const char *path_of(struct place *place, const char *name)
{
	(void)snprintf(place->path, sizeof(place->path), "%s/%s", place->dir,
	               name);
	return place->path;
}

static void make_dir(struct place *place, const char *name)
{
	assert_int_equal(mkdir(path_of(place, name), 0700), 0);
}

static const char *write_file(struct place *place, const char *name,
                              const char *text, mode_t mode)
{
	const char *path = path_of(place, name);
	FILE *file = fopen(path, "w");

	assert_non_null(file);
	assert_true(fputs(text, file) >= 0);
	assert_int_equal(fclose(file), 0);
	assert_int_equal(chmod(path, mode), 0);
	return path;
}

static struct kd_conf *load(const char *path)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;

	if (kd_conf_load(path, &conf, &err) != KD_OK)
		fail_msg("%s", err.text);
	return conf;
}

/* That loading fails with status, and with text behind the directory. */
static void assert_refused(const struct place *place, const char *path,
                           enum kd_status status, const char *text)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	size_t n = strlen(place->dir);

	assert_int_equal(kd_conf_load(path, &conf, &err), status);
	assert_int_equal(err.status, status);
	assert_null(conf);
	assert_memory_equal(err.text, place->dir, n);
	assert_string_equal(err.text + n, text);
}

static void test_load_names_the_line(void **state)
{
	struct place *place = *state;
	const char *path = write_file(place, "c", "\nmda: {\ntop = 1; }", 0600);

	assert_refused(place, path, KD_CONFIG,
	               "/c:3: mda.top: expected one of unlisted, max_message, "
	               "deadline, on_db_failure, found a key that is not "
	               "known");
}

static void test_load_missing(void **state)
{
	struct place *place = *state;

	assert_refused(place, path_of(place, "none"), KD_CONFIG,
	               "/none: expected a configuration file, found none");
}

static void test_load_what_is_no_file(void **state)
{
	struct place *place = *state;

	make_dir(place, "d");
	assert_refused(place, place->path, KD_CONFIG,
	               "/d: expected a regular file, found a directory");
	/* Must not wait for somebody to write to it. */
	assert_int_equal(mkfifo(path_of(place, "fifo"), 0600), 0);
	assert_refused(place, place->path, KD_CONFIG,
	               "/fifo: expected a regular file, found something else");
}

static void test_load_that_others_can_write(void **state)
{
	struct place *place = *state;

	write_file(place, "c", deadline_20, 0620);
	assert_refused(place, place->path, KD_PERM,
	               "/c: expected a file that only its owner can write "
	               "(chmod go-w), found mode 0620");
	assert_int_equal(chmod(place->path, 0602), 0);
	assert_refused(place, place->path, KD_PERM,
	               "/c: expected a file that only its owner can write "
	               "(chmod go-w), found mode 0602");
	assert_int_equal(chmod(place->path, 0644), 0);
	kd_conf_free(load(place->path));
}

static void test_load_of_another_user(void **state)
{
	struct place *place = *state;

	if (geteuid() != 0)
		skip(); /* only root can give a file away */
	write_file(place, "c", deadline_20, 0600);
	assert_int_equal(chown(place->path, 12345, 0), 0);
	assert_refused(place, place->path, KD_PERM,
	               "/c: expected a file of root or of user 0, found one "
	               "of user 12345");
}

/* Dotfiles are links into a git tree: what they point to counts. */
static void test_load_link(void **state)
{
	struct place *place = *state;
	char target[128];
	struct kd_conf *conf;

	write_file(place, "c", deadline_20, 0600);
	(void)snprintf(target, sizeof(target), "%s", place->path);
	assert_int_equal(symlink("c", path_of(place, "link")), 0);
	conf = load(place->path);
	assert_int_equal(conf->deadline, 20);
	assert_string_equal(conf->file, place->path);
	kd_conf_free(conf);

	assert_int_equal(chmod(target, 0666), 0);
	assert_refused(place, path_of(place, "link"), KD_PERM,
	               "/link: expected a file that only its owner can write "
	               "(chmod go-w), found mode 0666");
}

static void test_load_too_large(void **state)
{
	struct place *place = *state;

	write_file(place, "c", "#", 0600);
	assert_int_equal(truncate(place->path, 1 << 20), 0);
	assert_refused(place, place->path, KD_CONFIG,
	               "/c:1: size: expected 64 KiB at most, found more");
}

/* --- The search path ------------------------------------------------- */

static void test_search_in_home(void **state)
{
	struct place *place = *state;
	struct kd_conf *conf;

	make_dir(place, ".config");
	make_dir(place, ".config/kvmdigest");
	write_file(place, ".config/kvmdigest/kvmdigest.conf",
	           "store: { path = \"~/x/kvm.db\"; };", 0600);
	conf = load(NULL);
	assert_string_equal(conf->file, place->path);
	assert_string_equal(conf->store_path, path_of(place, "x/kvm.db"));
	kd_conf_free(conf);
}

static void test_search_in_xdg_config_home(void **state)
{
	struct place *place = *state;
	struct kd_conf *conf;

	make_dir(place, "xdg");
	assert_int_equal(setenv("XDG_CONFIG_HOME", place->path, 1), 0);
	make_dir(place, "xdg/kvmdigest");
	write_file(place, "xdg/kvmdigest/kvmdigest.conf", deadline_20, 0600);
	conf = load(NULL);
	assert_string_equal(conf->file, place->path);
	assert_int_equal(conf->deadline, 20);
	assert_string_equal(conf->store_path,
	                    path_of(place, ".local/share/kvmdigest/kvm.db"));
	kd_conf_free(conf);

	/* XDG: what is not absolute is ignored. */
	assert_int_equal(setenv("XDG_CONFIG_HOME", "xdg", 1), 0);
	assert_int_equal(chdir(place->dir), 0);
	conf = load(NULL);
	assert_int_equal(conf->deadline, 9);
	kd_conf_free(conf);
	assert_int_equal(chdir("/"), 0);
}

/* What exists but is no good stops the search. */
static void test_search_stops_at_a_fault(void **state)
{
	struct place *place = *state;

	make_dir(place, ".config");
	make_dir(place, ".config/kvmdigest");
	assert_int_equal(
		symlink("gone",
	                path_of(place, ".config/kvmdigest/kvmdigest.conf")),
		0);
	assert_refused(place, NULL, KD_CONFIG,
	               "/.config/kvmdigest/kvmdigest.conf: expected a "
	               "configuration file, found none");
	assert_int_equal(unlink(place->path), 0);
	write_file(place, ".config/kvmdigest/kvmdigest.conf", "x", 0666);
	assert_refused(place, NULL, KD_PERM,
	               "/.config/kvmdigest/kvmdigest.conf: expected a file "
	               "that only its owner can write (chmod go-w), found "
	               "mode 0666");
	if (geteuid() == 0)
		return; /* root can read everything */
	assert_int_equal(chmod(place->path, 0), 0);
	assert_refused(place, NULL, KD_PERM,
	               "/.config/kvmdigest/kvmdigest.conf: Permission denied");
}

static void test_search_finds_nothing(void **state)
{
	struct place *place = *state;
	struct kd_conf *conf;

	if (access("/etc/kvmdigest.conf", F_OK) == 0)
		skip(); /* this machine has one */
	conf = load(NULL);
	assert_null(conf->file);
	assert_int_equal(conf->deadline, 9);
	assert_string_equal(conf->store_path,
	                    path_of(place, ".local/share/kvmdigest/kvm.db"));
	kd_conf_free(conf);
}

static void test_store_in_xdg_data_home(void **state)
{
	struct place *place = *state;
	const char *path = write_file(place, "c", "", 0600);
	struct kd_conf *conf;

	assert_int_equal(setenv("XDG_DATA_HOME", "/xdg/data", 1), 0);
	conf = load(path);
	assert_string_equal(conf->store_path, "/xdg/data/kvmdigest/kvm.db");
	kd_conf_free(conf);
	assert_int_equal(setenv("XDG_DATA_HOME", "xdg/data", 1), 0);
	conf = load(path);
	assert_string_equal(conf->store_path,
	                    path_of(place, ".local/share/kvmdigest/kvm.db"));
	kd_conf_free(conf);
}

/* A mail server sets no HOME, sudo one that is not ours. */
static void test_home_of_the_password_database(void **state)
{
	static const char *const homes[] = { NULL, "", "relative", "/none",
		                             "other" };
	const struct passwd *entry = getpwuid(geteuid());
	struct place *place = *state;
	const char *path = write_file(place, "c", "", 0600);
	char other[128];
	char want[256];

	if (entry == NULL) {
		skip(); /* this user is in no database */
		return;
	}
	(void)snprintf(want, sizeof(want), "%s/.local/share/kvmdigest/kvm.db",
	               entry->pw_dir);
	(void)snprintf(other, sizeof(other), "%s/other", place->dir);
	assert_int_equal(mkdir(other, 0700), 0);
	if (geteuid() == 0)
		assert_int_equal(chown(other, 12345, 0), 0);

	for (size_t i = 0; i < sizeof(homes) / sizeof(homes[0]); i++) {
		struct kd_conf *conf;

		assert_int_equal(unsetenv("HOME"), 0);
		if (homes[i] != NULL)
			assert_int_equal(setenv("HOME", homes[i], 1), 0);
		if (geteuid() == 0 && i == 4)
			assert_int_equal(setenv("HOME", other, 1), 0);
		conf = load(path);
		assert_string_equal(conf->store_path, want);
		kd_conf_free(conf);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(test_##name, setup, teardown)
		TEST(load_names_the_line),
		TEST(load_missing),
		TEST(load_what_is_no_file),
		TEST(load_that_others_can_write),
		TEST(load_of_another_user),
		TEST(load_link),
		TEST(load_too_large),
		TEST(search_in_home),
		TEST(search_in_xdg_config_home),
		TEST(search_stops_at_a_fault),
		TEST(search_finds_nothing),
		TEST(store_in_xdg_data_home),
		TEST(home_of_the_password_database),
#undef TEST
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
