# SPDX-License-Identifier: GPL-2.0-or-later
"""shells.py - bash, zsh and fish, each asked what it completes a line to."""
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import tempfile
import time

from programs import SOURCE
from verdict import expect

WAIT = 60  # seconds for a shell that does not answer


class Terminal:
    """A shell that is typed to.  After it has inserted all candidates (of
    the shell's own making, quotes included) it shows the line between two
    marks."""

    def __init__(self, args, begin):
        self.pid, self.fd = pty.fork()
        if self.pid == 0:
            os.execvp(args[0], args)
        self.got = b""
        self.type(begin + "\necho rea''dy\n")
        self.wait(b"ready")

    def type(self, text):
        os.write(self.fd, text.encode())

    def wait(self, what):
        end = time.monotonic() + WAIT
        while what not in self.got:
            left = end - time.monotonic()
            if left <= 0 or not select.select([self.fd], [], [], left)[0]:
                raise TimeoutError(f"{what} did not come: {self.got!r}")
            self.got += os.read(self.fd, 65536)
        before, self.got = self.got.split(what, 1)
        return before

    def line(self, text, key="\x18\x01"):
        """The whole line after a key, by default the one that inserts all
        that fits."""
        self.type(text + key + "\x18\x02")
        self.wait(b"<<<")
        shown = self.wait(b">>>")
        self.type("\x15")
        return shown.decode()

    def close(self):
        os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        os.close(self.fd)


BASH = """
bind 'set enable-bracketed-paste off'; bind 'set bell-style none'
bind '"\\C-x\\C-a": insert-completions'
dump() { printf '<''<<%s>>''>' "$READLINE_LINE"; }
bind -x '"\\C-x\\C-b": dump'
source "$KD_SOURCE/conf/kvmdigest.bash"
"""

ZSH = """
unsetopt beep prompt_cr prompt_sp; unset zle_bracketed_paste
PS1='' PS2=''
fpath=("$zfunctions" $fpath)
autoload -U compinit; compinit -u -D
insert_all() {
_complete; local ret=$?; compstate[insert]=all; compstate[list]=; return ret
}
zstyle ':completion:insert-all:*' completer insert_all
zle -C insert-all complete-word _generic
bindkey '^X^A' insert-all
dump() { print -rn -- '<<''<'"$BUFFER"'>>''>' }
zle -N dump; bindkey '^X^B' dump
bindkey '^U' kill-whole-line
"""


def names_of(line, typed):
    """The candidates out of the line that has them all: what stands behind
    what was typed in front of the last word."""
    keep = typed.rsplit(" ", 1)[0]
    if line == typed:
        return []
    if not line.startswith(keep):
        return [f"the line is gone: {line!r}"]
    return line[len(keep):].split()


class Bash:
    name = "bash"

    def __init__(self):
        self.shell = Terminal(["bash", "--norc", "--noprofile", "-i"], BASH)

    def complete(self, typed):
        # all that is inserted stands behind what bash holds to be a word
        line = self.shell.line(typed)
        word = typed.rsplit(" ", 1)[1]
        cut = re.match(r"(.*[=:])?", word).group(0)
        found = names_of(line, typed)
        if cut and found and found[0].startswith(cut):
            found[0] = found[0][len(cut):]
        return sorted(cut + name for name in found if name)

    def close(self):
        self.shell.close()


class Zsh:
    name = "zsh"

    def __init__(self):
        place = tempfile.mkdtemp(prefix=".zsh", dir=".")
        shutil.copy(f"{SOURCE}/conf/kvmdigest.zsh", place + "/_kvmdigest")
        self.shell = Terminal(["zsh", "-f", "-i"],
                              f"zfunctions=$PWD/{place}{ZSH}")

    def complete(self, typed):
        return sorted(names_of(self.shell.line(typed), typed))

    def close(self):
        self.shell.close()


class Fish:
    name = "fish"

    def complete(self, typed):
        done = subprocess.run(
            ["fish", "--no-config", "-c", "source $argv[1]; "
             "complete -C $argv[2]", f"{SOURCE}/conf/kvmdigest.fish", typed],
            capture_output=True, text=True, check=False)
        expect(done.returncode == 0 and not done.stderr,
               f"fish: {typed}: {done}")
        return sorted(name.split("\t")[0]
                      for name in done.stdout.splitlines())

    def close(self):
        pass
