#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail that was made to do harm, through the real hook, and what is shown of it.

Ninety samples and 29 bombs come from ../shared/hostile (KD_SHARED); each is
made, delivered, compared and removed before the next.  Of the bombs only
those up to 6 MiB, unless KD_LONG=1; under the sanitizers none.  KD_TABLE=1
prints time and memory of each delivery.

A new format of the digest is one line in FORMATS.
"""
import collections
import ctypes
import email
import email.policy
import html
import html.parser
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

from verdict import fault, verdict  # noqa: E402

SHARED = os.environ["KD_SHARED"]
BIN = os.environ["KD_BIN"]
SANITIZED = os.environ.get("KD_TREE") == "asan"
LONG = os.environ.get("KD_LONG") == "1"
MAKER = os.path.join(SHARED, "hostile", "mkhostile.py")
BOMB_MAX = 1 << 30 if LONG else 0 if SANITIZED else 6 << 20
SLOWER = 10 if SANITIZED else 1

# Of reliability 3.3: controls but LF and TAB, line and paragraph separators,
# what turns the direction of text or takes no place.
FORBIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e"
    "\u2066-\u2069\ufeff\U000e0000-\U000e007f]")


def well_formed(what, data):
    """Text that no mail can make do something; a str in any case."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as e:
        fault(what, f"is no UTF-8: {e}")
        text = data.decode("utf-8", "replace")
    bad = FORBIDDEN.search(text)
    if bad:
        around = text[max(0, bad.start() - 40):bad.end() + 40]
        fault(what, f"U+{ord(bad.group()):04X} in {around!r}")
    return text


MAIL_FIELDS = frozenset((
    "From", "To", "Subject", "Date", "Message-Id", "List-Id", "X-Kvmdigest",
    "Auto-Submitted", "MIME-Version", "Content-Type"))


class Markup(html.parser.HTMLParser):
    """What a page is made of; text that has become markup is not in it."""
    TAGS = frozenset("""html head meta title style body header h1 h2 h3 p code
        dl div dt dd nav ul li a span main section table caption thead tbody
        tr th td svg rect desc article details summary pre figure
        figcaption""".split())
    ATTRIBUTES = frozenset("""lang charset http-equiv content name class href
        title id scope role aria-label aria-labelledby aria-hidden width
        height viewbox x y fill preserveaspectratio data-label style""".split())

    def __init__(self, what, page):
        super().__init__()
        self.what = what
        self.open = []
        self.feed(page)
        self.close()
        if self.open:
            fault(what, f"never closed: {self.open[-3:]}")

    def handle_starttag(self, tag, attrs):
        if tag not in self.TAGS:
            fault(self.what, f"<{tag}> at {self.getpos()}")
        for name, value in attrs:
            if name not in self.ATTRIBUTES:
                fault(self.what, f"{name} of <{tag}> at {self.getpos()}")
            if name == "href" and not re.fullmatch(
                    r"#[a-z0-9-]+|https://lore\.kernel\.org/kvm/"
                    r"[^\s\"<>/]+", value):
                fault(self.what, f"a link to {value!r}")
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            fault(self.what, f"</{tag}> at {self.getpos()}")

    def handle_comment(self, data):
        fault(self.what, f"a comment: {data[:40]!r}")

    unknown_decl = handle_pi = handle_comment


def html_well_formed(what, data):
    """A page, and nothing of mail in it but text."""
    page = well_formed(what, data)
    Markup(what, page)
    if page.count("<style>") != 1 or "url(" in page.split("</style>")[0]:
        fault(what, "the style sheet is another")
    return html.unescape(page)


def mail_well_formed(what, data):
    """A mail of two parts, each of them well formed."""
    message = email.message_from_bytes(data, policy=email.policy.default)
    parts = {part.get_content_type(): part.get_content()
             for part in message.iter_parts()}
    if sorted(parts) != ["text/html", "text/plain"] or message.defects:
        fault(what, f"parts {sorted(parts)}, {message.defects}")
    for name in message.keys():
        if name not in MAIL_FIELDS:
            fault(what, f"a field {name}")
    html_well_formed(what, parts["text/html"].encode())
    return well_formed(what, parts["text/plain"].encode())


