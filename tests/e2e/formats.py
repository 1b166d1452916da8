#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The formats of the digest say the same: each JSON object is what
report/digest.schema.json says, and its numbers are those of the text.
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402

try:
    import jsonschema
except ImportError:
    print("skipped: there is no python3-jsonschema")
    sys.exit(77)

SOURCE = os.environ["KD_SOURCE"]
BIN = os.environ["KD_BIN"]
SAMPLE = sorted(glob.glob(f"{SOURCE}/tests/data/sample/*"))
# As in tests/house: a store of nothing but hostile mail is another thing
# than one of ordinary mail.
RANGES = ("start..latest", "latest..", "start..")


def deliver(store, path):
    with open(path, "rb") as f:
        subprocess.run([f"{BIN}/kvmdigest-mda", "-d", store], check=True,
                       input=f.read())


def report(store, *args):
    done = subprocess.run([f"{BIN}/kvmdigest-report", "-d", store, *args],
                          capture_output=True, check=False)
    if done.returncode != 0:
        fault(f"{args}: exit {done.returncode}: {done.stderr!r}")
    return done.stdout.decode("utf-8")


def sections_of(text):
    """The text digest, a list of lines for each heading."""
    found, lines = {}, []
    for line in text.splitlines():
        heading = re.match(r"Top \d+ (contributor Email domains|contributors)"
                           r"|===== (Patch list|Patch Commit)", line)
        if heading:
            lines = found.setdefault(heading.group(1) or heading.group(2), [])
        elif line:
            lines.append(line)
    return found


def rows_of(digest, name):
    for section in digest["sections"]:
        if section["name"] == name:
            return section.get("rows", [])
    return []


def compare(what, digest, text):
    """What text says in its tables against the rows of digest."""
    said = sections_of(text)
    for heading, name, column in (
            ("contributor Email domains", "domains", "domain"),
            ("contributors", "contributors", "person")):
        got = [f"{row['count']} {row[column]}"
               for row in rows_of(digest, name)]
        want = [" ".join(line.split(None, 1))
                for line in said.get(heading, [])]
        if [" ".join(row.split()) for row in got] != \
           [" ".join(row.split()) for row in want]:
            fault(f"{what}: {name}: {got} in json, {want} in text")
    rows = rows_of(digest, "patches")
    lines = said.get("Patch list", [])
    if len(rows) != len(lines):
        fault(f"{what}: {len(rows)} patches in json, {len(lines)} in text")
    for row, line in zip(rows, lines):
        for column in ("version", "received", "title", "state"):
            words = " ".join((row[column] or "").split())
            if words not in " ".join(line.split()):
                fault(f"{what}: {column} {row[column]!r} is not in {line!r}")
    if digest["figures"]["series"] != len(rows):
        fault(f"{what}: {digest['figures']['series']} series, "
              f"{len(rows)} rows")


def check(what, store, validator):
    for span in RANGES:
        data = report(store, "--format", "json", span)
        if len(data.splitlines()) < 5 or not data.endswith("}\n"):
            fault(f"{what} {span}: that is no object: {data[:200]!r}")
            continue
        digest = json.loads(data)
        for error in validator.iter_errors(digest):
            fault(f"{what} {span}: {list(error.absolute_path)}: "
                  f"{error.message[:200]}")
        text = report(store, "--top", "15", span)
        compare(f"{what} {span}", digest, text)
        if data != report(store, "--format", "json", span):
            fault(f"{what} {span}: other bytes the second time")


with open(f"{SOURCE}/report/digest.schema.json", encoding="utf-8") as schema:
    rules = json.load(schema)
jsonschema.Draft7Validator.check_schema(rules)
checker = jsonschema.Draft7Validator(rules)
with tempfile.TemporaryDirectory() as work:
    os.environ.update(HOME=work, TZ="UTC")
    for name, files in (("empty", SAMPLE[:1]), ("sample", SAMPLE)):
        place = f"{work}/{name}"
        os.mkdir(place, 0o700)
        for file in files:
            deliver(f"{place}/kvm.db", file)
        check(name, f"{place}/kvm.db", checker)
    # One that is not what the schema says has to be found.
    wrong = json.loads(report(f"{work}/sample/kvm.db", "--format", "json",
                              "start..latest"))
    wrong["sections"][0]["rows"][0]["star"] = "no"
    if checker.is_valid(wrong):
        fault("the schema takes anything")

sys.exit(verdict())
