# SPDX-License-Identifier: GPL-2.0-or-later
"""story_world.py - a store of its own, series that are posted to it, and what
the report says of them.
"""
import os
import subprocess
import sys
import tempfile
import time

from programs import BIN
from verdict import fault, verdict

AUTHOR = "Patch Author 1 <author1@example.org>"
TWO = "Reviewer Two <reviewer2@example.net>"
KEEPER = "Maintainer One <maintainer1@example.com>"
START = 1755675000  # 2025-08-20
DAY = 86400


class World:
    """A store of its own and the mail for it."""

    def __init__(self, home, name):
        self.home = home + "/" + name
        os.mkdir(self.home)
        os.mkdir(self.home + "/store", 0o700)
        self.conf = self.home + "/conf"
        with open(self.conf, "w", encoding="ascii"):
            pass
        self.clock = START
        self.mails = []
        self.said = ""

    def configure(self, text):
        """What stands in the configuration."""
        with open(self.conf, "w", encoding="ascii") as out:
            out.write(text)

    def send(self, name, sender, subject, body, reply_to=None):
        """One mail; its Message-ID is name@example.org."""
        self.clock += 60
        when = time.gmtime(self.clock)
        head = ["From list@example.org " + time.asctime(when),
                "From: " + sender, "To: kvm@vger.kernel.org",
                "Subject: " + subject,
                "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000", when),
                "Message-ID: <%s@example.org>" % name,
                "List-Id: <kvm.vger.kernel.org>"]
        if reply_to:
            head += ["In-Reply-To: <%s@example.org>" % reply_to,
                     "References: <%s@example.org>" % reply_to]
        self.mails.append("\n".join(head) + "\n\n" + body + "\n")

    def run(self, program, *words, code=0, data=None):
        """What a program prints; what it says besides in self.said."""
        done = subprocess.run(
            [BIN + "/" + program, *words, "-c", self.conf, "-d",
             self.home + "/store/kvm.db"], input=data, check=False,
            capture_output=True, env={
                "HOME": self.home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                "PATH": os.environ["PATH"]})
        self.said = done.stderr.decode()
        if done.returncode != code:
            fault("%s %s: exit %d, not %d: %s" % (
                program, " ".join(words), done.returncode, code, self.said))
        return done.stdout.decode()

    def take_in(self):
        """All of the mail into the store."""
        self.run("kvmdigest-mda", "--import", "-q", "-",
                 data="".join(self.mails).encode())
        self.mails = []

    def report(self, *words, code=0):
        """What the report prints."""
        return self.run("kvmdigest-report", *words, code=code)

    def has(self, words, *texts):
        """The report has all of the texts; it, or what it says besides."""
        got = self.report(*words)
        for text in texts:
            if text not in got and text not in self.said:
                fault("%s: no %r in\n%s%s" % (
                    " ".join(words), text, got[:2000], self.said))
        return got


def patch(text, name, line="one;", more=""):
    """A patch; another line is another patch-id."""
    return ("%s\n\nSigned-off-by: %s\n%s---\n virt/%s | 1 +\n"
            " 1 file changed, 1 insertion(+)\n\n"
            "diff --git a/virt/%s b/virt/%s\nindex 1111111..2222222 100644\n"
            "--- a/virt/%s\n+++ b/virt/%s\n@@ -1,2 +1,3 @@\n one\n+%s\n two\n"
            "-- \n2.43.0\n" % (text, AUTHOR, more, name, name, name, name,
                               name, line))


def cover(titles):
    """A cover letter with a shortlog."""
    return ("About it.\n\nPatch Author 1 (%d):\n%s\n virt/a.c | 1 +\n"
            " 1 file changed, 1 insertion(+)\n" % (
                len(titles), "".join("  %s\n" % one for one in titles)))


def series(world, name, version, titles, missing=(), listed=None):
    """A series with its cover letter: name-0, name-1 and so on."""
    tag = "PATCH" if version == 1 else "PATCH v%s" % version
    world.send(name + "-0", AUTHOR, "[%s 0/%d] KVM: The %s series" % (
        tag, len(titles), name.split("-")[0]), cover(listed or titles))
    for i, title in enumerate(titles, 1):
        if i not in missing:
            world.send("%s-%d" % (name, i), AUTHOR, "[%s %d/%d] %s" % (
                tag, i, len(titles), title),
                patch("Do it.", "x%d.c" % i, name), name + "-0")


def tell(*parts):
    """All of them, or those of the names given; each makes its worlds in one
    directory.  The exit code."""
    with tempfile.TemporaryDirectory() as home:
        for part in parts:
            if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                part(home)
    return verdict()
