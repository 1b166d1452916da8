# SPDX-License-Identifier: GPL-2.0-or-later
"""mbox.py - mbox and export: what git makes of them is what it makes of the
mail itself, but for the trailers that were added.

The sample messages are applied to tests/data/tree by a real git am.  The
other mail is made here, all of it by roles at example.org.  mbox_corpus.py
looks at the mail of a list.
"""
import base64
import hashlib
import os
import quopri
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time

SOURCE = os.environ.get("KD_SOURCE") or os.path.abspath(
    os.path.join(os.path.dirname(__file__), "../.."))
BIN = os.environ.get("KD_BIN", SOURCE + "/build/bin")
SAMPLE = SOURCE + "/tests/data/sample/"
SANITIZED = os.environ.get("KD_TREE") == "asan"
AUTHOR = "Patch Author 1 <author1@example.org>"
TWO = "Reviewer Two <reviewer2@example.net>"
FOUR = "=?UTF-8?q?J=C3=BCrgen=20Pr=C3=BCfer?= <reviewer4@example.org>"
FOUR_IS = "Jürgen Prüfer <reviewer4@example.org>"
START = 1755675000  # 2025-08-20
LIST = "kvm.vger.kernel.org"
TITLE = "KVM: demo: Make the ring safe against its guest"
faults = 0


def fault(text):
    """Say what is wrong, and go on."""
    global faults
    faults += 1
    print(text)


def run(*words, data=None, env=None, cwd=None):
    """The bytes that a program prints; that must end well."""
    done = subprocess.run(words, input=data, env=env, cwd=cwd, check=False,
                          capture_output=True)
    if done.returncode != 0:
        fault("%s: exit %d: %s" % (" ".join(words), done.returncode,
                                   done.stderr.decode(errors="replace")))
    return done.stdout


class Store:
    """A store of its own, and the programs on it."""

    def __init__(self, home, name):
        self.home = home
        os.mkdir(home + "/" + name, 0o700)
        self.store = home + "/" + name + "/kvm.db"
        self.clock = START
        self.said = ""
        self.env = {"HOME": home, "TZ": "UTC", "LC_ALL": "C.UTF-8",
                    "PATH": os.environ["PATH"]}

    def deliver(self, mail):
        """One mail through the hook."""
        run(BIN + "/kvmdigest-mda", "-d", self.store, data=mail, env=self.env)

    def fetch(self, *words):
        """Take in mail that is there."""
        run(BIN + "/kvmdigest-mda", "-q", "-d", self.store, "--import",
            *words, env=self.env)

    def report(self, *words, code=0):
        """What the report prints; what it says besides in self.said."""
        done = subprocess.run([BIN + "/kvmdigest-report", "-d", self.store,
                               *words], env=self.env, check=False,
                              capture_output=True)
        self.said = done.stderr.decode(errors="replace")
        if done.returncode != code:
            fault("report %s: exit %d, not %d: %s" %
                  (" ".join(words), done.returncode, code, self.said))
        return done.stdout

    def post(self, name, subject, body, reply_to=None, sender=AUTHOR,
             head=("Content-Type: text/plain; charset=UTF-8",
                   "Content-Transfer-Encoding: 8bit")):
        """Deliver one mail; its Message-ID is name@example.org."""
        self.clock += 60
        lines = ["From: " + sender, "To: kvm@vger.kernel.org",
                 "Subject: " + subject,
                 "Date: " + time.strftime("%a, %d %b %Y %H:%M:%S +0000",
                                          time.gmtime(self.clock)),
                 "Message-ID: <%s@example.org>" % name,
                 "List-Id: <%s>" % LIST, *head]
        if reply_to:
            lines += ["In-Reply-To: <%s@example.org>" % reply_to,
                      "References: <%s@example.org>" % reply_to]
        if isinstance(body, str):
            body = body.encode()
        mail = "\n".join(lines).encode() + b"\n\n" + body
        self.deliver(mail)
        return mail


