# SPDX-License-Identifier: GPL-2.0-or-later
"""loopcut.py NOSYNC [CUTS] - power cuts on a real file system: ext4 on a
loop device.

The hook as it is shipped delivers there.  As soon as it has acknowledged a
message, the file behind the device is copied: what the kernel has not yet
written is not in the copy, as if the power went.  The copy is mounted, which
replays its journal, and every message that was acknowledged must be there,
in the store or in the spool, with its exact bytes.

A cut comes after each delivery: the first into a new directory, later ones,
those that find no usable store and go to the spool, and those that drain it;
CUTS of them (50; with KD_LONG=1 500).  With syncs that do nothing, by the
library NOSYNC, messages must be lost, or this would prove nothing.

Needs root, loop devices and ext4, and is skipped where one of them is not to
be had: what the machine cannot do says nothing of the hook.
"""
import os
import shutil
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from hook import (BIN, LONG, Store, clean_env, damage,  # noqa: E402
                  in_store, mail, rows, skip, work_dir)

SIZE = 32 << 20
# Nothing is to reach the disk by itself, because time has passed.
MOUNT = "loop,commit=600"
TOOLS = ("unshare", "mount", "umount", "mkfs.ext4")
GARBAGE = b"this was a database\n" * 200
# One delivery after the other into a directory that was not there before:
# x finds garbage in the place of the store, and + the store as it was.
ROUND = "++xxx+x++"


