# SPDX-License-Identifier: GPL-2.0-or-later
"""storm.py [ROUNDS] - many deliveries at a time, and what disturbs them.

rounds    three at a time, each killed at random or not; 150 rounds, with
          KD_LONG=1 1,000
at once   200 deliveries at the same moment
reader    a report that reads for 3 seconds, and 20 deliveries meanwhile
writer    one that takes the store for a quarter of a second again and
          again, and 20 deliveries meanwhile
procmail  200 through procmail and its deferring recipe, with 30 % of the
          hooks killed, and what is deferred offered again

Nothing acknowledged may be missing, nothing may be there twice, and none
may take longer than the hook's deadline.
"""
import concurrent.futures
import fcntl
import os
import random
import re
import shutil
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402
from hook import (BIN, HOOK, LONG, Store, clean_env, damage,  # noqa: E402
                  has_bytes, mail, message_id, skip, work_dir)

HOOK_DEADLINE = 9  # the default, in seconds
SOURCE = os.environ.get("KD_SOURCE", "")


def new_store(work, name):
    store = Store(os.path.join(work, name)).make()
    with open(store.conf, "w", encoding="ascii") as file:
        file.write("mda: { deadline = %d; };\n" % HOOK_DEADLINE)
    return store


def settle(store):
    """What went to the spool goes on to the store."""
    left = len(store.spooled())
    for _ in range(100):
        if not store.spooled():
            break
        subprocess.run(store.command("--drain"), check=False,
                       env=clean_env(store.folder),
                       stdin=subprocess.DEVNULL, capture_output=True)
    return left


def check(what, store, names, twice=True):
    """Each of names is there with its bytes, and exactly once."""
    wrong = damage(store)
    if wrong:
        fault("%s: %s" % (what, wrong))
        return
    base = store.database()
    found = {}
    for key, arrivals, variants in base.execute(
            "SELECT m.message_id, (SELECT count(*) FROM arrival a"
            " WHERE a.message = m.id), count(v.id) FROM message m"
            " JOIN variant v ON v.message = m.id GROUP BY m.id"):
        found[key] = (arrivals, variants)
    raws = {}
    for key, *raw in base.execute(
            "SELECT m.message_id, r.codec, r.size, r.data FROM message m"
            " JOIN variant v ON v.message = m.id"
            " JOIN raw r ON r.variant = v.id"):
        raws.setdefault(key, []).append(tuple(raw))
    base.close()
    for name in names:
        key = message_id(name)
        if key not in found:
            fault("%s: LOST: %s was acknowledged" % (what, name))
        elif twice and found[key][0] != 1:
            fault("%s: %s arrived %d times" % (what, name, found[key][0]))
        elif not has_bytes(store, name, mail(name), raws[key]):
            fault("%s: %s has other bytes" % (what, name))


class Delivery:
    """One that waits for its mail until it is sent."""

    def __init__(self, store, name):
        self.name = name
        self.status = None
        self.err = b""
        self.seconds = 0.0
        self.proc = subprocess.Popen(
            store.command(), stdin=subprocess.PIPE, stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL, env=clean_env(store.folder))

    def send(self, kill_after=None):
        start = time.monotonic()
        killer = None
        if kill_after is not None:
            killer = threading.Timer(kill_after, self.proc.kill)
            killer.start()
        try:
            _, self.err = self.proc.communicate(mail(self.name), timeout=60)
        except subprocess.TimeoutExpired:
            self.proc.kill()
            fault("%s hangs" % self.name)
            self.proc.communicate()
        if killer is not None:
            killer.cancel()
        self.seconds = time.monotonic() - start
        self.status = self.proc.returncode
        return self


def accept(what, deliveries, killed=False):
    """The names that were acknowledged; the rest must have been killed."""
    slow = max(one.seconds for one in deliveries)
    if slow > HOOK_DEADLINE:
        fault("%s: one took %.1f s" % (what, slow))
    for one in deliveries:
        if one.status != 0 and not (killed and one.status == -9):
            fault("%s: %s: exit %s: %s" % (what, one.name, one.status,
                                           one.err))
    return [one.name for one in deliveries if one.status == 0], slow


def rounds(work, n, dice):
    store = new_store(work, "rounds")
    done = []
    with concurrent.futures.ThreadPoolExecutor(3) as pool:
        for number in range(n):
            three = [Delivery(store, "r%d-%d" % (number, i))
                     for i in range(3)]
            # some 30 ms for three of them on an idle machine
            kills = [dice.uniform(0, 0.04) if dice.random() < 0.6 else None
                     for _ in three]
            done += pool.map(Delivery.send, three, kills)
    acked, slow = accept("rounds", done, True)
    lost = [one for one in done if one.status != 0]
    settle(store)
    check("rounds", store, acked)
    for one in lost:  # and all that was not acknowledged, once more
        if Delivery(store, one.name).send().status != 0:
            fault("rounds: %s: refused the second time" % one.name)
    settle(store)
    check("rounds, all", store, [one.name for one in done])
    print("rounds: %d of %d deliveries killed in %d rounds, slowest %.2f s" %
          (len(lost), len(done), n, slow))


