# SPDX-License-Identifier: GPL-2.0-or-later
"""sandbox.py - a home as a user has it, for the commands of README and of
the manuals: the sample mail is delivered, and there lie

    message.eml           a message of the list
    old.mbox, Maildir     mail of the list; ppc.mbox: of another one
    kvm                   a clone of a public-inbox archive, version 2
    linux                 the tree that the patches are for, a git repository

On PATH are the two programs, and a sendmail that keeps what it is given.
"""
import os
import re
import shutil
import subprocess
import time

import programs
from programs import BIN, SOURCE

SAMPLE = programs.SAMPLE + "/"
START = 1755675000  # 2025-08-20
SENDMAIL = "#!/bin/sh\ngrep -q '^To: .*@' - >\"$HOME/sent\"\n"


def read(path):
    with open(path, "rb") as file:
        return file.read()


def write(path, data, mode=0o600):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)
    os.chmod(path, mode)


def mbox(raws):
    """As an mboxrd."""
    when = time.strftime("%a %b %e %H:%M:%S %Y", time.gmtime(START))
    line = b"From list@example.org " + when.encode() + b"\n"
    return b"".join(line + re.sub(rb"^(>*From )", rb">\1", raw, flags=re.M) +
                    b"\n" for raw in raws)


def environment(home):
    """Nothing but what is said here, and what the sanitizers are told."""
    ret = {"HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
           "PATH": home + "/bin:" + BIN + ":" + os.environ["PATH"]}
    for name, value in os.environ.items():
        if name.endswith("SAN_OPTIONS"):
            ret[name] = value
    return ret


class Sandbox:
    """In the directory `home`, which need not be there."""

    def __init__(self, home):
        self.home = home
        self.env = environment(home)
        self.env["GIT_CONFIG_NOSYSTEM"] = "1"
        for who in ("GIT_AUTHOR_", "GIT_COMMITTER_"):
            self.env[who + "NAME"] = "Maintainer One"
            self.env[who + "EMAIL"] = "maintainer1@example.org"
        os.umask(0o022)
        os.makedirs(home, 0o700)
        write(home + "/bin/sendmail", SENDMAIL.encode(), 0o700)
        self.raws = [read(SAMPLE + name) for name in sorted(os.listdir(SAMPLE))
                     if name.endswith(".eml")]
        for raw in self.raws:
            self.must(["kvmdigest-mda"], raw)
        self.fill()

    def must(self, words, data=b"", cwd=None):
        """Run what is no part of the test; the bytes that it prints."""
        return subprocess.run(words, input=data, env=self.env, check=True,
                              cwd=cwd or self.home,
                              stdout=subprocess.PIPE).stdout

    def shell(self, line):
        """Run a command line as a user types it: (exit code, what it
        prints, what it says besides).  A pipe fails when a part of it does."""
        done = subprocess.run(["bash", "-o", "pipefail", "-c", line],
                              stdin=subprocess.DEVNULL, cwd=self.home,
                              env=self.env, capture_output=True, check=False)
        return (done.returncode, done.stdout.decode(errors="replace"),
                done.stderr.decode(errors="replace"))

    def fill(self):
        whole = [raw for raw in self.raws[:20] if raw.endswith(b"\n")]
        other = [re.sub(rb"(?im)^(message-id: *<)", rb"\1ppc.", raw)
                 for raw in whole[:3]]
        write(self.home + "/message.eml", whole[0])
        write(self.home + "/old.mbox", mbox(whole))
        write(self.home + "/ppc.mbox", mbox(other))
        for name in ("cur", "new", "tmp"):
            os.makedirs(self.home + "/Maildir/" + name)
        for n, raw in enumerate(whole):
            write(self.home + f"/Maildir/new/{START + n}.{n}.example", raw)
        self.commits = self.make_archive(whole)
        self.make_tree()

    def make_archive(self, raws):
        """The commit ids of its messages."""
        origin = self.home + "/origin.git"
        self.must(["git", "init", "-q", "--bare", "-b", "master", origin])
        stream = b"".join(
            b"commit refs/heads/master\n"
            b"committer A <a@b.example> %d +0000\ndata 1\nm\n"
            b"M 100644 inline m\ndata %d\n%s\n" % (START + n, len(raw), raw)
            for n, raw in enumerate(raws))
        self.must(["git", "-C", origin, "fast-import", "--quiet"], stream)
        self.must(["git", "clone", "-q", "--mirror", origin,
                   self.home + "/kvm/git/0.git"])
        return self.must(["git", "-C", origin, "rev-list", "--reverse",
                          "master"]).decode().split()

    def make_tree(self):
        tree = self.home + "/linux"
        shutil.copytree(SOURCE + "/tests/data/tree", tree)
        for words in (["init", "-q"], ["add", "."],
                      ["commit", "-q", "-m", "tree"]):
            self.must(["git", "-C", tree, *words])
