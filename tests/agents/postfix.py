# SPDX-License-Identifier: GPL-2.0-or-later
"""postfix.py - the entry for master.cf, run by a Postfix of its own for
each cell: it listens nowhere, and keeps its queue in the cell's place."""
import os
import pwd
import re
import sys
import time

sys.dont_write_bytecode = True
import cells  # noqa: E402

SERVICES = """
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
flush unix n - n 1000? 0 flush
pickup unix n - n 60 1 pickup
error unix - - n - - error
retry unix - - n - - error
showq unix n - n - - showq
postlog unix-dgram n - n - 1 postlogd
"""
MAIN = """
compatibility_level = 3.6
queue_directory = {0}/queue
data_directory = {0}/data
maillog_file_prefixes = {0}
maillog_file = {0}/log
inet_interfaces = loopback-only
inet_protocols = ipv4
myhostname = archive.example.org
mydestination =
alias_maps =
message_size_limit = 50000000
default_transport = kvmdigest
kvmdigest_destination_recipient_limit = 1
kvmdigest_time_limit = 120s
"""


class Postfix(cells.Agent):
    name = "postfix"
    defers = True
    archive = True

    def prepare(self, cell):
        cell.postfix = f"{os.path.dirname(cell.real)}/postfix-{cell.id}"
        cell.seen = 0  # lines of the log, of deliveries
        for part in ("", "/queue", "/data"):
            os.mkdir(cell.postfix + part, 0o755)
        os.chown(f"{cell.postfix}/data", pwd.getpwnam("postfix").pw_uid, -1)
        user = pwd.getpwuid(cells.UID).pw_name
        with open(f"{cell.postfix}/main.cf", "w", encoding="utf-8") as file:
            file.write(MAIN.format(cell.postfix))
        with open(f"{cell.postfix}/master.cf", "w", encoding="utf-8") as file:
            file.write(SERVICES + cell.recipe(
                "postfix-master.cf", (r"KILL \d+", "KILL 2"),
                **{"user=kvmdigest": f"user={user}"}))
        self.must(cell, "postfix", "-c", cell.postfix, "start")

    def set_up(self, cell):
        return [("/etc/postfix/master.cf", f"{cell.postfix}/master.cf")]

    def must(self, cell, *argv, stdin=b""):
        env = {"PATH": os.environ["PATH"], "MAIL_CONFIG": cell.postfix}
        code, said = cells.run(argv, stdin, env, as_root=True)
        if code != 0:
            raise AssertionError(f"{argv}: {code}: {said}\n{self.log(cell)}")

    def log(self, cell):
        try:
            with open(f"{cell.postfix}/log", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def offer(self, cell):
        if cell.seen == 0:
            self.must(cell, "sendmail", "-i", "-f", "",
                      "kvm@archive.example.org", stdin=cell.mail)
        else:
            self.must(cell, "postqueue", "-f")
        end = time.monotonic() + cells.PATIENCE
        while time.monotonic() < end:
            time.sleep(0.1)
            found = re.findall(r"postfix/pipe\S* .* status=(\w+)",
                               self.log(cell))
            if len(found) > cell.seen:
                cell.seen = len(found)
                return ({"sent": 0, "deferred": 75}.get(found[-1], -1),
                        self.log(cell))
        return -2, "no delivery was logged\n" + self.log(cell)

    def check(self, cell):
        try:
            wrong = super().check(cell)
            if not wrong and "bounced" in self.log(cell):
                wrong.append(self.log(cell))
            return wrong
        finally:
            self.must(cell, "postfix", "-c", cell.postfix, "stop")


if __name__ == "__main__":
    cells.need("postfix", "postqueue", "sendmail")
    if not cells.ROOT:
        print("skipped: only root can start a Postfix")
        sys.exit(77)
    cells.private_mounts()
    cells.main(Postfix())
