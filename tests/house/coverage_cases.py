# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_cases.py - the commands in which coverage_faults.py lets calls
fail, each with the store that it begins with and what has to hold after it.
"""
import fcntl
import hashlib
import os
import pty
import re
import shutil
import sqlite3
import subprocess
import sys
import threading

import coverage_shapes
from hook import HOOK, REPORT, Store, clean_env, mail, message_id

HERE = os.path.dirname(os.path.abspath(__file__))
DATA = os.path.join(HERE, "..", "data")
SAMPLE = os.path.join(DATA, "sample")
LIMIT = 20


# --- Commands ----------------------------------------------------------

class Case:
    """What is run: start is a Store, argv what follows the options."""

    def __init__(self, name, start, argv=(), data=b"", sent=None):
        self.name = name
        self.start = start
        self.argv = list(argv)
        self.data = data
        self.sent = sent     # the name of the message: this is a delivery
        self.program = HOOK
        self.in_child = False
        self.stays = ()      # errors with which calls fail from then on
        self.steps = ()      # errors with which a statement fails as well
        self.bare = False    # with no option: by way of HOME
        self.only = None     # the names of the calls that fail
        self.spared = ()     # the names of those that do not
        self.short = True    # files may be gone, or shorter
        self.held = False    # another process has the store's lock
        self.homeless = False
        self.speechless = False  # there is no standard error
        self.tells = False       # there, what was done, without its name
        self.partly = False      # exit 0 with less, and it says so
        self.hints = False       # exit 0 with less, and it is quiet
        self.terminal = False    # standard output is one
        self.env = {}
        self.writes = True   # each run has a store of its own
        self.sound = True    # and that is a database
        self.all_or_error = False  # exit 0: as many messages as else
        self.keeps = False   # no message is another one afterwards
        self.copies = False  # exit 0: copy.db is all of the store
        self.said = self.count = self.mails = None

    def command(self, store):
        if self.speechless:
            return ["sh", "-c", 'exec "$0" "$@" 2>&-', self.program,
                    *self.argv]
        if self.bare:
            return [self.program, *self.argv]
        options = ["-c", store.conf, "-d", store.path]
        if self.program == HOOK or "--help" in self.argv:
            return [self.program, *options, *self.argv]
        return [self.program, *self.argv, *options]

    def run(self, store, **fault):
        env = clean_env(store.folder, TZ="UTC", **self.env, **fault)
        if self.homeless:
            del env["HOME"]
        lock = os.open(store.path + "-lock", os.O_RDWR) if self.held else None
        if self.held:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            if self.terminal:
                return at_terminal(self.command(store), env, store.folder)
            return subprocess.run(
                self.command(store), input=self.data, env=env, timeout=LIMIT,
                cwd=store.folder, capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if self.held:
                os.close(lock)

    def learn(self, store):
        """How it is after an undisturbed run."""
        if self.all_or_error:
            self.count = arrivals(store)
        if self.keeps:
            self.mails = mails_of(self.start)

    def wrong_store(self, store, done):
        """What is wrong with the store after a run, or None."""
        if self.all_or_error and done.returncode == 0 and \
                arrivals(store) != self.count:
            return "LOST: exit 0, and not all of it is there"
        if self.keeps and mails_of(store) != self.mails:
            return "LOST: what was kept is not what it was"
        if self.copies and done.returncode == 0 and not is_copy(store):
            return "LOST: exit 0, and the copy is not the store"
        return None


def at_terminal(command, env, folder):
    """As subprocess.run(), with a terminal for standard output."""
    ours, theirs = pty.openpty()
    out = []

    def listen():
        try:
            while piece := os.read(ours, 65536):
                out.append(piece)
        except OSError:  # the last of them has closed it
            pass

    listener = threading.Thread(target=listen)
    with subprocess.Popen(command, stdin=theirs, stdout=theirs,
                          stderr=subprocess.PIPE, env=env, cwd=folder,
                          start_new_session=True) as child:
        os.close(theirs)
        listener.start()
        try:
            _, err = child.communicate(timeout=LIMIT)
        finally:
            child.kill()
            listener.join()
            os.close(ours)
    return subprocess.CompletedProcess(command, child.returncode,
                                       b"".join(out), err)


def arrivals(store):
    if not os.path.exists(store.path):
        return 0
    base = store.database()
    try:
        return base.execute("SELECT count(*) FROM arrival").fetchone()[0]
    except sqlite3.Error:
        return 0  # it has no tables yet
    finally:
        base.close()


def is_copy(store):
    """Is copy.db all that the store is?"""
    copy = store.copy_to(store.folder + "-copied")
    large = os.path.join(copy.folder, "copy.db-large")
    for end in ("", "-wal", "-shm"):
        if os.path.exists(copy.path + end):
            os.unlink(copy.path + end)
    shutil.rmtree(copy.path + "-large", ignore_errors=True)
    os.rename(os.path.join(copy.folder, "copy.db"), copy.path)
    if os.path.exists(large):
        os.rename(large, copy.path + "-large")
    same = mails_of(copy) == mails_of(store)
    copy.remove()
    return same


def mails_of(store):
    """All of it as `export` writes it."""
    done = subprocess.run([REPORT, "-c", store.conf, "-d", store.path,
                           "export"], env=clean_env(store.folder),
                          stdin=subprocess.DEVNULL, capture_output=True,
                          check=False)
    if done.returncode != 0:
        return "export: exit %d: %s" % (done.returncode, done.stderr)
    return hashlib.sha256(done.stdout).hexdigest()


def read(path):
    with open(path, "rb") as file:
        return file.read()


def deliver(store, *mails):
    for data in mails:
        done = Case("set-up", store, data=data).run(store)
        if done is None or done.returncode != 0 or done.stderr:
            raise SystemExit("FAULT: setting up: %r" % (done,))


def sample():
    return [read(os.path.join(SAMPLE, name))
            for name in sorted(os.listdir(SAMPLE)) if name.endswith(".eml")]


def garbage(store):
    for end in ("-wal", "-shm"):
        if os.path.exists(store.path + end):
            os.unlink(store.path + end)
    with open(store.path, "wb") as file:
        file.write(b"this was a database\n" * 200)


def cases(work):
    def new(name):
        return Store(os.path.join(work, name)).make()

    def delivery(name, start, sent, data=None, argv=()):
        data = data or mail(sent)
        return Case(name, start, argv, data, sent)

    found = [delivery("first", new("first"), "one")]
    found[0].stays = ("EIO",)
    later = new("later")
    deliver(later, mail("one"))
    found += [delivery("later", later, "two"),
              delivery("again", later, "one"),
              delivery("variant", later, "one", mail("one", 50)),
              delivery("large", later, "big", mail("big", 100000)),
              delivery("tee", later, "two", argv=["--tee"]),
              delivery("verbose", later, "two", argv=["-v"])]
    found[1].stays = ("EIO",)
    busy = delivery("busy", later, "two")
    busy.held = True
    busy.only = ("flock", "timer_create", "timer_settime", "sigaction",
                 "sigprocmask")
    found.append(busy)
    series = sample()[1:9]
    found += [Case("series %d" % i, later, (), data)
              for i, data in enumerate(series)]
    deliver(later, mail("big", 100000), *series[:4])
    found += [Case("series + %d" % i, later, (), data)
              for i, data in enumerate(series)]
    found.append(delivery("large again", later, "big", mail("big", 100000)))
    found += [Case("dry run", later, ["--dry-run"], sample()[1]),
              Case("dry run, large", later, ["--dry-run"],
                   mail("large", 100000))]
    found += of_home(later, new) + of_spool(later, new) + of_children(later)
    found += of_keeper(later, new) + of_import(later, new) + of_report(new)
    return found


HOME_CONF = """
lists = ({ name = "KVM"; id = "kvm.vger.kernel.org";
           address = "kvm@vger.kernel.org"; },
         { name = "PPC"; id = "kvm-ppc.vger.kernel.org"; });