def split(path, home):
    """The mails of an mbox as git am sees them, each with what mailinfo says
    of it: headers, message, patch."""
    shutil.rmtree(home, ignore_errors=True)
    os.mkdir(home)
    run("git", "mailsplit", "-d4", "-b", "-o" + home, path)
    out = []
    for name in sorted(os.listdir(home)):
        with open(home + "/" + name, "rb") as mail:
            info = run("git", "mailinfo", home + "/m", home + "/p",
                       data=mail.read(), cwd=home)
        parts = [info]
        for part in "mp":
            with open(home + "/" + part, "rb") as text:
                parts.append(text.read())
        out.append(parts)
    return out


def check_entry(what, got, want, added):
    """The same to git, but for the trailers that were added."""
    if got[0] != want[0]:
        fault("%s: other headers:\n%s\n%s" % (what, got[0], want[0]))
    if got[2].rstrip() != want[2].rstrip():
        fault("%s: another patch" % what)
    lines = got[1].decode(errors="replace").rstrip().split("\n")
    if added:
        if lines[-len(added):] != added:
            fault("%s: the trailers are not at the end:\n%s" %
                  (what, got[1].decode(errors="replace")))
            return
        del lines[-len(added):]
        parsed = run("git", "interpret-trailers", "--parse",
                     data=b"title\n\n" + got[1]).decode()
        if not parsed.endswith("\n".join(added) + "\n"):
            fault("%s: git sees other trailers: %s" % (what, parsed))
    old = want[1].decode(errors="replace").rstrip()
    if "\n".join(lines).rstrip() != old:
        fault("%s: another message:\n%s\n---\n%s" % (what, old,
                                                  "\n".join(lines)))


def complete(store):
    """The series that are complete: a Message-ID and the version of each."""
    with sqlite3.connect(store.store) as database:
        return database.execute(
            "SELECT m.message_id, s.version || CASE s.revision WHEN 0 THEN "
            "'' ELSE '.' || s.revision END FROM series s JOIN message m "
            "ON m.id = s.head WHERE s.received = max(coalesce(s.total, 1), 1) "
            "ORDER BY s.id").fetchall()


def added_by(said):
    """Of each patch the trailers that the summary says were added."""
    out = []
    for line in said.split("\n"):
        if line.startswith("    + "):
            out[-1].append(line[6:])
        elif re.match(r"  (\d+/\d+|patch) ", line):
            out.append([])
    return out


def message_id(mail):
    """Of a mail, without <>."""
    found = re.search(rb"^Message-ID:\s*<([^>]*)>", mail, re.I | re.M)
    return found.group(1).decode() if found else ""


def names_in(path):
    """The Message-IDs of what the report wrote as an mbox."""
    with open(path, "rb") as mbox:
        mails = mbox.read().split(
            b"From git@z Thu Jan  1 00:00:00 1970\n")[1:]
    return [message_id(b"\n" + mail.split(b"\n\n", 1)[0]) for mail in mails]


# --- A real tree ---------------------------------------------------------


class Tree:
    """A git repository with tests/data/tree in it."""

    def __init__(self, home):
        self.home = home
        self.env = {"HOME": home, "PATH": os.environ["PATH"], "TZ": "UTC",
                    "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C.UTF-8",
                    "GIT_COMMITTER_NAME": "Committer",
                    "GIT_COMMITTER_EMAIL": "committer@example.org",
                    "GIT_AUTHOR_NAME": "Author",
                    "GIT_AUTHOR_EMAIL": "author@example.org"}
        shutil.copytree(SOURCE + "/tests/data/tree", home + "/tree")
        self.git("init", "-q")
        self.git("add", ".")
        self.git("commit", "-q", "-m", "tree")
        self.git("tag", "start")

    def git(self, *words):
        """What git prints."""
        return run("git", *words, env=self.env, cwd=self.home + "/tree")

    def apply(self, *files):
        """What git am makes of the files: author, date, message and tree of
        each commit."""
        self.git("reset", "-q", "--hard", "start")
        self.git("am", "-q", *files)
        text = self.git("log", "--reverse", "--format=%an <%ae> %at%n%T%n%B%x00",
                        "start..").decode()
        return [entry.strip().split("\n", 2)
                for entry in text.split("\0")[:-1]]


