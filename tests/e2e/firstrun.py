#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Someone who has nothing yet, and what goes wrong then: what the report says
without a store or without mail, that --check has nothing to say of what the
shipped recipes and quickstart build, and one line for each usual mistake.
Every command that is proposed is run as it stands, and mends it.
"""
import os
import re
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import expect, verdict  # noqa: E402

SOURCE = os.environ["KD_SOURCE"]
BIN = os.environ["KD_BIN"]
SAMPLE = f"{SOURCE}/tests/data/sample"
ROOT = os.geteuid() == 0
UID = 65534  # whom root lends the part of the user to
LOCAL = "/usr/local/bin/kvmdigest-mda"
READERS = (["digest"], ["stats"], ["series"], ["markers"], ["mailmap"],
           ["search", "ring"], ["export"])
ABOUT_ONE = (["show", "latest"], ["mbox", "1234"])


class Home:
    """A user with an empty home directory, and the programs in bin."""

    def __init__(self, top, name):
        self.name = name
        self.dir = f"{top}/{name}"
        self.store = f"{self.dir}/.local/share/kvmdigest/kvm.db"
        self.hook = f"{self.dir}/bin/kvmdigest-mda"
        os.makedirs(f"{self.dir}/bin", 0o700)
        for program in ("kvmdigest-mda", "kvmdigest-report"):
            os.link(f"{top}/{program}", f"{self.dir}/bin/{program}")
        self.own()

    def own(self):
        for where, _, files in os.walk(self.dir) if ROOT else ():
            for path in [where] + [f"{where}/{file}" for file in files]:
                os.chown(path, UID, UID)

    def run(self, *argv, stdin=b"", code=0):
        env = {"HOME": self.dir, "TZ": "UTC", "LC_ALL": "C.UTF-8",
               "PATH": f"{self.dir}/bin:{os.environ['PATH']}"}
        who = {"user": UID, "group": UID, "extra_groups": []} if ROOT else {}
        for name in ("ASAN_OPTIONS", "UBSAN_OPTIONS"):
            if name in os.environ:
                env[name] = os.environ[name]
        done = subprocess.run(argv, env=env, cwd=self.dir, input=stdin,
                              capture_output=True, check=False, **who)
        done.stdout = done.stdout.decode()
        done.stderr = done.stderr.decode()
        expect(done.returncode == code,
               f"{self.name}: {argv}: exit {done.returncode}, not {code}: "
               f"{done.stdout[:300]} {done.stderr}")
        return done

    def shell(self, command, code=0):
        """What a person would do with a line that is proposed."""
        return self.run("sh", "-c", command.replace("sudo ", ""), code=code)

    def deliver(self, name="001-patch-plain"):
        with open(f"{SAMPLE}/{name}.eml", "rb") as file:
            self.run("kvmdigest-mda", stdin=file.read())

    def write(self, name, text, mode=0o600):
        path = f"{self.dir}/{name}"
        os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        os.chmod(path, mode)
        self.own()

    def recipe(self, sample, name, old="", new=""):
        """A file of conf/ as it says, but for where the hook is, and for one
        mistake."""
        with open(f"{SOURCE}/conf/{sample}.sample", encoding="utf-8") as file:
            text = file.read()
        expect(old in text, f"{sample}: no {old} in it")
        self.write(name, text.replace(old, new).replace(LOCAL, self.hook)
                   if old else text.replace(LOCAL, self.hook))

    def check(self, *args, code=0):
        """The findings of --check."""
        done = self.run("kvmdigest-mda", "--check", *args, code=code)
        said = [line for line in done.stdout.splitlines()
                if not line.startswith("note: this is root")]
        wrong = sum(line.startswith("wrong: ") for line in said)
        expect((code != 0) == (wrong > 0) and
               done.stderr == ("" if code == 0 else
                               f"kvmdigest-mda: {wrong} thing"
                               f"{'' if wrong == 1 else 's'} to mend\n"),
               f"{self.name}: {wrong} findings, and {done.stderr!r}")
        return said


def proposed(line):
    """The command in a line, with a file to take in where it wants one."""
    return line.replace("FILE", f"{SAMPLE}/001-patch-plain.eml")


# --- The report ------------------------------------------------------------


def check_no_store(top):
    home = Home(top, "no-store")
    for args in (*READERS, *ABOUT_ONE, ["mark", "x"], ["unmark", "x"]):
        for more in ([], ["-d", "sub/kvm.db"]):
            said = home.run("kvmdigest-report", *more, *args, code=66).stderr
            expect(said.count("\n") == 1 and "--check` says how" in said and
                   f"no store at {home.dir}/" in said, f"{args}: {said}")
    os.mkdir(f"{home.dir}/sub", 0o700)
    home.own()
    command = re.search(r"`(kvmdigest-mda -d .*FILE)`", said)
    home.shell(proposed(command.group(1)))
    home.run("kvmdigest-report", "-d", "sub/kvm.db", "show", "latest")
    expect(not os.path.exists(home.store), "-d was not in the command")
    said = home.run("kvmdigest-report", code=66).stderr
    home.shell(proposed(re.search(r"`(kvmdigest-mda --import FILE)`",
                                  said).group(1)))
    home.run("kvmdigest-report", "show", "latest")


def check_no_mail(top):
    """Of a store without mail, and of a list without any."""
    home = Home(top, "no-mail")
    home.write("empty", "")
    home.run("kvmdigest-mda", "-q", "--import", "empty", code=65)
    for args in READERS:
        done = home.run("kvmdigest-report", *args)
        # export always says how many there were
        expect(done.stderr.count("\n") == 1 + (args == ["export"]) and
               "the store is empty: mail that you have comes in with "
               "`kvmdigest-mda --import FILE`" in done.stderr,
               f"{args}: {done.stderr}")
    for args in ABOUT_ONE:
        said = home.run("kvmdigest-report", *args, code=66).stderr
        expect("the store is empty" in said, f"{args}: {said}")
    home.deliver("087-no-list-at-all")
    # export is of all there is
    for args in (*READERS[:-1], ABOUT_ONE[0]):
        code = 66 if args is ABOUT_ONE[0] else 0
        said = home.run("kvmdigest-report", *args, code=code).stderr
        expect("there is mail, but none of the list KVM" in said and
               "`--list none` shows" in said, f"{args}: {said}")
    said = home.run("kvmdigest-report", "--list", "none").stderr
    expect("there is mail" not in said, f"--list none: {said}")
    said = home.run("kvmdigest-report", "show",
                    "<20250905073823.54974-1-reviewer2@example.net>").stderr
    expect(not said, f"show of what is there: {said}")
    home.deliver()
    for args in READERS:
        said = home.run("kvmdigest-report", *args).stderr
        expect("there is mail" not in said, f"with mail: {args}: {said}")


# --- --check -----------------------------------------------------------------


def check_first_steps(top):
    """The two lines of one who has nothing, each followed."""
    home = Home(top, "first")
    said = home.check()
    expect(len(said) == 2 and said[0].startswith("note: there is no store at")
           and said[1].startswith("note: no recipe gives mail to the hook"),
           f"nothing there: {said}")
    home.shell(proposed(re.search(r"kvmdigest-mda --import FILE",
                                  said[0]).group(0)))
    home.shell(re.search(r"procmail: (.*>>\S+)", said[1]).group(1))
    expect(home.check() == [], f"all was done, and: {home.check()}")
    if shutil.which("procmail"):
        with open(f"{SAMPLE}/010-reply-quoted-review.eml", "rb") as file:
            mail = file.read()
        # it takes the home from the password database
        home.run("procmail", f"HOME={home.dir}", f"DEFAULT={home.dir}/mbox",
                 f"{home.dir}/.procmailrc", stdin=mail)
        found = home.run("kvmdigest-report", "show", "--raw", "latest")
        expect(mail in found.stdout.encode(), "procmail's mail is not there")
        expect(os.path.exists(f"{home.dir}/mbox"), "the inbox got nothing")


SAMPLES = (("procmailrc", ".procmailrc"), ("procmailrc-defer", ".procmailrc"),
           ("mailfilter", ".mailfilter"), ("mailfilter-defer", ".mailfilter"),
           ("fetchmailrc-direct", ".fetchmailrc"))


def check_set_ups(top):
    """What is shipped has no fault; Postfix and Dovecot, whose files are the
    machine's, are in the unit test of check.c."""
    for sample, name in SAMPLES:
        home = Home(top, sample)
        home.recipe(sample, name)
        home.deliver()
        expect(home.check() == [], f"{sample}: {home.check()}")
        expect(any(f"{name}:" in line for line in home.check("-v")),
               f"{sample}: not looked at")
    home = Home(top, "fetchmailrc")
    home.recipe("fetchmailrc", ".fetchmailrc")
    home.recipe("procmailrc-defer", ".procmailrc")
    home.deliver()
    expect(home.check() == [], f"fetchmail: {home.check()}")
    home = Home(top, "quickstart")
    with open(f"{SOURCE}/conf/quickstart", encoding="utf-8") as file:
        conf = re.search(r"<<'END'[^\n]*\n(.*?)\nEND\n", file.read(), re.S)
    home.write("q/kvmdigest.conf", conf.group(1) + "\n")
    for sample in sorted(os.listdir(SAMPLE))[::10]:
        if sample.endswith(".eml"):
            with open(f"{SAMPLE}/{sample}", "rb") as file:
                home.run("kvmdigest-mda", "-c", "q/kvmdigest.conf", "-d",
                         "q/kvm.db", stdin=file.read())
    said = home.check("-c", "q/kvmdigest.conf", "-d", "q/kvm.db")
    expect(len(said) == 1 and said[0].startswith("note: no recipe"),
           f"quickstart: {said}")


