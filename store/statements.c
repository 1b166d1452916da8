/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * statements.c - all SQL but the schema.
 *
 * A unit test asks SQLite for the plan of each.  CROSS JOIN is how SQLite
 * is told to keep the order of the tables: what the statement starts from
 * decides what it costs, and must not hang on statistics.
 */
#include "store/facts.h"
#include "store/search_internal.h"
#include "store/series_internal.h"

/* Is anything about message m, or does anything link to it? */
#define ANSWERED                                                               \
	"(EXISTS (SELECT 1 FROM about o WHERE o.target = m.id) "               \
	"OR EXISTS (SELECT 1 FROM link o WHERE o.message = m.id)) "

/* The columns that posted.c reads, in its order; a: the arrival. */
#define POSTED_ANSWERING(what)                                                 \
	"SELECT m.id, v.id, a.seq, a.received, "                               \
	"(SELECT count(*) FROM variant w WHERE w.message = m.id), "            \
	"m.series, m.message_id, v.content_sha256, " what ", "                 \
	"v.subject, v.title, v.prefixes, v.project, v.version, v.revision, "   \
	"v.number, v.total, v.patch, v.rfc, v.resend, v.pull, v.reply, "       \
	"v.forward, v.subject_line, v.from_line, "                             \
	"s.name, s.email, p.name, p.email, v.date, v.kind, v.status, "         \
	"v.header_size, v.text_offset, v.text_size, "                          \
	"v.commit_offset, v.commit_size, v.notes_offset, v.notes_size, "       \
	"v.stat_offset, v.stat_size, "                                         \
	"v.has_diff, v.files, v.insertions, v.deletions, v.change_id, "        \
	"v.versioned, v.patch_id, v.base_commit, "                             \
	"b.target, " ANSWERED

/* In-Reply-To is two steps more, and of many messages nobody asks for it. */
#define POSTED POSTED_ANSWERING("NULL")
#define POSTED_AND_REPLY_TO                                                    \
	POSTED_ANSWERING("(SELECT t.message_id FROM reference r "              \
	                 "CROSS JOIN message t ON t.id = r.message "           \
	                 "WHERE r.variant = v.id AND r.ordinal = 0)")

/* Message m and its first arrival. */
#define FIRST_CAME                                                             \
	"FROM message m CROSS JOIN arrival a ON a.seq = "                      \
	"(SELECT min(f.seq) FROM arrival f WHERE f.message = m.id) "
#define IN_SERIES "WHERE m.series = ?1 AND a.seq <= ?2 ORDER BY a.seq"

/* What hangs on message m. */
#define DETAILS                                                                \
	"CROSS JOIN variant v ON v.id = m.variant "                            \
	"CROSS JOIN person s ON s.id = v.sender "                              \
	"CROSS JOIN person p ON p.id = v.author "                              \
	"LEFT JOIN about b ON b.message = m.id "

#define ARRIVED                                                                \
	POSTED "FROM arrival a CROSS JOIN message m ON m.id = a.message " DETAILS

#define IN_RANGE "AND a.seq > ?2 AND a.seq <= ?3 ORDER BY a.seq"
#define UP_TO "AND a.seq <= ?2 ORDER BY a.seq DESC LIMIT 1"

/* What is parsed of a variant, as content.c binds it from ?5 on. */
#define PARSED                                                                 \
	"content_sha256, kind, status, sender, author, date, subject, "        \
	"title, prefixes, project, version, revision, number, total, "         \
	"patch, rfc, resend, pull, reply, forward, subject_line, "             \
	"from_line, header_size, text_offset, text_size, "                     \
	"commit_offset, commit_size, notes_offset, notes_size, "               \
	"stat_offset, stat_size, has_diff, files, insertions, "                \
	"deletions, change_id, versioned, patch_id, base_commit"
#define PARSED_VALUES                                                          \
	"?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, "    \
	"?19, ?20, ?21, ?22, ?23, ?24, ?25, ?26, ?27, ?28, ?29, ?30, ?31, "    \
	"?32, ?33, ?34, ?35, ?36, ?37, ?38, ?39, ?40, ?41, ?42, ?43"

