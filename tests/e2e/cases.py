#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Real list mails through `kvmdigest-mda --dry-run`, against what git,
patchwork and b4 say of them (KD_SHARED/cases).

At least 99.5 % of all answers must agree.  One that does not is named in
tests/data/cases-differ.txt, with the reason why ours is right; a line there
of something that does not differ is a fault, too.  Lines of that file:

    FILE FIELD REASON

KD_VERBOSE=1 prints both answers of all that differs.
"""
import concurrent.futures
import hashlib
import json
import os
import subprocess
import sys

SHARED = os.environ["KD_SHARED"]
CASES = os.path.join(SHARED, "cases")
HOOK = os.path.join(os.environ["KD_BIN"], "kvmdigest-mda")
DIFFER = os.path.join(os.environ["KD_SOURCE"], "tests/data/cases-differ.txt")
VERBOSE = os.environ.get("KD_VERBOSE") == "1"
AGREE_MIN = 0.995


def plain(ours, key):
    return ours[key]


def message_sha1(ours, _):
    return hashlib.sha1(ours["message"].strip().encode()).hexdigest()


def counts(ours, _):
    diff = ours["diff"]
    return diff and {key: diff[key]
                     for key in ("files", "insertions", "deletions")}


def trailers(ours, _):
    """Names are compared without case."""
    return [[name.lower(), value] for name, value in ours["trailers"]]


# How our answer is brought into the form of theirs.
FIELDS = {
    "number": plain,
    "total": plain,
    "version": plain,
    "reply": plain,
    "has_diff": plain,
    "author": plain,
    "title": plain,
    "message_sha1": message_sha1,
    "patch_id": plain,
    "diff": counts,
    "trailers": trailers,
    "change_id": plain,
}


def theirs_of(expect, key):
    value = expect[key]
    if key == "trailers":
        return [[name.lower(), text] for name, text in value]
    return value


def dry_run(case):
    with open(os.path.join(CASES, "mail", case["file"]), "rb") as f:
        done = subprocess.run([HOOK, "--dry-run"], input=f.read(),
                              capture_output=True, timeout=60)
    if done.returncode != 0 or done.stderr:
        sys.exit(f"{case['file']}: exit {done.returncode}, {done.stderr!r}")
    return json.loads(done.stdout)


def read_differ():
    """{(file, field)}: what may differ."""
    ret = set()
    with open(DIFFER, encoding="utf-8") as f:
        for line in f:
            if line.strip() and line[0] not in "# \t":
                file, field, reason = line.split(None, 2)
                assert field in FIELDS and reason.strip(), line
                ret.add((file, field))
    return ret


if not os.path.isdir(CASES):
    print("skipped: there is no", CASES)
    sys.exit(77)
with open(os.path.join(CASES, "expected.json"), encoding="utf-8") as f:
    cases = json.load(f)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    answers = list(pool.map(dry_run, cases))

agree = dict.fromkeys(FIELDS, 0)
asked = dict.fromkeys(FIELDS, 0)
differ = set()
for case, ours in zip(cases, answers):
    for key in case["expect"]:
        want, got = theirs_of(case["expect"], key), FIELDS[key](ours, key)
        asked[key] += 1
        if want == got:
            agree[key] += 1
            continue
        differ.add((case["file"], key))
        if VERBOSE:
            print(f"{case['file']} {key}\n  theirs {want!r}\n  ours   {got!r}")

faults = 0
for file, key in sorted(differ - read_differ()):
    faults += 1
    print(f"{file}: {key} differs, and no line of {DIFFER} says why")
for file, key in sorted(read_differ() - differ):
    faults += 1
    print(f"{file}: {key} does not differ, but a line of {DIFFER} says so")
for key in FIELDS:
    print(f"{key:14} {agree[key]:4} of {asked[key]:4}")
score = sum(agree.values()) / sum(asked.values())
print(f"{'all':14} {sum(agree.values()):4} of {sum(asked.values()):4}, "
      f"{100 * score:.2f} %")
if score < AGREE_MIN:
    faults += 1
    print(f"that is less than {100 * AGREE_MIN} %")
sys.exit(1 if faults else 0)
