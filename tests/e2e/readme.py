# SPDX-License-Identifier: GPL-2.0-or-later
"""readme.py - every command line of README is run.

Command lines are what stands in indented or fenced blocks, a line each,
with two blanks or more in front of what explains it; and in running text
what is in `back quotes` and begins with one of the programs and a word
behind it.  A block whose lines all stand in one of the samples of conf/ is a
recipe, which tests/agents runs.  Words in capitals are filled in, and what
is in [brackets] is left out once and said once.

What cannot be run here is in NOT_HERE with the reason and what runs it
instead.  A line of README that is neither fails, and so does one of
NOT_HERE that README has no longer.
"""
import glob
import os
import re
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402
from sandbox import BIN, SOURCE, Sandbox, read, write  # noqa: E402

PROGRAMS = r"(?:build/bin/)?kvmdigest-(?:mda|report)\b"
# line: (why not here, the file that runs it)
NOT_HERE = {
    "sh tests/run": ("it runs this test", ".ci/run"),
    "cmake -S . -B build && cmake --build build":
        ("minutes; the tests are run from such a build", "tests/run"),
    "sh conf/packages package && (cd build && cpack -G DEB) && "
    "sudo apt install ./build/kvmdigest_*.deb":
        ("as root, into a Debian of its own", "tests/e2e/package.sh"),
    "git clone --mirror https://lore.kernel.org/kvm/0 ~/lore/kvm/git/0.git":
        ("there is no network", "tests/e2e/timers.sh"),
    "systemctl --user enable --now kvmdigest-mail.timer "
    "kvmdigest-fetch@kvm.timer":
        ("there is no systemd", "tests/e2e/timers.sh"),
    "loginctl enable-linger": ("there is no systemd", "tests/e2e/timers.sh"),
    "sh tests/bench/run": ("half an hour", "tests/bench/smoke.sh"),
    "sh tests/bench/run delivery": ("minutes", "tests/bench/smoke.sh"),
}
# What stands for what, the longest first.
WORDS = (
    ("FROM..TO", "start..latest"),
    ("SOURCE...", "old.mbox Maildir kvm"),
    ("WORDS...", "ring"),
    ("NAME=LIST-ID", "PPC=kvm-ppc.vger.kernel.org"),
    ("mboxrd FILE", "mboxrd old.mbox"),
    ("MESSAGE", "message.eml"),
    ("ADDRESS", "me@example.org"),
    ("RANGE", "start..latest"),
    ("POINT", "2bc399e3"),  # the cover letter of a whole series
    ("NAME", "here"),
    ("LIST", "KVM"),
    ("F", "auto"),
    ("/tmp/", "tmp/"),
    ("/usr/local/", "usr/local/"),
    ("sudo ", ""),
    ("git am", "git -C linux am -q"),
)
# cmake has been run: what it makes is here.
CMAKE = """#!/bin/sh
[ "$1" = --build ] || exec mkdir -p build/bin
exec cp "$KD_BIN/kvmdigest-mda" "$KD_BIN/kvmdigest-report" build/bin
"""
NOTHING_INSTALLED = "#!/bin/sh\necho \"E: $*: not in a test\" >&2\nexit 1\n"
# Somebody who posts under two names.
TWO_NAMES = b"""From: Patch Author One <author1@example.org>
To: kvm@vger.kernel.org
Subject: Re: a name for the mailmap
Message-ID: <two-names@example.org>
List-Id: <kvm.vger.kernel.org>

Text.
"""
# --- What README has --------------------------------------------------------


def blocks_of(text):
    """([block of lines, ...], the rest of the text)."""
    blocks, rest, block, fenced = [], [], [], False
    behind_blank = True
    for line in text.splitlines() + [""]:
        is_fence = line.startswith("```")
        indented = line.startswith("    ") and (behind_blank or block)
        if (fenced and not is_fence) or (not fenced and indented):
            block.append(line if fenced else line[4:])
        elif line or fenced:
            rest.append(line if not is_fence else "")
        if block and not fenced and not indented or fenced and is_fence:
            blocks.append(block)
            block = []
        fenced = fenced != is_fence
        behind_blank = not line.strip()
        if behind_blank and not fenced:
            rest.append("")
    return [[line for line in block if line.strip()] for block in blocks
            if block], "\n".join(rest)


def is_recipe(block, samples):
    return any(all(line.strip() in sample for line in block)
               for sample in samples)


