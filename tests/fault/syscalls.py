# SPDX-License-Identifier: GPL-2.0-or-later
"""syscalls.py [FAULTS] - the hook as it is shipped, killed at its system
calls and with each of them failing, by strace's injection.

strace first lists the calls of a scenario.  Then a run for each fault: one
call of one process, known by its name and by how many of that name came
before it, ends the process or fails.  The usual run gives each call of each
scenario one fault, chosen by a seed (KD_SEED), and goes on by that seed up
to FAULTS (2,000); with KD_LONG=1 every call is killed at and fails with each
of the errors.

Calls of the parent are counted from its start, with strace around it.  To
reach calls of the child alone, strace is attached to the parent while that
waits for its mail: what the loader did before is not counted then.  Calls
of the loader, before main(), can only end in 127 when they fail, and the
usual run tries them in one scenario.
"""
import concurrent.futures
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

sys.dont_write_bytecode = True
from hook import (BIN, DEADLINE, LONG, SPARE, Store,  # noqa: E402
                  clean_env, damage, finish, mail, promises, skip, work_dir)

ERRORS = ("ENOSPC", "EIO", "EDQUOT", "EMFILE", "EACCES", "ENOLCK", "ENOMEM",
          "EINTR")
if LONG:  # what a file system says that went read-only after an error
    ERRORS += ("EROFS",)
STRACE = shutil.which("strace")
WORKERS = 2
# KD_SEED is for trying others; the usual one gives the same each time
SEED = int(os.environ.get("KD_SEED", "3"))
# Neither can fail, and strace has nothing to put in their place.
NEVER = ("exit_group", "exit", "execve", "rt_sigreturn", "restart_syscall")
# The kernel says that brk(2) failed by an address, not by an error, and what
# libc makes of an error is a break at the end of all memory.  malloc.py has
# what comes of a brk that fails.
ONLY_KILL = ("brk",)
# What --repack may end with when a call has failed: software, system,
# cannot create, input or output, try again, denied.
REFUSED = (70, 71, 73, 74, 75, 77)
LONG_MAIL = 60000  # of which a block takes eight
LONG_MAILS = 10
GARBAGE = b"this was a database\n" * 200


# --- Scenarios --------------------------------------------------------

class Scenario:
    """known are messages acknowledged before, sent is the one to come."""
    more = ()     # arguments, of what is no delivery
    at_most = None  # so many calls in the usual run; None: all
    only_kill = ()
    limit = DEADLINE + SPARE

    def __init__(self, name, sent, known=(), mend=None):
        self.name = name
        self.sent = sent
        self.known = known
        self.mend = mend
        self.start = None
        self.calls = []


def message(name):
    return (name, mail(name))


def deliver(store, *messages):
    for name, data in messages:
        result = store.run(data)
        if result.status != 0:
            raise SystemExit("FAULT: setting up, %s: exit %s: %s" %
                             (name, result.status, result.err))


def break_store(store):
    shutil.copytree(os.path.dirname(store.path), store.folder + "/good")
    for end in ("-wal", "-shm"):
        if os.path.exists(store.path + end):
            os.unlink(store.path + end)
    with open(store.path, "wb") as file:
        file.write(GARBAGE)


def mend_store(store):
    """Whoever restores a backup restores the database, not the spool."""
    for end in ("", "-wal", "-shm"):
        name = store.folder + "/good/kvm.db" + end
        if os.path.exists(store.path + end):
            os.unlink(store.path + end)
        if os.path.exists(name):
            shutil.copy2(name, store.path + end)


class Repack(Scenario):
    """Nothing is sent: what is known is packed into a block."""
    more = ("--repack",)
    at_most = 60
    # A lock that close(2) does not give back is waited for, for 60 s; but
    # the kernel gives it back whatever it says.
    only_kill = ("close",)
    limit = 60 + SPARE

    def __init__(self, known):
        super().__init__("repack", ("", b""), known)

    def wrong_end(self, result):
        """How it ended and what it said; None: as it should."""
        if result.status not in (0, *REFUSED) and \
                result.status != -signal.SIGKILL:
            return "exit %d: %s" % (result.status, result.err)
        lines = result.err.splitlines()
        # What fails may be the writing of the last line: then the packing
        # is done, which is looked at below, and nobody is told.
        if any(not line.startswith("kvmdigest-mda: ") for line in lines) or \
                not lines and result.status not in (0, -signal.SIGKILL):
            return "exit %d, standard error: %r" % (result.status, result.err)
        return None

    def promises(self, store, result, loader):
        """What is broken, or None: all of it is there byte for byte, and
        who packs again comes to the end.  loader: the fault was that of the
        dynamic linker, who has its own ways to end."""
        if result.status is None:
            return "hangs"
        wrong = None if loader else self.wrong_end(result)
        wrong = wrong or self.all_there(store)
        if wrong:
            return wrong
        result = store.run(b"", more=self.more)
        if result.status != 0:
            return "packed again: exit %s: %s" % (result.status, result.err)
        if not blocks_of(store):
            return "packed again: there is no block"
        return self.all_there(store)

    def all_there(self, store):
        wrong = damage(store)
        for name, data in self.known:
            if not wrong and store.raw(name) != data:
                wrong = "LOST: %s is not what it was" % name
        return wrong