def deliver_sample(store):
    """Every sample message; their bytes by their Message-IDs."""
    mails = {}
    for name in sorted(os.listdir(SAMPLE)):
        if name.endswith(".eml"):
            with open(SAMPLE + name, "rb") as mail:
                data = mail.read()
            store.deliver(data)
            mails.setdefault(message_id(data), data)
    return mails


def apply_series(store, tree, series, mails):
    """git am of a series, and of its mails as they came."""
    name, version = series
    home = store.home
    mbox = home + "/a series' mbox"
    store.report("mbox", "<%s>" % name, "--reroll", version, "-o", mbox,
                 "--list", "all")
    if "git am '%s/a series'\\'' mbox'" % home not in store.said:
        fault("the command is not quoted: " + store.said)
    added = added_by(store.said)
    names = names_in(mbox)
    files = []
    for one in names:
        files.append("%s/%d.eml" % (home, len(files)))
        with open(files[-1], "wb") as mail:
            mail.write(mails[one])
    want = tree.apply(*files)
    got = tree.apply(mbox)
    for one, other, lines in zip(got, want, added):
        other[2] = other[2] + "".join("\n" + line for line in lines)
        if one != other:
            fault("%s: git am made\n%s\nand not\n%s" % (name, one, other))
    if not len(got) == len(want) == len(added) == len(names):
        fault("%s: %d commits of %d mails" % (name, len(got), len(names)))
    return sum(len(lines) for lines in added)


def sample(home):
    """The sample messages by git am."""
    store = Store(home, "sample")
    tree = Tree(home)
    mails = deliver_sample(store)
    series = complete(store)
    trailers = sum(apply_series(store, tree, one, mails) for one in series)
    print("%d series of the sample, %d trailers" % (len(series), trailers))
    if len(series) < 25 or trailers < 17:
        fault("that is not all of the sample")
    # piped, without trailers, and by any mail of the series
    one = store.report("mbox", "<20250901063022.62849-3-poster@corp.example"
                       ".com>", "--no-trailers")
    if "is of v3 (--reroll v3)" not in store.said or "+ " in store.said:
        fault("another version than the newest: " + store.said)
    if "mbox --no-trailers 2bc399e3 | git am" not in store.said:
        fault("what applies it is another command: " + store.said)
    if one.count(b"\nSubject: [PATCH v4 ") != 6:
        fault("not v4")
    if store.report("mbox", "<20250904-demo-ring-safe-v4-0-fc339ef9f8c5@corp"
                    ".example.com>", "--cover").count(b"\nSubject: ") != 7:
        fault("no cover letter")
    if "base-commit: 3f1c0de5a9b84476d1ce2fa80b5d1e2233445566" not in \
            store.said:
        fault("no base-commit: " + store.said)
    # a list in the place of the author, and one that the body sets right
    for number, expect in (("038", True), ("039", False)):
        name = [one for one in os.listdir(SAMPLE) if one.startswith(number)][0]
        with open(SAMPLE + name, "rb") as mail:
            store.report("mbox", "<%s>" % message_id(mail.read()))
        if ("git am takes the author from the header" in store.said) != expect:
            fault("%s: %s" % (name, store.said))
    return store


# --- The mail itself -----------------------------------------------------


def contents(store):
    """The exact bytes of all that a store has, other contents as well."""
    with sqlite3.connect(store.store) as database:
        rows = database.execute(
            "SELECT m.message_id, count(*) FROM message m JOIN variant v ON "
            "v.message = m.id GROUP BY m.id").fetchall()
    out = {}
    for name, variants in rows:
        out[name] = sorted(
            store.report("show", "--raw", "<%s>" % name, "--list", "all",
                         "--variant", str(n + 1)) for n in range(variants))
    return out


