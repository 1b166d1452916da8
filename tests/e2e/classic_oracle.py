#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""The published digest from raw messages, straight from its rules F1 to F10.

usage: classic_oracle.py FROM TO FILE...

Written without a look at the report: it shares no code with it and needs no
store.  FILE are the messages of the range, in order of arrival.  FROM and TO
go into the head as they are.
"""
import re
import sys
from collections import Counter
from email.header import decode_header, make_header
from email.utils import parseaddr

TOP = 15


def split(raw):
    """Header fields (name, value with its folds) and the body."""
    head, _, body = raw.partition(b"\n\n")
    fields = []
    for line in head.split(b"\n"):
        if line[:1] in b" \t" and fields:
            fields[-1][1].append(line)
        else:
            name, _, value = line.partition(b":")
            fields.append((name.lower(), [value.strip()]))
    return fields, body


def field(fields, name):
    for key, lines in fields:
        if key == name:
            return lines
    return [b""]


def text(data):
    return data.decode("utf-8", "replace")


def decoded(value):
    return str(make_header(decode_header(value)))


class Mail:
    def __init__(self, raw):
        fields, body = split(raw)
        subject = field(fields, b"subject")
        self.subject = decoded(text(subject[0]))
        whole = decoded(" ".join(text(part).strip() for part in subject))
        self.sender = decoded(
            " ".join(text(part).strip() for part in field(fields, b"from"))
        )
        self.body = text(body)
        self.author = self.sender
        opening = re.match(r"From:[ \t]*(.*)\n", self.body, re.IGNORECASE)
        if opening:
            self.author = decoded(opening.group(1).strip())
            self.body = self.body[opening.end():]
        bracket = re.match(r"\[([^]]*)\]", whole)
        words = re.split(r"[\s,]+", bracket.group(1)) if bracket else []
        self.counted = "PATCH" in words
        numbers = [
            int(word.split("/")[0])
            for word in words
            if re.fullmatch(r"\d+/\d+", word)
        ]
        self.listed = (
            self.counted
            and words[0] == "PATCH"
            and (len(words) == 1 or (numbers and numbers[0] in (0, 1)))
        )

    def title(self):
        return re.sub(r"^\[[^]]*\]\s*", "", self.subject)

    def shown(self):
        lines = self.body.splitlines(keepends=True)
        for number, line in enumerate(lines):
            if re.match(r"\s*\d+ files? changed", line):
                return "".join(lines[: number + 1])
        for number, line in enumerate(lines):
            if line.startswith("diff --git") or line.rstrip("\n") == "-- ":
                return "".join(lines[:number])
        return self.body


def table(labels, gap):
    # Python sorts stably: first by text, then by count.
    counts = Counter(labels)
    rows = sorted(counts, key=lambda label: label.encode(), reverse=True)
    rows.sort(key=lambda label: -counts[label])
    return "".join(
        "%7d%s%s\n" % (counts[label], gap, label) for label in rows[:TOP]
    )


def person(header):
    name, address = parseaddr(header)
    return "%s <%s>" % (name, address)


def digest(start, end, mails):
    counted = [mail for mail in mails if mail.counted]
    out = [
        "From %s to %s\n" % (start, end),
        "KVM mailing list update from %s to %s\n\n" % (start, end),
        "Top 15 contributor Email domains (Based on Email Body)\n\n",
        table([parseaddr(m.author)[1].split("@")[-1] for m in counted], " "),
        "\nTop 15 contributors (Based on Email Body)\n\n",
        table([person(m.author) for m in counted], "  "),
        "\n===== Patch list in this time period =====\n\n\n",
        "===== Patch Commit Messages ====\n\n",
    ]
    for mail in reversed(counted):
        if not mail.listed:
            continue
        shown = mail.shown()
        if shown and not shown.endswith("\n"):
            shown += "\n"
        out.append(
            "New:  %s\n%s\nAuthor: %s\n\n%s\n%s\n\n"
            % (mail.title(), mail.subject, mail.sender, shown, "-" * 70)
        )
    return "".join(out)


def main():
    mails = []
    for path in sys.argv[3:]:
        with open(path, "rb") as handle:
            mails.append(Mail(handle.read()))
    sys.stdout.buffer.write(
        digest(sys.argv[1], sys.argv[2], mails).encode("utf-8")
    )


main()
