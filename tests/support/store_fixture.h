/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * store_fixture.h - a directory for one test of the store, and messages of
 * our own making.  What goes wrong in here fails the test.
 */
#ifndef KD_TESTS_SUPPORT_STORE_FIXTURE_H
#define KD_TESTS_SUPPORT_STORE_FIXTURE_H

#include "store/store.h"

struct fixture {
	char dir[128];  /* of its own, removed at the end */
	char path[160]; /* of a store in it that is not there yet */
	struct kd_arena *arena;
	struct kd_error err;
};

/* For cmocka: *state is a struct fixture. */
int fixture_setup(void **state);
int fixture_teardown(void **state);
#define TEST(name)                                                             \
	cmocka_unit_test_setup_teardown(name, fixture_setup, fixture_teardown)

/* path with suffix behind it, in the arena. */
const char *fixture_name(const struct fixture *fix, const char *suffix);

/* All of a file, in the arena; data is NULL when there is none. */
struct kd_bytes fixture_read(const struct fixture *fix, const char *path);
void fixture_write(const char *path, struct kd_bytes bytes);

/* Options for fix->path that wait for up to ten seconds. */
struct kd_store_opts fixture_opts(const struct fixture *fix,
                                  enum kd_store_mode mode);

/* Open fix->path, which must work.  To make a store takes longer than most
 * of what is to be tested: the first of a program is kept, and where another
 * is to be made, a copy of it is laid there.  Not in a program that looks at
 * how a store comes to be, which calls fixture_make_anew() first. */
struct kd_store *fixture_open(struct fixture *fix, enum kd_store_mode mode);
void fixture_make_anew(void);

/* Make fix->path, with no message in it. */
void fixture_make(struct fixture *fix);

/* Open fix->path, which must fail with want, and say where. */
void fixture_expect_failure(struct fixture *fix, enum kd_store_mode mode,
                            enum kd_status want);

/* The file at path must hold what it held before. */
void fixture_expect_same(const struct fixture *fix, const char *path,
                         struct kd_bytes before);

extern const struct kd_list fixture_kvm;
extern const struct kd_list fixture_ppc;

/* A plain message that came through fixture_kvm at `received`; its content
 * hash comes from content. */
struct kd_arriving fixture_arriving(const struct fixture *fix,
                                    const char *message_id, const char *content,
                                    int64_t received);

/* The message of it, to be changed before it is added. */
struct kd_message *fixture_message(struct kd_arriving *arriving);

/* Add, which must work. */
enum kd_added fixture_add(struct fixture *fix, struct kd_store *store,
                          const struct kd_arriving *arriving);

/* The message of that Message-ID, which must be there. */
struct kd_posted fixture_get(struct fixture *fix, struct kd_store *store,
                             const char *message_id);

/* The number that sql says of the store at fix->path. */
int64_t fixture_query(const struct fixture *fix, const char *sql);

/* Change the store behind its back, also into what it would not be. */
void fixture_change(const struct fixture *fix, const char *sql);

/* The next order of n in the order of dictionaries; false after the last. */
bool fixture_next_order(int *order, int n);

#endif /* KD_TESTS_SUPPORT_STORE_FIXTURE_H */
