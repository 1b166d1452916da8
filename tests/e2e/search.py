# SPDX-License-Identifier: GPL-2.0-or-later
"""search.py - what is found, what is not, and that nothing else happens.

The sample mail and letters of our own are delivered; each question has its
answer here.  Then what a hostile mail or a hostile word could do.
search_index.py looks at the index itself.
UPDATE_GOLDEN=1 writes tests/golden/search-*.txt anew.
"""
import os
import pty
import re
import select
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import SAMPLE, SOURCE  # noqa: E402
from search_place import Place, letter  # noqa: E402
from verdict import fault, verdict  # noqa: E402

GOLDEN = SOURCE + "/tests/golden"


DIFF = ("Text.\n\nSigned-off-by: Patch Author <author@example.org>\n---\n"
        " %(p)s | 1 +\n 1 file changed, 1 insertion(+)\n\n"
        "diff --git a/%(p)s b/%(p)s\n--- a/%(p)s\n+++ b/%(p)s\n"
        "@@ -1 +1,2 @@\n x\n+%(l)s\n-- \n2.39.0\n")

LETTERS = [
    letter(1, "[PATCH] KVM: x86: first", DIFF % {
        "p": "arch/x86/kvm/x86.c", "l": "kvm_arch_vcpu_load(vcpu, cpu);"}),
    letter(2, "[PATCH v2 0/1] KVM: second cover", "Introduction.\n"),
    letter("2b", "[PATCH v2 1/1] KVM: second", DIFF % {
        "p": "arch/x86/kvm/vmx/vmx.c", "l": "load the vcpu"},
           "In-Reply-To: <s2@example.org>\n"
           "References: <s2@example.org>\n",
           "Patch Author 2 <author2@example.org>"),
    letter(3, "Re: [PATCH] KVM: x86: first", "> quoted\nThis looks good.\n"
           "\nReviewed-by: Reviewer 3 <reviewer3@example.com>\n",
           "In-Reply-To: <s1@example.org>\nReferences: <s1@example.org>\n",
           "Zo\u00eb Reviewer <reviewer3@example.com>"),
    letter(4, "[GIT PULL] KVM changes", "The following changes since commit "
           "0123456789012345678901234567890123456789:\n\n  Title\n\nare "
           "available in the Git repository at:\n\n  "
           "https://git.example.org/kvm.git tags/for-linus\n\nfor you to "
           "fetch changes up to 0123456789012345678901234567890123456788:\n"),
    letter(5, "a question", "Caf\u00e9 in the guest?\nvcpu\nload\n"),
    letter(6, "[PATCH] KVM: PPC: third", DIFF % {
        "p": "arch/powerpc/kvm/book3s.c", "l": "x"}, name="kvm-ppc"),
    letter(7, "[PATCH] Documentation: fourth", DIFF % {
        "p": "Documentation/virt/kvm/api.rst", "l": "x"}),
]

# What is asked, and the numbers of the letters that answer, newest first.
QUESTIONS = [
    ("first", "3 1"),
    ("FIRST", "3 1"),
    ("first good", "3"),
    ("first good nothing", ""),
    ("kvm_arch_vcpu_load", "1"),
    ("vcpu_load", "5 1"),
    ('"vcpu load"', "5 1"),
    ("vcpu load", "5 2b 1"),
    ("kvm_arch_vc", ""),
    ("kvm_arch_vc*", "1"),
    ("cafe", "5"),
    ("caf\u00e9", "5"),
    ("CAF\u00c9", "5"),
    ("zoe", "3"),
    ("load -vcpu_load", "2b"),
    ("load NOT vcpu_load", "2b"),
    ("-load is:patch subject:KVM", ""),
    ("first OR question", "5 3 1"),
    ("first OR question good", "3"),
    ("from:author1@example.org", "1"),
    ("from:author2", "2b 2"),
    ('from:"Patch Author 1"', "1"),
    ("from:reviewer3 is:reply", "3"),
    ("from:author1 from:author2", ""),
    ("from:author1 OR from:author5", "5 1"),
    ("subject:second", "2b 2"),
    ("subject:load", ""),
    ("subject:first -subject:Re", "1"),
    ("path:arch/x86/kvm/", "2b 1"),
    ("path:arch/x86/kvm", "2b 1"),
    ("path:arch/x86/kvm/**", "2b 1"),
    ("path:arch/x86/kvm/*.c", "1"),
    ("path:**/vmx.c", "2b"),
    ("path:arch/x86/kv", ""),
    ("path:nowhere/", ""),
    ("path:arch/ -path:arch/x86/kvm/vmx/", "1"),
    ("is:patch -path:arch", "7"),
    ("is:cover", "2"),
    ("is:pull", "4"),
    ("is:pull OR is:cover", "4 2"),
    ("is:reply good", "3"),
    ("is:patch is:reply", ""),
    ("is:waiting", "7 2"),
    ("-is:waiting is:patch", "2b 1"),
    ("list:PPC", "6"),
    ("list:PPC third", "6"),
    ("list:all third", "6"),
    ("list:none third", ""),
    ("third", ""),
    ("after:<s5@example.org>", "7"),
    ("before:<s1@example.org>", "1"),
    ("after:<s1@example.org> before:<s3@example.org>", "3 2b 2"),
    ("before:2001-01-01", ""),
    ("after:yesterday first", "3 1"),
    ('after:"2 days ago" first', "3 1"),
    # no syntax of anything below
    ("NEAR(first good)", ""),
    ("first* OR *", "3 1"),
    ("^first", "3 1"),
    ("{subject}:first", ""),
    ("first\" OR \"question", "5 3 1"),
    ("'; DROP TABLE words; --", ""),
    ("%first_", "3 1"),
    ("first \\", "3 1"),
    ("first ->", "3 1"),
    ("text:vcpu", ""),
    ("rank:bm25", ""),
    ("\u202efirst", "3 1"),
]

