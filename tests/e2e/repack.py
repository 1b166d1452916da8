#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Kept mail packed tighter, through the real program: every byte after it,
twice, two at once, killed, on a full disk, while mail arrives.

The mail is that of tests/data/sample, many times over with new ids.  KD_LONG=1
kills 500 times instead of 50.
"""
import os
import random
import re
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import (  # noqa: E402
    ENV, HOOK, LONG, REPORT, SANITIZED, ask, raw_of,
    run, sample)
from verdict import fault, same, verdict  # noqa: E402

KILLS = 500 if LONG else 10 if SANITIZED else 50
COPIES = 5 if SANITIZED else 6  # of the sample
SOME = 2         # messages that are looked at after each kill
SLOWEST = 20 if SANITIZED else 2  # seconds, of a delivery meanwhile
SUMMARY = re.compile(
    rb"kvmdigest-mda: packed (\d+) messages into (\d+) blocks, (\d+) bytes "
    rb"before, (\d+) now, (\d+) of them free for mail that comes, \d+\.\d s\n")


def renamed(mail_id, raw, mark):
    return f"{mark}.{mail_id}", raw.replace(mail_id.encode(),
                                            f"{mark}.{mail_id}".encode())


def many(mails):
    return dict(renamed(mail_id, raw, f"copy{copy}")
                for copy in range(COPIES) for mail_id, raw in mails.items())


def repack(what, store, status=0):
    """The numbers of the summary."""
    result = run(HOOK, store, "--repack")
    same(what + ", exit", (result.returncode, result.stdout), (status, b""))
    found = SUMMARY.search(result.stderr)
    if not found:
        fault(what, f"no summary in {result.stderr!r}")
        return [-1] * 5
    return [int(n) for n in found.groups()]


def check(what, store, mails, some=None):
    """The store is sound, and they are there byte for byte."""
    same(what + ", checked",
         ask(store, "SELECT (SELECT group_concat(integrity_check) FROM "
             "pragma_integrity_check), (SELECT count(*) FROM "
             "pragma_foreign_key_check), (SELECT count(*) FROM variant) - "
             "(SELECT count(*) FROM raw) - (SELECT count(*) FROM packed), "
             "(SELECT count(*) FROM raw JOIN packed USING (variant))"),
         [("ok", 0, 0, 0)])
    for mail_id in some or mails:
        if raw_of(store, mail_id) != mails[mail_id]:
            fault(what, f"<{mail_id}> is not what it was")


def copy_of(store, place):
    """What a copy of the files is, while nobody writes."""
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(os.path.dirname(store), place)
    return os.path.join(place, "kvm.db")


# --- What must hold ---------------------------------------------------------


def test_twice(work, start, mails):
    store = copy_of(start, os.path.join(work, "twice"))
    shown = run(REPORT, store, "digest", "start..latest", "--messages", "all",
                "--list", "all").stdout
    packed, blocks, before, after, free = repack("first", store)
    # what is left is less than a block
    if packed <= len(mails) - 128 or blocks < packed / 128:
        fault("first", f"{packed} messages in {blocks} blocks")
    if after >= before * 0.8:
        fault("first", f"{before} bytes, then {after}")
    same("first, the file", (os.path.getsize(store), free), (after, 0))
    check("first", store, mails)
    same("first, the digest",
         run(REPORT, store, "digest", "start..latest", "--messages", "all",
             "--list", "all").stdout == shown and len(shown) > 1000, True)
    same("second", repack("second", store), [0, 0, after, after, 0])
    result = run(HOOK, store, "-q", "--repack")
    same("-q", (result.returncode, result.stdout, result.stderr), (0, b"", b""))
    # all of it is known, also to those who parse it again
    result = run(HOOK, store, "--import", os.path.join(work, "mbox"))
    if b" new 0, known %d," % len(mails) not in result.stderr:
        fault("imported again", result.stderr)
    for mail_id in list(mails)[:3]:
        same("delivered again", run(HOOK, store, data=mails[mail_id]).returncode,
             0)
    check("again", store, mails, list(mails)[:3])
    database = sqlite3.connect(store)
    database.execute("UPDATE variant SET parser = 0")
    database.commit()
    database.close()
    result = run(HOOK, store, "--reparse")
    if not result.stdout.startswith(b"read %d, changed 0, " % len(mails)):
        fault("parsed again", result.stdout + result.stderr)
    same("third", repack("third", store)[:2], [0, 0])


def test_damage(work, start, mails):
    store = copy_of(start, os.path.join(work, "damage"))
    repack("to be damaged", store)
    inner = ("SELECT message_id FROM packed p JOIN variant v ON v.id = "
             "p.variant JOIN message m ON m.id = v.message WHERE block ")
    bad = ask(store, inner + "= 2")[5][0]
    good = ask(store, inner + "<> 2")[5][0]
    database = sqlite3.connect(store)
    database.execute("UPDATE block SET data = CAST(substr(data, 1, 999) || '?'"
                     " || substr(data, 1001) AS BLOB) WHERE id = 2")
    database.commit()
    database.close()
    result = run(REPORT, store, "show", "--raw", f"<{bad}>")
    same("damaged, exit", (result.returncode, result.stdout), (65, b""))
    if bad.encode() not in result.stderr or result.stderr.count(b"\n") != 1:
        fault("damaged", result.stderr)
    result = run(REPORT, store, "show", "--raw", f"<{good}>")
    same("beside the damaged", (result.returncode, result.stdout),
         (0, mails[good]))
    same("packed beside the damaged", repack("with damage", store)[:2], [0, 0])


def test_usage(work, start, mails):
    result = run(HOOK, os.path.join(work, "none", "kvm.db"), "--repack")
    same("no store", result.returncode, 66)
    same("an argument", run(HOOK, start, "--repack", "x").returncode, 64)
    same("two modes", run(HOOK, start, "--repack", "--check").returncode, 64)
    del mails


def test_two_at_once(work, start, mails):
    store = copy_of(start, os.path.join(work, "two"))
    pair = [subprocess.Popen([HOOK, "-d", store, "--repack"], env=ENV,
                             stderr=subprocess.PIPE) for _ in range(3)]
    total = 0
    for one in pair:
        said = one.communicate()[1]
        same("two at once, exit", one.returncode, 0)
        found = SUMMARY.search(said)
        total += int(found.group(1)) if found else 0
    same("two at once", ask(store, "SELECT count(*) FROM packed"), [(total,)])
    same("two at once, then", repack("then", store)[:2], [0, 0])
    check("two at once", store, mails, list(mails)[::5])


def test_kill(work, start, mails):
    dice = random.Random(1)
    store = copy_of(start, os.path.join(work, "kill"))
    begin = time.monotonic()
    repack("to be killed", store)
    whole = time.monotonic() - begin
    killed, ended = 0, 0
    store = copy_of(start, os.path.join(work, "kill"))
    while killed < KILLS and ended < 3 * KILLS:
        child = subprocess.Popen([HOOK, "-q", "-d", store, "--repack"],
                                 env=ENV)
        time.sleep(dice.uniform(0, whole))
        child.kill()
        if child.wait() == 0:
            ended += 1
            check("not killed", store, mails, dice.sample(list(mails), SOME))
            store = copy_of(start, os.path.join(work, "kill"))
            continue
        killed += 1
        check("killed", store, mails, dice.sample(list(mails), SOME))
    if killed < KILLS:
        fault("kills", f"only {killed} came in time")
    repack("after all kills", store)
    check("after all kills", store, mails, list(mails)[::5])
    print(f"kill: {killed} times, {ended} times too late")


def test_deliveries(work, start, mails):
    """What arrives meanwhile waits for no long time, and is kept."""
    store = copy_of(start, os.path.join(work, "busy"))
    new = dict(renamed(*mail, "busy") for mail in list(mails.items())[:30])
    slowest = 0
    ended = threading.Event()

    def repack_on():
        while not ended.is_set():
            repack("meanwhile", store)

    thread = threading.Thread(target=repack_on)
    thread.start()
    for raw in new.values():
        begin = time.monotonic()
        result = run(HOOK, store, data=raw)
        slowest = max(slowest, time.monotonic() - begin)
        same("a delivery meanwhile", (result.returncode, result.stderr),
             (0, b""))
    ended.set()
    thread.join()
    print(f"deliveries: the slowest took {1000 * slowest:.0f} ms")
    if slowest > SLOWEST:
        fault("a delivery meanwhile", f"took {slowest:.2f} s")
    if os.path.isdir(store + "-spool/new") and os.listdir(
            store + "-spool/new"):
        fault("a delivery meanwhile", "went to the spool")
    check("with deliveries", store, {**mails, **new},
          list(new) + list(mails)[::5])


def test_full_disk(work, start, mails):
    """Files may not grow beyond a size, as on a disk that is full."""
    size = os.path.getsize(start)
    stopped = 0
    for limit in (2000, 40000, 100000, 300000, size // 2, size, 2 * size):
        store = copy_of(start, os.path.join(work, "full"))
        result = run(HOOK, store, "--repack", preexec_fn=lambda: (
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))))
        if result.returncode not in (0, 73, 74):
            fault("full", f"exit {result.returncode}: {result.stderr!r}")
        stopped += result.returncode != 0
        check("full", store, mails, list(mails)[::97])
        repack("no longer full", store)
        check("no longer full", store, mails, list(mails)[::53])
    if stopped < 3:
        fault("full", f"only {stopped} were stopped by it")
    store = copy_of(start, os.path.join(work, "full"))
    repack("never full", store)
    check("never full", store, mails, list(mails)[::53])


def main():
    mails = many(sample())
    tests = [
        ("twice", test_twice),
        ("damage", test_damage),
        ("usage", test_usage),
        ("two at once", test_two_at_once),
        ("kill", test_kill),
        ("deliveries", test_deliveries),
        ("full disk", test_full_disk),
    ]
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        mbox = os.path.join(work, "mbox")
        with open(mbox, "wb") as file:
            for raw in mails.values():
                file.write(b"From list@example.org Mon Nov 10 17:16:44 2025\n"
                           + re.sub(rb"(?m)^(>*From )", rb">\1", raw) + b"\n")
        start = os.path.join(work, "start", "kvm.db")
        result = run(HOOK, start, "--import", "--format", "mboxrd", mbox)
        if b" new %d," % len(mails) not in result.stderr:
            fault("import", result.stderr)
        for name, test in tests:
            if wanted and name not in wanted:
                continue
            begin = time.monotonic()
            test(work, start, mails)
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
