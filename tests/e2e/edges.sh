#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# edges.sh - where the two programs end early: what is asked for cannot be,
# or there is nothing to say.  Each has its exit code and its one line.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
sample=$KD_SOURCE/tests/data/sample
cd "$work" || exit 1

# says WORD...: the last report said it on standard output
says() {
	grep -qF -e "$1" out || fault "not said: $1: $(head -n 3 out)"
}

deliver "$sample/010-reply-quoted-review.eml"

# --- nothing to say -------------------------------------------------------

expect 0 '' start..
says '1 message in this range, and it is no patch.'
expect 0 'no markers yet' markers
[ ! -s out ] || fault 'markers: something on standard output'
expect 0 '' latest..
says 'No messages in this range.'
expect 0 '' 2099-01-01..
says 'No messages in this range.'

# --- names and configurations ----------------------------------------------

long=$(printf '%0200d/' 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0)
expect 64 "the store's path is too long" -d "$long"
echo 'report: { format = "papyrus"; };' >conf
expect 78 'papyrus' -c conf start..
echo 'report: { sections = ( "patches", "rumours" ); };' >conf
expect 78 'rumours' -c conf start..
echo 'lists = ( { name = "KVM"; id = "kvm.vger.kernel.org"; } )
this is nothing' >conf
expect 78 'conf:' -c conf start..
printf 'report: {' >conf
expect 78 'conf:' -c conf start..
expect 64 '--messages' mark x --messages=all
expect 66 'no marker, id or date' show "${long%%/*}"
expect 66 'no marker, id or date' show 123

# --- output that cannot be written -------------------------------------------

expect 74 'sub/' -o sub/ start..
expect 74 'nowhere/out' -o nowhere/out start..
expect 74 "$work" -o "$work" start..
expect 74 '/dev/full' -o /dev/full start..
expect 0 '' -o /dev/null start..
expect 0 '' -o new start..
cmp -s new out && fault 'it was written to standard output, too'
[ -s new ] || fault '-o new is empty'

# --- the hook -----------------------------------------------------------------

# hook STATUS WORD ARGUMENT...
hook() {
	code=$1
	word=$2
	shift 2
	"$KD_BIN/kvmdigest-mda" -d "$store" "$@" \
		<"$sample/001-patch-plain.eml" >out 2>err
	got=$?
	[ $got -eq "$code" ] || fault "hook $*: exit $got: $(cat err)"
	[ "$(wc -l <err)" -eq 1 ] || fault "hook $*: not one line: $(cat err)"
	grep -qF -e "$word" err || fault "hook $*: $(cat err)"
}
hook 75 '--nosuch' --nosuch --neither
hook 75 '-x' -x
hook 75 '--store' -d ''
hook 75 'no arguments' message
hook 75 'no list of that name' -l NOSUCH
hook 75 'one at a time' --tee --check
cmp -s out "$sample/001-patch-plain.eml" || fault '--tee: not passed on'
hook 64 'one thing at a time' --drain --check
for jobs in 0 5 2x ''; do
	hook 64 '--jobs: a number from 1 to' --import --jobs="$jobs" x
done
hook 75 '--jobs is for --import' --jobs=2
verdict
