# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_faults.py - every way in which our code comes to a call that can
fail, and the call fails; for the programs of a coverage build, where
coverage.c stands in front of those calls (KD_FAULT_*, see there).

A first run lists the calls of a command, each with the functions through
which the program came to it; then there is a run for each that is new.  The
promises are those of ../fault, as far as one run can tell: a delivery that
ends with 0 has kept the bytes, a report that ends with 0 has said what it
says else, and whatever is wrong is said in lines with the program's name.
"""
import concurrent.futures
import errno
import fcntl
import os
import shutil
import sqlite3
import subprocess
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, "..", "fault"))
from hook import (HOOK, REPORT, Store, clean_env, mail,  # noqa: E402
                  message_id, work_dir)

SAMPLE = os.path.join(HERE, "..", "data", "sample")
WORKERS = 3  # some of the faults make a run wait
LIMIT = 20
SQLITE = {"IOERR": 10, "BUSY": 5, "NOMEM": 7, "CORRUPT": 11, "FULL": 13,
          "CANTOPEN": 14, "TOOBIG": 18, "PERM": 3, "MISUSE": 21,
          "READONLY": 8}
# Without an error: less than it was told, or a lie (see coverage.c).
SOME = ("read", "pread", "write", "pwrite")
LIES = ("fstat", "fstatat", "stat", "lstat", "fstatfs", "fstatvfs",
        "getpwuid")
WAIT = ("poll", "flock", "waitpid")
NAMES = ("open", "openat", "stat", "lstat", "fstatat", "opendir", "getpwuid",
         "fsync", "linkat", "mkdir", "mkdirat", "renameat")
EXITS = {0} | set(range(64, 79))


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
        self.bare = False    # with no option: by way of HOME
        self.only = None     # the names of the calls that fail
        self.spared = ()     # the names of those that do not
        self.held = False    # another process has the store's lock
        self.homeless = False
        self.speechless = False  # there is no standard error
        self.said = None

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
        env = clean_env(store.folder, TZ="UTC", **fault)
        if self.homeless:
            del env["HOME"]
        lock = os.open(store.path + "-lock", os.O_RDWR) if self.held else None
        if self.held:
            fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            done = subprocess.run(
                self.command(store), input=self.data, env=env, timeout=LIMIT,
                cwd=store.folder, capture_output=True, check=False)
        except subprocess.TimeoutExpired:
            return None
        finally:
            if self.held:
                os.close(lock)
        return done


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
              delivery("tee", later, "two", argv=["--tee"])]
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
    return found + of_home(later) + of_spool(later, new) + \
        of_children(later) + of_keeper(later) + of_report(new)


HOME_CONF = """
lists = ({ name = "KVM"; id = "kvm.vger.kernel.org";
           address = "kvm@vger.kernel.org"; },
         { name = "PPC"; id = "kvm-ppc.vger.kernel.org"; });
store: { journal = "wal"; };
report: { sections = ( "patches", "messages" ); top = 3; format = "text";
          messages = "all"; };
