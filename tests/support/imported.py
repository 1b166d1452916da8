# SPDX-License-Identifier: GPL-2.0-or-later
"""imported.py - an import, what it says, and what is in the store then."""
import os
import re
import sys
import tempfile
import time

from programs import ENV, HOOK, ask, raw_of, run
from verdict import fault, same, verdict

FRONT = 100000000  # what is delivered has this position or a higher one
SUMMARY = re.compile(
    rb"kvmdigest-mda: read (\d+), new (\d+), known (\d+), of no list (\d+), "
    rb"marked (\d+), unreadable (\d+), \d+\.\d s\n")


class Done:
    """What an import said."""

    def __init__(self, what, result, status=0):
        same(what + ", exit", result.returncode, status)
        same(what + ", standard output", result.stdout, b"")
        found = SUMMARY.search(result.stderr)
        if not found:
            fault(what, f"no summary in {result.stderr!r}")
        numbers = [int(n) for n in found.groups()] if found else [-1] * 6
        (self.read, self.new, self.known, self.unlisted, self.marked,
         self.unreadable) = numbers
        self.said = result.stderr


def take_in(what, store, *args, data=b"", status=0):
    return Done(what, run(HOOK, store, "--import", *args, data=data), status)


def order_of(store):
    return [row[0] for row in ask(
        store, "SELECT m.message_id FROM arrival a JOIN message m "
        "ON m.id = a.message ORDER BY a.seq")]


def check_all(what, store, mails, some=None, timed=True):
    """They are there in their order, byte for byte."""
    same(what + ", order", order_of(store), [m.id for m in mails])
    for mail in some or mails:
        if raw_of(store, mail.id) != mail.raw:
            fault(what, f"<{mail.id}> is not what it was")
    if not timed:
        return
    times = [row[0] for row in ask(store, "SELECT received FROM arrival "
                                   "ORDER BY seq")]
    same(what + ", times", times, [m.time for m in mails])


def main(tests):
    """Each of (name, function, its arguments), or those that are named."""
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        for name, test, args in tests:
            if wanted and name not in wanted:
                continue
            begin = time.monotonic()
            test(work, *args)
            print(f"{name}: {time.monotonic() - begin:.1f} s", flush=True)
    return verdict()
