# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_hook.py - the hook's commands but for its import, for
coverage_cases.py.
"""
import os
import shutil

import coverage_shapes
from coverage_case import Case, deliver, garbage, sample
from hook import HOOK, REPORT, mail
from mailboxes import write

HOME_CONF = """
lists = ({ name = "KVM"; id = "kvm.vger.kernel.org";
           address = "kvm@vger.kernel.org"; },
         { name = "PPC"; id = "kvm-ppc.vger.kernel.org"; });
store: { journal = "wal"; };
report: { sections = ( "patches", "messages" ); top = 3; format = "text";
          messages = "all"; };
"""


def of_home(later, new):
    """With no word of where the store and the configuration are; and with
    names that begin here."""
    store = later.copy_to(later.folder + "-home")
    for folder in (".config/kvmdigest", ".local/share/kvmdigest"):
        os.makedirs(os.path.join(store.folder, folder), 0o700)
    with open(os.path.join(store.folder, ".config/kvmdigest/kvmdigest.conf"),
              "w", encoding="ascii") as file:
        file.write(HOME_CONF)
    for name, text in (
            (".procmailrc", ":0 wc\n| kvmdigest-mda\n"),
            (".mailfilter", "cc \"| kvmdigest-mda\"\nEXITCODE=0\n"),
            (".dovecot.sieve", "pipe :copy \"kvmdigest-mda\";\n"),
            (".fetchmailrc", "mda \"timeout 99 kvmdigest-mda\"\n")):
        with open(os.path.join(store.folder, name), "w",
                  encoding="ascii") as file:
            file.write(text)
    for data in sample()[:4] + [mail("old")]:
        case = Case("set-up", store, (), data)
        case.bare = True
        if case.run(store).returncode != 0:
            raise SystemExit("FAULT: setting up a store at home")
    found = [Case("home", store, (), mail("home")),
             Case("home, a list", store, ["-l", "PPC"], mail("home")),
             Case("home, check", store, ["--check"]),
             Case("home, drain", store, ["--drain"]),
             Case("home, report", store, ["start.."]),
             Case("home, report of both", store, ["--list=all", "start.."]),
             Case("home, no message", store, ["show", "start"]),
             Case("here", store, ["-d", "store/kvm.db"], mail("here")),
             Case("here, report", store, ["-d", "store/kvm.db", "start.."])]
    for case in found:
        case.bare = True
        # Where HOME cannot be looked at it is the home of the user that
        # runs this, and a configuration that is gone, or was emptied, is
        # one that never was.
        case.spared = ("stat", "lstat", "getpwuid", "read")
        if "report" in case.name or "show" in case.argv:
            case.program = REPORT
    # of whom nobody knows a home; the user that runs this has one
    write(os.path.join(store.folder, "of-home"),
          b'report: { mailmap = "~/mailmap"; };\n')
    for name, program, argv in (
            ("no home", HOOK, ["--check"]),
            ("no home, report", REPORT, ["markers"]),
            ("no home, in conf", REPORT, ["-c", "of-home", "markers"])):
        case = Case(name, store, argv)
        case.program, case.bare, case.homeless = program, True, True
        case.only, case.stays = ("getpwuid",), ("0",)
        found.append(case)
    # a directory of the store's own is made
    fresh = Case("fresh home", new("fresh"), (), mail("fresh"))
    fresh.bare = True
    fresh.spared = ("stat", "lstat", "getpwuid", "read")
    found.append(fresh)
    mute = Case("no standard error", store, (), mail("mute"))
    mute.speechless, mute.only = True, ("open",)
    return found + [mute]


def of_spool(later, new):
    broken = later.copy_to(later.folder + "-broken")
    garbage(broken)
    deliver(broken, mail("waits"), spooled=True)
    into = Case("into the spool", broken, (), mail("two"), "two")
    into.stays = ("EIO",)
    into.sound = False
    big = Case("large, into the spool", broken, (), mail("big2", 100000),
               "big2")
    big.sound = False
    waits = later.copy_to(later.folder + "-waits")
    garbage(waits)
    deliver(waits, mail("two"), mail("large2", 100000), mail("two"),
            spooled=True)
    for end in ("", "-wal", "-shm"):
        if os.path.exists(later.path + end):
            shutil.copy2(later.path + end, waits.path + end)
    write(waits.path + "-spool/new/poison", b"no message\n")
    return [into, big, Case("drain", waits, ["--drain", "-v"]),
            Case("drain on delivery", waits, (), mail("three"), "three"),
            Case("check spool", waits, ["--check", "-v"])]


def of_children(later):
    """Mail of many sorts; what fails is the child's."""
    found = []
    for i, data in enumerate(sample() + [coverage_shapes.NOTICE]):
        one = Case("child %d" % (i + 1), later, (), data)
        one.in_child = True
        found.append(one)
    return found


def of_keeper(later, new):
    old = later.copy_to(later.folder + "-old")
    deliver(old, *sample())
    base = old.database()
    base.execute("UPDATE variant SET status = 2, parser = 0")
    # What an older release made of them was something else.
    base.execute("UPDATE trailer SET value = 'x' WHERE variant % 2 = 0")
    base.execute("UPDATE link SET version = 9 WHERE variant % 2 = 1")
    base.execute("UPDATE taken SET title = 'x'")
    # ... and some of them were patches.
    base.execute("UPDATE message SET series = (SELECT min(id) FROM series) "
                 "WHERE series IS NULL AND variant IS NOT NULL")
    base.commit()
    base.close()
    # A large one, and more than fills a block.
    loose = new("loose")
    deliver(loose, *sample()[:12], mail("large", 100000),
            *(mail("loose-%d" % n, 60000) for n in range(12)))
    damaged = loose.copy_to(loose.folder + "-damaged")
    base = damaged.database()
    base.execute("UPDATE raw SET data = substr(data, 1, 40) "
                 "WHERE variant = 2")
    base.commit()
    base.close()
    found = [Case("reparse", old, ["--reparse", "-v"]),
             Case("check", later, ["--check"]),
             Case("repack", loose, ["--repack", "-v"]),
             Case("repack, damaged", damaged, ["--repack"])]
    found[2].steps = ("BUSY", "CORRUPT")
    found[0].keeps = found[2].keeps = True
    return found + [Case("check, no store", new("nothing"), ["--check"])]