# What is asked, and a word of the one line that says what is wrong.
WRONG = [
    ("", "nothing to search for"),
    ("->", "nothing to search for"),
    ("*", "nothing to search for"),
    ('"', "nothing to search for"),
    ("is:open", "patch, cover, reply, pull, applied, bot"),
    ("from:", "a name or address"),
    ("path:", "a GLOB"),
    ("list:nowhere", "no list 'nowhere'"),
    ("after:2025-02-30", "no such date"),
    ("OR first", "OR stands between"),
    ("first NOT", "NOT without"),
    ("-list:KVM", "cannot be left out"),
    ("a" * 1001, "more than 1000 bytes"),
    (" ".join("word%d" % i for i in range(10000)), "more than 256 words"),
]


def numbers(lines):
    """The letters that lines are about, by their subjects."""
    by_subject = {}
    for mail in LETTERS:
        text = mail.decode("utf-8")
        number = re.search(r"^Message-ID: <s(\w+)@", text, re.M).group(1)
        by_subject[re.search(r"^Subject: (.*)", text, re.M).group(1)] = number
    found = []
    for line in lines:
        subject = [s for s in by_subject if line.endswith("  " + s)]
        # "Re: x" ends as "x" does
        found.append(by_subject[max(subject, key=len)] if subject else line)
    return " ".join(found)


def questions(place):
    """Each has its answer, made of one word and of many."""
    for mail in LETTERS:
        place.deliver(mail)
    for text, want in QUESTIONS:
        got = numbers(place.search("--", text))
        if got != want:
            fault("search %s: '%s', not '%s'" % (text, got, want))
        if '"' not in text and text.split():
            again = numbers(place.search("--", *text.split()))
            if again != got:
                fault("search %s, by words: '%s'" % (text, again))
    for text, word in WRONG:
        done = place.run("search", "--", text)
        if done.returncode != 64 or done.stdout or \
                done.stderr.count(b"\n") != 1 or word.encode() not in \
                done.stderr:
            fault("search %.40s: exit %d: %s" % (text, done.returncode,
                                                 done.stderr))
    done = place.run("search", "nothinglikethis")
    if done.returncode != 0 or done.stdout or b"nothing found" not in \
            done.stderr:
        fault("nothing: %d %s" % (done.returncode, done.stderr))
    done = place.run("search", "--limit", "1", "first")
    if done.stdout.count(b"\n") != 1 or b"newest 1 of 2" not in done.stderr:
        fault("--limit: %s %s" % (done.stdout, done.stderr))
    done = place.run("search", "--list", "KVM", "list:PPC", "x")
    if done.returncode != 64 or b"one of them" not in done.stderr:
        fault("two lists: %d %s" % (done.returncode, done.stderr))
    done = place.run("search", "first", "-x")
    if done.returncode != 64 or b"NOT word" not in done.stderr:
        fault("a word like an option: %d %s" % (done.returncode, done.stderr))


def follows(place):
    """What comes is found at once; what was answered waits no longer."""
    place.deliver(letter(8, "Re: [PATCH] Documentation: fourth", "No.",
                         "In-Reply-To: <s7@example.org>\n",
                         "Reviewer 3 <reviewer3@example.com>"))
    if numbers(place.search("is:waiting")) != "2":
        fault("answered, and it waits still")
    if len(place.search("from:reviewer3", "subject:fourth")) != 1:
        fault("what came last is not found")


