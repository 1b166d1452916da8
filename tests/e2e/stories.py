# SPDX-License-Identifier: GPL-2.0-or-later
"""stories.py - series as they seldom come: patches sent again as v5.1, two
of one number, a dozen versions; what was said of them, and what the report
refuses.

All of the mail is made here, by roles at example.org, and goes in by one
import for each world.
"""
import os
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import BIN  # noqa: E402
from story_world import (  # noqa: E402
    AUTHOR, DAY, KEEPER, START, TWO, World, patch, series)
from verdict import fault, verdict  # noqa: E402


PULL = ("The following changes since commit "
        "3f1c0de5a9b84476d1ce2fa80b5d1e2233445566:\n\n"
        "  Linux 6.15 (2025-08-25 08:00:00 +0000)\n\n"
        "are available in the Git repository at:\n\n"
        "  https://git.example.com/demo/linux.git tags/one\n\n"
        "for you to fetch changes up to "
        "9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807:\n\n"
        "  x (2025-09-03 12:00:00 +0200)\n\n" + "-" * 64 +
        "\nPatch Author 1 (1):\n      KVM: Change it\n"
        "\n virt/a.c | 2 ++\n 1 file changed, 2 insertions(+)\n")


def amended(home):
    """v5.1 of one patch is no version by itself."""
    world = World(home, "amended")
    titles = ["KVM: Add a", "KVM: Add b", "KVM: Add c"]
    series(world, "am", 5, titles)
    world.send("am-2-1", AUTHOR, "[PATCH v5.1 2/3] KVM: Add b",
               patch("Do it again.", "x2.c", "again"), "am-2")
    world.send("one-1", AUTHOR, "[PATCH v2] KVM: Add d",
               patch("Do it.", "d.c"))
    # By its title, where it has no number.
    series(world, "by", 5, ["KVM: Be e", "KVM: Be f"])
    world.send("by-2-1", AUTHOR, "[PATCH v5.1] KVM: Be f",
               patch("Do it again.", "x2.c", "again"), "by-2")
    world.take_in()
    got = world.has(["mbox", "<am-1@example.org>"], "2/3 KVM: Add b  (v5.1)",
                    "patches: 3 of 3")
    if "Do it again." not in got or got.count("\nSubject: ") != 3:
        fault("v5.1 2/3 is not among those of v5:\n" + got)
    if "Do it again." in world.report("mbox", "<am-1@example.org>",
                                      "--reroll=v5"):
        fault("v5 has a patch of v5.1")
    if "Do it again." not in world.report("mbox", "<am-1@example.org>",
                                          "--reroll=5.1"):
        fault("v5.1 has not")
    world.has(["show", "<am-0@example.org>"], "v5.1")
    world.has(["mbox", "<by-1@example.org>"], "patches: 2 of 2")


def twice(home):
    """Two patches of one number, and one of a number that there is not."""
    world = World(home, "twice")
    series(world, "tw", 1, ["KVM: Add a", "KVM: Add b"])
    # Nine of them, and again, changed, without a word: the next version.
    titles = ["KVM: Add number %d" % i for i in range(9)]
    series(world, "nine", 1, titles)
    series(world, "nine-b", 1, titles)
    world.send("tw-2b", AUTHOR, "[PATCH 2/2] KVM: Add another b",
               patch("Do it.", "b2.c"), "tw-0")
    world.send("tw-3", AUTHOR, "[PATCH 3/2] KVM: Add too much",
               patch("Do it.", "b3.c"), "tw-0")
    world.take_in()
    world.has(["mbox", "<nine-b-1@example.org>"], "v2 KVM: The nine series")
    # The second one of a number is of a series of its own.
    world.has(["series", "start.."], "1/2", "missing: 1", "3/3")
    world.has(["mbox", "<tw-1@example.org>"], "2/3 KVM: Add b\n",
              "3/3 KVM: Add too much", "patches: 3 of 3")


