# SPDX-License-Identifier: GPL-2.0-or-later
"""tidy.py BUILD - clang-tidy over all sources of the programs that BUILD
compiles, two at a time.  What passed is not asked again until it, a header
of ours, its flags, clang-tidy or its settings change.

The tests' own sources, a third of the time, are left to KD_LONG=1; gcc,
clang and cppcheck have their say on them each time.  The analyzer gives up
on a function after so many states as NODES says: with KD_LONG=1 at clang's
own limit, else at a twentieth of that, where it takes a tenth of the time."""
import concurrent.futures
import hashlib
import json
import os
import shutil
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.realpath(os.environ.get("KD_SOURCE",
                                       os.path.join(HERE, "..", "..")))
LONG = os.environ.get("KD_LONG") == "1"
NODES = 225000 if LONG else 10000
EXTRA = [f"--extra-arg={arg}" for arg in
         ("-Xclang", "-analyzer-config", "-Xclang", f"max-nodes={NODES}")]
ROOMS = ("store", "mda", "report", "conf") + (("tests",) if LONG else ())


def read(path):
    with open(path, "rb") as file:
        return file.read()


def ours(path):
    """Generated sources, in the build directory, have no author."""
    return path.startswith(tuple(os.path.join(ROOT, room) + os.sep
                                 for room in ROOMS))


def common_key(tidy):
    """A hash of all that the verdict on any file depends on."""
    key = hashlib.sha256(subprocess.run([tidy, "--version"], check=True,
                                        capture_output=True).stdout)
    for room in (".",) + ROOMS:
        for folder, inner, names in os.walk(os.path.join(ROOT, room)):
            if room == ".":
                inner.clear()
            inner.sort()
            for name in sorted(names):
                if name.endswith(".h") or name == ".clang-tidy":
                    path = os.path.join(folder, name)
                    key.update(path.encode() + b"\0" + read(path) + b"\0")
    return key.digest()


def check(tidy, build, common, path, command):
    """True when clang-tidy has nothing to say; its words are printed."""
    key = hashlib.sha256(common + " ".join(EXTRA).encode() + b"\0" +
                         command.encode() + b"\0" + read(path))
    stamp = os.path.join(build, "tidy", key.hexdigest())
    if os.path.exists(stamp):
        return True
    done = subprocess.run([tidy, "-p", build, "--quiet", *EXTRA, path],
                          check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE)
    if done.returncode == 0 and not done.stdout:
        with open(stamp, "wb"):
            return True
    sys.stdout.write(done.stdout.decode(errors="replace") or
                     done.stderr.decode(errors="replace"))
    print(f"{path}: clang-tidy, exit {done.returncode}")
    return False


def main():
    build = sys.argv[1]
    tidy = shutil.which("clang-tidy")
    if tidy is None:
        print("skipped: there is no clang-tidy here")
        return 77
    commands = {}
    for entry in json.loads(read(os.path.join(build,
                                              "compile_commands.json"))):
        path = os.path.realpath(os.path.join(entry["directory"],
                                             entry["file"]))
        if ours(path):
            commands[path] = entry.get("command", "")
    if not commands:
        print(f"no sources in {build}/compile_commands.json")
        return 1
    os.makedirs(os.path.join(build, "tidy"), exist_ok=True)
    common = common_key(tidy)
    # The largest first: so no long one is alone at the end.
    paths = sorted(commands, key=os.path.getsize, reverse=True)
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        clean = list(pool.map(lambda path: check(tidy, build, common, path,
                                                 commands[path]), paths))
    print(f"{len(clean)} files, {clean.count(False)} with faults" +
          ("" if LONG else "; those of tests/ with KD_LONG=1"))
    return 0 if all(clean) else 1


if __name__ == "__main__":
    sys.exit(main())