def export(home, store):
    """Out as an mboxrd and in again: the same bytes."""
    store.deliver(b"From: a@example.org\nMessage-ID: <from@example.org>\n"
                  b"Content-Length: 2\nSubject: From lines\n\n"
                  b"a\n\nFrom a@example.org Mon Sep  1 08:30:25 2025\n"
                  b">From b\n\n>>From c\nFrom d\n\n\n")
    path = home + "/all.mbox"
    store.report("export", "-o", path)
    said = store.said
    with open(path, "rb") as mbox:
        data = mbox.read()
    want = contents(store)
    if not said.startswith("%d messages, and %d other contents" % (
            len(want), sum(map(len, want.values())) - len(want))) or \
            "do not end with a line end" not in said:
        fault("%d messages, and export says %s" % (len(want), said))
    again = Store(home, "again")
    again.fetch(path)
    got = contents(again)
    for name, mails in want.items():
        # an mbox gives the last line an end
        ended = sorted(mail if mail.endswith(b"\n") else mail + b"\n"
                       for mail in mails)
        if got.get(name) != ended and not name.startswith("sha256:"):
            fault("<%s> is not what it was" % name)
    if len(got) != len(want):
        fault("%d messages, and %d after an export" % (len(want), len(got)))
    again = Store(home, "again-rd")
    again.fetch("--format", "mboxrd", path)
    if again.report("export") != data:
        fault("the export of what was exported is another one")
    if store.report("export") != data:
        fault("-o has other bytes than standard output")
    none = store.report("export", "--list", "none")
    if not store.said.startswith("6 messages\n") or none in (b"", data):
        fault("of no list: " + store.said)
    split_up = [store.report("export", words) for words in
                ("start..<20250901063022.62849-3-poster@corp.example.com>",
                 "<20250901063022.62849-3-poster@corp.example.com>..")]
    if b"".join(split_up) != data:
        fault("two ranges are not the whole")
    if store.report("export", "latest..latest", "--list", "kvm") != b"":
        fault("an empty range has mail")
    for line in data.split(b"\n\nFrom ")[:3]:
        if not re.match(rb"(From )?\S+@\S+ \w{3} \w{3} [ \d]\d \d\d:\d\d:\d\d "
                        rb"\d{4}\n", line):
            fault("an odd line: %s" % line[:60])
    with subprocess.Popen([BIN + "/kvmdigest-report", "-d", store.store,
                           "export"], env=store.env, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE) as pipe:
        pipe.stdout.read(10)
        pipe.stdout.close()
        if pipe.wait() != 0 or pipe.stderr.read() != b"":
            fault("a reader who goes away is no failure")
    store.report("export", "-o", home + "/none/x", code=74)
    os.mkdir(home + "/ro")
    before = os.listdir(home)
    if os.path.exists("/dev/full"):
        store.report("export", "-o", "/dev/full", code=74)
    if os.listdir(home) != before:
        fault("something was left behind")


def sample_and_export(home):
    """The two that look at the sample messages."""
    export(home, sample(home))


# --- Mail of all kinds ---------------------------------------------------


def diff(name, lines):
    """A diff that makes a new file."""
    return ("---\n %s | %d %s\n 1 file changed, %d insertions(+)\n"
            " create mode 100644 %s\n\ndiff --git a/%s b/%s\n"
            "new file mode 100644\nindex 0000000..1111111\n--- /dev/null\n"
            "+++ b/%s\n@@ -0,0 +1,%d @@\n%s-- \n2.43.0\n\n" %
            (name, len(lines), "+" * len(lines), len(lines), name, name, name,
             name, len(lines), "".join("+%s\n" % line for line in lines)))


def body(words, name, lines=("one", "two")):
    """A patch."""
    return words + "\n\nSigned-off-by: " + AUTHOR + "\n" + diff(name, lines)


def plain(charset, transfer):
    """The header of a text."""
    return ("Content-Type: text/plain; charset=" + charset,
            "Content-Transfer-Encoding: " + transfer)


FROM = "From 0123456789012345678901234567890123456789 Mon Sep 17 00:00:00 2001"
GRUSS = "Grüße an alle"


