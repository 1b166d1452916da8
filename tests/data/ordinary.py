#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Print some months of made-up list mail as an mboxrd.

Every run prints the same bytes.  The From_ lines say when each arrived, so
that a store that imports it is the same, too.  What the golden digests
should say of it is in the comments here: the month that they are of is
April 2025; all before is history.
"""
import email.utils
import sys
import time

START = 1735689600  # 2025-01-01T00:00:00Z; days are counted from it
DAY = 86400
LIST = "KVM list <kvm@vger.kernel.org>"


class Mail:
    """What was posted so far."""

    def __init__(self):
        self.mails = []  # (arrival, number, bytes)
        self.refs = {}  # Message-ID -> its references, itself last
        self.subjects = {}

    def post(self, day, who, subject, body, reply=None, **more):
        number = len(self.mails) + 1
        name, address = PEOPLE.get(who, (None, who))
        ident = more.get("ident") or "%d.%s@example.org" % (
            number, who.split("@")[0].replace("+", "-"))
        # Two mails of one day come minutes apart.
        when = START + int(day * DAY) + number % 600
        refs = self.refs.get(reply, [reply] if reply else [])
        self.refs[ident] = refs + [ident]
        self.subjects[ident] = subject
        sender = "%s <%s>" % (name, address) if name else address
        lines = ["From: " + sender, "To: " + LIST,
                 "List-Id: <kvm.vger.kernel.org>",
                 "Subject: " + subject, "Message-ID: <%s>" % ident,
                 "Date: " + email.utils.formatdate(when - 30)]
        if refs:
            lines.append("In-Reply-To: <%s>" % refs[-1])
            lines.append("References: " + "\n ".join(
                "<%s>" % r for r in refs))
        lines += ["", body]
        self.mails.append((when, number, "\n".join(lines)))
        return ident

    def reply(self, day, who, to, body):
        subject = self.subjects[to]
        if not subject.startswith("Re:"):
            subject = "Re: " + subject
        return self.post(day, who, subject, body, reply=to)

    def write(self, out):
        for when, _, text in sorted(self.mails):
            out.write("From mail@example.org %s\n" % time.asctime(
                time.gmtime(when)))
            for line in text.rstrip("\n").split("\n"):
                if line.lstrip(">").startswith("From "):
                    line = ">" + line
                out.write(line + "\n")
            out.write("\n")


# Who reviews: 1 and 2; who takes patches: the maintainers.
PEOPLE = {"author%d" % i: ("Patch Author %d" % i,
                           "author%d@example.org" % i) for i in range(1, 16)}
PEOPLE.update({"reviewer%d" % i: ("Reviewer %d" % i,
                                  "reviewer%d@example.net" % i)
               for i in range(1, 5)})
PEOPLE.update({
    "maintainer1": ("Maintainer 1", "maintainer1@example.com"),
    "maintainer2": ("Maintainer 2", "maintainer2@example.com"),
    "tester1": ("Tester 1", "tester1@example.net"),
    "newcomer1": ("New Comer 1", "newcomer1@example.org"),
    "newcomer2": ("New Comer 2", "newcomer2@example.org"),
    "tip": ("tip-bot2 for Patch Author 5", "tip-bot2@linutronix.de"),
    "robot": ("kernel test robot", "lkp@intel.com"),
    "syzbot": ("syzbot", "syzbot+0123456789@syzkaller.appspotmail.com"),
    "patchwork": (None, "patchwork-bot+demo@kernel.org"),
    "tracker": (None, "pr-tracker-bot@kernel.org"),
})


def diff(path, new):
    """A change; another text is another patch-id."""
    return ("---\n %s | 2 +-\n 1 file changed, 1 insertion(+), "
            "1 deletion(-)\n\ndiff --git a/%s b/%s\n"
            "index 1111111..2222222 100644\n--- a/%s\n+++ b/%s\n"
            "@@ -1,3 +1,3 @@\n one\n-two\n+%s\n three\n-- \n2.39.5\n"
            % (path, path, path, path, path, new))


def patch_body(who, title, new):
    name, address = PEOPLE[who]
    path = "arch/x86/kvm/%s.c" % title.split()[-1]
    return ("What it does: %s.\n\nSigned-off-by: %s <%s>\n%s"
            % (title, name, address, diff(path, new)))


def brackets(version, number=None, total=None, tag="PATCH"):
    words = [tag] if version == 1 else [tag, "v%d" % version]
    if total:
        words.append("%d/%d" % (number, total))
    return "[%s]" % " ".join(words)


def series(mail, day, who, title, patches, version=1, tag="PATCH"):
    """patches: (title, text of the change) of each.  The ids, cover letter
    first."""
    total = len(patches)
    cover = mail.post(day, who, "%s %s" % (
        brackets(version, 0, total, tag), title),
        "About this.\n\n%s (%d):\n%s\n\n arch/x86/kvm/a.c | 2 +-\n"
        " 1 file changed, 1 insertion(+), 1 deletion(-)\n" % (
            PEOPLE[who][0], total,
            "\n".join("  " + t for t, _ in patches)))
    ids = [cover]
    for i, (name, new) in enumerate(patches):
        ids.append(mail.post(day, who, "%s %s" % (
            brackets(version, i + 1, total, tag), name),
            patch_body(who, name, new), reply=cover))
    return ids


def single(mail, day, who, title, version=1, tag="PATCH", new="2"):
    return mail.post(day, who, "%s %s" % (
        brackets(version, tag=tag), title), patch_body(who, title, new))


def give(mail, day, who, to, tag):
    return mail.reply(day, who, to, "> quoted\n\n%s: %s <%s>\n" % (
        (tag,) + PEOPLE[who]))


def quote(author):
    return ("On Mon, 07 Apr 2025 10:00:00 +0000, %s wrote:\n> About this.\n\n"
            % PEOPLE[author][0])


def thanks(mail, day, who, to, author, tree, items):
    """As b4 ty writes it."""
    total = len(items)
    lines = ["[%d/%d] %s\n      commit: %040x" % (i + 1, total, title,
                                                 0xabc0 + i)
             for i, title in enumerate(items) if title]
    return mail.reply(day, who, to, quote(author) +
                      "Applied to %s, thanks!\n\n%s\n" % (
                          tree, "\n".join(lines)))


def numbered(title, n):
    return [("KVM: %s: Do part %d of it" % (title, i), "v1-%d" % i)
            for i in range(1, n + 1)]


def history(mail):
    """January to March: everybody but the newcomers has posted."""
    for i in range(1, 13):
        ident = single(mail, 4 * i, "author%d" % i,
                       "KVM: x86: Fix old case old%d" % i)
        if i % 3 == 0:
            give(mail, 4 * i + 1, "reviewer1", ident, "Reviewed-by")
        if i % 2 == 0:
            thanks(mail, 4 * i + 2, "maintainer1", ident, "author%d" % i,
                   "demo/linux.git next",
                   ["KVM: x86: Fix old case old%d" % i])
    # Of these 45 came in March: the range before.
    for i in range(45):
        mail.post(61 + i * 0.6, "reviewer%d" % (i % 4 + 1),
                  "Talk about matter %d" % i, "Words.\n")


def versions(mail):
    """Posted in March as v1; v2 and v3 follow in April."""
    first = numbered("x86: ring", 5)
    series(mail, 70, "author1", "KVM: x86: Add ring", first)
    # 3 changed, 6 is new.
    second = list(first)
    second[2] = (first[2][0], "v2-3")
    second.append(("KVM: x86: ring: Document it", "doc"))
    v2 = series(mail, 92, "author1", "KVM: x86: Add ring", second, 2)
    # 5 and 6 changed, 1 was dropped.
    third = [second[1], second[2], second[3], (second[4][0], "v3-5"),
             (second[5][0], "doc v3")]
    v3 = series(mail, 110, "author1", "KVM: x86: Add ring", third, 3)
    # A discussion of 7 in v2: 4 replies by 1, 2 by 2, 1 by author1.
    at = v2[3]
    for i, who in enumerate(["reviewer1", "author1", "reviewer1",
                             "reviewer2", "reviewer1", "reviewer2",
                             "reviewer1"]):
        at = mail.reply(93 + i * 0.5, who, at, "> quoted\n\nNo. %d\n" % i)
    # All five are reviewed; 4 of 5 are applied.
    for ident in v3[1:]:
        give(mail, 111, "reviewer1", ident, "Reviewed-by")
    give(mail, 112, "tester1", v3[0], "Tested-by")
    thanks(mail, 114, "maintainer1", v3[0], "author1", "demo/linux.git next",
           [t for t, _ in third[:4]] + [None])
    # A single patch in two versions with the same diff.
    single(mail, 75, "author2", "KVM: x86: Fix a single case")
    single(mail, 96, "author2", "KVM: x86: Fix a single case", 2)


def waiting(mail):
    """At the end of April, with 14 days: author3's without an answer for
    21, 30 and 55 days, an RFC for 25; reviewed and not applied, a series of
    2 for 40; not: answered, too young, taken, superseded, too old."""
    single(mail, 98, "author3", "KVM: arm64: Wait for 21 days")
    single(mail, 89, "author3", "KVM: arm64: Wait for 30 days")
    series(mail, 64, "author3", "KVM: arm64: Wait for 55 days",
           numbered("arm64: wait", 3))
    single(mail, 94, "author3", "KVM: arm64: Ask for 25 days", tag="RFC PATCH")
    ready = series(mail, 79, "author4", "KVM: SVM: Be ready",
                   numbered("SVM: ready", 2))
    give(mail, 80, "reviewer1", ready[0], "Reviewed-by")
    # Of two patches one is acked: under review.
    half = series(mail, 82, "author4", "KVM: SVM: Be half ready",
                  numbered("SVM: half", 2))
    give(mail, 83, "reviewer2", half[1], "Acked-by")
    answered = single(mail, 97, "author5", "KVM: VMX: Be answered")
    mail.reply(98, "reviewer3", answered, "> quoted\n\nWhy?\n")
    single(mail, 112, "author5", "KVM: VMX: Be too young")
    asked = single(mail, 95, "author6", "KVM: x86: Be asked by a robot")
    mail.reply(96, "robot", asked, "Hi Patch,\n\nwarning: a thing\n")
    # An answer of one's own is none.
    own = single(mail, 93, "author7", "KVM: x86: Talk to myself")
    mail.reply(95, "author7", own, "Ping?\n")
    # Sent again: waits since then.
    single(mail, 72, "author8", "KVM: x86: Send again", new="again")
    single(mail, 99, "author8", "KVM: x86: Send again", tag="PATCH RESEND",
           new="again")


def taken(mail):
    """patchwork-bot: 2 of 2; tip-bot2: 2 of 3; thanks by hand: a single."""
    two = series(mail, 100, "author5", "KVM: selftests: Test two",
                 numbered("selftests: two", 2))
    give(mail, 101, "reviewer2", two[1], "Acked-by")
    give(mail, 101, "reviewer2", two[2], "Acked-by")
    mail.reply(103, "patchwork", two[0],
               "Hello:\n\nThis series was applied to demo/other.git (main)\n"
               "by Maintainer 2 <maintainer2@example.com>:\n\n"
               "Here is the summary with links:\n" + "".join(
                   "  - [%d/2] %s\n    https://git.example.org/o/c/%012x\n"
                   % (i + 1, title, 0xd00 + i) for i, (title, _) in
                   enumerate(numbered("selftests: two", 2))) +
               "\nYou are awesome, thank you!\n")
    tip = series(mail, 101, "author5", "x86/kvm: Do it in tip",
                 numbered("tip: part", 3))
    give(mail, 102, "reviewer1", tip[0], "Acked-by")
    for i in (1, 2):
        title = numbered("tip: part", 3)[i - 1][0]
        mail.post(104, "tip", "[tip: x86/urgent] " + title,
                  "The following commit has been merged into the x86/urgent "
                  "branch of tip:\n\nCommit-ID:     %040x\n\n%s\n\n"
                  "Signed-off-by: Patch Author 5 <author5@example.org>\n"
                  "Link: https://lore.kernel.org/r/%s\n%s" % (
                      0xe00 + i, title, tip[i],
                      diff("arch/x86/kvm/tip.c", "tip %d" % i)))
    one = single(mail, 105, "author9", "KVM: x86: Fix by hand")
    give(mail, 105.5, "reviewer1", one, "Reviewed-by")
    # What another sends for him does not count.
    mail.reply(105.6, "reviewer2", one, "> quoted\n\nReviewed-by: "
               "Reviewer 3 <reviewer3@example.net>\n")
    mail.reply(106, "maintainer1", one, "> quoted\n\nQueued, thanks.\n")


def pulls(mail):
    """One merged, one open."""
    for day, ref, who in ((102, "for-linus", "maintainer1"),
                          (117, "more", "maintainer2")):
        ident = mail.post(
            day, who, "[GIT PULL] KVM: %s changes" % ref,
            "Hi,\n\nThe following changes since commit %040x:\n\n"
            "  Linux 6.15-rc1 (2025-04-06)\n\nare available in the Git "
            "repository at:\n\n  https://git.example.org/kvm.git tags/%s\n\n"
            "for you to fetch changes up to %040x:\n\n  KVM: change\n\n"
            "----------------------------------------------------------------"
            "\nKVM changes\n" % (0xf01, ref, 0xf02))
        if ref == "for-linus":
            mail.reply(day + 1, "tracker", ident,
                       "The pull request you sent on Monday:\n\n"
                       "> https://git.example.org/kvm.git tags/for-linus\n\n"
                       "has been merged into torvalds/linux.git:\n"
                       "https://git.example.org/torvalds/c/%040x\n\n"
                       "Thank you!\n" % 0xf03)


def robots(mail):
    """syzbot twice, the test robot once more."""
    for i in (1, 2):
        mail.post(100 + i, "syzbot", "[syzbot] [kvm?] WARNING in kvm_thing_%d"
                  % i, "Hello,\n\nsyzbot found the following issue on:\n")
    mail.post(103, "robot", "[kvm:queue 1/2] arch/x86/kvm/a.c:1: warning: "
              "unused", "tree: queue\nReported-by: kernel test robot\n")


def talk(mail):
    """A question with 5 answers, one with 2 that began in March, and 40
    mails that nobody answers."""
    at = ask = mail.post(107, "author10", "How does this work?", "Tell me.\n")
    for i, who in enumerate(["reviewer4", "author10", "reviewer4",
                             "author11", "maintainer1"]):
        at = mail.reply(107.5 + i, who, at, "> quoted\n\nSo.\n")
    mail.reply(113, "author12", ask, "> quoted\n\nI do not know.\n")
    old = mail.post(85, "author11", "A question of March", "Well?\n")
    mail.reply(86, "reviewer4", old, "> quoted\n\nIn March.\n")
    mail.reply(92, "author11", old, "> quoted\n\nIn April.\n")
    mail.reply(93, "reviewer4", old, "> quoted\n\nIn April.\n")
    for i in range(40):
        mail.post(91 + i * 0.7, "author%d" % (i % 12 + 1),
                  "Matter of April %d" % i, "Words.\n")


def newcomers(mail):
    """Two; and one whose patch a maintainer sends is not told of."""
    single(mail, 108, "newcomer1", "KVM: Fix a typo")
    series(mail, 109, "newcomer2", "KVM: s390: Begin",
           numbered("s390: begin", 2))
    mail.post(110, "maintainer1", "[PATCH] KVM: x86: Be sent by another",
              "From: Some Body <somebody@example.org>\n\n" +
              patch_body("author1", "KVM: x86: Be sent by another", "else"))


def main():
    mail = Mail()
    for part in (history, versions, waiting, taken, pulls, robots, talk,
                 newcomers):
        part(mail)
    # The last of April; it says when the range ends.
    mail.post(119.9, "author12", "The end of April", "Words.\n")
    # What comes later is not in the digest of April.
    give(mail, 121, "reviewer4", "1.author1@example.org", "Reviewed-by")
    single(mail, 122, "author13", "KVM: x86: Be of May")
    mail.write(sys.stdout)


main()
