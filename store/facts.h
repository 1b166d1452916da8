/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * facts.h - the rows of what a variant says beside its columns (trailers,
 * paths, links and so on), and what messages are about.
 *
 * Like content.c it runs inside the transaction of its caller.
 */
#ifndef KD_STORE_FACTS_H
#define KD_STORE_FACTS_H

#include "store/internal.h"

extern const struct kd_statement
	kd_fact_statements[KD_STMT_SEARCH - KD_STMT_FACTS];

/* --- facts.c ----------------------------------------------------------- */

/* Add what msg says; what it does not say costs nothing. */
KD_MUST_CHECK
enum kd_status kd_facts_add(struct kd_store *store, int64_t variant,
                            const struct kd_message *msg, struct kd_error *err);

/* Replace what is there, unless it is the same; *changed is set then. */
KD_MUST_CHECK
enum kd_status kd_facts_put(struct kd_store *store, int64_t variant,
                            const struct kd_message *msg, bool *changed,
                            struct kd_error *err);

/* --- details.c --------------------------------------------------------- */

/* A later release may know more fates than this one. */
enum kd_fate kd_store_fate(int64_t stored);

/* --- posted.c ---------------------------------------------------------- */

/* ... or more kinds. */
enum kd_kind kd_store_kind(int64_t stored);

/* --- about.c ----------------------------------------------------------- */

/* Settle what the message is about, whose preferred variant this is now.
 * fresh: it had none before. */
KD_MUST_CHECK
enum kd_status kd_about_put(struct kd_store *store,
                            const struct kd_incoming *in, bool fresh,
                            struct kd_error *err);

/* Settle anew those that may climb through the message. */
KD_MUST_CHECK
enum kd_status kd_about_put_below(struct kd_store *store, int64_t message,
                                  struct kd_error *err);

#endif /* KD_STORE_FACTS_H */