store: { journal = "wal"; };
report: { sections = ( "patches", "messages" ); top = 3; format = "text";
          messages = "all"; };
"""


def of_home(later, new):
    """With no word of where the store and the configuration are; and with
    names that begin here."""
    store = later.copy_to(later.folder + "-home")
    for folder in (".config/kvmdigest", ".local/share/kvmdigest"):
        os.makedirs(os.path.join(store.folder, folder), 0o700)
    with open(os.path.join(store.folder, ".config/kvmdigest/kvmdigest.conf"),
              "w", encoding="ascii") as file:
        file.write(HOME_CONF)
    for name, text in (
            (".procmailrc", ":0 wc\n| kvmdigest-mda\n"),
            (".mailfilter", "cc \"| kvmdigest-mda\"\nEXITCODE=0\n"),
            (".dovecot.sieve", "pipe :copy \"kvmdigest-mda\";\n"),
            (".fetchmailrc", "mda \"timeout 99 kvmdigest-mda\"\n")):
        with open(os.path.join(store.folder, name), "w",
                  encoding="ascii") as file:
            file.write(text)
    for data in sample()[:4] + [mail("old")]:
        case = Case("set-up", store, (), data)
        case.bare = True
        if case.run(store).returncode != 0:
            raise SystemExit("FAULT: setting up a store at home")
    found = [Case("home", store, (), mail("home")),
             Case("home, a list", store, ["-l", "PPC"], mail("home")),
             Case("home, check", store, ["--check"]),
             Case("home, drain", store, ["--drain"]),
             Case("home, report", store, ["start.."]),
             Case("home, report of both", store, ["--list=all", "start.."]),
             Case("home, no message", store, ["show", "start"]),
             Case("here", store, ["-d", "store/kvm.db"], mail("here")),
             Case("here, report", store, ["-d", "store/kvm.db", "start.."])]
    for case in found:
        case.bare = True
        # Where HOME cannot be looked at it is the home of the user that
        # runs this, and a configuration that is gone, or was emptied, is
        # one that never was.
        case.spared = ("stat", "lstat", "getpwuid", "read")
        if "report" in case.name or "show" in case.argv:
            case.program = REPORT
    # of whom nobody knows a home; the user that runs this has one
    write(os.path.join(store.folder, "of-home"),
          b'report: { mailmap = "~/mailmap"; };\n')
    for name, program, argv in (
            ("no home", HOOK, ["--check"]),
            ("no home, report", REPORT, ["markers"]),
            ("no home, in conf", REPORT, ["-c", "of-home", "markers"])):
        case = Case(name, store, argv)
        case.program, case.bare, case.homeless = program, True, True
        case.only, case.stays = ("getpwuid",), ("0",)
        found.append(case)
    # a directory of the store's own is made
    fresh = Case("fresh home", new("fresh"), (), mail("fresh"))
    fresh.bare = True
    fresh.spared = ("stat", "lstat", "getpwuid", "read")
    found.append(fresh)
    mute = Case("no standard error", store, (), mail("mute"))
    mute.speechless, mute.only = True, ("open",)
    return found + [mute]


def of_spool(later, new):
    broken = later.copy_to(later.folder + "-broken")
    garbage(broken)
    deliver_quiet(broken, mail("waits"))
    into = Case("into the spool", broken, (), mail("two"), "two")
    into.stays = ("EIO",)
    into.sound = False
    big = Case("large, into the spool", broken, (), mail("big2", 100000),
               "big2")
    big.sound = False
    waits = later.copy_to(later.folder + "-waits")
    garbage(waits)
    deliver_quiet(waits, mail("two"), mail("large2", 100000), mail("two"))
    for end in ("", "-wal", "-shm"):
        if os.path.exists(later.path + end):
            shutil.copy2(later.path + end, waits.path + end)
    with open(waits.path + "-spool/new/poison", "wb") as file:
        file.write(b"no message\n")
    return [into, big, Case("drain", waits, ["--drain", "-v"]),
            Case("drain on delivery", waits, (), mail("three"), "three"),
            Case("check spool", waits, ["--check", "-v"])]


def deliver_quiet(store, *mails):
    """They go into the spool, and the hook says so."""
    for data in mails:
        done = Case("set-up", store, data=data).run(store)
        if done is None or done.returncode != 0:
            raise SystemExit("FAULT: setting up the spool: %r" % (done,))


def of_children(later):
    """Mail of many sorts; what fails is the child's."""
    found = []
    for i, data in enumerate(sample() + [coverage_shapes.NOTICE]):
        one = Case("child %d" % (i + 1), later, (), data)
        one.in_child = True
        found.append(one)
    return found