"""


def of_home(later):
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
    for name, program, argv in (("no home", HOOK, ["--check"]),
                                ("no home, report", REPORT, ["markers"])):
        case = Case(name, store, argv)
        case.program, case.bare, case.homeless = program, True, True
        case.only, case.stays = ("getpwuid",), ("0",)
        found.append(case)
    mute = Case("no standard error", store, (), mail("mute"))
    mute.speechless, mute.only = True, ("open",)
    return found + [mute]


def of_spool(later, new):
    broken = later.copy_to(later.folder + "-broken")
    garbage(broken)
    into = Case("into the spool", broken, (), mail("two"), "two")
    into.stays = ("EIO",)
    big = Case("large, into the spool", broken, (), mail("big2", 100000),
               "big2")
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
    for i, data in enumerate(sample()):
        one = Case("child %d" % (i + 1), later, (), data)
        one.in_child = True
        found.append(one)
    return found


def of_keeper(later):
    old = later.copy_to(later.folder + "-old")
    base = old.database()
    base.execute("UPDATE variant SET status = 2, parser = 0")
    base.close()
    return [Case("reparse", old, ["--reparse", "-v"]),
            Case("check", later, ["--check"])]


def of_report(new):
    """The digest of the sample mail, and all that is asked for of it."""
    store = new("sample")
    deliver(store, *sample())
    deliver(store, mail("one"), mail("one", 70000))
    mark = Case("mark", store, ["mark", "here"])
    mark.program = REPORT
    if mark.run(store).returncode != 0:
        raise SystemExit("FAULT: setting up a marker")
    one = "<%s>" % message_id("one")
    found = []
    for name, argv in (
            ("text", ["start.."]), ("none", ["latest.."]),
            ("classic", ["--format=classic", "start.."]),
            ("all messages", ["--messages=all", "--section=messages",
                              "start.."]),
            ("top", ["--section=domains,patches", "--top=3", "start.."]),
            ("of a list", ["--list=KVM", "start.."]),
            ("unlisted", ["--list=none", "start.."]),
            ("days", ["2025-11-01..2025-11-30"]),
            ("marker", ["here..now"]), ("last", []),
            ("markers", ["markers"]), ("mark", ["mark", "there"]),
            ("mark again", ["mark", "here", "start"]),
            ("unmark", ["unmark", "here"]), ("show", ["show", one]),
            ("show id", ["show", "latest"]),
            ("raw", ["show", "--raw", one]),
            ("variant", ["show", "--variant=2", one]),
            ("raw variant", ["show", "--raw", "--variant=2", one]),
            ("advance", ["--advance=here", "start.."]),
            ("file", ["-o", "out", "start.."]),
            ("device", ["-o", "/dev/null", "start.."]),
            ("old file", ["-o", "conf", "show", "latest"]),
            ("help", ["--help"]), ("version", ["--version"])):
        one_case = Case("report: " + name, store, argv)
        one_case.program = REPORT
        if name == "file":
            one_case.stays = ("EEXIST",)
        found.append(one_case)
    return found


# --- Faults --------------------------------------------------------------

def kinds_of(name):
    """The ways in which a call of that name fails: pairs of the environment
    and a word for it."""
    if name.startswith("sqlite3_column"):
        return [("NULL", {})]
    if name.startswith("sqlite3_"):
        words = SQLITE if name in ("sqlite3_step", "sqlite3_open_v2",
                                   "sqlite3_prepare_v3") else ("IOERR",)
        return [(word, {"KD_FAULT_SQLITE": str(SQLITE[word])})
                for word in words]
    words = ["EIO"]
    if name in SOME:
        words += ["EINTR", "0"]
    if name in LIES:
        words += ["0"]
    if name in ("write", "pwrite", "fsync"):
        words += ["ENOSPC", "EINVAL"]
    if name in WAIT:
        words += ["EINTR"]
    if name in NAMES:
        words += ["ENOENT", "EEXIST", "EACCES"]
    return [(word, {"KD_FAULT_ERRNO":
                    "0" if word == "0" else str(getattr(errno, word))})
            for word in words]


def faults_of(case, work, known):
    """Those of a command: a list of (number of the call, what, environment).
    """
    store = case.start.copy_to(os.path.join(work, "list"))
    log = os.path.join(work, "calls")
    where = {"KD_FAULT_IN": "child"} if case.in_child else {}
    case.said = case.run(store, KD_FAULT_LIST=log, **where)
    store.remove()
    if case.said is None or case.said.returncode not in EXITS:
        raise SystemExit("FAULT: %s, listing: %r" % (case.name, case.said))
    found = []
    with open(log, encoding="ascii") as file:
        calls = file.read().splitlines()
    os.unlink(log)
    for number, call in enumerate(calls, 1):
        name = call.split()[0]
        at = dict(where, KD_FAULT_AT=str(number), KD_FAULT_NAME=name)
        if name in case.spared or (case.only and name not in case.only):
            continue
        new = (case.program, call) not in known
        known.add((case.program, call))
        if new:
            # in full only where the site is new as well
            site = (case.program, name, call.split()[2])  # behind coverage.c
            kinds = kinds_of(name)
            if site in known and name != "fstatfs":
                kinds = kinds[:1]
            known.add(site)
            found += [(number, name + " " + word, dict(at, **env))
                      for word, env in kinds]
        for word, env in kinds_of(name):
            if new and (word in case.stays or (case.stays and word == "IOERR")):
                found.append((number, name + " " + word + " ...",
                              dict(at, KD_FAULT_ON="1", **env)))
    return found


def kept(store, name, data):
    if store.in_spool(data):
        return True
    if not os.path.exists(store.path):
        return False
    try:
        return store.raw(name) == data
    except sqlite3.Error:
        return False


def wrong_end(case, store, done):
    """What is wrong with how a run ended, or None."""
    if done is None:
        return "hangs"
    name = os.path.basename(case.program)
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    delivery = case.program == HOOK and case.data
    if done.returncode not in ({0, 75} if delivery else EXITS):
        return "exit %d: %s" % (done.returncode, lines)
    if any(not line.startswith(name + ": ") for line in lines):
        return "on standard error: %r" % lines
    if done.returncode != 0 and not lines and not case.speechless and \
            "--check" not in case.argv:
        return "exit %d, and not a word" % done.returncode
    if case.sent and done.returncode == 0 and \
            not kept(store, case.sent, case.data):
        return "LOST: acknowledged, and not there"
    if case.program == REPORT and done.returncode == 0 and \
            case.said.returncode == 0 and done.stdout != case.said.stdout:
        return "exit 0, and other words than else"
    return None


def run_case(case, work, known):
    """How many faults, and how many broke a promise."""
    faults = faults_of(case, work, known)

    def one(fault):
        number, word, env = fault
        folder = os.path.join(work, "run-%d-%s" % (
            number, word.replace(" ", "-").replace(".", "")))
        store = case.start.copy_to(folder)
        wrong = wrong_end(case, store, case.run(store, **env))
        store.remove()
        return wrong

    wrongs = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for fault, wrong in zip(faults, pool.map(one, faults)):
            if wrong:
                wrongs += 1
                print("FAULT: %s, call %d, %s: %s" % (case.name, *fault[:2],
                                                      wrong), flush=True)
    return len(faults), wrongs


def main():
    verbose = sys.argv[1:] == ["-v"]
    start = time.monotonic()
    faults = wrongs = 0
    known = set()
    with work_dir() as work:
        for case in cases(work):
            begun = time.monotonic()
            more_faults, more_wrongs = run_case(case, work, known)
            faults += more_faults
            wrongs += more_wrongs
            if verbose:
                print("%-22s %4d faults %5.1f s, exit %d %s" % (
                    case.name, more_faults, time.monotonic() - begun,
                    case.said.returncode, case.said.stderr.decode()),
                    flush=True)
    print("%d calls failed, %d s: %d violations" % (
        faults, time.monotonic() - start, wrongs))
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
