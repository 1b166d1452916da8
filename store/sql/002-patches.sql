-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 002-patches.sql - schema 2: what patch mail says beside its text, and
-- what became of it.
--
-- Quick whatever the size of the store: columns and tables, all empty.
-- Messages of before have them filled in by kvmdigest-mda --reparse.

-- NULL, each: not known, or the message was parsed before this was.  No
-- CHECK, for SQLite would read the whole table to see that it holds.
ALTER TABLE variant ADD COLUMN versioned INTEGER; -- 0 or 1: the subject
	-- says its version
ALTER TABLE variant ADD COLUMN patch_id BLOB; -- 20 bytes: git patch-id
	-- --stable
ALTER TABLE variant ADD COLUMN base_commit TEXT; -- hex

-- "Name: value" lines of the text, in order.
CREATE TABLE trailer (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	name TEXT NOT NULL CHECK (length(name) <= 65536), -- as it stands
	value TEXT NOT NULL CHECK (length(value) <= 65536), -- unfolded
	of_person INTEGER NOT NULL CHECK (of_person IN (0, 1)), -- it says what
	                    -- a person did: reviewed, tested, acked ...
	by_sender INTEGER NOT NULL CHECK (by_sender IN (0, 1)), -- that person
	                    -- is who sent the message
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;

-- Paths in the trees that patches are for, each once.
CREATE TABLE path (
	id INTEGER PRIMARY KEY,
	name TEXT NOT NULL UNIQUE CHECK (length(name) <= 131072)
) STRICT;

-- The files that a diff changes, in its order.
CREATE TABLE touched (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	path INTEGER NOT NULL REFERENCES path,
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;

-- What the text says of other messages.
CREATE TABLE link (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	relation INTEGER NOT NULL CHECK (relation >= 1), -- enum kd_relation
	version INTEGER NOT NULL CHECK (version >= 0), -- 0: none said
	message INTEGER NOT NULL REFERENCES message,
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX link_message ON link (message);

-- Titles of the patches that a cover letter announces.
CREATE TABLE announced (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	title TEXT NOT NULL CHECK (length(title) <= 131072),
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;

-- Pull requests.
CREATE TABLE pull (
	variant INTEGER PRIMARY KEY REFERENCES variant,
	url TEXT NOT NULL CHECK (length(url) <= 2048),
	ref TEXT CHECK (length(ref) <= 2048) -- NULL: the default branch
) STRICT;

-- Messages that say what became of patches.
CREATE TABLE notice (
	variant INTEGER PRIMARY KEY REFERENCES variant,
	fate INTEGER NOT NULL CHECK (fate >= 1), -- enum kd_fate
	tree TEXT CHECK (length(tree) <= 2048) -- as it names it; NULL: it
	                                       -- does not
) STRICT;

-- The patches that a notice names, where it names them one by one.
CREATE TABLE taken (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal >= 0),
	number INTEGER CHECK (number >= 0), -- the 1 of [1/5]; NULL: none
	title TEXT CHECK (length(title) <= 131072),
	commit_id TEXT CHECK (length(commit_id) <= 64), -- hex
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;

-- What a message is about: of a reply or notice the nearest patch, cover
-- letter or pull request above it.  A function of the messages that came,
-- not of the order in which they did.
CREATE TABLE about (
	message INTEGER PRIMARY KEY REFERENCES message,
	target INTEGER NOT NULL REFERENCES message
) STRICT;
CREATE INDEX about_target ON about (target);

-- A series is one posting: version 6 of something is one, version 7
-- another.  A patch that was posted alone is a series of one.  All of this
-- follows from its members.  NULL in a row of before.
ALTER TABLE series ADD COLUMN head INTEGER REFERENCES message; -- its cover
	-- letter, else the lowest patch that came
ALTER TABLE series ADD COLUMN version INTEGER; -- inferred where the
	-- members do not say theirs
ALTER TABLE series ADD COLUMN revision INTEGER; -- the 1 of v5.1
ALTER TABLE series ADD COLUMN total INTEGER; -- NULL: a patch without number
ALTER TABLE series ADD COLUMN received INTEGER; -- how many of 1 to total
	-- came (of the patch without number: 1)
ALTER TABLE series ADD COLUMN poster TEXT; -- address of head's sender, in
	-- lower case
ALTER TABLE series ADD COLUMN title_key TEXT; -- title of head for matching:
	-- lower case, blanks collapsed (mail-rules S7)
ALTER TABLE series ADD COLUMN change_id TEXT; -- NULL: none
ALTER TABLE series ADD COLUMN date INTEGER; -- the earliest that a member
	-- claims
ALTER TABLE series ADD COLUMN previous INTEGER REFERENCES series; -- the
	-- version before this one; NULL: none is known
ALTER TABLE series ADD COLUMN evidence INTEGER; -- enum kd_evidence: why it
	-- is taken for that
ALTER TABLE series ADD COLUMN resend INTEGER; -- 0 or 1: it says nothing
	-- new, the same patches again
ALTER TABLE series ADD COLUMN said INTEGER
	CHECK (said IN (0, 1)); -- a member says the version
ALTER TABLE series ADD COLUMN kin INTEGER; -- a label: series of the same
	-- one are divided together when a message comes to one of them
CREATE INDEX series_title ON series (poster, title_key, date)
	WHERE title_key IS NOT NULL;
CREATE INDEX series_kin ON series (kin) WHERE kin IS NOT NULL;
CREATE INDEX series_change ON series (change_id) WHERE change_id IS NOT NULL;
CREATE INDEX series_previous ON series (previous) WHERE previous IS NOT NULL;

-- Patches by what they are called, to find series that share some.
CREATE TABLE likeness (
	sign INTEGER NOT NULL, -- a hash of the sender and the title
	message INTEGER NOT NULL REFERENCES message,
	PRIMARY KEY (sign, message)
) STRICT, WITHOUT ROWID;
