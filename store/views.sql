-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- views.sql - views of a store, for people who ask it with sqlite3:
--
--	sqlite3 -readonly -init /usr/local/share/kvmdigest/views.sql kvm.db
--
-- They are not in the store, for SQLite parses all of a schema each time that
-- a database is opened: there they would make each delivery a tenth dearer.
-- As TEMP views they last as long as the connection, and are there too where
-- the store is opened read-only.  There is nothing but SQL in this file, so
-- that a script in any language can execute it behind the opening.
--
-- The tables may change with any release, and this file with them; the views
-- keep their names, their columns and what those mean, and may get columns
-- behind those that they have.  kvmdigest-store(5) says what each column is;
-- a test holds it to that.  What there may be more than one of is in a view
-- of its own, joined by message_id.

-- Messages in the order in which they came: once in each list.
CREATE TEMP VIEW kvmdigest_message AS
SELECT
	m.message_id,
	l.name AS list,			-- '': of no list
	a.seq AS position,		-- what a marker stands at
	datetime(a.received, 'unixepoch') AS arrived,
	a.received AS arrived_epoch,
	'["other", "patch", "cover", "reply", "forward", "pull", "applied",
	  "bot"]' ->> v.kind AS kind,
	'["ok", "limited", "unparsed", "crashed"]' ->> v.status AS status,
	datetime(v.date, 'unixepoch') AS date, -- as claimed; NULL: none to believe
	v.subject,
	v.title,
	v.project,			-- NULL: the kernel
	v.version,
	v.number,			-- NULL: the subject says none,
	v.total,			-- as here
	v.rfc,
	v.resend,
	s.name AS sender_name,		-- '' where there is none, as below
	s.email AS sender_email,
	w.name AS author_name,
	w.email AS author_email,
	(SELECT parent.message_id
	   FROM reference AS r
	   JOIN message AS parent ON parent.id = r.message
	  WHERE r.variant = v.id AND r.ordinal = 0) AS in_reply_to,
	-- the patch, cover letter or pull request that a reply is about
	(SELECT target.message_id
	   FROM about AS b
	   JOIN message AS target ON target.id = b.target
	  WHERE b.message = m.id) AS about,
	-- how many are about this one
	(SELECT count(*) FROM about AS b WHERE b.target = m.id) AS answers,
	m.series,
	v.files,			-- NULL: not known, as the next two
	v.insertions,
	v.deletions,
	-- as git patch-id --stable
	nullif(lower(hex(v.patch_id)), '') AS patch_id
FROM arrival AS a
JOIN message AS m ON m.id = a.message
JOIN variant AS v ON v.id = m.variant
JOIN list AS l ON l.id = a.list
JOIN person AS s ON s.id = v.sender
JOIN person AS w ON w.id = v.author;

-- One posting of a series: each version is one.
CREATE TEMP VIEW kvmdigest_series AS
SELECT
	s.id AS series,
	-- of its cover letter, else of the lowest patch that came
	m.message_id,
	s.version,
	s.revision,
	s.total,
	s.received,			-- how many of total came
	-- the series that is a later version of it; NULL: none is
	(SELECT max(n.id)
	   FROM series AS n
	  WHERE n.previous = s.id AND n.resend = 0) AS newer
FROM series AS s
JOIN message AS m ON m.id = s.head;

-- "Name: value" lines of the text, in order.
CREATE TEMP VIEW kvmdigest_trailer AS
SELECT m.message_id, t.ordinal, t.name, t.value, t.of_person, t.by_sender
FROM trailer AS t
JOIN message AS m ON m.variant = t.variant;

-- Files that a patch changes.
CREATE TEMP VIEW kvmdigest_path AS
SELECT m.message_id, p.name AS path
FROM touched AS t
JOIN message AS m ON m.variant = t.variant
JOIN path AS p ON p.id = t.path;

-- What a message says became of patches: a row for each that it names, or
-- one where it names none.
CREATE TEMP VIEW kvmdigest_notice AS
SELECT
	m.message_id,
	'[null, "queued", "applied", "merged", "stable", "failed"]' ->> n.fate
		AS fate,
	n.tree,
	t.number,
	t.title,
	t.commit_id
FROM notice AS n
JOIN message AS m ON m.variant = n.variant
LEFT JOIN taken AS t ON t.variant = n.variant;

-- Markers.
CREATE TEMP VIEW kvmdigest_marker AS
SELECT
	name,
	seq AS position,
	datetime(set_at, 'unixepoch') AS moved
FROM marker;
