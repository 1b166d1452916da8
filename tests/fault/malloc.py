# SPDX-License-Identifier: GPL-2.0-or-later
"""malloc.py SHIM BY-MALLOC - the hook with each allocation of its parent
process failing once: those of SQLite, of the C library and of all others as
well.  SHIM is failmalloc.so.  SQLite's memory is slabs in the hook as it is
built to be used, so that few allocations are left; in BY-MALLOC, which is
else the same, SQLite asks for each piece, and each can fail.  A later
delivery in the usual run, of BY-MALLOC every seventh allocation; with
KD_LONG=1 all of them, in all scenarios of syscalls.py.  The child's are a
crash of the child: the same to the parent, and syscalls.py has many of
those."""
import concurrent.futures
import os
import re
import sys
import time

sys.dont_write_bytecode = True
from hook import (BIN, HOOK, LONG, clean_env, promises, skip,  # noqa: E402
                  work_dir)
from syscalls import WORKERS, scenarios  # noqa: E402

AT_A_TIME = 64
# Before it calls exit(), which the hook makes a 75, it has its own say.
LEXER = re.compile(r"^out of dynamic memory in libconfig_yy\w+\(\)\n\n?",
                   re.MULTILINE)


def one_fault(work, shim, hook, scenario, number):
    """Allocation `number` fails.  Whether there was one, and what broke."""
    store = scenario.start.copy_to(os.path.join(work, "run-%d" % number))
    store.hook = hook
    mark = os.path.join(store.folder, "mark")
    env = clean_env(store.folder, LD_PRELOAD=shim, KD_FAIL_AT=str(number),
                    KD_FAIL_MARK=mark)
    result = store.run(scenario.sent[1], env=env)
    result.err = LEXER.sub("", result.err)
    reached = os.path.exists(mark)
    if not reached and result.status != 0:
        wrong = "nothing failed, and exit %s" % result.status
    else:
        mails = [scenario.sent] + [one for one in scenario.known
                                   if one != scenario.sent]
        wrong = promises(store, result, mails, scenario.known, scenario.mend)
    store.remove()
    return reached, wrong, result.status


def one_scenario(work, shim, hook, scenario, step):
    """From the first allocation to the last."""
    wrongs, tally, number, reached = 0, {}, 1, True

    def work_on(at):
        return one_fault(work, shim, hook, scenario, at)

    with concurrent.futures.ThreadPoolExecutor(WORKERS) as pool:
        while reached:
            some = range(number, number + AT_A_TIME * step, step)
            for at, (reached, wrong, status) in zip(
                    some, pool.map(work_on, some)):
                if wrong:
                    wrongs += 1
                    print("FAULT: %s, allocation %d: %s" %
                          (scenario.name, at, wrong), flush=True)
                if not reached:
                    break
                tally[status] = tally.get(status, 0) + 1
            number += AT_A_TIME * step
    faults = sum(tally.values())
    print("%s, %s: %d allocations failed; %s" % (
        scenario.name, os.path.basename(hook), faults, ", ".join(
            "exit %s: %d" % one for one in sorted(tally.items()))))
    if faults < 40:
        print("FAULT: so few? the shim does not see them")
        wrongs += 1
    return faults, wrongs


def main():
    if len(sys.argv) != 3:
        raise SystemExit("usage: malloc.py SHIM BY-MALLOC")
    if not BIN:
        skip("KD_BIN says not where the programs are")
    start = time.monotonic()
    faults = wrongs = 0
    with work_dir() as work:
        for scenario in scenarios(work):
            if scenario.name != "later" and not LONG:
                continue
            for hook, step in ((HOOK, 1), (sys.argv[2], 1 if LONG else 7)):
                more_faults, more_wrongs = one_scenario(
                    work, sys.argv[1], hook, scenario, step)
                faults += more_faults
                wrongs += more_wrongs
    print("%d failing allocations, %d s: %d violations" % (
        faults, time.monotonic() - start, wrongs))
    return 1 if wrongs else 0


if __name__ == "__main__":
    sys.exit(main())
