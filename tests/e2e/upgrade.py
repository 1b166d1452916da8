#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Stores that older programs wrote (tests/data/stores), opened by this one.

While many deliveries run, each of which is accepted, the store is brought up
to date once; what went to the spool comes back; and after --reparse it is
what a new store of the same mail is.
"""
import glob
import json
import lzma
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import ENV, HOOK, REPORT, SAMPLE, SOURCE, run  # noqa: E402
from verdict import fault, same, verdict  # noqa: E402

STORES = os.path.join(SOURCE, "tests", "data", "stores")
VIEWS = os.path.join(SOURCE, "store", "views.sql")
AT_ONCE = 12

# What a message is, but for when it came, by which later mail is divided.
TABLES = {
    "message": "message_id, list, kind, status, date, subject, title, "
               "project, version, number, total, rfc, resend, sender_name, "
               "sender_email, author_name, author_email, in_reply_to, about, "
               "answers, series IS NULL, files, insertions, deletions, "
               "patch_id",
    "trailer": "*",
    "path": "*",
    "notice": "*",
    "series": "message_id, version, revision, total, received, newer IS NULL",
}


def mails(*patterns):
    return [name for pattern in patterns
            for name in sorted(glob.glob(os.path.join(SAMPLE, pattern)))]


OLD = mails("00*.eml", "01*.eml")       # as in stores/make.sh
NEW = mails("02*.eml", "03*.eml")


def deliver(what, store, names):
    """AT_ONCE at a time; each is accepted, without a word."""
    for start in range(0, len(names), AT_ONCE):
        running = []
        for name in names[start:start + AT_ONCE]:
            with open(name, "rb") as file:
                cat = subprocess.Popen(["cat"], stdin=file,
                                       stdout=subprocess.PIPE)
            running.append((name, cat, subprocess.Popen(
                [HOOK, "-d", store], stdin=cat.stdout, env=ENV,
                stderr=subprocess.PIPE)))
            cat.stdout.close()
        for name, cat, hook in running:
            said = hook.communicate()[1]
            cat.wait()
            if hook.returncode != 0:
                fault(f"{what}, {os.path.basename(name)}",
                      f"exit {hook.returncode}: {said!r}")


def waiting(store):
    return len(glob.glob(store + "-spool/new/*"))


def contents(store):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    with open(VIEWS, encoding="utf-8") as file:
        database.executescript(file.read())
    found = {view: sorted(map(repr, database.execute(
        f"SELECT {columns} FROM kvmdigest_{view}")))
        for view, columns in TABLES.items()}
    database.close()
    # every byte, in whatever order
    mail = run(REPORT, store, "export").stdout
    found["bytes"] = sorted(re.split(rb"(?m)^From \S+ [A-Z][a-z]{2} .*\n",
                                     mail))
    return found


def facts(store):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    found = database.execute(
        "SELECT (SELECT user_version FROM pragma_user_version), "
        "(SELECT group_concat(integrity_check) FROM pragma_integrity_check), "
        "(SELECT count(*) FROM pragma_foreign_key_check), "
        "(SELECT count(*) FROM pragma_table_info('variant') WHERE "
        "name = 'parser')").fetchone()
    database.close()
    return found


def compare(what, found, wanted):
    for part, rows in wanted.items():
        if found[part] == rows:
            continue
        odd = [row for row in found[part] if row not in rows]
        lacks = [row for row in rows if row not in found[part]]
        fault(f"{what}, {part}", f"has {str(odd)[:400]}; "
              f"lacks {str(lacks)[:400]}")


def unpack(path, place):
    os.mkdir(place, 0o700)
    store = os.path.join(place, "kvm.db")
    with lzma.open(path) as packed, open(store, "wb") as out:
        shutil.copyfileobj(packed, out)
    os.chmod(store, 0o600)
    return store


def test_old(path, work, wanted, schema):
    what = os.path.basename(path)
    store = unpack(path, os.path.join(work, what))
    database = sqlite3.connect(store)
    version = database.execute("PRAGMA user_version").fetchone()[0]
    known = {row[0] for row in database.execute(
        "SELECT message_id FROM message WHERE variant IS NOT NULL")}
    database.close()
    if version > schema or len(known) < 15:
        fault(what, f"schema {version}, {len(known)} messages")
    deliver(what, store, NEW)
    result = run(HOOK, store, "--drain")
    same(what + ", drained", (result.returncode, waiting(store)), (0, 0))
    same(what, facts(store), (schema, "ok", 0, 1))
    result = run(HOOK, store, "--reparse")
    same(what + ", reparse", result.returncode, 0)
    compare(what, contents(store), wanted)
    same(what + ", again", run(HOOK, store, "--reparse").stdout[:7],
         b"read 0,")
    return version


def test_first_reader(path, work, schema):
    """The report brings it up to date, too."""
    store = unpack(path, os.path.join(work, "reader-" + os.path.basename(path)))
    result = run(REPORT, store, "digest", "start..", "--format", "json")
    same("reader", (result.returncode, result.stderr), (0, b""))
    if len(json.loads(result.stdout)) < 3:
        fault("reader", result.stdout[:200])
    same("reader", facts(store), (schema, "ok", 0, 1))


def test_busy(path, work, wanted, schema):
    """While another program has the store, mail waits in the spool, and
    comes back."""
    store = unpack(path, os.path.join(work, "busy"))
    database = sqlite3.connect(store, isolation_level=None)
    database.execute("BEGIN IMMEDIATE")
    deliver("busy", store, NEW[:AT_ONCE])
    same("busy, spool", waiting(store), AT_ONCE)
    same("busy, schema", database.execute("PRAGMA user_version")
         .fetchone()[0] < schema, True)
    database.execute("ROLLBACK")
    database.close()
    deliver("no longer busy", store, NEW[AT_ONCE:])
    result = run(HOOK, store, "--drain")
    same("busy, drained", (result.returncode, waiting(store)), (0, 0))
    same("busy, reparse", run(HOOK, store, "--reparse").returncode, 0)
    same("busy", facts(store), (schema, "ok", 0, 1))
    compare("busy", contents(store), wanted)


def test_newer(work, fresh, schema):
    """A store of a later release is left alone, byte for byte."""
    place = os.path.join(work, "newer")
    os.mkdir(place, 0o700)
    store = os.path.join(place, "kvm.db")
    source = sqlite3.connect(fresh)
    database = sqlite3.connect(store)
    source.backup(database)
    source.close()
    database.execute(f"PRAGMA user_version = {schema + 1}")
    database.close()
    shutil.copy(fresh + "-lock", store + "-lock")

    def image():
        files = {}
        for name in sorted(glob.glob(store + "*")):
            # memory that readers share, and an empty log
            if os.path.isfile(name) and not name.endswith("-shm") and \
                    os.path.getsize(name) > 0:
                with open(name, "rb") as file:
                    files[name] = file.read()
        return files

    before = image()
    deliver("newer", store, NEW[:3])
    same("newer, spool", waiting(store), 3)
    for args in (("digest", "start.."), ("markers",), ("export",),
                 ("backup", os.path.join(work, "newer.copy"))):
        result = run(REPORT, store, *args)
        same(f"newer, {args[0]}", (result.returncode, result.stdout),
             (78, b""))
        if b"install a newer kvmdigest" not in result.stderr or \
                result.stderr.count(b"\n") != 1:
            fault(f"newer, {args[0]}", result.stderr)
    for args in (("--reparse",), ("--repack",), ("--drain",)):
        result = run(HOOK, store, *args)
        same(f"newer, {args[0]}", (result.returncode, b"install a newer" in
                                   result.stderr), (78, True))
    same("newer, spool after it", waiting(store), 3)
    same("newer, as it was", image() == before, True)


def main():
    olds = sorted(glob.glob(os.path.join(STORES, "*.db.xz")))
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        fresh = os.path.join(work, "fresh", "kvm.db")
        deliver("fresh", fresh, OLD)
        deliver("fresh", fresh, NEW)
        same("fresh, drained", run(HOOK, fresh, "--drain").returncode, 0)
        schema = facts(fresh)[0]
        wanted = contents(fresh)
        versions = [test_old(path, work, wanted, schema) for path in olds]
        # each schema that there was
        same("schemas", set(range(1, schema)) - set(versions), set())
        test_first_reader(olds[0], work, schema)
        test_busy(olds[0], work, wanted, schema)
        test_newer(work, fresh, schema)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
