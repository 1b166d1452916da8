#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever the order in which mail comes, what is known of it is the same:
series, versions, what became of patches, what answers are about.

The mail is a piece of the corpus of $KD_SHARED; with KD_LONG=1 all of it.
Row ids are no part of what is known; Message-IDs stand for them.
"""
import os
import random
import re
import sqlite3
import subprocess
import sys
import tempfile

SHARED = os.environ["KD_SHARED"]
DELIVER = os.path.join(os.environ["KD_BIN"], "deliver_many")
LONG = os.environ.get("KD_LONG") == "1"
SANITIZED = os.environ.get("KD_TREE") == "asan"
BUNDLE = os.path.join(SHARED, "corpus", "kvm-ppc.bundle")
FIRST = 2000  # of the piece
COUNT = 150 if SANITIZED else 700
SHUFFLES = 3
SHOWN = 10  # differences of a kind

OF_VARIANT = "CROSS JOIN variant v ON v.id = m.variant "
QUESTIONS = {
    "member": "SELECT m.message_id, h.message_id FROM message m "
    "CROSS JOIN series s ON s.id = m.series "
    "CROSS JOIN message h ON h.id = s.head",
    "series": "SELECT h.message_id, s.version, s.revision, s.total, "
    "s.received, s.poster, s.title_key, s.change_id, s.date, s.said "
    "FROM series s LEFT JOIN message h ON h.id = s.head",
    "version before": "SELECT h.message_id, g.message_id, s.evidence, "
    "s.resend FROM series s LEFT JOIN message h ON h.id = s.head "
    "LEFT JOIN series p ON p.id = s.previous "
    "LEFT JOIN message g ON g.id = p.head",
    "about": "SELECT m.message_id, t.message_id FROM about a "
    "CROSS JOIN message m ON m.id = a.message "
    "CROSS JOIN message t ON t.id = a.target",
    "trailer": "SELECT m.message_id, t.ordinal, t.name, t.value, "
    "t.of_person, t.by_sender FROM message m " + OF_VARIANT +
    "CROSS JOIN trailer t ON t.variant = v.id",
    "notice": "SELECT m.message_id, n.fate, n.tree FROM message m " +
    OF_VARIANT + "CROSS JOIN notice n ON n.variant = v.id",
    "taken": "SELECT m.message_id, t.ordinal, t.number, t.title, "
    "t.commit_id FROM message m " + OF_VARIANT +
    "CROSS JOIN taken t ON t.variant = v.id",
}


def extract(work):
    """The mails of the corpus as files, in their order."""
    git = ["git", "-C", os.path.join(work, "corpus")]
    subprocess.run(["git", "clone", "-q", "--bare", BUNDLE, git[2]],
                   check=True)
    commits = subprocess.run(git + ["rev-list", "--reverse", "--all"],
                             check=True, stdout=subprocess.PIPE).stdout.split()
    if not LONG:
        commits = commits[FIRST:FIRST + COUNT]
    wanted = b"".join(commit + b":m\n" for commit in commits)
    data = subprocess.run(git + ["cat-file", "--batch"], input=wanted,
                          check=True, stdout=subprocess.PIPE).stdout
    head = re.compile(rb"[0-9a-f]{40,64} blob ([0-9]+)\n")
    names = []
    at = 0
    while at < len(data):
        found = head.match(data, at)
        if found is None:  # a commit without a mail
            at = data.index(b"\n", at) + 1
            continue
        size = int(found.group(1))
        names.append(os.path.join(work, "m%06d" % len(names)))
        with open(names[-1], "wb") as file:
            file.write(data[found.end():found.end() + size])
        at = found.end() + size + 1
    return names


def learn(work, label, names):
    """What a store knows that had the mails in this order."""
    path = os.path.join(work, label)
    os.mkdir(path, 0o700)
    path = os.path.join(path, "store.db")
    subprocess.run([DELIVER, path], input="\n".join(names).encode(),
                   check=True, stdout=subprocess.DEVNULL)
    db = sqlite3.connect(path)
    known = {name: set(db.execute(sql)) for name, sql in QUESTIONS.items()}
    arrived = db.execute("SELECT count(*) FROM arrival").fetchone()[0]
    db.close()
    return known, arrived


def compare(label, first, other):
    """How many rows differ."""
    faults = 0
    for name in QUESTIONS:
        differ = sorted(first[name] ^ other[name], key=repr)
        faults += len(differ)
        for row in differ[:SHOWN]:
            side = "in order" if row in first[name] else label
            print("%s, only %s: %r" % (name, side, row))
    return faults


def main():
    if not os.path.exists(BUNDLE):
        print("skipped: there is no %s here" % BUNDLE)
        return 77
    chance = random.Random(1)
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as work:
        names = extract(work)
        first, arrived = learn(work, "in-order", names)
        if arrived == 0 or any(not first[name] for name in
                               ("member", "version before", "trailer")):
            print("nothing was learned: %d arrivals" % arrived)
            return 1
        faults = compare("reversed", first,
                         learn(work, "reversed", names[::-1])[0])
        for i in range(SHUFFLES):
            chance.shuffle(names)
            label = "shuffled-%d" % i
            faults += compare(label, first, learn(work, label, names)[0])
    print("%d mails, %s: %d differences" % (
        arrived, ", ".join("%d %s" % (len(first[name]), name)
                           for name in QUESTIONS), faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
