# SPDX-License-Identifier: GPL-2.0-or-later
"""odd_questions.py - what is asked of a store that is not as most are: much
mail, many people, two lists, years of it or none; and what the report
refuses.

All of the mail is made here, by roles at example.org, and goes in by one
import for each world.
"""
import os
import sqlite3
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import BIN  # noqa: E402
from story_world import (  # noqa: E402
    AUTHOR, DAY, START, TWO, World, patch, tell)
from verdict import fault  # noqa: E402


def people(home):
    """Reviewers with as much to say, an address with a tag, and more
    people than are known at first."""
    world = World(home, "people")
    one, two = ("Reviewer %s <%s@example.net>" % (name, name)
                for name in ("One", "Two"))
    for i in (1, 2):
        world.send("p-%d" % i, "Five <five%s@example.org>" % (
            "", "+kvm")[i - 1], "[PATCH] KVM: Change %d" % i, patch("Do it.", "p%d.c" % i))
        world.send("p-%d-r" % i, one, "Re: [PATCH] KVM: Change %d" % i,
                   "> Do it.\n\nReviewed-by: %s\n" % one, "p-%d" % i)
    world.send("p-2-t", two, "Re: [PATCH] KVM: Change 2",
               "> Do it.\n\nReviewed-by: %s\nTested-by: %s\n" % (two, two),
               "p-2")
    for i in range(80):
        world.send("w-%d" % i, "Writer %d <w%d@example.org>" % (i, i),
                   "[PATCH] KVM: Words %d" % i, patch("Do it.", "w.c"))
    world.take_in()
    world.has(["--section=reviewers", "start.."], "Reviewer One")
    world.has(["mailmap"], "alike addresses", "<five+kvm@example.org>")
    world.has(["search", "from:writer"], "Words 79")
    world.has(["--author=writer", "--section=messages", "--messages=all",
               "start.."], "Words 0", "Words 79")


def lists(home):
    """A marker at mail of another list; a list with an odd name."""
    world = World(home, "lists")
    world.report("--list=Nonsense", code=64)
    world.configure("""lists = (
        { name = "KVM"; id = "kvm.vger.kernel.org"; },
        { name = "KVM-PPC"; id = "kvm-ppc.vger.kernel.org"; } );
        report: { mail_from = "digest@example.org"; };\n""")
    world.send("kvm", TWO, "A question", "Who knows?\n")
    world.take_in()
    world.has(["--section=newcomers", "--list=KVM", "start.."],
              "1 message in this range, and it is no patch.")
    world.send("ppc", AUTHOR, "[PATCH] KVM: PPC: Be",
               "From: Other Author <other@example.org>\n\n" +
               patch("Do it.", "p.c"))
    world.mails[-1] = world.mails[-1].replace("<kvm.", "<kvm-ppc.")
    world.take_in()
    # Who sends what others wrote has posted no first patch.
    world.has(["--section=newcomers", "--list=KVM-PPC",
               "<kvm@example.org>.."],
              "Nobody posted a first patch.")
    world.report("mark", "last", "<ppc@example.org>", "--list=all")
    for words in ((), ("last..",)):
        if "A question" in world.report("--section=messages",
                                        "--messages=all", "--list=KVM",
                                        *words):
            fault("it came before the marker")
    world.has(["--format=mail", "--to=reader@example.org", "--list=KVM-PPC",
               "start.."], "List-Id: ", "<kvm-ppc-digest.")
    # A list that an import has made one.
    world.send("extra", TWO, "More", "Words.\n")
    world.run("kvmdigest-mda", "--import", "-q", "-l",
              "Extra=extra.example.org", "-", data=world.mails[-1].encode())
    done = subprocess.run(
        [BIN + "/kvmdigest-report", "complete", "--", "-c", world.conf, "-d",
         world.home + "/store/kvm.db", "--list="], capture_output=True,
        check=False, env={"HOME": world.home, "PATH": os.environ["PATH"]})
    if done.stdout.split() != [b"--list=" + name for name in (
            b"KVM", b"KVM-PPC", b"Extra", b"all", b"none")]:
        fault("completion of lists: %r" % done.stdout)
    world.report("-o", "/", "--list=all", "start..", code=74)
    if "directory" not in world.said:
        fault("-o /: " + world.said)


def spans(home):
    """A digest of years, of months and of hours."""
    world = World(home, "spans")
    for days, name in ((0, "first"), (400, "second"), (3000, "third"),
                       (3000.5, "fourth")):
        world.clock = START - int((3001 - days) * DAY)
        world.send(name, AUTHOR, "[PATCH] KVM: Be " + name,
                   "\n\n" + patch("Do it.", name + ".c"))
    # Sent again, two of them.
    for name in ("third", "fourth"):
        world.clock += DAY // 4
        world.send(name + "-again", AUTHOR, "[RESEND PATCH] KVM: Be " + name,
                   "\n\n" + patch("Do it.", name + ".c"))
    world.clock += 20 * DAY
    world.send("late", AUTHOR, "[PATCH] KVM: Be late", patch("Do it.", "l.c"))
    world.take_in()
    world.has(["--section=trends", "start..<second@example.org>"],
              "7 days each")
    world.has(["--section=trends", "start..<third@example.org>"],
              "28 days each")
    world.has(["--section=trends", "<second@example.org>..<third-again@"
               "example.org>"], "hours before")
    world.has(["--section=newcomers", "<first@example.org>.."],
              "Nobody posted a first patch.")
    world.has(["--section=messages", "--messages=all", "start.."], "Do it.")
    world.has(["--section=bots", "start.."], "Nobody but people wrote.")
    got = world.has(["--section=waiting", "start.."], "KVM: Be third",
                    "KVM: Be fourth")
    if got.count("KVM: Be third") != 1:
        fault("what was sent again waits twice:\n" + got)
    # With the bot's notices alone there is no list of reports.
    world.send("merged", "pr-tracker-bot@kernel.org", "Re: KVM: Be fourth",
               "The pull request you sent on Monday:\n\n"
               "> https://git.example.com/x tags/y\n\nhas been merged into "
               "x/y.git:\nhttps://git.example.com/c/"
               "0011223344556677889900aabbccddeeff001122\n\nThank you!\n",
               "fourth")
    world.take_in()
    world.has(["--section=bots", "start.."], "pr-tracker-bot")
    world.has(["--section=newcomers", "<late@example.org>.."],
              "it is no patch")


