#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail that was made to do harm, through the real hook, and what is shown of it.

Ninety samples and 29 bombs come from ../shared/hostile (KD_SHARED); each is
made, delivered, compared and removed before the next.  Of the bombs only
those up to 6 MiB, unless KD_LONG=1; under the sanitizers none.  KD_TABLE=1
prints time and memory of each delivery.
"""
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from harmless import FORMATS, well_formed  # noqa: E402
from hostile_expected import DATE, EXPECT, MALLORY, SUBJECT  # noqa: E402
from programs import BIN, LONG, SANITIZED  # noqa: E402
from traced import Done, Tracer  # noqa: E402
from verdict import fault, verdict  # noqa: E402

SHARED = os.environ["KD_SHARED"]
MAKER = os.path.join(SHARED, "hostile", "mkhostile.py")
BOMB_MAX = 1 << 30 if LONG else 0 if SANITIZED else 6 << 20
SLOWER = 10 if SANITIZED else 1

# --- Processes


def hook(path, *args):
    """cat path | kvmdigest-mda args"""
    r, w = os.pipe()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        pid = os.posix_spawn(
            f"{BIN}/kvmdigest-mda",
            ["kvmdigest-mda", "-d", store, *args], os.environ,
            file_actions=[(os.POSIX_SPAWN_DUP2, r, 0),
                          (os.POSIX_SPAWN_DUP2, out.fileno(), 1),
                          (os.POSIX_SPAWN_DUP2, err.fileno(), 2)])
        os.close(r)
        tracer = Tracer(pid)
        start = time.monotonic()
        with open(path, "rb") as f:
            cat = subprocess.Popen(["cat"], stdin=f, stdout=w)
        os.close(w)
        status = tracer.wait()
        seconds = time.monotonic() - start
        if cat.wait() != 0:
            fault(os.path.basename(path), "the hook did not read all of it")
        out.seek(0)
        err.seek(0)
        return Done(os.waitstatus_to_exitcode(status), seconds, tracer.peak,
                    out.read(), err.read())


def report(what, *args):
    """Standard output of the report, which must say nothing else."""
    done = subprocess.run([f"{BIN}/kvmdigest-report", "-d", store, *args],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=60)
    if done.returncode != 0 or done.stderr:
        fault(what, f"report {args}: {done.returncode} {done.stderr!r}")
    return done.stdout


# mkhostile.py with another open(): it says what it has written and waits
# until that is no longer needed.
PAUSING = """
import os, sys
source, limit = sys.argv[1], int(sys.argv[3])


class Out:
    def __init__(self, path, mode):
        self.path = path
    def write(self, data):
        if os.path.basename(self.path)[0] == "b" and len(data) > limit:
            return
        with open(self.path, "wb") as f:
            f.write(data)
        print("wrote", self.path, flush=True)
        sys.stdin.readline()
with open(source) as f:
    code = compile(f.read(), source, "exec")