def beside(home):
    """A patch with no number of its own: it is of the series, and beside
    those that were announced."""
    world = World(home, "beside")
    series(world, "be", 1, ["KVM: Be first", "KVM: Be second"])
    world.send("be-3", AUTHOR, "[PATCH 3/n] KVM: Be late",
               patch("Do it.", "late.c"), "be-0")
    world.take_in()
    world.has(["series", "start.."], "2/2+1")
    world.has(["mbox", "<be-1@example.org>"], "patches: 2 of 2",
              "left out: 1 more with a number that another has")
    for section in ("patches", "messages"):
        world.has(["--section=" + section, "--messages=all", "start.."],
                  "KVM: Be late")


def given(home):
    """Reviews that a patch has already, of nobody who can be asked, and of
    a patch that was sent again."""
    world = World(home, "given")
    world.send("has", AUTHOR, "[PATCH] KVM: Have it", patch(
        "Do it.", "h.c", more="Reviewed-by: %s\n" % TWO))
    world.send("has-r", TWO, "Re: [PATCH] KVM: Have it",
               "> Do it.\n\nReviewed-by: %s\n" % TWO, "has")
    for who in ("Nobody", "Somebody"):
        world.send("has-" + who, who, "Re: [PATCH] KVM: Have it",
                   "> Do it.\n\nReviewed-by: %s\n" % who, "has")
    for name, tag, titles in (
            ("ag", "PATCH", ("KVM: Go", "KVM: Come")),
            ("ag-b", "RESEND PATCH", ("KVM: Go", "KVM: Come here"))):
        for i, title in enumerate(titles, 1):
            world.send("%s-%d" % (name, i), AUTHOR, "[%s %d/2] %s" % (
                tag, i, title), patch("Do it.", "a%d.c" % i),
                name + "-1" if i > 1 else None)
    world.send("ag-r", TWO, "Re: [PATCH 1/2] KVM: Go",
               "> Do it.\n\nAcked-by: %s\n" % TWO, "ag-1")
    # One more in the new version than the old one had: not its place.
    world.send("ag-3", AUTHOR, "[PATCH v2 3/3] KVM: Stay",
               patch("Do it.", "a3.c"), "ag-2")
    # Answered by somebody without an address, it does not wait.
    world.send("alone", AUTHOR, "[PATCH] KVM: Be alone",
               patch("Do it.", "al.c"))
    world.send("alone-r", "Somebody", "Re: [PATCH] KVM: Be alone",
               "> Do it.\n\nReviewed-by: Somebody\n", "alone")
    world.clock += 20 * DAY
    world.send("late", TWO, "A question", "Who knows?\n")
    world.take_in()
    got = world.has(["mbox", "<has@example.org>"], "trailers added: 0")
    if got.count("Reviewed-by: " + TWO) != 1:
        fault("a review that it has already:\n" + got)
    world.has(["show", "<has@example.org>"], "Reviewed-by")
    if "KVM: Be alone" in world.has(["digest", "--section=waiting",
                                     "start.."], "KVM: Stay"):
        fault("it waits, and was answered")
    world.has(["mbox", "<ag-b-1@example.org>", "--reroll=1"],
              "+ Acked-by: " + TWO)
    world.report("mbox", "<ag-3@example.org>", code=66)
    if "1/3, 2/3" not in world.said:
        fault("of a smaller series: " + world.said)


def ends(home):
    """What was applied and superseded, told at length; pulled twice."""
    world = World(home, "ends")
    series(world, "end", 1, ["KVM: End it"])
    world.send("end-applied", KEEPER, "Re: [PATCH 0/1] KVM: The end series",
               "> About it.\n\nApplied to kvm/next, thanks.\n", "end-0")
    world.clock += DAY
    world.send("end-2", AUTHOR, "[PATCH v2 1/1] KVM: End it", patch(
        "Do it.", "x1.c", "again", more="---\nChanges in v2:\n - %s\n" % (
            "this is a rather long word of what was changed, " * 8)), "end-1")
    world.send("pull", KEEPER, "[GIT PULL] KVM: one change", PULL)
    for name, text in (("a", "Applied"), ("q", "Queued")):
        world.send("pull-" + name, KEEPER, "Re: [GIT PULL] KVM: one change",
                   "> x\n\n%s, thanks.\n" % text, "pull")
    world.take_in()
    world.has(["show", "<end-2@example.org>"], "applied", " this...")
    world.has(["show", "<pull@example.org>"], "applied")
    world.has(["digest", "--section=pulls", "start.."], "pulled")


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


