/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * statements_search.c - the SQL of the search: what it asks the store, the
 * statements from KD_STMT_SEARCH on, and what it does to its index, those
 * from KD_STMT_INDEX on.  As statements.c otherwise.
 */
#include "store/search_internal.h"

#define SEARCH(name) [KD_STMT_##name - KD_STMT_SEARCH]

#define COUNT(scope)                                                           \
	"SELECT count(*) FROM arrival a WHERE " scope                          \
	"AND a.seq > ?2 AND a.seq <= ?3"

const struct kd_statement kd_search_statements[KD_STMT_COUNT - KD_STMT_SEARCH] = {
	SEARCH(NEWEST_VARIANT) = { "look for new messages",
	                           "SELECT max(id) FROM variant" },
	SEARCH(NAME_VARIANT) = { "look for new messages",
	                         "SELECT m.message_id FROM variant v "
	                         "CROSS JOIN message m "
	                         "ON m.id = v.message WHERE v.id = ?1" },
	SEARCH(NEXT_UNSEARCHED) = { "look for new messages",
	                            "SELECT id, message FROM variant "
	                            "WHERE id > ?1 ORDER BY id "
	                            "LIMIT ?2" },
	SEARCH(GET_SEARCHED) = { "read a message to index it",
	                         "SELECT v.id, v.parser, v.status, "
	                         "v.kind, v.subject, s.name, s.email, "
	                         "p.name, p.email, "
	                         "(SELECT n.fate FROM notice n "
	                         "WHERE n.variant = v.id), "
	                         "EXISTS (SELECT 1 FROM variant w "
	                         "WHERE w.message = m.id "
	                         "AND w.id <> v.id) "
	                         "FROM message m CROSS JOIN variant v "
	                         "ON v.id = m.variant "
	                         "CROSS JOIN person s "
	                         "ON s.id = v.sender "
	                         "CROSS JOIN person p "
	                         "ON p.id = v.author "
	                         "WHERE m.id = ?1" },
	SEARCH(LIST_TOUCHED_IDS) = { "read the files of a diff",
	                             "SELECT path FROM touched "
	                             "WHERE variant = ?1" },
	SEARCH(LIST_PATH_IDS) = { "look up paths",
	                          "SELECT id, name FROM path "
	                          "WHERE name >= ?1 AND name < ?2" },
	SEARCH(ARRIVED_IN_LIST) = { "look up an arrival",
	                            "SELECT seq, received FROM arrival "
	                            "WHERE message = ?2 AND list = "
	                            "(SELECT l.id FROM list l "
	                            "WHERE l.list_id = ?1)" },
	SEARCH(ARRIVED_AT_ALL) = { "look up an arrival",
	                           "SELECT seq, received FROM arrival "
	                           "WHERE seq = (SELECT min(b.seq) "
	                           "FROM arrival b "
	                           "WHERE b.message = ?2 "
	                           "AND b.list > 0)" },
	SEARCH(ARRIVED_IN_NONE) = { "look up an arrival",
	                            "SELECT a.seq, a.received "
	                            "FROM arrival a "
	                            "WHERE a.message = ?2 "
	                            "AND a.list = 0 AND NOT EXISTS "
	                            "(SELECT 1 FROM arrival b "
	                            "WHERE b.message = ?2 "
	                            "AND b.list > 0)" },
	/* Is ?1 the head of a series that nobody answered?  A bot
	 * (7) that says no more than that it looked at it did not;
	 * a notice (relation 4, or one that is about it) did. */
	SEARCH(IS_WAITING) = { "look for answers",
	                       "SELECT 1 FROM message m "
	                       "CROSS JOIN series s ON s.id = m.series "
	                       "WHERE m.id = ?1 AND s.head = m.id "
	                       "AND NOT EXISTS (SELECT 1 FROM series n "
	                       "WHERE n.previous = s.id) "
	                       "AND NOT EXISTS (SELECT 1 "
	                       "FROM message k "
	                       "CROSS JOIN about b ON b.target = k.id "
	                       "CROSS JOIN message r "
	                       "ON r.id = b.message "
	                       "CROSS JOIN variant v "
	                       "ON v.id = r.variant "
	                       "CROSS JOIN person p ON p.id = v.sender "
	                       "WHERE k.series = s.id "
	                       "AND ((v.kind <> 7 "
	                       "AND lower(p.email) IS NOT s.poster) "
	                       "OR EXISTS (SELECT 1 FROM notice n "
	                       "WHERE n.variant = v.id))) "
	                       "AND NOT EXISTS (SELECT 1 "
	                       "FROM message k "
	                       "CROSS JOIN link l ON l.message = k.id "
	                       "CROSS JOIN notice n "
	                       "ON n.variant = l.variant "
	                       "WHERE k.series = s.id "
	                       "AND l.relation = 4)" },
	/* In ?2 (not in it) to ?3. */
	SEARCH(COUNT_OF_LIST) = { "count messages", COUNT(OF_LIST) },
	SEARCH(COUNT_OF_ALL) = { "count messages", COUNT(OF_ALL) },
	SEARCH(COUNT_OF_NONE) = { "count messages", COUNT(OF_NONE) },

	SEARCH(INDEX_GET_ABOUT) = { "read the index",
	                            "SELECT store_id, upto, last, dead "
	                            "FROM about WHERE one = 1" },
	SEARCH(INDEX_PUT_ABOUT) = { "write the index",
	                            "INSERT INTO about "
	                            "(one, store_id, upto, last, dead) "
	                            "VALUES (1, ?1, ?2, ?3, ?4) "
	                            "ON CONFLICT (one) DO UPDATE SET "
	                            "store_id = ?1, upto = ?2, "
	                            "last = ?3, dead = ?4" },
	SEARCH(INDEX_FIND_DOC) = { "read the index",
	                           "SELECT id, message, variant, "
	                           "parser, status "
	                           "FROM doc WHERE message = ?1" },
	SEARCH(INDEX_GET_DOC) = { "read the index", "SELECT message FROM doc "
	                                            "WHERE id = ?1" },
	SEARCH(INDEX_ADD_DOC) = { "write the index",
	                          "INSERT INTO doc (message, variant, "
	                          "parser, status, kinds, watched) "
	                          "VALUES (?1, ?2, ?3, ?4, ?5, ?6)" },
	SEARCH(INDEX_WATCH_DOC) = { "write the index",
	                            "UPDATE doc SET watched = 1 "
	                            "WHERE id = ?1" },
	SEARCH(INDEX_DROP_DOC) = { "write the index",
	                           "DELETE FROM doc WHERE id = ?1" },
	SEARCH(INDEX_LAST_DOC) = { "read the index",
	                           "SELECT max(id) FROM doc" },
	SEARCH(INDEX_COUNT_DOCS) = { "read the index",
	                             "SELECT count(*) FROM doc" },
	SEARCH(INDEX_COUNT_TABLES) = { "read the index",
	                               "SELECT count(*) FROM sqlite_schema" },
	SEARCH(INDEX_COUNT_FAULTS) = { "check the index",
	                               "SELECT count(*) "
	                               "FROM pragma_quick_check(1) "
	                               "WHERE quick_check <> 'ok'" },
	SEARCH(INDEX_CHECK_WORDS) = { "check the index",
	                              "INSERT INTO words (words) "
	                              "VALUES ('integrity-check')" },
	SEARCH(INDEX_ADD_WORDS) = { "write the index",
	                            "INSERT INTO words (rowid, subject, "
	                            "people, text) "
	                            "VALUES (?1, ?2, ?3, ?4)" },
	SEARCH(INDEX_ADD_TOUCHED) = { "write the index",
	                              "INSERT INTO touched (path, doc) "
	                              "VALUES (?1, ?2) "
	                              "ON CONFLICT DO NOTHING" },
	/* Those that may change without anything new coming. */
	SEARCH(INDEX_LIST_WATCHED) = { "read the index",
	                               "SELECT id, message FROM doc "
	                               "WHERE watched = 1 AND id > ?1 "
	                               "ORDER BY id LIMIT ?2" },
	/* By id, not by the parser: as messages are parsed again. */
	SEARCH(INDEX_LIST_OLD) = { "read the index",
	                           "SELECT id, message FROM doc "
	                           "WHERE id > ?1 AND +parser < ?3 "
	                           "AND ?3 > (SELECT min(parser) "
	                           "FROM doc) "
	                           "ORDER BY id LIMIT ?2" },
	SEARCH(INDEX_MATCH) = { "search", "SELECT rowid FROM words "
	                                  "WHERE words MATCH ?1" },
	SEARCH(INDEX_LIST_TOUCHING) = { "search", "SELECT doc FROM touched "
	                                          "WHERE path = ?1" },
	SEARCH(INDEX_LIST_KINDS) = { "search", "SELECT id FROM doc "
	                                       "WHERE kinds & ?1" },
};
