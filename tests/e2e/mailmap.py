# SPDX-License-Identifier: GPL-2.0-or-later
"""mailmap.py - the report names people as git check-mailmap does.

People with names and addresses in several spellings post one patch each;
mailmaps are made up, lines that are none among them; each person of the
contributors must be who git says, counted as git's answer groups them.
"""
import os
import random
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402

SOURCE = os.environ.get("KD_SOURCE") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "../.."))
BIN = os.environ.get("KD_BIN", SOURCE + "/build/bin")
MAPS = 150
NAMES = ["Patch Author", "patch author", "P. Author", "Autorin Fünf", "root"]
EMAILS = ["author@example.org", "Author@Example.org", "author@example.com",
          "a.b@lists.example.net", "root@localhost"]


def run(words, home, text=None):
    """Run a program in a home of its own."""
    return subprocess.run(words, input=text, capture_output=True, check=False,
                          cwd=home, env={"HOME": home, "TZ": "UTC",
                                         "LC_ALL": "C.UTF-8",
                                         "PATH": os.environ["PATH"]})


def deliver(home, store, people):
    """A patch of each of them."""
    for i, (name, email) in enumerate(people):
        mail = ("From: Poster <poster@example.org>\n"
                "Subject: [PATCH] Number %d\nMessage-ID: <%d@example.org>\n"
                "List-Id: <kvm.vger.kernel.org>\n"
                "MIME-Version: 1.0\n"
                "Content-Type: text/plain; charset=UTF-8\n"
                "Content-Transfer-Encoding: 8bit\n\n"
                "From: %s <%s>\n\nText.\n---\n"
                "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n x\n"
                "+y%d\n" % (i, i, name, email, i))
        done = run([BIN + "/kvmdigest-mda", "-d", store], home, mail.encode())
        if done.returncode != 0:
            sys.exit("delivery: exit %d: %s" % (done.returncode, done.stderr))


def blanks(rng):
    """None, or some."""
    return rng.choice(["", " ", "  ", "\t"])


def entry(rng):
    """A line of a mailmap, or something that looks like one."""
    new, old = rng.choice(NAMES + ["Proper Name", "Größe"]), rng.choice(NAMES)
    proper = rng.choice(EMAILS + ["proper@example.org", "New@Example.com"])
    used = rng.choice(EMAILS)
    kind = rng.randrange(12)
    gap = " " + blanks(rng)
    if kind == 0:
        return "# %s <%s>" % (new, used)
    if kind == 1:
        return rng.choice(["", "   ", "no address", "Name <", "Name <>",
                           "<> <>", "Name > <", "<a <b@example.org>",
                           "Half <author@example.org"])
    if kind == 2:
        return "%s%s<%s>%s# comment" % (new, gap, used, gap)
    if kind <= 4:
        return "%s%s%s<%s>%s" % (blanks(rng), new, gap, used, blanks(rng))
    if kind <= 6:
        return "<%s>%s<%s>" % (proper, gap, used)
    if kind <= 8:
        return "%s%s<%s>%s<%s>" % (new, gap, proper, gap, used)
    if kind == 9:
        return "<%s>%s%s%s<%s>" % (proper, gap, old, gap, used)
    return "%s%s<%s>%s%s%s<%s>" % (new, gap, proper, gap, old, gap, used)


def wanted(home, people):
    """How many patches each has, by git, under the spelling used last."""
    text = "".join("%s <%s>\n" % who for who in people)
    done = run(["git", "-c", "mailmap.file=" + home + "/map",
                "check-mailmap", "--stdin"], home + "/repo", text.encode())
    counts, labels = {}, {}
    for line in done.stdout.decode().splitlines():
        key = re.search(r"<(.*)>$", line).group(1)
        key = "".join(c.lower() if c.isascii() else c for c in key)
        counts[key] = counts.get(key, 0) + 1
        labels[key] = line
    if sum(counts.values()) != len(people):
        sys.exit("git check-mailmap: %s" % done.stderr.decode())
    return {label: counts[key] for key, label in labels.items()}


def found(home, store):
    """The same by the report."""
    done = run([BIN + "/kvmdigest-report", "-c", home + "/conf", "-d", store,
                "digest", "start..", "--section", "contributors", "--top",
                "1000"], home)
    if done.returncode != 0:
        fault("exit %d: %s" % (done.returncode, done.stderr.decode()))
    if len(done.stderr.splitlines()) > 1:
        fault("more than one line: %s" % done.stderr.decode())
    rows = re.findall(r"^ *(\d+)  (.*)$", done.stdout.decode(), re.M)
    return {label: int(count) for count, label in rows}


def compare(home, store, people):
    """Many mailmaps, the same each time."""
    rng = random.Random(4)
    for i in range(MAPS):
        lines = [entry(rng) for _ in range(rng.randrange(1, 12))]
        text = rng.choice(["\n", "\n", "\r\n"]).join(lines)
        with open(home + "/map", "w", encoding="utf-8", newline="") as out:
            out.write(text + rng.choice(["\n", ""]))
        want, got = wanted(home, people), found(home, store)
        if want != got:
            fault("map %d:\n%s\ngit: %s\nreport: %s" % (i, text, want, got))
            return


def suggestions(home, store):
    """What is suggested and appended is not suggested again."""
    words = [BIN + "/kvmdigest-report", "-c", home + "/conf", "-d", store,
             "mailmap"]
    with open(home + "/map", "w", encoding="utf-8"):
        pass
    first = run(words, home).stdout.decode()
    lines = [line for line in first.splitlines() if not line.startswith("#")]
    if not lines or len(lines) != len(set(lines)):
        fault("suggested: " + first)
    for _ in range(4):
        with open(home + "/map", "a", encoding="utf-8") as out:
            out.write(run(words, home).stdout.decode())
    rest = run(words, home)
    if rest.stdout or b"nobody here posts" not in rest.stderr:
        fault("still suggested: %s%s" % (rest.stdout.decode(),
                                         rest.stderr.decode()))


def missing(home, store):
    """A file that is not there: one line, 78."""
    os.unlink(home + "/map")
    for words in (["series", "start.."], ["digest", "start.."]):
        done = run([BIN + "/kvmdigest-report", "-c", home + "/conf", "-d",
                    store, *words], home)
        if done.returncode != 78 or done.stdout or \
                done.stderr.count(b"\n") != 1 or b"/map" not in done.stderr:
            fault("no file: exit %d: %s" % (done.returncode, done.stderr))
    done = run([BIN + "/kvmdigest-report", "-c", home + "/conf", "-d", store,
                "markers"], home)
    if done.returncode != 0:
        fault("markers need no mailmap: %s" % done.stderr)


def main():
    """A store, a configuration, and many maps."""
    people = [(name, email) for name in NAMES for email in EMAILS]
    with tempfile.TemporaryDirectory() as home:
        os.mkdir(home + "/store", 0o700)
        store = home + "/store/kvm.db"
        run(["git", "init", "-q", "repo"], home)
        with open(home + "/conf", "w", encoding="utf-8") as out:
            out.write('report: { mailmap = "%s/map"; };\n' % home)
        os.chmod(home + "/conf", 0o600)
        deliver(home, store, people)
        compare(home, store, people)
        suggestions(home, store)
        missing(home, store)
    return verdict()


sys.exit(main())
