# SPDX-License-Identifier: GPL-2.0-or-later
"""hook.py - what the fault tests share: mail, runs of the hook, and the
promises that have to hold whatever was done to a run (see promises())."""
import contextlib
import hashlib
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time

BIN = os.environ.get("KD_BIN", "")
HOOK = os.path.join(BIN, "kvmdigest-mda")
REPORT = os.path.join(BIN, "kvmdigest-report")
LONG = os.environ.get("KD_LONG") == "1"
DEADLINE = 4  # the shortest that the configuration takes
SPARE = 4     # seconds that a loaded machine may add
CODEC_FILE = 2  # KD_CODEC_FILE: the bytes are in a file of their own
CONF = "mda: { deadline = %d; max_message = 65536; };\n" % DEADLINE


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def clean_env(home, **more):
    env = {"PATH": "/usr/bin:/bin", "HOME": home, "LC_ALL": "C.UTF-8"}
    env.update(more)
    return env


def work_dir():
    """A directory for all of a test: in memory where there is one, for a
    kill leaves what was written whether it has reached a disk or not."""
    where = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None
    return tempfile.TemporaryDirectory(prefix="kd-fault.", dir=where)


def mail(name, size=0):
    """One patch mail of the list; name makes it another one."""
    return ("From: Patch Author %(n)s <author-%(n)s@example.org>\n"
            "To: kvm@vger.kernel.org\n"
            "Subject: [PATCH] kvm: change number %(n)s\n"
            "Date: Mon, 10 Nov 2025 17:16:44 +0000\n"
            "Message-ID: <fault-%(n)s@example.org>\n"
            "In-Reply-To: <cover-%(n)s@example.org>\n"
            "List-Id: <kvm.vger.kernel.org>\n"
            "\n"
            "Change number %(n)s.\n"
            "\n"
            "Signed-off-by: Patch Author %(n)s <author-%(n)s@example.org>\n"
            "---\n"
            " virt/kvm.c | 2 +-\n"
            " 1 file changed, 1 insertion(+), 1 deletion(-)\n"
            "\n%(fill)s" % {"n": name, "fill": "a line of it\n" *
                            (size // 13)}).encode()


def message_id(name):
    return "fault-%s@example.org" % name


class Result:
    """How a run ended: status is an exit code, or -SIGNAL."""

    def __init__(self, status, err, seconds):
        self.status = status
        self.err = err
        self.seconds = seconds


class Store:
    """A store in a directory of its own, and the hook for it."""
    hook = HOOK

    def __init__(self, folder):
        self.folder = folder
        self.path = os.path.join(folder, "store", "kvm.db")
        self.conf = os.path.join(folder, "conf")
        self.base = None

    def make(self):
        os.makedirs(self.folder)
        os.mkdir(os.path.join(self.folder, "store"), 0o700)
        with open(self.conf, "w", encoding="ascii") as file:
            file.write(CONF)
        os.chmod(self.conf, 0o600)
        return self

    def copy_to(self, folder):
        shutil.copytree(self.folder, folder)
        return Store(folder)

    def remove(self):
        shutil.rmtree(self.folder, ignore_errors=True)

    def command(self, *more):
        return [self.hook, "-c", self.conf, "-d", self.path, *more]

    def run(self, data, before=(), env=None, more=(),
            limit=DEADLINE + SPARE):
        """One delivery, or with more arguments what these ask for; before
        is a command that runs it.  Whatever hangs is killed, and its status
        is None."""
        start = time.monotonic()
        proc = subprocess.Popen(
            [*before, *self.command(*more)], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
            env=env or clean_env(self.folder), start_new_session=True)
        return finish(proc, data, start, limit)

    def spooled(self, parts=("new", "bad")):
        """The files of the spool, as a list of their bytes."""
        found = []
        for part in parts:
            folder = os.path.join(self.path + "-spool", part)
            if os.path.isdir(folder):
                for name in sorted(os.listdir(folder)):
                    with open(os.path.join(folder, name), "rb") as file:
                        found.append(file.read())
        return found

    def in_spool(self, data):
        """A large one lies beside the store already: its header block is
        what waits."""
        for whole in self.spooled():
            body = whole.partition(b"\n")[2]
            if body == data or (
                    body and data.startswith(body) and self.is_large(data)):
                return True
        return False

    def is_large(self, data):
        name = hashlib.sha256(data).hexdigest()
        for folder, _, files in os.walk(self.path + "-large"):
            for file in files:
                if file.startswith(name):
                    with open(os.path.join(folder, file), "rb") as one:
                        return one.read() == data
        return False

    def database(self):
        return sqlite3.connect(self.path, isolation_level=None)

    @contextlib.contextmanager
    def asked(self):
        """A connection, which whoever asks inside of it shares: to read the
        schema takes longer than an answer."""
        if self.base is not None:
            yield self.base
            return
        self.base = self.database()
        try:
            yield self.base
        finally:
            self.base.close()
            self.base = None

    def raw(self, name, variant=1):
        """The exact bytes as the report shows them, or None."""
        done = subprocess.run(
            [REPORT, "-c", self.conf, "-d", self.path, "show", "--raw",
             "--variant=%d" % variant, "<%s>" % message_id(name)], env=clean_env(self.folder),
            stdin=subprocess.DEVNULL, capture_output=True, check=False)
        return done.stdout if done.returncode == 0 else None


def finish(proc, data, start, limit=DEADLINE + SPARE):
    try:
        out, err = proc.communicate(data, timeout=limit)
        status = proc.returncode
    except subprocess.TimeoutExpired:
        os.killpg(proc.pid, signal.SIGKILL)
        out, err = proc.communicate()
        status = None
    except BrokenPipeError:
        out, err = b"", b""
        status = proc.wait()
    if out:
        err = b"on standard output: " + out + err
    return Result(status, err.decode("utf-8", "replace"),
                  time.monotonic() - start)


def wrong_end(result, loader=False):
    """What is wrong with how a run ended, or None.  Before main() begins it
    is the dynamic loader that speaks and exits, with 127."""
    if result.status is None:
        return "hangs"
    if result.status not in (0, 75) and result.status >= 0 and not (
            loader and result.status == 127):
        return "exit %d: %s" % (result.status, result.err)
    lines = result.err.splitlines()
    if not loader and (len(lines) > 1 or any(
            not line.startswith("kvmdigest-mda: ") for line in lines)):
        return "standard error: %r" % result.err
    return None


def damage(store):
    """What is wrong with the database, or None; it may not be there."""
    if not os.path.exists(store.path):
        return None
    try:
        with store.asked() as base:
            found = base.execute("PRAGMA integrity_check").fetchall()
            if found != [("ok",)]:
                return "integrity_check: %r" % (found,)
            found = base.execute("PRAGMA foreign_key_check").fetchall()
            if found:
                return "foreign_key_check: %r" % (found,)
    except sqlite3.Error as error:
        return "the database: %s" % error
    return None


PACKED = {}  # what a row of table raw was once seen to give: see has_bytes()


def rows(store, name):
    """Arrivals, variants, and the raw rows of a message with the status of
    their parsing."""
    with store.asked() as base:
        found = base.execute(
            "SELECT m.id, (SELECT count(*) FROM arrival a"
            "              WHERE a.message = m.id),"
            " (SELECT count(*) FROM variant v WHERE v.message = m.id)"
            " FROM message m WHERE message_id = ?",
            (message_id(name),)).fetchone()
        if found is None:
            return 0, 0, []
        raws = base.execute(
            "SELECT r.codec, r.size, r.data, v.status FROM raw r"
            " JOIN variant v ON r.variant = v.id WHERE v.message = ?"
            " ORDER BY v.id", (found[0],)).fetchall()
        return found[1], found[2], raws


def has_bytes(store, name, data, raws):
    """Are these rows the exact bytes?  The report is asked; but not again
    about a packed row that it has unpacked to these bytes before."""
    good = PACKED.setdefault((name, data), set())
    if not raws:
        return False
    if all(raw[:3] in good for raw in raws):
        return True
    if store.raw(name) != data:
        return False
    if len(raws) == 1 and raws[0][0] != CODEC_FILE:
        good.add(raws[0][:3])
    return True


def in_store(store, name, data):
    """On a copy of the store: for whoever reads may mend."""
    if not os.path.exists(store.path):
        return False
    return has_bytes(store, name, data, rows(store, name)[2])


def again(store, mails, mend=None):
    """Offer the first of mails again, undisturbed: then each of them is
    there exactly once, as it was, and nothing waits in the spool."""
    name, data = mails[0]
    if mend:
        mend(store)
    result = store.run(data)
    if result.status != 0:
        return "offered again: exit %s: %s" % (result.status, result.err)
    if store.spooled(("new",)):
        return "offered again: the spool is not empty"
    if any(store.in_spool(data) for name, data in mails):
        return "offered again: a good mail was put aside"
    with store.asked():
        wrong = damage(store) or once(store, mails)
    return "offered again: " + wrong if wrong else None


def once(store, mails):
    """What is wrong with any of mails in the store, or None."""
    for name, data in mails:
        arrivals, variants, raws = rows(store, name)
        if arrivals != 1 or variants != 1 or len(raws) != 1:
            return "%s arrived %d times in %d variants" % (name, arrivals,
                                                           variants)
        if not has_bytes(store, name, data, raws):
            return "%s has other bytes" % name
    return None


def promises(store, result, mails, known=(), mend=None, loader=False):
    """All of them, after a faulted delivery of the first of mails; known
    are those that had been acknowledged before.  None, or what is broken.
    Where mend is given, the database is none, and only the spool counts."""
    acknowledged = list(known) if not mend else []
    if result.status == 0:
        acknowledged.insert(0, mails[0])
    wrong = wrong_end(result, loader)
    if wrong:
        return wrong
    copy = store.copy_to(store.folder + ".look")
    try:
        wrong = lost(copy, acknowledged, mend)
    finally:
        copy.remove()
    return wrong or again(store, mails, mend)


def lost(store, acknowledged, mend):
    """What is wrong with the store as it was left, or None."""
    with contextlib.ExitStack() as stack:
        if not mend and os.path.exists(store.path):
            stack.enter_context(store.asked())
            wrong = damage(store)
            if wrong:
                return wrong
        for name, data in acknowledged:
            if not store.in_spool(data) and \
                    (mend or not in_store(store, name, data)):
                return "LOST: %s was acknowledged and is not there" % name
    return None
