# SPDX-License-Identifier: GPL-2.0-or-later
"""manuals.py - what the manual pages say is what the programs do.

In both directions: each option, command, format, section, key, default,
range, exit code and variable of the programs stands in the pages, and the
pages name none that there is not.  The programs are asked for theirs by
what they say to a wrong one.  Each example is run as it stands.
"""
import json
import os
import re
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from manpage import Page, has, plain  # noqa: E402
from said import (  # noqa: E402
    NOWHERE, Keys, agree, letters, mda_options, names, report_facts,
    sample_defaults, say)
from sandbox import BIN, SAMPLE, SOURCE, Sandbox, read  # noqa: E402
from verdict import fault, verdict  # noqa: E402

LIBC = {"TZ", "LC_ALL", "LC_CTYPE", "LANG"}  # the C library's own
WIDTH = 78 - 11  # of a literal block that is indented
GLOBAL = {"list", "config", "store", "color", "no-pager", "help", "version"}


def pairs(page):
    """-c and --config, as an .It has them."""
    return dict(re.findall(r"^\.It Fl (\w)\b.*? , Fl -([\w-]+)", page.text,
                           re.M))


# --- Options ----------------------------------------------------------------


def check_mda(page):
    options = mda_options()
    short = letters("kvmdigest-mda", "--check")
    agree("kvmdigest-mda", page.options(), options | short)
    described = set(re.findall(r"^\.It Fl .*?-([\w-]+)", page.text, re.M))
    agree("kvmdigest-mda, described", described, options)
    for letter, name in pairs(page).items():
        if letter not in short or name not in options:
            fault(f"kvmdigest-mda: -{letter} is not --{name}")
    agree("kvmdigest-mda --format", page.words("Cm", "OPTIONS"),
         names(r"there are (.*)", say("kvmdigest-mda", "--import",
                                      "--format", "x", "y")))
    limit = re.search(r"from (\d+ to \d+)",
                      say("kvmdigest-mda", "--import", "--jobs", "0", "x"))
    if limit is None or limit.group(1) not in plain(page.section("OPTIONS")):
        fault("kvmdigest-mda --jobs: not the limits of the page")


def check_report(page):
    takers = report_facts()
    short = letters("kvmdigest-report", "markers")
    synopsis = {}
    for part in re.split(r"^\.Nm$", page.section("SYNOPSIS"), flags=re.M)[1:]:
        command = re.search(r"^\.(?:Op )?Cm (\w+)$", part, re.M).group(1)
        synopsis[command] = {pairs(page).get(option, option)
                             for option in page.options(part)}
    agree("commands", set(synopsis), set(takers) - {None})
    agree("commands, described",
         {line.split()[0] for line in
          re.findall(r"^\.It Cm (.*)$", page.section("COMMANDS"), re.M)},
         set(takers) - {None})
    for command, options in synopsis.items():
        agree(command, options, takers.get(command, set()),
             may_be_empty=True)
    agree("all commands", takers[None], GLOBAL)
    described = set(re.findall(r"^\.It Fl .*?-([\w-]+)",
                               page.section("OPTIONS"), re.M))
    agree("kvmdigest-report, described", described,
         set().union(*takers.values()))
    agree("kvmdigest-report, letters", set(pairs(page)), short)
    agree("kvmdigest-report, all that is named",
         {pairs(page).get(option, option) for option in page.options()},
         set().union(*takers.values()))
    check_report_names(page)


def check_report_names(page):
    tool = "kvmdigest-report"
    formats = re.search(r"^\.Bl -tag -width classic.*?^\.El", page.text,
                        re.M | re.S).group(0)
    agree("formats", set(re.findall(r"^\.It Cm (\w+)", formats, re.M)),
         names(r"there are: (.*)", say(tool, "--format", "x")))
    sections = set(re.findall(r"^\.It Cm (\w+)", page.section("SECTIONS"),
                              re.M))
    agree("sections", sections,
         names(r"there are: (.*)", say(tool, "--section", "x")))
    search = page.section("SEARCH")
    agree("search", set(re.findall(r"\bCm (\w+) : ", search)),
         names(r"digits; (.*) narrow", say(tool, "search", "-")))
    kinds = search.split(".It Cm is :")[1].split(".It")[0]
    agree("search is:", set(re.findall(r"\w+", "".join(
        re.findall(r"^\.Cm (.*)$", kinds, re.M)))),
         names(r"one of (.*)", say(tool, "search", "is:x")))
    for option in ("messages", "color"):
        for word in names(r"(?:there are:|expected) (.*)",
                          say(tool, f"--{option}=x")) - {"or"}:
            if f".Cm {word}" not in page.section("OPTIONS"):
                fault(f"--{option} {word} is not in the page")
    for option in ("top", "limit"):
        limit = re.search(r"from (\d+ to \d+)", say(tool, f"--{option}=0"))
        if limit.group(1) not in plain(
                page.text.split(f".It Fl -{option} ")[1].split(".It")[0]):
            fault(f"--{option}: {limit.group(1)} is not in the page")


