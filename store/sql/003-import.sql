-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 003-import.sql - schema 3: archives that mail was imported from.
--
-- Quick whatever the size of the store: one table, empty.

-- How far an import of an archive came.
CREATE TABLE import (
	source TEXT NOT NULL, -- its real path, or '-'
	how TEXT NOT NULL, -- what else decides what its mail becomes: format,
	                   -- lists
	position TEXT, -- of the archive, behind what is in the store; NULL:
	               -- its beginning
	running INTEGER NOT NULL CHECK (running IN (0, 1)), -- the import has
	        -- not come to its end; only then count the other columns
	boundary INTEGER NOT NULL, -- mail that is older goes to the front of
	         -- the store: when its oldest message had arrived as the
	         -- import began
	next_seq INTEGER NOT NULL CHECK (next_seq > 0), -- the front: the next
	last_seq INTEGER NOT NULL CHECK (last_seq >= 0), -- and the last seq
	PRIMARY KEY (source, how)
) STRICT, WITHOUT ROWID;