def of_keeper(later, new):
    old = later.copy_to(later.folder + "-old")
    deliver(old, *sample())
    base = old.database()
    base.execute("UPDATE variant SET status = 2, parser = 0")
    # What an older release made of them was something else.
    base.execute("UPDATE trailer SET value = 'x' WHERE variant % 2 = 0")
    base.execute("UPDATE link SET version = 9 WHERE variant % 2 = 1")
    base.execute("UPDATE taken SET title = 'x'")
    # ... and some of them were patches.
    base.execute("UPDATE message SET series = (SELECT min(id) FROM series) "
                 "WHERE series IS NULL AND variant IS NOT NULL")
    base.commit()
    base.close()
    # A large one, and more than fills a block.
    loose = new("loose")
    deliver(loose, *sample()[:12], mail("large", 100000),
            *(mail("loose-%d" % n, 60000) for n in range(12)))
    found = [Case("reparse", old, ["--reparse", "-v"]),
             Case("check", later, ["--check"]),
             Case("repack", loose, ["--repack", "-v"])]
    found[2].steps = ("BUSY", "CORRUPT")
    found[0].keeps = found[2].keeps = True
    return found + [Case("check, no store", new("nothing"), ["--check"])]


# --- Import ----------------------------------------------------------------

def numbered(mails):
    """Them, with ids."""
    return [data for data in mails
            if b"\r" not in data and not data.startswith(b"From ")]


