#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""git is the judge of what a patch says: its author, title and message, its
patch-id, the files that it changes and how many lines.

The mails are the cases of $KD_SHARED and a sample of the corpus there; with
KD_LONG=1 all of that.  Where we say otherwise on purpose, git_judge.txt has
the mail and the reason: any other difference is a fault, and so is a line
there that is not true any more.
"""
import collections
import concurrent.futures
import json
import os
import shutil
import subprocess
import sys
import tempfile

SHARED = os.environ["KD_SHARED"]
HOOK = os.path.join(os.environ["KD_BIN"], "kvmdigest-mda")
LONG = os.environ.get("KD_LONG") == "1"
SANITIZED = os.environ.get("KD_TREE") == "asan"
CASES = os.path.join(SHARED, "cases", "mail")
BUNDLE = os.path.join(SHARED, "corpus", "kvm-ppc.bundle")
REASONS = os.path.join(os.path.dirname(os.path.abspath(__file__)),
                       "git_judge.txt")
STEP = 200 if SANITIZED else 20  # of the corpus, every so many mails
LEAST = 0.999  # of all mails that git takes

# An answer's author and text are its sender's, whatever patch is in it.
OF_PATCH = ("author", "title", "message", "patch_id", "counts", "paths")
OF_ANSWER = ("patch_id", "counts", "paths")


def run(arguments, data, work):
    return subprocess.run(arguments, input=data, cwd=work,
                          stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          check=False)


def text_of(data):
    return data.decode("utf-8", "replace")


def numstat_of(records):
    """What git apply --numstat -z says: counts of all files, their names."""
    counts, paths = [0, 0, 0], []
    for record in records.split(b"\0"):
        if not record:
            continue
        added, deleted, path = record.split(b"\t", 2)
        counts[0] += 1
        counts[1] += 0 if added == b"-" else int(added)
        counts[2] += 0 if deleted == b"-" else int(deleted)
        paths.append(text_of(path))
    return counts, list(dict.fromkeys(paths))


def git_says(mail, work):
    """None where git takes no patch from it."""
    info = run(["git", "mailinfo", "m", "p"], mail, work)
    if info.returncode != 0:
        return None
    with open(f"{work}/p", "rb") as file:
        patch = file.read()
    with open(f"{work}/m", "rb") as file:
        message = file.read()
    applied = run(["git", "apply", "--numstat", "-z"], patch, work)
    if not patch.strip() or applied.returncode != 0:
        return None
    fields = dict(line.split(": ", 1)
                  for line in text_of(info.stdout).split("\n") if ": " in line)
    ids = run(["git", "patch-id", "--stable"], patch, work).stdout.split()
    counts, paths = numstat_of(applied.stdout)
    return {
        "author": [fields.get("Author"), fields.get("Email")],
        "title": fields.get("Subject", ""),
        "message": text_of(message).strip(),
        "patch_id": ids[0].decode() if ids else None,
        "counts": counts,
        "paths": paths,
    }


def we_say(mail, work):
    done = run([HOOK, "--dry-run"], mail, work)
    if done.returncode != 0:
        raise RuntimeError(f"exit {done.returncode}: {text_of(done.stderr)}")
    said = json.loads(done.stdout)
    author = said["author"]
    diff = said["diff"] or {}
    return said, {
        # git calls who has no name by the address.
        "author": [author["name"] or author["email"], author["email"]],
        "title": said["title"],
        "message": said["message"].strip(),
        "patch_id": said["patch_id"],
        "counts": [diff.get(key, 0)
                   for key in ("files", "insertions", "deletions")],
        "paths": diff.get("paths", []),
    }


def compare(name, mail, top):
    """None, or the fields that were compared, those that differ and how, and
    the Message-ID."""
    work = tempfile.mkdtemp(dir=top)
    try:
        theirs = git_says(mail, work)
        if theirs is None:
            return None
        said, ours = we_say(mail, work)
    except (RuntimeError, ValueError, KeyError) as e:
        return (), {"dry-run": f"{name}: {e}"}, name
    finally:
        shutil.rmtree(work)
    answer = said["reply"] or said["kind"] == "forward"
    fields = OF_ANSWER if answer else OF_PATCH
    wrong = {field: f"git {theirs[field]!r:.300}, we {ours[field]!r:.300}"
             for field in fields if theirs[field] != ours[field]}
    return fields, wrong, said["message_id"]


def cases():
    for name in sorted(os.listdir(CASES)):
        with open(os.path.join(CASES, name), "rb") as file:
            yield name, file.read()


def corpus(top):
    """Each commit of the bundle holds one mail, as the file m."""
    bare = ["git", f"--git-dir={top}/corpus.git"]
    subprocess.run(["git", "clone", "-q", "--bare", BUNDLE,
                    f"{top}/corpus.git"], check=True)
    ids = subprocess.run(bare + ["rev-list", "--reverse", "HEAD"], check=True,
                         stdout=subprocess.PIPE).stdout.split()
    wanted = ids if LONG else ids[::STEP]
    asked = b"".join(b"%s:m\n" % commit for commit in wanted)
    answer = subprocess.run(bare + ["cat-file", "--batch"], input=asked,
                            check=True, stdout=subprocess.PIPE).stdout
    at = 0
    while at < len(answer):
        end = answer.index(b"\n", at)
        head = answer[at:end].split()
        at = end + 1
        if len(head) == 3:  # else it is missing: a deletion
            size = int(head[2])
            yield head[0].decode()[:12], answer[at:at + size]
            at += size + 1


def reasons():
    """(name or Message-ID, field) of each entry of git_judge.txt."""
    with open(REASONS, encoding="utf-8") as file:
        heads = [line for line in file if line.strip() and line[0] not in "# "]
    return {tuple(head.split()[:2]) for head in heads}


def judge(mails, top):
    known, met = reasons(), set()
    agree, judged = collections.Counter(), collections.Counter()
    faults = 0
    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        found = pool.map(lambda mail: (mail[0], compare(*mail, top)), mails)
        for name, result in found:
            if result is None:
                continue
            fields, wrong, message_id = result
            judged.update(fields)
            agree.update(set(fields) - set(wrong))
            told = {(key, field) for key in (name, message_id)
                    for field in fields} & known
            met |= told
            for field, how in wrong.items():
                if (name, field) in known or (message_id, field) in known:
                    continue
                faults += 1
                print(f"{name} <{message_id}> {field}: {how}", flush=True)
            for key, field in told:
                if field not in wrong:
                    faults += 1
                    print(f"{key} {field}: git_judge.txt says that it "
                          "differs, and it does not")
    for field in OF_PATCH:
        print(f"{field}: {agree[field]} of {judged[field]}")
        if LONG and agree[field] < LEAST * judged[field]:
            faults += 1
            print(f"{field}: less than {LEAST:.1%}")
    if LONG and known - met:
        faults += 1
        print(f"git_judge.txt: no such mail was judged: {known - met}")
    return faults, judged["counts"]


def main():
    if not os.path.isdir(CASES) or shutil.which("git") is None:
        print(f"skipped: needs git, and {CASES}")
        return 77
    top = tempfile.mkdtemp()
    os.environ.update(HOME=top, GIT_CONFIG_NOSYSTEM="1",
                      GIT_CONFIG_GLOBAL="/dev/null",
                      GIT_CEILING_DIRECTORIES=top)
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "GIT_DIR"):
        os.environ.pop(name, None)
    try:
        mails = list(cases())
        if os.path.exists(BUNDLE):
            mails += corpus(top)
        faults, judged = judge(mails, top)
    finally:
        shutil.rmtree(top)
    print(f"{len(mails)} mails, {judged} of them with a patch that git takes, "
          f"{faults} faults")
    if judged < 100 and not SANITIZED:
        print("that is too few to be true")
        return 1
    return 1 if faults else 0


sys.exit(main())
