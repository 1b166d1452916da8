# SPDX-License-Identifier: GPL-2.0-or-later
"""mailed.py - a digest goes out by `sendmail -t`, through a Postfix and
procmail into a Maildir, and comes out as it went in; the hook, which sees
it too, takes it for mail of no list."""
import email
import email.policy
import glob
import os
import pwd
import shutil
import subprocess
import sys
import tempfile
import time

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

import cells  # noqa: E402
import postfix  # noqa: E402
from verdict import expect, verdict  # noqa: E402

TO = "reader@archive.example.org"
PIPE = """kvmdigest unix - n n - - pipe
  flags=R user={user} argv=/usr/bin/procmail -m {place}/procmailrc
"""
RULES = "SHELL=/bin/sh\nLOGFILE={0}/procmail.log\n:0\n{0}/inbox/\n"


def report(store, *args):
    done = subprocess.run([f"{cells.BIN}/kvmdigest-report", "-d", store,
                           *args], capture_output=True, check=False)
    expect(done.returncode == 0, f"{args}: {done.returncode} {done.stderr}")
    return done.stdout


def hook(store, data):
    subprocess.run([f"{cells.BIN}/kvmdigest-mda", "-d", store], input=data,
                   check=True)


def postfix_of(place):
    """The directory of a Postfix that gives all mail to procmail."""
    top = f"{place}/postfix"
    for part in ("", "/queue", "/data"):
        os.mkdir(top + part, 0o755)
    os.chown(f"{top}/data", pwd.getpwnam("postfix").pw_uid, -1)
    user = pwd.getpwuid(cells.UID).pw_name
    with open(f"{top}/main.cf", "w", encoding="utf-8") as file:
        file.write(postfix.MAIN.format(top))
    with open(f"{top}/master.cf", "w", encoding="utf-8") as file:
        file.write(postfix.SERVICES + PIPE.format(user=user, place=place))
    return top


def send(place, mail):
    """sendmail -t; the mail as procmail has put it into the Maildir."""
    top = postfix_of(place)
    env = {"PATH": os.environ["PATH"], "MAIL_CONFIG": top}
    subprocess.run(["postfix", "-c", top, "start"], env=env, check=True,
                   stderr=subprocess.DEVNULL)
    try:
        subprocess.run(["sendmail", "-t", "-i"], input=mail, env=env,
                       check=True)
        end = time.monotonic() + cells.PATIENCE
        while time.monotonic() < end:
            found = glob.glob(f"{place}/inbox/new/*")
            if found:
                with open(found[0], "rb") as file:
                    return file.read()
            time.sleep(0.1)
    finally:
        subprocess.run(["postfix", "-c", top, "stop"], env=env, check=False,
                       stderr=subprocess.DEVNULL)
    with open(f"{top}/log", encoding="utf-8") as file:
        print(f"nothing came: {file.read()}")
    sys.exit(1)


def part(message, subtype):
    for one in message.walk():
        if one.get_content_type() == f"text/{subtype}":
            return one.get_content().encode()
    return b""


def check(store, place):
    args = ("--format", "mail", "--to", TO, "start..latest")
    mail = report(store, *args)
    expect(mail == report(store, *args), "other bytes the second time")
    expect(b"\nFrom " not in mail, "an mbox would change it")
    expect(all(len(line) <= 998 for line in mail.splitlines()), "long lines")
    came = email.message_from_bytes(send(place, mail),
                                    policy=email.policy.default)
    went = email.message_from_bytes(mail, policy=email.policy.default)
    for name in ("From", "To", "Subject", "Date", "Message-ID", "List-Id",
                 "X-Kvmdigest", "Auto-Submitted"):
        expect(came[name] is not None and came[name] == went[name],
               f"{name}: {came[name]!r}, sent was {went[name]!r}")
    expect(came["To"] == TO, f"To: {came['To']}")
    expect("kvm.vger.kernel.org" not in came["List-Id"],
           f"List-Id: {came['List-Id']}")
    every = []
    for subtype in ("plain", "html"):
        every.append(part(came, subtype))
        expect(every[-1] == part(went, subtype), f"{subtype}: changed")
    expect(every[1] == report(store, "--format", "html", "start..latest"),
           "the HTML is another than that of --format html")
    expect(b"\nFrom start to latest\n" in b"\n" + every[0],
           f"the text begins with {every[0][:60]!r}")
    # the hook, which this mail passes through as well
    before = report(store, "start..latest")
    hook(store, came.as_bytes())
    expect(report(store, "start..latest") == before,
           "the digest feeds itself")
    expect(came["Message-ID"].encode() in
           report(store, "export", "--list", "none"), "it was not kept")


cells.need("postfix", "sendmail", "procmail")
if not cells.ROOT:
    print("skipped: only root can start a Postfix")
    sys.exit(77)
cells.private_mounts()
os.umask(0o022)
work = tempfile.mkdtemp(prefix="kd-mailed-")
try:
    os.chmod(work, 0o755)
    os.environ.update(HOME=work, TZ="UTC")
    os.mkdir(f"{work}/store", 0o700)
    os.mkdir(f"{work}/mail", 0o755)
    with open(f"{work}/mail/procmailrc", "w", encoding="utf-8") as rc:
        rc.write(RULES.format(f"{work}/mail"))
    for sample in sorted(glob.glob(f"{cells.SOURCE}/tests/data/sample/*")):
        with open(sample, "rb") as opened:
            hook(f"{work}/store/kvm.db", opened.read())
    for path in (f"{work}/mail", f"{work}/mail/procmailrc"):
        os.chown(path, cells.UID, cells.GID)
    check(f"{work}/store/kvm.db", f"{work}/mail")
finally:
    shutil.rmtree(work, ignore_errors=True)
sys.exit(verdict())