static const struct kd_statement statements[KD_STMT_SERIES] = {
	[KD_STMT_BEGIN_READ] = { "begin to read", "BEGIN" },
	[KD_STMT_BEGIN_WRITE] = { "begin to write", "BEGIN IMMEDIATE" },
	[KD_STMT_COMMIT] = { "commit", "COMMIT" },
	[KD_STMT_GET_STORE_ID] = { "read the store's id",
	                           "SELECT id FROM store WHERE one = 1" },
	[KD_STMT_COUNT_KEPT] = { "count the messages",
	                         "SELECT (SELECT count(*) FROM variant), "
	                         "(SELECT count(*) FROM raw) + "
	                         "(SELECT count(*) FROM packed)" },

	[KD_STMT_FIND_LIST] = { "look up a list",
	                        "SELECT id FROM list WHERE list_id = ?1" },
	[KD_STMT_ADD_LIST] = { "add a list", "INSERT INTO list (list_id, name) "
	                                     "VALUES (?1, ?2)" },
	[KD_STMT_LIST_LISTS] = { "look up the lists",
	                         "SELECT name, list_id FROM list "
	                         "WHERE id > 0 ORDER BY id" },
	[KD_STMT_FIND_MESSAGE] = { "look up a Message-ID",
	                           "SELECT id, variant FROM message "
	                           "WHERE message_id = ?1" },
	[KD_STMT_ADD_MESSAGE] = { "add a Message-ID",
	                          "INSERT INTO message (message_id) "
	                          "VALUES (?1)" },
	[KD_STMT_PREFER_VARIANT] = { "choose the content of a message",
	                             "UPDATE message SET variant = ?2 "
	                             "WHERE id = ?1" },
	[KD_STMT_ADD_IDENT] = { "add an id",
	                        "INSERT INTO ident (id, message) "
	                        "VALUES (?1, ?2) ON CONFLICT DO NOTHING" },
	[KD_STMT_FIND_PERSON] = { "look up a person",
	                          "SELECT id FROM person "
	                          "WHERE email = ?1 AND name = ?2" },
	[KD_STMT_ADD_PERSON] = { "add a person",
	                         "INSERT INTO person (email, name) "
	                         "VALUES (?1, ?2)" },
	[KD_STMT_FIND_VARIANT] = { "look up the content of a message",
	                           "SELECT id, through_list FROM variant "
	                           "WHERE message = ?1 "
	                           "AND content_sha256 = ?2" },
	[KD_STMT_FIND_SAME_BYTES] = { "look up the bytes of a message",
	                              "SELECT v.id, v.through_list "
	                              "FROM variant v "
	                              "JOIN raw r ON r.variant = v.id "
	                              "WHERE v.message = ?1 AND r.codec = ?2 "
	                              "AND r.size = ?3 AND r.data = ?4 "
	                              "AND r.sha256 IS ?5 LIMIT 1" },
	[KD_STMT_ADD_VARIANT] = { "add the content of a message",
	                          "INSERT INTO variant (message, received, through_list, "
	                          "parser, " PARSED
	                          ") VALUES (?1, ?2, ?3, ?4, " PARSED_VALUES
	                          ")" },
	/* ?1 to ?3 stand for what never changes. */
	[KD_STMT_REPLACE_VARIANT] = { "replace what is known of a message",
	                              "UPDATE variant SET (" PARSED
	                              ") = (" PARSED_VALUES ") WHERE id = ?44 "
	                              "AND (" PARSED ") IS NOT (" PARSED_VALUES
	                              ")" },
	[KD_STMT_STAMP_VARIANT] = { "note which rules read a message",
	                            "UPDATE variant SET parser = ?2 "
	                            "WHERE id = ?1 AND parser <> ?2" },
	[KD_STMT_GET_THROUGH_LIST] = { "look up the content of a message",
	                               "SELECT through_list FROM variant "
	                               "WHERE id = ?1" },
	[KD_STMT_MARK_THROUGH_LIST] = { "note that a message came "
	                                "through its list",
	                                "UPDATE variant SET through_list = 1 "
	                                "WHERE id = ?1" },
	[KD_STMT_ADD_REFERENCE] = { "add a reference",
	                            "INSERT INTO reference (variant, ordinal, "
	                            "message) VALUES (?1, ?2, ?3)" },
	[KD_STMT_ADD_RAW] = { "add the bytes of a message",
	                      "INSERT INTO raw (variant, codec, size, data, "
	                      "sha256) VALUES (?1, ?2, ?3, ?4, ?5)" },
	[KD_STMT_ADD_DECODED] = { "add the text of a message",
	                          "INSERT INTO decoded (variant, codec, size, "
	                          "data, sha256) VALUES (?1, ?2, ?3, ?4, "
	                          "?5)" },
	[KD_STMT_LIST_ARRIVALS] = { "look up arrivals",
	                            "SELECT list FROM arrival "
	                            "WHERE message = ?1" },
	[KD_STMT_NEWEST_ARRIVAL] = { "look up the newest arrival",
	                             "SELECT seq, received FROM arrival "
	                             "WHERE seq = (SELECT max(seq) "
	                             "FROM arrival)" },
	[KD_STMT_ADD_ARRIVAL] = { "add an arrival",
	                          "INSERT INTO arrival (seq, list, message, "
	                          "received) VALUES (?1, ?2, ?3, ?4)" },

	[KD_STMT_GET_MARKER] = { "look up a marker",
	                         "SELECT seq, set_at, name FROM marker "
	                         "WHERE name = ?1" },
	[KD_STMT_PUT_MARKER] = { "move a marker",
	                         "INSERT INTO marker (name, seq, set_at) "
	                         "VALUES (?1, ?2, ?3) ON CONFLICT (name) "
	                         "DO UPDATE SET seq = ?2, set_at = ?3" },
	[KD_STMT_DROP_MARKER] = { "remove a marker",
	                          "DELETE FROM marker WHERE name = ?1" },
	[KD_STMT_LIST_MARKERS] = { "list the markers",
	                           "SELECT seq, set_at, name FROM marker "
	                           "ORDER BY seq, name" },

	[KD_STMT_EACH_OF_LIST] = { "read messages",
	                           ARRIVED "WHERE " OF_LIST IN_RANGE },
	[KD_STMT_EACH_OF_ALL] = { "read messages",
	                          ARRIVED "WHERE " OF_ALL IN_RANGE },
	[KD_STMT_EACH_OF_NONE] = { "read messages",
	                           ARRIVED "WHERE " OF_NONE IN_RANGE },
	[KD_STMT_EACH_OF_SERIES] = { "read a series",
	                             POSTED FIRST_CAME DETAILS IN_SERIES },
	/* The columns that query.c reads, in its order. */
	[KD_STMT_EACH_MEMBER] = { "read the members of a series",
	                          "SELECT m.id, v.id, a.seq, v.kind, v.title, "
	                          "v.number, v.total, v.files, v.insertions, "
	                          "v.deletions, " ANSWERED FIRST_CAME
	                          "CROSS JOIN variant v ON v.id = m.variant " IN_SERIES },
	[KD_STMT_GET_POSTED] = { "read a message",
	                         POSTED_AND_REPLY_TO FIRST_CAME DETAILS
	                         "WHERE m.id = ?1" },
	[KD_STMT_LAST_OF_LIST] = { "find the last message",
	                           "SELECT a.seq, a.message FROM arrival a "
	                           "WHERE " OF_LIST UP_TO },
	[KD_STMT_LAST_OF_ALL] = { "find the last message",
	                          "SELECT a.seq, a.message FROM arrival a "
	                          "WHERE " OF_ALL UP_TO },
	[KD_STMT_LAST_OF_NONE] = { "find the last message",
	                           "SELECT a.seq, a.message FROM arrival a "
	                           "WHERE " OF_NONE UP_TO },
	[KD_STMT_LAST_BY_TIME] = { "find the last message by a time",
	                           "SELECT seq FROM arrival "
	                           "WHERE received <= ?1 "
	                           "ORDER BY received DESC, seq DESC "
	                           "LIMIT 1" },
	/* Its arrival in the list ?2, else the first of all. */
	[KD_STMT_FIND_SEQ] = { "look up an arrival",
	                       "SELECT coalesce((SELECT a.seq FROM arrival a "
	                       "WHERE a.message = ?1 AND a.list = "
	                       "(SELECT l.id FROM list l "
	                       "WHERE l.list_id = ?2)), "
	                       "(SELECT min(b.seq) FROM arrival b "
	                       "WHERE b.message = ?1))" },
	[KD_STMT_FIND_ARRIVED] = { "look up a Message-ID",
	                           "SELECT id FROM message "
	                           "WHERE message_id = ?1 "
	                           "AND variant IS NOT NULL" },
	[KD_STMT_LIST_IDENTS] = { "look up an id",
	                          "SELECT id, message FROM ident "
	                          "WHERE id BETWEEN ?1 AND ?2 ORDER BY id" },
	[KD_STMT_NEXT_IDENT] = { "look up an id",
	                         "SELECT id FROM ident WHERE id > ?1 "
	                         "ORDER BY id LIMIT 1" },
	[KD_STMT_PREVIOUS_IDENT] = { "look up an id",
	                             "SELECT id FROM ident WHERE id < ?1 "
	                             "ORDER BY id DESC LIMIT 1" },
	[KD_STMT_LIST_VARIANTS] = { "look up the contents of a message",
	                            "SELECT v.id FROM message m "
	                            "CROSS JOIN variant v ON v.message = m.id "
	                            "WHERE m.id = ?1 "
	                            "ORDER BY v.id <> m.variant, v.id" },
	[KD_STMT_GET_RAW] = { "read the bytes of a message",
	                      "SELECT codec, size, data, sha256 FROM raw "
	                      "WHERE variant = ?1" },
	[KD_STMT_GET_DECODED] = { "read the text of a message",
	                          "SELECT codec, size, data, sha256 "
	                          "FROM decoded WHERE variant = ?1" },
	/* Those behind ?1 that any rules (?3), older rules than ?2, or none
	 * could read. */
	[KD_STMT_NEXT_KEPT] = { "look for a message to read again",
	                        "SELECT v.id, v.received, v.status, r.codec, "
	                        "coalesce(r.size, p.size), r.sha256, v.message "
	                        "FROM variant v "
	                        "LEFT JOIN raw r ON r.variant = v.id "
	                        "LEFT JOIN packed p ON p.variant = v.id "
	                        "WHERE v.id > ?1 AND (?3 OR v.parser < ?2 "
	                        "OR v.status <> 0) "
	                        "AND coalesce(r.size, p.size) IS NOT NULL "
	                        "ORDER BY v.id LIMIT 1" },
	[KD_STMT_GET_KEPT] = { "look up the content of a message",
	                       "SELECT v.message, v.content_sha256, v.status, "
	                       "m.variant = v.id, v.kind "
	                       "FROM variant v CROSS JOIN message m ON m.id = v.message "
	                       "WHERE v.id = ?1" },
	[KD_STMT_LIST_REFERENCES] = { "read the references of a message",
	                              "SELECT r.ordinal, m.message_id "
	                              "FROM reference r "
	                              "CROSS JOIN message m ON m.id = r.message "
	                              "WHERE r.variant = ?1 ORDER BY r.ordinal" },
	[KD_STMT_DROP_REFERENCES] = { "drop the references of a message",
	                              "DELETE FROM reference WHERE variant = ?1" },
	[KD_STMT_PUT_DECODED] = { "replace the text of a message",
	                          "INSERT INTO decoded (variant, codec, size, "
	                          "data, sha256) VALUES (?1, ?2, ?3, ?4, ?5) "
	                          "ON CONFLICT (variant) DO UPDATE SET codec = ?2, "
	                          "size = ?3, data = ?4, sha256 = ?5 "
	                          "WHERE data <> ?4 OR size <> ?3" },
	[KD_STMT_DROP_DECODED] = { "drop the text of a message",
	                           "DELETE FROM decoded WHERE variant = ?1" },
	[KD_STMT_LIST_LARGE] = { "look for large messages",
	                         "SELECT r.sha256 FROM variant v "
	                         "CROSS JOIN raw r ON r.variant = v.id "
	                         "WHERE v.status <> 0 AND r.codec = 2" },
	[KD_STMT_EACH_ABOUT] = { "read the answers to a message",
	                         "SELECT m.id, v.kind, p.name, p.email, a.seq "
	                         "FROM about o CROSS JOIN message m ON m.id = o.message "
	                         "CROSS JOIN variant v ON v.id = m.variant "
	                         "CROSS JOIN person p ON p.id = v.sender "
	                         "CROSS JOIN arrival a ON a.seq = "
	                         "(SELECT min(f.seq) FROM arrival f "
	                         "WHERE f.message = m.id) "
	                         "WHERE o.target = ?1 ORDER BY a.seq" },
	[KD_STMT_GET_TEXT_PLACE] = { "read the text of a message",
	                             "SELECT text_offset, text_size "
	                             "FROM variant WHERE id = ?1" },
	[KD_STMT_GET_IMPORT] = { "look up an import",
	                         "SELECT position, running, boundary, "
	                         "next_seq, last_seq FROM import "
	                         "WHERE source = ?1 AND how = ?2" },
	/* A position of NULL leaves the one that is there. */
	[KD_STMT_PUT_IMPORT] = { "note how far an import came",
	                         "INSERT INTO import (source, how, position, "
	                         "running, boundary, next_seq, last_seq) "
	                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) "
	                         "ON CONFLICT (source, how) DO UPDATE SET "
	                         "position = coalesce(?3, position), "
	                         "running = ?4, boundary = ?5, next_seq = ?6, "
	                         "last_seq = ?7" },
	[KD_STMT_LOWEST_FRONT] = { "look for imports that run",
	                           "SELECT min(next_seq), 0 FROM import "
	                           "WHERE running = 1" },
	[KD_STMT_OLDEST_ARRIVAL] = { "look up the oldest arrival",
	                             "SELECT seq, received FROM arrival "
	                             "WHERE seq = (SELECT min(seq) "
	                             "FROM arrival)" },
	[KD_STMT_ARRIVED_BEFORE] = { "look up the arrival before a position",
	                             "SELECT received, seq FROM arrival "
	                             "WHERE seq < ?1 ORDER BY seq DESC "
	                             "LIMIT 1" },
	[KD_STMT_ARRIVED_BEHIND] = { "look up the arrival behind a position",
	                             "SELECT received, seq FROM arrival "
	                             "WHERE seq > ?1 ORDER BY seq LIMIT 1" },
	[KD_STMT_GET_NAME] = { "look up a Message-ID",
	                       "SELECT m.message_id FROM variant v "
	                       "CROSS JOIN message m ON m.id = v.message "
	                       "WHERE v.id = ?1" },
	[KD_STMT_GET_PACKED] = { "read the bytes of a message",
	                         "SELECT block, start, size, text_size, sha256 "
	                         "FROM packed WHERE variant = ?1" },
	[KD_STMT_GET_BLOCK] = { "read the bytes of messages",
	                        "SELECT size, data FROM block WHERE id = ?1" },
	[KD_STMT_FIND_SAME_PACKED] = { "look up the bytes of a message",
	                               "SELECT v.id, v.through_list "
	                               "FROM variant v "
	                               "JOIN packed p ON p.variant = v.id "
	                               "WHERE v.message = ?1 AND p.size = ?2 "
	                               "AND p.sha256 = ?3 LIMIT 1" },
	[KD_STMT_DROP_PACKED_TEXT] = { "drop the text of a message",
	                               "UPDATE packed SET text_size = NULL "
	                               "WHERE variant = ?1 "
	                               "AND text_size IS NOT NULL" },
	[KD_STMT_GET_UNPACKED_ENDS] = { "look for messages to pack",
	                                "SELECT (SELECT min(variant) FROM raw), "
	                                "(SELECT max(variant) FROM raw)" },
	/* Behind ?1, of ?2 bytes at most; the sizes of what it takes now. */
	[KD_STMT_NEXT_UNPACKED] = { "look for messages to pack",
	                            "SELECT r.variant, r.size, coalesce(d.size, 0), "
	                            "length(r.data) + coalesce(length(d.data), 0) "
	                            "FROM raw r LEFT JOIN decoded d "
	                            "ON d.variant = r.variant "
	                            "WHERE r.variant > ?1 AND r.codec < 2 "
	                            "AND r.size <= ?2 ORDER BY r.variant LIMIT 1" },
	[KD_STMT_ADD_BLOCK] = { "pack messages",
	                        "INSERT INTO block (size, data) "
	                        "VALUES (?1, ?2)" },
	[KD_STMT_ADD_PACKED] = { "pack messages",
	                         "INSERT INTO packed (variant, block, start, size, "
	                         "text_size, sha256) "
	                         "VALUES (?1, ?2, ?3, ?4, ?5, ?6)" },
	[KD_STMT_DROP_RAW] = { "pack messages",
	                       "DELETE FROM raw WHERE variant = ?1" },
	/* A step for each page; who has enough of it goes away. */
	[KD_STMT_GIVE_BACK] = { "give room back", "PRAGMA incremental_vacuum" },
};

const struct kd_statement *kd_statement(enum kd_stmt which)
{
	if (which >= KD_STMT_SEARCH)
		return &kd_search_statements[which - KD_STMT_SEARCH];
	if (which >= KD_STMT_FACTS)
		return &kd_fact_statements[which - KD_STMT_FACTS];
	if (which >= KD_STMT_SERIES)
		return &kd_series_statements[which - KD_STMT_SERIES];
	return &statements[which];
}
