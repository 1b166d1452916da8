#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail by the million: that of SOURCE over and over, as if years went by.

SOURCE is a public-inbox git repository or a directory of messages, *.eml.
Round after round has Message-IDs, change-ids and people of its own, in every
place where they are named, so that threads and series stay what they are and
none of one round is taken for one of another.  A dozen rounds run side by
side, as threads do.  Dates go on by one message in STEP seconds; all ends at
END.  The newest thousand of a million are the newest thousand of ten thousand,
byte for byte, and the same arguments give the same mail.
"""
import argparse
import calendar
import email.utils
import os
import re
import subprocess
import sys
import time
import urllib.parse

END = calendar.timegm((2025, 1, 1, 0, 0, 0))
STEP = 630  # seconds from message to message: the KVM list of many years
SIDE_BY_SIDE = 12  # rounds that run at a time
BITS = 24  # of a number of a message within its round

MESSAGE_ID = re.compile(rb"(?im)^message-id:\s*<([^<>\s]+)>")
FROM = re.compile(rb"(?im)^from:(.*(?:\n[ \t].*)*)")
DATE = re.compile(rb"(?im)^date:[ \t]*(.*(?:\n[ \t].*)*)")
CITED = re.compile(rb"(?im)^(?:message-id|in-reply-to|references):"
                   rb"(.*(?:\n[ \t].*)*)")
IN_ANGLES = re.compile(rb"<([^<>\s]+)>")
LORE = re.compile(rb"lore\.kernel\.org/[\w.-]+/([^\s<>/\"')]+@[\w.-]+)")
CHANGE_ID = re.compile(rb"(?im)^(?:x-)?change-id: *[0-9]{8}-[^\s]+")
LETTER = rb"[\w!#$%&'*+=?^`{|}~.-]"
TOKEN = re.compile(rb"(?<!%b)%b+@[\w-]+(?:\.[\w-]+)*" % (LETTER, LETTER))
# What mail is told apart by keeps its address.
MACHINE = re.compile(rb"bot|lkp@|cki|lkft|bugzilla|no-?reply|ci_notify|"
                     rb"devnull|@(?:vger|lists)\.|majordomo", re.I)
FROM_LINE = re.compile(rb"(?m)^(>*From )")


def mails_of_folder(path):
    for number, name in enumerate(sorted(os.listdir(path))):
        if not name.endswith(".eml"):
            continue
        with open(os.path.join(path, name), "rb") as file:
            yield number * STEP, file.read()


def mails_of_git(path):
    git = ["git", "--git-dir=" + path]
    log = subprocess.run(git + ["log", "--reverse", "--format=%H %ct"],
                         stdout=subprocess.PIPE, check=True).stdout.split()
    times = [int(t) for t in log[1::2]]
    names = b"".join(c + b":m\n" for c in log[::2])
    with subprocess.Popen(git + ["cat-file", "--batch", "--buffer"],
                          stdin=subprocess.PIPE,
                          stdout=subprocess.PIPE) as child:
        out, _ = child.communicate(names)
    at = 0
    for when in times:
        end = out.index(b"\n", at)
        words = out[at:end].split()
        at = end + 1
        if words[1] != b"blob":  # a commit that removes a message
            continue
        size = int(words[2])
        yield when, out[at:at + size]
        at += size + 1


def read_source(path):
    """(time, raw) of what has an id of its own, in order."""
    is_git = os.path.isdir(os.path.join(path, "objects"))
    ids = set()
    ret = []
    for when, raw in (mails_of_git if is_git else mails_of_folder)(path):
        head = raw.partition(b"\n\n")[0]
        found = MESSAGE_ID.search(head)
        if not found or found.group(1) in ids or b"\r" in raw or \
                raw.startswith(b"From "):
            continue
        ids.add(found.group(1))
        ret.append((when, raw if raw.endswith(b"\n") else raw + b"\n"))
    ret.sort(key=lambda mail: mail[0])
    return ret


def names_of(mails):
    """The ids and addresses that each round has for itself."""
    known = set()
    for _, raw in mails:
        head = raw.partition(b"\n\n")[0]
        for field in CITED.findall(head):
            known.update(IN_ANGLES.findall(field))
        for field in FROM.findall(head):
            known.update(a for a in TOKEN.findall(field)
                         if not MACHINE.search(a))
        known.update(urllib.parse.unquote_to_bytes(i)
                     for i in LORE.findall(raw))
    return known


class Template:
    """A message, cut where the name of its round goes, and its date."""

    def __init__(self, when, raw, known, odd):
        self.when = when
        found = DATE.search(raw, 0, raw.find(b"\n\n") + 1)
        date = None
        if found:
            self.head = self.cut(raw[:found.start(1)], known, odd)
            self.tail = self.cut(raw[found.end(1):], known, odd)
            try:
                date = email.utils.mktime_tz(email.utils.parsedate_tz(
                    found.group(1).decode("ascii", "replace")))
            except (TypeError, ValueError, OverflowError):
                pass
        else:
            self.head, self.tail = self.cut(raw, known, odd), None
        # Written long before it came, or after: as it stands it was wrong.
        self.lag = min(max(date - when, -600), 60) if date else 0

    @staticmethod
    def cut(raw, known, odd):
        at = [m.end() for m in CHANGE_ID.finditer(raw)]
        for found in TOKEN.finditer(raw):
            token = found.group()
            if token in known or \
                    urllib.parse.unquote_to_bytes(token) in known:
                at.append(found.start() + token.index(b"@"))
        for name in odd:
            start = raw.find(name)
            while start >= 0:
                at.append(start + len(name))
                start = raw.find(name, start + 1)
        at = [0] + sorted(set(at)) + [len(raw)]
        return [raw[a:b] for a, b in zip(at, at[1:])]

    def text(self, tag, when):
        ret = tag.join(self.head)
        if self.tail is None:
            return ret
        date = time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                             time.gmtime(when + self.lag))
        return ret + date.encode() + tag.join(self.tail)


class Replay:
    def __init__(self, source, seed):
        mails = read_source(source)
        if not mails:
            sys.exit(f"generate: no mail in {source}")
        known = names_of(mails)
        odd = [name for name in known if not TOKEN.fullmatch(name)]
        self.templates = [Template(when, raw, known, odd)
                          for when, raw in mails]
        self.seed = seed
        self.round = len(mails) * STEP  # from one beginning to the next
        first = mails[0][0]
        span = max(1, mails[-1][0] - first)
        room = self.round * SIDE_BY_SIDE
        self.offsets = [(when - first) * room // (span + 1)
                        for when, _ in mails]

    def order(self, begin, end):
        """(time, round, message) of all from begin to before end, sorted."""
        zero = END - SIDE_BY_SIDE * self.round  # where round 0 begins
        first = (begin - zero) // self.round - SIDE_BY_SIDE
        last = (end - zero) // self.round + 1
        keys = []
        for number in range(first, last + 1):
            start = zero + number * self.round
            if start > end or start + SIDE_BY_SIDE * self.round < begin:
                continue
            keys.extend((start + o) << 2 * BITS | (number - first) << BITS | i
                        for i, o in enumerate(self.offsets)
                        if begin <= start + o < end)
        keys.sort()
        mask = (1 << BITS) - 1
        for key in keys:
            yield (key >> 2 * BITS, (key >> BITS & mask) + first, key & mask)

    def before(self, count):
        """The last messages before END."""
        span = count + 2 * len(self.templates)
        keys = list(self.order(END - span * STEP, END))
        return self.mails(keys[max(0, len(keys) - count):])

    def after(self, count, skip):
        """The first messages from END on."""
        span = skip + count + 2 * len(self.templates)
        keys = list(self.order(END, END + span * STEP))
        return self.mails(keys[skip:skip + count])

    def mails(self, keys):
        for when, number, i in keys:
            # after the end or before it, no round is called as another
            tag = ".%s%s%d" % (self.seed, "r" if number >= 0 else "q",
                               abs(number))
            yield when, self.templates[i].text(tag.encode(), when)


def write_mboxrd(mails, out):
    for when, raw in mails:
        date = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(when))
        out.write(b"From mboxrd@z " + date.encode() + b"\n" +
                  FROM_LINE.sub(rb">\1", raw) + b"\n")


def write_files(mails, path):
    os.makedirs(path, exist_ok=True)
    for number, (when, raw) in enumerate(mails):
        name = os.path.join(path, "%07d.eml" % number)
        with open(name, "wb") as file:
            file.write(raw)
        os.utime(name, (when, when))


def write_git(mails, path):
    """As public-inbox has it: a commit for each message."""
    subprocess.run(["git", "init", "-q", "--bare", path], check=True)
    git = ["git", "--git-dir=" + path]
    with subprocess.Popen(git + ["fast-import", "--quiet"],
                          stdin=subprocess.PIPE) as child:
        for when, raw in mails:
            child.stdin.write(
                b"commit refs/heads/master\n"
                b"author a <a@example.org> %d +0000\n"
                b"committer a <a@example.org> %d +0000\ndata 1\nx\n"
                b"M 100644 inline m\ndata %d\n" % (when, when, len(raw)))
            child.stdin.write(raw + b"\n")
    if child.returncode != 0:
        sys.exit("generate: git fast-import failed")
    subprocess.run(git + ["symbolic-ref", "HEAD", "refs/heads/master"],
                   check=True)


def main():
    args = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    args.add_argument("-n", type=int, default=0, metavar="COUNT",
                      help="so many, the last before the end; 0: the source"
                      " itself, as it is")
    args.add_argument("--after", action="store_true",
                      help="the first that come after the end instead")
    args.add_argument("--skip", type=int, default=0, metavar="COUNT",
                      help="with --after: but not the first so many")
    args.add_argument("-s", "--seed", default="",
                      help="letters: other seeds give other ids and people")
    form = args.add_mutually_exclusive_group()
    form.add_argument("--files", metavar="DIR", help="a file for each")
    form.add_argument("--git", metavar="DIR",
                      help="a public-inbox repository; otherwise they are"
                      " written to standard output, as mboxrd")
    args.add_argument("source")
    args = args.parse_args()
    if args.n == 0:
        mails = read_source(args.source)
    else:
        replay = Replay(args.source, args.seed)
        mails = replay.after(args.n, args.skip) if args.after else \
            replay.before(args.n)
    if args.files:
        write_files(mails, args.files)
    elif args.git:
        write_git(mails, args.git)
    else:
        write_mboxrd(mails, sys.stdout.buffer)


if __name__ == "__main__":
    main()
