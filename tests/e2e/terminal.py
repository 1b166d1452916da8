#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The report at a terminal: colour, pager, width, and the characters that
it can show; and that nothing of it gets into a pipe or a file.
"""
import fcntl
import glob
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import expect, fault, verdict  # noqa: E402

SOURCE = os.environ["KD_SOURCE"]
BIN = os.environ["KD_BIN"]
COLOR = re.compile(rb"\x1b\[[0-9;]*m")
BASE = {"PATH": os.environ["PATH"], "TZ": "UTC", "TERM": "xterm",
        "LC_ALL": "C.UTF-8"}
COMMANDS = (("digest", "start..latest"), ("series", "start..latest"),
            ("search", "ring"), ("markers",), ("stats", "start..latest"),
            ("show", "latest"))


def at_terminal(store, *args, columns=80, **more):
    """(exit code, what the terminal was sent) without a pager, unless PAGER
    says one."""
    env = dict(BASE, HOME=os.path.dirname(store), PAGER="cat", **{})
    env.update(more)
    env = {name: value for name, value in env.items() if value is not None}
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ,
                struct.pack("HHHH", 24, columns, 0, 0))
    child = subprocess.Popen([f"{BIN}/kvmdigest-report", "-d", store, *args],
                             stdin=theirs, stdout=theirs,
                             stderr=subprocess.PIPE, env=env,
                             start_new_session=True)
    os.close(theirs)
    got = b""
    while True:
        try:
            piece = os.read(ours, 65536)
        except OSError:  # the last of them has closed it
            break
        if not piece:
            break
        got += piece
    said = child.stderr.read()
    child.stderr.close()
    code = child.wait()
    os.close(ours)
    if code != 0:
        fault(f"{args}: exit {code}: {said!r}")
    return got.replace(b"\r\n", b"\n")


def in_pipe(store, *args, **more):
    env = dict(BASE, HOME=os.path.dirname(store), PAGER="false", **more)
    done = subprocess.run([f"{BIN}/kvmdigest-report", "-d", store, *args],
                          env=env, capture_output=True, check=False)
    expect(done.returncode == 0, f"{args}: {done.returncode} {done.stderr}")
    return done.stdout


def told(store, *args):
    """What is said on standard error, where that is the terminal."""
    ours, theirs = pty.openpty()
    with subprocess.Popen([f"{BIN}/kvmdigest-report", "-d", store, *args],
                          stdin=theirs, stdout=subprocess.DEVNULL,
                          stderr=theirs, start_new_session=True,
                          env=dict(BASE, HOME=os.path.dirname(store))) as one:
        os.close(theirs)
        got = b""
        try:
            while piece := os.read(ours, 65536):
                got += piece
        except OSError:  # it has ended
            pass
    os.close(ours)
    expect(one.returncode == 0, f"{args}: exit {one.returncode}: {got}")
    return got.replace(b"\r\n", b"\n")


def check_not_paged(store):
    """What is no reading matter is printed, whatever the pager is."""
    shown = at_terminal(store, "markers", PAGER="false")
    expect(b"mine" in shown, f"markers: {shown}")
    shown = at_terminal(store, "mark", "other", PAGER="false")
    expect(b"other" in at_terminal(store, "markers"), f"mark: {shown}")


def check_progress(store, place):
    """How far it is, in a line that is gone when it is through."""
    got = told(store, "backup", place + "/copy.db")
    expect(re.match(rb"\r\x1b\[Kcopying: \d+ % of \d+ MB", got) and
           re.search(rb"\r\x1b\[Kkvmdigest-report: \S+/copy.db: \d+ messages, "
                     rb"\d+ MB, \d+ large messages beside it\n$", got),
           f"backup: {got}")


def check_color(store):
    for args in COMMANDS[:2]:
        plain = in_pipe(store, *args)
        expect(not COLOR.search(plain), f"{args}: colour in a pipe")
        shown = at_terminal(store, *args)
        expect(COLOR.search(shown), f"{args}: no colour at a terminal")
        expect(COLOR.sub(b"", shown) == plain,
               f"{args}: other text at a terminal of 80 columns")
        for env in ({"NO_COLOR": "1"}, {"TERM": "dumb"}, {"TERM": None}):
            expect(at_terminal(store, *args, **env) == plain,
                   f"{args} {env}: not as in a pipe")
        expect(at_terminal(store, *args, "--color=never") == plain,
               f"{args}: --color=never")
        expect(COLOR.search(at_terminal(store, *args, NO_COLOR="")),
               f"{args}: an empty NO_COLOR says nothing")
        expect(COLOR.search(in_pipe(store, *args, "--color")),
               f"{args}: --color has none in a pipe")
    shown = at_terminal(store, "digest", "start..latest", "--section",
                        "patches")
    expect(b"\x1b[32m+2\x1b[m" in shown and b"\x1b[31m-1\x1b[m" in shown,
           "the numbers of a diffstat are not green and red")
    done = subprocess.run([f"{BIN}/kvmdigest-report", "-d", store,
                           "--color=sometimes"], capture_output=True,
                          check=False)
    expect(done.returncode == 64 and b"sometimes" in done.stderr,
           f"--color=sometimes: {done}")


def check_width(store):
    """What is folded is folded at the terminal's width; what is cut, too."""
    long = {}
    for columns in (80, 200):
        for args in (("series", "start..latest"), ("search", "ring"),
                     ("markers",)):
            shown = COLOR.sub(b"", at_terminal(store, *args,
                                               columns=columns)).decode()
            long[args[0], columns] = max(map(len, shown.splitlines()))
            expect(columns == 80 or args[0] == "series" or
                   long[args[0], 200] <= 200, f"{args}: wider than 200")
    for name in ("search", "markers"):
        expect(long[name, 80] <= 80, f"{name}: {long[name, 80]} of 80")
    expect(long["search", 200] > long["search", 80],
           "search: no use made of 200 columns")
    expect(COLOR.sub(b"", at_terminal(store, "series", "start..latest",
                                      columns=0)) ==
           in_pipe(store, "series", "start..latest"), "no columns at all")


    # COLUMNS goes before it, where it is a number.
    for columns in ("200", "200x", "0", "99999"):
        shown = at_terminal(store, "search", "ring", COLUMNS=columns)
        expect((shown == at_terminal(store, "search", "ring")) ==
               (columns != "200"), f"COLUMNS={columns}")


