# SPDX-License-Identifier: GPL-2.0-or-later
"""mailboxes.py - the sample mail as people keep it: mailboxes of each kind,
directories, clones of public-inbox archives.
"""
import hashlib
import os
import re
import subprocess
import time

import programs
from programs import ENV, HEADER_ID, SANITIZED

COPIES = 3 if SANITIZED else 8  # of the sample, where many are needed
START = 1757000000  # when the archive begins
STEP = 600  # seconds between two messages


class Mail:
    def __init__(self, raw, number):
        self.raw = raw
        found = HEADER_ID.search(raw)
        self.id = found and found.group(1).decode()  # None: it has none
        self.time = START + number * STEP


def sample():
    """In its order, and one with what mailboxes do to mail."""
    raws = list(programs.sample().values())
    raws.append(
        b"From: Patch Author 1 <author1@example.org>\n"
        b"To: kvm@vger.kernel.org\nSubject: what mailboxes do to mail\n"
        b"Message-ID: <quoting@example.org>\n\n"
        b"From the first line on,\n>From the second,\n>>From the third;\n\n"
        b"From here it goes on.\n\n\n")
    return [Mail(raw, n) for n, raw in enumerate(raws)]


def many(mails):
    """The same over and over, with other ids."""
    ret = []
    for copy in range(COPIES):
        for mail in mails:
            raw = re.sub(rb"<([^<>@\s]+)@([^<>\s]+)>(?=[\s,]|$)",
                         rb"<\g<1>.%d@\2>" % copy, mail.raw)
            ret.append(Mail(raw, len(ret)))
    ids = set()
    return [m for m in ret if m.id not in ids and not ids.add(m.id)]


def from_line(mail):
    when = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(mail.time))
    return b"From list@example.org " + when.encode() + b"\n"


def mboxrd(mails):
    return b"".join(from_line(m) +
                    re.sub(rb"^(>*From )", rb">\1", m.raw, flags=re.M) + b"\n"
                    for m in mails)


def mboxo(mails):
    return b"".join(from_line(m) +
                    re.sub(rb"^(From )", rb">\1", m.raw, flags=re.M) + b"\n"
                    for m in mails)


def counted(mail, number):
    """With a header field that says how long the body is."""
    head, body = mail.raw.split(b"\n\n", 1)
    return Mail(head + b"\nContent-Length: %d\n\n" % len(body) + body, number)


def mboxcl(mails):
    return b"".join(from_line(m) + m.raw + b"\n" for m in mails)


def write(path, data, when=None):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    if when is not None:
        os.utime(path, (when, when))
    return path


def maildir(path, mails):
    for sub in "cur", "new", "tmp":
        os.makedirs(os.path.join(path, sub))
    for n, mail in enumerate(mails):
        name = f"{mail.time}.M{n}P1.host" + (":2,S" if n % 2 else "")
        write(os.path.join(path, "cur" if n % 2 else "new", name), mail.raw,
              mail.time)
    return path


def folder(path, mails):
    for n, mail in enumerate(mails):
        write(os.path.join(path, str(n + 1)), mail.raw, mail.time)
    return path


def git(path, *args, data=None):
    env = dict(ENV, GIT_CONFIG_NOSYSTEM="1", HOME=os.path.dirname(path))
    return subprocess.run(["git", "-C", path, *args], input=data, check=True,
                          stdout=subprocess.PIPE, env=env).stdout


def archive(path, mails, version=2):
    """Append mails to a public-inbox archive; returns their commits."""
    fresh = not os.path.exists(path)
    if fresh:
        os.makedirs(path)
        git(path, "init", "-q", "--bare", "-b", "master")
    stream = []
    for n, mail in enumerate(mails):
        name = "m"
        if version == 1:
            digest = hashlib.sha1(mail.id.encode()).hexdigest()
            name = digest[:2] + "/" + digest[2:]
        stream.append(
            b"commit refs/heads/master\nmark :%d\n"
            b"author A <a@example.org> %d +0000\n"
            b"committer A <a@example.org> %d +0000\ndata 1\nm\n%s"
            b"M 100644 inline %s\ndata %d\n%s\n"
            % (n + 1, mail.time, mail.time,
               b"" if fresh or n else b"from refs/heads/master^0\n",
               name.encode(), len(mail.raw), mail.raw))
    marks = path + ".marks"
    git(path, "fast-import", "--quiet", "--export-marks=" + marks,
        data=b"".join(stream))
    with open(marks, encoding="ascii") as file:
        lines = [line.split() for line in file]
    os.unlink(marks)
    return [commit for _, commit in
            sorted(lines, key=lambda line: int(line[0][1:]))]
