#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# tee.sh [BIN] - what --tee passes on, whatever becomes of the message.

# shellcheck source=tests/support/spool.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/spool.sh"

# tee_of WHAT STATUS FILE ARGUMENT...: FILE comes out as it went in
tee_of() {
	what=$1
	code=$2
	message=$3
	shift 3
	# shellcheck disable=SC2002
	cat "$message" | "$hook" --tee "$@" >copy 2>err
	n=$?
	[ $n -eq "$code" ] || fault "--tee, $what: exit $n: $(cat err)"
	cmp -s copy "$message" || fault "--tee, $what: another copy"
}
begin tee
mail 1 >msg1
long 2 >msg2
printf 'no mail\000\377at all' >msg3
yes 'no mail, at length' | head -c 300000 >msg4
tee_of well 0 msg1 -d "$store"
kept "--tee" msg1
tee_of "no mail" 0 msg3 -d "$store"
tee_of "too long for memory" 0 msg2 -d "$store" -c small.conf
kept "--tee, too long" msg2
tee_of "no store" 75 msg1 -d /proc/nosuch/kvm.db
tee_of "no store, too long" 75 msg4 -d /proc/nosuch/kvm.db -c small.conf
tee_of "no configuration" 75 msg2 -c nosuch.conf
tee_of "no such list" 75 msg2 -l NOSUCH -d "$store"
tee_of "a wrong option" 75 msg2 --nonsense
tee_of "a wrong option first" 75 msg2 --drain
: >nothing
tee_of "nothing" 75 nothing -d "$store"
mv "$store" away.db
tee_of spooled 0 msg1 -d "$store"
waits "--tee" 1 0
mv away.db "$store"
(
	head -c 100 msg2
	sleep 1
	tail -c +101 msg2
) | "$hook" --tee -d "$store" >copy || fault "--tee, a slow writer: exit $?"
cmp -s copy msg2 || fault "--tee, a slow writer: another copy"
"$hook" --tee -d "$store" <msg2 | (
	sleep 2
	cat >copy
)
cmp -s copy msg2 || fault "--tee, a slow reader: another copy"
# Whoever takes the copy for the message must learn that it is none; the
# message itself is kept.
mail 5 >msg5
"$hook" --tee -d "$store" <msg5 >/dev/full 2>err
[ $? -eq 75 ] || fault "--tee to a full disk: no 75"
[ "$(wc -l <err)" -eq 1 ] || fault "--tee to a full disk: $(cat err)"
kept "--tee to a full disk" msg5
long 6 >msg6
{
	"$hook" --tee -d "$store" <msg6 2>err
	echo $? >status
} | :
read -r n <status
[ "$n" -eq 75 ] || fault "--tee to nobody: exit $n"
kept "--tee to nobody" msg6

verdict