def blocks_of(store):
    base = store.database()
    try:
        return base.execute("SELECT count(*) FROM block").fetchone()[0]
    finally:
        base.close()


def scenarios(work):
    one, two, three = message("one"), message("two"), message("three")
    found = []

    def add(scenario):
        scenario.start = Store(os.path.join(work, scenario.name)).make()
        found.append(scenario)
        return scenario.start

    add(Scenario("first", one))
    deliver(add(Scenario("later", two, (one,))), one)
    deliver(add(Scenario("again", two, (one, two))), one, two)
    large = ("large", mail("large", 100000))
    deliver(add(Scenario("large", large, (one,))), one)

    long = [(name, mail(name, LONG_MAIL)) for name in
            ("long%d" % i for i in range(LONG_MAILS))]
    deliver(add(Repack(long)), *long)

    store = add(Scenario("spool", two, (one,), mend_store))
    deliver(store, one)
    break_store(store)
    probe = store.copy_to(os.path.join(work, "probe"))
    spools = probe.run(two[1]).status == 0 and probe.in_spool(two[1])
    probe.remove()
    if not spools:
        print("no spool: its two scenarios are left out")
        found.pop()
        return found

    store = add(Scenario("drain", three, (one, two)))
    deliver(store, one)
    break_store(store)
    deliver(store, two)
    mend_store(store)
    shutil.rmtree(store.folder + "/good")
    return found


# --- The calls of a scenario ------------------------------------------

class Call:
    def __init__(self, name, ordinal, where):
        self.name = name
        self.ordinal = ordinal
        self.where = where  # "loader", "parent" or "child"

    def __str__(self):
        return "%s %s #%d" % (self.where, self.name, self.ordinal)


def list_calls(scenario, work):
    """Every call in order, each with its number among those of its name."""
    store = scenario.start.copy_to(os.path.join(work, "list"))
    log = os.path.join(work, "log")
    result = store.run(scenario.sent[1], [STRACE, "-f", "-qq", "-o", log],
                       more=scenario.more)
    store.remove()
    if result.status != 0:
        if "ptrace" in result.err or "PTRACE" in result.err:
            skip("strace may not trace here: " + result.err.strip())
        raise SystemExit("FAULT: %s, listing: exit %s: %s" %
                         (scenario.name, result.status, result.err))
    calls, seen, begun, first = {}, {}, False, None
    with open(log, encoding="utf-8", errors="replace") as file:
        for line in file:
            match = re.match(r"(\d+) +(\w+)\((.*)", line)
            if match is None:
                continue
            pid, name, rest = match.groups()
            first = first or pid
            if name == "fcntl" and rest.startswith("0, F_GETFD"):
                begun = True
            seen[pid, name] = seen.get((pid, name), 0) + 1
            if name in NEVER:
                continue
            where = "child" if pid != first else (
                "parent" if begun else "loader")
            call = Call(name, seen[pid, name], where)
            calls.setdefault(str(call), call)  # two children are as one
    return list(calls.values())


# --- One fault --------------------------------------------------------

def inject(call, fault):
    what = "signal=KILL" if fault == "KILL" else "error=" + fault
    return [STRACE, "-qq", "-o", "/dev/null", "-e", "trace=" + call.name,
            "-e", "inject=%s:%s:when=%d" % (call.name, what, call.ordinal)]


def waits_for_mail(pid):
    """In poll(2), and with whom it is traced by."""
    with open("/proc/%d/wchan" % pid, encoding="ascii") as file:
        asleep = "poll" in file.read()
    with open("/proc/%d/status" % pid, encoding="ascii") as file:
        traced = "TracerPid:\t0\n" not in file.read()
    return asleep, traced