def mboxrd(mails):
    return b"".join(
        b"From list@example.org Mon Nov 10 17:16:%02d 2025\n" % (number % 60) +
        re.sub(rb"^(>*From )", rb">\1", data, flags=re.M) + b"\n"
        for number, data in enumerate(mails))


def mboxcl(mails):
    found = b""
    for data in mails:
        head, body = data.split(b"\n\n", 1)
        found += b"From list@example.org Mon Nov 10 17:16:44 2025\n" + head
        found += b"\nContent-Length: %d\n\n" % len(body) + body + b"\n"
    return found


def git(folder, *args, data=None):
    env = clean_env(folder, GIT_CONFIG_NOSYSTEM="1")
    subprocess.run(["git", "-C", folder, *args], input=data, check=True,
                   env=env, stdout=subprocess.DEVNULL)


def archive(folder, mails, version):
    """One of public-inbox; of version 2 it is one epoch."""
    os.makedirs(folder)
    git(folder, "init", "-q", "--bare", "-b", "master")
    stream = []
    for number, data in enumerate(mails):
        digest = hashlib.sha1(data).hexdigest()
        name = "m" if version == 2 else digest[:2] + "/" + digest[2:]
        stream.append(
            b"commit refs/heads/master\n"
            b"author A <a@example.org> %d +0000\n"
            b"committer A <a@example.org> %d +0000\ndata 1\nm\n"
            b"M 100644 inline %s\ndata %d\n%s\n"
            % (1757000000 + number, 1757000000 + number, name.encode(),
               len(data), data))
    git(folder, "fast-import", "--quiet", data=b"".join(stream))


def directory(folder, mails, maildir):
    for part in ("cur", "new", "tmp") if maildir else ("",):
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    for number, data in enumerate(mails, 1):
        name = "%d.1.example:2,S" % (1757000000 + number) if maildir \
            else str(number)
        part = ("cur" if number % 2 else "new") if maildir else ""
        write(os.path.join(folder, part, name), data)


def write(path, data):
    with open(path, "wb") as file:
        file.write(data)


def sources(folder, mails):
    """Mail in all forms that it is kept in."""
    write(os.path.join(folder, "rd"), mboxrd(mails))
    write(os.path.join(folder, "all"), mboxrd(sample()))
    write(os.path.join(folder, "cl"), mboxcl(mails[:4]))
    write(os.path.join(folder, "one"), mails[0])
    write(os.path.join(folder, "junk"), b"\0\1\2 this is no mail\n")
    directory(os.path.join(folder, "maildir"), mails[:4], True)
    directory(os.path.join(folder, "mh"), mails[:3], False)
    directory(os.path.join(folder, "mh", "below"), mails[3:4], False)
    archive(os.path.join(folder, "v1"), mails[:4], 1)
    archive(os.path.join(folder, "v2", "git", "0.git"), mails[:4], 2)
    archive(os.path.join(folder, "v2", "git", "1.git"), mails[4:6], 2)


