# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_case.py - one command in which coverage_faults.py lets calls fail,
and what the stores of such commands are made of.
"""
import fcntl
import hashlib
import os
import pty
import shutil
import sqlite3
import subprocess
import threading

from hook import HOOK, REPORT, clean_env
from mailboxes import write
from programs import SAMPLE

LIMIT = 20


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


def deliver(store, *mails, spooled=False):
    """spooled: they go into the spool, and the hook says so."""
    for data in mails:
        done = Case("set-up", store, data=data).run(store)
        if done is None or done.returncode != 0 or \
                done.stderr and not spooled:
            raise SystemExit("FAULT: setting up: %r" % (done,))


def sample():
    return [read(os.path.join(SAMPLE, name))
            for name in sorted(os.listdir(SAMPLE)) if name.endswith(".eml")]


def garbage(store):
    for end in ("-wal", "-shm"):
        if os.path.exists(store.path + end):
            os.unlink(store.path + end)
    write(store.path, b"this was a database\n" * 200)
