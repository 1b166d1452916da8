#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""kvmdigest-mda --dry-run: one line of JSON whatever comes in, with the keys
of the interface in their order, each of its type, and nothing stored.

The sample messages, and where they are there the hostile ones
(KD_SHARED/hostile).
"""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402

SOURCE = os.environ["KD_SOURCE"]
HOOK = os.path.join(os.environ["KD_BIN"], "kvmdigest-mda")
MAKER = os.path.join(os.environ["KD_SHARED"], "hostile", "mkhostile.py")
SAMPLE = os.path.join(SOURCE, "tests/data/sample")
# Under the sanitizers a start of the hook takes longer.
EACH = 4 if os.environ.get("KD_TREE") == "asan" else 1

# What no terminal and no page should be given; JSON can escape all of it.
FORBIDDEN = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060"
    "\u2066-\u2069\ufeff\U000e0000-\U000e007f]|</")
KINDS = {"patch", "cover", "reply", "forward", "pull", "applied", "bot",
         "other"}
STATUSES = {"ok", "limited", "unparsed", "crashed"}

# --- Types: functions from a value to whether it is of that type


def text(value):
    return isinstance(value, str)


def line(value):
    return text(value) and "\n" not in value and "\r" not in value


def filled(value):
    return line(value) and value != ""


def flag(value):
    return isinstance(value, bool)


def count(value):
    return isinstance(value, int) and not flag(value) and value >= 0


def one_of(values):
    return lambda value: value in values


def or_null(kind):
    return lambda value: value is None or kind(value)


def list_of(kind):
    return lambda value: isinstance(value, list) and all(map(kind, value))


def pair(value):
    return list_of(line)(value) and len(value) == 2 and value[0] != ""


def matching(pattern):
    return lambda value: text(value) and re.fullmatch(pattern, value)


def keys(types):
    """An object with these keys, in this order."""
    return lambda value: (isinstance(value, dict) and
                          list(value) == list(types) and
                          all(kind(value[key]) for key, kind in types.items()))


PERSON = keys({"name": line, "email": line})
MESSAGE = {
    "message_id": filled,
    "list": or_null(filled),
    "kind": one_of(KINDS),
    "status": one_of(STATUSES),
    "subject": line,
    "prefixes": list_of(filled),
    "title": line,
    "version": count,
    "revision": count,
    "number": or_null(count),
    "total": or_null(count),
    "rfc": flag,
    "resend": flag,
    "reply": flag,
    "project": or_null(filled),
    "sender": PERSON,
    "author": PERSON,
    "date": or_null(matching(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")),
    "in_reply_to": or_null(filled),
    "references": list_of(filled),
    "message": text,
    "notes": text,
    "has_diff": flag,
    "diff": or_null(keys({"files": count, "insertions": count,
                          "deletions": count, "paths": list_of(filled)})),
    "patch_id": or_null(matching("[0-9a-f]{40}")),
    "trailers": list_of(pair),
    "change_id": or_null(filled),
    "base_commit": or_null(matching("[0-9a-fA-F]{6,64}")),
    "pull": or_null(keys({"url": filled, "ref": or_null(filled)})),
    "applied": or_null(keys({"tree": or_null(filled),
                             "commits": list_of(
                                 matching("[0-9a-fA-F]{6,64}"))})),
}


def dry_run(data, *args):
    return subprocess.run([HOOK, "--dry-run", *args], input=data,
                          capture_output=True, timeout=60)


def check_types(what, message):
    if list(message) != list(MESSAGE):
        fault(what, f"keys are {list(message)}")
        return
    for key, kind in MESSAGE.items():
        if not kind(message[key]):
            fault(what, f"{key} is {message[key]!r:.200}")
    if (message["diff"] is not None) != message["has_diff"]:
        fault(what, "diff and has_diff differ")
    if message["reply"] and message["notes"]:
        fault(what, "an answer has no notes")


def shown(what, data, *args):
    """The message as the hook understands it; None: not even that."""
    done = dry_run(data, *args)
    if done.returncode != 0 or done.stderr:
        fault(what, f"exit {done.returncode}, {done.stderr!r:.200}")
        return None
    try:
        output = done.stdout.decode("utf-8")
        message = json.loads(output)
    except ValueError as e:
        fault(what, f"no UTF-8, or no JSON: {e}")
        return None
    if output[-1:] != "\n" or FORBIDDEN.search(output[:-1]):
        fault(what, "not one line, or a character that must be escaped")
    check_types(what, message)
    return message


def expected():
    """file: (kind, list, number, total, version) of tests/data."""
    ret = {}
    with open(os.path.join(SAMPLE, "EXPECTED.tsv"), encoding="utf-8") as f:
        for row in f:
            file, *fields = row.rstrip("\n").split("\t")
            ret[file] = fields
    return ret


def as_row(message):
    """A message as a row of EXPECTED.tsv, but for its file."""
    def number(value):
        return "-" if value is None else str(value)

    def person(value, name):
        if not value["email"]:
            return name or "-"
        return f"{name} <{value['email']}>".strip()

    version = str(message["version"])
    if message["revision"]:
        version += f".{message['revision']}"
    # a nameless author of a patch has his address for a name, as for git
    author = message["author"]
    name = author["name"] if author["name"] != author["email"] else ""
    title = re.sub(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]",
                   lambda c: f"\\u{ord(c.group()):04x}", message["title"])
    return [message["kind"], message["list"] or "-",
            number(message["number"]), number(message["total"]), version,
            person(author, name),
            person(message["sender"], message["sender"]["name"]),
            title or "-"]


def check_samples():
    rows = expected()
    for file in sorted(os.listdir(SAMPLE)):
        if not file.endswith(".eml"):
            continue
        with open(os.path.join(SAMPLE, file), "rb") as f:
            message = shown(file, f.read())
        if message is None:
            continue
        row = as_row(message)
        if row != rows.get(file):
            fault(file, f"is {row}, not {rows.get(file)}")


def check_hostile(work):
    subprocess.run([sys.executable, MAKER, work], check=True,
                   stdout=subprocess.DEVNULL)
    files = sorted(file for file in os.listdir(work) if file[0] != "b")
    for file in files[::EACH]:
        with open(os.path.join(work, file), "rb") as f:
            data = f.read()
        if data:
            shown(file, data)
    if not files:
        fault(MAKER, "it made nothing")


def check_streams(mail):
    """Exit codes, and what goes where."""
    for what, data, args, code in (
            ("nothing at all", b"", (), 74),
            ("an unknown list", mail, ("-l", "no such list"), 64),
            ("two modes", mail, ("--check",), 64),
            ("an argument", mail, ("file",), 64),
            ("no configuration", mail, ("-c", "/nowhere/x.conf"), 78)):
        done = dry_run(data, *args)
        if (done.returncode != code or done.stdout or
                not done.stderr.startswith(b"kvmdigest-mda: ") or
                done.stderr.count(b"\n") != 1):
            fault(what, f"exit {done.returncode}, {done.stderr!r}")
    with open("/dev/full", "wb") as full:
        done = subprocess.run([HOOK, "--dry-run"], input=mail, stdout=full,
                              stderr=subprocess.PIPE, timeout=60)
    if done.returncode != 74:
        fault("a full disk", f"exit {done.returncode}")


def check_list(mail, work):
    conf = os.path.join(work, "two.conf")
    with open(conf, "w", encoding="utf-8") as f:
        f.write('lists = ( { name = "One"; id = "one.example.org"; '
                'address = "one@example.org"; }, '
                '{ name = "KVM"; id = "kvm.vger.kernel.org"; '
                'address = "kvm@vger.kernel.org"; } );\n')
    for args, want in ((("-c", conf), "KVM"),
                       (("-c", conf, "-l", "One"), "One")):
        message = shown("lists", mail, *args)
        if message and message["list"] != want:
            fault(f"lists {args}", f"it is of {message['list']}")


with tempfile.TemporaryDirectory() as home:
    for name in list(os.environ):
        if name.startswith("XDG_"):
            del os.environ[name]
    os.environ["HOME"] = os.path.join(home, "home")
    os.mkdir(os.environ["HOME"])
    with open(os.path.join(SAMPLE, "001-patch-plain.eml"), "rb") as f:
        plain = f.read()
    check_samples()
    check_streams(plain)
    check_list(plain, home)
    if os.listdir(os.environ["HOME"]):
        fault("a dry run", f"it left {os.listdir(os.environ['HOME'])}")
    if os.path.exists(MAKER):
        check_hostile(os.path.join(home, "hostile"))
    else:
        print("without", MAKER)
sys.exit(verdict())
