-- SPDX-License-Identifier: GPL-2.0-or-later
--
-- 005-views.sql - schema 5: what people may ask with sqlite3.
--
-- Quick whatever the size of the store: views, and nothing else.  The tables
-- may change with any release; these keep their names, their columns and
-- what they mean, and may get columns behind those that they have.
-- kvmdigest-store(5) says what each column is; a test holds it to that.
--
-- SQLite parses all of a schema each time that a store is opened, some
-- thousand instructions for each column, so that each of them costs every
-- delivery.  So there are no comments inside, no more columns than are
-- asked for, and none that follows from another one by a function.  What
-- there may be more than one of is in a view of its own, joined by
-- message_id.  Names stand without their table where there is one of that
-- name: a later column of the same name has to make these anew.

-- Messages in the order in which they came: once in each list.
-- position: what a marker stands at.  list: '' of no list.  date: as
-- claimed; NULL: none that can be believed.  project: NULL: the kernel.
-- number, total: NULL: the subject says none.  Names and addresses: '' where
-- there is none.  about: the patch, cover letter or pull request that a
-- reply or notice is about; answers: how many are about this one.  files,
-- insertions, deletions: NULL: not known.  patch_id: as git patch-id
-- --stable; NULL: no patch.
CREATE VIEW kvmdigest_message AS SELECT
message_id,l.name list,seq position,datetime(a.received,'unixepoch')arrived,a.received arrived_epoch,
'["other","patch","cover","reply","forward","pull","applied","bot"]'->>kind kind,
'["ok","limited","unparsed","crashed"]'->>status status,
datetime(date,'unixepoch')date,subject,title,project,version,number,total,rfc,resend,
s.name sender_name,s.email sender_email,w.name author_name,w.email author_email,
(SELECT message_id FROM message WHERE id=(SELECT message FROM reference WHERE variant=v.id AND ordinal=0))in_reply_to,
(SELECT message_id FROM message WHERE id=(SELECT target FROM about WHERE message=m.id))about,
(SELECT count(*)FROM about WHERE target=m.id)answers,
series,files,insertions,deletions,lower(hex(patch_id))patch_id
FROM arrival a JOIN message m ON m.id=a.message JOIN variant v ON v.id=variant JOIN list l ON l.id=list
JOIN person s ON s.id=sender JOIN person w ON w.id=author;

-- One posting of a series: each version is one.  message_id: of its cover
-- letter, else of the lowest patch that came.  received: how many of total
-- did.  newer: the series that is a later version of it; NULL: none is.
CREATE VIEW kvmdigest_series AS SELECT
s.id series,message_id,version,revision,total,received,
(SELECT max(id)FROM series WHERE previous=s.id AND resend=0)newer
FROM series s JOIN message m ON m.id=head;

-- "Name: value" lines of the text, in order.
CREATE VIEW kvmdigest_trailer AS SELECT
message_id,ordinal,name,value,of_person,by_sender
FROM trailer JOIN message USING(variant);

-- Files that a patch changes.
CREATE VIEW kvmdigest_path AS SELECT
message_id,name path
FROM touched JOIN message USING(variant)JOIN path p ON p.id=path;

-- What a message says became of patches: a row for each that it names, or
-- one where it names none.
CREATE VIEW kvmdigest_notice AS SELECT
message_id,'[null,"queued","applied","merged","stable","failed"]'->>fate fate,tree,number,title,commit_id
FROM notice JOIN message USING(variant)LEFT JOIN taken USING(variant);

-- Markers.
CREATE VIEW kvmdigest_marker AS SELECT
name,seq position,datetime(set_at,'unixepoch')moved
FROM marker;
