-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 004-repack.sql - schema 4: kept messages that lie together in blocks.
--
-- Quick whatever the size of the store: two tables, both empty.  Messages
-- are moved there by kvmdigest-mda --repack.

-- Messages packed as one.  A row is never changed, and never removed.
CREATE TABLE block (
	id INTEGER PRIMARY KEY,
	size INTEGER NOT NULL
		CHECK (size BETWEEN 1 AND 524288), -- of what is in it, unpacked
	data BLOB NOT NULL -- one frame of zstd, with a checksum inside
) STRICT;

-- Variants whose exact bytes are in a block.  They have no row in raw.
CREATE TABLE packed (
	variant INTEGER PRIMARY KEY REFERENCES variant,
	block INTEGER NOT NULL REFERENCES block,
	start INTEGER NOT NULL CHECK (start >= 0), -- of the message, in what
	                       -- comes out of the block
	size INTEGER NOT NULL CHECK (size >= 0), -- of the message
	text_size INTEGER CHECK (text_size >= 0), -- of its decoded text, right
	          -- behind it; NULL: it is in table decoded, or there is none
	sha256 BLOB NOT NULL CHECK (length(sha256) = 32) -- of the message
) STRICT;