def check_other_words(page):
    """What stands in running text and in examples: kvmdigest-mda --drain."""
    known = {"kvmdigest-mda": mda_options(),
             "kvmdigest-report": set().union(*report_facts().values())}
    for line in page.lines:
        for tool, rest in re.findall(r"(kvmdigest-(?:mda|report))([^|;]*)",
                                     line):
            for option in re.findall(r"(?<= )--([\w-]+)", rest):
                if option not in known[tool] and f"--{option}:" not in line:
                    fault(f"{page.name}: {tool} has no --{option}")


# --- Configuration ----------------------------------------------------------


def check_conf(page, keys):
    entries = {}
    for entry in re.split(r"^\.It Ic ", page.section("KEYS"),
                          flags=re.M)[1:]:
        head, _, body = entry.partition("\n")
        for key in head.split(" , "):
            entries[key] = plain(re.split(r"^\.El", body, flags=re.M)[0])
    known = {}
    for group in keys.groups():
        for key in keys.of(group):
            name = group + (".NAME." if group == "views" else ".") + key
            known[name] = keys.expected(group, key)
    agree("keys", set(entries), set(known))
    defaults = sample_defaults()
    for name, expected in known.items():
        text = entries.get(name, "")
        wanted = re.findall(r'"(\w+)"', expected)
        wanted += re.findall(r"from (\d+ to \d+)", expected)
        for word in wanted:
            if not has(text, word) and word not in ("all", "none"):
                fault(f"{name}: {word} is not in the page")
        if name not in defaults:
            if not name.startswith("views."):
                fault(f"{name}: no default in kvmdigest.conf.sample")
            continue
        said = text.partition("Default")[2]
        default = defaults[name]
        for word in re.findall(r'"([^"]+)"', default) or [default]:
            if not has(said, word):
                fault(f"{name}: the default {word} is not in the page")


def check_keys_named(pages, keys):
    """mda.deadline in any page is a key."""
    known = {f"{group}.{key}" for group in keys.groups()
             for key in keys.of(group)}
    for page in pages:
        for name in re.findall(r"\b(?:lists|store|mda|report|watch)\.[a-z_]+",
                               page.text):
            if name not in known and not name.endswith(".c"):
                fault(f"{page.name}: there is no key {name}")


# --- Exit codes, variables, JSON --------------------------------------------


def check_codes(page, room):
    with open(f"{SOURCE}/{room}/exitcode.c", encoding="utf-8") as file:
        codes = {str(getattr(os, "EX_" + name)) for name in
                 re.findall(r"return EX_(\w+);", file.read())}
    agree(f"{page.name}: exit codes",
         set(re.findall(r"^\.It (\d+)$", page.section("EXIT STATUS"), re.M)),
         codes)


def check_variables(page, rooms):
    """Those that the code of these rooms asks for."""
    asked = set()
    for room in rooms:
        for name in os.listdir(f"{SOURCE}/{room}"):
            if not name.endswith(".c"):
                continue
            text = read(f"{SOURCE}/{room}/{name}").decode()
            if re.search(r"getenv\(|setenv\(", text):
                asked.update(re.findall(
                    r'\(\s*(?:arena,\s*)?"([A-Z][A-Z_]+)"', text))
    found = set(re.findall(r"\bEv (\w+)", page.section("ENVIRONMENT")))
    agree(f"{page.name}: variables", found - LIBC, asked)


def members(value, ret):
    if isinstance(value, dict):
        for name, inner in value.items():
            ret.add(name)
            members(inner, ret)


def check_json(page):
    found = set()
    for name in sorted(os.listdir(SAMPLE)):
        if not re.match(r"(001|064|067)-", name):
            continue
        done = subprocess.run([BIN + "/kvmdigest-mda", "--dry-run"],
                              input=read(SAMPLE + name), check=True,
                              env=NOWHERE,
                              stdout=subprocess.PIPE)
        members(json.loads(done.stdout), found)
    agree("--dry-run", page.words("Ic", "DRY RUN"), found)