# name, file, what of the sample, what instead; the finding, and the exit.
# A command behind the last colon of the finding is run, and mends it.
MISTAKES = (
    ("no-w", "procmailrc", ".procmailrc", ":0 wc", ":0",
     "without the flag w mail is lost .*: write \":0 wc\"$", 78),
    ("filter", "procmailrc", ".procmailrc", ":0 wc", ":0 fw",
     "leaves an empty mail in the inbox: write \":0 wc\"$", 78),
    ("timeout", "procmailrc", ".procmailrc", "TIMEOUT=60", "TIMEOUT=5",
     "TIMEOUT is 5 s, .* 9 s: set it to 60 s", 78),
    ("not-there", "procmailrc", ".procmailrc", LOCAL,
     "{}/local/bin/kvmdigest-mda", "there is no (.*): sudo (install .*)$", 78),
    ("xfilter", "mailfilter", ".mailfilter", "cc \"|", "xfilter \"",
     "use cc, and EXITCODE=0 below it$", 78),
    ("to", "mailfilter", ".mailfilter", "cc ", "to ", "makes mail bounce", 78),
    ("exitcode", "mailfilter", ".mailfilter", "EXITCODE=0", "",
     "put EXITCODE=0 below it$", 78),
    ("short", "mailfilter-defer", ".mailfilter", "KILL 60", "KILL 5",
     "the time limit \\(timeout\\) is 5 s", 78),
    ("gone", "mailfilter", ".mailfilter", LOCAL,
     "{}/local/bin/kvmdigest-mda", "there is no (.*): sudo (install .*)$", 78),
    ("sieve", "kvmdigest.sieve", ".dovecot.sieve", "execute :pipe", "filter",
     "use execute :pipe$", 78),
    ("ever", "fetchmailrc-direct", ".fetchmailrc", "timeout -k 5 960 ", "",
     "fetchmail waits for its mda for ever: write mda", 78),
)