def sanitized(place):
    """Nothing from mail or the command line reaches a terminal as it is."""
    place.deliver(letter(9, "evil \x1b]0;title\x07 subject\u202egnp.exe",
                         "evil \x1b[2Jword\r\n\u2066x\u009b31m\n",
                         "", "\"Evil \x1b[31m\u202e\" <evil@example.org>"))
    done = place.run("search", "-v", "evil")
    if done.returncode != 0 or b"evil" not in done.stdout:
        fault("evil is not found: %s" % done.stderr)
    for text in (done.stdout, place.run("search", "evil").stdout,
                 place.run("search", "is:\x1b[31m").stderr,
                 place.run("search", "list:\x1b[31m").stderr):
        for bad in ("\x1b", "\x07", "\r", "\u202e", "\u2066", "\u009b"):
            if bad in text.decode("utf-8", "replace"):
                fault("%r in %r" % (bad, text))
    for line in done.stdout.decode().splitlines():
        if line.startswith("    ") and len(line) > 80:
            fault("too wide: %s" % line)
    for line in place.run("search", "KVM").stdout.decode().splitlines():
        if len(line) > 80:
            fault("too wide: %s" % line)


def at_terminal(place):
    """At a terminal there is the line that has the word, in its width."""
    master, slave = pty.openpty()
    subprocess.run(["stty", "cols", "60"], stdin=slave, check=True)
    child = subprocess.Popen(place.words("search", "kvm_arch_vcpu_load"),
                             stdout=slave, stderr=subprocess.DEVNULL,
                             env=place.env)
    os.close(slave)
    text = b""
    while select.select([master], [], [], 20)[0]:
        try:
            piece = os.read(master, 4096)
        except OSError:
            break
        if not piece:
            break
        text += piece
    child.wait()
    os.close(master)
    lines = text.decode().splitlines()
    if len(lines) != 2 or "+kvm_arch_vcpu_load(vcpu, cpu);" not in lines[1]:
        fault("at a terminal: %s" % lines)
    if any(len(line) > 60 for line in lines):
        fault("wider than the terminal: %s" % lines)


def golden(place):
    """Byte for byte, but for the day."""
    for file in sorted(os.listdir(SAMPLE)):
        if file.endswith(".eml"):
            with open(SAMPLE + "/" + file, "rb") as mail:
                place.deliver(mail.read())
    place.run("mark", "first", "start")
    with open(SAMPLE + "/021-cover-after-1-2.eml", "rb") as mail:
        found = re.search(rb"^Message-ID: *(<.*>)", mail.read(), re.M | re.I)
    place.run("mark", "a-long-name-of-a-marker", found.group(1).decode())
    place.run("mark", "last")
    for name, words in (
            ("search-words", ["search", "-v", "demo_ring_pop", "NOT",
                              "is:patch"]),
            ("search-waiting", ["search", "-v", "is:waiting"]),
            ("search-people", ["search", "-v", "from:poster", "is:cover"]),
            ("search-path", ["search", "path:virt/demo/clock.c", "NOT",
                             "from:poster"]),
            ("search-bots", ["search", "is:bot", "OR", "is:applied"]),
            ("search-hostile", ["search", "-v", "gotcha"]),
            ("markers", ["markers"])):
        done = place.run(*words)
        text = re.sub(r"\d{4}-\d\d-\d\d(T\d\d:\d\d)?(?=  )",
                      lambda m: "x" * len(m.group()), done.stdout.decode())
        path = "%s/%s.txt" % (GOLDEN, name)
        if os.environ.get("UPDATE_GOLDEN") == "1":
            with open(path, "w", encoding="utf-8") as out:
                out.write(text)
        with open(path, encoding="utf-8") as want:
            if want.read() != text:
                fault("%s is not %s:\n%s%s" % (words, path, text,
                                               done.stderr.decode()))


def no_delivery_pays(place):
    """A delivery makes no index, and does not touch one."""
    index = place.store + "-search"
    if os.path.exists(index):
        fault("an index before anybody searched")
    place.deliver(LETTERS[0])
    if os.path.exists(index):
        fault("a delivery made an index")


def main():
    """A home for each."""
    with tempfile.TemporaryDirectory() as home:
        place = Place(home)
        no_delivery_pays(place)
        questions(place)
        follows(place)
        at_terminal(place)
        sanitized(place)
    with tempfile.TemporaryDirectory() as home:
        golden(Place(home))
    sys.exit(verdict())


if __name__ == "__main__":
    main()
