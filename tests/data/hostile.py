#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print mail that means no good as an mboxrd: the sample messages, an hour
apart, and others made to mislead the sections of a digest.

Every run prints the same bytes.
"""
import os
import sys
import time

START = 1738368000  # 2025-02-01T00:00:00Z
HOUR = 3600
EVIL = "\x1b[31mEvil\x1b[0m \u202egnirts\u202c <script>alert(1)</script> & \"x\""


def mail(ident, subject, body, sender="Evil <evil@example.org>", refs=(),
         answers=None):
    lines = ["From: " + sender, "To: kvm@vger.kernel.org",
             "List-Id: <kvm.vger.kernel.org>", "Subject: " + subject,
             "Message-ID: <%s>" % ident]
    if answers or refs:
        lines.append("In-Reply-To: <%s>" % (answers or refs[-1]))
    if refs:
        lines.append("References: " + "\n ".join("<%s>" % r for r in refs))
    return "\n".join(lines + ["", body, ""]).encode()


def made_up():
    """Circles, threads of strangers, titles that are none."""
    yield mail("circle1@x.example.org", "Re: A circle", "> a\n\nOne.\n",
               refs=["circle3@x.example.org"])
    yield mail("circle2@x.example.org", "Re: A circle", "> a\n\nTwo.\n",
               refs=["circle1@x.example.org"])
    yield mail("circle3@x.example.org", "Re: A circle", "> a\n\nThree.\n",
               refs=["circle2@x.example.org"])
    yield mail("self@x.example.org", "Re: Myself", "> a\n\nMe.\n",
               refs=["self@x.example.org"])
    for i in range(3):
        yield mail("orphan%d@x.example.org" % i, "Re: Nobody has it",
                   "> a\n\nNo. %d\n" % i, refs=["never@x.example.org"],
                   sender="%s <evil%d@example.org>" % (EVIL, i))
    # So many references that only some are kept.
    yield mail("many@x.example.org", "Re: Many", "> a\n\nMany.\n",
               refs=["r%d@x.example.org" % i for i in range(500)])
    yield mail("patch@x.example.org", "[PATCH 1/9999] KVM: " + EVIL,
               "Text.\n\nSigned-off-by: Evil <evil@example.org>\n---\n"
               " a | 2 +-\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n"
               "@@ -1 +1 @@\n-a\n+b\n")
    # 300 times the same tag, and one in another's name.
    yield mail("tags@x.example.org", "Re: [PATCH 1/9999] KVM: " + EVIL,
               "> a\n\n" + "Reviewed-by: Evil <evil@example.org>\n" * 300 +
               "Acked-by: Victim <victim@example.org>\n",
               refs=["patch@x.example.org"])
    yield mail("taken@x.example.org", "Re: [PATCH 1/9999] KVM: " + EVIL,
               "On Mon, 1 Feb 2025, Evil wrote:\n> Text.\n\nApplied to "
               "\x1b]0;tree\x07<b>kvm</b>/next, thanks!\n\n" + "".join(
                   "[%d/9999] %s\n      commit: %040x\n" % (i, EVIL, i)
                   for i in range(1, 9)),
               sender="%s <evil@example.org>" % EVIL,
               refs=["patch@x.example.org"])
    yield mail("bot@x.example.org", "[syzbot] [kvm?] " + EVIL, "Hello.\n",
               sender="%s <syzbot+1@syzkaller.appspotmail.com>" % EVIL)
    yield mail("bot2@x.example.org", "[syzbot]", "Hello.\n",
               sender="syzbot+2@syzkaller.appspotmail.com")
    yield mail("pull@x.example.org", "[GIT PULL] " + EVIL,
               "The following changes since commit %040x:\n\n  a\n\nare "
               "available in the Git repository at:\n\n  javascript:alert(1)"
               "//%s tags/\x1b[2J\n\nfor you to fetch changes up to %040x:\n"
               % (1, "x" * 60, 2), sender=EVIL + " <evil@example.org>")
    yield mail("long@x.example.org", "[PATCH] KVM: " + "long " * 60,
               "---\n a | 2 +-\n\ndiff --git a/a b/a\n--- a/a\n+++ b/a\n"
               "@@ -1 +1 @@\n-a\n+c\n", sender="W" * 60 +
               " <evil@example.org>")


def sample(path):
    for name in sorted(os.listdir(path)):
        # Those before are as plain as mail can be.
        if name.endswith(".eml") and name >= "029":
            with open(os.path.join(path, name), "rb") as file:
                yield file.read()


def main():
    out = sys.stdout.buffer
    when = START
    here = os.path.join(os.path.dirname(os.path.abspath(__file__)), "sample")
    for part in (sample(here), made_up()):
        for text in part:
            out.write(b"From mail@example.org %s\n" % time.asctime(
                time.gmtime(when)).encode())
            for line in text.rstrip(b"\n").split(b"\n"):
                if line.lstrip(b">").startswith(b"From "):
                    line = b">" + line
                out.write(line + b"\n")
            out.write(b"\n")
            when += HOUR


main()