def of_import(later, new):
    mails = numbered(sample()[:14]) + [mail("one"), mail("one", 50),
                                       mail("much", 100000)]
    empty = new("empty")
    sources(empty.folder, mails)
    full = later.copy_to(later.folder + "-import")
    sources(full.folder, mails)
    found = []
    for name, start, argv, data in (
            ("mbox", empty, ["rd"], b""),
            ("mbox, one job", empty, ["--jobs=1", "rd"], b""),
            ("mbox, more", full, ["-v", "rd"], b""),
            ("all", empty, ["--jobs=1", "all"], b""),
            ("all, over again", full, ["--jobs=1", "all", "rd"], b""),
            ("input", empty, ["-"], mboxrd(mails[:4])),
            ("mboxo", empty, ["--format=mboxo", "rd"], b""),
            ("mboxcl", empty, ["cl"], b""),
            ("maildir", empty, ["maildir"], b""),
            ("mh", empty, ["mh"], b""),
            ("message", empty, ["one"], b""),
            ("v1", empty, ["v1"], b""),
            ("v2", empty, ["v2"], b""),
            ("list", empty, ["-l", "X=x.example.org", "one", "mh"], b""),
            ("nothing", empty, ["nowhere", "junk", "one"], b""),
            ("dry run", empty, ["--dry-run", "mh"], b"")):
        case = Case("import: " + name, start, ["--import", *argv], data)
        case.all_or_error = True
        if name in ("mbox, one job", "all"):
            case.steps = ("TOOBIG", "BUSY", "CORRUPT")
        case.short = False
        found.append(case)
    shapes = new("shapes")
    write(os.path.join(shapes.folder, "box"),
          coverage_shapes.box(shapes.folder))
    found.append(Case("import: shapes", shapes, ["--import", "--jobs=1",
                                                 "box"]))
    found[-1].all_or_error, found[-1].short = True, False
    child = Case("import: child", empty, ["--import", "--jobs=2", "rd"])
    child.in_child = True
    return found + [child]


# --- The report --------------------------------------------------------------

REPORT_CONF = """
report: { sections = ( "patches", "messages" ); mailmap = "%s/mailmap";
          employers = "%s/employers"; mail_from = "digest@example.org"; };
watch: { paths = ( "virt/**", "arch/x86/kvm" ); people = ( "author1" );
         words = ( "ring" ); };
views: { arm: { paths = ( "arch/arm64" ); people = ( ); }; };
"""
ALL = "--section=" + ",".join((
    "trends", "patches", "revisions", "applied", "pulls", "waiting",
    "discussions", "reviewers", "contributors", "domains", "employers",
    "newcomers", "bots", "messages"))


def review(of):
    """A reply that gives a trailer."""
    name = re.search(rb"(?im)^message-id:\s*<(.*?)>", of).group(1)
    return (b"From: Reviewer Two <reviewer2@example.net>\n"
            b"Subject: Re: [PATCH] it\nMessage-ID: <review@example.org>\n"
            b"In-Reply-To: <" + name + b">\n"
            b"List-Id: <kvm.vger.kernel.org>\n\n> It.\n\n"
            b"Reviewed-by: Reviewer Two <reviewer2@example.net>\n")


def sample_store(new):
    store = new("sample")
    deliver(store, *sample())
    deliver(store, mail("one"), mail("one", 70000), review(sample()[1]))
    mark = Case("mark", store, ["mark", "here"])
    mark.program = REPORT
    if mark.run(store).returncode != 0:
        raise SystemExit("FAULT: setting up a marker")
    return store


def world_store(new):
    """Made-up months of mail, evil ones too, and people who are known by
    several names."""
    store = new("world")
    for name in ("ordinary", "hostile"):
        made = subprocess.run([sys.executable, os.path.join(
            DATA, name + ".py")], capture_output=True, check=True).stdout
        done = Case("set-up", store, ["--import", "-q", "-"], made).run(store)
        if done.returncode != 0:
            raise SystemExit("FAULT: setting up a world: %r" % done)
    with open(store.conf, "a", encoding="ascii") as file:
        file.write(REPORT_CONF % (store.folder, store.folder))
    write(os.path.join(store.folder, "mailmap"),
          b"# people\nPatch Author 1 <author1@example.org>\n"
          b"One <one@example.org> <author2@example.org>\n"
          b"Two <two@example.org> Other <author3@example.org>\n"
          b"<four@example.org> <author4@example.org>\nnonsense\n")
    write(os.path.join(store.folder, "employers"),
          b"# who\nexample.org  Example\nauthor1@example.org Other\nx\n")
    return store


