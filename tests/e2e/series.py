# SPDX-License-Identifier: GPL-2.0-or-later
"""series.py - series, show and the digest on a series of three versions.

The mail is made here, all of it by roles at example.org.  What the report
prints stands in tests/golden/series-*.txt; UPDATE_GOLDEN=1 writes them anew:
read the diff, it is the review.
"""
import difflib
import os
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402

SOURCE = os.environ.get("KD_SOURCE") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "../.."))
BIN = os.environ.get("KD_BIN", SOURCE + "/build/bin")
GOLDEN = SOURCE + "/tests/golden/"
AUTHOR = "Patch Author 1 <author1@example.org>"
POSTER = "Series Poster <poster@corp.example.com>"
TWO = "Reviewer Two <reviewer2@example.net>"
FOUR = "=?UTF-8?q?J=C3=BCrgen=20Pr=C3=BCfer?= <reviewer4@example.org>"
TESTER = "Test Runner 1 <tester1@corp.example.com>"
KEEPER = "Maintainer One <maintainer1@example.com>"
START = 1755675000  # 2025-08-20


class World:
    """A store of its own, a clock for the mail, and what runs on it."""

    def __init__(self, home):
        self.home = home
        os.mkdir(home + "/store", 0o700)
        self.store = home + "/store/kvm.db"
        self.clock = START
        self.env = {"HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                    "PATH": os.environ["PATH"]}

    def send(self, name, sender, subject, body, reply_to=None):
        """Deliver one mail; its Message-ID is name@example.org."""
        self.clock += 60
        head = ["From: " + sender, "To: kvm@vger.kernel.org",
                "Subject: " + subject,
                "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                                         time.gmtime(self.clock)),
                "Message-ID: <%s@example.org>" % name,
                "List-Id: <kvm.vger.kernel.org>", "MIME-Version: 1.0",
                "Content-Type: text/plain; charset=UTF-8",
                "Content-Transfer-Encoding: 8bit"]
        if reply_to:
            head += ["In-Reply-To: <%s@example.org>" % reply_to,
                     "References: <%s@example.org>" % reply_to]
        mail = "\n".join(head) + "\n\n" + body
        done = subprocess.run([BIN + "/kvmdigest-mda", "-d", self.store],
                              input=mail.encode(), env=self.env, check=False,
                              capture_output=True)
        if done.returncode != 0:
            sys.exit("delivery of %s: exit %d: %s" %
                     (name, done.returncode, done.stderr.decode()))

    def days(self, number):
        """Let time go by."""
        self.clock += number * 86400

    def report(self, *words, code=0):
        """What the report prints."""
        done = subprocess.run([BIN + "/kvmdigest-report", "-d", self.store,
                               *words], env=self.env, check=False,
                              capture_output=True)
        if done.returncode != code:
            fault("report %s: exit %d, not %d: %s" %
                  (" ".join(words), done.returncode, code,
                   done.stderr.decode()))
        self.said = done.stderr.decode()
        return done.stdout.decode()

    def golden(self, name, *words):
        """What the report prints is tests/golden/series-NAME.txt."""
        got = "".join("Arrived: (now)\n" if line.startswith("Arrived: ")
                      else line
                      for line in self.report(*words).splitlines(True))
        path = GOLDEN + "series-" + name + ".txt"
        if os.environ.get("UPDATE_GOLDEN") == "1":
            with open(path, "w", encoding="utf-8") as out:
                out.write(got)
            return got
        with open(path, encoding="utf-8") as want:
            diff = list(difflib.unified_diff(
                want.read().splitlines(True), got.splitlines(True), path,
                "report " + " ".join(words)))
        if diff:
            fault("".join(diff))
        return got


def patch(message, name, lines, author=AUTHOR, signer=None):
    """A patch that adds lines to the file name."""
    by = "From: %s\n\n" % author if author else ""
    plus = "".join("+%s\n" % line for line in lines)
    return ("%s%s\nSigned-off-by: %s\n---\n virt/demo/%s | %d %s\n"
            " 1 file changed, %d insertions(+)\n\n"
            "diff --git a/virt/demo/%s b/virt/demo/%s\n"
            "index 1111111..2222222 100644\n"
            "--- a/virt/demo/%s\n+++ b/virt/demo/%s\n"
            "@@ -10,2 +10,%d @@ int demo;\n context;\n%s more;\n-- \n2.43.0\n"
            % (by, message, signer or author or POSTER, name, len(lines),
               "+" * len(lines), len(lines), name, name, name, name,
               2 + len(lines), plus))


def cover(text, titles, notes=""):
    """A cover letter with a shortlog of one author."""
    return ("%s\n\n%sPatch Author 1 (%d):\n%s\n"
            " virt/demo/ring.c | 9 +++++++++\n"
            " 1 file changed, 9 insertions(+)\n\n-- \n2.43.0\n"
            % (text, notes, len(titles),
               "".join("  %s\n" % title for title in titles)))


HEAD = "KVM: demo: Read the head of the ring only once"
COUNT = "KVM: demo: Count the events that found no room"
WORDS = "KVM: demo: Document what the guest may write"
KIND = "KVM: demo: Refuse an event of an unknown kind"
RING = "KVM: demo: Make the ring safe against its guest"


def post(world, version, titles, notes, bodies, missing=()):
    """A series with its cover letter."""
    tag = "PATCH" if version == 1 else "PATCH v%d" % version
    n = len(titles)
    world.send("v%d-0" % version, POSTER, "[%s 0/%d] %s" % (tag, n, RING),
               cover("The ring trusts its guest too much.", titles, notes))
    for i, title in enumerate(titles, 1):
        if i not in missing:
            world.send("v%d-%d" % (version, i), POSTER,
                       "[%s %d/%d] %s" % (tag, i, n, title), bodies[title],
                       "v%d-0" % version)


def first_version(world):
    """Three patches, one review."""
    bodies = {HEAD: patch("Read it once.", "ring.c", ["head = once;"]),
              COUNT: patch("Count them.", "ring.c", ["lost++;"]),
              WORDS: patch("Say it.", "ring.rst", ["The guest may"])}
    post(world, 1, [HEAD, COUNT, WORDS], "", bodies)
    world.send("v1-2-two", TWO, "Re: [PATCH 2/3] " + COUNT,
               "> Count them.\n\nReviewed-by: " + TWO + "\n", "v1-2")


def second_version(world):
    """One patch changed, one new that never came."""
    bodies = {HEAD: patch("Read it once.", "ring.c", ["head = once;"]),
              COUNT: patch("Count them.\n\nReviewed-by: " + TWO, "ring.c",
                           ["if (lost)", "\tlost++;"]),
              WORDS: patch("Say it.", "ring.rst", ["The guest may"])}
    post(world, 2, [HEAD, COUNT, KIND, WORDS],
         "Changes in v2:\n- count lost events before the return "
         "(Reviewer Two)\n- new patch 3\n- Link to v1: "
         "https://lore.kernel.org/kvm/v1-0@example.org\n\n", bodies, (3,))
    world.send("v2-0-four", FOUR, "Re: [PATCH v2 0/4] " + RING,
               "I went through all of it.\n\n"
               "Acked-by: Jürgen Prüfer <reviewer4@example.org>\n", "v2-0")
    world.send("v2-1-two", TWO, "Re: [PATCH v2 1/4] " + HEAD,
               "As agreed in the hall:\n\n"
               "Reviewed-by: Absent Person <absent@example.com>\n", "v2-1")
    world.send("v2-1-robot", "kernel test robot <lkp@intel.com>",
               "Re: [PATCH v2 1/4] " + HEAD,
               "Hi Patch,\n\nkernel test robot noticed nothing.\n", "v2-1")


def third_version(world):
    """One patch new, one moved, one dropped; two of three are taken."""
    bodies = {KIND: patch("Refuse it.\n\nAcked-by: Jürgen Prüfer "
                          "<reviewer4@example.org>", "ring.c",
                          ["return -EINVAL;"]),
              HEAD: patch("Read it once.", "ring.c", ["head = once;"]),
              COUNT: patch("Count them.\n\nReviewed-by: " + TWO, "ring.c",
                           ["if (lost < MAX)", "\tlost++;"])}
    post(world, 3, [KIND, COUNT, HEAD],
         "v2 -> v3:\n - drop the documentation, it goes through another "
         "tree and needs a round of its own before anybody can say what it "
         "should say\n - do not count beyond the maximum\n - reorder\n"
         " - collect tags\n\nv1 -> v2:\n - new patch 3\n\n", bodies)
    world.send("v3-0-two", TWO, "Re: [PATCH v3 0/3] " + RING,
               "For the series:\n\nReviewed-by: " + TWO + "\n", "v3-0")
    world.send("v3-2-tester", TESTER, "Re: [PATCH v3 2/3] " + COUNT,
               "Works.\n\nTested-by: " + TESTER + "\n", "v3-2")
    world.days(2)
    world.send("v3-0-applied", KEEPER, "Re: [PATCH v3 0/3] " + RING,
               "On Mon, 01 Sep 2025 08:18:11 +0000, Series Poster wrote:\n"
               "> The ring trusts its guest too much.\n\n"
               "Applied to kvm-x86 misc, thanks!\n\n"
               "[1/3] %s\n"
               "      https://git.example.com/kvm-x86/commit/dbb001d76c26\n"
               "[2/3] %s\n"
               "      https://git.example.com/kvm-x86/commit/4ba10998a6eb\n"
               "\n--\nhttps://git.example.com/kvm-x86/tree/next\n"
               % (KIND, COUNT), "v3-0")


def singles(world):
    """A patch, the same again, and a pull request that was merged."""
    body = patch("Start it once.", "clock.c", ["once = 1;"], author=None,
                 signer=AUTHOR)
    title = "KVM: demo: Start the clock only once"
    world.send("clock", AUTHOR, "[PATCH] " + title, body)
    world.days(7)
    world.send("clock-again", AUTHOR, "[RESEND PATCH] " + title, body)
    world.send("pull", KEEPER, "[GIT PULL] KVM: demo changes for 6.18",
               "The following changes since commit "
               "3f1c0de5a9b84476d1ce2fa80b5d1e2233445566:\n\n"
               "  KVM: demo: Add a clock (2025-08-25 08:00:00 +0000)\n\n"
               "are available in the Git repository at:\n\n"
               "  https://git.example.com/demo/linux.git "
               "tags/kvm-demo-6.18-1\n\n"
               "for you to fetch changes up to "
               "9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807:\n\n"
               "  %s (2025-09-03 12:00:00 +0200)\n\n"
               "----------------------------------------------------------"
               "------\nKVM demo changes for 6.18\n\n"
               "----------------------------------------------------------"
               "------\nPatch Author 1 (2):\n      %s\n      %s\n\n"
               " virt/demo/ring.c | 8 ++++++--\n"
               " 1 file changed, 6 insertions(+), 2 deletions(-)\n"
               % (COUNT, KIND, COUNT))
    world.send("pull-merged", "pr-tracker-bot@kernel.org",
               "Re: [GIT PULL] KVM: demo changes for 6.18",
               "The pull request you sent on Thu, 04 Sep 2025:\n\n"
               "> https://git.example.com/demo/linux.git "
               "tags/kvm-demo-6.18-1\n\nhas been merged into "
               "demo/upstream.git:\nhttps://git.example.com/upstream/c/"
               "0011223344556677889900aabbccddeeff001122\n\nThank you!\n\n"
               "-- \nDeet-doot-dot, I am a bot.\n", "pull")


def hostile(world):
    """Text that would like to be more than text."""
    evil = "KVM: demo: \x1b[31mPaint\x1b[0m the \u202egnir"
    world.send("evil-0", "\"Evil \x1b]0;x\x07 Name\" <evil@example.org>",
               "[PATCH v2 0/9999] " + evil,
               cover("Boo.", [evil + " %d" % i for i in range(30)],
                     "Changes in v2:\n- \x1b[2Jgone\n\n"))
    world.send("evil-1", "evil@example.org", "[PATCH v2 7/9999] " + evil,
               patch("Boo.", "x\x1b[1m.c", ["boo;"], author=None), "evil-0")
    world.send("evil-1-reply", "Other <other@example.org>",
               "Re: [PATCH v2 7/9999] " + evil,
               "Reviewed-by: \u202eOther\x1b[1m <other@example.org>\n",
               "evil-1")


def choices(world):
    """Ranges and options."""
    then = world.report("digest", "--section", "patches",
                        "start..<v1-2-two@example.org>")
    if "superseded" in then or "v3" in then:
        fault("a digest knows what came after its end:\n" + then)
    one = world.report("series", "<v2-1-robot@example.org>..<v3-0@example.org>")
    if one.count("\nv") != 0 or not one.startswith("v3 "):
        fault("a range of one series:\n" + one)
    path = world.home + "/out"
    world.report("series", "start..", "-o", path, "--list", "all")
    with open(path, encoding="utf-8") as out:
        if out.read() != world.report("series", "start..", "--format", "text"):
            fault("-o: another text")
    if "No series" not in world.report("series", "start..", "--list", "none"):
        fault("--list none has series")
    if world.report("series").count("\nv") != 4 or \
            "no marker 'last'" not in world.said:
        fault("without a range: " + world.said)
    world.report("series", "<v3-0@example.org>..<v1-0@example.org>", code=64)
    if world.report("mailmap"):
        fault("nobody has two names here")


def check(world):
    """All that is printed."""
    world.golden("list", "series", "start..")
    world.golden("digest", "--section", "patches", "start..")
    shown = world.golden("show-v3", "show", "<v3-0@example.org>")
    block = shown.split("\n\n")[0].split("\n")
    if len(block) > 24:
        fault("three versions take %d lines" % len(block))
    for line in block:
        if len(line) > 80:
            fault("wider than 80 columns: " + line)
    world.golden("show-v2", "show", "<v2-0@example.org>")
    world.golden("show-patch", "show", "<v3-2@example.org>")
    world.golden("show-reply", "show", "<v2-1-two@example.org>")
    world.golden("show-applied", "show", "<v3-0-applied@example.org>")
    world.golden("show-single", "show", "<clock@example.org>")
    world.golden("show-resend", "show", "<clock-again@example.org>")
    world.golden("show-pull", "show", "<pull@example.org>")
    if "No series" not in world.report("series", "latest..latest"):
        fault("an empty range does not say so")
    choices(world)
    hostile(world)
    texts = [world.golden("hostile", "series", "<pull-merged@example.org>.."),
             world.golden("show-hostile", "show", "<evil-0@example.org>")]
    for text in texts:
        for char in "\x1b\x07\u202e":
            if char in text:
                fault("a control character came through")


def older(world):
    """A store as an older release left it: nothing of this is known."""
    with sqlite3.connect(world.store) as database:
        database.execute("UPDATE series SET head = NULL, version = NULL, "
                         "previous = NULL, total = NULL, received = NULL")
        database.execute("DELETE FROM about")
    text = world.report("digest", "--section", "patches", "start..")
    if RING not in text or "[" + "applied" in text:
        fault("an older store:\n" + text)
    for name in ("v3-0", "v3-2", "clock", "v2-1-two"):
        world.report("show", "<%s@example.org>" % name)
    world.report("series", "start..")


def main():
    """Set it up, and look."""
    with tempfile.TemporaryDirectory() as home:
        world = World(home)
        first_version(world)
        world.days(5)
        second_version(world)
        world.days(7)
        third_version(world)
        singles(world)
        check(world)
        older(world)
    return verdict()


sys.exit(main())
