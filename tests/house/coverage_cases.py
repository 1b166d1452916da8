# SPDX-License-Identifier: GPL-2.0-or-later
"""coverage_cases.py - the commands in which coverage_faults.py lets calls
fail, each with the store that it begins with and what has to hold after it.
"""
import os

from coverage_case import Case, deliver, sample
from coverage_hook import of_children, of_home, of_keeper, of_spool
from coverage_import import of_import
from coverage_report import of_report
from hook import Store, mail


def cases(work):
    def new(name):
        return Store(os.path.join(work, name)).make()

    def delivery(name, start, sent, data=None, argv=()):
        data = data or mail(sent)
        return Case(name, start, argv, data, sent)

    found = [delivery("first", new("first"), "one")]
    found[0].stays = ("EIO",)
    later = new("later")
    deliver(later, mail("one"))
    found += [delivery("later", later, "two"),
              delivery("again", later, "one"),
              delivery("variant", later, "one", mail("one", 50)),
              delivery("large", later, "big", mail("big", 100000)),
              delivery("tee", later, "two", argv=["--tee"]),
              delivery("verbose", later, "two", argv=["-v"])]
    found[1].stays = ("EIO",)
    busy = delivery("busy", later, "two")
    busy.held = True
    busy.only = ("flock", "timer_create", "timer_settime", "sigaction",
                 "sigprocmask")
    found.append(busy)
    series = sample()[1:9]
    found += [Case("series %d" % i, later, (), data)
              for i, data in enumerate(series)]
    deliver(later, mail("big", 100000), *series[:4])
    found += [Case("series + %d" % i, later, (), data)
              for i, data in enumerate(series)]
    found.append(delivery("large again", later, "big", mail("big", 100000)))
    found += [Case("dry run", later, ["--dry-run"], sample()[1]),
              Case("dry run, large", later, ["--dry-run"],
                   mail("large", 100000))]
    found += of_home(later, new) + of_spool(later, new) + of_children(later)
    found += of_keeper(later, new) + of_import(later, new) + of_report(new)
    return found
