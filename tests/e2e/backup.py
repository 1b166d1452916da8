#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kvmdigest-report backup: what was accepted before it is in it, while mail
arrives, and a copy put at the store's place is the store.

The mail is that of tests/data/sample, many times over with new ids.  KD_LONG=1
kills 300 times instead of 20.
"""
import glob
import os
import random
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

from backups import (  # noqa: E402
    backup, digest, filled, ids, renamed, restored, sound, with_large)
from programs import (  # noqa: E402
    ENV, HOOK, LONG, REPORT, SANITIZED, ask, run, sample)
from verdict import fault, same, verdict  # noqa: E402

KILLS = 300 if LONG else 5 if SANITIZED else 20
COPIES = 3 if SANITIZED else 12  # of the sample


# --- What must hold ---------------------------------------------------------


def test_restore(work, start, mails):
    """A restored store is the store, and goes on as it would have."""
    path = os.path.join(work, "plain.db")
    backup("plain", start, path)
    sound("plain", path)
    same("plain, mode", os.stat(path).st_mode & 0o777, 0o600)
    same("plain, ids", ids(path), ids(start))
    store = restored(work, "restored", path)
    same("restored, digest", digest(store) == digest(start), True)
    new = renamed(mails, "later")
    for raw in list(new.values())[:3]:
        for one in (store, start):
            result = run(HOOK, one, data=raw)
            same("restored, delivery", (result.returncode, result.stderr),
                 (0, b""))
    same("restored, digest after mail",
         [line for line in digest(store).splitlines() if b"later" in line],
         [line for line in digest(start).splitlines() if b"later" in line])
    with open(store + "-lock", encoding="ascii") as file:
        same("restored, lock", file.readline().strip(),
             ask(path, "SELECT id FROM store")[0][0])
    # over the store that was, whose lock is there
    os.rename(start, start + ".aside")
    for suffix in ("-wal", "-shm"):
        if os.path.exists(start + suffix):
            os.rename(start + suffix, start + ".aside" + suffix)
    result = run(REPORT, start, "markers")
    same("taken away", result.returncode, 66)
    shutil.copy(path, start)
    same("put back, delivery",
         run(HOOK, start, data=list(new.values())[0]).returncode, 0)
    same("put back, spool", os.path.exists(start + "-spool"), False)
    same("put back", len(ids(start)), len(ids(path)) + 1)
    result = run(HOOK, start, "--check")
    if b"damage" in result.stdout or result.returncode not in (0, 78):
        fault("put back, --check", result.stdout + result.stderr)


def test_large(work, start, mails):
    store, large = with_large(work, "large", mails)
    path = os.path.join(work, "large.db")
    backup("large", store, path)
    sound("large", path)
    same("large, files", sorted(os.listdir(path + "-large")),
         sorted(os.listdir(store + "-large")))
    copy = restored(work, "large-restored", path)
    for mail_id, raw in large.items():
        result = run(REPORT, copy, "show", "--raw", f"<{mail_id}>")
        same("large, bytes", result.stdout == raw, True)
    # one is gone, another is not what it was: the old copy has them still
    names = sorted(os.listdir(store + "-large"))
    os.remove(os.path.join(store + "-large", names[0]))
    with open(os.path.join(store + "-large", names[1]), "ab") as file:
        file.write(b"?")
    other = os.path.join(work, "less.db")
    backup("less", store, other, status=65, says=b"2 large messages in")
    sound("less", other)
    same("less, files", os.listdir(other + "-large"), names[2:])
    backup("again", store, path, "--force", status=65,
           says=b"2 large messages in")
    copy = restored(work, "large-again", path)
    for mail_id, raw in large.items():
        result = run(REPORT, copy, "show", "--raw", f"<{mail_id}>")
        same("large, bytes again", result.stdout == raw, True)
    # what a copy of another store has no need of goes
    backup("pruned", start, path, "--force")
    same("pruned", os.path.exists(path + "-large"), False)
    # files of large messages without their copy are somebody's
    os.remove(other)
    backup("orphans", start, other, status=74, says=b"without it")
    same("orphans", os.listdir(other + "-large"), names[2:])
    backup("orphans, forced", start, other, "--force")
    same("orphans, forced", os.path.exists(other + "-large"), False)


def test_refused(work, start, mails):
    del mails
    path = os.path.join(work, "refused.db")
    none = os.path.join(work, "none", "kvm.db")
    backup("no store", none, path, status=66, says=b"no store")
    backup("no directory", start, none, status=74, says=b"no directory")
    backup("a directory", start, work, status=74, says=b"there already")
    backup("a directory, forced", start, work, "--force", status=74,
           says=b"no copy of a store")
    backup("an end", start, work + "/", status=64, says=b"name of a file")
    for suffix in ("", "-wal", "-lock", "-spool", "-new"):
        backup("itself", start, start + suffix, "--force", status=64,
               says=b"the store itself")
    link = os.path.join(work, "link.db")
    os.symlink(start, link)
    backup("a link to it", start, link, "--force", status=64,
           says=b"the store itself")
    os.remove(link)
    same("usage", run(REPORT, start, "backup").returncode, 64)
    same("usage", run(REPORT, start, "digest", "--force").returncode, 64)
    backup("first", start, path)
    with open(path, "rb") as file:
        before = file.read()
    backup("there already", start, path, status=74, says=b"--force")
    for suffix in ("-wal", "-lock"):
        with open(path + suffix, "w", encoding="ascii") as file:
            file.write("x")
        backup("in use", start, path, "--force", status=74, says=b"in use")
        os.remove(path + suffix)
    with open(path, "rb") as file:
        same("as it was", file.read() == before, True)
    text = os.path.join(work, "text")
    with open(text, "w", encoding="ascii") as file:
        file.write("dear to somebody\n" * 20)
    backup("a text", start, text, "--force", status=74, says=b"no copy")
    with open(text, encoding="ascii") as file:
        same("a text", file.read(), "dear to somebody\n" * 20)
    same("nothing is left", glob.glob(os.path.join(work, "*-new*")), [])
    # relative, and beside the store
    result = subprocess.run([REPORT, "-d", start, "backup", "kvm.db-2025"],
                            cwd=os.path.dirname(start), env=ENV, check=False)
    same("beside it", result.returncode, 0)
    sound("beside it", start + "-2025")
    os.remove(start + "-2025")


def test_newer(work, start, mails):
    del mails
    place = os.path.join(work, "newer")
    shutil.copytree(os.path.dirname(start), place)
    store = os.path.join(place, "kvm.db")
    database = sqlite3.connect(store)
    database.execute("PRAGMA user_version = 1000")
    database.commit()
    database.close()
    backup("newer", store, os.path.join(work, "newer.db"), status=78,
           says=b"install a newer")
    same("newer", os.path.exists(os.path.join(work, "newer.db")), False)


def test_damage(work, start, mails):
    """A damaged store does not take the place of a good copy."""
    del mails
    path = os.path.join(work, "damage.db")
    backup("before", start, path)
    with open(path, "rb") as file:
        before = file.read()
    store = restored(work, "damage", path)
    root = ask(store, "SELECT rootpage FROM sqlite_schema WHERE "
               "name = 'message_series'")[0][0]
    with open(store, "r+b") as file:
        file.seek((root - 1) * 2048 + 8)
        file.write(b"\xff" * 40)
    backup("damaged", store, path, "--force", status=65, says=b"damaged")
    with open(path, "rb") as file:
        same("damaged", file.read() == before, True)
    store = restored(work, "broken", path)
    database = sqlite3.connect(store)
    database.execute("DELETE FROM person WHERE id = 1")
    database.commit()
    database.close()
    backup("broken", store, path + "2", status=65, says=b"refers to nothing")
    same("broken", glob.glob(path + "2*"), [])


def test_spool(work, start, mails):
    """What waits is not in it, and that is said."""
    place = os.path.join(work, "waits")
    shutil.copytree(os.path.dirname(start), place)
    store = os.path.join(place, "kvm.db")
    os.rename(store, store + ".aside")
    raw = list(renamed(mails, "waits").values())[0]
    same("to the spool", run(HOOK, store, data=raw).returncode, 0)
    os.rename(store + ".aside", store)
    backup("waits", store, os.path.join(work, "waits.db"),
           says=b"not in the copy: messages in the spool: 1 not")


def deliver_on(store, mails, acked, ended, *args):
    """Deliveries, one after the other; each must be accepted."""
    for mail_id, raw in mails.items():
        result = run(HOOK, store, *args, data=raw)
        if result.returncode != 0:
            fault("a delivery meanwhile", result.stderr)
        acked.add(mail_id)
        if ended.is_set():
            return


def under_load(what, work, store, mails, copies, *args):
    """Copies are made while three processes at a time deliver."""
    acked = set(ids(store))
    ended = threading.Event()
    threads = [threading.Thread(target=deliver_on, args=(
        store, renamed(mails, f"{what}{n}"), acked, ended, *args))
        for n in range(3)]
    for thread in threads:
        thread.start()
    made = 0
    while made < copies or any(thread.is_alive() for thread in threads):
        path = os.path.join(work, f"{what}-{made}.db")
        before = set(acked)
        backup(what, store, path, *args)
        sound(what, path)
        lost = before - ids(path)
        if lost:
            fault(what, f"{len(lost)} accepted before are not in the copy")
        made += 1
        if made >= copies:
            ended.set()
            for thread in threads:
                thread.join()
            break
        os.remove(path)
    return path, acked


def test_load(work, start, mails):
    place = os.path.join(work, "load")
    shutil.copytree(os.path.dirname(start), place)
    store = os.path.join(place, "kvm.db")
    path, acked = under_load("load", work, store, mails,
                             3 if SANITIZED else 10)
    same("load, spool", os.path.exists(store + "-spool"), False)
    copy = restored(work, "load-restored", path)
    # what came after it is delivered again, and then both are the same
    everything = {**renamed(mails, "load0"), **renamed(mails, "load1"),
                  **renamed(mails, "load2")}
    same("load, more came", acked >= ids(path), True)
    for mail_id in acked - ids(path):
        run(HOOK, copy, data=everything[mail_id])
    backup("load, after", copy, path, "--force")
    same("load, all of it", ids(path), acked)


def test_rollback_journal(work, start, mails):
    """Where a reader and a writer wait for each other, none gives up."""
    del start
    conf = os.path.join(work, "delete.conf")
    with open(conf, "w", encoding="ascii") as file:
        file.write('store: { journal = "delete"; };\n')
    os.mkdir(os.path.join(work, "delete"), 0o700)
    store = os.path.join(work, "delete", "kvm.db")
    run(HOOK, store, "-c", conf, data=list(mails.values())[0])
    # long enough that it is begun anew until it keeps deliveries out
    run(HOOK, store, "-c", conf, "--import", os.path.join(work, "mbox"))
    path, acked = under_load("delete", work, store, mails, 3, "-c", conf)
    same("delete, header", open(path, "rb").read(20)[18:], b"\1\1")
    run(HOOK, store, "-c", conf, "--drain")
    backup("delete, after", store, path, "--force", "-c", conf)
    same("delete, all of it", ids(path), acked)


def test_two_at_once(work, start, mails):
    del mails
    path = os.path.join(work, "two.db")
    many = [subprocess.Popen([REPORT, "-d", start, "backup", "--force", path],
                             env=ENV, stderr=subprocess.PIPE)
            for _ in range(4)]
    codes = []
    for one in many:
        one.communicate()
        codes.append(one.returncode)
    if 0 not in codes or not set(codes) <= {0, 75}:
        fault("two at once", codes)
    sound("two at once", path)


def test_kill(work, start, mails):
    """Killed at any moment: what had the name is whole, and the next one
    tidies up."""
    dice = random.Random(1)
    store, _ = with_large(work, "kill", mails)
    path = os.path.join(work, "kill.db")
    run(HOOK, store, "--import", os.path.join(work, "mbox"))
    begin = time.monotonic()
    backup("to be killed", store, path)
    whole = time.monotonic() - begin
    wanted = ids(path)
    large = sorted(os.listdir(path + "-large"))
    there = True
    killed, ended = 0, 0
    while killed < KILLS and ended < 3 * KILLS:
        child = subprocess.Popen([REPORT, "-d", store, "backup", path]
                                 + ["--force"] * there, env=ENV)
        time.sleep(dice.uniform(0, whole))
        child.kill()
        late = child.wait() == 0
        killed += not late
        ended += late
        names = {os.path.basename(name)[len("kill.db"):]
                 for name in glob.glob(path + "*")}
        if not names <= {"", "-large", "-new", "-new-large", "-new-wal",
                         "-new-journal"}:
            fault("killed", f"left {names}")
        if there and not os.path.exists(path):
            fault("killed", "the copy that was there is gone")
        if there or late or os.path.exists(path):
            same("killed, ids", ids(path), wanted)
            same("killed, large", sorted(os.listdir(path + "-large")), large)
        there = os.path.exists(path)
        if there and dice.random() < 0.5:
            os.remove(path)
            shutil.rmtree(path + "-large")
            there = False
    if killed < KILLS:
        fault("kills", f"only {killed} came in time")
    backup("after all kills", store, path,
           *["--force"] * os.path.exists(path))
    sound("after all kills", path)
    same("after all kills", ids(path), wanted)
    same("after all kills", sorted(os.listdir(path + "-large")), large)
    print(f"kill: {killed} times, {ended} times too late")


def test_full_disk(work, start, mails):
    """Files may not grow beyond a size, as on a disk that is full."""
    store, _ = with_large(work, "full", mails)
    run(HOOK, store, "--import", os.path.join(work, "mbox"))
    path = os.path.join(work, "full.db")
    backup("old", start, path)
    wanted = ids(path)
    size = os.path.getsize(store)
    for limit in (40000, 60000, 110000, size // 2, size - 1):
        backup("full", store, path, "--force", status=74, says=b"full.db",
               preexec_fn=lambda: resource.setrlimit(
                   resource.RLIMIT_FSIZE, (limit, limit)))
        same("full, left", glob.glob(path + "*"), [path])
        same("full, ids", ids(path), wanted)
    backup("no longer full", store, path, "--force")
    same("no longer full", ids(path), ids(store))


def main():
    mails = sample(ended=False)
    tests = [
        ("restore", test_restore),
        ("large", test_large),
        ("refused", test_refused),
        ("newer", test_newer),
        ("damage", test_damage),
        ("spool", test_spool),
        ("load", test_load),
        ("rollback journal", test_rollback_journal),
        ("two at once", test_two_at_once),
        ("kill", test_kill),
        ("full disk", test_full_disk),
    ]
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        start = filled(work, mails, COPIES)
        for name, test in tests:
            if wanted and name not in wanted:
                continue
            begin = time.monotonic()
            test(work, start, mails)
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
