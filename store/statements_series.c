/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * statements_series.c - the SQL of series and versions; as statements.c
 * says of all.
 */
#include "store/series_internal.h"

#define SERIES(which) [KD_STMT_##which - KD_STMT_SERIES]

/*
 * To prepare a statement costs a delivery more than to run it, and what most
 * of these look for is not there: so they find ids alone, and one of them
 * reads what was found, row by row.  Of a series all members are read, again
 * and again in an import: that one has all columns, as GET_NODE has.
 */

/* The columns of a struct kd_node. */
#define NODE                                                                   \
	"SELECT m.id, m.message_id, m.series, s.kin, v.kind, v.version, "      \
	"v.versioned, v.revision, v.number, v.total, v.date, p.email, "        \
	"v.project, v.prefixes, v.title, v.change_id, s.said, s.version, "     \
	"s.revision "
#define NODE_OF                                                                \
	"CROSS JOIN variant v ON v.id = m.variant "                            \
	"CROSS JOIN person p ON p.id = v.sender "

/* Candidates: the message, and whose kin it is.  x: the variant that was
 * found, which must be the preferred one. */
#define FOUND "SELECT m.id, s.kin "
#define OF_FOUND                                                               \
	"CROSS JOIN variant x ON x.id = r.variant "                            \
	"CROSS JOIN message m ON m.id = x.message AND m.variant = x.id "       \
	"CROSS JOIN series s ON s.id = m.series "

/* The answer, the newest four references and the oldest one of variant w. */
#define NEAR(w)                                                                \
	"(+r.ordinal < 2 OR +r.ordinal > (SELECT max(e.ordinal) - 4 "          \
	"FROM reference e WHERE e.variant = " w "))"

/* The columns of a struct kd_series but the last one; what a row of before
 * does not know comes from its members. */
#define VERSION                                                                \
	"SELECT s.id, m.id, m.message_id, v.title, v.project, p.name, "        \
	"p.email, coalesce(s.version, v.version), "                            \
	"coalesce(s.revision, v.revision), coalesce(s.total, v.total), "       \
	"coalesce(s.received, (SELECT count(*) FROM message c "                \
	"CROSS JOIN variant w ON w.id = c.variant WHERE c.series = s.id "      \
	"AND w.number > 0)), v.kind = 2, v.rfc, s.resend, "                    \
	"coalesce(s.date, v.date), a.seq, a.received, s.change_id, "           \
	"s.previous, s.evidence, "
/* The last one.  To sort takes a table of its own, however few there are;
 * of most there are none. */
#define NEXT                                                                   \
	"CASE WHEN EXISTS (SELECT 1 FROM series d WHERE d.previous = s.id) "   \
	"THEN (SELECT n.id FROM "                                              \
	"(SELECT d.id, d.version, d.revision, d.date, d.head FROM series d "   \
	"WHERE d.previous = s.id AND d.resend IS NOT 1 UNION ALL "             \
	"SELECT d.id, d.version, d.revision, d.date, d.head FROM series e "    \
	"CROSS JOIN series d ON d.previous = e.id WHERE e.previous = s.id "    \
	"AND e.resend = 1 AND d.resend IS NOT 1) n "                           \
	"CROSS JOIN message o ON o.id = n.head ORDER BY n.version DESC, "      \
	"n.revision DESC, n.date DESC, o.message_id LIMIT 1) END "
#define ROW VERSION NEXT
#define ROW_OF                                                                 \
	"CROSS JOIN message m ON m.id = coalesce(s.head, (SELECT c.id "        \
	"FROM message c CROSS JOIN variant w ON w.id = c.variant "             \
	"WHERE c.series = s.id ORDER BY w.number, c.message_id LIMIT 1)) "     \
	"CROSS JOIN variant v ON v.id = m.variant "                            \
	"CROSS JOIN person p ON p.id = v.sender "                              \
	"CROSS JOIN arrival a ON a.seq = (SELECT min(f.seq) "                  \
	"FROM message c CROSS JOIN arrival f ON f.message = c.id "             \
	"WHERE c.series = s.id) "

