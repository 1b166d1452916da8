# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage.py BUILD - how much of our own code the tests reach.

BUILD is a build with KD_COVERAGE.  Its tests are run, those apart that are
`long`, and coverage_faults.py; all of them count in the files of
BUILD/counters, one for each program (see coverage.c).  Then the programs
write them down for gcov, and it fails below the limits, where a fault broke
a promise, and where a line is not reached that unreached.txt does not list,
with its reason, or is reached that it does.  The tests are judged in the
other builds: here, where all of it is slow and runs at once, one that looks
at the time may fail, and is only told.

BUILD/unreached.txt has the lines that nothing reaches, BUILD/tests.log what
the tests said.  In unreached.txt here, `= reason` stands before its lines

    FILE FUNCTION: the line, without the space around it

each of which stands for one line of that function; after `~ reason` they may
be reached or not.  They may be no more than EXCLUDED of all lines.
"""
import collections
import json
import os
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
# Lines that may be otherwise than listed, and are told: what waits, or tries
# again, goes other ways on a machine that is busy.
TOLERATED = 25
AT_A_TIME = 3  # some of the tests wait
LISTED = os.path.join(HERE, "unreached.txt")
# Storms, and the plan of each statement: they look at what others reach.
LEFT_OUT = "unit/(store_storm|store_plan)$"
OBJECTS = 40  # that one gcov is asked about


def skip(why):
    print("skipped: " + why)
    sys.exit(77)


def say(text):
    """For people; also where tests/run shows it, whatever ctest shows."""
    print(text, flush=True)
    where = os.environ.get("KD_FIGURES", "")
    if where.isdigit():
        os.write(int(where), (text + "\n").encode())


def begin_anew(build):
    counters = os.path.join(build, "counters")
    shutil.rmtree(counters, ignore_errors=True)
    os.mkdir(counters)
    os.chmod(counters, 0o777)  # some tests run a program as another user
    for path in objects(build, ".gcda"):
        os.unlink(path)


def objects(build, end):
    return [os.path.join(folder, name) for room in ROOMS
            for folder, _, names in os.walk(os.path.join(build, room))
            for name in names if name.endswith(end)]


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
        if what == "the tests":
            with open(os.path.join(build, "tests.log"), "w",
                      encoding="utf-8") as log:
                log.write(done.stdout)
        lines = done.stdout.splitlines()
        print("\n".join([line for line in lines
                         if "FAULT" in line or "***" in line or
                         "calls failed" in line] or lines[-5:]))
        ends[what] = done.returncode

    env = dict(os.environ, KD_BIN=os.path.join(build, "bin"))
    env.pop("KD_FIGURES", None)
    env.pop("CI", None)  # what needs ../shared is skipped
    threads = [threading.Thread(target=run, args=args) for args in (
        ("the tests", ["ctest", "-j", str(AT_A_TIME), "-LE", "long",
                       "-E", LEFT_OUT, "--output-on-failure",
                       "--no-tests=error"], env),
        ("the faults", [sys.executable,
                        os.path.join(HERE, "coverage_faults.py")], env))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends["the faults"] == 0


def dump(build):
    """Each program that counted writes the files that gcov reads."""
    for name in os.listdir(os.path.join(build, "counters")):
        path = os.path.join(build, "bin", name)
        if not os.path.exists(path):  # a copy of a program, which is gone
            continue
        subprocess.run([path], env={"KD_COUNTERS_DUMP": "1"}, check=True,
                       stdin=subprocess.DEVNULL)


class Line:
    """Of one file; the same line of a header in several objects is one."""

    def __init__(self, function):
        self.function = function
        self.count = 0
        self.branches = collections.Counter()


def count(build):
    """What gcov says: {file: {number: Line}}."""
    files = {}
    paths = objects(build, ".gcno")
    for begin in range(0, len(paths), OBJECTS):
        done = subprocess.run(
            ["gcov", "--json-format", "--stdout", "--branch-probabilities",
             *paths[begin:begin + OBJECTS]], cwd=build, check=True,
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        for text in done.stdout.splitlines():
            for one in json.loads(text)["files"]:
                name = os.path.relpath(os.path.join(build, one["file"]), ROOT)
                if name.split(os.sep)[0] in ROOMS:
                    add_lines(files.setdefault(name, {}), one["lines"])
    return files


def add_lines(lines, found):
    for one in found:
        function = one.get("function_name", "")
        line = lines.setdefault(one["line_number"], Line(function))
        line.count += one["count"]
        for number, branch in enumerate(one["branches"]):
            line.branches[(function, number)] += branch["count"]


def listed():
    """What unreached.txt has: ({entry: how often}, those that may be reached
    as well), or the end of it all."""
    found, either = collections.Counter(), collections.Counter()
    part = None
    with open(LISTED, encoding="utf-8") as file:
        for line in file.read().splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            if line[:2] in ("= ", "~ "):
                part = found if line[0] == "=" else either
            elif part is None:
                raise SystemExit("unreached.txt: no reason: " + line)
            elif not line.startswith(" "):  # the reason goes on
                part[line] += 1
    return found, either


def per_cent(part, whole):
    return 100.0 * part / whole if whole else 0.0


def figures(files):
    """Lines reached, lines, branches taken, branches."""
    lines = [line for some in files.values() for line in some.values()]
    branches = [n for line in lines for n in line.branches.values()]
    return (sum(line.count > 0 for line in lines), len(lines),
            sum(n > 0 for n in branches), len(branches))


def unreached(path, files):
    """Writes them with their numbers; returns them as they are listed."""
    found = collections.Counter()
    with open(path, "w", encoding="utf-8") as out:
        for name, lines in sorted(files.items()):
            with open(os.path.join(ROOT, name), encoding="utf-8") as file:
                text = file.read().splitlines()
            for number, line in sorted(lines.items()):
                if line.count == 0:
                    said = "%s: %s" % (line.function,
                                       text[number - 1].strip())
                    out.write("%s:%d %s\n" % (name, number, said))
                    found["%s %s" % (name, said)] += 1
    return found


def holds(found):
    """Is just that unreached that unreached.txt lists?"""
    known, either = listed()
    missing = list((found - known - either).elements())
    idle = list((known - found).elements())
    for line in missing:
        print("FAULT: nothing reaches it: " + line)
    for line in idle:
        print("FAULT: it is reached, or gone: unreached.txt: " + line)
    return len(missing) + len(idle) <= TOLERATED


def judge(build, files):
    """Tell the figures; True when they will do."""
    well = True
    for room in ROOMS:
        numbers = figures({name: lines for name, lines in files.items()
                           if name.startswith(room + "/")})
        print("%-7s lines %5.1f %% of %d, branches %5.1f %% of %d" % (
            room, per_cent(*numbers[:2]), numbers[1],
            per_cent(*numbers[2:]), numbers[3]))
        well = well and numbers[1] > 0
    reached, lines, taken, branches = figures(files)
    found = unreached(os.path.join(build, "unreached.txt"), files)
    well = holds(found) and well
    left_out = found.total()
    say("coverage: lines %.1f %% (%d of %d), branches %.1f %% (%d of %d), "
        "unreached and listed %d (%.2f %%)" % (
            per_cent(reached, lines), reached, lines,
            per_cent(taken, branches), taken, branches, left_out,
            per_cent(left_out, lines)))
    return well and per_cent(reached, lines) >= LINES and \
        per_cent(taken, branches) >= BRANCHES and \
        per_cent(left_out, lines) < EXCLUDED


def main():
    if len(sys.argv) != 2:
        raise SystemExit("usage: coverage.py BUILD")
    build = os.path.realpath(sys.argv[1])
    if not shutil.which("gcov"):
        skip("there is no gcov here")
    if not os.path.exists(os.path.join(build, "bin", "kvmdigest-mda")):
        skip("there is no coverage build in %s: see tests/run" % build)
    begun = time.monotonic()
    begin_anew(build)
    well = run_tests(build)
    dump(build)
    well = judge(build, count(build)) and well
    print("%d s" % (time.monotonic() - begun))
    return 0 if well else 1


if __name__ == "__main__":
    sys.exit(main())