def older(home):
    """Series that are not as this release puts them together: what there is
    of them is shown."""
    for name, change in (("gone", "series = 4711"), ("none", "series = NULL"),
                         ("one", "series = (SELECT min(id) FROM series)")):
        world = World(home, "older-" + name)
        series(world, "a", 1, ["KVM: Be first", "KVM: Be second"])
        series(world, "b", 2, ["KVM: Be third", "KVM: Be fourth"])
        world.take_in()
        base = sqlite3.connect(world.home + "/store/kvm.db")
        base.execute("UPDATE message SET " + change)
        base.commit()
        base.close()
        world.has(["--section=patches,revisions,messages", "--messages=all",
                   "start.."], "The a series" if name == "one" else
                  "KVM: Be first")
        world.has(["show", "<a-1@example.org>"], "KVM: Be first")
        world.has(["show", "<a-0@example.org>"], "The a series")


def many(home):
    """More versions than are shown, and more of everything."""
    world = World(home, "many")
    titles = ["KVM: Add %s" % c for c in "abc"]
    for version in range(1, 12):
        world.clock += DAY
        series(world, "many-v%d" % version, version, titles)
    for i in range(14):
        sender = "Reviewer %d <r%d@example.net>" % (i, i)
        world.send("many-r%d" % i, sender,
                   "Re: [PATCH v11 0/3] KVM: The many series",
                   "> About it.\n\nReviewed-by: %s\n" % sender,
                   "many-v11-0")
    world.send("many-half", TWO, "Re: [PATCH v11 1/3] KVM: Add a",
               "> Do it.\n\nTested-by: %s\nAcked-by: Reviewer Nine "
               "<nine@example.com>\n" % TWO, "many-v11-1")
    with open(world.home + "/mailmap", "w", encoding="ascii") as out:
        out.write("Reviewer Nine <reviewer2@example.net>\n")
    world.configure('report: { mailmap = "%s/mailmap"; };\n' % world.home)
    world.take_in()
    world.has(["show", "<many-v11-0@example.org>"], "versions before these",
              "Reviewed-by: Reviewer 0", "and 2 more",
              "Reviewer Nine <nine@example.com>, sent by")
    # The one that is shown is shown.
    world.has(["show", "<many-v1-0@example.org>"], "shown below")
    world.has(["digest", "--section=discussions", "start.."], " more")
    world.has(["mbox", "<many-v11-1@example.org>"],
              "+ Reviewed-by: Reviewer 13 <r13@example.net>",
              "not added: Acked-by: Reviewer Nine")


def wide(home):
    """So many that not all can be named."""
    world = World(home, "wide")
    titles = ["KVM: Add number %d" % i for i in range(1, 101)]
    series(world, "wi", 1, titles, missing=range(4, 101, 2))
    for i in range(1, 100, 2):
        world.send("wi-r%d" % i, TWO, "Re: [PATCH %d/100] %s" % (
            i, titles[i - 1]), "> Do it.\n\nReviewed-by: %s\n" % TWO,
            "wi-%d" % i)
    series(world, "none", 1, ["KVM: Never came", "KVM: Nor this"],
           missing=(1, 2), listed=["KVM: One", "KVM: Two", "KVM: Three"])
    # One is not there, and the shortlog is sorted: it is the one left over.
    series(world, "left", 1, ["KVM: Z", "KVM: Y", "KVM: X"], missing=(2,),
           listed=["KVM: X", "KVM: Y", "KVM: Z"])
    world.send("pull", KEEPER, "[GIT PULL] KVM: a dozen changes",
               "The following changes since commit "
               "3f1c0de5a9b84476d1ce2fa80b5d1e2233445566:\n\n"
               "  Linux 6.15 (2025-08-25 08:00:00 +0000)\n\n"
               "are available in the Git repository at:\n\n"
               "  https://git.example.com/demo/linux.git tags/dozen\n\n"
               "for you to fetch changes up to "
               "9e8d7c6b5a4f3e2d1c0b9a8f7e6d5c4b3a291807:\n\n"
               "  x (2025-09-03 12:00:00 +0200)\n\n" + "-" * 64 +
               "\nKVM changes\n\n" + "-" * 64 + "\nPatch Author 1 (12):\n" +
               "".join("      KVM: Change %d\n" % i for i in range(12)) +
               "\n virt/a.c | 8 ++++++--\n"
               " 1 file changed, 6 insertions(+), 2 deletions(-)\n")
    for name, text in (("queued", "Queued"), ("stays", "Applied")):
        world.send("pull-" + name, KEEPER.replace("One", "Two"),
                   "Re: [GIT PULL] KVM: a dozen changes",
                   "> KVM changes\n\n%s, thanks.\n" % text, "pull")
    world.take_in()
    world.has(["show", "<wi-0@example.org>"], "...")
    world.has(["show", "<none-0@example.org>"], "all of it")
    world.report("mbox", "<left-1@example.org>", code=66)
    if '2/3 "KVM: Y"' not in world.said:
        fault("which one is left over: " + world.said)
    world.has(["show", "<pull@example.org>"], "and 2 more")
    world.has(["digest", "--section=pulls", "start.."], "a dozen changes")