def check_locale(store):
    expect(at_terminal(store, *COMMANDS[0], LC_ALL="no_SUCH") ==
           at_terminal(store, *COMMANDS[0], LC_ALL="C"),
           "a locale that there is not is not taken for C")
    for args in COMMANDS:
        shown = at_terminal(store, *args, LC_ALL="C")
        expect(all(byte < 0x80 for byte in shown),
               f"{args}: more than ASCII where the locale is C")
        expect(shown.strip(), f"{args}: nothing where the locale is C")
    expect("Größe".encode() in at_terminal(store, *COMMANDS[0]),
           "no umlauts where the locale has them")
    expect(in_pipe(store, *COMMANDS[0], LC_ALL="C") ==
           in_pipe(store, *COMMANDS[0]), "the locale changes what is piped")


def check_pager(store, place):
    said = f"{place}/pager"
    pager = f"tee {said}; echo \"$LESS\" >{said}.less"
    shown = at_terminal(store, *COMMANDS[0], PAGER=pager)
    with open(said, "rb") as file:
        expect(file.read() == shown and shown, "the pager was given nothing")
    with open(f"{said}.less", encoding="ascii") as file:
        expect(file.read() == "FRX\n", "LESS is not set")
    for more in (("--no-pager",), ("-o", f"{place}/out")):
        os.unlink(said)
        at_terminal(store, *COMMANDS[0], *more, PAGER=pager)
        expect(not os.path.exists(said), f"{more}: a pager all the same")
        open(said, "wb").close()
    os.unlink(said)
    in_pipe(store, *COMMANDS[0])
    at_terminal(store, *COMMANDS[0], PAGER=pager, TERM="dumb")
    expect(not os.path.exists(said), "a pager on a dumb terminal")
    # what fails has nothing for a pager to show
    done = subprocess.run(
        ["script", "-qec", f"{BIN}/kvmdigest-report -d {store} show nosuch",
         "/dev/null"], env=dict(BASE, HOME=place, PAGER=pager),
        stdin=subprocess.DEVNULL, capture_output=True, check=False)
    expect(done.returncode == 66 and not os.path.exists(said),
           f"show nosuch: {done}, pager: {os.path.exists(said)}")
    # one that leaves early is quiet, and leaves the marker where it was
    at_terminal(store, *COMMANDS[0], "--advance=here", "--messages", "all",
                "--section", "messages,patches,domains", PAGER="head -n 1")
    expect(b"here" not in in_pipe(store, "markers"),
           "the marker moved behind what was not read")
    at_terminal(store, *COMMANDS[0], "--advance=here", PAGER="cat >/dev/null")
    expect(b"here" in in_pipe(store, "markers"),
           "the marker did not move behind what was read")


with tempfile.TemporaryDirectory() as work:
    db = f"{work}/kvm.db"
    for sample in sorted(glob.glob(f"{SOURCE}/tests/data/sample/*")):
        with open(sample, "rb") as opened:
            subprocess.run([f"{BIN}/kvmdigest-mda", "-d", db], check=True,
                           input=opened.read())
    in_pipe(db, "mark", "mine")
    check_color(db)
    check_width(db)
    check_locale(db)
    check_pager(db, work)
    check_not_paged(db)
    check_progress(db, work)

sys.exit(verdict())
