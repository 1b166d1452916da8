#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reviewers, discussions, bots and trends of a digest, against the same
counted in another way from the mail itself.

The mail is that of tests/data/ordinary.py, and some busy months of the
corpus of $KD_SHARED where that is.
"""
import collections
import email
import email.policy
import email.utils
import json
import mailbox
import os
import re
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ["KD_SOURCE"]
BIN = os.environ["KD_BIN"]
SHARED = os.environ.get("KD_SHARED", SOURCE + "/../shared")
BUNDLE = os.path.join(SHARED, "corpus", "kvm-ppc.bundle")
ENV = {"PATH": os.environ["PATH"], "TZ": "UTC"}
DAY = 86400

TAG = re.compile(r"^(Reviewed|Acked|Tested)-by:\s*(.*<([^<>]*)>.*|\S+@\S+)$",
                 re.I | re.M)
BOT = re.compile(r"syzbot|patchwork-bot|tip-bot|pr-tracker-bot|lkp@intel",
                 re.I)


class Message:
    def __init__(self, when, raw):
        self.when = when
        mail = email.message_from_bytes(raw, policy=email.policy.default)
        self.id = ident(mail["Message-ID"])[0]
        refs = ident(mail["References"])
        answered = ident(mail["In-Reply-To"])
        self.parents = (answered[:1] + refs[::-1])
        self.subject = " ".join(str(mail["Subject"] or "").split())
        name, address = email.utils.parseaddr(str(mail["From"]))
        self.name, self.address = name, address.lower()
        self.reply = bool(re.match(r"(?i)(re|aw):", self.subject))
        self.bot = bool(BOT.search(address)) or name == "kernel test robot"
        body = mail.get_body(("plain", "html"))
        try:
            self.text = body.get_content() if body else ""
        except (LookupError, ValueError):
            self.text = ""


def ident(header):
    return re.findall(r"<([^<>\s]+)>", str(header or ""))


def climb(all_of, message):
    """The messages above one, as far as they came; no circle."""
    seen = {message.id}
    while True:
        message = next((all_of[p] for p in message.parents
                        if p in all_of and p not in seen), None)
        if message is None:
            return
        seen.add(message.id)
        yield message


def root(all_of, message):
    """The last that came above it, or what that names first."""
    top = message
    for top in climb(all_of, message):
        pass
    return top.parents[-1] if top.parents else top.id


def reviewers(all_of, some):
    given = collections.defaultdict(set)
    for m in some:
        if not m.reply or m.bot:
            continue
        above = next((a for a in climb(all_of, m)
                      if not a.reply and "[" in a.subject), None)
        if above is None:
            continue
        for tag in TAG.finditer(m.text):
            who = (tag.group(3) or tag.group(2)).lower()
            name = tag.group(2).split("<")[0].strip()
            # From another address of his is from himself.
            if who == m.address or (name and name == m.name):
                given[m.address].add((above.id, tag.group(1).lower()))
    return {who: len(tags) for who, tags in given.items()}


def discussions(all_of, some):
    threads = collections.Counter()
    for m in some:
        if m.reply and not m.bot and m.parents:
            threads[root(all_of, m)] += 1
    return sorted((n for n in threads.values() if n > 1), reverse=True)


def run(store, *args):
    return subprocess.run([BIN + "/" + args[0], "-d", store] + list(args[1:]),
                          env=ENV, check=True, stdout=subprocess.PIPE).stdout


def section(digest, name):
    return next(s for s in digest["sections"] if s["name"] == name)


def utc(when):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(when))


def count(some):
    return {"messages": len(some),
            "people": len({m.address for m in some if not m.bot})}


def check(store, conf, messages, since, until):
    """The faults of a digest of what came in (since, until]."""
    all_of = {m.id: m for m in reversed(messages)}
    some = [m for m in all_of.values() if since < m.when <= until]
    length = max(m.when for m in some) - min(m.when for m in some)
    first = min(m.when for m in some)
    before = [m for m in all_of.values() if first - length <= m.when <= since]
    digest = json.loads(run(
        store, "kvmdigest-report", *conf, "--format", "json", "--top", "1000",
        "--section", "reviewers,discussions,bots,trends",
        "%s..%s" % (utc(since), utc(until))))
    got = {
        "reviewers": {re.search(r"<(.*)>|$", row["person"]).group(1).lower():
                      row["tags"]
                      for row in section(digest, "reviewers").get("rows", [])},
        "discussions": [e["replies"] for e in
                        section(digest, "discussions").get("entries", [])],
        "bots": sum(row["messages"] for row in
                    section(digest, "bots").get("rows", [])
                    if "messages" in row),
        "trends": [(row["now"], row["before"]) for row in
                   section(digest, "trends")["rows"][:2]],
        "points": sum(p["number"] for p in
                      section(digest, "trends")["charts"][0]["points"]),
    }
    now, then = count(some), count(before)
    want = {
        "reviewers": reviewers(all_of, some),
        "discussions": discussions(all_of, some),
        "bots": sum(m.bot for m in some),
        "trends": [(now[k], then[k]) for k in ("messages", "people")],
        "points": len(some),
    }
    print("%s: %d messages, %d reviewers, %d discussions, %d bots" % (
        utc(until)[:10], len(some), len(want["reviewers"]),
        len(want["discussions"]), want["bots"]))
    faults = 0
    for key in want:
        if want[key] != got[key]:
            print("%s: %s: want %s, got %s" % (utc(until)[:10], key,
                                               want[key], got[key]))
            faults += 1
    return faults


def ordinary(home):
    path = home + "/ordinary.mbox"
    with open(path, "wb") as out:
        subprocess.run([sys.executable, SOURCE + "/tests/data/ordinary.py"],
                       check=True, stdout=out)
    os.mkdir(home + "/ordinary", 0o700)
    store = home + "/ordinary/kvm.db"
    run(store, "kvmdigest-mda", "-q", "--import", path)
    messages = []
    for mail in mailbox.mbox(path, create=False):
        when = time.strptime(mail.get_from().split(" ", 1)[1] + " UTC",
                             "%a %b %d %H:%M:%S %Y %Z")
        messages.append(Message(int(email.utils.mktime_tz(
            tuple(when[:9]) + (0,))), mail.as_bytes()))
    end = 1746057600  # 2025-05-01
    return check(store, [], messages, end - 30 * DAY, end)


def blob(batch, name):
    """What `git cat-file --batch` has of that name; nothing, where it is
    gone."""
    batch.stdin.write(name.encode() + b"\n")
    batch.stdin.flush()
    head = batch.stdout.readline().split()
    if len(head) != 3:
        return b""
    return batch.stdout.read(int(head[2]) + 1)[:-1]


def corpus(home):
    """Of the archive what came from January to July of 2021."""
    git = ["git", "-C", home + "/corpus.git"]
    subprocess.run(["git", "clone", "-q", "--mirror", BUNDLE,
                    home + "/corpus.git"], check=True)
    log = subprocess.run(
        git + ["log", "--reverse", "--format=%H %ct", "--all"], check=True,
        stdout=subprocess.PIPE).stdout.decode().split("\n")
    messages = []
    path = home + "/corpus.mbox"
    with open(path, "wb") as out, subprocess.Popen(
            git + ["cat-file", "--batch"], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE) as batch:
        for line in log[:-1]:
            commit, when = line.split()
            if not 1609459200 <= int(when) < 1627776000:
                continue
            raw = blob(batch, commit + ":m")
            if not raw:
                continue
            messages.append(Message(int(when), raw))
            out.write(b"From x@example.org %s\n" % time.asctime(
                time.gmtime(int(when))).encode())
            out.write(re.sub(rb"(?m)^(>*From )", rb">\1", raw) + b"\n")
    os.mkdir(home + "/corpus", 0o700)
    store = home + "/corpus/kvm.db"
    run(store, "kvmdigest-mda", "-q", "-l", "PPC=kvm-ppc.vger.kernel.org",
        "--import", path)
    conf = home + "/conf"
    with open(conf, "w", encoding="utf-8") as out:
        out.write('lists = ( { name = "PPC"; '
                  'id = "kvm-ppc.vger.kernel.org"; } );\n')
    os.chmod(conf, 0o600)
    return sum(check(store, ["-c", conf], messages, since, until)
               for since, until in ((1614556800, 1617235200),
                                    (1617235200, 1619827200),
                                    (1622505600, 1625097600)))


def main():
    with tempfile.TemporaryDirectory() as home:
        ENV["HOME"] = home
        faults = ordinary(home)
        if os.path.exists(BUNDLE):
            faults += corpus(home)
        else:
            print("no corpus in KD_SHARED: months of it were not looked at")
    if faults:
        sys.exit("%d faults" % faults)


main()