/* A series is of every list that it came to: its arrivals are not counted
 * once, as messages are. */
#define ON_ANY_LIST "?1 IS NULL AND a.list > 0 "
#define EACH(scope)                                                            \
	ROW "FROM (SELECT c.series AS id, min(a.seq) AS seq "                  \
	    "FROM arrival a CROSS JOIN message c ON c.id = a.message "         \
	    "WHERE " scope "AND a.seq > ?2 AND a.seq <= ?3 "                   \
	    "AND c.series IS NOT NULL GROUP BY c.series) g "                   \
	    "CROSS JOIN series s ON s.id = g.id " ROW_OF "ORDER BY g.seq"

const struct kd_statement kd_series_statements[KD_STMT_FACTS - KD_STMT_SERIES] = {
	SERIES(GET_SERIES) = { "look up a series",
	                       "SELECT series FROM message WHERE id = ?1" },
	SERIES(GET_NODE) = { "find a series",
	                     NODE "FROM message m " NODE_OF
	                          "LEFT JOIN series s ON s.id = m.series "
	                          "WHERE m.id = ?1" },
	SERIES(LIST_CITES) = { "find a series",
	                       "SELECT ?2, r.ordinal, r.message "
	                       "FROM reference r WHERE r.variant = ?1 "
	                       "AND " NEAR("?1") },
	/* Those that the variant refers to. */
	SERIES(LIST_CITED) = { "find a series",
	                       FOUND "FROM reference r "
	                             "CROSS JOIN message m ON m.id = r.message "
	                             "CROSS JOIN series s ON s.id = m.series "
	                             "WHERE r.variant = ?1 "
	                             "AND s.kin IS NOT ?2 AND " NEAR("?1") },
	/* Those that refer to the message, of ordinal 0 that answer it; the
	 * newest thousand: the rest of a thread that long is none of this
	 * series. */
	SERIES(LIST_CITING) = { "find a series", FOUND
	                        "FROM (SELECT variant FROM reference "
	                        "WHERE message = ?1 AND ordinal <= ?3 "
	                        "ORDER BY variant DESC LIMIT 1000) r " OF_FOUND
	                        "WHERE s.kin IS NOT ?2" },
	/* Those of the same counters and sender that refer to nothing. */
	SERIES(LIST_LOOSE) = { "find a series", FOUND
	                       "FROM (SELECT id AS variant FROM variant "
	                       "WHERE total = ?1 AND version = ?2 "
	                       "AND date BETWEEN ?3 AND ?4 LIMIT 1000) r " OF_FOUND
	                       "CROSS JOIN person p ON p.id = x.sender "
	                       "WHERE p.email = ?5 COLLATE NOCASE "
	                       "AND NOT EXISTS (SELECT 1 FROM reference e "
	                       "WHERE e.variant = x.id)" },
	SERIES(LIST_KIN) = { "find a series", NODE
	                     "FROM series s "
	                     "CROSS JOIN message m ON m.series = s.id " NODE_OF
	                     "WHERE s.kin = ?1" },
	SERIES(LIST_KIN_CITES) = { "find a series",
	                           "SELECT m.id, r.ordinal, r.message "
	                           "FROM series s "
	                           "CROSS JOIN message m ON m.series = s.id "
	                           "CROSS JOIN reference r "
	                           "ON r.variant = m.variant WHERE s.kin = ?1 "
	                           "AND " NEAR("m.variant") },
	SERIES(LABEL_SERIES) = { "change a series",
	                         "UPDATE series SET kin = id "
	                         "WHERE id = ?1 AND kin IS NULL" },
	SERIES(JOIN_KIN) = { "change a series",
	                     "UPDATE series SET kin = ?1 WHERE kin = ?2" },
	/* Without a kin of ?1 it is the first of its own. */
	SERIES(ADD_SERIES) = { "add a series",
	                       "INSERT INTO series (threaded, kin, evidence, "
	                       "resend) VALUES (0, coalesce(?1, (SELECT "
	                       "coalesce(max(id), 0) + 1 FROM series)), 0, 0)" },
	SERIES(PUT_SERIES) = { "put a message into its series",
	                       "UPDATE message SET series = ?2 WHERE id = ?1" },
	SERIES(CLEAR_NEXT) = { "drop a series",
	                       "UPDATE series SET previous = NULL "
	                       "WHERE previous = ?1" },
	SERIES(DROP_SERIES) = { "drop a series",
	                        "DELETE FROM series WHERE id = ?1 "
	                        "AND NOT EXISTS (SELECT 1 FROM message "
	                        "WHERE series = ?1)" },
	SERIES(GET_TITLE) = { "look up a series",
	                      "SELECT poster, title_key, date FROM series "
	                      "WHERE id = ?1" },
	/* The version ?4 is NULL when none is said: what it is then, others
	 * decide. */
	SERIES(PUT_FACTS) = { "change a series",
	                      "UPDATE series SET (threaded, head, version, "
	                      "revision, said, total, poster, title_key, "
	                      "change_id, date) = (?2, ?3, "
	                      "coalesce(?4, version, 1), ?5, ?4 IS NOT NULL, "
	                      "?6, ?7, ?8, ?9, ?10) WHERE id = ?1 "
	                      "AND (threaded, head, version, revision, said, "
	                      "total, poster, title_key, change_id, date) "
	                      "IS NOT (?2, ?3, coalesce(?4, version, 1), ?5, "
	                      "?4 IS NOT NULL, ?6, ?7, ?8, ?9, ?10)" },
	SERIES(PUT_RECEIVED) = { "change a series",
	                         "UPDATE series SET received = ?2 "
	                         "WHERE id = ?1 AND received IS NOT ?2" },
	SERIES(ADD_LIKENESS) = { "note what a patch is called",
	                         "INSERT INTO likeness (sign, message) "
	                         "VALUES (?1, ?2) ON CONFLICT DO NOTHING" },

	/* As versions_find.c reads it. */
	SERIES(GET_POSTING) = { "look up a series",
	                        "SELECT s.id, s.version, s.revision, s.total, "
	                        "s.received, s.poster, s.title_key, "
	                        "s.change_id, s.date, s.said, v.rfc, v.resend, "
	                        "s.previous, s.evidence, s.resend, "
	                        "h.message_id, v.project, h.variant "
	                        "FROM series s "
	                        "CROSS JOIN message h ON h.id = s.head "
	                        "CROSS JOIN variant v ON v.id = h.variant "
	                        "WHERE s.id = ?1" },
	SERIES(LIST_BY_CHANGE) = { "look for versions",
	                           "SELECT id FROM series "
	                           "WHERE change_id = ?1 LIMIT 100" },
	SERIES(LIST_BY_TITLE) = { "look for versions",
	                          "SELECT id FROM series "
	                          "WHERE poster = ?1 AND title_key = ?2 "
	                          "ORDER BY date DESC LIMIT 32" },
	SERIES(LIST_BY_LINK) = { "look for versions",
	                         "SELECT t.series FROM message m "
	                         "CROSS JOIN link l ON l.variant = m.variant "
	                         "CROSS JOIN message t ON t.id = l.message "
	                         "WHERE m.series = ?1 "
	                         "AND l.relation IN (1, 2) "
	                         "AND t.series IS NOT NULL LIMIT 200" },
	SERIES(LIST_BY_THREAD) = { "look for versions",
	                           "SELECT t.series FROM reference r "
	                           "CROSS JOIN message t ON t.id = r.message "
	                           "WHERE r.variant = ?1 "
	                           "AND t.series IS NOT NULL" },
	SERIES(LIST_BY_SIGN) = { "look for versions",
	                         "SELECT m.series FROM likeness k "
	                         "CROSS JOIN message m ON m.id = k.message "
	                         "WHERE k.sign = ?1 AND m.series IS NOT NULL "
	                         "LIMIT 64" },
	SERIES(LIST_PATCHES) = { "compare two series",
	                         "SELECT v.title, v.patch_id FROM message m "
	                         "CROSS JOIN variant v ON v.id = m.variant "
	                         "WHERE m.series = ?1 AND v.kind = 1 "
	                         "LIMIT 2000" },
	SERIES(LIST_MEMBERS) = { "look into a series",
	                         "SELECT m.id, p.email, v.title, v.kind "
	                         "FROM message m "
	                         "CROSS JOIN variant v ON v.id = m.variant "
	                         "CROSS JOIN person p ON p.id = v.sender "
	                         "WHERE m.series = ?1 LIMIT 2000" },
	/* Series that link to the message. */
	SERIES(LIST_LINKING) = { "look for versions",
	                         "SELECT m.series FROM link l "
	                         "CROSS JOIN variant x ON x.id = l.variant "
	                         "CROSS JOIN message m ON m.id = x.message "
	                         "AND m.variant = x.id WHERE l.message = ?1 "
	                         "AND l.relation IN (1, 2) "
	                         "AND m.series IS NOT NULL LIMIT 200" },
	/* Series that begin with an answer to the message. */
	SERIES(LIST_ANSWERING) = { "look for versions",
	                           "SELECT s.id FROM (SELECT variant "
	                           "FROM reference WHERE message = ?1 "
	                           "ORDER BY variant DESC LIMIT 1000) r "
	                           "CROSS JOIN variant x ON x.id = r.variant "
	                           "CROSS JOIN message m ON m.id = x.message "
	                           "AND m.variant = x.id "
	                           "CROSS JOIN series s ON s.id = m.series "
	                           "AND s.head = m.id LIMIT 200" },
	SERIES(LIST_NEXT) = { "look for versions",
	                      "SELECT id FROM series WHERE previous = ?1" },
	SERIES(PUT_VERSION) = { "link a version",
	                        "UPDATE series SET version = ?2 WHERE id = ?1" },
	SERIES(PUT_PREVIOUS) = { "link a version",
	                         "UPDATE series SET previous = ?2, "
	                         "evidence = ?3, resend = ?4 WHERE id = ?1" },

	SERIES(GET_ROW) = { "read a series",
	                    ROW "FROM series s " ROW_OF "WHERE s.id = ?1" },
	SERIES(EACH_ROW_OF_LIST) = { "read series", EACH(OF_LIST) },
	SERIES(EACH_ROW_OF_ALL) = { "read series", EACH(ON_ANY_LIST) },
	SERIES(EACH_ROW_OF_NONE) = { "read series", EACH(OF_NONE) },
	/* As GET_ROW, without the next one. */
	SERIES(GET_VERSION) = { "read a version",
	                        VERSION "NULL FROM series s " ROW_OF
	                                "WHERE s.id = ?1" },
	/* The version before, and those behind. */
	SERIES(LIST_TIED) = { "read versions",
	                      "SELECT previous FROM series WHERE id = ?1 "
	                      "AND previous IS NOT NULL UNION ALL "
	                      "SELECT id FROM series WHERE previous = ?1" },
	SERIES(HAS_POSTED) = { "look for patches of a person",
	                       "SELECT 1 FROM series s CROSS JOIN arrival a "
	                       "ON a.message = s.head WHERE s.poster = ?1 "
	                       "AND s.title_key IS NOT NULL AND a.seq <= ?2 "
	                       "LIMIT 1" },
	/* All that variant ?1 refers to, came or not. */
	SERIES(LIST_ABOVE) = { "climb a thread",
	                       "SELECT r.ordinal, m.id, m.variant "
	                       "FROM reference r CROSS JOIN message m "
	                       "ON m.id = r.message WHERE r.variant = ?1 "
	                       "ORDER BY r.ordinal" },
};
