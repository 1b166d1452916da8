# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_shapes.py - mail of the shapes that coverage_cases.py would else
not have: series that are sent again, without a word of it or in part, that
come in another order, or of which patches are missing; reviews of them; a
pull request and what became of it.  By the World of ../e2e/stories.py.
"""
import os
import re
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.append(os.path.join(HERE, "..", "e2e"))
from stories import AUTHOR, KEEPER, PULL, TWO, World, patch, \
    series  # noqa: E402

HASH = "0123456789abcdef0123456789abcdef01234567"
PULLED = """The pull request you sent on Wed, 20 Aug 2025 10:00:00 +0000:

> https://git.example.com/demo/linux.git tags/one

has been merged into torvalds/linux.git:
https://git.example.com/torvalds/c/%s

Thank you!
""" % HASH


def again(world):
    """One series four times, by another name and in part as well."""
    titles = ["KVM: Make room", "KVM: Use it"]
    series(world, "one", 1, titles)
    world.send("one-r1", TWO, "Re: [PATCH 1/2] KVM: Make room",
               "> Do it.\n\nReviewed-by: " + TWO + "\n", "one-1")
    series(world, "one-b", 1, titles)
    for name, tag in (("two", "PATCH v2"), ("re", "RESEND PATCH v2")):
        for i, title in enumerate(titles, 1):
            world.send("%s-%d" % (name, i), AUTHOR, "[%s %d/2] %s" % (
                tag, i, title), patch("Do it.", "x%d.c" % i, "two"))
    world.send("two-r1", TWO, "Re: [PATCH v2 1/2] KVM: Make room",
               "> Do it.\n\nReviewed-by: " + TWO + "\n", "two-1")
    world.send("three-2", AUTHOR, "[PATCH v3 2/2] KVM: Use it",
               patch("Do it so.", "x2.c", "three"), "two-2")


def odd(world):
    """In another order, with holes, with a line that looks like the first
    of a mail."""
    world.send("m-0", AUTHOR, "[PATCH 0/2] KVM: Move", "About it.\n")
    world.send("m-2", AUTHOR, "[PATCH 2/2] KVM: Move on",
               patch("Do it.", "m2.c"), "m-1")
    world.send("m-1", AUTHOR, "[PATCH 1/2] KVM: Move off",
               patch("Do it.", "m1.c"), "m-0")
    series(world, "hole", 1, ["KVM: Dig", "KVM: Fill", "KVM: Plant"],
           missing=(2, 3), listed=["KVM: Dig", "KVM: Sow", "KVM: Reap"])
    world.send("from", AUTHOR, "[PATCH] KVM: Quote", patch(
        "As git says:\n\nFrom " + HASH + " Mon Sep 17 00:00:00 2001\n\nSo.",
        "f.c"))


NOTICE = """From: Stable Keeper <stable@example.com>
To: kvm@vger.kernel.org
Subject: Patch "KVM: Quote" has been added to the 6.12-stable tree
Date: Wed, 20 Aug 2025 12:00:00 +0000
Message-ID: <stable@example.org>
In-Reply-To: <from@example.org>
List-Id: <kvm.vger.kernel.org>

This is a note to let you know that I've just added the patch titled

    KVM: Quote

to the 6.12-stable tree which can be found at:
    https://git.example.com/stable-queue.git
""".encode()


def box(work):
    """All of it, as an mbox."""
    world = World(work, "shapes-mail")
    again(world)
    odd(world)
    world.send("pull", KEEPER, "[GIT PULL] KVM fixes for 6.17", PULL)
    world.send("pulled", "pr-tracker-bot@kernel.org",
               "Re: [GIT PULL] KVM fixes for 6.17", PULLED, "pull")
    return "".join(one[:5] + re.sub(r"(?m)^(>*From )", r">\1", one[5:])
                   for one in world.mails).encode()
