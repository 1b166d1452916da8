#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail that exists already, through the real program: every format, again, of
other lists, old and large.  The mail is that of tests/data/sample.
"""
import os
import re
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from imported import FRONT, check_all, main, order_of, take_in  # noqa: E402
from mailboxes import (  # noqa: E402
    Mail, archive, counted, folder, maildir, mboxcl, mboxo, mboxrd, sample,
    write)
from programs import HOOK, REPORT, ask, run  # noqa: E402
from verdict import fault, same  # noqa: E402


def test_formats(work, mails):
    """Recognised by itself; all of it; again, nothing."""
    plain = [m for m in mails
             if not re.search(rb"^>+From ", m.raw, flags=re.M)]
    lengths = [counted(m, n) for n, m in enumerate(mails)]
    sources = {
        "mboxrd": (mails, lambda p: write(p, mboxrd(mails))),
        "mboxcl": (lengths, lambda p: write(p, mboxcl(lengths))),
        "maildir": (mails, lambda p: maildir(p, mails)),
        "mh": (mails, lambda p: folder(p, mails)),
        "epoch": (mails, lambda p: archive(p, mails) and p),
        "v1": (mails, lambda p: archive(p, mails, 1) and p),
    }
    for n, (name, (wanted, make)) in enumerate(sources.items()):
        store = os.path.join(work, name, "s", "kvm.db")
        source = make(os.path.join(work, name, "source"))
        done = take_in(name, store, source)
        same(name + ", read", (done.read, done.new, done.unreadable),
             (len(wanted), len(wanted), 0))
        # all bytes once, for each show is a process
        check_all(name, store, wanted, wanted if n == 0 else wanted[-8:],
                  name not in ("maildir", "mh"))
        done = take_in(name + ", again", store, source)
        same(name + ", again", (done.new, order_of(store)),
             (0, [m.id for m in wanted]))
    store = os.path.join(work, "mboxo", "s", "kvm.db")
    plain = [Mail(m.raw, n) for n, m in enumerate(plain)]
    take_in("mboxo", store, "--format", "mboxo",
            write(os.path.join(work, "mboxo", "source"), mboxo(plain)))
    check_all("mboxo", store, plain, plain[-8:])
    store = os.path.join(work, "stdin", "s", "kvm.db")
    take_in("-", store, "-", data=mboxrd(mails))
    check_all("-", store, mails, mails[-8:])
    done = take_in("-, again", store, "-", data=mboxrd(mails))
    same("-, again", (done.read, done.new), (len(mails), 0))
    store = os.path.join(work, "single", "s", "kvm.db")
    # without a Received field the time of its file is what there is
    one = write(os.path.join(work, "single", "one.eml"), mails[-1].raw,
                mails[-1].time)
    done = take_in("a message", store, one)
    same("a message", (done.read, done.new), (1, 1))
    check_all("a message", store, mails[-1:])


def test_git(work, mails):
    """Two epochs, then more of them; commits are points."""
    top = os.path.join(work, "v2")
    store = os.path.join(work, "v2s", "kvm.db")
    half, more = len(mails) // 2, len(mails) - 10
    commits = archive(os.path.join(top, "git", "0.git"), mails[:half])
    commits += archive(os.path.join(top, "git", "1.git"), mails[half:more])
    done = take_in("v2", store, top)
    same("v2", (done.read, done.new), (more, more))
    check_all("v2", store, mails[:more], mails[half - 2:half + 2])
    done = take_in("v2, nothing new", store, top)
    same("v2, nothing new", (done.read, done.new), (0, 0))
    commits += archive(os.path.join(top, "git", "1.git"), mails[more:])
    done = take_in("v2, fetched", store, top)
    same("v2, fetched", (done.read, done.new),
         (len(mails) - more, len(mails) - more))
    check_all("v2, fetched", store, mails, mails[-2:])
    for n in 0, half, len(mails) - 1:
        if run(REPORT, store, "show", "--raw",
               commits[n][:16]).stdout != mails[n].raw:
            fault("v2", f"the commit of message {n} is no point")
    by_commit = run(REPORT, store, "digest", "--list", "all",
                    f"{commits[5]}..{commits[half + 5][:12]}")
    by_id = run(REPORT, store, "digest", "--list", "all",
                f"<{mails[5].id}>..<{mails[half + 5].id}>")
    # the head names the two ends as they were given
    same("a range of commits",
         (by_commit.returncode, by_commit.stdout.split(b"\n\n", 1)[1:]),
         (0, by_id.stdout.split(b"\n\n", 1)[1:]))


def test_front(work, mails):
    """Old mail goes to the front, and moves nothing."""
    store = os.path.join(work, "front", "s", "kvm.db")
    old, new = mails[:-20], mails[-20:]
    for mail in new[:10]:
        same("a delivery", run(HOOK, store, data=mail.raw).returncode, 0)
    run(REPORT, store, "mark", "here", f"<{new[2].id}>")
    before = run(REPORT, store, "digest", "--list", "all", "here..")
    same("a marker", before.returncode, 0)
    source = write(os.path.join(work, "front", "source"), mboxrd(old))
    take_in("old mail", store, source)
    after = run(REPORT, store, "digest", "--list", "all", "here..")
    same("a digest from a marker", after.stdout, before.stdout)
    wanted = [m.id for m in old] + [m.id for m in new[:10]]
    same("old mail, order", order_of(store), wanted)
    older = [Mail(m.raw.replace(m.id.encode(), b"older." + m.id.encode()),
                  n - 1000) for n, m in enumerate(mails[:5])]
    source = write(os.path.join(work, "front", "older"), mboxrd(older))
    take_in("older mail", store, source)
    wanted = [m.id for m in older] + wanted
    same("older mail, order", order_of(store), wanted)
    same("positions", ask(store, "SELECT count(*) FROM arrival WHERE seq >= "
                          f"{FRONT}"), [(10,)])
    same("times go up", ask(store, "SELECT count(*) FROM arrival a JOIN "
                            "arrival b ON b.seq > a.seq AND b.received < "
                            "a.received"), [(0,)])


def test_lists(work, mails):
    """-l NAME=LIST-ID, and unlisted = "skip"."""
    store = os.path.join(work, "lists", "s", "kvm.db")
    source = write(os.path.join(work, "lists", "source"), mboxrd(mails))
    take_in("-l", store, "-l", "PPC=kvm-ppc.example.org", source)
    same("-l", ask(store, "SELECT DISTINCT l.list_id, l.name FROM arrival a "
                   "JOIN list l ON l.id = a.list"),
         [("kvm-ppc.example.org", "PPC")])
    # the report knows it from the store, whatever the configuration says
    bodies = []
    for name, title in ("ppc", b"PPC"), ("all", b"KVM, PPC"):
        digest = run(REPORT, store, "--list", name, "digest", "start..")
        same(f"--list {name}", (digest.returncode, digest.stderr), (0, b""))
        if not digest.stdout.split(b"\n")[1].startswith(
                title + b" mailing list update "):
            fault(f"--list {name}", f"{digest.stdout[:80]!r}")
        bodies.append(digest.stdout.split(b"\n\n", 1)[1])
    if len(bodies[0]) < 1000:
        fault("--list PPC", "hardly anything is in the digest")
    other = run(REPORT, store, "--list", "QEMU", "digest", "start..")
    same("--list of no list", other.returncode, 64)
    if b"KVM, PPC, all, none" not in other.stderr:
        fault("--list of no list", f"{other.stderr!r}")
    conf = write(os.path.join(work, "lists", "conf"),
                 b'mda: { unlisted = "skip"; };\n')
    store = os.path.join(work, "lists", "t", "kvm.db")
    done = take_in("skip", store, "-c", conf, source)
    same("skip", (done.read, done.new + done.unlisted),
         (len(mails), len(mails)))
    same("skip, stored", len(order_of(store)), done.new)
    bad = run(HOOK, store, "--import", "-l", "PPC", source)
    same("-l of no list", bad.returncode, 64)


def test_large(work, mails):
    """What is longer than max_message goes to a file beside the store."""
    store = os.path.join(work, "large", "s", "kvm.db")
    conf = write(os.path.join(work, "large", "conf"),
                 b"mda: { max_message = 1048576; };\n")
    lines = b"".join(b"Line %d of many.\n" % n for n in range(100000))
    long = [Mail(mails[n].raw.replace(mails[n].id.encode(), b"long%d" % n) +
                 lines, n) for n in (0, 1)]
    some = [long[0]] + [Mail(m.raw, n + 1)
                        for n, m in enumerate(mails[:5])]
    some.append(Mail(long[1].raw[:900000] + b"\n", 6))
    source = write(os.path.join(work, "large", "source"), mboxrd(some))
    for again in "", ", again":
        done = take_in("large" + again, store, "-c", conf, source)
        same("large" + again, done.new, 0 if again else len(some))
    check_all("large", store, some)
    same("large, a file", len(os.listdir(store + "-large")), 1)
    same("large, marked",
         ask(store, "SELECT count(*) FROM raw WHERE codec = 2"), [(1,)])


def test_dry_run(work, mails):
    """Lines of JSON, and no store."""
    store = os.path.join(work, "dry", "kvm.db")
    source = write(os.path.join(work, "dry-source"), mboxrd(mails[:30]))
    result = run(HOOK, store, "--import", "--dry-run", source)
    lines = result.stdout.splitlines()
    same("--dry-run", (result.returncode, len(lines)), (0, 30))
    for line, mail in zip(lines, mails):
        if f'"message_id":"{mail.id}"'.encode() not in \
                line.replace(b'": "', b'":"'):
            fault("--dry-run", f"{line[:80]!r} is not of <{mail.id}>")
    if os.path.exists(os.path.dirname(store)):
        fault("--dry-run", "something was stored")


MAILS = sample()
sys.exit(main([
    ("formats", test_formats, (MAILS,)),
    ("git", test_git, (MAILS,)),
    ("front", test_front, (MAILS,)),
    ("lists", test_lists, (MAILS,)),
    ("large", test_large, (MAILS,)),
    ("dry run", test_dry_run, (MAILS,)),
]))