def refusals(home):
    """Settings that are none."""
    world = World(home, "refusals")
    world.take_in()
    world.has(["start.."], "the store is empty", "--import FILE")
    world.report("show", "<one@example.org>", code=66)
    if "the store is empty" not in world.said:
        fault("no message of none: " + world.said)
    world.send("one", AUTHOR, "[PATCH] KVM: Be one", patch("Do it.", "a.c"))
    world.send("classic", "author1@example.org", "[PATCH 1/2x] KVM: Odd",
               patch("Do it.", "b.c"))
    world.send("plain", "author1@example.org", "KVM: Odd [PATCH]",
               patch("Do it.", "b.c"))
    world.take_in()
    world.has(["--format=classic", "start.."], "KVM: Be one",
              "1  author1@example.org")
    world.report("start..", *["--path=a"] * 17, code=64)
    if "--path more than 16 times" not in world.said:
        fault("too many paths: " + world.said)
    for key, text in (("sections", '( "patches", "patches", "nonsense" )'),
                      ("mailmap", '"/dev/null"'),
                      ("employers", '"%s"' % world.home)):
        world.configure("report: { %s = %s; };\n" % (key, text))
        world.report("start..", code=78)
        if key != "sections" and "regular file" not in world.said:
            fault(key + ": " + world.said)
        if len(world.said.splitlines()) != 1:
            fault(key + ": " + world.said)


def copies(home):
    """Where no copy of a store is made."""
    world = World(home, "copies")
    world.send("one", AUTHOR, "[PATCH] KVM: Be one", patch("Do it.", "a.c"))
    world.take_in()
    for end in ("wal", "journal", "lock"):
        with open("%s/c%s-%s" % (world.home, end, end), "wb") as out:
            out.write(b"x")
    os.mkdir(world.home + "/left-large")
    with open(world.home + "/other", "wb") as out:
        out.write(b"no copy of a store\n")
    with open(world.home + "/empty", "wb"):
        pass
    itself = "is the store itself, or a file of it"
    for name, force, code, text in (
            ("store/kvm.db", False, 64, itself),
            ("store/kvm.db-wal", True, 64, itself),
            ("store/kvm.db-spool", False, 64, itself),
            ("store/kvm.db-2025", False, 0, ""),
            ("none/copy", False, 74, "there is no directory"),
            ("dir/", False, 64, "the name of a file was expected"),
            ("copy", False, 0, ""),
            ("copy", False, 74, "only --force replaces it"),
            ("copy", True, 0, ""),
            ("empty", True, 0, ""),
            ("other", True, 74, "no copy of a store"),
            ("left", False, 74, "only --force replaces that"),
            ("left", True, 0, ""),
            ("cwal", False, 74, "cwal-wal, as of a store that is in use"),
            ("cjournal", False, 74, "cjournal-journal, as of a store"),
            ("clock", False, 74, "clock-lock, as of a store")):
        path = world.home + "/" + name
        world.report("backup", path, *["--force"] * force, code=code)
        if text not in world.said:
            fault("backup %s: %s" % (name, world.said))
        if code == 0 and world.run("kvmdigest-report", "start..") != \
                subprocess.run([BIN + "/kvmdigest-report", "-d", path,
                                "start.."], capture_output=True, text=True,
                               env={"HOME": world.home, "TZ": "UTC",
                                    "PATH": os.environ["PATH"]},
                               check=False).stdout:
            fault("the copy %s has another digest" % name)
    # A store that is damaged has no copy.
    base = sqlite3.connect(world.home + "/store/kvm.db")
    base.execute("DELETE FROM person WHERE id = 1")
    base.commit()
    base.close()
    world.report("backup", world.home + "/damaged", code=65)
    if "was not written, for the store" not in world.said or \
            os.path.exists(world.home + "/damaged"):
        fault("backup of a damaged store: " + world.said)


def pages(home):
    """More mail than an export reads at once, of two kinds."""
    world = World(home, "pages")
    for i in range(1200):
        world.send("page-%d" % i, AUTHOR, "Page %d" % i, "Words.\n")
        if i % 2:
            world.mails[-1] = world.mails[-1].replace(
                "List-Id: <kvm.vger.kernel.org>\n", "")
    world.mails = [mail.replace("To: kvm@vger.kernel.org\n", "To: x@"
                                "example.org\n") for mail in world.mails]
    world.take_in()
    got = world.has(["export"], "1200 messages")
    names = [line for line in got.split("\n")
             if line.startswith("Message-ID: ")]
    if names != ["Message-ID: <page-%d@example.org>" % i
                 for i in range(1200)]:
        fault("pages: %d, or in another order" % len(names))


if __name__ == "__main__":
    sys.exit(tell(people, lists, spans, refusals, copies, pages))
