-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 001-initial.sql - schema 1.
--
-- Runs inside one transaction, into an empty database.  A released file is
-- never changed again: what comes later is 002-*.sql.  Times are seconds
-- since the epoch, UTC; flags are 0 or 1; sizes and offsets are bytes.
-- ASCII only: the file becomes an array of char.

-- Which store this is: the lock file beside the database says the same.
CREATE TABLE store (
	one INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
	id TEXT NOT NULL CHECK (length(id) = 32) -- random, hex
) STRICT;
INSERT INTO store (one, id) VALUES (1, lower(hex(randomblob(16))));

-- Mailing lists, each made when its first message comes.
CREATE TABLE list (
	id INTEGER PRIMARY KEY, -- 0: of no list
	list_id TEXT NOT NULL UNIQUE COLLATE NOCASE
		CHECK (length(list_id) <= 1000), -- its List-Id, without <>
	name TEXT NOT NULL CHECK (length(name) <= 1000) -- as it was configured
) STRICT;
INSERT INTO list (id, list_id, name) VALUES (0, '', '');

-- Every Message-ID that was seen or referred to.
CREATE TABLE message (
	id INTEGER PRIMARY KEY,
	message_id TEXT NOT NULL UNIQUE
		CHECK (length(message_id) BETWEEN 1 AND 998), -- without <>
	variant INTEGER REFERENCES variant, -- the preferred content; NULL: it
	                                    -- was referred to and never came
	series INTEGER REFERENCES series -- NULL: of no series
) STRICT;
CREATE INDEX message_series ON message (series) WHERE series IS NOT NULL;

-- What a message can be asked for by, beside its Message-ID.
CREATE TABLE ident (
	id BLOB PRIMARY KEY CHECK (length(id) = 20), -- the first 20 bytes of the
	                           -- SHA-256 of the Message-ID
	message INTEGER NOT NULL REFERENCES message -- one that came
) STRICT, WITHOUT ROWID;

-- People as they spell themselves, each spelling once.
CREATE TABLE person (
	id INTEGER PRIMARY KEY,
	email TEXT NOT NULL CHECK (length(email) <= 262144), -- '': none given
	name TEXT NOT NULL CHECK (length(name) <= 262144), -- '': none given
	UNIQUE (email, name)
) STRICT;

-- One content of a message.  Nearly always a message has one.
CREATE TABLE variant (
	id INTEGER PRIMARY KEY, -- in order of arrival
	message INTEGER NOT NULL REFERENCES message,
	content_sha256 BLOB NOT NULL CHECK (length(content_sha256) = 32),
	received INTEGER NOT NULL, -- when the hook read it, by its clock
	through_list INTEGER NOT NULL CHECK (through_list IN (0, 1)), -- a copy of
	                           -- it came with the List-Id of its list
	kind INTEGER NOT NULL CHECK (kind >= 0), -- enum kd_kind
	status INTEGER NOT NULL CHECK (status >= 0), -- enum kd_parse_status
	sender INTEGER NOT NULL REFERENCES person, -- From
	author INTEGER NOT NULL REFERENCES person, -- From in the body, or sender
	date INTEGER, -- as claimed; NULL: none that can be believed
	subject TEXT NOT NULL CHECK (length(subject) <= 4096), -- all of it
	title TEXT NOT NULL CHECK (length(title) <= 4096), -- without prefixes
	prefixes TEXT NOT NULL CHECK (length(prefixes) <= 4112), -- words, with
	                       -- one blank between two
	project TEXT CHECK (length(project) <= 4096), -- NULL: the kernel
	version INTEGER NOT NULL, -- 1 where the subject says none
	revision INTEGER NOT NULL, -- the 1 of v5.1, else 0
	number INTEGER CHECK (number >= 0), -- the 4 of 04/11; NULL: none said
	total INTEGER CHECK (total >= 0), -- the 11 of it; NULL: none said
	patch INTEGER NOT NULL CHECK (patch IN (0, 1)), -- PATCH is a prefix
	rfc INTEGER NOT NULL CHECK (rfc IN (0, 1)),
	resend INTEGER NOT NULL CHECK (resend IN (0, 1)),
	pull INTEGER NOT NULL CHECK (pull IN (0, 1)),
	reply INTEGER NOT NULL CHECK (reply IN (0, 1)),
	forward INTEGER NOT NULL CHECK (forward IN (0, 1)),
	subject_line TEXT CHECK (length(subject_line) <= 262144), -- first line
	                  -- of a folded Subject; NULL: it was not folded
	from_line TEXT CHECK (length(from_line) <= 262144), -- From in one line;
	               -- NULL: the sender says it all
	header_size INTEGER NOT NULL CHECK (header_size >= 0), -- in the raw bytes
	text_offset INTEGER CHECK (text_offset >= 0), -- of the text in the raw
	                    -- bytes; NULL: it is in table decoded, or there is
	                    -- none
	text_size INTEGER NOT NULL CHECK (text_size >= 0),
	commit_offset INTEGER NOT NULL CHECK (commit_offset >= 0), -- in the text,
	commit_size INTEGER NOT NULL CHECK (commit_size >= 0), -- size 0: none;
	notes_offset INTEGER NOT NULL CHECK (notes_offset >= 0), -- as the spans
	notes_size INTEGER NOT NULL CHECK (notes_size >= 0), -- of kd_message
	stat_offset INTEGER NOT NULL CHECK (stat_offset >= 0),
	stat_size INTEGER NOT NULL CHECK (stat_size >= 0),
	has_diff INTEGER NOT NULL CHECK (has_diff IN (0, 1)),
	files INTEGER, -- these three are of the mail's own diffstat, or else
	               -- of its diff; NULL: not known
	insertions INTEGER,
	deletions INTEGER,
	change_id TEXT CHECK (length(change_id) <= 262144), -- NULL: none
	parser INTEGER NOT NULL CHECK (parser >= 0), -- KD_PARSER_VERSION of
	               -- the program that read it
	UNIQUE (message, content_sha256)
) STRICT;
CREATE INDEX variant_numbered ON variant (total, version, date)
	WHERE total IS NOT NULL;

