/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * repack_fixture.h - messages that are alike enough to be packed together.
 */
#ifndef KD_TESTS_SUPPORT_REPACK_FIXTURE_H
#define KD_TESTS_SUPPORT_REPACK_FIXTURE_H

#include "store/repack.h"
#include "tests/support/store_fixture.h"

enum {
	REPACK_MANY = 40,
	REPACK_SIZE = 500, /* of a message, about */
	REPACK_BLOCK =
		16 * REPACK_SIZE /* bytes, so that REPACK_MANY make two */
};

/* Message i: its Message-ID, its bytes, and the decoded text that every
 * third one has. */
const char *repack_name(const struct fixture *fix, int i);
struct kd_bytes repack_bytes(const struct fixture *fix, int i);
const char *repack_text(const struct fixture *fix, int i);
struct kd_arriving repack_mail(const struct fixture *fix, int i);

/* Deliver those of [from, upto). */
void repack_deliver(struct fixture *fix, int from, int upto);

/* Its bytes and its text must be what they were. */
void repack_expect(struct fixture *fix, struct kd_store *store, int i);

/* So must those of [1, upto), in any order, in a sound store. */
void repack_expect_all(struct fixture *fix, int upto);

/* All of it, as the program does it. */
struct kd_repack_counts repack_run(struct fixture *fix);

/* Into larger blocks. */
struct kd_repack_counts repack_into(struct fixture *fix, size_t block_size);

/* Change the store behind its back. */
void repack_sql(const struct fixture *fix, const char *sql);

#endif /* KD_TESTS_SUPPORT_REPACK_FIXTURE_H */
