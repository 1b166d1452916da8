# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_import.py - imports from all that mail is kept in, for
coverage_cases.py.
"""
import os

import coverage_shapes
import mailboxes
from coverage_case import Case, sample
from hook import mail
from mailboxes import write


def numbered(raws):
    return [mailboxes.Mail(raw, number) for number, raw in enumerate(raws)]


def plain(raws):
    """Those that a mailbox of any kind holds as they are."""
    return [raw for raw in raws
            if b"\r" not in raw and not raw.startswith(b"From ")]


def sources(folder, mails):
    """Mail in all forms that it is kept in."""
    def at(*names):
        return os.path.join(folder, *names)

    few = [mailboxes.counted(mails[n], n) for n in range(4)]
    write(at("rd"), mailboxes.mboxrd(mails))
    write(at("all"), mailboxes.mboxrd(numbered(sample())))
    write(at("cl"), mailboxes.mboxcl(few))
    write(at("one"), mails[0].raw)
    write(at("junk"), b"\0\1\2 this is no mail\n")
    mailboxes.maildir(at("maildir"), mails[:4])
    mailboxes.folder(at("mh"), mails[:3])
    mailboxes.folder(at("mh", "below"), mails[3:4])
    mailboxes.archive(at("v1"), mails[:4], 1)
    mailboxes.archive(at("v2", "git", "0.git"), mails[:4])
    mailboxes.archive(at("v2", "git", "1.git"), mails[4:6])


def of_import(later, new):
    mails = numbered(plain(sample()[:14]) +
                     [mail("one"), mail("one", 50), mail("much", 100000)])
    empty = new("empty")
    sources(empty.folder, mails)
    full = later.copy_to(later.folder + "-import")
    sources(full.folder, mails)
    found = []
    for name, start, argv, data in (
            ("mbox", empty, ["rd"], b""),
            ("mbox, one job", empty, ["--jobs=1", "rd"], b""),
            ("mbox, more", full, ["-v", "rd"], b""),
            ("all", empty, ["--jobs=1", "all"], b""),
            ("all, over again", full, ["--jobs=1", "all", "rd"], b""),
            ("input", empty, ["-"], mailboxes.mboxrd(mails[:4])),
            ("mboxo", empty, ["--format=mboxo", "rd"], b""),
            ("mboxcl", empty, ["cl"], b""),
            ("maildir", empty, ["maildir"], b""),
            ("mh", empty, ["mh"], b""),
            ("message", empty, ["one"], b""),
            ("v1", empty, ["v1"], b""),
            ("v2", empty, ["v2"], b""),
            ("list", empty, ["-l", "X=x.example.org", "one", "mh"], b""),
            ("nothing", empty, ["nowhere", "junk", "one"], b""),
            ("dry run", empty, ["--dry-run", "mh"], b"")):
        case = Case("import: " + name, start, ["--import", *argv], data)
        case.all_or_error = True
        if name in ("mbox, one job", "all"):
            case.steps = ("TOOBIG", "BUSY", "CORRUPT")
        case.short = False
        found.append(case)
    shapes = new("shapes")
    write(os.path.join(shapes.folder, "box"),
          coverage_shapes.box(shapes.folder))
    found.append(Case("import: shapes", shapes, ["--import", "--jobs=1",
                                                 "box"]))
    found[-1].all_or_error, found[-1].short = True, False
    child = Case("import: child", empty, ["--import", "--jobs=2", "rd"])
    child.in_child = True
    return found + [child]
