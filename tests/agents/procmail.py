# SPDX-License-Identifier: GPL-2.0-or-later
"""procmail.py - both recipes, run by procmail."""
import sys

sys.dont_write_bytecode = True
import cells  # noqa: E402


class Procmail(cells.Agent):
    def __init__(self, recipe, defers):
        self.name = recipe
        self.recipe = recipe
        self.defers = defers

    def prepare(self, cell):
        cell.mkdir(f"{cell.dir}/inbox")
        # What comes before and after it in a user's file: an inbox.
        cell.write(f"{cell.dir}/rc",
                   f"MAILDIR={cell.dir}/inbox\nDEFAULT={cell.dir}/inbox/mbox\n"
                   f"LOGFILE={cell.dir}/log\n"
                   + cell.recipe(self.recipe, (r"^TIMEOUT=\d+$", "TIMEOUT=2")))

    def set_up(self, cell):
        return [(".procmailrc", f"{cell.dir}/rc")]

    def offer(self, cell):
        code, said = cells.run(["procmail", f"{cell.dir}/rc"], cell.mail,
                               cwd=cell.dir)
        try:
            with open(f"{cell.dir}/log", encoding="utf-8") as log:
                said += log.read()
        except FileNotFoundError:
            pass
        return code, said


cells.private_mounts()
cells.need("procmail")
cells.main(Procmail("procmailrc", False), Procmail("procmailrc-defer", True))
