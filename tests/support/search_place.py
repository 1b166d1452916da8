# SPDX-License-Identifier: GPL-2.0-or-later
"""search_place.py - a home with a store to be searched in, and letters for
it.
"""
import os
import subprocess
import sys

from programs import BIN
from verdict import fault


class Place:
    """A home with a store in it."""

    def __init__(self, home):
        self.home = home
        self.store = home + "/store/kvm.db"
        self.env = {"HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                    "PATH": os.environ["PATH"]}
        os.mkdir(home + "/store", 0o700)
        with open(home + "/conf", "w", encoding="utf-8") as out:
            out.write('lists = ( { name = "KVM"; id = "kvm.vger.kernel.org"; '
                      'address = "kvm@vger.kernel.org"; }, { name = "PPC"; '
                      'id = "kvm-ppc.vger.kernel.org"; '
                      'address = "kvm-ppc@vger.kernel.org"; } );\n')
        os.chmod(home + "/conf", 0o600)

    def words(self, *args):
        """The report's command line."""
        return [BIN + "/kvmdigest-report", "-c", self.home + "/conf", "-d",
                self.store, *args]

    def run(self, *args):
        """The report, as it ends."""
        return subprocess.run(self.words(*args), capture_output=True,
                              check=False, env=self.env, timeout=120)

    def deliver(self, mail):
        """Through a pipe, as an agent does it."""
        done = subprocess.run([BIN + "/kvmdigest-mda", "-c",
                               self.home + "/conf", "-d", self.store],
                              input=mail, capture_output=True, check=False,
                              env=self.env, timeout=120)
        if done.returncode != 0:
            sys.exit("delivery: %d %s" % (done.returncode, done.stderr))

    def search(self, *args):
        """The subjects that are found, newest first."""
        done = self.run("search", "--limit", "1000", "-v", *args)
        if done.returncode != 0:
            fault("search %s: exit %d: %s" % (args, done.returncode,
                                              done.stderr))
        lines = done.stdout.decode().splitlines()
        return [line for line in lines if not line.startswith("    ")]


def letter(number, subject, text, more="", sender=None, name="kvm"):
    """A mail of our own."""
    return ("From: %s\nSubject: %s\nMessage-ID: <s%s@example.org>\n"
            "List-Id: <%s.vger.kernel.org>\n"
            "Date: Mon, 10 Nov 2025 12:00:00 +0000\nMIME-Version: 1.0\n"
            "Content-Type: text/plain; charset=UTF-8\n"
            "Content-Transfer-Encoding: 8bit\n%s\n%s\n" % (
                sender or "Patch Author %s <author%s@example.org>" % (
                    number, number), subject, number, name, more,
                text)).encode("utf-8", "surrogateescape")