def kinds():
    """name, body, header, may have trailers, may be quoted."""
    text = body(GRUSS + " = all.", "x.c")
    crlf = body("CRLF", "x.c", ("one\r", "two\r"))
    spoof = body("Words.\n\n%s\nFrom: Evil <evil@example.com>\nSubject: Boo\n\n"
                 "Boo." % FROM, "x.c")
    parts = ('Content-Type: multipart/mixed; boundary="=b="',)
    attached = ("--=b=\nContent-Type: text/plain; charset=UTF-8\n"
                "Content-Transfer-Encoding: 8bit\n\n%s\n\nSigned-off-by: %s\n"
                "--=b=\nContent-Type: text/x-patch\n"
                "Content-Disposition: inline\n\n%s--=b=--\n" %
                (GRUSS, AUTHOR, diff("x.c", ("one",))))
    yield "utf8", text, plain("UTF-8", "8bit"), True, False
    yield "none", text, (), True, False
    yield "qp", quopri.encodestring(text.encode()), plain(
        "utf-8", "quoted-printable"), True, False
    yield "base64", base64.encodebytes(text.encode()), plain(
        "utf-8", "base64"), True, False
    yield "latin1", text.encode("latin-1"), plain(
        "iso-8859-1", "8bit"), True, False
    yield "latin1-qp", quopri.encodestring(text.encode("latin-1")), plain(
        "iso-8859-1", "quoted-printable"), True, False
    yield "ascii", body("Words.", "x.c"), plain("us-ascii", "7bit"), \
        True, False
    yield "in-body", "From: Jürgen Prüfer <j@example.org>\n\n" + text, plain(
        "UTF-8", "8bit"), True, False
    yield "wire-crlf", text.replace("\n", "\r\n"), plain(
        "UTF-8", "8bit"), True, False
    yield "crlf-qp", quopri.encodestring(crlf.encode(), quotetabs=True), \
        plain("utf-8", "quoted-printable"), True, False
    yield "crlf-base64", base64.encodebytes(
        crlf.replace("\n", "\r\n").encode()), plain("utf-8", "base64"), \
        False, False
    yield "latin1-patch", body("Words.", "x.c", (GRUSS,)).encode(
        "latin-1"), plain("iso-8859-1", "8bit"), False, False
    # git reads it as it says, and so does the store
    yield "latin1-is-utf8", text, plain("iso-8859-1", "8bit"), True, False
    yield "attached", attached, parts, False, False
    yield "flowed", text, ("Content-Type: text/plain; charset=UTF-8; "
                           "format=flowed",), False, False
    yield "no-end", text.rstrip("\n"), plain("UTF-8", "8bit"), True, False
    yield "no-words", diff("x.c", ("one",)), plain("UTF-8", "8bit"), \
        False, False
    yield "no-rule", "Words.\n\n" + diff("x.c", ("one",))[4:].split(
        "\n\n", 1)[1], plain("UTF-8", "8bit"), True, False
    yield "spoof", spoof, plain("UTF-8", "8bit"), True, False
    yield "spoof-qp", quopri.encodestring(spoof.encode()), plain(
        "utf-8", "quoted-printable"), True, False
    yield "spoof-base64", base64.encodebytes(spoof.encode()), plain(
        "utf-8", "base64"), True, False
    yield "spoof-parts", attached.replace(GRUSS, FROM), parts, False, True


def every_kind(home):
    """Each way to send a patch, as it came and with trailers."""
    store = Store(home, "kinds")
    path = home + "/kind"
    for name, text, head, may, quoted in kinds():
        mail = store.post(name, "[PATCH] Add x for " + name, text, head=head)
        store.post(name + "-two", "Re: [PATCH] Add x for " + name,
                   "> Words.\n\nReviewed-by: %s\nTested-by: %s\n" %
                   (TWO, TWO), name, sender=TWO)
        store.post(name + "-four", "Re: [PATCH] Add x for " + name,
                   "Acked-by: %s\nReviewed-by: %s\nSuggested-by: %s\n" %
                   (FOUR_IS, TWO, FOUR_IS), name, sender=FOUR)
        with open(path, "wb") as out:
            out.write(mail)
        want = split(path, home + "/want")
        lines = ["Reviewed-by: " + TWO, "Tested-by: " + TWO,
                 "Acked-by: " + FOUR_IS] if may else []
        for words in ([], ["--no-trailers"]):
            store.report("mbox", "<%s@example.org>" % name, "-o", path,
                         *words)
            got = split(path, home + "/got")
            if len(got) != 1:
                fault("%s: %d mails of one" % (name, len(got)))
                continue
            if quoted:  # git leaves out that line, quoted as it is
                got[0][1] = FROM.encode() + b"\n\n" + got[0][1].lstrip()
            check_entry(name, got[0], want[0], [] if words else lines)
            if ("NO TRAILERS ADDED to <%s@example.org>" % name in store.said) \
                    != (not may and not words):
                fault("%s: %s" % (name, store.said))
            if ("got a \">\"" in store.said) != quoted:
                fault("%s: quoted? %s" % (name, store.said))
        if may and not ("Suggested-by: %s  (no review)" % FOUR_IS) in \
                (store.report("mbox", "<%s@example.org>" % name) and
                 store.said):
            fault("%s: what is left out is not said: %s" % (name, store.said))


