# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_faults.py [-v] [NAME...] - every place of our code that calls what
can fail, and the call fails; for the programs of a coverage build, where
coverage_calls.c stands in front of those calls (KD_FAULT_*, see coverage.c).

A first run lists by which ways a command (coverage_cases.py) comes to such
calls.  One of them is made to fail where it is called from a place that was
not seen to fail before, in each of its manners; or where a function on the
way to it was called from such a place, so that everybody has once been told
of a failure below.  The promises are those of ../fault, as far as one run
can tell: a delivery that ends with 0 has kept the bytes, a report that ends
with 0 has said what it says else, what was kept stays, and whatever is wrong
is said in lines with the program's name.
"""
import concurrent.futures
import errno
import os
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..", "fault"),
                os.path.join(HERE, "..", "support")]
import coverage_cases  # noqa: E402
from hook import HOOK, REPORT, damage, in_store, work_dir  # noqa: E402

WORKERS = 3  # some of the faults make a run wait
TWICE = 2    # ways through one place: what fails first may be endured
SQLITE = {"IOERR": 10, "BUSY": 5, "NOMEM": 7, "CORRUPT": 11, "FULL": 13,
          "CANTOPEN": 14, "TOOBIG": 18, "PERM": 3, "MISUSE": 21,
          "READONLY": 8}
# Without an error: less than it was told, or a lie (see coverage_tales.c).
SOME = ("read", "pread", "write", "pwrite", "recv", "send")
LIES = ("fstat", "fstatat", "stat", "lstat", "fstatfs", "fstatvfs",
        "getpwuid")
LESS = SOME + ("fstatat", "openat")  # who knows what there was
WAIT = ("poll", "flock", "waitpid")
NAMES = ("open", "openat", "stat", "lstat", "fstatat", "opendir", "getpwuid",
         "fsync", "linkat", "mkdir", "mkdirat", "renameat", "renameat2")
EXITS = {0} | set(range(64, 79))


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
    if name in ("write", "pwrite", "fsync", "renameat2"):
        words += ["ENOSPC", "EINVAL"]
    if name in WAIT:
        words += ["EINTR"]
    if name == "posix_spawnp":
        words += ["ENOENT"]
    if name in NAMES:
        words += ["ENOENT", "EEXIST", "EACCES"]
    return [(word, {"KD_FAULT_ERRNO":
                    "0" if word == "0" else str(getattr(errno, word))})
            for word in words]


class Known:
    """What has failed in any command till now, by program."""

    def __init__(self):
        self.places = {}
        self.kinds = set()

    def take(self, program, site, callers):
        """Is anything new in this way to a call?  Then it is taken."""
        keys = [(program, place) for place in (site, *callers)]
        new = self.places.get(keys[0], 0) == 0 or any(
            self.places.get(key, 0) < TWICE for key in keys[1:])
        if new:
            for key in keys:
                self.places[key] = self.places.get(key, 0) + 1
        return new

    def kinds_for(self, program, name, site):
        """In full once from each place; then in one manner."""
        kinds = kinds_of(name)
        if (program, site) in self.kinds and name != "fstatfs":
            return kinds[:1]
        self.kinds.add((program, site))
        return kinds


def calls_of(case, work):
    """By what ways it comes to which calls: lists of a name, the place, the
    number of the call from there, and those who called."""
    store = case.start.copy_to(os.path.join(work, "list"))
    log = os.path.join(work, "calls")
    where = {"KD_FAULT_IN": "child"} if case.in_child else {}
    case.said = case.run(store, KD_FAULT_LIST=log, **where)
    if case.said is None or case.said.returncode not in EXITS:
        raise SystemExit("FAULT: %s, listing: %r" % (case.name, case.said))
    case.learn(store)
    store.remove()
    with open(log, "rb") as file:
        used = int.from_bytes(file.read(8), sys.byteorder)
        text = file.read(used).decode("ascii")
    os.unlink(log)
    return [line.split() for line in text.splitlines()]


def faults_of(case, work, known):
    """Those of a command: pairs of what fails and its environment."""
    found = []
    where = {"KD_FAULT_IN": "child"} if case.in_child else {}
    for name, site, at, *callers in calls_of(case, work):
        if name in case.spared or (case.only and name not in case.only):
            continue
        if name == "sqlite3_prepare_v3":
            callers = ()  # they have failed by way of kd_stmt_open
        if not known.take(case.program, name + site, callers):
            continue
        env = dict(where, KD_FAULT_NAME=name, KD_FAULT_SITE=site,
                   KD_FAULT_AT=at)
        what = "%s from %s, %s" % (name, site, at)
        kinds = list(known.kinds_for(case.program, name, site))
        if name == "sqlite3_step":
            kinds += [kind for kind in kinds_of(name)
                      if kind[0] in case.steps and kind not in kinds]
        for word, kind in kinds:
            if word in ("0", "ENOENT") and not case.short and name in LESS:
                continue
            found.append(("%s, %s" % (what, word), dict(env, **kind)))
        for word, kind in kinds:
            if word in case.stays or (case.stays and word == "IOERR"):
                found.append(("%s, %s and on" % (what, word),
                              dict(env, KD_FAULT_ON="2" if case.only else
                                   "1", **kind)))
    return found


# --- Promises ------------------------------------------------------------

def kept(store, name, data):
    if store.in_spool(data):
        return True
    try:
        return in_store(store, name, data) or \
            store.raw(name, variant=2) == data
    except sqlite3.Error:
        return False


def wrong_words(case, done):
    """What is wrong with how a run ended, or None."""
    name = os.path.basename(case.program)
    lines = done.stderr.decode("utf-8", "replace").splitlines()
    delivery = case.program == HOOK and case.data and not case.argv
    if done.returncode not in ({0, 75} if delivery else EXITS):
        return "exit %d: %s" % (done.returncode, lines)
    if case.tells:
        lines = lines[-1:] if done.returncode else []
    if any(not line.startswith(name + ": ") for line in lines):
        return "on standard error: %r" % lines
    if done.returncode != 0 and not lines and not case.speechless and \
            "--check" not in case.argv:
        return "exit %d, and not a word" % done.returncode
    return None


def wrong_end(case, store, done):
    if done is None:
        return "hangs"
    wrong = wrong_words(case, done)
    if wrong:
        return wrong
    if case.sent and done.returncode == 0 and \
            not kept(store, case.sent, case.data):
        return "LOST: acknowledged, and not there"
    if case.program == REPORT and done.returncode == 0 and \
            case.said.returncode == 0 and \
            done.stdout != case.said.stdout and \
            not (case.partly and done.stderr) and not case.hints:
        return "exit 0, and other words than else"
    if case.writes and case.sound:
        wrong = damage(store)
        if wrong:
            return wrong
    return case.wrong_store(store, done)


def run_case(case, work, known):
    """How many faults, and how many broke a promise."""
    faults = faults_of(case, work, known)
    shared = None if case.writes else case.start.copy_to(
        os.path.join(work, "shared"))

    def one(numbered):
        number, (_, env) = numbered
        store = shared or case.start.copy_to(
            os.path.join(work, "run-%d" % number))
        wrong = wrong_end(case, store, case.run(store, **env))
        if not shared:
            store.remove()
        return wrong

    wrongs = 0
    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for (what, _), wrong in zip(faults, pool.map(one,
                                                     enumerate(faults))):
            if wrong:
                wrongs += 1
                print("FAULT: %s, %s: %s" % (case.name, what, wrong),
                      flush=True)
    if shared:
        shared.remove()
    return len(faults), wrongs


def main():
    verbose = sys.argv[1:2] == ["-v"]
    names = sys.argv[2 if verbose else 1:]
    start = time.monotonic()
    faults = wrongs = 0
    known = Known()
    with work_dir() as work:
        for case in coverage_cases.cases(work):
            if names and not any(case.name.startswith(n) for n in names):
                continue
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