# --- Examples ---------------------------------------------------------------


def commands(block):
    """(line, what it prints as the page has it or None) of a block."""
    ret = []
    for line in block.replace("\\\n", "").splitlines():
        if line.startswith("$ "):
            ret.append([line[2:], None])
        elif not ret:
            return []
        else:
            ret[-1][1] = (ret[-1][1] or "") + line + "\n"
    return ret


def run_examples(page, home):
    count = 0
    box = Sandbox(home)
    for block in page.blocks():
        lines = commands(block)
        if max(map(len, block.splitlines())) > WIDTH:
            fault(f"{page.name}: wider than a terminal:\n{block}")
        if not lines:
            fault(f"{page.name}: an example that is no command:\n{block}")
        for line, prints in lines:
            count += 1
            code, out, said = box.shell(line)
            if code != 0:
                fault(f"{page.name}: {line}: exit {code}: {said}")
            if prints is not None and out != prints:
                fault(f"{page.name}: {line}: prints\n{out}")
            if line.startswith("kvmdigest-report") and out == "" and \
                    not re.search(r" -o |\|| backup ", line):
                fault(f"{page.name}: {line}: prints nothing: {said}")
    if count < 5:
        fault(f"{page.name}: {count} examples")


def check_configurations(page, keys):
    for block in page.blocks():
        said = keys.told(block)
        if "kvmdigest.conf:" in said:
            fault(f"{page.name}: {said}{block}")
    wrong = re.search(r"^\.Bd -literal.*?\n(.*?)^\.Ed",
                      page.section("DIAGNOSTICS"), re.M | re.S).group(1)
    said = keys.told("mda: {\n\tdeadline = 90;\n};\n")
    if wrong.strip() not in said:
        fault(f"{page.name}: it does not say {wrong}but {said}")


def check_diagnostics(page, rooms):
    """Each message stands in the code; what differs is ..., N or M."""
    code = ""
    for room in rooms:
        for name in os.listdir(f"{SOURCE}/{room}"):
            if name.endswith(".c"):
                code += read(f"{SOURCE}/{room}/{name}").decode()
    code = re.sub(r'"\s*\n\s*"', "", code)
    found = re.findall(r'^\.It "(.*)"$', page.section("DIAGNOSTICS"), re.M)
    for text in found:
        for piece in re.split(r"\.\.\.|\b[NM]\b", text):
            if piece.strip() not in code:
                fault(f"{page.name}: nothing says '{piece}'")
    if len(found) < 3:
        fault(f"{page.name}: only {found} in DIAGNOSTICS")


def check_recipes(page):
    """Each block of MAIL SYSTEMS stands in a file of conf/ that the text
    before it names."""
    section = page.section("MAIL SYSTEMS")
    n = 0
    for part in section.split(".Ss ")[1:]:
        files = re.findall(r"^\.Pa (\S+)", part, re.M)
        text = "".join(read(f"{SOURCE}/conf/{name}").decode()
                       for name in files)
        for block in re.findall(r"^\.Bd -literal.*?\n(.*?)^\.Ed$", part,
                                re.M | re.S):
            n += 1
            for line in block.replace("\\e", "\\").splitlines():
                if line not in text.splitlines():
                    fault(f"{page.name}: {files} have no line {line}")
    if n < 5:
        fault(f"{page.name}: {n} recipes")


def main():
    mda = Page("mda/kvmdigest-mda.1")
    report = Page("report/kvmdigest-report.1")
    conf = Page("conf/kvmdigest.conf.5")
    pages = (mda, report, conf)
    with tempfile.TemporaryDirectory() as work:
        keys = Keys(work)
        check_mda(mda)
        check_report(report)
        check_conf(conf, keys)
        check_keys_named(pages, keys)
        check_configurations(conf, keys)
        check_diagnostics(mda, ("mda", "store"))
        check_recipes(mda)
        check_json(mda)
        for page, rooms in ((mda, ("mda", "conf")),
                            (report, ("report", "conf"))):
            check_other_words(page)
            check_codes(page, rooms[0])
            check_variables(page, rooms)
            run_examples(page, f"{work}/{rooms[0]}")
        check_other_words(conf)
        for option in sorted(conf.options() - mda.options() -
                             report.options()):
            fault(f"{conf.name}: neither program has {option}")
        check_variables(conf, ("conf",))
    return verdict()


if __name__ == "__main__":
    sys.exit(main())