def lines_of(text, samples):
    """Every command line, without what explains it."""
    blocks, rest = blocks_of(text)
    ret = []
    for block in blocks:
        if not is_recipe(block, samples):
            ret += [re.split(r"\s{2,}", line.strip())[0] for line in block]
    for span in re.findall(r"`([^`]+)`", rest):
        span = " ".join(span.split())
        # the name of a command, which a block has with what it takes
        is_name = any(re.match(re.escape(span) + " [A-Z]", line)
                      for line in ret)
        if re.match(PROGRAMS + " |sh [a-z]", span) and not is_name:
            ret.append(span)
    return ret


# --- Running it -------------------------------------------------------------


def forms(line):
    """With all that is in brackets, and with nothing of it."""
    without = line
    while re.search(r"\[[^][]*\]", without):
        without = re.sub(r" ?\[[^][]*\]", "", without)
    return sorted({without, line.replace("[", "").replace("]", "")})


def fill_in(line, commits, number):
    """FILE is another one each time."""
    for word, value in WORDS + (("FILE", f"file-{number}"),):
        edge = r"(?<![\w$~./-])" if word[0].isupper() else ""
        end = r"(?![\w=.-])" if word[-1].isupper() else ""
        line = re.sub(edge + re.escape(word) + end, value, line)
    return re.sub(r"\b[0-9a-f]{8}\.\.[0-9a-f]{8}\b",
                  f"{commits[2][:8]}..{commits[5][:8]}", line)


def lay_out(home):
    """A clone, and a home with mail in it, in one."""
    box = Sandbox(home)
    shutil.copytree(SOURCE + "/conf", home + "/conf")
    shutil.copytree(SOURCE + "/tests/data/sample",
                    home + "/tests/data/sample")
    write(home + "/bin/cmake", CMAKE.encode(), 0o700)
    for name in ("apt-get", "sudo"):
        write(home + "/bin/" + name, NOTHING_INSTALLED.encode(), 0o700)
    box.env["KD_BIN"] = BIN
    os.makedirs(home + "/usr/local/bin")
    os.makedirs(home + "/usr/local/share/kvmdigest")
    shutil.copy(SOURCE + "/store/views.sql",
                home + "/usr/local/share/kvmdigest")
    os.makedirs(home + "/tmp", 0o700)
    box.must(["kvmdigest-mda"], TWO_NAMES)
    box.must(["kvmdigest-mda", "--import", "-q", home + "/kvm"])
    box.must(["kvmdigest-report", "mark", "here"])
    return box


def run(box, line, number):
    for n, form in enumerate(forms(line)):
        command = fill_in(form, box.commits, f"{number}-{n}")
        code, out, said = box.shell(command)
        if code != 0:
            fault(f"{line}\n  as {command}: exit {code}: {said}")
        elif re.match(PROGRAMS.replace("mda|", ""), command) and \
                out == "" and not re.search(r"[|>]| -o | backup | complete ", command):
            fault(f"{line}\n  as {command}: prints nothing: {said}")


def check_itself(samples):
    """That the lines are found, wherever they stand."""
    text = ("Text.\n\n    kvmdigest-report one  what it does\n\n"
            "    kvmdigest-mda two | cat      # a comment\n\nIn `kvmdigest-mda"
            "\n--three` and `kvmdigest-mda: no line` and `sh conf/four`,\n"
            "and the name of `kvmdigest-report seven`.\n"
            "    no block\n\n```\nfive [FILE]\n\nsix\n```\n\n    :0 wc\n"
            "    TIMEOUT=60\n\n    kvmdigest-report seven NAME\n")
    found = lines_of(text, samples)
    wanted = ["kvmdigest-report one", "kvmdigest-mda two | cat",
              "five [FILE]", "six", "kvmdigest-mda --three", "sh conf/four",
              "kvmdigest-report seven NAME"]
    if sorted(found) != sorted(wanted):
        fault(f"of a text with {wanted} these were found: {found}")
    if forms("a [-l X] [B]") != ["a", "a -l X B"]:
        fault(f"forms: {forms('a [-l X] [B]')}")


def main():
    samples = [[line.strip() for line in read(path).decode().splitlines()]
               for path in glob.glob(SOURCE + "/conf/*.sample")]
    check_itself(samples)
    lines = lines_of(read(SOURCE + "/README.md").decode(), samples)
    if len(lines) < 20:
        fault(f"README has only {lines}")
    with tempfile.TemporaryDirectory() as work:
        box = lay_out(work + "/home")
        for number, line in enumerate(dict.fromkeys(lines)):
            if line not in NOT_HERE:
                run(box, line, number)
    for line, (_, other) in NOT_HERE.items():
        if line not in lines:
            fault(f"NOT_HERE: README has no line: {line}")
        if not os.path.exists(SOURCE + "/" + other):
            fault(f"NOT_HERE: there is no {other}")
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
