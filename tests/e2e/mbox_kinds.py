# SPDX-License-Identifier: GPL-2.0-or-later
"""mbox_kinds.py - mbox of mail in every encoding, of series that were posted
again in part, that lack something, or that lie: git takes it as it takes the
mail itself, but for the trailers that were added.

All of the mail is made here, by roles at example.org.
"""
import base64
import hashlib
import os
import quopri
import re
import sqlite3
import sys
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from posting import (  # noqa: E402
    AUTHOR, FOUR, FOUR_IS, TITLE, TWO, Store, added_by,
    check_entry, main, split)
from programs import SANITIZED  # noqa: E402
from verdict import fault  # noqa: E402


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


sys.exit(main(every_kind, versions, missing, hostile))
