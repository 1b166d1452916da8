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
import string
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402
from sandbox import BIN, SAMPLE, SOURCE, Sandbox  # noqa: E402
from sandbox import environment, read  # noqa: E402

LIBC = {"TZ", "LC_ALL", "LC_CTYPE", "LANG"}  # the C library's own
WIDTH = 78 - 11  # of a literal block that is indented
GLOBAL = {"list", "config", "store", "color", "no-pager", "help", "version"}


def same(what, page, program, may_be_empty=False):
    """Two sets of names that must be one."""
    for name in sorted(program - page):
        fault(f"{what}: {name} is not in the page")
    for name in sorted(page - program):
        fault(f"{what}: the page has {name}, and the program does not")
    if not program and not may_be_empty:
        fault(f"{what}: nothing was found")


# --- A page -----------------------------------------------------------------


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


# --- What the programs say --------------------------------------------------

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
    same("kvmdigest-mda --help", helped, table)
    return table


def pairs(page):
    """-c and --config, as an .It has them."""
    return dict(re.findall(r"^\.It Fl (\w)\b.*? , Fl -([\w-]+)", page.text,
                           re.M))


# --- Options ----------------------------------------------------------------


def check_mda(page):
    options = mda_options()
    short = letters("kvmdigest-mda", "--check")
    same("kvmdigest-mda", page.options(), options | short)
    described = set(re.findall(r"^\.It Fl .*?-([\w-]+)", page.text, re.M))
    same("kvmdigest-mda, described", described, options)
    for letter, name in pairs(page).items():
        if letter not in short or name not in options:
            fault(f"kvmdigest-mda: -{letter} is not --{name}")
    same("kvmdigest-mda --format", page.words("Cm", "OPTIONS"),
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
    same("commands", set(synopsis), set(takers) - {None})
    same("commands, described",
         {line.split()[0] for line in
          re.findall(r"^\.It Cm (.*)$", page.section("COMMANDS"), re.M)},
         set(takers) - {None})
    for command, options in synopsis.items():
        same(command, options, takers.get(command, set()),
             may_be_empty=True)
    same("all commands", takers[None], GLOBAL)
    described = set(re.findall(r"^\.It Fl .*?-([\w-]+)",
                               page.section("OPTIONS"), re.M))
    same("kvmdigest-report, described", described,
         set().union(*takers.values()))
    same("kvmdigest-report, letters", set(pairs(page)), short)
    same("kvmdigest-report, all that is named",
         {pairs(page).get(option, option) for option in page.options()},
         set().union(*takers.values()))
    check_report_names(page)


def check_report_names(page):
    tool = "kvmdigest-report"
    formats = re.search(r"^\.Bl -tag -width classic.*?^\.El", page.text,
                        re.M | re.S).group(0)
    same("formats", set(re.findall(r"^\.It Cm (\w+)", formats, re.M)),
         names(r"there are: (.*)", say(tool, "--format", "x")))
    sections = set(re.findall(r"^\.It Cm (\w+)", page.section("SECTIONS"),
                              re.M))
    same("sections", sections,
         names(r"there are: (.*)", say(tool, "--section", "x")))
    search = page.section("SEARCH")
    same("search", set(re.findall(r"\bCm (\w+) : ", search)),
         names(r"digits; (.*) narrow", say(tool, "search", "-")))
    kinds = search.split(".It Cm is :")[1].split(".It")[0]
    same("search is:", set(re.findall(r"\w+", "".join(
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
    same("keys", set(entries), set(known))
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
    same(f"{page.name}: exit codes",
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
    same(f"{page.name}: variables", found - LIBC, asked)


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
    same("--dry-run", page.words("Ic", "DRY RUN"), found)


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
