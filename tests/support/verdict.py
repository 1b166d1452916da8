# SPDX-License-Identifier: GPL-2.0-or-later
"""verdict.py - what a test finds wrong.  Each fault is said at once, and the
test goes on; it ends with verdict(), its exit code.
"""
MOST = 300  # characters of a value that are shown

_faults = 0


def fault(*words):
    """What is wrong: what was looked at, what it says."""
    global _faults
    _faults += 1
    print(": ".join(map(str, words)), flush=True)


def expect(true, *words):
    if not true:
        fault(*words)


def same(what, found, wanted):
    if found != wanted:
        fault(what, f"{str(found)[:MOST]}, not {str(wanted)[:MOST]}")


def verdict():
    """The exit code of the test."""
    if _faults:
        print(f"{_faults} faults", flush=True)
    return 1 if _faults else 0