sys.argv = [source, sys.argv[2]] + ["big"] * (limit > 0)
exec(code, {"open": Out, "__name__": "__main__"})
"""


def samples():
    """The names of the files, each of which is there until the next."""
    maker = subprocess.Popen(
        [sys.executable, "-c", PAUSING, MAKER, f"{work}/mail", str(BOMB_MAX)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    for line in maker.stdout:
        if not line.startswith("wrote "):
            continue
        yield line[len("wrote "):-1]
        maker.stdin.write("\n")
        maker.stdin.flush()
    if maker.wait() != 0:
        fault(MAKER, "it failed")


# --- What is expected, beyond what holds for all

STATUS = ["ok", "limited", "unparsed", "crashed"]


def check_row(what, shown, status, want):
    """what is shown of one message against one row of EXPECT"""
    if shown.startswith("Series: "):  # of a patch its series comes first
        shown = shown.partition("\n\n")[2]
    head, _, _ = shown.partition("\n\n") if shown[0] != "\n" else \
        ("\n" + shown[1:].partition("\n\n")[0], "", "")
    lines = head.split("\n")
    fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    got = {"subject": lines[0],
           "author": fields.get("Author", fields.get("From")),
           "date": fields.get("Date"), "list": fields.get("List"),
           "status": status}
    plain = {"subject": SUBJECT, "author": MALLORY, "date": DATE,
             "list": "KVM", "status": "ok"}
    for key, value in {**plain, **want}.items():
        if key == "id":
            good = re.fullmatch(value, fields.get("Message-ID", ""))
        elif key == "text":
            good = value in shown
        elif key == "lacks":
            good = value not in shown
        elif key == "subject" and value.startswith("re:"):
            good = re.fullmatch(value[3:], got[key])
        else:
            good = value == got[key]
        if not good:
            fault(what, f"{key}: {value!r} is not what is shown:\n"
                  f"{status}\n{shown[:1000]}")


# --- One message


def variant(short):
    """The newest content of that message: its row, number and status."""
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    rows = db.execute(
        "SELECT v.id, v.status FROM ident i JOIN variant v ON v.message = "
        "i.message WHERE hex(i.id) LIKE ? || '%' ORDER BY v.id", [short])
    rows = rows.fetchall()
    db.close()
    return rows[-1][0], len(rows), STATUS[rows[-1][1]]


def count(sql, *args):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    n = db.execute(sql, args).fetchone()[0]
    db.close()
    return n


def check_limits(what, done, seconds, mib):
    if os.environ.get("KD_TABLE") == "1":
        peak = "?" if done.peak is None else f"{done.peak / 1024:.1f}"
        print(f"{what}\t{1000 * done.seconds:.0f} ms\t{peak} MiB", flush=True)
    if done.seconds > seconds * SLOWER:
        fault(what, f"{done.seconds:.2f} s, and {seconds} are allowed")
    if done.peak is not None and done.peak > mib << 10:
        fault(what, f"{done.peak} KiB, and {mib} MiB are allowed")


def check_said(what, done):
    """What a delivery agent hears: one line of our own, and nothing else."""
    if done.out:
        fault(what, f"on standard output: {done.out!r}")
    said = well_formed(f"{what}: standard error", done.err)
    if said and not re.fullmatch(r"kvmdigest-mda: .*\n", said):
        fault(what, f"on standard error: {said!r}")
    return said


def check_raw(what, path, short, n):
    raw = f"{work}/raw"
    report(what, "show", "--raw", "--variant", str(n), "-o", raw, short)
    same = subprocess.run(["cmp", raw, path], capture_output=True, text=True)
    if same.returncode != 0:
        fault(what, f"the bytes are others: {same.stdout}{same.stderr}")
    os.unlink(raw)


def deliver(path):
    """Deliver and check one sample or bomb."""
    what = os.path.basename(path)
    bomb = what[0] == "b"
    done = hook(path, "-v")
    said = check_said(what, done)
    check_limits(what, done, *((5, 160) if bomb else (2, 64)))
    if os.path.getsize(path) == 0:
        if done.code != 75:
            fault(what, f"exit {done.code}, not 75")
        return 0
    match = re.match(r"kvmdigest-mda: stored (?:as a variant )?"
                     r"([0-9a-f]{8,}): <", said)
    if done.code != 0 or not match:
        fault(what, f"exit {done.code}, {said!r}")
        return 0
    short = match.group(1)
    _, n, status = variant(short)
    check_raw(what, path, short, n)
    shown = well_formed(f"{what}, shown", report(
        what, "show", "--variant", str(n), short))
    if not bomb:
        check_row(what, shown, status, EXPECT.get(what[:3], {}))
    special(what[:3], short, n)
    again = hook(path)
    check_said(what, again)
    if again.code != 0 or again.err or variant(short)[1] != n:
        fault(what, f"again: exit {again.code}, {again.err!r}")
    return 1


def special(number, short, n):
    """Of one sample only, and not to be seen in what is shown of it."""
    row = variant(short)[0]
    if (number == "023") != (n == 2):
        fault(number, f"it has {n} variants")
    if number == "034":
        refs = count("SELECT count(*) FROM reference WHERE variant = ?", row)
        if not 100 <= refs <= 101:
            fault(number, f"{refs} references are kept")
    if number == "035":
        if count("SELECT max(version, ifnull(number, 0), ifnull(total, 0)) "
                 "FROM variant WHERE id = ?", row) > 999999999:
            fault(number, "its numbers know no end")


# --- Copies


def variation(what, name, data, says):
    """Deliver data, of which the hook has to say that."""
    path = f"{work}/mail/variation"
    with open(path, "wb") as f:
        f.write(data)
    done = hook(path, "-v")
    said = check_said(what, done)
    if done.code != 0 or not said.startswith(f"kvmdigest-mda: {says} "):
        fault(what, f"{name}: exit {done.code}, {said!r} is not {says!r}")
    os.unlink(path)


def deliver_copies(kept):
    """Line ends are no content; a longer text is another one."""
    for number, data in sorted(kept.items()):
        variation(number, "with LF", data.replace(b"\r\n", b"\n"), "known")
        variation(number, "with CRLF", data.replace(b"\r\n", b"\n").replace(
            b"\n", b"\r\n"), "known")
    variation("006", "longer", kept["006"] + b"dy\n--b--\n",
              "stored as a variant")
    empty = kept["024"].replace(b"<  h", b"<>\nX-Was: <h") + b"no id\n"
    variation("020", "no id between the brackets", empty, "stored")
    variation("020", "no id between the brackets", empty, "known")
    if b"Message-Id:\n\t<>\n" not in empty:
        fault("020", "the id is still there")
    variation("089", "another envelope line", kept["089"].replace(
        b"alice", b"bob"), "known")


COPIED = ("006", "021", "024", "039", "041", "059", "081", "082", "085",
          "088", "089", "090")


# --- The digest


def check_digests():
    told = subprocess.run([f"{BIN}/kvmdigest-report", "--help"],
                          capture_output=True, text=True).stdout
    formats = re.search(r"--format ([a-z|]+)", told).group(1).split("|")
    if set(formats) != set(FORMATS):
        fault("formats", f"there are {formats}, tried are {list(FORMATS)}")
    for name, check in FORMATS.items():
        for scope in ("KVM", "none", "all"):
            what = f"digest, {name} of {scope}"
            start = time.monotonic()
            data = report(what, "digest", "--format", name, "--list", scope,
                          "--messages", "all", "--top", "100",
                          "--to", "reader@example.org", "start..latest")
            seconds = time.monotonic() - start
            data = check(what, data).encode()
            # The published layout has each body as it came, bombs and all.
            if seconds > (10 + len(data) / 4e6) * SLOWER:
                fault(what, f"{seconds:.1f} s for {len(data)} bytes")
            if b"DROP TABLE message;--" not in data and scope != "none":
                fault(what, "a message is not there")
            if b"%s%s%s%n%n%x" not in data and scope != "none":
                fault(what, "a message is not there as it stands")


def check_store(rows):
    db = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    for pragma, good in (("integrity_check", [("ok",)]),
                         ("foreign_key_check", [])):
        got = db.execute(f"PRAGMA {pragma}").fetchall()
        if got != good:
            fault("store", f"{pragma}: {got}")
    db.close()
    if count("SELECT count(*) FROM variant") != rows:
        fault("store", "there are more contents than were delivered")


def main():
    kept = {}
    rows = samples_tried = bombs = 0
    for path in samples():
        name = os.path.basename(path)
        rows += deliver(path)
        bombs += name[0] == "b"
        samples_tried += name[0] != "b"
        if name[:3] in COPIED:
            with open(path, "rb") as f:
                kept[name[:3]] = f.read()
        os.unlink(path)
    check_store(rows)
    deliver_copies(kept)
    check_store(rows + 2)
    check_digests()
    if samples_tried != 90 or LONG and bombs != 29:
        fault("samples", f"{samples_tried} and {bombs} bombs")
    print(f"{samples_tried} samples, {bombs} bombs", flush=True)
    return verdict()


if not os.path.exists(MAKER):
    print(f"skipped: there is no {MAKER} here")
    sys.exit(77)
for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME"):
    os.environ.pop(name, None)
os.environ["TZ"] = "UTC"
work = tempfile.mkdtemp()
os.environ["HOME"] = work
os.mkdir(f"{work}/store", 0o700)
store = f"{work}/store/kvm.db"
try:
    result = main()
finally:
    shutil.rmtree(work)
sys.exit(result)
