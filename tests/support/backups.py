# SPDX-License-Identifier: GPL-2.0-or-later
"""backups.py - a backup, what has to hold of the copy, and stores to copy."""
import glob
import os
import re
import shutil

from programs import HOOK, REPORT, ask, run
from verdict import fault, same


def renamed(mails, mark):
    return {f"{mark}.{mail_id}": raw.replace(mail_id.encode(),
                                             f"{mark}.{mail_id}".encode())
            for mail_id, raw in mails.items()}


def backup(what, store, path, *args, status=0, says=b"", **more):
    """It ends with status, and says one line, or nothing."""
    result = run(REPORT, store, "backup", *args, path, **more)
    same(what + ", exit", (result.returncode, result.stdout), (status, b""))
    if says not in result.stderr or result.stderr.count(b"\n") != (
            1 if says else 0):
        fault(what, f"says {result.stderr!r}, not {says!r}")


def ids(store):
    return {row[0] for row in ask(store, "SELECT message_id FROM message "
                                  "WHERE variant IS NOT NULL")}


def sound(what, path):
    """A copy is one file, and all of it is in it."""
    same(what + ", checked",
         ask(path, "SELECT (SELECT group_concat(integrity_check) FROM "
             "pragma_integrity_check), (SELECT count(*) FROM "
             "pragma_foreign_key_check)"), [("ok", 0)])
    same(what + ", beside it", [name for name in glob.glob(path + "-*")
                                if name != path + "-large"], [])


def restored(work, name, path):
    """The copy at the place of a store of its own."""
    place = os.path.join(work, name)
    os.mkdir(place, 0o700)
    shutil.copy(path, os.path.join(place, "kvm.db"))
    if os.path.isdir(path + "-large"):
        shutil.copytree(path + "-large", os.path.join(place, "kvm.db-large"))
    return os.path.join(place, "kvm.db")


def digest(store):
    result = run(REPORT, store, "digest", "start..latest", "--list", "all",
                 "--messages", "all")
    same("digest", (result.returncode, result.stderr), (0, b""))
    return result.stdout


def with_large(work, name, mails):
    """A store whose longest messages lie in files; its configuration."""
    conf = os.path.join(work, name + ".conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write("mda: { max_message = 65536; };\n")
    store = os.path.join(work, name, "kvm.db")
    large = {f"large-{n}@example.org":
             b"From: Patch Author 1 <author1@example.org>\n"
             b"List-Id: <kvm.vger.kernel.org>\nSubject: long\n"
             b"Message-ID: <large-%d@example.org>\n\n" % n
             + b"a long line of number %d\n" % n * 5000 for n in range(3)}
    for raw in [*list(mails.values())[:5], *large.values()]:
        same("delivery", run(HOOK, store, "-c", conf, data=raw).returncode, 0)
    same("large", len(os.listdir(store + "-large")), 3)
    return store, large


def filled(work, mails, copies):
    """A store with so many copies of the mails, each with ids of its own."""
    with open(os.path.join(work, "mbox"), "wb") as file:
        for copy in range(copies):
            for raw in renamed(mails, f"copy{copy}").values():
                file.write(
                    b"From list@example.org Mon Nov 10 17:16:44 2025\n"
                    + re.sub(rb"(?m)^(>*From )", rb">\1", raw) + b"\n")
    start = os.path.join(work, "start", "kvm.db")
    result = run(HOOK, start, "--import", "--format", "mboxrd",
                 os.path.join(work, "mbox"))
    if b" new %d," % (copies * len(mails)) not in result.stderr:
        fault("import", result.stderr)
    return start
