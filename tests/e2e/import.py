#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail that exists already, through the real program: every format, again,
killed, while mail arrives, with things in it that are no mail.

The mail is that of tests/data/sample, many times over with new ids.  KD_LONG=1
kills 200 times instead of 10.
"""
import hashlib
import os
import pty
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BIN = os.environ["KD_BIN"]
SOURCE = os.environ["KD_SOURCE"]
LONG = os.environ.get("KD_LONG") == "1"
SANITIZED = os.environ.get("KD_TREE") == "asan"
HOOK = os.path.join(BIN, "kvmdigest-mda")
REPORT = os.path.join(BIN, "kvmdigest-report")
KILLS = 200 if LONG else 3 if SANITIZED else 10
COPIES = 3 if SANITIZED else 8  # of the sample, where many are needed
DELIVERIES = 100 if LONG else 20
# seconds, of a delivery meanwhile
SLOWEST = 20 if SANITIZED else 1 if LONG else 2
START = 1757000000  # when the archive begins
STEP = 600  # seconds between two messages
FRONT = 100000000  # what is delivered has this position or a higher one
SUMMARY = re.compile(
    rb"kvmdigest-mda: read (\d+), new (\d+), known (\d+), of no list (\d+), "
    rb"marked (\d+), unreadable (\d+), \d+\.\d s\n")
HEADER_ID = re.compile(rb"^Message-ID:\s*<([^>\n]*)>", re.I | re.M)
ENV = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}

faults = 0


def fault(what, says):
    global faults
    faults += 1
    print(f"{what}: {says}", flush=True)


def same(what, found, wanted):
    if found != wanted:
        fault(what, f"{str(found)[:300]}, not {str(wanted)[:300]}")


class Mail:
    def __init__(self, raw, number):
        self.raw = raw
        self.id = HEADER_ID.search(raw).group(1).decode()
        self.time = START + number * STEP


def sample():
    """The mails of the sample that have an id of their own."""
    folder = os.path.join(SOURCE, "tests", "data", "sample")
    raws = {}
    for name in sorted(os.listdir(folder)):
        if not name.endswith(".eml"):
            continue
        with open(os.path.join(folder, name), "rb") as file:
            raw = file.read()
        found = HEADER_ID.search(raw)
        if found and not raw.startswith(b"From ") and b"\r" not in raw and \
                raw.endswith(b"\n"):
            raws.setdefault(found.group(1), raw)
    raws[b"quoting@example.org"] = (
        b"From: Patch Author 1 <author1@example.org>\n"
        b"To: kvm@vger.kernel.org\nSubject: what mailboxes do to mail\n"
        b"Message-ID: <quoting@example.org>\n\n"
        b"From the first line on,\n>From the second,\n>>From the third;\n\n"
        b"From here it goes on.\n\n\n")
    return [Mail(raw, n) for n, raw in enumerate(raws.values())]


def many(mails):
    """The same over and over, with other ids."""
    ret = []
    for copy in range(COPIES):
        for mail in mails:
            raw = re.sub(rb"<([^<>@\s]+)@([^<>\s]+)>(?=[\s,]|$)",
                         rb"<\g<1>.%d@\2>" % copy, mail.raw)
            ret.append(Mail(raw, len(ret)))
    ids = set()
    return [m for m in ret if m.id not in ids and not ids.add(m.id)]


# --- The formats ------------------------------------------------------------

def from_line(mail):
    when = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(mail.time))
    return b"From list@example.org " + when.encode() + b"\n"


def mboxrd(mails):
    return b"".join(from_line(m) +
                    re.sub(rb"^(>*From )", rb">\1", m.raw, flags=re.M) + b"\n"
                    for m in mails)


def mboxo(mails):
    return b"".join(from_line(m) +
                    re.sub(rb"^(From )", rb">\1", m.raw, flags=re.M) + b"\n"
                    for m in mails)


def counted(mail, number):
    """With a header field that says how long the body is."""
    head, body = mail.raw.split(b"\n\n", 1)
    return Mail(head + b"\nContent-Length: %d\n\n" % len(body) + body, number)


def mboxcl(mails):
    return b"".join(from_line(m) + m.raw + b"\n" for m in mails)


def write(path, data, when=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    if when is not None:
        os.utime(path, (when, when))
    return path


def maildir(path, mails):
    for sub in "cur", "new", "tmp":
        os.makedirs(os.path.join(path, sub))
    for n, mail in enumerate(mails):
        name = f"{mail.time}.M{n}P1.host" + (":2,S" if n % 2 else "")
        write(os.path.join(path, "cur" if n % 2 else "new", name), mail.raw,
              mail.time)
    return path


def folder(path, mails):
    for n, mail in enumerate(mails):
        write(os.path.join(path, str(n + 1)), mail.raw, mail.time)
    return path


def git(path, *args, data=None):
    env = dict(ENV, GIT_CONFIG_NOSYSTEM="1", HOME=os.path.dirname(path))
    return subprocess.run(["git", "-C", path, *args], input=data, check=True,
                          stdout=subprocess.PIPE, env=env).stdout


def archive(path, mails, version=2):
    """Append mails to a public-inbox archive; returns their commits."""
    fresh = not os.path.exists(path)
    if fresh:
        os.makedirs(path)
        git(path, "init", "-q", "--bare", "-b", "master")
    stream = []
    for n, mail in enumerate(mails):
        name = "m"
        if version == 1:
            digest = hashlib.sha1(mail.id.encode()).hexdigest()
            name = digest[:2] + "/" + digest[2:]
        stream.append(
            b"commit refs/heads/master\nmark :%d\n"
            b"author A <a@example.org> %d +0000\n"
            b"committer A <a@example.org> %d +0000\ndata 1\nm\n%s"
            b"M 100644 inline %s\ndata %d\n%s\n"
            % (n + 1, mail.time, mail.time,
               b"" if fresh or n else b"from refs/heads/master^0\n",
               name.encode(), len(mail.raw), mail.raw))
    marks = path + ".marks"
    git(path, "fast-import", "--quiet", "--export-marks=" + marks,
        data=b"".join(stream))
    with open(marks, encoding="ascii") as file:
        lines = [line.split() for line in file]
    os.unlink(marks)
    return [commit for _, commit in
            sorted(lines, key=lambda line: int(line[0][1:]))]


# --- The programs -----------------------------------------------------------

def run(program, store, *args, data=b""):
    return subprocess.run([program, "-d", store, *args], input=data, env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


class Done:
    """What an import said."""

    def __init__(self, what, result, status=0):
        same(what + ", exit", result.returncode, status)
        same(what + ", standard output", result.stdout, b"")
        found = SUMMARY.search(result.stderr)
        if not found:
            fault(what, f"no summary in {result.stderr!r}")
        numbers = [int(n) for n in found.groups()] if found else [-1] * 6
        (self.read, self.new, self.known, self.unlisted, self.marked,
         self.unreadable) = numbers
        self.said = result.stderr


def take_in(what, store, *args, data=b"", status=0):
    return Done(what, run(HOOK, store, "--import", *args, data=data), status)


def ask(store, sql):
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def order_of(store):
    return [row[0] for row in ask(
        store, "SELECT m.message_id FROM arrival a JOIN message m "
        "ON m.id = a.message ORDER BY a.seq")]


def raw_of(store, mail_id):
    return run(REPORT, store, "show", "--raw", f"<{mail_id}>").stdout


def check_all(what, store, mails, some=None, timed=True):
    """They are there in their order, byte for byte."""
    same(what + ", order", order_of(store), [m.id for m in mails])
    for mail in some or mails:
        if raw_of(store, mail.id) != mail.raw:
            fault(what, f"<{mail.id}> is not what it was")
    if not timed:
        return
    times = [row[0] for row in ask(store, "SELECT received FROM arrival "
                                   "ORDER BY seq")]
    same(what + ", times", times, [m.time for m in mails])


# --- What must hold ---------------------------------------------------------

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


def test_progress(work, more):
    """A bar on a terminal, else the summary; -q: nothing."""
    source = write(os.path.join(work, "progress"), mboxrd(more))
    quiet = run(HOOK, os.path.join(work, "p1", "kvm.db"), "-q", "--import",
                source)
    same("-q", (quiet.returncode, quiet.stderr), (0, b""))
    plain = run(HOOK, os.path.join(work, "p2", "kvm.db"), "--import", source)
    same("no terminal", SUMMARY.sub(b"", plain.stderr), b"")
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


def main():
    mails = sample()
    more = many(mails)
    tests = [
        ("formats", test_formats, (mails,)),
        ("git", test_git, (mails,)),
        ("front", test_front, (mails,)),
        ("lists", test_lists, (mails,)),
        ("kill", test_kill, (more,)),
        ("deliveries", test_deliveries, (mails, more)),
        ("hostile", test_hostile, (mails,)),
        ("unreadable", test_unreadable, (mails,)),
        ("large", test_large, (mails,)),
        ("dry run", test_dry_run, (mails,)),
        ("progress", test_progress, (more,)),
        ("slow", test_slow, (more,)),
    ]
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        for name, test, args in tests:
            if wanted and name not in wanted:
                continue
            begin = time.monotonic()
            test(work, *args)
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
