# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_report.py - the report's commands, for coverage_cases.py."""
import os
import re
import subprocess
import sys

import coverage_shapes
from coverage_case import Case, deliver, sample
from hook import HOOK, REPORT, mail, message_id
from mailboxes import write
from programs import SAMPLE

REPORT_CONF = """
report: { sections = ( "patches", "messages" ); mailmap = "%s/mailmap";
          employers = "%s/employers"; mail_from = "digest@example.org"; };
watch: { paths = ( "virt/**", "arch/x86/kvm" ); people = ( "author1" );
         words = ( "ring" ); };
views: { arm: { paths = ( "arch/arm64" ); people = ( ); }; };
"""
ALL = "--section=" + ",".join((
    "trends", "patches", "revisions", "applied", "pulls", "waiting",
    "discussions", "reviewers", "contributors", "domains", "employers",
    "newcomers", "bots", "messages"))


def review(of):
    """A reply that gives a trailer."""
    name = re.search(rb"(?im)^message-id:\s*<(.*?)>", of).group(1)
    return (b"From: Reviewer Two <reviewer2@example.net>\n"
            b"Subject: Re: [PATCH] it\nMessage-ID: <review@example.org>\n"
            b"In-Reply-To: <" + name + b">\n"
            b"List-Id: <kvm.vger.kernel.org>\n\n> It.\n\n"
            b"Reviewed-by: Reviewer Two <reviewer2@example.net>\n")


def sample_store(new):
    store = new("sample")
    deliver(store, *sample())
    deliver(store, mail("one"), mail("one", 70000), review(sample()[1]))
    mark = Case("mark", store, ["mark", "here"])
    mark.program = REPORT
    if mark.run(store).returncode != 0:
        raise SystemExit("FAULT: setting up a marker")
    return store


def world_store(new):
    """Made-up months of mail, evil ones too, and people who are known by
    several names."""
    store = new("world")
    for name in ("ordinary", "hostile"):
        made = subprocess.run([sys.executable, os.path.join(
            SAMPLE, "..", name + ".py")], capture_output=True, check=True).stdout
        done = Case("set-up", store, ["--import", "-q", "-"], made).run(store)
        if done.returncode != 0:
            raise SystemExit("FAULT: setting up a world: %r" % done)
    with open(store.conf, "a", encoding="ascii") as file:
        file.write(REPORT_CONF % (store.folder, store.folder))
    write(os.path.join(store.folder, "mailmap"),
          b"# people\nPatch Author 1 <author1@example.org>\n"
          b"One <one@example.org> <author2@example.org>\n"
          b"Two <two@example.org> Other <author3@example.org>\n"
          b"<four@example.org> <author4@example.org>\nnonsense\n")
    write(os.path.join(store.folder, "employers"),
          b"# who\nexample.org  Example\nauthor1@example.org Other\nx\n")
    return store


def of_report(new):
    """The digest of the sample mail, and all that is asked for of it."""
    store = sample_store(new)
    one = "<%s>" % message_id("one")
    ring = "<%s>" % re.search(rb"(?im)^message-id:\s*<(.*?)>",
                              sample()[1]).group(1).decode()
    found = []

    def add(where, name, *argv, writes=False, **more):
        case = Case("report: " + name, where, argv)
        case.program, case.writes, case.short = REPORT, writes, False
        for key, value in more.items():
            setattr(case, key, value)
        found.append(case)

    add(store, "text", "start..")
    add(store, "none", "latest..")
    add(store, "classic", "--format=classic", "start..")
    add(store, "to nobody", "--format=mail", "start..")
    add(store, "no employers", "--section=employers", "start..")
    add(store, "all messages", "--messages=all", "--section=messages",
        "start..")
    add(store, "top", "--section=domains,patches", "--top=3", "start..")
    add(store, "of one series", "--series=" + ring, "start..")
    add(store, "of a list", "--list=KVM", "start..")
    add(store, "unlisted", "--list=none", "start..")
    add(store, "days", "2025-11-01..2025-11-30")
    add(store, "marker", "here..now")
    add(store, "last")
    add(store, "markers", "markers")
    add(store, "mark", "mark", "there", writes=True)
    add(store, "mark again", "mark", "here", "start", writes=True)
    add(store, "unmark", "unmark", "here", writes=True)
    add(store, "show", "show", one)
    add(store, "show id", "show", "latest")
    add(store, "show a series", "show", ring)
    add(store, "raw", "show", "--raw", one)
    add(store, "variant", "show", "--variant=2", one)
    add(store, "raw variant", "show", "--raw", "--variant=2", one)
    add(store, "advance", "--advance=here", "start..", writes=True)
    add(store, "advance, anew", "--advance=other", "start..", writes=True)
    add(store, "file", "-o", "out", "start..", writes=True, stays=("EEXIST",))
    add(store, "device", "-o", "/dev/null", "start..")
    add(store, "old file", "-o", "conf", "show", "latest", writes=True)
    add(store, "help", "--help")
    add(store, "version", "--version")
    add(store, "export", "export", tells=True)
    add(store, "mbox", "mbox", ring, "--cover", tells=True)
    add(store, "mbox, partial", "mbox", ring, "--reroll=3", "--partial",
        "--no-trailers", tells=True)
    add(store, "mbox, file", "mbox", ring, "-o", "out", writes=True,
        tells=True)
    of_shapes(new, add)
    of_backup(new, add)
    of_completion(store, add, found)
    # In the first search the index is made.
    add(store, "index", "search", "--index", writes=True)
    add(store, "search, first", "search", "ring", writes=True, partly=True)
    broken = store.copy_to(store.folder + "-broken")
    write(broken.path + "-search", b"this was an index\n" * 400)
    add(broken, "search, broken", "search", "ring", writes=True, partly=True)
    of_world(world_store(new), add)
    return found


