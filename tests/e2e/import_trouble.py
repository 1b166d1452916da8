#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""An import that is killed, or looked at, while mail arrives, of what is no
mail, or comes slowly.

The mail is that of tests/data/sample, many times over with new ids.  KD_LONG=1
kills 200 times instead of 10.
"""
import os
import pty
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from imported import (  # noqa: E402
    FRONT, SUMMARY, check_all, main, order_of, take_in)
from mailboxes import (  # noqa: E402
    Mail, archive, folder, many, mboxrd, sample, write)
from programs import ENV, HOOK, LONG, SANITIZED, ask, run  # noqa: E402
from verdict import fault, same  # noqa: E402

KILLS = 200 if LONG else 3 if SANITIZED else 10
DELIVERIES = 100 if LONG else 20
# seconds, of a delivery meanwhile
SLOWEST = 20 if SANITIZED else 1 if LONG else 2


FACTS = {
    "arrival": "SELECT a.seq, a.received, m.message_id, l.list_id "
    "FROM arrival a JOIN message m ON m.id = a.message "
    "JOIN list l ON l.id = a.list ORDER BY a.seq",
    "ident": "SELECT hex(i.id), m.message_id FROM ident i "
    "JOIN message m ON m.id = i.message ORDER BY 1",
    "raw": "SELECT m.message_id, r.codec, r.size, r.data FROM raw r "
    "JOIN variant v ON v.id = r.variant "
    "JOIN message m ON m.id = v.message ORDER BY v.id",
    "series": "SELECT m.message_id, s.version, s.total, s.received, "
    "s.evidence FROM message m JOIN series s ON s.id = m.series "
    "ORDER BY m.id",
    "import": "SELECT source, position, running FROM import",
}


def facts_of(store):
    return {name: ask(store, sql) for name, sql in FACTS.items()}


def test_kill(work, mails):
    """Killed anywhere and run again, it is as if nothing had been."""
    repo = os.path.join(work, "kill", "epoch")
    archive(repo, mails)
    mbox = write(os.path.join(work, "kill", "mbox"), mboxrd(mails))
    for source in repo, mbox:
        whole = os.path.join(work, "kill", os.path.basename(source) + ".s",
                             "kvm.db")
        begin = time.monotonic()
        take_in("undisturbed", whole, source)
        length = time.monotonic() - begin
        wanted = facts_of(whole)
        early = n = 0
        # The first import may have been slower than all that come.
        while n < KILLS // 2 or (early == 0 and n < 10 * KILLS):
            n += 1
            place = os.path.join(work, "kill", "s")
            store = os.path.join(place, "kvm.db")
            child = subprocess.Popen(
                [HOOK, "-q", "-d", store, "--import", source], env=ENV)
            time.sleep(random.uniform(0.2, 1) * length if n <= KILLS // 2
                       else random.uniform(0, 1) * length / 2)
            child.send_signal(signal.SIGKILL)
            early += child.wait() == -signal.SIGKILL
            take_in("after a kill", store, source)
            found = facts_of(store)
            for name, rows in wanted.items():
                if found[name] != rows:
                    fault("after a kill", f"{name} differs: {len(rows)} "
                          f"rows, {len(found[name])} now")
            same("after a kill, checked",
                 ask(store, "PRAGMA integrity_check"), [("ok",)])
            shutil.rmtree(place)
        if early == 0:
            fault("kills", "none came in time")


def test_deliveries(work, mails, more):
    """What arrives meanwhile does not wait, and goes behind the end."""
    store = os.path.join(work, "busy", "s", "kvm.db")
    importer = subprocess.Popen([HOOK, "-d", store, "--import", "-"], env=ENV,
                                stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    data = mboxrd(more)
    importer.stdin.write(data[:200000])
    importer.stdin.flush()
    slowest = 0
    for n in range(DELIVERIES):
        mail = mails[n % len(mails)]
        raw = mail.raw.replace(mail.id.encode(),
                               b"busy.%d." % n + mail.id.encode())
        # a slow writer of what is imported: it goes on between deliveries
        at = 200000 + (len(data) - 200000) * n // DELIVERIES
        end = 200000 + (len(data) - 200000) * (n + 1) // DELIVERIES
        importer.stdin.write(data[at:end])
        importer.stdin.flush()
        begin = time.monotonic()
        result = run(HOOK, store, data=raw)
        slowest = max(slowest, time.monotonic() - begin)
        same("a delivery meanwhile", (result.returncode, result.stderr),
             (0, b""))
    print(f"deliveries: the slowest of {DELIVERIES}: {slowest:.3f} s",
          flush=True)
    _, said = importer.communicate()
    same("import, exit", importer.returncode, 0)
    found = SUMMARY.search(said)
    same("import, new", found and int(found.group(2)), len(more))
    if slowest > SLOWEST:
        fault("a delivery meanwhile", f"took {slowest:.2f} s")
    if os.path.isdir(store + "-spool/new") and os.listdir(
            store + "-spool/new"):
        fault("a delivery meanwhile", "went to the spool")
    same("import, in front",
         ask(store, f"SELECT count(*) FROM arrival WHERE seq < {FRONT}"),
         [(len(more),)])
    same("deliveries, behind",
         ask(store, f"SELECT count(*) FROM arrival WHERE seq >= {FRONT}"),
         [(DELIVERIES,)])


def test_hostile(work, mails):
    """It costs its own parse, and nothing else."""
    # what a parser of addresses dies of that knows no limit
    raw = (b"Message-ID: <bomb@example.org>\nSubject: groups\n"
           b"To: kvm@vger.kernel.org\nFrom: " + b"a:" * 200000 + b"x@y" +
           b";" * 200000 + b"\n\nA body.\n")
    store = os.path.join(work, "hostile", "s", "kvm.db")
    evil = Mail(raw, 20)
    all_mails = mails[:20] + [evil] + mails[21:]
    source = write(os.path.join(work, "hostile", "source"),
                   mboxrd(all_mails))
    done = take_in("a hostile message", store, source)
    same("a hostile message", (done.read, done.new),
         (len(all_mails), len(all_mails)))
    same("a hostile message, marked",
         ask(store, "SELECT v.status > 0 FROM variant v JOIN message m "
             f"ON m.id = v.message WHERE m.message_id = '{evil.id}'"),
         [(1,)])
    check_all("a hostile message", store, all_mails, all_mails[18:23])


def test_unreadable(work, mails):
    """What cannot be read is named, and keeps nothing else out."""
    place = folder(os.path.join(work, "odd", "source"), mails[:10])
    os.mkfifo(os.path.join(place, "a-pipe"))
    os.symlink(os.path.join(place, "1"), os.path.join(place, "a-link"))
    write(os.path.join(place, "empty"), b"")
    wanted = ["a-pipe", "a-link", "empty"]
    if os.geteuid() != 0:
        os.chmod(write(os.path.join(place, "locked"), b"x"), 0)
        os.makedirs(os.path.join(place, "shut"))
        os.chmod(os.path.join(place, "shut"), 0)
        wanted += ["locked", "shut"]
    store = os.path.join(work, "odd", "s", "kvm.db")
    done = take_in("odd files", store, place, status=65)
    same("odd files", (done.read, done.new, done.unreadable),
         (10, 10, len(wanted)))
    for name in wanted:
        if f"/{name}: ".encode() not in done.said:
            fault("odd files", f"{name} is not named in {done.said!r}")
    missing = run(HOOK, store, "--import", os.path.join(work, "nothing"))
    same("no source", missing.returncode, 66)
    text = write(os.path.join(work, "odd", "text"), b"no\x00mail\n" * 10)
    no_mail = run(HOOK, store, "--import", "--format", "mboxrd", text)
    same("no mbox", no_mail.returncode, 65)
    both = run(HOOK, store, "--import", os.path.join(work, "nothing"),
               os.path.join(place, "1"))
    same("one of two", (both.returncode, len(order_of(store))), (66, 10))
    for args in ["--import"], ["--import", "--format", "x", place], \
            ["--format", "mh"], ["--import", "--drain", place]:
        wrong = run(HOOK, store, *args)
        if wrong.returncode not in (64, 75):
            fault(str(args), f"exit {wrong.returncode}")


def test_progress(work, more):
    """A bar on a terminal, else the summary; -q: nothing."""
    source = write(os.path.join(work, "progress"), mboxrd(more))
    quiet = run(HOOK, os.path.join(work, "p1", "kvm.db"), "-q", "--import",
                source)
    same("-q", (quiet.returncode, quiet.stderr), (0, b""))
    plain = run(HOOK, os.path.join(work, "p2", "kvm.db"), "--import", source)
    same("no terminal", SUMMARY.sub(b"", plain.stderr), b"")
    # The bar comes after a tenth of a second, which is more than the 700 take.
    source = write(os.path.join(work, "over-again"), mboxrd(more) * 20)
    master, slave = pty.openpty()
    child = subprocess.Popen(
        [HOOK, "-d", os.path.join(work, "p3", "kvm.db"), "--import", source],
        env=ENV, stdin=subprocess.DEVNULL, stderr=slave)
    os.close(slave)
    said = b""
    while True:
        try:
            piece = os.read(master, 65536)
        except OSError:
            break
        if not piece:
            break
        said += piece
    os.close(master)
    same("a terminal, exit", child.wait(), 0)
    if not re.search(rb"\[#*\.*\] +\d+ %, \d+ messages, \d+/s, "
                     rb"\d+:\d\d left", said):
        fault("a terminal", f"no bar in {said[:200]!r}")
    if not SUMMARY.search(said.replace(b"\r\n", b"\n")):
        fault("a terminal", "no summary")


def test_slow(work, more):
    """Elsewhere than on a terminal a line each ten seconds, and a source
    that gives its mail drop by drop is stored before it ends."""
    if not LONG:
        return
    store = os.path.join(work, "slow", "kvm.db")
    child = subprocess.Popen([HOOK, "-d", store, "--import", "-"], env=ENV,
                             stdin=subprocess.PIPE, stderr=subprocess.PIPE)
    begin = time.monotonic()
    stored = fed = 0
    while time.monotonic() - begin < 22:
        child.stdin.write(mboxrd(more[fed:fed + 1]))
        child.stdin.flush()
        fed += 1
        time.sleep(0.25)
    if os.path.exists(store):
        stored = len(order_of(store))
    _, said = child.communicate()
    same("a slow source, exit", child.returncode, 0)
    lines = SUMMARY.sub(b"", said).splitlines()
    same("a slow source, lines", len(lines), 2)
    for line in lines:
        if not re.fullmatch(rb"kvmdigest-mda: \d+ messages, \d+/s", line):
            fault("a slow source", f"{line!r}")
    if stored == 0:
        fault("a slow source", f"{stored} of {fed} stored as it ended")
    same("a slow source, all", order_of(store), [m.id for m in more[:fed]])


MAILS = sample()
MORE = many(MAILS)
sys.exit(main([
    ("kill", test_kill, (MORE,)),
    ("deliveries", test_deliveries, (MAILS, MORE)),
    ("hostile", test_hostile, (MAILS,)),
    ("unreadable", test_unreadable, (MAILS,)),
    ("progress", test_progress, (MORE,)),
    ("slow", test_slow, (MORE,)),
]))
