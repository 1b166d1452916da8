# SPDX-License-Identifier: GPL-2.0-or-later
"""cells.py - a real delivery agent, the shipped recipe, and one fault.

What all of the agents have in common: a store with a message in it, the
hook in the state that the cell is named after, and the count of where the
message is afterwards.  It knows no agent.
"""
import base64
import concurrent.futures
import fcntl
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

SOURCE = os.environ["KD_SOURCE"]
BIN = os.environ["KD_BIN"]
PATH_OF_HOOK = "/usr/local/bin/kvmdigest-mda"
NAMES = ("well", "killed", "hanging", "locked", "full", "read-only",
         "corrupt", "configuration", "missing", "big", "hostile")
# The hook has nothing to complain of in these: the message must be kept.
GOOD = ("well", "big", "hostile")
# Here it never gets as far as to keep anything.
BAD = ("killed", "hanging", "configuration", "missing")
PATIENCE = 120  # seconds for an agent: more than any time limit in a cell

ROOT = os.geteuid() == 0
# A root that runs tests lends an agent the user with the fewest rights.
UID = GID = 65534


class Skip(Exception):
    """This cell cannot be made here."""


def need(*programs):
    os.environ["PATH"] += ":/usr/sbin:/usr/lib/dovecot:/usr/local/sbin"
    for program in programs:
        if shutil.which(program) is None:
            print(f"skipped: there is no {program} here")
            sys.exit(77)


def private_mounts():
    """What is mounted goes away with the test, however it ends."""
    if ROOT and "KD_AGENTS_UNSHARED" not in os.environ:
        os.environ["KD_AGENTS_UNSHARED"] = "1"
        probe = subprocess.run(["unshare", "-m", "true"], check=False,
                               stderr=subprocess.DEVNULL)
        if probe.returncode == 0:
            os.execvp("unshare", ["unshare", "-m", "--propagation", "private",
                                  sys.executable, *sys.argv])


def run(argv, stdin=b"", env=None, as_root=False, **more):
    """(exit code, output); a death by signal is a negative code."""
    who = {}
    if ROOT and not as_root:
        who = {"user": UID, "group": GID, "extra_groups": []}
    done = subprocess.run(argv, input=stdin, env=env, check=False, timeout=PATIENCE,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          **who, **more)
    return done.returncode, done.stdout.decode("utf-8", "replace")


def mail(name, end):
    sender = "Patch Author 3 <author3@example.org>"
    body = b"Body of the message.\n"
    if name == "hostile":  # a stack overflow in GMime
        sender = "a:" * 45000 + "x@example.org" + ";" * 45000
    elif name == "big":
        body = (b"a long line " * 80 + b"\n") * 21900  # 20 MiB and more
    elif name == "full":  # more than a half-used page can take
        body = base64.encodebytes(os.urandom(150000))
    head = (f"From: {sender}\nTo: kvm@vger.kernel.org\n"
            f"Subject: [PATCH] kvm: the cell {name}\n"
            "Date: Mon, 10 Nov 2025 17:16:44 +0000\n"
            f"Message-ID: <{end}@example.org>\n"
            "List-Id: <kvm.vger.kernel.org>\n\n")
    return head.encode() + body + f"The end: {end}.\n".encode()