def of_shapes(new, add):
    """Series and pull requests of which much is known."""
    store = new("shapes-report")
    done = Case("set-up", store, ["--import", "-q", "-"],
                coverage_shapes.box(store.folder)).run(store)
    if done.returncode != 0:
        raise SystemExit("FAULT: setting up shapes: %r" % done)
    for name, argv in (("reviews", ["one-0", "--reroll=1"]),
                       ("resend", ["re-1", "--reroll=2"]),
                       ("part", ["three-2"]), ("from", ["from"])):
        add(store, "mbox, " + name, "mbox", "<%s@example.org>" % argv[0],
            *argv[1:], tells=True)
    for name in ("pull", "hole-0"):
        add(store, "show, " + name, "show", "<%s@example.org>" % name)
    add(store, "series, ascii", "series", "start..", terminal=True,
        env={"TERM": "xterm", "LC_ALL": "C", "PAGER": "cat"})


def of_backup(new, add):
    """A copy of the store, with messages in files; and one where there is a
    copy already."""
    store = new("backup")
    deliver(store, *sample()[:4], mail("big", 100000), mail("big2", 90000))
    add(store, "backup", "backup", "copy.db", writes=True, tells=True,
        copies=True, stays=("EIO",), steps=("BUSY", "CORRUPT"))
    again = store.copy_to(store.folder + "-again")
    case = Case("set-up", again, ["backup", "copy.db"])
    case.program = REPORT
    if case.run(again).returncode != 0:
        raise SystemExit("FAULT: setting up a copy")
    deliver(again, mail("big3", 80000))
    add(again, "backup again", "backup", "--force", "copy.db", writes=True,
        tells=True, copies=True)


def of_completion(store, add, found):
    """What may follow on a command line: it is quiet, whatever is wrong."""
    for number, (program, words) in enumerate((
            (REPORT, ["complete", "--", "-c", "conf", "--list=K"]),
            (REPORT, ["complete", "--", "-d", "store/kvm.db", "unmark", ""]),
            (REPORT, ["complete", "--", "-c", "conf", "--view="]),
            (HOOK, ["--complete", "--", "-c", "conf", "--import", "--l"]))):
        add(store, "complete %d" % number, *words)
        found[-1].program, found[-1].bare = program, True
        found[-1].hints = True


def each_message(store):
    """Each of them can be shown, and its series be had as an mbox; a fault
    in that is the set-up's."""
    base = store.database()
    names = [row[0] for row in
             base.execute("SELECT message_id FROM message ORDER BY id")]
    base.close()
    for name in names:
        for argv, ends in ((["show", "<%s>" % name, "--list=all"], (0, 66)),
                           (["mbox", "<%s>" % name, "--partial", "--cover",
                            "--list=all"],
                            (0, 64, 65, 66))):
            case = Case("each", store, argv)
            case.program = REPORT
            done = case.run(store)
            if done is None or done.returncode not in ends:
                raise SystemExit("FAULT: %s: %r" % (argv, done))


def of_world(store, add):
    each_message(store)
    for form in ("text", "html", "json", "mail"):
        more = ["--to=reader@example.org"] if form == "mail" else []
        add(store, "all, " + form, "--format=" + form, ALL,
            "2025-04-01..2025-05-01", *more)
        add(store, "all since ever, " + form, "--format=" + form, ALL,
            "start..", *more)
    add(store, "classic, of it all", "--format=classic", "start..")
    add(store, "all by path", ALL, "--path=**", "--author=a", "start..")
    add(store, "stats", "stats", "start..")
    add(store, "series", "series", "start..")
    add(store, "mailmap", "mailmap")
    for name, argv in (("path", "--path=arch/x86/**"), ("author", "--author=a"),
                       ("subject", "--subject=KVM"), ("view", "--view=arm")):
        add(store, "by " + name, argv, "start..")
    index = Case("set-up", store, ["search", "--index"])
    index.program = REPORT
    if index.run(store).returncode != 0:
        raise SystemExit("FAULT: setting up the index")
    for number, words in enumerate((
            ["-v", "fix"], ["from:author", "OR", "subject:kvm"],
            ["path:arch/x86", "is:patch"], ["is:waiting"],
            ['"the guest"', "NOT", "nothing"], ["before:2025-04-01", "kvm*"],
            ["after:2025-03-01", "list:KVM", "kvm"])):
        add(store, "search %d" % number, "search", *words,
            steps=("CORRUPT",))
    screen = {"TERM": "xterm", "PAGER": "cat"}
    for name, argv in (("digest", ["2025-04-01..2025-04-08"]),
                       ("search", ["search", "kvm"]), ("show", ["show",
                                                                "latest"])):
        add(store, "terminal, " + name, *argv, terminal=True, env=screen)
    pager = dict(screen, PAGER="cat; exit")
    add(store, "pager", "2025-04-01..2025-04-08", terminal=True, env=pager,
        in_child=True, partly=True)
    add(store, "to a pager", "2025-04-01..2025-04-08", terminal=True,
        env=pager, only=("pipe", "fork", "dup2"))
    add(store, "in colour", "--color=always", "2025-04-01..2025-04-08")