def fates(home):
    """Taken as a whole, into stable, or not at all."""
    world = World(home, "fates")
    series(world, "all", 1, ["KVM: Take a", "KVM: Take b"])
    world.send("all-taken", KEEPER, "Re: [PATCH 0/2] KVM: The all series",
               "> About it.\n\nQueued, thanks.\n", "all-0")
    world.send("all-applied", KEEPER, "Re: [PATCH 0/2] KVM: The all series",
               "> About it.\n\nApplied to kvm/next, thanks.\n", "all-0")
    world.send("st", AUTHOR, "[PATCH] KVM: Fix it",
               patch("Fix it.", "fix.c"))
    for i in (1, 2):
        world.send("st-added-%d" % i, "Stable Keeper <stable@example.com>",
                   'Patch "KVM: Fix it" has been added to the 6.12-stable '
                   "tree", "This is a note to let you know that I've just "
                   "added the patch titled\n\n    KVM: Fix it\n\nto the "
                   "6.12-stable tree.\n", "st")
    world.send("st-failed", "Stable Keeper <stable@example.com>",
               'FAILED: patch "[PATCH] KVM: Fix it" failed to apply to '
               "6.1-stable tree", "The patch below does not apply to the "
               "6.1-stable tree.\n", "st")
    # Under another title: it is the one that was answered all the same.
    world.send("re", AUTHOR, "[PATCH] KVM: Name it", patch("Do it.", "r.c"))
    world.send("re-taken", KEEPER, "Re: [PATCH] KVM: Name it",
               "On Wed, 20 Aug 2025 07:30:00 +0000, Patch Author 1 wrote:\n"
               "> Do it.\n\nApplied to kvm-x86 misc, thanks!\n\n"
               "[1/1] KVM: Call it otherwise\n"
               "      https://git.example.com/kvm-x86/commit/dbb001d76c26\n",
               "re")
    # The second patch is told of first.
    series(world, "two", 1, ["KVM: Be first", "KVM: Be second"])
    for i, title in ((2, "KVM: Be second"), (1, "KVM: Be first")):
        world.send("two-taken-%d" % i, KEEPER, "Re: [PATCH %d/2] %s" % (
            i, title), "> Do it.\n\nApplied to kvm-x86 misc, thanks!\n\n"
            "[%d/2] %s\n      https://git.example.com/kvm-x86/commit/"
            "dbb001d76c2%d\n" % (i, title, i), "two-%d" % i)
    world.take_in()
    world.has(["show", "<all-0@example.org>"], "applied")
    world.has(["show", "<re@example.org>"], "applied")
    got = world.has(["show", "<st@example.org>"], "stable")
    if "applied" in got.split("\n\n")[0]:
        fault("stable is not applied:\n" + got)
    got = world.has(["digest", "--section=applied", "start.."],
                    "KVM: Fix it", "stable", "failed")
    if got.count("The two series") != 1:
        fault("two patches of one series:\n" + got)
    world.has(["stats", "start.."], "Patch Author 1")


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


def main():
    """All of it."""
    parts = (amended, twice, beside, older, given, ends, people, lists, many, wide, fates, spans, refusals, copies, pages)
    with tempfile.TemporaryDirectory() as home:
        for part in parts:
            if len(sys.argv) < 2 or part.__name__ in sys.argv[1:]:
                part(home)
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