def check_mistakes(top):
    for name, sample, file, old, new, finding, code in MISTAKES:
        home = Home(top, f"wrong-{name}")
        home.recipe(sample, file, old, new.format(home.dir))
        home.deliver()
        said = home.check(code=code)
        found = [re.search(finding, line) for line in said
                 if line.startswith("wrong: ")]
        expect(found and all(found), f"{name}: {said}")
        if found and found[0] and found[0].lastindex == 2:
            home.shell(found[0].group(2))
            expect(home.check() == [], f"{name}: not mended: {home.check()}")


def check_modes(top):
    """Files of the wrong mode, and the chmod that is proposed."""
    for name, path, mode in (
            ("procmail", ".procmailrc", 0o646),
            ("fetchmail", ".fetchmailrc", 0o644),
            ("hook", "bin/other/kvmdigest-mda", 0o600),
            ("store", ".local/share/kvmdigest/kvm.db", 0o644),
            ("closed", ".local/share/kvmdigest/kvm.db", 0),
            ("lock", ".local/share/kvmdigest/kvm.db-lock", 0o660),
            ("directory", ".local/share/kvmdigest", 0),
            ("configuration", ".config/kvmdigest/kvmdigest.conf", 0o000)):
        home = Home(top, f"mode-{name}")
        shutil.copy(home.hook, f"{home.dir}/other")
        os.mkdir(f"{home.dir}/bin/other")
        os.rename(f"{home.dir}/other", f"{home.dir}/bin/other/kvmdigest-mda")
        home.recipe("procmailrc", ".procmailrc", LOCAL,
                    f"{home.dir}/bin/other/kvmdigest-mda")
        home.recipe("fetchmailrc-direct", ".fetchmailrc")
        home.write(".config/kvmdigest/kvmdigest.conf", "")
        home.deliver()
        expect(home.check() == [], f"{name}: {home.check()}")
        os.chmod(f"{home.dir}/{path}", mode)
        said = home.check(code=78 if name == "hook" else 77)
        expect(len(said) == (2 if name == "hook" else 1), f"{name}: {said}")
        if name in ("closed", "directory"):
            why = home.run("kvmdigest-report", code=77).stderr
            expect("`kvmdigest-mda --check` says what" in why, why)
        home.shell(re.search(r"chmod [^()]*", said[0]).group(0))
        expect(home.check() == [], f"{name}: not mended: {home.check()}")


