#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail that needs no decoder is read without GMime, and as GMime reads it.

parse_dump reads all mail as a delivery does; parse_dump_gmime is the same
program with nothing taken for simple.  Both must make the same record, to
the last byte, of the samples, of what is in $KD_SHARED (all of the corpus,
the cases, the hostile mail), and of mails made up of fields that are nearly
simple.
"""
import itertools
import os
import random
import re
import subprocess
import sys
import tempfile

SHARED = os.environ["KD_SHARED"]
BIN = os.environ["KD_BIN"]
SAMPLE = os.path.join(os.environ["KD_SOURCE"], "tests/data/sample")
LONG = os.environ.get("KD_LONG") == "1"
SANITIZED = os.environ.get("KD_TREE") == "asan"
STEP = 20 if SANITIZED else 1  # of the corpus, every so many mails
MADE_UP = 200000 if LONG else 1000 if SANITIZED else 10000

# What stands in fields, whole and in pieces.
ADDRESSES = (
    "a@example.org", "A.B@example.org", "a.b+c@ex-ample.org", "a@b", "a",
    "<a@example.org>", "A <a@example.org>", "A B <a@example.org>",
    '"A B" <a@example.org>', '"B, A" <a@example.org>', "A.B. <a@example.org>",
    '"A (x)" <a@example.org>', "A (x) <a@example.org>", "'A' <a@example.org>",
    "a@example.org (A)", "A  B <a@example.org>", '" A" <a@example.org>',
    '"A " <a@example.org>', '"A  B" <a@example.org>', "A<a@example.org>",
    "A <a@example.org> ", "A <a.@example.org>", "A <.a@example.org>",
    "A <a..b@example.org>", "A <a@example..org>", "A <a@example.org.>",
    "A <a@-example.org>", "A <a@xn--exmple-cua.org>", "A <a@[127.0.0.1]>",
    "A <a b@example.org>", "A < a@example.org >", "A <a@example.org>, B <b@c>",
    "A via B <a@example.org>", "A B via C <x@vger.kernel.org>", "A <>",
    "A_B <a_b@example.org>", "A-B C <a-b@example.org>", "A = B <a=b@c.org>",
    "0 <0@0.0>", "=?utf-8?q?=C3=B6?= <a@example.org>", '"=?x" <a@example.org>',
    "A =?utf-8?q?b?= <a@example.org>", '"" <a@example.org>', "group: a@b.org;",
    "A at B <a@example.org>", "a at example.org (A)", "A <a@example.org>x",
    '"A\\"B" <a@example.org>', '"A" B <a@example.org>', 'A "B" <a@example.org>',
    "a@example.org <b@example.org>", '"a@example.org" <b@example.org>',
    "A\t<a@example.org>", "A\n <a@example.org>", "A\r\n\t<a@example.org>",
    "J\xc3\xb6 <a@example.org>", "J\xf6 <a@example.org>", "A/B <a@example.org>",
    "devnull+a.example.org@kernel.org", "A via B4 Relay "
    "<devnull+a.example.org@kernel.org>", "a%b@example.org", "a!b@example.org",
    "A <a@exam_ple.org>", "- <a@example.org>", '"-" <a@example.org>',
    '"A._/-\'" <a@example.org>', "<A> <a@example.org>", "A <<a@example.org>>")
SUBJECTS = (
    "x", "[PATCH] x", "[PATCH v2 1/3] kvm: a = b ? c : d", "Re: x", "x  y",
    "x\ty", " x", "x\n y", "x\r\n\ty", "=?utf-8?q?x?=", "a =? b", "a =?x",
    "?=", "=?=?", "x\x01y", "x\x7fy", "x\xc3\xb6", "x\xf6", "x=?utf-8?q?y?=",
    "\"x\"", "x\\y", "(x)", "a =?utf-8?q?b?= =?utf-8?q?c?= d", "")
TYPES = (
    "text/plain", "Text/Plain", "text/plain; charset=utf-8", "text/plain;",
    'text/plain; charset="UTF-8"', "text/plain; charset=us-ascii",
    "text/plain;charset=iso-8859-1", "text/plain; charset=", "text", "",
    "text/plain; charset=utf-8; format=flowed", "text/plain; charset=\"a b\"",
    'text/plain; format=flowed; delsp=yes; charset="us-ascii"', "text/html",
    "text/plain; charset=utf-8; charset=iso-8859-1", "text/plain; a*=b",
    "text/plain; charset=utf-8;", "text/plain ; charset = utf-8", "text/ plain",
    "text/plain; (x) charset=utf-8", "text/plain; x-a=b.c_d-e; Y=z",
    "text/plain;\n charset=utf-8", "text/plain;\r\n\tcharset=\"utf-8\"",
    "text/plain; charset=utf-8 x", "text/plain charset=utf-8", "text/plainx",
    "text/plain; boundary=x", "text/plain; BOUNDARY=x; a=b", "text/x-patch",
    "multipart/mixed; boundary=x", "text/plain; charset*0=ut; charset*1=f-8",
    "text/plain; charset='utf-8'", 'text/plain; charset="utf-8', "TEXT/PLAIN;A=B",
    "text/plain; a=1; b=2; c=3; d=4; e=5; f=6; g=7; h=8; i=9", "text/plain,",
    "text/plain; charset==utf-8", 'text/plain; name="=?utf-8?q?x?="')
ENCODINGS = (None, None, None, "7bit", "8bit", "8BIT", " 7bit ", "binary",
             "quoted-printable", "base64", "x-uuencode", "7 bit", "", "7bit;",
             "8bit (x)", "7bit\n")
DISPOSITIONS = (None, None, None, None, "inline", "Inline", "attachment", "",
                "inline; filename=x", "inline;", "x")
BODIES = (
    "", "\n", "x", "x\n", "x\ny\n\n\n", "\nx\n", "x\r\ny\r\n", "\r\n", "x\r",
    "From: B <b@example.org>\n\nx\n---\n a | 1 +\n", "From x\ny\n", ">From x\n",
    "--x\n\na\n--x--\n", "-- \nsig\n", "=3D=\n", "a \nb \n-- \nc\n", "x\0y\n",
    "From: =?utf-8?q?=C3=B6?= <b@example.org>\nSubject: =?utf-8?q?s?=\n\nx\n",
    "From: B. C <b@example.org>\nSubject: [PATCH] s\n t\n\nx\n", "x\xf6\n",
    "x\xc3\xb6\n", "diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n+b\n",
    "x\n_______________________________________________\nlist mailing list\n",
    "eA==\n", ".\n", "begin 644 x\nend\n", "\xef\xbb\xbfx\n")
FIELDS = ("From", "Subject", "Content-Type", "Content-Transfer-Encoding",
          "Content-Disposition", "Reply-To", "X-Original-From", "Date")
DATES = ("Mon, 10 Nov 2025 17:16:44 +0000", "10 Nov 2025 17:16 +0100",
         "Mon, 10 Nov 25 17:16:44 GMT", "yesterday", "")


def shared_mail():
    for folder in ("cases/mail", "reference/messages"):
        folder = os.path.join(SHARED, folder)
        for name in sorted(os.listdir(folder)):
            with open(os.path.join(folder, name), "rb") as file:
                yield file.read()
    with tempfile.TemporaryDirectory() as work:
        subprocess.run([os.path.join(SHARED, "hostile/mkhostile.py"), work],
                       check=True, stdout=subprocess.DEVNULL)
        for root, _, names in os.walk(work):
            for name in sorted(names):
                with open(os.path.join(root, name), "rb") as file:
                    yield file.read()
    with tempfile.TemporaryDirectory() as work:
        subprocess.run(["git", "clone", "-q", "--mirror", os.path.join(
            SHARED, "corpus/kvm-ppc.bundle"), work], check=True)
        commits = subprocess.run(
            ["git", "-C", work, "rev-list", "HEAD"], check=True,
            capture_output=True).stdout.split()
        ask = b"".join(commit + b":m\n" for commit in commits[::STEP])
        out = subprocess.run(["git", "-C", work, "cat-file", "--batch"],
                             input=ask, check=True, capture_output=True).stdout
        at = 0
        while at < len(out):
            end = out.index(b"\n", at)
            size = int(re.match(rb"\w+ blob (\d+)$", out[at:end])[1])
            yield out[end + 1:end + 1 + size]
            at = end + 1 + size + 1


def made_up():
    """each of the values by itself in a mail that is simple, then dice"""
    plain = {"From": "A <a@example.org>", "Subject": "x", "Date": DATES[0]}
    choices = {"From": ADDRESSES, "Subject": SUBJECTS, "Content-Type": TYPES,
               "Content-Transfer-Encoding": ENCODINGS, "Reply-To": ADDRESSES,
               "Content-Disposition": DISPOSITIONS, "Date": DATES,
               "X-Original-From": ADDRESSES, "body": BODIES}
    for field, values in choices.items():
        for value, body in itertools.product(values, ("x\n", BODIES[9])):
            yield build({"body": body, **plain, field: value})
    dice = random.Random(1)
    for _ in range(MADE_UP):
        mail = {field: dice.choice(values) for field, values in choices.items()
                if field in plain or dice.random() < 0.5}
        if dice.random() < 0.3:  # cut one up, and glue the pieces
            field = dice.choice(FIELDS)
            a, b = (dice.choice(choices[field]) or "" for _ in range(2))
            mail[field] = a[:dice.randint(0, len(a))] + \
                b[dice.randint(0, len(b)):]
        yield build(mail)


def build(mail):
    lines = ["Message-ID: <1@example.org>\n"]
    lines += ["%s: %s\n" % (field, mail[field]) for field in FIELDS
              if mail.get(field) is not None]
    text = "".join(lines) + "\n" + mail.get("body", "x\n")
    return text.encode("latin-1")


def dump(program, data):
    run = subprocess.run([os.path.join(BIN, program)], input=data,
                         capture_output=True, check=False)
    if run.returncode != 0:
        sys.exit("FAULT: %s: exit %d: %s" % (program, run.returncode,
                                             run.stderr.decode()[-2000:]))
    return run.stdout.split()


def main():
    mails = []
    for name in sorted(os.listdir(SAMPLE)):
        if name.endswith(".eml"):
            with open(os.path.join(SAMPLE, name), "rb") as file:
                mails.append(file.read())
    if os.path.isdir(SHARED):
        mails.extend(shared_mail())
    real = len(mails)
    mails.extend(made_up())
    data = b"".join(b"%d\n%s" % (len(mail), mail) for mail in mails)
    ours, gmimes = (dump(program, data)
                    for program in ("parse_dump", "parse_dump_gmime"))
    if not len(ours) == len(gmimes) == len(mails):
        sys.exit("FAULT: %d and %d records of %d mails" % (
            len(ours), len(gmimes), len(mails)))
    differ = [i for i, pair in enumerate(zip(ours, gmimes))
              if pair[0] != pair[1]]
    for i in differ[:5]:
        print("FAULT: read otherwise than by GMime:\n%s" % mails[i][:1500])
    print("%d mails and %d made-up ones: %d are read otherwise" % (
        real, len(mails) - real, len(differ)))
    if not os.path.isdir(SHARED) and not differ:
        print("skipped: the mail of ../shared is not here")
        sys.exit(77)
    sys.exit(1 if differ else 0)


main()