# --- Versions, and what is missing ---------------------------------------


def versions(home):
    """Patches that were posted again, alone or with others."""
    store = Store(home, "versions")
    titles = ["Add x", "Add y", "Add z"]
    store.post("v1-0", "[PATCH 0/3] " + TITLE, "Words.\n\n x | 1 +\n"
               " 1 file changed, 1 insertion(+)\n")
    for i, title in enumerate(titles, 1):
        store.post("v1-%d" % i, "[PATCH %d/3] %s" % (i, title),
                   body("First.", "x%d.c" % i), "v1-0")
    store.post("v1-0-two", "Re: [PATCH 0/3] " + TITLE,
               "Reviewed-by: %s\nReviewed-by: %s\n" % (TWO, TWO.lower()),
               "v1-0", sender=TWO)
    store.post("v1-2-four", "Re: [PATCH 2/3] Add y",
               "Acked-by: %s\nReviewed-by: Absent <absent@example.com>\n" %
               FOUR_IS, "v1-2", sender=FOUR)
    store.report("mbox", "<v1-2-four@example.org>")
    if added_by(store.said) != [["Reviewed-by: " + TWO],
                                ["Acked-by: " + FOUR_IS,
                                 "Reviewed-by: " + TWO],
                                ["Reviewed-by: " + TWO]]:
        fault("for all patches: " + store.said)
    if "Reviewed-by: Absent <absent@example.com>  (sent by somebody else: " \
            "Jürgen Prüfer" not in store.said:
        fault("who did not send it is not said: " + store.said)
    # one of them again, in answer to the one before
    store.post("v2-2", "[PATCH v2 2/3] Add y", body("Second.", "x2.c", (
        "two", "three", "four")), "v1-2")
    data = store.report("mbox", "<v1-1@example.org>")
    if re.findall(rb"^Message-ID: <(.*)@", data, re.M) != \
            [b"v1-1", b"v2-2", b"v1-3"] or "(v1)" not in store.said:
        fault("v2 2/3 is not among those of v1: " + store.said)
    if b"v2-2" in store.report("mbox", "<v2-2@example.org>", "--reroll", "1"):
        fault("--reroll 1 has v2")
    store.report("mbox", "<v2-2@example.org>", "--reroll", "v3", code=66)
    if "it has: v1, v2" not in store.said:
        fault("which versions there are: " + store.said)
    for wrong in ("x", "", "v", "1.", "1.2.3", "-1", "99999999999"):
        store.report("mbox", "<v2-2@example.org>", "--reroll=" + wrong,
                     code=64)
    # sent again as it is
    text = body("Alone.", "w.c")
    store.post("w", "[PATCH] Add w", text)
    store.post("w-two", "Re: [PATCH] Add w", "Acked-by: " + TWO, "w",
               sender=TWO)
    store.clock += 864000
    store.post("w-again", "[RESEND PATCH] Add w", text)
    if b"<w-again@" not in store.report("mbox", "<w@example.org>") or \
            added_by(store.said) != [["Acked-by: " + TWO]]:
        fault("a resend: " + store.said)