-- What a variant refers to.
CREATE TABLE reference (
	variant INTEGER NOT NULL REFERENCES variant,
	ordinal INTEGER NOT NULL CHECK (ordinal BETWEEN 0 AND 100), -- 0: it is
	                         -- In-Reply-To; then References, oldest first
	message INTEGER NOT NULL REFERENCES message,
	PRIMARY KEY (variant, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX reference_message ON reference (message);

-- The order in which messages came: once in each list.
CREATE TABLE arrival (
	seq INTEGER PRIMARY KEY CHECK (seq > 0), -- of delivered mail from
	                        -- 100000000 on; below is room for old mail
	list INTEGER NOT NULL REFERENCES list,
	message INTEGER NOT NULL REFERENCES message,
	received INTEGER NOT NULL, -- never before that of the seq before it
	UNIQUE (message, list)
) STRICT;
CREATE INDEX arrival_list ON arrival (list); -- then by seq, as all indexes
CREATE INDEX arrival_received ON arrival (received);

-- The exact bytes.  A table of its own, so that reading variants does not
-- drag them along.
CREATE TABLE raw (
	variant INTEGER PRIMARY KEY REFERENCES variant,
	codec INTEGER NOT NULL CHECK (codec IN (0, 1, 2)), -- 0 as they are,
	                       -- 1 zstd, 2 in a file of that SHA-256 in the
	                       -- directory beside the store
	size INTEGER NOT NULL CHECK (size >= 0), -- of the message
	data BLOB NOT NULL, -- codec 2: the header block, as it is
	sha256 BLOB CHECK (length(sha256) = 32) -- of the message; NULL: of codec
	            -- 1, which has a checksum inside
) STRICT;

-- The text of the variants whose raw bytes do not hold it as it is.
CREATE TABLE decoded (
	variant INTEGER PRIMARY KEY REFERENCES variant,
	codec INTEGER NOT NULL CHECK (codec IN (0, 1)), -- as in raw
	size INTEGER NOT NULL CHECK (size >= 0),
	data BLOB NOT NULL,
	sha256 BLOB CHECK (length(sha256) = 32) -- as in raw
) STRICT;

-- Positions that have a name.
CREATE TABLE marker (
	name TEXT PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 64),
	seq INTEGER NOT NULL CHECK (seq >= 0), -- 0: before the first message
	set_at INTEGER NOT NULL -- when it was put there
) STRICT, WITHOUT ROWID;

-- Patches that were posted together.  The members say the rest.
CREATE TABLE series (
	id INTEGER PRIMARY KEY,
	threaded INTEGER NOT NULL CHECK (threaded IN (0, 1)) -- 0: put together
	         -- by sender and time, for none refers to another
) STRICT;
