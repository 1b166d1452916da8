/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * statements_facts.c - the SQL of facts.c, details.c, about.c and review.c:
 * the statements from KD_STMT_FACTS on.  As statements.c otherwise.
 */
#include "store/facts.h"

#define FACT(name) [KD_STMT_##name - KD_STMT_FACTS]

/* Message m as one of a thread: its preferred variant v. */
#define NODE "m.id, v.id, v.kind "
#define NODE_ABOVE                                                             \
	"CROSS JOIN message m ON m.id = r.message "                            \
	"CROSS JOIN variant v ON v.id = m.variant "

/* Where message m arrived first. */
#define FIRST_ARRIVAL                                                          \
	"CROSS JOIN arrival a ON a.seq = (SELECT min(f.seq) FROM arrival f "   \
	"WHERE f.message = m.id) "

const struct kd_statement kd_fact_statements[KD_STMT_SEARCH - KD_STMT_FACTS] = {
	FACT(ADD_TRAILER) = { "add a trailer",
	                      "INSERT INTO trailer (variant, ordinal, name, "
	                      "value, of_person, by_sender) "
	                      "VALUES (?1, ?2, ?3, ?4, ?5, ?6)" },
	FACT(ADD_PATH) = { "add a path",
	                   "INSERT INTO path (name) VALUES (?1)" },
	/* Nothing when the path is not known yet. */
	FACT(ADD_TOUCHED) = { "add a file of a diff",
	                      "INSERT INTO touched (variant, ordinal, path) "
	                      "SELECT ?1, ?2, id FROM path WHERE name = ?3" },
	FACT(ADD_LINK) = { "add a link",
	                   "INSERT INTO link (variant, ordinal, relation, "
	                   "version, message) VALUES (?1, ?2, ?3, ?4, ?5)" },
	FACT(ADD_ANNOUNCED) = { "add a title",
	                        "INSERT INTO announced (variant, ordinal, "
	                        "title) VALUES (?1, ?2, ?3)" },
	FACT(ADD_PULL) = { "add a pull request",
	                   "INSERT INTO pull (variant, url, ref) "
	                   "VALUES (?1, ?2, ?3)" },
	FACT(ADD_NOTICE) = { "add a notice",
	                     "INSERT INTO notice (variant, fate, tree) "
	                     "VALUES (?1, ?2, ?3)" },
	FACT(ADD_TAKEN) = { "add what a notice names",
	                    "INSERT INTO taken (variant, ordinal, number, "
	                    "title, commit_id) VALUES (?1, ?2, ?3, ?4, ?5)" },

	FACT(DROP_TRAILERS) = { "drop trailers",
	                        "DELETE FROM trailer WHERE variant = ?1" },
	FACT(DROP_TOUCHED) = { "drop the files of a diff",
	                       "DELETE FROM touched WHERE variant = ?1" },
	FACT(DROP_LINKS) = { "drop links",
	                     "DELETE FROM link WHERE variant = ?1" },
	FACT(DROP_ANNOUNCED) = { "drop titles",
	                         "DELETE FROM announced WHERE variant = ?1" },
	FACT(DROP_PULL) = { "drop a pull request",
	                    "DELETE FROM pull WHERE variant = ?1" },
	FACT(DROP_NOTICE) = { "drop a notice",
	                      "DELETE FROM notice WHERE variant = ?1" },
	FACT(DROP_TAKEN) = { "drop what a notice names",
	                     "DELETE FROM taken WHERE variant = ?1" },

	FACT(LIST_TRAILERS) = { "read trailers",
	                        "SELECT name, value, of_person, by_sender "
	                        "FROM trailer WHERE variant = ?1 "
	                        "ORDER BY ordinal" },
	FACT(LIST_TOUCHED) = { "read the files of a diff",
	                       "SELECT p.name FROM touched t "
	                       "CROSS JOIN path p ON p.id = t.path "
	                       "WHERE t.variant = ?1 ORDER BY t.ordinal" },
	FACT(LIST_LINKS) = { "read links",
	                     "SELECT l.relation, l.version, m.message_id "
	                     "FROM link l "
	                     "CROSS JOIN message m ON m.id = l.message "
	                     "WHERE l.variant = ?1 ORDER BY l.ordinal" },
	FACT(LIST_ANNOUNCED) = { "read titles",
	                         "SELECT title FROM announced "
	                         "WHERE variant = ?1 ORDER BY ordinal" },
	FACT(GET_PULL) = { "read a pull request",
	                   "SELECT url, ref FROM pull WHERE variant = ?1" },
	FACT(GET_NOTICE) = { "read a notice", "SELECT fate, tree FROM notice "
	                                      "WHERE variant = ?1" },
	FACT(LIST_TAKEN) = { "read what a notice names",
	                     "SELECT number, title, commit_id FROM taken "
	                     "WHERE variant = ?1 ORDER BY ordinal" },

	/* The nearest that came of what variant ?1 refers to in ?2 to ?3. */
	FACT(NEXT_ABOVE) = { "climb a thread",
	                     "SELECT r.ordinal, " NODE
	                     "FROM reference r " NODE_ABOVE
	                     "WHERE r.variant = ?1 "
	                     "AND r.ordinal BETWEEN ?2 AND ?3 "
	                     "ORDER BY r.ordinal DESC LIMIT 1" },
	/* The first that came of what notice ?1 links to from ?2 on. */
	FACT(NEXT_SUBJECT) = { "climb a thread",
	                       "SELECT r.ordinal, " NODE
	                       "FROM link r " NODE_ABOVE "WHERE r.variant = ?1 "
	                       "AND r.ordinal >= ?2 AND r.relation = 4 "
	                       "ORDER BY r.ordinal LIMIT 1" },
	/* Those that refer to message ?1. */
	FACT(LIST_BELOW) = { "look down a thread",
	                     "SELECT " NODE
	                     "FROM (SELECT DISTINCT variant FROM reference "
	                     "WHERE message = ?1 UNION ALL "
	                     "SELECT variant FROM link "
	                     "WHERE message = ?1 AND relation = 4) r "
	                     "CROSS JOIN variant v ON v.id = r.variant "
	                     "CROSS JOIN message m ON m.id = v.message "
	                     "WHERE m.variant = v.id" },
	FACT(PUT_ABOUT) = { "note what a message is about",
	                    "INSERT INTO about (message, target) "
	                    "VALUES (?1, ?2) ON CONFLICT (message) "
	                    "DO UPDATE SET target = ?2 WHERE target <> ?2" },
	FACT(DROP_ABOUT) = { "note what a message is about",
	                     "DELETE FROM about WHERE message = ?1" },

	/* Of other (0), reply (3) and forward (4). */
	FACT(EACH_REVIEW) = { "read reviews",
	                      "SELECT m.id, m.message_id, b.target, p.name, "
	                      "p.email, t.name, t.value, t.of_person, "
	                      "t.by_sender, a.seq FROM about b "
	                      "CROSS JOIN message m ON m.id = b.message "
	                      "CROSS JOIN variant v ON v.id = m.variant "
	                      "CROSS JOIN trailer t ON t.variant = v.id "
	                      "CROSS JOIN person p ON p.id = v.sender " FIRST_ARRIVAL
	                      "WHERE b.target = ?1 AND v.kind IN (0, 3, 4) "
	                      "AND t.of_person = 1 ORDER BY a.seq, t.ordinal" },
	FACT(EACH_EVENT) = { "read notices",
	                     "SELECT m.id, m.message_id, p.name, p.email, "
	                     "n.fate, n.tree, a.seq, a.received, "
	                     "k.number, k.title, k.commit_id "
	                     "FROM (SELECT b.message AS id FROM about b "
	                     "WHERE b.target = ?1 UNION ALL "
	                     "SELECT o.id FROM link l "
	                     "CROSS JOIN variant w ON w.id = l.variant "
	                     "CROSS JOIN message o ON o.variant = w.id "
	                     "AND o.id = w.message "
	                     "WHERE l.message = ?1 AND l.relation = 4 "
	                     "AND NOT EXISTS (SELECT 1 FROM link d "
	                     "WHERE d.variant = l.variant "
	                     "AND d.message = l.message AND d.relation = 4 "
	                     "AND d.ordinal < l.ordinal) "
	                     "AND NOT EXISTS (SELECT 1 FROM about c "
	                     "WHERE c.message = o.id AND c.target = ?1)) e "
	                     "CROSS JOIN message m ON m.id = e.id "
	                     "CROSS JOIN notice n ON n.variant = m.variant "
	                     "CROSS JOIN variant v ON v.id = m.variant "
	                     "CROSS JOIN person p ON p.id = v.sender " FIRST_ARRIVAL
	                     "LEFT JOIN taken k ON k.variant = m.variant "
	                     "ORDER BY a.seq, k.ordinal" },
};