def at_once(work):
    store = new_store(work, "at-once")
    all_of_them = [Delivery(store, "a%d" % i) for i in range(200)]
    with concurrent.futures.ThreadPoolExecutor(200) as pool:
        done = list(pool.map(Delivery.send, all_of_them))
    acked, slow = accept("at once", done)
    spooled = settle(store)
    check("at once", store, acked)
    print("at once: %d stored (%d of them by way of the spool), "
          "slowest %.2f s" % (len(acked), spooled, slow))


def twenty(what, store, workers):
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        done = list(pool.map(
            lambda i: Delivery(store, "%s%d" % (what, i)).send(), range(20)))
    acked, slow = accept(what, done)
    settle(store)
    check(what, store, acked)
    print("%s: 20 deliveries meanwhile, slowest %.2f s" % (what, slow))


def reader(work):
    store = new_store(work, "reader")
    Delivery(store, "reader").send()
    base = store.database()
    base.execute("BEGIN")
    base.execute("SELECT count(*) FROM raw").fetchall()
    start = time.monotonic()
    twenty("reader", store, 4)
    time.sleep(max(0.0, start + 3 - time.monotonic()))
    base.execute("COMMIT")
    base.close()
    twenty("behind-reader", store, 4)


def writer(work):
    store = new_store(work, "writer")
    Delivery(store, "writer").send()
    end = threading.Event()

    def take():
        lock = os.open(store.path + "-lock", os.O_RDWR)
        while not end.is_set():
            fcntl.flock(lock, fcntl.LOCK_EX)
            time.sleep(0.25)
            fcntl.flock(lock, fcntl.LOCK_UN)
        os.close(lock)

    thread = threading.Thread(target=take)
    thread.start()
    try:
        twenty("writer", store, 4)
    finally:
        end.set()
        thread.join()


# --- Through procmail -------------------------------------------------

# It is the hook that is killed, and not what stands for it here.
KILLED_HOOK = """#!/bin/sh
n=$(od -An -N2 -tu2 /dev/urandom)
if [ $((n %% 10)) -lt 3 ]; then
    (sleep 0.0$((n %% 30 + 10)); kill -9 $$) </dev/null >/dev/null 2>&1 &
fi
exec %s
"""


def recipe(store, path):
    """The shipped one, with this test's hook for the installed one."""
    with open(os.path.join(SOURCE, "conf", "procmailrc-defer.sample"),
              encoding="ascii") as file:
        text = file.read()
    hook = os.path.join(store.folder, "hook")
    with open(hook, "w", encoding="ascii") as file:
        file.write(KILLED_HOOK % " ".join(store.command()))
    os.chmod(hook, 0o700)
    text, changed = re.subn(r"/usr/local/bin/kvmdigest-mda", hook, text)
    if changed < 1:
        fault("procmail: the recipe runs no hook")
    with open(path, "w", encoding="ascii") as file:
        file.write("MAILDIR=%s\nDEFAULT=%s/inbox/\nLOGFILE=%s/log\n%s" % (
            store.folder, store.folder, store.folder, text))
    os.chmod(path, 0o600)


def procmail(work):
    if shutil.which("procmail") is None:
        skip("there is no procmail here")
    store = new_store(work, "procmail")
    path = os.path.join(store.folder, "rc")
    os.mkdir(os.path.join(store.folder, "inbox"))
    recipe(store, path)

    def offer(name):
        return subprocess.run(
            ["procmail", path], input=mail(name), cwd=store.folder,
            env=clean_env(store.folder), capture_output=True,
            check=False).returncode

    names = ["p%d" % i for i in range(200)]
    left, runs, times = list(names), 0, 0
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        while left and times < 40:
            codes = list(pool.map(offer, left))
            runs += len(left)
            times += 1
            for name, code in zip(left, codes):
                if code not in (0, 75):
                    fault("procmail: %s: exit %d" % (name, code))
            left = [name for name, code in zip(left, codes) if code != 0]
    if left:
        fault("procmail: %d were never taken" % len(left))
    settle(store)
    check("procmail", store, names)
    inbox = []
    for folder, _, files in os.walk(os.path.join(store.folder, "inbox")):
        for file in files:
            with open(os.path.join(folder, file), "rb") as one:
                inbox += re.findall(rb"^Message-ID: <fault-(.*)@", one.read(),
                                    re.MULTILINE)
    if sorted(inbox) != sorted(name.encode() for name in names):
        fault("procmail: %d mails in the inbox, %d different ones" %
              (len(inbox), len(set(inbox))))
    print("procmail: %d runs, %d times around; inbox %d" %
          (runs, times, len(inbox)))


def main():
    n = int(sys.argv[1]) if len(sys.argv) > 1 else 1000 if LONG else 150
    if not BIN or not os.access(HOOK, os.X_OK):
        skip("KD_BIN says not where the programs are")
    start = time.monotonic()
    with work_dir() as work:
        dice = random.Random(int(os.environ.get("KD_SEED", "5")))
        for part in (lambda work: rounds(work, n, dice), at_once, reader,
                     writer, procmail):
            begun = time.monotonic()
            part(work)
            print("    %.0f s" % (time.monotonic() - begun), flush=True)
    print("%d s" % (time.monotonic() - start), flush=True)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