class Cell:
    """One fault in a directory of its own."""

    def __init__(self, top, name, tag=""):
        self.name = name
        self.id = f"{name}{tag}"
        self.dir = os.path.join(top, self.id)
        self.mail = mail(name, self.id)
        self.store = f"{self.dir}/store/kvm.db"
        self.hook = f"{self.dir}/bin/kvmdigest-mda"
        self.real = f"{top}/kvmdigest-mda"
        self.conf = f"{self.dir}/etc/kvmdigest/kvmdigest.conf"
        self.lock = None
        for part in ("", "/bin", "/etc", "/etc/kvmdigest", "/store", "/home"):
            self.mkdir(self.dir + part)
        self.write(self.conf, "mda: { deadline = %d; };\n"
                   % (4 if name == "locked" else 9))
        self.install("exec " + self.real)

    def own(self, path):
        if ROOT:
            os.chown(path, UID, GID)

    def mkdir(self, path):
        os.makedirs(path, 0o700, exist_ok=True)
        self.own(path)

    def write(self, path, text, mode=0o600):
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        self.own(path)
        return path

    def install(self, last):
        """Put a hook where the recipe looks for it."""
        self.write(self.hook + ".new",
                   f"#!/bin/sh\nHOME={self.dir}/home\n"
                   f"XDG_CONFIG_HOME={self.dir}/etc\n"
                   f"export HOME XDG_CONFIG_HOME\nset -- -d {self.store}\n"
                   + (f'{last} "$@"\n' if last.startswith("exec /") else
                      last + "\n"), 0o700)
        os.rename(self.hook + ".new", self.hook)

    def recipe(self, name, *times, **also):
        """A file of conf/ with this cell's paths.  Its times are made
        shorter where the hook hangs: (pattern, replacement) each."""
        with open(f"{SOURCE}/conf/{name}.sample", encoding="utf-8") as file:
            text = file.read()
        if PATH_OF_HOOK not in text and not also:
            raise AssertionError(f"{name}: nothing there runs the hook")
        text = text.replace(PATH_OF_HOOK, self.hook)
        for old, new in also.items():
            text = text.replace(old, new)
        for old, new in times if self.name == "hanging" else ():
            text, count = re.subn(old, new, text, flags=re.MULTILINE)
            if count == 0:
                raise AssertionError(f"{name}: no time {old}")
        return text

    # --- faults ---------------------------------------------------------

    def files(self):
        return [self.store + end for end in ("", "-wal", "-shm")
                if os.path.exists(self.store + end)]

    def fill(self):
        with open(f"{self.dir}/store/filler", "wb", buffering=0) as file:
            for size in (65536, 4096):
                try:
                    while file.write(b"x" * size) == size:
                        pass
                except OSError:
                    pass

    def begin(self):
        """A store with one message in it, then the fault."""
        if self.name == "full":
            if not ROOT:
                raise Skip("full: only root can mount a small file system")
            options = f"size=4m,uid={UID},gid={GID},mode=0700"
            code, said = run(["mount", "-t", "tmpfs", "-o", options, "tmpfs",
                              f"{self.dir}/store"], as_root=True)
            if code != 0:
                raise Skip(f"full: {said.strip()}")
        code, said = run([self.hook], mail("first", "first"))
        if code != 0:
            raise AssertionError(f"no first message: {said}")
        if self.name == "killed":
            self.install("kill -KILL $$")
        elif self.name == "hanging":
            self.install("exec sleep 300")
        elif self.name == "locked":
            self.lock = open(self.store + "-lock", "rb+")
            fcntl.flock(self.lock, fcntl.LOCK_EX)
        elif self.name == "full":
            self.fill()
        elif self.name == "read-only":
            os.chmod(f"{self.dir}/store", 0o500)
            for file in self.files():
                os.chmod(file, 0o400)
        elif self.name == "corrupt":
            self.mkdir(f"{self.dir}/safe")
            for file in self.files():
                shutil.copy2(file, f"{self.dir}/safe/")
                with open(file, "rb+") as out:
                    out.write(b"This is no database. " * 1000)
        elif self.name == "configuration":
            self.write(self.conf, "mda: { dead line = maybe };\n")
        elif self.name == "missing":
            os.unlink(self.hook)

    def end(self):
        """The fault is mended."""
        if self.lock is not None:
            self.lock.close()
        if self.name == "full":
            os.unlink(f"{self.dir}/store/filler")
        elif self.name == "read-only":
            os.chmod(f"{self.dir}/store", 0o700)
            for file in self.files():
                os.chmod(file, 0o600)
        elif self.name == "corrupt":
            for file in self.files():
                os.unlink(file)
            for file in os.listdir(f"{self.dir}/safe"):
                shutil.copy2(f"{self.dir}/safe/{file}", f"{self.dir}/store/")
                self.own(f"{self.dir}/store/{file}")
        elif self.name == "configuration":
            self.write(self.conf, "")
        self.install("exec " + self.real)

    # --- where the message is -------------------------------------------

    def count(self, data):
        return data.count(f"The end: {self.id}.".encode())

    def kept(self):
        """In the store, or in the spool beside it."""
        _, raw = run([os.path.dirname(self.real) + "/kvmdigest-report",
                      "-d", self.store, "show", "--raw",
                      f"<{self.id}@example.org>"])
        return (self.count(raw.encode()) == 1
                or self.inside(self.store + "-spool/new") > 0)

    def inside(self, top):
        """How often it is in the files below a directory, or in a file."""
        found = 0
        paths = [top] if os.path.isfile(top) else [
            os.path.join(where, file)
            for where, _, files in os.walk(top) for file in files]
        for path in paths:
            with open(path, "rb") as file:
                found += self.count(file.read())
        return found


