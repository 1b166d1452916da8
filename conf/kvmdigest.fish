# SPDX-License-Identifier: GPL-2.0-or-later
#
# kvmdigest.fish - what fish completes behind kvmdigest-report and
# kvmdigest-mda.  Put it under the name of each program, with .fish behind it,
# into ~/.config/fish/completions or share/fish/vendor_completions.d.
#
# The programs themselves say what may follow; here it is only passed on.

function __kvmdigest_complete
    set -l line (commandline -opc) "$(commandline -ct)"
    set -l program (string replace -r '^~/' "$HOME/" -- $line[1])
    set -l ask complete --
    string match -q '*kvmdigest-mda' -- $program; and set ask --complete --
    set -l names (command $program $ask $line[2..] 2>/dev/null)
    if test "$names" = :files
        # of --name=FILE the file
        set -l name (string match -r '^--[^=]*=' -- $line[-1])
        complete -C "'' $(string replace -r '^--[^=]*=' '' -- $line[-1])" |
            string replace -r -- '^' "$name"
        return
    end
    string join \n -- $names
end

complete -c kvmdigest-report -f -a '(__kvmdigest_complete)'
complete -c kvmdigest-mda -f -a '(__kvmdigest_complete)'