def missing(home):
    """What has not arrived, and what is not there."""
    store = Store(home, "missing")
    for i in (0, 1, 3):
        store.post("m-%d" % i, "[PATCH v2 %d/3] Add m%d" % (i, i),
                   body("Words.", "m%d.c" % i) if i else
                   "Words.\n\nPatch Author 1 (3):\n  Add m1\n  Add m2\n"
                   "  Add m3\n\n m | 1 +\n 1 file changed, 1 insertion(+)\n",
                   "m-0" if i else None)
    path = home + "/missing.mbox"
    store.report("mbox", "<m-1@example.org>", "-o", path, code=66)
    if "of the 3 patches of v2 are missing: 2/3 \"Add m2\"; --partial" not in \
            store.said or os.path.exists(path):
        fault("a missing patch: " + store.said)
    if store.report("mbox", "<m-1@example.org>", "--partial").count(
            b"\nSubject: ") != 2 or "2/3 Add m2  MISSING" not in store.said:
        fault("--partial: " + store.said)
    store.post("only-0", "[PATCH 0/2] Nothing came", "Words.\n\n m | 1 +\n"
               " 1 file changed, 1 insertion(+)\n")
    store.report("mbox", "<only-0@example.org>", "--partial", code=66)
    store.report("mbox", "<nobody@example.org>", code=66)
    store.report("mbox", "ffff", code=66)
    store.report("mbox", code=64)
    store.report("mbox", "start..", "--top", "3", code=64)
    store.report("show", "latest", "--partial", code=64)
    store.post("alone", "Only words", "Words.\n")
    store.report("mbox", "latest", code=66)
    store.post("alone-reply", "Re: Only words", "> Words.\n", "alone")
    store.report("mbox", "<alone-reply@example.org>", code=66)
    # two ids with the same first digits
    with sqlite3.connect(store.store) as database:
        ids = {one for one, in database.execute(
            "SELECT message_id FROM message")}
    seen = {}
    for i in range(100000):
        name = "same%d" % i
        start = sha("%s@example.org" % name)[:4]
        if start in seen:
            store.post(name, "One", "x\n")
            store.post(seen[start], "Two", "x\n")
            store.report("mbox", start, code=65)
            break
        seen[start] = name
    if not ids:
        fault("there is no mail")
    store.report("mbox", "latest", "-o", home + "/none/x", code=66)
    store.report("mbox", "<m-1@example.org>", "--partial", "-o",
                 home + "/none/x", code=74)


def sha(text):
    """The id of a Message-ID."""
    return hashlib.sha256(text.encode()).hexdigest()


def hostile(home):
    """Text that would like to be more than text."""
    store = Store(home, "hostile")
    evil = "Add \x1b[31mx\x1b[0m \u202egnir"
    store.post("e-0", "[PATCH v2 0/9999] " + evil, "Boo.\n\n m | 1 +\n"
               " 1 file changed, 1 insertion(+)\n",
               sender="\"Evil \x1b]0;x\x07 Name\" <evil@example.org>")
    store.post("e-7", "[PATCH v2 7/9999] " + evil, body("Boo.", "x.c"), "e-0",
               sender="evil@example.org")
    for i in range(60):
        store.post("e-r%d" % i, "Re: [PATCH v2 7/9999] " + evil,
                   "".join("Reviewed-by: R%d <r@example.org>\n" % k
                           for k in range(5)) + "Tested-by: \u202e\x1b[1m "
                   "<r@example.org>\n", "e-7", sender="R <r@example.org>")
    store.report("mbox", "<e-7@example.org>", code=66)
    if len(store.said.splitlines()) != 1:
        fault("more than one line: " + store.said[:500])
    began = time.time()
    data = store.report("mbox", "<e-7@example.org>", "--partial")
    if time.time() - began > (20 if SANITIZED else 5):
        fault("a hostile series takes %d s" % (time.time() - began))
    if data.count(b"\nReviewed-by: ") != 1 or b"\nTested-by" in data:
        fault("what was added: %d" % data.count(b"\nReviewed-by: "))
    for said in (store.said,):
        for char in "\x1b\x07\u202e":
            if char in said:
                fault("a control character came through")


def isolate(home):
    """git as it is, whoever runs this."""
    os.environ.update(HOME=home, GIT_CONFIG_NOSYSTEM="1",
                      GIT_CONFIG_GLOBAL="/dev/null",
                      GIT_CEILING_DIRECTORIES=home)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_DIR"):
        os.environ.pop(name, None)


def main():
    """All of it."""
    if shutil.which("git") is None:
        print("skipped: needs git")
        return 77
    with tempfile.TemporaryDirectory() as home:
        isolate(home)
        for part in (sample_and_export, every_kind, versions, missing,
                     hostile):
            part(home)
    if faults:
        print("%d faults" % faults)
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