# Each format of `kvmdigest-report digest`, and what its output has to pass.
FORMATS = {
    "text": well_formed,
    "classic": well_formed,
    "json": well_formed,
    "html": html_well_formed,
    "mail": mail_well_formed,
}


# --- Processes


class Tracer:
    """Stops a process at its end, where its peak of memory can be read: what
    wait4() knows counts its children too."""
    CONT, SEIZE, SETOPTIONS_EXIT, EVENT_EXIT = 7, 0x4206, 0x40, 6

    def __init__(self, pid):
        self.pid = pid
        self.peak = None  # KiB
        self.works = not SANITIZED and self.call(self.SEIZE,
                                                 self.SETOPTIONS_EXIT)

    def call(self, request, data):
        ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        ptrace.restype = ctypes.c_long
        return ptrace(ctypes.c_long(request), ctypes.c_long(self.pid),
                      ctypes.c_void_p(0), ctypes.c_void_p(data)) == 0

    def wait(self):
        """The wait status of the process, once it has ended."""
        while True:
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                return status
            event = status >> 16
            if event == self.EVENT_EXIT:
                with open(f"/proc/{self.pid}/status") as f:
                    self.peak = int(re.search(r"VmHWM:\s*(\d+)",
                                              f.read()).group(1))
            self.call(self.CONT, 0 if event else os.WSTOPSIG(status))


Done = collections.namedtuple("Done", "code seconds peak out err")


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

SUBJECT = "[PATCH] KVM: x86: hostile sample"
MALLORY = "Mallory <mallory@example.com>"
DATE = "2026-11-03 10:00:00 +0000"
NOWHERE = "none of those configured"
CONTROLS = "".join(f"<U+{i:04X}>" for i in
                   [*range(1, 9), *range(14, 32), *range(0x7f, 0xa0)])

# By number; what is not said is that of the plain sample: subject, author,
# date, list, status ok.  id: the Message-ID.  text: stands in what is shown;
# lacks: stands nowhere in it.
BARE = {"subject": "", "author": "(unknown)", "date": None, "list": NOWHERE,
        "status": "unparsed", "id": r"sha256:[0-9a-f]{64}"}
