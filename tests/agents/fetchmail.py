# SPDX-License-Identifier: GPL-2.0-or-later
"""fetchmail.py - both recipes, run by fetchmail, which polls a Dovecot that
this test starts on the loopback, by IMAP and by POP3."""
import os
import pwd
import grp
import socket
import subprocess
import sys
import time

sys.dont_write_bytecode = True
import cells  # noqa: E402

PORTS = {}


class Fetchmail(cells.Agent):
    def __init__(self, protocol, procmailrc=None, defers=True):
        self.name = "-".join(("fetchmail", protocol, procmailrc or "direct"))
        self.protocol = protocol
        self.procmailrc = procmailrc
        self.defers = defers
        self.archive = procmailrc is None

    def prepare(self, cell):
        cell.mkdir(f"{cell.dir}/inbox")
        for part in ("", "/new", "/cur", "/tmp"):
            cell.mkdir(f"{cell.dir}/server{part}")
        behind = cells.mail("behind", f"{cell.id}-behind")
        for number, data in enumerate((cell.mail, behind)):
            path = f"{cell.dir}/server/new/170000000{number}.M{number}.here"
            with open(path, "wb") as file:
                file.write(data)
            cell.own(path)
        if self.procmailrc is not None:
            cell.write(f"{cell.dir}/procmailrc",
                       f"MAILDIR={cell.dir}/inbox\n"
                       f"DEFAULT={cell.dir}/inbox/mbox\n" + cell.recipe(
                           self.procmailrc, (r"^TIMEOUT=\d+$", "TIMEOUT=2")))
            cell.write(f"{cell.dir}/bin/procmail",
                       f"#!/bin/sh\nexec procmail {cell.dir}/procmailrc\n",
                       0o700)
        text = cell.recipe(
            "fetchmailrc-direct" if self.archive else "fetchmailrc",
            *([(r"-k 5 \d+", "-k 1 2")] if self.archive else []),
            **{"/usr/bin/procmail": f"{cell.dir}/bin/procmail",
               # Another account, and no certificate to show for it.
               "poll imap.example.org protocol imap":
               f"poll 127.0.0.1 service {PORTS[self.protocol]} "
               f"protocol {self.protocol}",
               '"you"': f'"{cell.id}"', "\tssl\n": '\tsslproto ""\n'})
        cell.write(f"{cell.dir}/fetchmailrc", text)

    def set_up(self, cell):
        return [(".fetchmailrc", f"{cell.dir}/fetchmailrc")] + (
            [] if self.archive else
            [(".procmailrc", f"{cell.dir}/procmailrc")])

    def offer(self, cell):
        env = {"PATH": os.environ["PATH"], "HOME": f"{cell.dir}/home",
               "FETCHMAILHOME": f"{cell.dir}/home"}
        code, said = cells.run(["fetchmail", "-f", f"{cell.dir}/fetchmailrc",
                                "--nosyslog"], env=env, cwd=cell.dir)
        waits = cell.inside(f"{cell.dir}/server")
        left = sum(len(os.listdir(f"{cell.dir}/server/{part}"))
                   for part in ("new", "cur"))
        said += f"\nfetchmail's exit code {code}, {left} on the server"
        if waits == 0 and left > 0:
            return -1, said + "\nthe message behind it was held up"
        return (75 if waits else 0), said


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def serve(top):
    """A Dovecot with one account for each cell; its process."""
    uid, gid = ((cells.UID, cells.GID) if cells.ROOT
                else (os.getuid(), os.getgid()))
    user, group = pwd.getpwuid(uid).pw_name, grp.getgrgid(gid).gr_name
    PORTS.update(imap=free_port(), pop3=free_port())
    os.mkdir(f"{top}/dovecot", 0o755)
    os.chown(f"{top}/dovecot", uid, gid)
    with open(f"{top}/dovecot.conf", "w", encoding="utf-8") as file:
        file.write(f"""
protocols = imap pop3
listen = 127.0.0.1
base_dir = {top}/dovecot
state_dir = {top}/dovecot
log_path = {top}/dovecot/log
default_internal_user = {user}
default_login_user = {user}
default_internal_group = {group}
ssl = no
disable_plaintext_auth = no
first_valid_uid = 1
mail_location = maildir:%h/server
mail_max_userip_connections = 100
auth_failure_delay = 0
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={top}/%u
}}
service anvil {{
  chroot =
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {PORTS["imap"]}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service pop3-login {{
  chroot =
  inet_listener pop3 {{
    port = {PORTS["pop3"]}
  }}
  inet_listener pop3s {{
    port = 0
  }}
}}
""")
    who = {"user": uid, "group": gid, "extra_groups": []}
    server = subprocess.Popen(["dovecot", "-F", "-c", f"{top}/dovecot.conf"],
                              **(who if cells.ROOT else {}))
    for _ in range(100):
        try:
            for port in PORTS.values():
                socket.create_connection(("127.0.0.1", port), 1).close()
            return server
        except OSError:
            time.sleep(0.1)
    server.terminate()
    with open(f"{top}/dovecot/log", encoding="utf-8") as log:
        sys.exit("no server: " + log.read())


cells.private_mounts()
cells.need("fetchmail", "dovecot", "procmail")
if not os.path.exists("/usr/lib/dovecot/imap-login") or \
        not os.path.exists("/usr/lib/dovecot/pop3-login"):
    print("skipped: there is no dovecot-imapd or no dovecot-pop3d here")
    sys.exit(77)
AGENTS = [Fetchmail("imap"), Fetchmail("pop3"),
          Fetchmail("imap", "procmailrc-defer"),
          Fetchmail("pop3", "procmailrc-defer")]
# To fetchmail this is a procmail that never fails.
if "KD_LONG" in os.environ:
    AGENTS += [Fetchmail("imap", "procmailrc", False),
               Fetchmail("pop3", "procmailrc", False)]
cells.main(*AGENTS, serve=serve)
