# SPDX-License-Identifier: GPL-2.0-or-later
"""harmless.py - is what is shown of hostile mail text, and nothing else?  Each
format of the digest has its own test of that.

A new format of the digest is one line in FORMATS.
"""
import email
import email.policy
import html
import html.parser
import re

from verdict import fault

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
