# SPDX-License-Identifier: GPL-2.0-or-later
"""sieve.py - the Sieve script and the settings for it, run by dovecot-lda."""
import os
import sys

sys.dont_write_bytecode = True
import cells  # noqa: E402


class Sieve(cells.Agent):
    name = "sieve"

    def prepare(self, cell):
        script = cell.write(f"{cell.dir}/kvmdigest.sieve", cell.recipe(
            "kvmdigest.sieve", **{"/usr/local": "/usr/local"}))
        settings = cell.recipe(
            "dovecot-sieve.conf", (r"_timeout = \d+s", "_timeout = 2s"),
            **{"/usr/local/lib/kvmdigest": os.path.dirname(cell.hook)})
        cell.write(f"{cell.dir}/settings", settings)
        # What the rest of a server's configuration would say.
        cell.write(f"{cell.dir}/dovecot.conf", f"""
base_dir = {cell.dir}/run
log_path = /dev/stderr
mail_location = maildir:{cell.dir}/inbox
postmaster_address = postmaster@example.org
ssl = no
protocol lda {{
  mail_plugins = sieve
}}
plugin {{
  sieve = file:{script}
}}
""" + settings)

    def set_up(self, cell):
        return [(".dovecot.sieve", f"{cell.dir}/kvmdigest.sieve"),
                ("/etc/dovecot/conf.d/99-kvmdigest.conf",
                 f"{cell.dir}/settings")]

    def offer(self, cell):
        env = {"PATH": os.environ["PATH"], "USER": "reader",
               "HOME": f"{cell.dir}/home"}
        return cells.run(["dovecot-lda", "-c", f"{cell.dir}/dovecot.conf"],
                         cell.mail, env, cwd=cell.dir)

    def check(self, cell):
        wrong = super().check(cell)
        failed = cell.inside(f"{cell.dir}/inbox/.kvmdigest-failed")
        if cell.name in cells.BAD and failed != 1:
            wrong.append("it is not where the recipe puts what failed")
        elif cell.name in cells.GOOD and failed != 0:
            wrong.append("it is where the recipe puts what failed")
        return wrong


cells.private_mounts()
cells.need("dovecot-lda", "sievec")
cells.main(Sieve())