class Agent:
    """Subclassed: offer() gives the cell's mail to the agent once."""
    name = ""
    # May the agent say "offer it again", and does it have to when the hook
    # has not kept the message?
    defers = False
    # Is the hook all there is, so that there is no inbox?
    archive = False

    def prepare(self, cell):
        """Before the fault."""

    def offer(self, cell):
        """(exit code towards the mail system, what was said)"""
        raise NotImplementedError

    def inbox(self, cell):
        return cell.inside(f"{cell.dir}/inbox")

    def set_up(self, cell):
        """What --check has to find: a name in the home directory, or a path
        below /etc, and the file of this cell that is there."""
        raise NotImplementedError

    def approved(self, cell):
        """What --check says against the set-up as it is shipped, as lines.
        Others have an /etc, too: it is another one in a namespace of its
        own, which only root can make."""
        wanted = ["env", f"HOME={cell.dir}/home",
                  f"XDG_CONFIG_HOME={cell.dir}/etc", cell.real,
                  "-d", cell.store, "-v", "--check"]
        mounts = []
        for name, path in self.set_up(cell):
            if not name.startswith("/"):
                shutil.copy2(path, f"{cell.dir}/home/{name}")
                cell.own(f"{cell.dir}/home/{name}")
                continue
            below = f"{cell.dir}{os.path.dirname(name)}"
            os.makedirs(below, 0o755, exist_ok=True)
            shutil.copy(path, f"{cell.dir}{name}")
            os.chmod(f"{cell.dir}{name}", 0o644)
            place = "/".join(name.split("/")[:3])
            mounts.append(f"mount --bind {cell.dir}{place} {place} && ")
        if mounts:
            if not ROOT:
                raise Skip("--check: only root can mount another /etc")
            code, said = run(["unshare", "-m", "true"], as_root=True)
            if code != 0:  # in a chroot, say: as with loop devices
                print("note    --check is not asked: " + said.strip())
                return []
            wanted = ["unshare", "-m", "sh", "-c", "".join(mounts) +
                      f"exec setpriv --reuid {UID} --regid {GID} "
                      f"--clear-groups {' '.join(wanted)}"]
        code, said = run(wanted, as_root=bool(mounts), cwd=cell.dir)
        if code == 0 and "wrong: " not in said and all(
                os.path.basename(name) in said
                for name, _ in self.set_up(cell)):
            return []
        return [f"--check of what is shipped: exit {code}", said]

    def check(self, cell):
        """The faults found in this cell, as lines."""
        wrong = []
        self.prepare(cell)
        cell.begin()
        try:
            code, said = self.offer(cell)
        finally:
            cell.end()
        want = 0 if self.archive else 1
        inbox, kept = self.inbox(cell), cell.kept()
        where = f"exit {code}, {inbox} in the inbox, kept: {kept}"
        if code not in (0, 75):
            wrong.append(f"bounced: {where}")
        elif code == 75 and (not self.defers or cell.name in GOOD):
            wrong.append(f"deferred: {where}")
        elif inbox != (want if code == 0 else 0):
            wrong.append(f"lost or doubled: {where}")
        elif code == 0 and not kept and (self.defers or cell.name in GOOD):
            wrong.append(f"not kept: {where}")
        elif kept and cell.name in BAD:
            wrong.append(f"this was no fault: {where}")
        if code == 75 and not wrong:  # the mail system tries again
            code, more = self.offer(cell)
            said += more
            inbox, kept = self.inbox(cell), cell.kept()
            where = f"again: exit {code}, {inbox} in the inbox, kept: {kept}"
            if code != 0 or inbox != want or not kept:
                wrong.append(where)
        if kept and not wrong:  # a later one may empty the spool
            code, more = run([cell.hook], mail("later", "later"))
            said += more
            if code != 0 or not cell.kept():
                wrong.append(f"not kept after a later one: exit {code}")
        if cell.name == "well" and not wrong:
            return self.approved(cell)
        if wrong:
            wrong.append(said.strip()[-2000:])
        return wrong


def one(agent, top, name):
    begun = time.monotonic()
    try:
        cell = Cell(top, name, "-" + agent.name)
        faults = agent.check(cell)
    except Skip as skip:
        return "skipped", [str(skip)], time.monotonic() - begun
    except (OSError, AssertionError, subprocess.SubprocessError) as error:
        faults = [f"{type(error).__name__}: {error}"]
    return ("FAULT" if faults else "ok"), faults, time.monotonic() - begun


def main(*agents, serve=None):
    """All cells of all agents, some at a time, for most of them wait.
    serve starts what they need for that long, and gives its process."""
    os.umask(0o022)
    top = tempfile.mkdtemp(prefix="kd-agents-")
    states = []
    said = threading.Lock()
    server = None
    slow = ("big", "hanging", "locked")  # these begin first
    only = sorted(sys.argv[1:] or NAMES, key=slow.__contains__, reverse=True)

    def job(agent, name):
        state, lines, seconds = one(agent, top, name)
        with said:
            states.append(state)
            print(f"{state:8}{agent.name} {name} {seconds:.1f} s", flush=True)
            for line in lines:
                print(f"    {line}", flush=True)

    try:
        os.chmod(top, 0o755)
        for program in ("kvmdigest-mda", "kvmdigest-report"):
            shutil.copy2(f"{BIN}/{program}", top)
            os.chmod(f"{top}/{program}", 0o755)
        if serve is not None:
            server = serve(top)
        with concurrent.futures.ThreadPoolExecutor(4) as pool:
            jobs = [pool.submit(job, agent, name)
                    for name in only for agent in agents]
            for done in jobs:
                done.result()
    finally:
        if server is not None:
            server.terminate()
            server.wait(PATIENCE)
        subprocess.run(f"umount {top}/*/store", shell=True, check=False,
                       stderr=subprocess.DEVNULL)
        if "KD_AGENTS_KEEP" not in os.environ:
            shutil.rmtree(top, ignore_errors=True)
    if "FAULT" in states:
        sys.exit(1)
    if "skipped" in states:
        print(f"skipped: {states.count('skipped')} of {len(states)} cells")
        sys.exit(77)
