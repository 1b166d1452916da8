# SPDX-License-Identifier: GPL-2.0-or-later
"""manpage.py - a manual page, as its source says it."""
import os
import re

from sandbox import SOURCE, read
from verdict import fault


class Page:
    def __init__(self, path):
        self.name = os.path.basename(path)
        self.text = read(SOURCE + "/" + path).decode()
        self.lines = self.text.splitlines()

    def section(self, name):
        """The source of .Sh NAME, or of .Ss NAME."""
        found = re.search(rf"^\.S[hs] \"?{re.escape(name)}.*?\n(.*?)"
                          r"(?=^\.Sh |\Z)", self.text, re.M | re.S)
        if found is None:
            fault(f"{self.name}: no section {name}")
            return ""
        return found.group(1)

    def words(self, macro, section=None):
        """What stands behind a macro, on lines that begin with it or with
        .It and it: `.Cm a , b' gives a and b."""
        ret = set()
        text = self.text if section is None else self.section(section)
        for line in re.findall(rf"^\.(?:It )?{macro} (.*)$", text, re.M):
            ret.update(re.findall(r"[A-Za-z_][\w.-]*", line))
        return ret

    def options(self, text=None):
        """Without dashes: `Fl qv' is q and v, `Fl -tee' is tee."""
        found = re.findall(r"\bFl ([\w-]+(?: \| -[\w-]+)*)",
                           self.text if text is None else text)
        ret = set()
        for name in " | ".join(found).split(" | "):
            ret.update([name[1:]] if name.startswith("-") else name)
        ret.discard("")  # of --, behind which there are no options
        return ret

    def blocks(self):
        """The literal blocks of EXAMPLES, unescaped, each without .Bd."""
        return [block.replace("\\e", "\\") for block in
                re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$",
                           self.section("EXAMPLES"), re.M | re.S)]


def has(text, word):
    """As a word: 9 is not in 19."""
    return re.search(r"(?<![\w.])" + re.escape(word) + r"(?!\w)", text)


def plain(source):
    """The words of mdoc source without its macros."""
    text = re.sub(r"^\.[A-Z][a-z] ?", "", source, flags=re.M)
    text = re.sub(r"\\\(dq", '"', text).replace("\\&", "")
    return " ".join(text.replace("\\ ", " ").split())
