#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""What bash, zsh and fish make of the files that are in conf/ for them: the
real shells, at a terminal of their own where they need one, on a table of
lines; and that each option, command and list of names of the programs is
completed in each of them.
"""
import glob
import os
import re
import shutil
import sqlite3
import string
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import BIN, SOURCE  # noqa: E402
from shells import Bash, Fish, Zsh  # noqa: E402
from verdict import expect, verdict  # noqa: E402

REPORT, HOOK = "kvmdigest-report", "kvmdigest-mda"
ODD = "we; ird$(touch pwned)'`\"\\*"
CONF = """
lists = ( { name = "KVM"; id = "kvm.vger.kernel.org"; },
          { name = "K.v_m+-2"; id = "two.example.org"; } );
views: { arm: { words = ( "arm" ); }; };
"""

# What is typed, and what may follow.  The store has the markers rc1 and
# rel-6.12.3, the configuration the lists of CONF.
POINTS = ["latest", "now", "rc1", "rel-6.12.3", "start", "today", "yesterday"]
TABLE = [
    (f"{REPORT} mar", ["mark", "markers"]),
    (f"{REPORT} un", ["unmark"]),
    (f"{REPORT} mark ", ["rc1", "rel-6.12.3"]),
    (f"{REPORT} mark new ", POINTS),
    (f"{REPORT} mark new latest ", []),
    (f"{REPORT} unmark re", ["rel-6.12.3"]),
    (f"{REPORT} unmark rc1 ", []),
    (f"{REPORT} markers ", []),
    (f"{REPORT} show rel", ["rel-6.12.3"]),
    (f"{REPORT} mbox l", ["latest"]),
    (f"{REPORT} r", ["rc1..", "rel-6.12.3.."]),
    (f"{REPORT} digest ", [f"{point}.." for point in POINTS]),
    (f"{REPORT} digest rc1..", [f"rc1..{point}" for point in POINTS]),
    (f"{REPORT} rc1..rel", ["rc1..rel-6.12.3"]),
    (f"{REPORT} export rel-6.12.3..l", ["rel-6.12.3..latest"]),
    (f"{REPORT} stats ..r", ["..rc1", "..rel-6.12.3"]),
    (f"{REPORT} series a..b ", []),
    (f"{REPORT} --top 3 stats rel", ["rel-6.12.3.."]),
    (f"{REPORT} -- ser", ["series"]),
    (f"{REPORT} --list ", ["K.v_m+-2", "KVM", "all", "none"]),
    (f"{REPORT} --list=K", ["--list=K.v_m+-2", "--list=KVM"]),
    (f"{REPORT} --list=a", ["--list=all"]),
    (f"{REPORT} --view ", ["arm"]),
    (f"{REPORT} --format ", ["classic", "html", "json", "mail", "text"]),
    (f"{REPORT} series --format ", ["text"]),
    (f"{REPORT} --messages=", [f"--messages={name}"
                               for name in ("all", "cover", "first")]),
    (f"{REPORT} --color ", None),
    (f"{REPORT} --color=n", ["--color=never"]),
    (f"{REPORT} --advance=r", ["--advance=rc1", "--advance=rel-6.12.3"]),
    (f"{REPORT} --adv", ["--advance", "--advance="]),
    (f"{REPORT} --section p", ["patches", "pulls"]),
    (f"{REPORT} --section patches,p", ["patches,pulls"]),
    (f"{REPORT} --section=pulls,bots,pa", ["--section=pulls,bots,patches"]),
    (f"{REPORT} stats --series rc", ["rc1"]),
    (f"{REPORT} stats --top ", []),
    (f"{REPORT} search ", ["after:", "before:", "from:", "is:", "list:",
                           "path:", "subject:"]),
    (f"{REPORT} search ring is:w", ["is:waiting"]),
    (f"{REPORT} search after:r", ["after:rc1", "after:rel-6.12.3"]),
    (f"{REPORT} search list:K", ["list:K.v_m+-2", "list:KVM"]),
    (f"{REPORT} search from:", []),
    (f"{REPORT} show --r", ["--raw"]),
    (f"{REPORT} show -o", ["-o"]),
    (f"{REPORT} -o fi", ["file-1", "file-2"]),
    (f"{REPORT} export --output=file-", ["--output=file-1", "--output=file-2"]),
    (f"{REPORT} --path fi", ["file-1", "file-2"]),
    (f"{REPORT} -d nowhere mark ", []),
    (f"{REPORT} -d file-1 mark ", []),
    (f"{REPORT} --store sub/none.db unmark r", []),
    (f"{REPORT} -d 'a b/kvm.db' unmark ", ["other"]),
    (f"{REPORT} -d a\\ b/kvm.db unmark ", ["other"]),
    (f"{REPORT} -d ~/'a b/kvm.db' unmark ", ["other"]),
    (f"{REPORT} --store=sub/../kvm.db unmark rc", ["rc1"]),
    (f"{REPORT} -c other.conf -d nowhere --list=",
     ["--list=Other", "--list=all", "--list=none"]),
    (f"{REPORT} -c other.conf --list ", ["KVM", "Other", "all", "none"]),
    (f"{REPORT} -c other.conf unmark ", ["other"]),
    (f"{REPORT} -c broken.conf --list ", ["all", "none"]),
    (f"{REPORT} -d $(touch pwned) unmark rc", None),
    (f"{REPORT} -d `touch pwned` unmark rc", None),
    (f"{BIN}/{REPORT} unm", ["unmark"]),
    (f"~/bin/{REPORT} unm", ["unmark"]),
    (f"{HOOK} ", []),
    (f"{HOOK} --f", ["--format"]),
    (f"{HOOK} --import --format m", ["maildir", "mboxcl", "mboxo", "mboxrd",
                                     "message", "mh"]),
    (f"{HOOK} --import --format=g", ["--format=git"]),
    (f"{HOOK} -l ", ["K.v_m+-2", "KVM"]),
    (f"{HOOK} -c other.conf --list=", ["--list=Other"]),
    (f"{HOOK} --import -q fi", ["file-1", "file-2"]),
    (f"{HOOK} -d ot", ["other.conf"]),
    (f"{HOOK} --drain fi", []),
]


def run(*args, code=0):
    done = subprocess.run(args, capture_output=True, text=True, check=False,
                          stdin=subprocess.DEVNULL)
    expect(code is None or done.returncode == code, f"{args}: {done}")
    return done


def ask(program, *words):
    """What the program itself says may follow; it never fails, and never
    says anything else."""
    how = "complete" if program == REPORT else "--complete"
    done = run(program, how, "--", *words)
    expect(not done.stderr, f"{program} {words}: {done.stderr}")
    return [line.split("\t")[0] for line in done.stdout.splitlines()]


def check_table(shell):
    for typed, wanted in TABLE:
        got = shell.complete(typed)
        expect(wanted is None or got == sorted(wanted),
               f"{shell.name}: {typed!r}: {got}, not {wanted}")
    expect(not os.path.exists("pwned"), f"{shell.name} runs what is typed")


def check_names(shell):
    """All that the programs say comes through."""
    lines = [f"{HOOK} -"] + [f"{REPORT} {command} -" for command in commands()]
    for typed in lines:
        expect(shell.complete(typed) == sorted(ask(*typed.split())),
               f"{shell.name}: {typed!r}")


def check_odd(shell):
    """A name that is more than a word to a shell is quoted, in each shell's
    way: as an argument it is itself again."""
    typed = f"{REPORT} -d odd.db --list we"
    if shell.name == "fish":
        expect(shell.complete(typed) == [ODD],
               f"fish: {shell.complete(typed)}")
        return
    line = shell.shell.line(typed)
    args = subprocess.run([shell.name, "-c", f"printf '%s\\0' {line}"],
                          capture_output=True, text=True,
                          check=False).stdout.split("\0")
    expect(args[4] == ODD, f"{shell.name}: {line!r}: {args}")
    expect(not os.path.exists("pwned"), f"{shell.name} runs a list's name")


def check_space(shell):
    """A blank behind what is finished, and none behind what goes on."""
    if shell.name == "fish":
        return
    for typed, wanted in (("unm", "unmark "), ("rel", "rel-6.12.3.."),
                          ("search bef", "search before:"),
                          ("--list=KV", "--list=KVM "),
                          ("--sect", "--section "),
                          ("-o oth", "-o other.conf "),
                          ("-o su", "-o sub/")):
        got = shell.shell.line(f"{REPORT} {typed}", "\t")
        expect(got == f"{REPORT} {wanted}", f"{shell.name}: {typed}: {got!r}")


def commands():
    said = run(REPORT, "--help").stdout
    return re.findall(r"^ +kvmdigest-report (\w+) ", said, re.M) + ["digest"]


def options(program):
    """Those that it takes, by what it says of itself."""
    said = run(program, "--help").stdout
    letters = re.findall(r"^  (-[a-z]), ", said, re.M)
    if program == REPORT:
        said += run(program, "--nosuch", code=64).stderr.split("there are:")[1]
        letters = [f"-{letter}" for letter in string.ascii_letters
                   if "no option" not in
                   run(program, f"-{letter}", code=None).stderr]
    return {*re.findall(r"(?<![\w-])--[a-z][a-z-]*", said), *letters}


def run_option(command, name):
    """What a command says to an option, with a value where it wants one."""
    args = [REPORT, "-d", "nowhere", *command, name]
    said = run(*args, code=None).stderr
    if "wants a value" in said:
        said = run(*args, "1", code=None).stderr
    return said


def check_programs():
    """What is offered is all that there is, and is taken."""
    named = [name for name in commands() if name != "complete"]
    expect(set(named) < set(ask(REPORT, "")), "not all commands")
    offered = set()
    usages = run(REPORT, "complete").stdout
    for command in named:
        args = re.findall(rf"^{command}\t(\w*)", usages, re.M)
        fits = set(ask(REPORT, command, "-"))
        offered |= fits
        for name in sorted(options(REPORT)):
            if name.startswith("--"):
                said = run_option([command, *filter(None, args)], name)
                expect(("is an option of" in said) == (name not in fits),
                       f"{command} {name}: {said}")
    offered -= {"--color=", "--advance="}
    expect(offered == options(REPORT),
           f"{REPORT}: {offered ^ options(REPORT)}")
    expect(set(ask(HOOK, "-")) == options(HOOK) - {"--complete"},
           f"{HOOK}: {set(ask(HOOK, '-')) ^ options(HOOK)}")
    said = run(REPORT, "--help").stdout
    for option in ("format", "messages", "section", "color"):
        words = ask(REPORT, f"--{option}=")
        expect(len(words) > 2, f"{option}: {words}")
        for word in words:
            run(REPORT, word, *(["--to=user@example.org"]
                                if word == "--format=mail" else []))
            expect(word.split("=")[1] in said, f"{word} is not in --help")
    for word in ask(REPORT, "search", "is:"):
        run(REPORT, "search", word)
    for word in ask(REPORT, "search", ""):
        expect(word in said, f"search {word}")
    for word in ask(HOOK, "--format="):
        done = run(HOOK, "--import", "-d", "new.db", word, "nowhere", code=66)
        expect("there are" not in done.stderr, f"{word}: {done}")


def check_quiet(place):
    """Nothing is said, changed or made where something is not as it
    should be."""
    expect(ask(REPORT, "-d", "nowhere/kvm.db", "unmark", "") == [], "nowhere")
    shutil.copy("a b/kvm.db", "old.db")
    os.chmod("old.db", 0o600)
    base = sqlite3.connect("old.db")
    base.execute("PRAGMA user_version = 1")
    base.commit()
    base.close()
    with open("old.db", "rb") as file:
        before = file.read()
    expect(ask(REPORT, "-d", "old.db", "unmark", "") == [], "an old schema")
    with open("old.db", "rb") as file:
        expect(file.read() == before, "an old store was changed")
    expect(not glob.glob("old.db-*") and not os.path.exists("nowhere"),
           "something was made")
    for words in ([], [""], ["--"], ["-"], ["=", ""], ["--=", "--="], ["-c"],
                  ["-c", ""], ["--list", "--list", ""], ["search", "is:", ":"],
                  ["--section", ","], ["--section", ",,patches,,"],
                  ["..", ".."],
                  ["a..b..", "c"], ["-ox", "-vd", "kvm.db", "-", ""]):
        ask(REPORT, *words)
        ask(HOOK, *words)
    with open("/dev/full", "wb") as full:
        for args in ([REPORT, "complete"], [HOOK, "--complete", "--", "-"]):
            done = subprocess.run(args, stdout=full, stderr=subprocess.PIPE,
                                  check=False)
            expect(done.returncode == 74 and done.stderr.count(b"\n") == 1,
                   f"{args}: {done}")
    os.environ["HOME"] = "/nowhere"
    expect("start.." in ask(REPORT, ""), "without a home")
    os.environ["HOME"] = place


def set_up(place):
    """The store of the configuration and two others, and files."""
    sample = f"{SOURCE}/tests/data/sample/001-patch-plain.eml"
    os.makedirs(".config/kvmdigest")
    os.makedirs("a b")
    os.makedirs("sub")
    os.symlink(BIN, "bin")
    for name in ("file-1", "file-2"):
        with open(name, "w", encoding="ascii") as file:
            file.write("no store\n")
    confs = {".config/kvmdigest/kvmdigest.conf":
             CONF + f'store: {{ path = "{place}/kvm.db"; }};',
             "other.conf": 'lists = ( { name = "Other"; id = "o.example.org"; '
             f'}} ); store: {{ path = "{place}/a b/kvm.db"; }};',
             "broken.conf": "lists = ("}
    for name, text in confs.items():
        with open(name, "w", encoding="ascii") as file:
            file.write(text)
        os.chmod(name, 0o600)
    for store, markers in (("kvm.db", ("rc1", "rel-6.12.3")),
                           ("a b/kvm.db", ("other",))):
        run(HOOK, "-q", "--import", "-d", store, sample)
        for marker in markers:
            run(REPORT, "-d", store, "mark", marker)
    run(HOOK, "-q", "--import", "-d", "odd.db", "-l",
        f"{ODD}=odd.example.org", sample)


with tempfile.TemporaryDirectory() as work:
    os.chdir(work)
    os.chmod(work, 0o700)
    for unwanted in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
        os.environ.pop(unwanted, None)
    os.environ.update(HOME=work, TZ="UTC", TERM="dumb",
                      PATH=f"{BIN}:{os.environ['PATH']}")
    set_up(work)
    check_programs()
    for kind in (Bash, Zsh, Fish):
        if shutil.which(kind.name) is None:
            print(f"skipped: there is no {kind.name} here")
            sys.exit(77)
        started = kind()
        check_table(started)
        check_names(started)
        check_odd(started)
        check_space(started)
        started.close()
    check_quiet(work)

sys.exit(verdict())
