# SPDX-License-Identifier: GPL-2.0-or-later
"""mbox_corpus.py - mbox on the mail of a list: mailinfo says of each patch
what it says of the mail itself, but for the trailers that were added.

The mail is the corpus of $KD_SHARED: of its series a sample, with KD_LONG=1
all that are complete.
"""
import os
import re
import shutil
import sys
import tempfile

sys.dont_write_bytecode = True
sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../support"))

import posting  # noqa: E402
from programs import LONG, SANITIZED, SOURCE  # noqa: E402
from verdict import fault, verdict  # noqa: E402

SHARED = os.environ.get("KD_SHARED", SOURCE + "/../shared")
BUNDLE = SHARED + "/corpus/kvm-ppc.bundle"
STEP = 1 if LONG else 200 if SANITIZED else 25


def entries(data):
    """The mails in an mboxrd."""
    for mail in data.split(b"\n\nFrom "):
        mail = mail.split(b"\n", 1)[1]
        yield re.sub(rb"^>(>*From )", rb"\1", mail, flags=re.M)


def check_series(store, series, mails, home):
    """One of them.  How many patches, and how many have new trailers."""
    name, version = series
    path = home + "/series.mbox"
    store.report("mbox", "<%s>" % name, "--reroll", version, "-o", path,
                 "--list", "all")
    names = posting.names_in(path)
    added = posting.added_by(store.said)
    got = posting.split(path, home + "/got")
    if len(got) != len(names) or len(got) != len(added):
        fault("%s: %d mails, %d entries, %d said" %
                   (name, len(got), len(names), len(added)))
        return 0, 0
    for part, one, lines in zip(got, names, added):
        with open(path, "wb") as mail:
            mail.write(mails.get(one, b""))
        posting.check_entry("%s in %s" % (one, name), part,
                         posting.split(path, home + "/want")[0], lines)
    if "NO TRAILERS" in store.said or "got a" in store.said:
        print(store.said)
    return len(got), sum(1 for lines in added if lines)


def corpus(home):
    """Each series as git takes the mails of it."""
    posting.run("git", "clone", "-q", "--bare", BUNDLE, home + "/corpus.git")
    store = posting.Store(home, "ppc")
    store.fetch("-l", "PPC=kvm-ppc.vger.kernel.org", home + "/corpus.git")
    data = store.report("export")
    mails = {posting.message_id(mail): mail for mail in entries(data)}
    chosen = posting.complete(store)[::STEP]
    patches = changed = 0
    for series in chosen:
        n, more = check_series(store, series, mails, home)
        patches += n
        changed += more
    print("%d series, %d patches, trailers added to %d" %
          (len(chosen), patches, changed))
    if patches < len(chosen) or (changed == 0 and not SANITIZED):
        fault("there is nothing to be looked at")


def main():
    """All of it."""
    if not os.path.exists(BUNDLE) or shutil.which("git") is None:
        print("skipped: needs git, and %s" % BUNDLE)
        return 77
    with tempfile.TemporaryDirectory() as home:
        posting.isolate(home)
        corpus(home)
    return verdict()


sys.exit(main())