def run_child_fault(store, data, call, fault):
    """The fault is the child's: strace comes when the parent has begun.
    What waits in poll(2) for mail is at its one place to wait so."""
    start = time.monotonic()
    proc = subprocess.Popen(
        store.command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, env=clean_env(store.folder),
        start_new_session=True)
    end = start + 5
    while not waits_for_mail(proc.pid)[0] and time.monotonic() < end:
        time.sleep(0.001)
    tracer = subprocess.Popen(
        [*inject(call, fault), "-f", "-p", str(proc.pid)],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not waits_for_mail(proc.pid)[1] and tracer.poll() is None and \
            time.monotonic() < end:
        time.sleep(0.001)
    start = time.monotonic()
    result = finish(proc, data, start)
    tracer.wait()
    return result


def one_fault(work, scenario, call, fault, number):
    store = scenario.start.copy_to(os.path.join(work, "run-%d" % number))
    sent = scenario.sent
    if call.where == "child":
        result = run_child_fault(store, sent[1], call, fault)
    else:
        result = store.run(sent[1], inject(call, fault), more=scenario.more,
                           limit=scenario.limit)
    if scenario.more:
        wrong = scenario.promises(store, result, call.where == "loader")
        store.remove()
        return wrong, result
    mails = [sent] + [one for one in scenario.known if one != sent]
    wrong = promises(store, result, mails, scenario.known, scenario.mend,
                     call.where == "loader")
    store.remove()
    shutil.rmtree(store.folder + ".look", ignore_errors=True)
    return wrong, result


def faults_of(scenario, call):
    if call.name in ONLY_KILL + scenario.only_kill:
        return ("KILL",)
    return ("KILL",) + ERRORS


def choose(found, wanted):
    """The faults of this run: pairs of a scenario, a call and a fault."""
    every = [(scenario, call, fault) for scenario in found
             for call in scenario.calls for fault in faults_of(scenario, call)]
    if LONG:
        return every
    dice = random.Random(SEED)
    chosen = [(scenario, call, dice.choice(faults_of(scenario, call)))
              for scenario in found for call in scenario.calls]
    rest = list(set(every) - set(chosen))
    rest.sort(key=lambda one: (one[0].name, str(one[1]), one[2]))
    if len(chosen) < wanted:
        chosen += dice.sample(rest, min(len(rest), wanted - len(chosen)))
    return chosen


def run_all(work, chosen):
    wrongs = []
    tally = {}

    def work_on(numbered):
        number, (scenario, call, fault) = numbered
        return one_fault(work, scenario, call, fault, number)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        for one, (wrong, result) in zip(
                chosen, pool.map(work_on, enumerate(chosen))):
            scenario, call, fault = one
            kind = "killed" if result.status == -signal.SIGKILL else \
                "exit %s" % result.status
            if result.status is not None and result.status < 0 and \
                    result.status != -signal.SIGKILL:
                print("%s, %s, %s: signal %d" % (scenario.name, call, fault,
                                                 -result.status))
            key = (scenario.name, kind)
            tally[key] = tally.get(key, 0) + 1
            if wrong:
                wrongs.append("FAULT: %s, %s, %s: %s" %
                              (scenario.name, call, fault, wrong))
                print(wrongs[-1], flush=True)
    return wrongs, tally


def main():
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else 2000
    if STRACE is None:
        skip("there is no strace here")
    if not BIN:
        skip("KD_BIN says not where the programs are")
    start = time.monotonic()
    with work_dir() as work:
        found = scenarios(work)
        for scenario in found:
            scenario.calls = list_calls(scenario, work)
            if scenario.name != "later" and not LONG:
                scenario.calls = [call for call in scenario.calls
                                  if call.where != "loader"]
            if scenario.at_most and not LONG:
                dice = random.Random(SEED)
                scenario.calls = dice.sample(
                    scenario.calls,
                    min(scenario.at_most, len(scenario.calls)))
            print("%s: %d calls, %d of them the child's" % (
                scenario.name, len(scenario.calls),
                sum(call.where == "child" for call in scenario.calls)))
        chosen = choose(found, wanted)
        wrongs, tally = run_all(work, chosen)
    for (name, kind), times in sorted(tally.items()):
        print("%s: %s: %d" % (name, kind, times))
    print("%d faults in %d scenarios, %d s: %d violations" % (
        len(chosen), len(found), time.monotonic() - start, len(wrongs)))
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
