#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""store/views.sql, and the manual page that says what the views are.

The page has every view with its columns in their order, and every table, and
no others.  Its examples are run by sqlite3 on the sample mail, with the file
of the repository in place of the one that is installed.  What the views say
of each message is what kvmdigest-mda --dry-run says of it.  The store itself
has no view: each delivery would parse it.
"""
import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from programs import ENV, HOOK, REPORT, SAMPLE, SOURCE  # noqa: E402
from verdict import fault, same, verdict  # noqa: E402

PAGE = os.path.join(SOURCE, "store", "kvmdigest-store.5")
VIEWS = os.path.join(SOURCE, "store", "views.sql")
INSTALLED = "/usr/local/share/kvmdigest/views.sql"

# Of each example its rows, or its first rows and how many there are.
ANSWERS = [
    ("date(arrived) AS day", 5, [
        "2025-09-05|11", "2025-09-04|18", "2025-09-03|17", "2025-09-02|21",
        "2025-09-01|18"]),
    ("'reviewed-by'", 3, [
        "Jürgen Prüfer|1", "Reviewer Three|1", "Reviewer Two|1"]),
    ("path LIKE", 28, [
        "2025-09-01|author9@example.net|[RFC PATCH 1/2] KVM: demo: Give the "
        "host a ring of its own",
        "2025-09-02|author2@corp.example.com|[PATCH 1/2] KVM: demo: Name the "
        "states of the clock"]),
    ("received < s.total", 1, [
        "KVM: demo: Clean-ups around a clock that stands|2|2/3"]),
    ("GROUP BY tree, fate", 6, [
        "6.12-stable|stable|2", "demo/linux.git (next)|applied|2",
        "demo/upstream.git|merged|1", "kvm-demo/next|applied|1",
        "kvm-x86 misc|applied|6", "tip demo/urgent|merged|1"]),
    ("k.name = 'last'", 11, [
        "patch|[PATCH] KVM: demo: Check the pointer of the clock",
        "other|The list of machines that have a demo device"]),
]


def run(program, store, *args):
    result = subprocess.run([program, "-d", store, *args], env=ENV,
                            stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            check=False)
    if result.returncode not in (0, 65):
        fault(" ".join(args), result.stderr)
    return result.stdout


def connect(store):
    """For reading, with the views."""
    database = sqlite3.connect(f"file:{store}?mode=ro", uri=True)
    with open(VIEWS, encoding="utf-8") as file:
        database.executescript(file.read())
    return database


def shell(command, store, stdin=subprocess.DEVNULL):
    """A command line of the page, beside the store."""
    if INSTALLED not in command:
        fault(command, f"does not name {INSTALLED}")
    return subprocess.run(
        ["sh", "-c", command.replace(INSTALLED, f"'{VIEWS}'")], text=True,
        cwd=os.path.dirname(store), env=ENV, stdin=stdin,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


# --- The page ---------------------------------------------------------------


def items(text):
    return re.findall(r"(?m)^\.It Va (\S+)$", text)


def section(page, name):
    return re.search(rf"(?ms)^\.Sh {name}$(.*?)^\.Sh ", page).group(1)


def test_page(page, database):
    parts = re.split(r"(?m)^\.Ss (\S+)$", section(page, "THE VIEWS"))
    told = dict(zip(parts[1::2], map(items, parts[2::2])))
    names = [name for name, in database.execute(
        "SELECT name FROM sqlite_temp_schema WHERE type = 'view'")]
    same("views", list(told), names)
    same("views in the store", [name for name, in database.execute(
        "SELECT name FROM sqlite_schema WHERE type NOT IN "
        "('table', 'index')")], [])
    for name in names:
        columns = [row[1] for row in database.execute(
            f"PRAGMA table_info({name})")]
        same(name, told.get(name), columns)
    tables = {name for name, in database.execute(
        "SELECT name FROM sqlite_schema WHERE type = 'table'")}
    named = items(section(page, "THE TABLES"))
    same("tables", sorted(named), sorted(tables))
    # the schemas, of which the last is that of the store
    schemas = re.findall(r"(?m)^\.It ([0-9]+)$", section(page, "THE TABLES"))
    version = database.execute("PRAGMA user_version").fetchone()[0]
    same("schemas", schemas, [str(n + 1) for n in range(version)])


def test_lint():
    if shutil.which("mandoc") is None:
        sys.exit("there is no mandoc: sh conf/packages test")
    result = subprocess.run(["mandoc", "-Tlint", PAGE], text=True,
                            stdout=subprocess.PIPE, check=False)
    # whether the others are installed here says nothing
    said = [line for line in result.stdout.splitlines()
            if "referenced manual not found" not in line]
    same("mandoc -Tlint", said, [])


def test_examples(page, store):
    examples = re.findall(r"(?ms)^\.Bd -literal\n(sqlite3.*?)^\.Ed$",
                          section(page, "EXAMPLES"))
    same("examples", len(examples), len(ANSWERS))
    for example, (words, count, rows) in zip(examples, ANSWERS):
        if words not in example:
            fault("example", f"{words} is not in {example}")
        result = shell(example, store)
        said = result.stdout.splitlines()
        same(words, (result.returncode, result.stderr, len(said)),
             (0, "", count))
        same(words, said[:len(rows)], rows)
    # and those on the way to them
    for block in re.findall(r"(?m)^(sqlite3 -readonly kvm\.db \"\..*)$", page):
        result = subprocess.run(["sh", "-c", block], text=True,
                                cwd=os.path.dirname(store), env=ENV,
                                stdout=subprocess.PIPE, check=False)
        if "content_sha256" not in result.stdout:
            fault(block, result.stdout)


def test_shell(page, store):
    """As the page begins: a session, which can change nothing."""
    command = re.search(r"(?m)^(sqlite3 .* )\\e\n *(\S+/kvm\.db)$",
                        page)
    where = os.path.join(ENV["HOME"], ".local", "share", "kvmdigest")
    os.makedirs(where)
    for name in os.listdir(os.path.dirname(store)):
        if name.startswith("kvm.db"):
            os.symlink(os.path.join(os.path.dirname(store), name),
                       os.path.join(where, name))
    said = {}
    for question in ("SELECT count(*) > 80 FROM kvmdigest_message;",
                     "DELETE FROM arrival;"):
        with tempfile.TemporaryFile("w+") as stdin:
            stdin.write(question)
            stdin.seek(0)
            result = shell("".join(command.groups()), store, stdin)
        said[question[:6]] = (result.returncode, result.stdout, result.stderr)
    same("a session", said["SELECT"], (0, "1\n", ""))
    same("a session that writes", (said["DELETE"][0] != 0, said["DELETE"][1],
         "readonly database" in said["DELETE"][2]), (True, "", True))
    # no command line without it
    same("-readonly", len(re.findall(r"(?m)^sqlite3 ", page)),
         len(re.findall(r"(?m)^sqlite3 -readonly ", page)))


# --- What they say ----------------------------------------------------------


def person(row, kind):
    return {"name": row[kind + "_name"], "email": row[kind + "_email"]}


def test_message(database, mail):
    """What a view says of a message is what the parser made of it."""
    what = mail["message_id"]
    row = database.execute("SELECT * FROM kvmdigest_message WHERE "
                           "message_id = ?", (what,)).fetchone()
    if row is None:
        fault(what, "is not there")
        return
    for name in ("kind", "status", "subject", "title", "project", "version",
                 "number", "total", "rfc", "resend", "in_reply_to"):
        same(f"{what}, {name}", row[name], mail[name])
    same(what + ", list", row["list"] or None, mail["list"])
    same(what + ", patch_id", row["patch_id"], mail["patch_id"])
    for kind in ("sender", "author"):
        same(f"{what}, {kind}", person(row, kind), mail[kind])
    date = row["date"] and row["date"].replace(" ", "T") + "Z"
    same(what + ", date", date, mail["date"])
    diff = mail["diff"] or {"files": None, "insertions": None,
                            "deletions": None, "paths": []}
    for name in ("files", "insertions", "deletions"):
        if mail["diff"]:
            same(f"{what}, {name}", row[name], diff[name])
    paths = [path for path, in database.execute(
        "SELECT path FROM kvmdigest_path WHERE message_id = ?", (what,))]
    same(what + ", paths", paths, diff["paths"])
    trailers = [list(one) for one in database.execute(
        "SELECT name, value FROM kvmdigest_trailer WHERE message_id = ? "
        "ORDER BY ordinal", (what,))]
    same(what + ", trailers", trailers, mail["trailers"])
    commits = [commit for commit, in database.execute(
        "SELECT commit_id FROM kvmdigest_notice WHERE message_id = ? AND "
        "commit_id IS NOT NULL ORDER BY number", (what,))]
    told = mail["applied"]["commits"] if mail["applied"] else []
    same(what + ", commits", sorted(commits), sorted(told))


def test_messages(store, database):
    said = run(HOOK, store, "--dry-run", "--import", SAMPLE)
    mails = [json.loads(line) for line in said.splitlines()]
    ids = [mail["message_id"] for mail in mails]
    alone = [mail for mail in mails if ids.count(mail["message_id"]) == 1]
    if len(alone) < 80:
        fault("sample", f"only {len(alone)} messages")
    for mail in alone:
        test_message(database, mail)
    same("messages", database.execute(
        "SELECT count(DISTINCT message_id) FROM kvmdigest_message"
        ).fetchone()[0], len(set(ids)))
    for kind in ("patch", "cover", "reply", "forward", "pull", "applied",
                 "bot", "other"):
        if not any(mail["kind"] == kind for mail in alone):
            fault("sample", f"nothing of kind {kind}")
    # times are the same in words and in seconds
    same("arrived", database.execute(
        "SELECT count(*) FROM kvmdigest_message WHERE "
        "unixepoch(arrived) <> arrived_epoch").fetchone()[0], 0)
    # what is about a message is counted there
    same("answers", database.execute(
        "SELECT m.message_id FROM kvmdigest_message m WHERE answers <> "
        "(SELECT count(DISTINCT r.message_id) FROM kvmdigest_message r "
        "WHERE r.about = m.message_id)").fetchall(), [])
    same("answered at all", database.execute(
        "SELECT max(answers) > 1 FROM kvmdigest_message").fetchone()[0], 1)


def test_series(store, database):
    """The third version of the ring, and what came after it."""
    row = database.execute(
        "SELECT s.version, s.total, received, (SELECT version FROM "
        "kvmdigest_series n WHERE n.series = s.newer) FROM kvmdigest_series s "
        "JOIN kvmdigest_message m USING (series, message_id) WHERE "
        "title LIKE '%Make the ring safe against its guest' AND "
        "s.version = 3").fetchall()
    same("series", [tuple(one) for one in row], [(3, 7, 7, 4)])
    shown = run(REPORT, store, "markers").split()
    marker = database.execute(
        "SELECT name, count(m.position), max(m.position) = k.position FROM "
        "kvmdigest_marker k JOIN kvmdigest_message m ON m.position <= "
        "k.position").fetchone()
    same("marker", (marker[0].encode(), marker[2]), (shown[0], 1))


def test_costs(store):
    """A question about one message reads no whole table."""
    database = connect(store)
    for view in ("message", "trailer", "path", "notice"):
        plan = database.execute(
            f"EXPLAIN QUERY PLAN SELECT * FROM kvmdigest_{view} "
            "WHERE message_id = 'x'").fetchall()
        scans = [row[3] for row in plan if row[3].startswith("SCAN")]
        same(f"plan of {view}", scans, [])
    plan = database.execute(
        "EXPLAIN QUERY PLAN SELECT * FROM kvmdigest_message WHERE "
        "arrived_epoch >= 1000").fetchall()
    same("plan of a time", [row[3] for row in plan if "SCAN" in row[3]], [])


def main():
    if shutil.which("sqlite3") is None:
        sys.exit("there is no sqlite3: sh conf/packages test")
    with open(PAGE, encoding="utf-8") as file:
        page = file.read()
    with tempfile.TemporaryDirectory() as work:
        os.chmod(work, 0o700)
        ENV["HOME"] = work
        ENV["TZ"] = "UTC"
        store = os.path.join(work, "store", "kvm.db")
        run(HOOK, store, "--import", "-q", SAMPLE)
        run(REPORT, store, "mark", "last", "2025-09-05")
        database = connect(store)
        database.row_factory = sqlite3.Row
        test_page(page, database)
        test_lint()
        test_examples(page, store)
        test_shell(page, store)
        test_messages(store, database)
        test_series(store, database)
        test_costs(store)
        database.close()
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