def of_report(new):
    """The digest of the sample mail, and all that is asked for of it."""
    store = sample_store(new)
    one = "<%s>" % message_id("one")
    ring = "<%s>" % re.search(rb"(?im)^message-id:\s*<(.*?)>",
                              sample()[1]).group(1).decode()
    found = []

    def add(where, name, *argv, writes=False, **more):
        case = Case("report: " + name, where, argv)
        case.program, case.writes, case.short = REPORT, writes, False
        for key, value in more.items():
            setattr(case, key, value)
        found.append(case)

    add(store, "text", "start..")
    add(store, "none", "latest..")
    add(store, "classic", "--format=classic", "start..")
    add(store, "to nobody", "--format=mail", "start..")
    add(store, "no employers", "--section=employers", "start..")
    add(store, "all messages", "--messages=all", "--section=messages",
        "start..")
    add(store, "top", "--section=domains,patches", "--top=3", "start..")
    add(store, "of one series", "--series=" + ring, "start..")
    add(store, "of a list", "--list=KVM", "start..")
    add(store, "unlisted", "--list=none", "start..")
    add(store, "days", "2025-11-01..2025-11-30")
    add(store, "marker", "here..now")
    add(store, "last")
    add(store, "markers", "markers")
    add(store, "mark", "mark", "there", writes=True)
    add(store, "mark again", "mark", "here", "start", writes=True)
    add(store, "unmark", "unmark", "here", writes=True)
    add(store, "show", "show", one)
    add(store, "show id", "show", "latest")
    add(store, "show a series", "show", ring)
    add(store, "raw", "show", "--raw", one)
    add(store, "variant", "show", "--variant=2", one)
    add(store, "raw variant", "show", "--raw", "--variant=2", one)
    add(store, "advance", "--advance=here", "start..", writes=True)
    add(store, "advance, anew", "--advance=other", "start..", writes=True)
    add(store, "file", "-o", "out", "start..", writes=True, stays=("EEXIST",))
    add(store, "device", "-o", "/dev/null", "start..")
    add(store, "old file", "-o", "conf", "show", "latest", writes=True)
    add(store, "help", "--help")
    add(store, "version", "--version")
    add(store, "export", "export", tells=True)
    add(store, "mbox", "mbox", ring, "--cover", tells=True)
    add(store, "mbox, partial", "mbox", ring, "--reroll=3", "--partial",
        "--no-trailers", tells=True)
    add(store, "mbox, file", "mbox", ring, "-o", "out", writes=True,
        tells=True)
    of_shapes(new, add)
    of_backup(new, add)
    of_completion(store, add, found)
    # In the first search the index is made.
    add(store, "index", "search", "--index", writes=True)
    add(store, "search, first", "search", "ring", writes=True, partly=True)
    broken = store.copy_to(store.folder + "-broken")
    write(broken.path + "-search", b"this was an index\n" * 400)
    add(broken, "search, broken", "search", "ring", writes=True, partly=True)
    of_world(world_store(new), add)
    return found


def of_shapes(new, add):
    """Series and pull requests of which much is known."""
    store = new("shapes-report")
    done = Case("set-up", store, ["--import", "-q", "-"],
                coverage_shapes.box(store.folder)).run(store)
    if done.returncode != 0:
        raise SystemExit("FAULT: setting up shapes: %r" % done)
    for name, argv in (("reviews", ["one-0", "--reroll=1"]),
                       ("resend", ["re-1", "--reroll=2"]),
                       ("part", ["three-2"]), ("from", ["from"])):
        add(store, "mbox, " + name, "mbox", "<%s@example.org>" % argv[0],
            *argv[1:], tells=True)
    for name in ("pull", "hole-0"):
        add(store, "show, " + name, "show", "<%s@example.org>" % name)
    add(store, "series, ascii", "series", "start..", terminal=True,
        env={"TERM": "xterm", "LC_ALL": "C", "PAGER": "cat"})


