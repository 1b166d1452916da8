#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""Mail to be imported that is kept in odd ways: mailboxes that begin with
empty lines, messages that are too long, directories without end.  What is
mail is taken, what is none is named.
"""
import os
import shutil
import subprocess
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

from verdict import fault, verdict  # noqa: E402

BIN = os.environ["KD_BIN"]
MOST = 48 << 20  # bytes of a message, see mda/source.h


def run(work, *args, code=0, says=(), data=b""):
    """What the hook says, which has to have all of that in it."""
    done = subprocess.run(
        [BIN + "/kvmdigest-mda", "-d", work + "/store/kvm.db", *args],
        input=data, cwd=work, check=False, capture_output=True,
        env={"HOME": work, "PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"})
    err = done.stderr.decode()
    if done.returncode != code:
        fault(args, f"exit {done.returncode}, not {code}: {err}")
    for text in says:
        if text not in err:
            fault(args, f"no {text!r} in {err}")
    return err


def write(path, data, size=0):
    """A file, with a hole up to that size."""
    with open(path, "wb") as file:
        file.write(data)
        if size:
            file.truncate(size)


def mail(name):
    return (f"From: Patch Author 1 <author1@example.org>\n"
            f"Subject: {name}\nMessage-ID: <{name}@example.org>\n"
            f"List-Id: <kvm.vger.kernel.org>\n\nWords.\n").encode()


FROM = b"From list@example.org Mon Nov 10 17:16:44 2025\n"


def mailboxes(work):
    write(work + "/blank", b"\n\r\n\n" + FROM + mail("blank") + b"\n")
    run(work, "--import", "blank", says=["read 1, new 1,"])
    # With a Received that says no time.
    write(work + "/timeless", b"Received: from a by b\n" + mail("timeless"))
    run(work, "--import", "timeless", says=["read 1, new 1,"])
    body = b"One\r\n\r\nFrom here on\r\n"
    counted = mail("counted").replace(b"\nWords.\n", b"").replace(
        b"\n", b"\r\n") + b"Content-Length: %d\r\n\r\n" % len(body) + body
    write(work + "/counted", (FROM.replace(b"\n", b"\r\n") + counted +
                              b"\r\n") * 2)
    run(work, "--import", "counted", says=["read 2, new 1, known 1,"])
    # A message without end, and the one behind it.
    write(work + "/long", FROM + mail("long"), MOST + (24 << 20))
    with open(work + "/long", "ab") as file:
        file.write(b"\n\n" + FROM + mail("behind") + b"\n")
    run(work, "--import", "long", code=65, says=[
        "long, message 1", "over 48 MiB", "read 1, new 1,", "unreadable 1"])
    write(work + "/single", mail("single"), MOST + 1)
    run(work, "--import", "single", code=65, says=["single", "over 48 MiB"])
    # Quiet is quiet, but for the end.
    said = run(work, "-q", "--import", "single", "blank", code=65)
    if len(said.splitlines()) > 1:
        fault("quiet", said)


def directories(work):
    os.mkdir(work + "/mh")
    write(work + "/mh/1", mail("mh"))
    run(work, "--import", "--format=maildir", "mh", code=65,
        says=["mh: no Maildir: there is no cur and new in it"])
    deep = work + "/deep" + "/d" * 40
    os.makedirs(deep)
    write(work + "/deep/1", mail("shallow"))
    write(deep + "/2", mail("deep"))
    said = run(work, "--import", "deep", code=65, says=[
        "more than 32 directories deep: name it as a source of its own",
        "read 1, new 1,", "unreadable 1"])
    # ... which is what one then does.
    below = said[said.index("deep/d"):said.index(": more than")]
    run(work, "--import", below, says=["read 1, new 1,"])
    os.makedirs(work + "/closed/below")
    write(work + "/closed/1", mail("open"))
    os.chmod(work + "/closed/below", 0)
    if os.geteuid() != 0:  # whom no mode keeps out
        run(work, "--import", "closed", code=65, says=[
            "closed/below: Permission denied", "unreadable 1"])
    os.chmod(work + "/closed/below", 0o700)
    # More that is none than is named.
    os.mkdir(work + "/none")
    for i in range(30):
        os.symlink("nowhere", f"{work}/none/{i}")
    said = run(work, "--import", "none", code=65, says=["unreadable 30"])
    if len(said.splitlines()) > 25:
        fault("all of them are named", said)


def git(folder, *args, data=None):
    """What git says; it knows no user and no configuration."""
    return subprocess.run(
        ["git", "-C", folder, *args], input=data, check=True,
        capture_output=True, env={
            "HOME": folder, "PATH": os.environ["PATH"],
            "GIT_CONFIG_NOSYSTEM": "1"}).stdout


def archive(folder, *names, file="m", start=0):
    """A repository with a commit for each of the mails."""
    os.makedirs(folder)
    git(folder, "init", "-q", "--bare", "-b", "master")
    stream = b""
    for number, name in enumerate(names, start):
        data = mail(name)
        stream += (b"commit refs/heads/master\n"
                   b"committer A <a@example.org> %d +0000\ndata 1\nm\n"
                   b"M 100644 inline %s\ndata %d\n%s\n" % (
                       1757000000 + number, file.encode(), len(data), data))
    git(folder, "fast-import", "--quiet", "--force", data=stream)


def archives(work):
    archive(work + "/code", "readme", file="README")
    run(work, "--import", "code", code=65, says=[
        "code: a git repository, but no archive of public-inbox"])
    # A file that is no message, in front of one that is.
    first = work + "/list/git/0.git"
    archive(first, "gone", file="d")
    archive(work + "/list/git/1.git", "kept")
    run(work, "--import", "list", says=["read 1, new 1,"])
    # The epoch that it was in is gone, or begins with other commits; and
    # what was of one sort is of the other: then all of it is read again.
    shutil.rmtree(work + "/list/git/1.git")
    shutil.rmtree(first)
    archive(first, "kept", "more")
    run(work, "--import", "list", says=["read 2, new 1, known 1,"])
    shutil.rmtree(first)
    archive(first, "kept", "more", "most", start=7)
    run(work, "--import", "list", says=["read 3, new 1, known 2,"])
    shutil.rmtree(work + "/list")
    archive(work + "/list", "kept", file="01/" + "2" * 38)
    run(work, "--import", "list", says=["read 1, new 0, known 1,"])
    # A message that the repository has lost is named.
    archive(work + "/lost", "lost", "there", file="01/" + "2" * 38)
    name = git(work + "/lost", "rev-parse",
               "HEAD~:01/" + "2" * 38).decode().strip()
    os.unlink(f"{work}/lost/objects/{name[:2]}/{name[2:]}")
    run(work, "--import", "lost", code=65, says=[
        name + " missing", "read 1, new 1,", "unreadable 1"])
    # Each source that cannot be read is named.
    run(work, "--import", "nowhere", "neither", code=66,
        says=["nowhere: ", "neither: "])


def main():
    for part in (mailboxes, directories, archives):
        with tempfile.TemporaryDirectory() as work:
            os.mkdir(work + "/store", 0o700)
            part(work)
    with tempfile.TemporaryDirectory() as work:
        os.mkdir(work + "/store", 0o700)
        run(work, data=mail("one"))
        if run(work, "--repack", "-q"):
            fault("--repack -q", "is not quiet")
    return verdict()


sys.exit(main())
