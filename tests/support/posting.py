# SPDX-License-Identifier: GPL-2.0-or-later
"""posting.py - series that are posted to a store of their own, what the
report makes an mbox of, and what git makes of that.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
import time

import programs
from programs import BIN
from verdict import fault, verdict

SAMPLE = programs.SAMPLE + "/"
AUTHOR = "Patch Author 1 <author1@example.org>"
TWO = "Reviewer Two <reviewer2@example.net>"
FOUR = "=?UTF-8?q?J=C3=BCrgen=20Pr=C3=BCfer?= <reviewer4@example.org>"
FOUR_IS = "Jürgen Prüfer <reviewer4@example.org>"
START = 1755675000  # 2025-08-20
LIST = "kvm.vger.kernel.org"
TITLE = "KVM: demo: Make the ring safe against its guest"


def run(*words, data=None, env=None, cwd=None):
    """The bytes that a program prints; that must end well."""
    done = subprocess.run(words, input=data, env=env, cwd=cwd, check=False,
                          capture_output=True)
    if done.returncode != 0:
        fault("%s: exit %d: %s" % (" ".join(words), done.returncode,
                                   done.stderr.decode(errors="replace")))
    return done.stdout


class Store:
    """A store of its own, and the programs on it."""

    def __init__(self, home, name):
        self.home = home
        os.mkdir(home + "/" + name, 0o700)
        self.store = home + "/" + name + "/kvm.db"
        self.clock = START
        self.said = ""
        self.env = {"HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                    "PATH": os.environ["PATH"]}

    def deliver(self, mail):
        """One mail through the hook."""
        run(BIN + "/kvmdigest-mda", "-d", self.store, data=mail, env=self.env)

    def fetch(self, *words):
        """Take in mail that is there."""
        run(BIN + "/kvmdigest-mda", "-q", "-d", self.store, "--import",
            *words, env=self.env)

    def report(self, *words, code=0):
        """What the report prints; what it says besides in self.said."""
        done = subprocess.run([BIN + "/kvmdigest-report", "-d", self.store,
                               *words], env=self.env, check=False,
                              capture_output=True)
        self.said = done.stderr.decode(errors="replace")
        if done.returncode != code:
            fault("report %s: exit %d, not %d: %s" %
                  (" ".join(words), done.returncode, code, self.said))
        return done.stdout

    def post(self, name, subject, body, reply_to=None, sender=AUTHOR,
             head=("Content-Type: text/plain; charset=UTF-8",
                   "Content-Transfer-Encoding: 8bit")):
        """Deliver one mail; its Message-ID is name@example.org."""
        self.clock += 60
        lines = ["From: " + sender, "To: kvm@vger.kernel.org",
                 "Subject: " + subject,
                 "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                                          time.gmtime(self.clock)),
                 "Message-ID: <%s@example.org>" % name,
                 "List-Id: <%s>" % LIST, *head]
        if reply_to:
            lines += ["In-Reply-To: <%s@example.org>" % reply_to,
                      "References: <%s@example.org>" % reply_to]
        if isinstance(body, str):
            body = body.encode()
        mail = "\n".join(lines).encode() + b"\n\n" + body
        self.deliver(mail)
        return mail


def split(path, home):
    """The mails of an mbox as git am sees them, each with what mailinfo says
    of it: headers, message, patch."""
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home)
    run("git", "mailsplit", "-d4", "-b", "-o" + home, path)
    out = []
    for name in sorted(os.listdir(home)):
        with open(home + "/" + name, "rb") as mail:
            info = run("git", "mailinfo", home + "/m", home + "/p",
                       data=mail.read(), cwd=home)
        parts = [info]
        for part in "mp":
            with open(home + "/" + part, "rb") as text:
                parts.append(text.read())
        out.append(parts)
    return out


def check_entry(what, got, want, added):
    """The same to git, but for the trailers that were added."""
    if got[0] != want[0]:
        fault("%s: other headers:\n%s\n%s" % (what, got[0], want[0]))
    if got[2].rstrip() != want[2].rstrip():
        fault("%s: another patch" % what)
    lines = got[1].decode(errors="replace").rstrip().split("\n")
    if added:
        if lines[-len(added):] != added:
            fault("%s: the trailers are not at the end:\n%s" %
                  (what, got[1].decode(errors="replace")))
            return
        del lines[-len(added):]
        parsed = run("git", "interpret-trailers", "--parse",
                     data=b"title\n\n" + got[1]).decode()
        if not parsed.endswith("\n".join(added) + "\n"):
            fault("%s: git sees other trailers: %s" % (what, parsed))
    old = want[1].decode(errors="replace").rstrip()
    if "\n".join(lines).rstrip() != old:
        fault("%s: another message:\n%s\n---\n%s" % (what, old,
                                                  "\n".join(lines)))


def complete(store):
    """The series that are complete: a Message-ID and the version of each."""
    with sqlite3.connect(store.store) as database:
        return database.execute(
            "SELECT m.message_id, s.version || CASE s.revision WHEN 0 THEN "
            "'' ELSE '.' || s.revision END FROM series s JOIN message m "
            "ON m.id = s.head WHERE s.received = max(coalesce(s.total, 1), 1) "
            "ORDER BY s.id").fetchall()


def added_by(said):
    """Of each patch the trailers that the summary says were added."""
    out = []
    for line in said.split("\n"):
        if line.startswith("    + "):
            out[-1].append(line[6:])
        elif re.match(r"  (\d+/\d+|patch) ", line):
            out.append([])
    return out


def message_id(mail):
    """Of a mail, without <>."""
    found = re.search(rb"^Message-ID:\s*<([^>]*)>", mail, re.I | re.M)
    return found.group(1).decode() if found else ""


def names_in(path):
    """The Message-IDs of what the report wrote as an mbox."""
    with open(path, "rb") as mbox:
        mails = mbox.read().split(
            b"From git@z Thu Jan  1 00:00:00 1970\n")[1:]
    return [message_id(b"\n" + mail.split(b"\n\n", 1)[0]) for mail in mails]


def isolate(home):
    """git as it is, whoever runs this."""
    os.environ.update(HOME=home, GIT_CONFIG_NOSYSTEM="1",
                      GIT_CONFIG_GLOBAL="/dev/null",
                      GIT_CEILING_DIRECTORIES=home)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_DIR"):
        os.environ.pop(name, None)


def main(*parts):
    """Each in the same home."""
    if shutil.which("git") is None:
        print("skipped: needs git")
        return 77
    with tempfile.TemporaryDirectory() as home:
        isolate(home)
        for part in parts:
            part(home)
    return verdict()
