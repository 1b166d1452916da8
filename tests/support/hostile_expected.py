# SPDX-License-Identifier: GPL-2.0-or-later
"""hostile_expected.py - what is shown of each of the hostile samples."""

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
