# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage.py BUILD - how much of our own code the tests reach.

BUILD is a build with KD_COVERAGE.  Its tests are run, those apart that are
`long`, and coverage_faults.py; then the lines and branches that were run are
counted, and it fails below the limits, or where a fault broke a promise.
The tests are judged in the other builds: here, where all of it is slow and
runs at once, one that looks at the time may fail, and is only told.  What
stands in the source as

    GCOV_EXCL_LINE, reason

is not counted; it is told, and may be no more than 1 % of the lines.  The
lines that nothing reaches are listed in BUILD/unreached.txt.
"""
import json
import os
import re
import shutil
import subprocess
import sys
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.environ.get("KD_SOURCE",
                                       os.path.join(HERE, "..", "..")))
ROOMS = ("store", "mda", "report", "conf")
LINES, BRANCHES, EXCLUDED = 90, 80, 1  # per cent
AT_A_TIME = 3  # many of the tests wait for most of their time


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def say(text):
    """For people; also where tests/run shows it, whatever ctest shows."""
    print(text, flush=True)
    where = os.environ.get("KD_FIGURES", "")
    if where.isdigit():
        os.write(int(where), (text + "\n").encode())


def forget(build):
    for folder, _, names in os.walk(build):
        for name in names:
            if name.endswith(".gcda"):
                os.unlink(os.path.join(folder, name))


def run_tests(build):
    """All at once; what broke says so.  True when no promise is broken."""
    ends = {}

    def run(what, command, env):
        begun = time.monotonic()
        done = subprocess.run(
            command, cwd=build, env=env, check=False, text=True,
            errors="replace", stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        print("%s: %d s, exit %d" % (what, time.monotonic() - begun,
                                     done.returncode))
        if done.returncode != 0:
            print(done.stdout)
        ends[what] = done.returncode

    env = dict(os.environ, KD_BIN=os.path.join(build, "bin"))
    env.pop("KD_FIGURES", None)
    threads = [threading.Thread(target=run, args=args) for args in (
        ("the tests", ["ctest", "-j", str(AT_A_TIME), "-LE", "long",
                       "--output-on-failure", "--no-tests=error"], env),
        ("the faults", [sys.executable,
                        os.path.join(HERE, "coverage_faults.py")], env))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends["the faults"] == 0


def count(build):
    """What gcovr makes of it: a list of (file, its lines)."""
    command = ["gcovr", "-r", ROOT, "--object-directory", build, "--json"]
    for room in ROOMS:
        command += ["-f", "%s/%s/" % (re.escape(ROOT), room)]
    done = subprocess.run(command, cwd=build, check=False,
                          capture_output=True)
    if done.returncode != 0:
        sys.stderr.write(done.stderr.decode("utf-8", "replace"))
        raise SystemExit("gcovr: exit %d" % done.returncode)
    return [(one["file"], [line for line in one["lines"]
                           if not line.get("gcovr/noncode")])
            for one in json.loads(done.stdout)["files"]]


def excluded():
    """Each marked line with its reason: a list of (place, reason)."""
    found = []
    for room in ROOMS:
        for folder, _, names in os.walk(os.path.join(ROOT, room)):
            for name in sorted(names):
                path = os.path.join(folder, name)
                if not name.endswith((".c", ".h")):
                    continue
                with open(path, encoding="utf-8") as file:
                    for number, line in enumerate(file, 1):
                        match = re.search(r"[GL]COVR?_EXCL_(\w+)(.*)", line)
                        if match:
                            reason = match.group(2).strip(" ,:*/\n")
                            found.append(("%s:%d" % (
                                os.path.relpath(path, ROOT), number),
                                match.group(1), reason))
    return found


def per_cent(part, whole):
    return 100.0 * part / whole if whole else 0.0


def figures(files):
    """Lines reached, lines, branches taken, branches."""
    lines = [line for _, some in files for line in some]
    branches = [one for line in lines for one in line["branches"]]
    return (sum(line["count"] > 0 for line in lines), len(lines),
            sum(one["count"] > 0 for one in branches), len(branches))


def list_unreached(path, files):
    with open(path, "w", encoding="utf-8") as out:
        for name, lines in files:
            with open(os.path.join(ROOT, name), encoding="utf-8") as file:
                text = file.read().splitlines()
            for line in lines:
                number = line["line_number"]
                if line["count"] == 0:
                    out.write("%s:%d: %s\n" % (name, number,
                                               text[number - 1].strip()))


def judge(build, files):
    """Tell the figures; True when they will do."""
    well = True
    for room in ROOMS:
        of_room = [one for one in files if one[0].startswith(room + "/")]
        numbers = figures(of_room)
        print("%-7s lines %5.1f %% of %d, branches %5.1f %% of %d" % (
            room, per_cent(*numbers[:2]), numbers[1],
            per_cent(*numbers[2:]), numbers[3]))
        well = well and numbers[1] > 0
    reached, lines, taken, branches = figures(files)
    left_out = excluded()
    for place, what, reason in left_out:
        print("excluded: %s: %s: %s" % (place, what, reason))
        if what != "LINE" or not reason:
            print("FAULT: one line at a time, each with its reason")
            well = False
    list_unreached(os.path.join(build, "unreached.txt"), files)
    say("coverage: lines %.1f %% (%d of %d), branches %.1f %% (%d of %d), "
        "excluded %d lines" % (
            per_cent(reached, lines), reached, lines,
            per_cent(taken, branches), taken, branches, len(left_out)))
    return well and per_cent(reached, lines) >= LINES and \
        per_cent(taken, branches) >= BRANCHES and \
        per_cent(len(left_out), lines) < EXCLUDED


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: coverage.py BUILD")
    build = os.path.realpath(sys.argv[1])
    if not shutil.which("gcovr"):
        skip("there is no gcovr here")
    if not os.path.exists(os.path.join(build, "bin", "kvmdigest-mda")):
        skip("there is no coverage build in %s: see tests/run" % build)
    begun = time.monotonic()
    forget(build)
    well = run_tests(build)
    well = judge(build, count(build)) and well
    print("%d s" % (time.monotonic() - begun))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
