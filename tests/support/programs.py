# SPDX-License-Identifier: GPL-2.0-or-later
"""programs.py - the two programs, a store that they keep, and the sample
mail to fill it with.
"""
import os
import re
import sqlite3
import subprocess

SOURCE = os.environ.get("KD_SOURCE") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "../.."))
BIN = os.environ.get("KD_BIN", SOURCE + "/build/bin")
LONG = os.environ.get("KD_LONG") == "1"
SANITIZED = os.environ.get("KD_TREE") == "asan"
HOOK = os.path.join(BIN, "kvmdigest-mda")
REPORT = os.path.join(BIN, "kvmdigest-report")
SAMPLE = os.path.join(SOURCE, "tests", "data", "sample")
HEADER_ID = re.compile(rb"^Message-ID:\s*<([^>\n]*)>", re.I | re.M)
# A test sets HOME in it, to a directory of its own.
ENV = {k: v for k, v in os.environ.items() if not k.startswith("XDG_")}


def run(program, store, *args, data=b"", **more):
    """One of them, to its end; what it says is bytes."""
    return subprocess.run([program, "-d", store, *args], input=data, env=ENV,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False, **more)


def connect(store):
    """For reading.  A copy is read as the one file that it is, without a
    log."""
    how = "mode=ro" if os.path.exists(store + "-lock") else \
        "mode=ro&immutable=1"
    return sqlite3.connect(f"file:{store}?{how}", uri=True)


def ask(store, sql):
    database = connect(store)
    try:
        return database.execute(sql).fetchall()
    finally:
        database.close()


def raw_of(store, mail_id):
    return run(REPORT, store, "show", "--raw", f"<{mail_id}>").stdout


def sample(ended=True):
    """The mails of the sample that have an id of their own, by it, and that
    every way of keeping mail keeps to the byte.  ended: with a line end."""
    mails = {}
    for name in sorted(os.listdir(SAMPLE)):
        if not name.endswith(".eml"):
            continue
        with open(os.path.join(SAMPLE, name), "rb") as file:
            raw = file.read()
        found = HEADER_ID.search(raw)
        if found and not raw.startswith(b"From ") and b"\r" not in raw and \
                (raw.endswith(b"\n") or not ended):
            mails.setdefault(found.group(1).decode(), raw)
    return mails
