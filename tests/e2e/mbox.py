# SPDX-License-Identifier: GPL-2.0-or-later
"""mbox.py - mbox and export of the sample messages: a real git am makes of them,
on tests/data/tree, what it makes of the mail itself, but for the trailers that
were added; and an export has every byte.  mbox_kinds.py looks at mail of odd
kinds, mbox_corpus.py at the mail of a list.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from posting import (  # noqa: E402
    SAMPLE, Store, added_by, complete, main, message_id,
    names_in, run)
from programs import BIN, SOURCE  # noqa: E402
from verdict import fault  # noqa: E402


class Tree:
    """A git repository with tests/data/tree in it."""

    def __init__(self, home):
        self.home = home
        self.env = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC",
                    "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
                    "GIT_COMMITTER_NAME": "Committer",
                    "GIT_COMMITTER_EMAIL": "committer@example.org",
                    "GIT_AUTHOR_NAME": "Author",
                    "GIT_AUTHOR_EMAIL": "author@example.org"}
        shutil.copytree(SOURCE + "/tests/data/tree", home + "/tree")
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "tree")
        self.git("tag", "start")

    def git(self, *words):
        """What git prints."""
        return run("git", *words, env=self.env, cwd=self.home + "/tree")

    def apply(self, *files):
        """What git am makes of the files: author, date, message and tree of
        each commit."""
        self.git("reset", "-q", "--hard", "start")
        self.git("am", "-q", *files)
        text = self.git("log", "--reverse", "--format=%an <%ae> %at%n%T%n%B%x00",
                        "start..").decode()
        return [entry.strip().split("\n", 2)
                for entry in text.split("\0")[:-1]]


def deliver_sample(store):
    """Every sample message; their bytes by their Message-IDs."""
    mails = {}
    for name in sorted(os.listdir(SAMPLE)):
        if name.endswith(".eml"):
            with open(SAMPLE + name, "rb") as mail:
                data = mail.read()
            store.deliver(data)
            mails.setdefault(message_id(data), data)
    return mails


def apply_series(store, tree, series, mails):
    """git am of a series, and of its mails as they came."""
    name, version = series
    home = store.home
    mbox = home + "/a series' mbox"
    store.report("mbox", "<%s>" % name, "--reroll", version, "-o", mbox,
                 "--list", "all")
    if "git am '%s/a series'\\'' mbox'" % home not in store.said:
        fault("the command is not quoted: " + store.said)
    added = added_by(store.said)
    names = names_in(mbox)
    files = []
    for one in names:
        files.append("%s/%d.eml" % (home, len(files)))
        with open(files[-1], "wb") as mail:
            mail.write(mails[one])
    want = tree.apply(*files)
    got = tree.apply(mbox)
    for one, other, lines in zip(got, want, added):
        other[2] = other[2] + "".join("\n" + line for line in lines)
        if one != other:
            fault("%s: git am made\n%s\nand not\n%s" % (name, one, other))
    if not len(got) == len(want) == len(added) == len(names):
        fault("%s: %d commits of %d mails" % (name, len(got), len(names)))
    return sum(len(lines) for lines in added)


def sample(home):
    """The sample messages by git am."""
    store = Store(home, "sample")
    tree = Tree(home)
    mails = deliver_sample(store)
    series = complete(store)
    trailers = sum(apply_series(store, tree, one, mails) for one in series)
    print("%d series of the sample, %d trailers" % (len(series), trailers))
    if len(series) < 25 or trailers < 17:
        fault("that is not all of the sample")
    # piped, without trailers, and by any mail of the series
    one = store.report("mbox", "<20250901063022.62849-3-poster@corp.example"
                       ".com>", "--no-trailers")
    if "is of v3 (--reroll v3)" not in store.said or "+ " in store.said:
        fault("another version than the newest: " + store.said)
    if "mbox --no-trailers 2bc399e3 | git am" not in store.said:
        fault("what applies it is another command: " + store.said)
    if one.count(b"\nSubject: [PATCH v4 ") != 6:
        fault("not v4")
    if store.report("mbox", "<20250904-demo-ring-safe-v4-0-fc339ef9f8c5@corp"
                    ".example.com>", "--cover").count(b"\nSubject: ") != 7:
        fault("no cover letter")
    if "base-commit: 3f1c0de5a9b84476d1ce2fa80b5d1e2233445566" not in \
            store.said:
        fault("no base-commit: " + store.said)
    # a list in the place of the author, and one that the body sets right
    for number, expect in (("038", True), ("039", False)):
        name = [one for one in os.listdir(SAMPLE) if one.startswith(number)][0]
        with open(SAMPLE + name, "rb") as mail:
            store.report("mbox", "<%s>" % message_id(mail.read()))
        if ("git am takes the author from the header" in store.said) != expect:
            fault("%s: %s" % (name, store.said))
    return store


# --- The mail itself -----------------------------------------------------


def contents(store):
    """The exact bytes of all that a store has, other contents as well."""
    with sqlite3.connect(store.store) as database:
        rows = database.execute(
            "SELECT m.message_id, count(*) FROM message m JOIN variant v ON "
            "v.message = m.id GROUP BY m.id").fetchall()
    out = {}
    for name, variants in rows:
        out[name] = sorted(
            store.report("show", "--raw", "<%s>" % name, "--list", "all",
                         "--variant", str(n + 1)) for n in range(variants))
    return out


def export(home, store):
    """Out as an mboxrd and in again: the same bytes."""
    store.deliver(b"From: a@example.org\nMessage-ID: <from@example.org>\n"
                  b"Content-Length: 2\nSubject: From lines\n\n"
                  b"a\n\nFrom a@example.org Mon Sep  1 08:30:25 2025\n"
                  b">From b\n\n>>From c\nFrom d\n\n\n")
    path = home + "/all.mbox"
    store.report("export", "-o", path)
    said = store.said
    with open(path, "rb") as mbox:
        data = mbox.read()
    want = contents(store)
    if not said.startswith("%d messages, and %d other contents" % (
            len(want), sum(map(len, want.values())) - len(want))) or \
            "do not end with a line end" not in said:
        fault("%d messages, and export says %s" % (len(want), said))
    again = Store(home, "again")
    again.fetch(path)
    got = contents(again)
    for name, mails in want.items():
        # an mbox gives the last line an end
        ended = sorted(mail if mail.endswith(b"\n") else mail + b"\n"
                       for mail in mails)
        if got.get(name) != ended and not name.startswith("sha256:"):
            fault("<%s> is not what it was" % name)
    if len(got) != len(want):
        fault("%d messages, and %d after an export" % (len(want), len(got)))
    again = Store(home, "again-rd")
    again.fetch("--format", "mboxrd", path)
    if again.report("export") != data:
        fault("the export of what was exported is another one")
    if store.report("export") != data:
        fault("-o has other bytes than standard output")
    none = store.report("export", "--list", "none")
    if not store.said.startswith("6 messages\n") or none in (b"", data):
        fault("of no list: " + store.said)
    split_up = [store.report("export", words) for words in
                ("start..<20250901063022.62849-3-poster@corp.example.com>",
                 "<20250901063022.62849-3-poster@corp.example.com>..")]
    if b"".join(split_up) != data:
        fault("two ranges are not the whole")
    if store.report("export", "latest..latest", "--list", "kvm") != b"":
        fault("an empty range has mail")
    for line in data.split(b"\n\nFrom ")[:3]:
        if not re.match(rb"(From )?\S+@\S+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d "
                        rb"\d{4}\n", line):
            fault("an odd line: %s" % line[:60])
    with subprocess.Popen([BIN + "/kvmdigest-report", "-d", store.store,
                           "export"], env=store.env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as pipe:
        pipe.stdout.read(10)
        pipe.stdout.close()
        if pipe.wait() != 0 or pipe.stderr.read() != b"":
            fault("a reader who goes away is no failure")
    store.report("export", "-o", home + "/none/x", code=74)
    os.mkdir(home + "/ro")
    before = os.listdir(home)
    if os.path.exists("/dev/full"):
        store.report("export", "-o", "/dev/full", code=74)
    if os.listdir(home) != before:
        fault("something was left behind")


def sample_and_export(home):
    """The two that look at the sample messages."""
    export(home, sample(home))


sys.exit(main(sample_and_export))