def of_backup(new, add):
    """A copy of the store, with messages in files; and one where there is a
    copy already."""
    store = new("backup")
    deliver(store, *sample()[:4], mail("big", 100000), mail("big2", 90000))
    add(store, "backup", "backup", "copy.db", writes=True, tells=True,
        copies=True, stays=("EIO",), steps=("BUSY", "CORRUPT"))
    again = store.copy_to(store.folder + "-again")
    case = Case("set-up", again, ["backup", "copy.db"])
    case.program = REPORT
    if case.run(again).returncode != 0:
        raise SystemExit("FAULT: setting up a copy")
    deliver(again, mail("big3", 80000))
    add(again, "backup again", "backup", "--force", "copy.db", writes=True,
        tells=True, copies=True)


def of_completion(store, add, found):
    """What may follow on a command line: it is quiet, whatever is wrong."""
    for number, (program, words) in enumerate((
            (REPORT, ["complete", "--", "-c", "conf", "--list=K"]),
            (REPORT, ["complete", "--", "-d", "store/kvm.db", "unmark", ""]),
            (REPORT, ["complete", "--", "-c", "conf", "--view="]),
            (HOOK, ["--complete", "--", "-c", "conf", "--import", "--l"]))):
        add(store, "complete %d" % number, *words)
        found[-1].program, found[-1].bare = program, True
        found[-1].hints = True


def each_message(store):
    """Each of them can be shown, and its series be had as an mbox; a fault
    in that is the set-up's."""
    base = store.database()
    names = [row[0] for row in
             base.execute("SELECT message_id FROM message ORDER BY id")]
    base.close()
    for name in names:
        for argv, ends in ((["show", "<%s>" % name, "--list=all"], (0, 66)),
                           (["mbox", "<%s>" % name, "--partial", "--cover",
                            "--list=all"],
                            (0, 64, 65, 66))):
            case = Case("each", store, argv)
            case.program = REPORT
            done = case.run(store)
            if done is None or done.returncode not in ends:
                raise SystemExit("FAULT: %s: %r" % (argv, done))


def of_world(store, add):
    each_message(store)
    for form in ("text", "html", "json", "mail"):
        more = ["--to=reader@example.org"] if form == "mail" else []
        add(store, "all, " + form, "--format=" + form, ALL,
            "2025-04-01..2025-05-01", *more)
        add(store, "all since ever, " + form, "--format=" + form, ALL,
            "start..", *more)
    add(store, "classic, of it all", "--format=classic", "start..")
    add(store, "all by path", ALL, "--path=**", "--author=a", "start..")
    add(store, "stats", "stats", "start..")
    add(store, "series", "series", "start..")
    add(store, "mailmap", "mailmap")
    for name, argv in (("path", "--path=arch/x86/**"), ("author", "--author=a"),
                       ("subject", "--subject=KVM"), ("view", "--view=arm")):
        add(store, "by " + name, argv, "start..")
    index = Case("set-up", store, ["search", "--index"])
    index.program = REPORT
    if index.run(store).returncode != 0:
        raise SystemExit("FAULT: setting up the index")
    for number, words in enumerate((
            ["-v", "fix"], ["from:author", "OR", "subject:kvm"],
            ["path:arch/x86", "is:patch"], ["is:waiting"],
            ['"the guest"', "NOT", "nothing"], ["before:2025-04-01", "kvm*"],
            ["after:2025-03-01", "list:KVM", "kvm"])):
        add(store, "search %d" % number, "search", *words,
            steps=("CORRUPT",))
    screen = {"TERM": "xterm", "PAGER": "cat"}
    for name, argv in (("digest", ["2025-04-01..2025-04-08"]),
                       ("search", ["search", "kvm"]), ("show", ["show",
                                                                "latest"])):
        add(store, "terminal, " + name, *argv, terminal=True, env=screen)
    pager = dict(screen, PAGER="cat; exit")
    add(store, "pager", "2025-04-01..2025-04-08", terminal=True, env=pager,
        in_child=True, partly=True)
    add(store, "to a pager", "2025-04-01..2025-04-08", terminal=True,
        env=pager, only=("pipe", "fork", "dup2"))
    add(store, "in colour", "--color=always", "2025-04-01..2025-04-08")
