-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 005-terse.sql - schema 5: the same tables in fewer words.
--
-- SQLite parses the whole schema whenever a store is opened, so that each
-- delivery paid for the comments and for a CHECK of every flag and size; and
-- for CHECK (codec IN (0, 1, 2)) it made a temporary table at each INSERT.
-- What the columns mean is said in 001 to 004.  No column, index or row is
-- touched, and what was refused is refused: numbers that are not negative,
-- or 0 or 1, are just that if all of their bits together are.
--
-- Quick whatever the size of the store: schema.c lets the text of the
-- schema be written, and has SQLite read it anew.

UPDATE sqlite_schema SET sql =
'CREATE TABLE store(one INTEGER PRIMARY KEY CHECK(one=1),
id TEXT NOT NULL CHECK(length(id)=32))STRICT'
WHERE name = 'store';
UPDATE sqlite_schema SET sql =
'CREATE TABLE list(id INTEGER PRIMARY KEY,
list_id TEXT NOT NULL UNIQUE COLLATE NOCASE CHECK(length(list_id)<=1000),
name TEXT NOT NULL CHECK(length(name)<=1000))STRICT'
WHERE name = 'list';
UPDATE sqlite_schema SET sql =
'CREATE TABLE message(id INTEGER PRIMARY KEY,
message_id TEXT NOT NULL UNIQUE CHECK(length(message_id)BETWEEN 1 AND 998),
variant INTEGER REFERENCES variant,series INTEGER REFERENCES series)STRICT'
WHERE name = 'message';
UPDATE sqlite_schema SET sql =
'CREATE INDEX message_series ON message(series)WHERE series IS NOT NULL'
WHERE name = 'message_series';
UPDATE sqlite_schema SET sql =
'CREATE TABLE ident(id BLOB PRIMARY KEY CHECK(length(id)=20),
message INTEGER NOT NULL REFERENCES message)STRICT,WITHOUT ROWID'
WHERE name = 'ident';
UPDATE sqlite_schema SET sql =
'CREATE TABLE person(id INTEGER PRIMARY KEY,
email TEXT NOT NULL CHECK(length(email)<=262144),
name TEXT NOT NULL CHECK(length(name)<=262144),UNIQUE(email,name))STRICT'
WHERE name = 'person';
UPDATE sqlite_schema SET sql =
'CREATE TABLE variant(id INTEGER PRIMARY KEY,
message INTEGER NOT NULL REFERENCES message,
content_sha256 BLOB NOT NULL CHECK(length(content_sha256)=32),
received INTEGER NOT NULL,through_list INTEGER NOT NULL,
kind INTEGER NOT NULL,status INTEGER NOT NULL,
sender INTEGER NOT NULL REFERENCES person,
author INTEGER NOT NULL REFERENCES person,date INTEGER,
subject TEXT NOT NULL CHECK(length(subject)<=4096),
title TEXT NOT NULL CHECK(length(title)<=4096),
prefixes TEXT NOT NULL CHECK(length(prefixes)<=4112),
project TEXT CHECK(length(project)<=4096),version INTEGER NOT NULL,
revision INTEGER NOT NULL,number INTEGER CHECK(number>=0),
total INTEGER CHECK(total>=0),patch INTEGER NOT NULL,rfc INTEGER NOT NULL,
resend INTEGER NOT NULL,pull INTEGER NOT NULL,reply INTEGER NOT NULL,
forward INTEGER NOT NULL,
subject_line TEXT CHECK(length(subject_line)<=262144),
from_line TEXT CHECK(length(from_line)<=262144),header_size INTEGER NOT NULL,
text_offset INTEGER CHECK(text_offset>=0),text_size INTEGER NOT NULL,
commit_offset INTEGER NOT NULL,commit_size INTEGER NOT NULL,
notes_offset INTEGER NOT NULL,notes_size INTEGER NOT NULL,
stat_offset INTEGER NOT NULL,stat_size INTEGER NOT NULL,
has_diff INTEGER NOT NULL,files INTEGER,insertions INTEGER,deletions INTEGER,
change_id TEXT CHECK(length(change_id)<=262144),
parser INTEGER NOT NULL DEFAULT 0,versioned INTEGER,patch_id BLOB,
base_commit TEXT,UNIQUE(message,content_sha256),CHECK((through_list|patch|
rfc|resend|pull|reply|forward|has_diff)IN(0,1)),CHECK((kind|status|
header_size|text_size|commit_offset|commit_size|notes_offset|notes_size|
stat_offset|stat_size|parser)>=0))STRICT'
WHERE name = 'variant';
UPDATE sqlite_schema SET sql =
'CREATE INDEX variant_numbered ON variant(total,version,
date)WHERE total IS NOT NULL'
WHERE name = 'variant_numbered';
UPDATE sqlite_schema SET sql =
'CREATE TABLE reference(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL CHECK(ordinal BETWEEN 0 AND 100),
message INTEGER NOT NULL REFERENCES message,
PRIMARY KEY(variant,ordinal))STRICT,WITHOUT ROWID'
WHERE name = 'reference';
UPDATE sqlite_schema SET sql =
'CREATE INDEX reference_message ON reference(message)'
WHERE name = 'reference_message';
UPDATE sqlite_schema SET sql =
'CREATE TABLE arrival(seq INTEGER PRIMARY KEY CHECK(seq>0),
list INTEGER NOT NULL REFERENCES list,
message INTEGER NOT NULL REFERENCES message,received INTEGER NOT NULL,
UNIQUE(message,list))STRICT'
WHERE name = 'arrival';
UPDATE sqlite_schema SET sql =
'CREATE INDEX arrival_list ON arrival(list)'
WHERE name = 'arrival_list';
UPDATE sqlite_schema SET sql =
'CREATE INDEX arrival_received ON arrival(received)'
WHERE name = 'arrival_received';
UPDATE sqlite_schema SET sql =
'CREATE TABLE raw(variant INTEGER PRIMARY KEY REFERENCES variant,
codec INTEGER NOT NULL CHECK(codec BETWEEN 0 AND 2),
size INTEGER NOT NULL CHECK(size>=0),data BLOB NOT NULL,
sha256 BLOB CHECK(length(sha256)=32))STRICT'
WHERE name = 'raw';
UPDATE sqlite_schema SET sql =
'CREATE TABLE decoded(variant INTEGER PRIMARY KEY REFERENCES variant,
codec INTEGER NOT NULL CHECK(codec IN(0,1)),
size INTEGER NOT NULL CHECK(size>=0),data BLOB NOT NULL,
sha256 BLOB CHECK(length(sha256)=32))STRICT'
WHERE name = 'decoded';
UPDATE sqlite_schema SET sql =
'CREATE TABLE marker(
name TEXT PRIMARY KEY CHECK(length(name)BETWEEN 1 AND 64),
seq INTEGER NOT NULL CHECK(seq>=0),set_at INTEGER NOT NULL)STRICT,
WITHOUT ROWID'
WHERE name = 'marker';
UPDATE sqlite_schema SET sql =
'CREATE TABLE series(id INTEGER PRIMARY KEY,
threaded INTEGER NOT NULL CHECK(threaded IN(0,1)),
head INTEGER REFERENCES message,version INTEGER,revision INTEGER,
total INTEGER,received INTEGER,poster TEXT,title_key TEXT,change_id TEXT,
date INTEGER,previous INTEGER REFERENCES series,evidence INTEGER,
resend INTEGER,said INTEGER CHECK(said IN(0,1)),kin INTEGER)STRICT'
WHERE name = 'series';
UPDATE sqlite_schema SET sql =
'CREATE TABLE trailer(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL CHECK(ordinal>=0),
name TEXT NOT NULL CHECK(length(name)<=65536),
value TEXT NOT NULL CHECK(length(value)<=65536),of_person INTEGER NOT NULL,
by_sender INTEGER NOT NULL,PRIMARY KEY(variant,ordinal),CHECK((of_person|
by_sender)IN(0,1)))STRICT,WITHOUT ROWID'
WHERE name = 'trailer';
UPDATE sqlite_schema SET sql =
'CREATE TABLE path(id INTEGER PRIMARY KEY,
name TEXT NOT NULL UNIQUE CHECK(length(name)<=131072))STRICT'
WHERE name = 'path';
UPDATE sqlite_schema SET sql =
'CREATE TABLE touched(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL CHECK(ordinal>=0),
path INTEGER NOT NULL REFERENCES path,PRIMARY KEY(variant,ordinal))STRICT,
WITHOUT ROWID'
WHERE name = 'touched';
UPDATE sqlite_schema SET sql =
'CREATE TABLE link(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL,relation INTEGER NOT NULL CHECK(relation>=1),
version INTEGER NOT NULL,message INTEGER NOT NULL REFERENCES message,
PRIMARY KEY(variant,ordinal),CHECK((ordinal|version)>=0))STRICT,WITHOUT ROWID'
WHERE name = 'link';
UPDATE sqlite_schema SET sql =
'CREATE INDEX link_message ON link(message)'
WHERE name = 'link_message';
UPDATE sqlite_schema SET sql =
'CREATE TABLE announced(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL CHECK(ordinal>=0),
title TEXT NOT NULL CHECK(length(title)<=131072),
PRIMARY KEY(variant,ordinal))STRICT,WITHOUT ROWID'
WHERE name = 'announced';
UPDATE sqlite_schema SET sql =
'CREATE TABLE pull(variant INTEGER PRIMARY KEY REFERENCES variant,
url TEXT NOT NULL CHECK(length(url)<=2048),
ref TEXT CHECK(length(ref)<=2048))STRICT'
WHERE name = 'pull';
UPDATE sqlite_schema SET sql =
'CREATE TABLE notice(variant INTEGER PRIMARY KEY REFERENCES variant,
fate INTEGER NOT NULL CHECK(fate>=1),
tree TEXT CHECK(length(tree)<=2048))STRICT'
WHERE name = 'notice';
UPDATE sqlite_schema SET sql =
'CREATE TABLE taken(variant INTEGER NOT NULL REFERENCES variant,
ordinal INTEGER NOT NULL CHECK(ordinal>=0),number INTEGER CHECK(number>=0),
title TEXT CHECK(length(title)<=131072),
commit_id TEXT CHECK(length(commit_id)<=64),
PRIMARY KEY(variant,ordinal))STRICT,WITHOUT ROWID'
WHERE name = 'taken';
UPDATE sqlite_schema SET sql =
'CREATE TABLE about(message INTEGER PRIMARY KEY REFERENCES message,
target INTEGER NOT NULL REFERENCES message)STRICT'
WHERE name = 'about';
UPDATE sqlite_schema SET sql =
'CREATE INDEX about_target ON about(target)'
WHERE name = 'about_target';
UPDATE sqlite_schema SET sql =
'CREATE INDEX series_title ON series(poster,title_key,
date)WHERE title_key IS NOT NULL'
WHERE name = 'series_title';
UPDATE sqlite_schema SET sql =
'CREATE INDEX series_kin ON series(kin)WHERE kin IS NOT NULL'
WHERE name = 'series_kin';
UPDATE sqlite_schema SET sql =
'CREATE INDEX series_change ON series(change_id)WHERE change_id IS NOT NULL'
WHERE name = 'series_change';
UPDATE sqlite_schema SET sql =
'CREATE INDEX series_previous ON series(previous)WHERE previous IS NOT NULL'
WHERE name = 'series_previous';
UPDATE sqlite_schema SET sql =
'CREATE TABLE likeness(sign INTEGER NOT NULL,
message INTEGER NOT NULL REFERENCES message,PRIMARY KEY(sign,message))STRICT,
WITHOUT ROWID'
WHERE name = 'likeness';
UPDATE sqlite_schema SET sql =
'CREATE TABLE import(source TEXT NOT NULL,how TEXT NOT NULL,position TEXT,
running INTEGER NOT NULL CHECK(running IN(0,1)),boundary INTEGER NOT NULL,
next_seq INTEGER NOT NULL CHECK(next_seq>0),
last_seq INTEGER NOT NULL CHECK(last_seq>=0),PRIMARY KEY(source,how))STRICT,
WITHOUT ROWID'
WHERE name = 'import';
UPDATE sqlite_schema SET sql =
'CREATE TABLE block(id INTEGER PRIMARY KEY,
size INTEGER NOT NULL CHECK(size BETWEEN 1 AND 524288),
data BLOB NOT NULL)STRICT'
WHERE name = 'block';
UPDATE sqlite_schema SET sql =
'CREATE TABLE packed(variant INTEGER PRIMARY KEY REFERENCES variant,
block INTEGER NOT NULL REFERENCES block,start INTEGER NOT NULL,
size INTEGER NOT NULL,text_size INTEGER CHECK(text_size>=0),
sha256 BLOB NOT NULL CHECK(length(sha256)=32),CHECK((start|size)>=0))STRICT'
WHERE name = 'packed';