EXPECT = {
    "002": BARE,
    "003": BARE,
    "004": {**BARE, "text": "hello there, this is not mail"},
    "005": {"subject": "[PATCH] KVM: x86: ho", "date": None,
            "id": r"sha256:[0-9a-f]{64}"},
    "006": {"text": "half of a bo"},
    # NULs go (mail-rules S1), and nothing ends at one.
    "007": {"subject": "[PATCH] beforeafter"},
    "008": {"text": "line onehidden\nSigned-off-by: A <a@x>"},
    "009": {"subject": r"re:\[PATCH\] .+ bad"},
    "010": {"subject": "[PATCH] <U+001B>]0;pwned<U+0007><U+001B>[2J<U+001B>"
                       "[31mred<U+001B>[0m <U+009B>31m <U+001B>P$q\"p"
                       "<U+001B>\\ <U+001B>[6n"},
    "011": {"subject": r"re:\[PATCH\] <U\+001B>\]0;pwned<U\+0007><U\+001B>"
                       r"\[2J .*31m Bcc: victim@example.com"},
    "012": {"subject": "[PATCH] KVM: fix <U+202E>gnp.exe<U+202C> <U+2066>a"
                       "<U+2069> <U+200B><U+200E><U+FEFF> <U+E0041>"},
    "013": {"subject": '[PATCH] <script>alert(1)</script> "><img src=x '
                       "onerror=alert(1)> &amp; javascript:alert(1)",
            "author": "<b onmouseover=alert(1)> "
                      '<x"onclick=alert(1)@example.com>'},
    "014": {"subject": "[PATCH] x Bcc: victim@example.com owned body",
            "lacks": "\nBcc:"},
    "015": {"subject": "[PATCH] %s%s%s%n%n%x %1$*2$d {0} $(id) `id` "
                       "${jndi:ldap://x}"},
    "016": {"subject": "[PATCH] Robert'); DROP TABLE message;-- \" OR 1=1",
            "id": r"a'\);.*DROP.*TABLE.*message;--@x"},
    "017": {"id": r"\.\./\.\./\.\./\.\./etc/passwd%00@x",
            "lacks": "kvm/../"},
    "018": {"id": r"sha256:[0-9a-f]{64}", "status": "limited"},
    "019": {"id": r"sha256:[0-9a-f]{64}"},
    "021": {"id": "one@x", "lacks": "two@x"},
    "022": {"subject": "[PATCH v3 0/5] forged first copy"},
    "023": {"subject": "[PATCH v3 0/5] KVM: the genuine one",
            "author": "Victim <victim@kernel.example>",
            "date": "Tue, 3 Nov 2026 10:00:00 +0000",  # as its header says
            "text": "body line\ngenuine"},
    "024": {"id": r"h\d+@hostile\.example"},
    "025": {"date": None},
    "026": {"date": None},
    "027": {"date": None},
    "028": {"date": None},
    "029": {"date": None},
    "030": {"date": None},
    "034": {"status": "limited"},
    "035": {"subject": "[PATCH v99999999999999999999 -1/0 "
                       "18446744073709551616/3] KVM: numbers"},
    "036": {"subject": "[" * 2000 + "PATCH" + "]" * 2000 + " x"},
    "037": {"subject": r"re:(Re: )+(Re?:?)?", "status": "limited"},
    "038": {"text": "From mallory@example.com Tue Nov  3 10:00:00 2026\n"
                    "Subject: [PATCH] smuggled message"},
    "040": {"subject": "", "date": None, "list": NOWHERE,
            "id": r"sha256:[0-9a-f]{64}"},
    "042": {"list": NOWHERE},
    "044": {"text": "<script>alert(1)</script>"},
    "045": {"text": "café"},
    "046": {"subject": "<script>"},
    "047": {"subject": r"re:.*"},
    "048": {"subject": "=cmd|' /C calc'!A0, \"quoted\", +1-1,@SUM(1) tab",
            "author": "=HYPERLINK <x@example.com>"},
    "049": {"author": "a@b"},
    "050": {"author": "(unknown)", "status": "limited"},
    "051": {"status": "limited"},
    "052": {"author": "(unknown)", "status": "limited"},
    "062": {"status": "limited"},
    "067": {"lacks": "track.example"},
    "068": {"subject": f"[PATCH] {CONTROLS}".replace(
        "<U+0008><U+000E>", "<U+0008> <U+000E>")},
    "070": {"status": "limited"},
    "072": {"subject": "5.1.1 user unknown"},
    "073": {"subject": r"re:\[PATCH\] ..?.?"},
    "074": {"author": "(unknown)"},
    "075": {"author": "a@x"},
    "076": {"subject": "[PATCH] KVM: x86: folded"},
    "077": {"subject": ""},
    "079": {"subject": "[PATCH] café", "author": "René <r@x>"},
    "080": {"author": "Pаolo Bonzini <pbonzini@rеdhat.com>"},
    "081": {"subject": r"re:\[PATCH\] hangs .*", "author": "a@b",
            "date": None, "id": "loop165@x"},
    "082": {"subject": r"re:\[PATCH\] base64 .*", "author": "a@b",
            "date": None, "text": "helloworld"},
    "083": {"subject": r"re:\[PATCH\] nested address groups: .*",
            "author": "(unknown)", "date": None, "id": "grp@x",
            "status": "limited"},
    "084": {"text": "Reviewed-by: Paolo Bonzini <pbonzini@redhat.com>"
                    "<U+001B>[8m\nSigned-off-by: <U+202E><x@y>"},
    "085": {"text": ">From here\n>>From there"},
    "089": {"lacks": "alice@example.org"},
    "090": {"lacks": "alice@example.org"},
}
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
