# SPDX-License-Identifier: GPL-2.0-or-later
"""stories.py - series as they seldom come: patches sent again as v5.1, two
of one number, a dozen versions, and what was said of them.

All of the mail is made here, by roles at example.org, and goes in by one
import for each world.
"""
import os
import sqlite3
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from story_world import (  # noqa: E402
    AUTHOR, DAY, KEEPER, TWO, World, patch, series, tell)
from verdict import fault  # noqa: E402


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


if __name__ == "__main__":
    sys.exit(tell(amended, twice, beside, given, ends, older, many, wide,
                  fates))
