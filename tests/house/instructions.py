# SPDX-License-Identifier: GPL-2.0-or-later
"""instructions.py - what a delivery and a digest cost, in instructions.

Instructions are the same on a busy machine and on an idle one.  Of each
case callgrind counts all of them, and those of our own files by themselves;
tests/bench/baseline.txt says what both were.  It is a fault when one grows
by more than a tenth.  With other libraries or another compiler the whole
says nothing: then a note says so, and our own files alone are looked at,
with more room, for another compiler makes other code of them.

    start   kvmdigest-mda --version: linking, and what begins before main()
    patch   one delivery of a patch that has a version before it
    reply   one delivery of a reply to a patch
    digest  of the sample window, by kvmdigest-report

KD_RAISE=1 in the environment writes the baseline anew; the commit that
does so says why it had to grow.  Where to look, callgrind_annotate
--inclusive=yes tells: KD_KEEP=DIR keeps what callgrind wrote.
"""
import os
import platform
import re
import shutil
import subprocess
import sys
import tempfile

SOURCE = os.path.realpath(os.environ["KD_SOURCE"])
BIN = os.environ["KD_BIN"]
ONCE = sys.argv[1]
BASELINE = os.path.join(SOURCE, "tests/bench/baseline.txt")
SAMPLE = os.path.join(SOURCE, "tests/data/sample")
PATCH = "060-ring6-v4-3.eml"
REPLY = "010-reply-quoted-review.eml"
GROWTH = 1.10
GROWTH_ELSEWHERE = 1.25
ROOMS = re.compile(re.escape(SOURCE) + "/(mda|store|report|conf)/")


def count(work, name, command, message=None):
    """(all instructions, those of our own files) of one run"""
    out = os.path.join(os.environ.get("KD_KEEP", work), name + ".callgrind")
    with open(message or os.devnull, "rb") as stdin:
        run = subprocess.run(
            ["valgrind", "--tool=callgrind", "--callgrind-out-file=" + out]
            + command, stdin=stdin, capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit("FAULT: %s: exit %d: %s" % (
            name, run.returncode, run.stderr.decode(errors="replace")))
    names = {}
    total = own = 0
    ours = after_call = False
    with open(out, encoding="utf-8", errors="replace") as lines:
        for line in lines:
            found = re.match(r"(c?)f[lie]=\((\d+)\)(?: (.*))?", line)
            if found:
                if found[3]:
                    names[found[2]] = ROOMS.match(found[3]) is not None
                if not found[1]:  # else it is that of what is called
                    ours = names[found[2]]
            elif line.startswith("calls="):
                after_call = True  # the next line is what was called
            elif line[0] in "0123456789+-*":
                if not after_call:
                    cost = int(line.split()[1])
                    total += cost
                    own += cost if ours else 0
                after_call = False
    return total, own


def measure(work):
    mail = os.path.join(work, "mail")
    os.mkdir(mail)
    for name in sorted(os.listdir(SAMPLE)):
        if name.endswith(".eml") and name not in (PATCH, REPLY):
            shutil.copy(os.path.join(SAMPLE, name), mail)
    full = os.path.join(work, "full")
    subprocess.run([os.path.join(BIN, "kvmdigest-mda"), "-d",
                    os.path.join(full, "kvm.db"), "--import", "-q", mail],
                   check=False, stderr=subprocess.DEVNULL)
    counts = {"start": count(work, "start", [
        os.path.join(BIN, "kvmdigest-mda"), "--version"])}
    for name, message in (("patch", PATCH), ("reply", REPLY)):
        store = os.path.join(work, name)
        shutil.copytree(full, store)
        counts[name] = count(work, name, [ONCE, os.path.join(store, "kvm.db")],
                             os.path.join(SAMPLE, message))
    counts["digest"] = count(work, "digest", [
        os.path.join(BIN, "kvmdigest-report"), "-d",
        os.path.join(full, "kvm.db"), "digest", "start..latest"])
    return counts


def versions():
    """what the counts hang on beside our own code"""
    return "%s, %s, %s" % (os.environ["KD_LIBRARIES"], " ".join(
        platform.libc_ver()), platform.machine())


def read_baseline():
    counts = {}
    made_with = ""
    with open(BASELINE, encoding="utf-8") as lines:
        for line in lines:
            words = line.split()
            if line.startswith("with "):
                made_with = line[5:].strip()
            elif len(words) == 3 and not line.startswith("#"):
                counts[words[0]] = (int(words[1]), int(words[2]))
    return made_with, counts


def write_baseline(counts):
    with open(BASELINE, encoding="utf-8") as lines:
        head = [line for line in lines if line.startswith("#")]
    with open(BASELINE, "w", encoding="utf-8") as out:
        out.writelines(head)
        out.write("with %s\n" % versions())
        for name, (total, own) in counts.items():
            out.write("%-8s %10d %10d\n" % (name, total, own))


def main():
    if shutil.which("valgrind") is None:
        print("skipped: there is no valgrind here")
        sys.exit(77)
    os.environ["LC_ALL"] = "C"
    with tempfile.TemporaryDirectory() as work:
        os.environ["HOME"] = work
        counts = measure(work)
    if os.environ.get("KD_RAISE"):
        write_baseline(counts)
        return
    made_with, before = read_baseline()
    same = made_with == versions()
    if not same:
        print("note: the baseline was made with %s\n"
              "      and this is              %s\n"
              "      so that only our own files are compared; to have a "
              "baseline here: KD_RAISE=1" % (made_with, versions()))
    wrong = 0
    for name, (total, own) in counts.items():
        whole, ours = before[name]
        print("%-8s %10d of %10d in all (%+.1f %%), %9d of %9d our own "
              "(%+.1f %%)" % (name, total, whole, 100 * (total / whole - 1),
                              own, ours, 100 * (own / ours - 1)))
        # Where there is little of ours, a tenth of it is nothing.
        room = max(ours * ((GROWTH if same else GROWTH_ELSEWHERE) - 1), 20000)
        if own > ours + room or (same and total > whole * GROWTH):
            print("FAULT: %s takes more instructions than it did: make it "
                  "cheaper, or say in the commit why it must be so, and "
                  "raise tests/bench/baseline.txt with KD_RAISE=1" % name)
            wrong = 1
        elif same and total * GROWTH < whole:
            print("note: %s takes fewer instructions than it did: KD_RAISE=1 "
                  "keeps it so" % name)
    sys.exit(wrong)


main()