def sh(*command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, check=False,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


class Disk:
    """A file with ext4 in it, and where it is mounted."""

    def __init__(self, work, name):
        self.image = os.path.join(work, name + ".img")
        self.folder = os.path.join(work, name)
        os.mkdir(self.folder, 0o700)

    def make(self):
        with open(self.image, "wb") as file:
            file.truncate(SIZE)
        done = sh("mkfs.ext4", "-q", "-F", self.image)
        return done.stdout.decode() if done.returncode else None

    def mount(self):
        done = sh("mount", "-t", "ext4", "-o", MOUNT, self.image, self.folder)
        return done.stdout.decode() if done.returncode else None

    def umount(self):
        done = sh("umount", self.folder)
        if done.returncode:
            raise SystemExit("FAULT: umount: " + done.stdout.decode())

    def cut(self, to):
        """What a power cut now would leave."""
        shutil.copyfile(self.image, to.image)
        return to


def by_itself():
    """Go on in a name space of mounts of our own, which the kernel takes
    down with the last process in it, however that ends."""
    if os.geteuid() != 0:
        skip("only root may mount")
    os.environ["PATH"] += ":/usr/sbin:/sbin"
    for tool in TOOLS:
        if shutil.which(tool) is None:
            skip("there is no %s here" % tool)
    if os.environ.get("KD_LOOPCUT") == "1":
        return
    done = sh("unshare", "--mount", "true")
    if done.returncode:
        skip(done.stdout.decode().strip())
    os.environ["KD_LOOPCUT"] = "1"
    os.execvp("unshare", ["unshare", "--mount", sys.executable, *sys.argv])


class Run:
    """Deliveries below one mount, and what they were promised."""

    def __init__(self, work, name, env=()):
        self.disk = Disk(work, name)
        self.copy = Disk(work, name + "-copy")
        self.good = os.path.join(work, name + "-good")
        self.more = dict(env)
        self.acked = []  # (directory, name, bytes)
        self.cuts = self.spooled = self.lost = 0
        self.wrongs = []
        why = self.disk.make() or self.disk.mount()
        if why:
            skip("no ext4 on a loop device: " + why.strip())

    def at(self, disk, number):
        return Store(os.path.join(disk.folder, "dir-%d" % number))

    def spoil(self, store):
        """Garbage for a database, until it is restored from a backup."""
        shutil.rmtree(self.good, ignore_errors=True)
        os.mkdir(self.good)
        for end in ("", "-wal", "-shm"):
            if os.path.exists(store.path + end):
                shutil.move(store.path + end, self.good)
        with open(store.path, "wb") as file:
            file.write(GARBAGE)
        os.sync()

    def restore(self, store):
        os.unlink(store.path)
        for name in os.listdir(self.good):
            shutil.move(os.path.join(self.good, name),
                        os.path.dirname(store.path))
        os.sync()

    def deliver(self, number, name, spoilt):
        store = self.at(self.disk, number)
        data = mail(name, 13 * (len(self.acked) % 7) * 100)
        result = store.run(data, env=clean_env(store.folder, **self.more))
        if result.status != 0:
            self.wrongs.append("%s: exit %s: %s" % (name, result.status,
                                                    result.err))
            return
        self.acked.append((number, name, data))
        copy = self.disk.cut(self.copy)
        self.cuts += 1
        self.spooled += spoilt
        self.look(copy, number if spoilt else None)

    def look(self, copy, spoilt):
        why = copy.mount()
        if why:
            self.wrongs.append("cut %d: mount: %s" % (self.cuts, why))
            return
        try:
            for number in {one[0] for one in self.acked}:
                self.look_into(self.at(copy, number), number,
                               number == spoilt)
        finally:
            copy.umount()

    def look_into(self, store, number, spoilt):
        where = "cut %d, dir-%d: " % (self.cuts, number)
        wrong = None if spoilt else damage(store)
        if wrong:
            self.wrongs.append(where + wrong)
            return
        there = os.path.exists(store.path) and not spoilt
        for at, name, data in self.acked:
            if at != number or store.in_spool(data) or (
                    there and in_store(store, name, data)):
                continue
            # what is with the good database while there is garbage
            if spoilt and (at, name) in self.put_away:
                continue
            self.lost += 1
            self.wrongs.append(where + "LOST: " + name)

    def play(self, cuts):
        number = 0
        while self.cuts < cuts and len(self.wrongs) < 10:
            store = self.at(self.disk, number).make()
            if number % 2:  # the store comes later than the spool
                self.round(store, number, "xx" + ROUND, cuts)
            else:
                self.round(store, number, ROUND, cuts)
            number += 1
        self.disk.umount()

    def round(self, store, number, kinds, cuts):
        spoilt = False
        self.put_away = set()
        for at, kind in enumerate(kinds):
            if self.cuts >= cuts or len(self.wrongs) >= 10:
                break
            if (kind == "x") != spoilt:
                spoilt = kind == "x"
                if spoilt:
                    self.put_away = {
                        (at, name) for at, name, data in self.acked
                        if at == number and in_store(store, name, data)}
                    self.spoil(store)
                else:
                    self.restore(store)
                    self.put_away = set()
            self.deliver(number, "%d-%d" % (number, at), spoilt)
        if spoilt:
            self.restore(store)
        self.once(store, number)

    def once(self, store, number):
        """Each at most once, and drained."""
        if any(store.spooled(("bad",))):
            self.wrongs.append("dir-%d: a good mail was put aside" % number)
        if not os.path.exists(store.path):
            return
        for at, name, _ in self.acked:
            if at == number and rows(store, name)[:2] not in ((1, 1), (0, 0)):
                self.wrongs.append("%s: arrivals, variants: %s, %s" % (
                    name, *rows(store, name)[:2]))


def main():
    if len(sys.argv) < 2:
        raise SystemExit("usage: loopcut.py NOSYNC [CUTS]")
    cuts = int(sys.argv[2]) if len(sys.argv) > 2 else 500 if LONG else 50
    if not BIN:
        skip("KD_BIN says not where the programs are")
    by_itself()
    start = time.monotonic()
    with work_dir() as work:
        run = Run(work, "honest")
        run.play(cuts)
        for wrong in run.wrongs:
            print("FAULT: " + wrong)
        print("%d cuts, %d of them after a delivery into the spool, %d s: "
              "%d violations" % (run.cuts, run.spooled,
                                 time.monotonic() - start, len(run.wrongs)))
        if run.wrongs:
            return 1
        liar = Run(work, "liar", {"LD_PRELOAD": sys.argv[1]})
        liar.play(10)
        print("without syncs: %d cuts, %d messages lost" % (liar.cuts,
                                                            liar.lost))
    if not liar.lost:
        print("FAULT: it sees no loss where nothing is synced")
    return 0 if liar.lost else 1


if __name__ == "__main__":
    sys.exit(main())
