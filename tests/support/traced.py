# SPDX-License-Identifier: GPL-2.0-or-later
"""traced.py - a process of which the peak of memory is to be known."""
import collections
import ctypes
import os
import re

from programs import SANITIZED


class Tracer:
    """Stops a process at its end, where its peak of memory can be read: what
    wait4() knows counts its children too."""
    CONT, SEIZE, SETOPTIONS_EXIT, EVENT_EXIT = 7, 0x4206, 0x40, 6

    def __init__(self, pid):
        self.pid = pid
        self.peak = None  # KiB
        self.works = not SANITIZED and self.call(self.SEIZE,
                                                 self.SETOPTIONS_EXIT)

    def call(self, request, data):
        ptrace = ctypes.CDLL(None, use_errno=True).ptrace
        ptrace.restype = ctypes.c_long
        return ptrace(ctypes.c_long(request), ctypes.c_long(self.pid),
                      ctypes.c_void_p(0), ctypes.c_void_p(data)) == 0

    def wait(self):
        """The wait status of the process, once it has ended."""
        while True:
            _, status = os.waitpid(self.pid, 0)
            if not os.WIFSTOPPED(status):
                return status
            event = status >> 16
            if event == self.EVENT_EXIT:
                with open(f"/proc/{self.pid}/status") as f:
                    self.peak = int(re.search(r"VmHWM:\s*(\d+)",
                                              f.read()).group(1))
            self.call(self.CONT, 0 if event else os.WSTOPSIG(status))


Done = collections.namedtuple("Done", "code seconds peak out err")