def check_owner(top):
    if not ROOT:
        return
    home = Home(top, "owner")
    home.recipe("procmailrc", ".procmailrc")
    home.deliver()
    os.chown(home.store, 0, 0)
    said = home.check(code=77)
    command = re.search(r"sudo (chown .*)$", said[0])
    expect(command and len(said) == 1, f"owner: {said}")
    subprocess.run(command.group(1), shell=True, check=True)
    expect(home.check() == [], f"owner: {home.check()}")


def check_spool(top):
    """What waits, and what was put away as bad."""
    home = Home(top, "spool")
    home.recipe("procmailrc", ".procmailrc")
    home.deliver()
    os.chmod(home.store, 0o400)
    home.deliver("010-reply-quoted-review")
    os.chmod(home.store, 0o600)
    said = home.check(code=75)
    command = re.search(r"1 message waits in .* run (kvmdigest-mda --drain)$",
                        said[0])
    expect(len(said) == 1 and command, f"waiting: {said}")
    spool = home.store + "-spool"
    os.makedirs(f"{spool}/bad", 0o700, exist_ok=True)
    for name in os.listdir(f"{spool}/new"):
        os.rename(f"{spool}/new/{name}", f"{spool}/bad/{name}")
    home.own()
    said = home.check(code=75)
    again = re.search(r"to try them again: (mv .*)$", said[0])
    expect(len(said) == 1 and again, f"bad: {said}")
    home.shell(again.group(1))
    expect(home.check() == [], f"spool: {home.check()}")
    home.run("kvmdigest-report", "show", "latest")


def check_configuration(top):
    """It is one fault, and not the end of the check."""
    home = Home(top, "conf")
    home.write(".config/kvmdigest/kvmdigest.conf",
               "report: {\n\ttop = \"many\";\n};\n")
    home.recipe("procmailrc", ".procmailrc", ":0 wc", ":0")
    said = home.check(code=78)
    expect(any(re.match("wrong: .*conf:2: report.top: expected .*: no mail is "
                        "stored until that is mended", line)
               for line in said), f"conf: {said}")
    expect(any("without the flag w" in line for line in said) and
           any("there is no store" in line for line in said), f"conf: {said}")
    home.write(".config/kvmdigest/kvmdigest.conf", "", 0o666)
    said = home.check(code=77)
    expect(any("only its owner can write (chmod go-w)" in line
               for line in said), f"mode: {said}")
    said = home.check("-c", "nosuch", code=78)
    expect(any("nosuch: expected a configuration file" in line
               for line in said), f"nosuch: {said}")


os.umask(0o022)
with tempfile.TemporaryDirectory() as work:
    os.chmod(work, 0o755)
    for built in ("kvmdigest-mda", "kvmdigest-report"):
        shutil.copy2(f"{BIN}/{built}", work)
        os.chmod(f"{work}/{built}", 0o755)
        if ROOT:
            os.chown(f"{work}/{built}", UID, UID)
    check_no_store(work)
    check_no_mail(work)
    check_first_steps(work)
    check_set_ups(work)
    check_mistakes(work)
    check_modes(work)
    check_owner(work)
    check_spool(work)
    check_configuration(work)

sys.exit(verdict())
