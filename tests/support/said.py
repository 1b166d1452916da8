# SPDX-License-Identifier: GPL-2.0-or-later
"""said.py - what the programs say of their options, words and keys, when they
are given a wrong one.
"""
import os
import re
import string
import subprocess

from sandbox import BIN, SOURCE, environment
from verdict import fault


def agree(what, page, program, may_be_empty=False):
    """Two sets of names that must be one."""
    for name in sorted(program - page):
        fault(f"{what}: {name} is not in the page")
    for name in sorted(page - program):
        fault(f"{what}: the page has {name}, and the program does not")
    if not program and not may_be_empty:
        fault(f"{what}: nothing was found")


# Not the user's own: where HOME is nothing the password database is asked.
NOWHERE = dict(environment("/nonexistent"), XDG_DATA_HOME="/nonexistent/data",
               XDG_CONFIG_HOME="/nonexistent/config")


def say(program, *words):
    """What it says to that, on either way out."""
    done = subprocess.run([BIN + "/" + program, *words], check=False,
                          stdin=subprocess.DEVNULL, capture_output=True,
                          env=NOWHERE)
    return (done.stdout + done.stderr).decode()


def names(pattern, text):
    """The words of a list in a message."""
    found = re.search(pattern, text)
    return set(re.findall(r"[\w-]+", found.group(1))) if found else set()


def report_facts():
    """Of kvmdigest-report: its commands, and the options of each."""
    tool = "kvmdigest-report"
    commands = names(r"a command \((.*?)\)", say(tool, "x"))
    takers = {command: set() for command in commands}
    for option in re.findall(r" --([\w-]+)",
                             say(tool, "--nope").split("there are:")[1]):
        if option in ("help", "version"):
            continue
        said = say(tool, "markers", f"--{option}=1")
        if "no option" in said:
            said = say(tool, "markers", f"--{option}")
        found = re.search(r"is an option of (.*)", said)
        if found is None:
            takers.setdefault(None, set()).add(option)
            continue
        for command in re.findall(r"\w+", found.group(1).replace(" and ", " ")):
            takers[command].add(option)
    takers[None] |= {"help", "version"}
    return takers


def letters(program, *words):
    """The options of one letter that it takes."""
    return {letter for letter in string.ascii_letters
            if f"-{letter}:" not in say(program, *words, "-" + letter, "x")
            and "no option" not in say(program, *words, "-" + letter, "x")}


def mda_options():
    with open(SOURCE + "/mda/options.c", encoding="utf-8") as file:
        table = set(re.findall(r'\{ "([\w-]+)", \w+_argument', file.read()))
    helped = set(re.findall(r"^ +(?:-\w, )?--([\w-]+)",
                            say("kvmdigest-mda", "--help"), re.M))
    agree("kvmdigest-mda --help", helped, table)
    return table


class Keys:
    """What a wrong configuration is told."""

    def __init__(self, work):
        self.file = work + "/kvmdigest.conf"

    def told(self, text):
        with open(self.file, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(self.file, 0o600)
        return say("kvmdigest-mda", "-c", self.file, "--check")

    def groups(self):
        return names(r"one of (.*), found", self.told("zzz = 1;"))

    def wrap(self, group, text):
        if group == "lists":
            return f"lists = ( {{ {text} }} );"
        if group == "views":
            return f"views: {{ NAME: {{ {text} }}; }};"
        return f"{group}: {{ {text} }};"

    def of(self, group):
        return names(r"one of (.*), found",
                     self.told(self.wrap(group, "zzz = 1;")))

    def expected(self, group, key):
        found = re.search(r"expected (.*), found",
                          self.told(self.wrap(group, f"{key} = -1;")))
        return found.group(1) if found else ""


def sample_defaults():
    """group.key of kvmdigest.conf.sample, with its value."""
    group, ret = None, {}
    with open(SOURCE + "/conf/kvmdigest.conf.sample",
              encoding="utf-8") as file:
        for line in file:
            found = re.match(r"(\w+)\s*[:=]\s*[({]", line)
            if found:
                group = found.group(1)
            found = re.match(r"\t+#?(\w+) = (.*);$", line)
            if found:
                ret[f"{group}.{found.group(1)}"] = found.group(2)
    return ret
