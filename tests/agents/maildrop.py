# SPDX-License-Identifier: GPL-2.0-or-later
"""maildrop.py - both recipes, run by maildrop."""
import sys

sys.dont_write_bytecode = True
import cells  # noqa: E402


class Maildrop(cells.Agent):
    def __init__(self, recipe, defers):
        self.name = recipe
        self.recipe = recipe
        self.defers = defers

    def prepare(self, cell):
        cell.mkdir(f"{cell.dir}/inbox")
        cell.write(f"{cell.dir}/rc",
                   f'DEFAULT="{cell.dir}/inbox/mbox"\n'
                   + cell.recipe(self.recipe, (r"KILL \d+", "KILL 2"))
                   + 'to "$DEFAULT"\n')

    def set_up(self, cell):
        return [(".mailfilter", f"{cell.dir}/rc")]

    def offer(self, cell):
        return cells.run(["maildrop", f"{cell.dir}/rc"], cell.mail,
                         cwd=cell.dir)


cells.private_mounts()
cells.need("maildrop")
cells.main(Maildrop("mailfilter", False), Maildrop("mailfilter-defer", True))
