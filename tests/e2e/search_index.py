# SPDX-License-Identifier: GPL-2.0-or-later
"""search_index.py - the index of a search: made by two at once, killed while
it is made, damaged, in a place that cannot be written.  The same is found in
each case.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import BIN  # noqa: E402
from search_place import Place, letter  # noqa: E402
from verdict import fault, verdict  # noqa: E402

MANY = 1000
KILLS = 6


def many(place):
    """A store that takes a while to index."""
    rng = random.Random(6)
    names = ["alpha", "beta", "gamma", "delta"]
    with open(place.home + "/mbox", "wb") as out:
        for i in range(MANY):
            words = " ".join("%s%d" % (rng.choice(names), rng.randrange(500))
                             for _ in range(150))
            out.write(b"From a@example.org Mon Nov 10 12:00:00 2025\n" +
                      letter("m%d" % i, "many %d" % i, words) + b"\n")
    done = subprocess.run([BIN + "/kvmdigest-mda", "-q", "-c",
                           place.home + "/conf", "-d", place.store,
                           "--import", place.home + "/mbox"],
                          capture_output=True, check=False, env=place.env,
                          timeout=300)
    if done.returncode != 0:
        sys.exit("import: %s" % done.stderr)


def two_at_once(place):
    """Both answer, and as one alone does."""
    index = place.store + "-search"
    want = place.search("alpha7")
    if not want:
        fault("nothing of many is found")
    os.unlink(index)
    words = place.words("search", "--limit", "1000", "-v", "alpha7")
    both = [subprocess.Popen(words, stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, env=place.env)
            for _ in range(3)]
    for child in both:
        out, err = child.communicate(timeout=120)
        lines = [line for line in out.decode().splitlines()
                 if not line.startswith("    ")]
        if child.returncode != 0 or lines != want:
            fault("two at once: %d, %d lines of %d: %s" % (
                child.returncode, len(lines), len(want), err))
    return want


def killed(place, want):
    """Killed at any moment, the next one goes on, and finds the same."""
    rng = random.Random(7)
    os.unlink(place.store + "-search")
    for _ in range(KILLS):
        child = subprocess.Popen(place.words("search", "--index"),
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL, env=place.env)
        time.sleep(rng.random() * 0.25)
        child.send_signal(signal.SIGKILL)
        child.wait()
    if place.search("alpha7") != want:
        fault("after kills something else is found")
    done = place.run("search", "--index")
    if b"%d messages" % MANY not in done.stderr:
        fault("--index: %s" % done.stderr)


def damaged(place, want):
    """Damage costs time, and that is all."""
    index = place.store + "-search"
    with open(index, "r+b") as file:
        size = os.fstat(file.fileno()).st_size
        file.seek(8192)
        file.write(b"\xa5" * (size - 8192))
    done = place.run("search", "--index")
    if done.returncode != 0 or place.search("alpha7") != want:
        fault("damaged: %d %s" % (done.returncode, done.stderr))
    with open(index, "wb") as file:
        file.write(b"no database, but a long enough line\n" * 100)
    if place.search("alpha7") != want:
        fault("no database")
    os.unlink(index)
    os.mkdir(index)
    done = place.run("search", "alpha7")
    if done.returncode == 0 or done.stderr.count(b"\n") != 1:
        fault("a directory: %d %s" % (done.returncode, done.stderr))
    os.rmdir(index)
    if place.search("alpha7") != want:
        fault("the directory is gone, and it is not made anew")


def read_only(place, want):
    """Where nothing can be written what is indexed is searched."""
    user = []
    directory = os.path.dirname(place.store)
    if os.geteuid() == 0:
        if shutil.which("setpriv") is None:
            return
        user = ["setpriv", "--reuid", "54321", "--regid", "54321",
                "--clear-groups"]
        subprocess.run(["chown", "-R", "54321", place.home], check=True)
        os.chmod(place.home, 0o755)
    programs = place.home + "/bin"
    os.mkdir(programs)
    shutil.copy(BIN + "/kvmdigest-report", programs)

    def run(*words):
        args = place.words("search", *words)
        args[0] = programs + "/kvmdigest-report"
        return subprocess.run(user + args, capture_output=True, check=False,
                              env=place.env, timeout=120)

    subprocess.run(user + [programs + "/kvmdigest-report", "--version"],
                   check=True, capture_output=True)
    first = run("--limit", "1000", "alpha7")
    if first.stdout.count(b"\n") != len(want):
        fault("as another user: %d %s" % (first.returncode, first.stderr))
    os.chmod(place.store + "-search", 0o400)
    os.chmod(directory, 0o500)
    done = run("--limit", "1000", "alpha7")
    if done.returncode != 0 or done.stdout != first.stdout or \
            b"indexed before" not in done.stderr:
        fault("read-only: %d %s" % (done.returncode, done.stderr))
    os.chmod(directory, 0o700)
    os.unlink(place.store + "-search")
    os.chmod(directory, 0o500)
    done = run("alpha7")
    if done.returncode != 77 or done.stdout or \
            done.stderr.count(b"\n") != 1 or b"-search" not in done.stderr:
        fault("no index, and no place: %d %s" % (done.returncode,
                                                 done.stderr))
    os.chmod(directory, 0o700)


def main():
    with tempfile.TemporaryDirectory() as home:
        place = Place(home)
        many(place)
        want = two_at_once(place)
        killed(place, want)
        damaged(place, want)
        read_only(place, want)
    return verdict()


sys.exit(main())
