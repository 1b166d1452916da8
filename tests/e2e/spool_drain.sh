#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# spool_drain.sh [BIN] - the spool is drained: where calls fail meanwhile, with
# strangers in it, full, by many at once, and by --drain.

# shellcheck source=tests/support/spool.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/spool.sh"

# --- No process to be had: the bytes are kept unparsed

begin nofork
if command -v strace >/dev/null; then
	mail 1 >msg1
	strace -o /dev/null -e trace=clone,clone3,fork,vfork \
		-e inject=clone,clone3,fork,vfork:error=EAGAIN \
		"$hook" -v -c short.conf -d "$store" <msg1 >out 2>err
	echo $? >status
	expect "no process" 0 'kvmdigest-mda: kept in the spool: *'
	waits "no process" 1 0
	mail 2 | hook
	expect "processes again" 0
	waits "processes again" 0 0
	kept "processes again" msg1

	# Killed between the commit and the removal: it comes twice, and is
	# there once.
	begin killed
	mv "$store" away.db
	spooled killed 1
	mv away.db "$store"
	mail 2 >msg2
	strace -o /dev/null -e trace=unlinkat \
		-e inject=unlinkat:signal=KILL "$hook" -c short.conf \
		-d "$store" <msg2 >out 2>err
	[ $? -eq 137 ] || fault "killed: it was not"
	waits killed 1 0
	kept killed msg1
	kept killed msg2
	mail 3 >msg3
	hook <msg3
	expect "killed, the next" 0
	waits "killed, the next" 0 0
	holds "killed, the next" 4
	[ "$("$report" -d "$store" digest --messages all start..latest |
		grep -c 'change-1@')" -eq \
		"$("$report" -d "$store" digest --messages all start..latest |
			grep -c 'change-2@')" ] || fault "killed: it is there twice"

	# A parser that takes longer than the time of a round: it is tried
	# again, with all the time that there is, before it counts as dead.
	begin slow
	mv "$store" away.db
	spooled slow 1
	mv away.db "$store"
	for i in 2 3; do
		mail $i >msg$i
		# strace, too, has something to say now and then
		strace -f -o /dev/null -e trace=prctl \
			-e inject=prctl:delay_enter=500000 \
			sh -c 'exec "$0" -d "$1" 2>err' "$hook" "$store" \
			<msg$i >out 2>/dev/null
		echo $? >status
		expect "slow, $i" 0
		waits "slow, $i" $((3 - i)) 0
	done
	kept slow msg1
	"$report" -d "$store" show '<change-1@example.org>' >out 2>&1
	! grep -qi crashed out || fault "slow: $(cat out)"

	# What goes wrong while draining is not the delivery's business.
	begin careless
	mv "$store" away.db
	spooled careless 1
	mv away.db "$store"
	for call in unlinkat getdents64; do
		mail 2 >msg2
		strace -o /dev/null -e trace=$call \
			-e inject=$call:error=EIO "$hook" -c short.conf \
			-d "$store" <msg2 >out 2>err
		echo $? >status
		expect "careless, $call" 0
	done
	hook <msg2
	expect "careless, the next" 0
	waits "careless, the next" 0 0
	kept careless msg1
elif [ "${CI:-}" = true ]; then
	fault "no strace, and CI=true"
else
	echo "skipped: failing system calls, there is no strace"
fi

# --- Many files, and strangers among them

begin many
mv "$store" away.db
for i in $(seq 1 45); do
	mail "$i" >"msg$i"
	"$hook" -c short.conf -d "$store" <"msg$i" || fault "many: exit $?"
done
waits many 45 0
mv away.db "$store"
echo 'no message of ours' >"$spool/new/poison"
: >"$spool/new/empty"
ln -s /etc/passwd "$spool/new/link"
mkdir "$spool/new/dir"
mail 46 >msg46
hook <msg46
expect "one that drains" 0
# at most 20 at a time
n=$(find "$spool/new" -mindepth 1 | wc -l)
[ "$n" -ge 29 ] || fault "one delivery drained all but $n"
# how many each takes in its 0.3 seconds is the machine's affair
more=0
while [ -n "$(ls -A "$spool/new")" ] && [ $more -lt 40 ]; do
	hook <msg46
	expect "more that drain" 0
	more=$((more + 1))
done
waits many 0 4
[ "$(cat "$spool/bad/poison")" = 'no message of ours' ] ||
	fault "the poison is gone"
for i in 0 1 22 45 46; do
	kept many "msg$i"
done
"$report" -d "$store" digest start..latest >out 2>err
grep -q '^kvmdigest-report: .* 4 in bad/' err ||
	fault "a report with four in bad: $(cat err)"
"$hook" -c short.conf -d "$store" --drain >out 2>err || fault "--drain: exit $?"
[ "$(cat out)" = "drained 0, 0 wait, 4 in bad/" ] ||
	fault "--drain says $(cat out)"
cp "$spool/bad/poison" "$spool/new/again"
"$hook" -c short.conf -d "$store" --drain >out 2>err
[ $? -eq 65 ] || fault "--drain of poison: no 65"
[ "$(cat out)" = "drained 0, 0 wait, 5 in bad/" ] ||
	fault "--drain of poison says $(cat out)"
[ "$(wc -l <err)" -eq 1 ] || fault "--drain of poison: $(cat err)"

# A full spool
begin caps
mv "$store" away.db
spooled caps 1
for i in 0 1 2 3 4 5 6 7 8 9; do
	seq -f "$spool/new/%.0f" "${i}0001" "${i}1000" | xargs touch
done
n=$(find "$spool/new" -type f | wc -l)
[ "$n" -eq 10001 ] || fault "caps: a test with $n files"
mail 2 | hook
expect "a full spool" 75 'kvmdigest-mda: *; and the spool: *is full*'

# --- Many at once

begin storm
flock -o "$store-lock" sleep 2 &
sleep 0.3
pids=
for i in $(seq 1 30); do
	mail "$i" >"msg$i"
	# shellcheck disable=SC2002
	cat "msg$i" | "$hook" -d "$store" 2>>storm.err &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fault "thirty at once: exit $?"
done
[ ! -s storm.err ] || fault "thirty at once: $(cat storm.err)"
"$hook" -d "$store" --drain >out || fault "thirty at once, --drain: exit $?"
waits storm 0 0
for i in $(seq 1 30); do
	kept storm "msg$i"
done

# Locked for longer: into the spool; and then all of them at once again,
# while it is drained.
begin storm2
flock -o "$store-lock" sleep 30 &
locker=$!
sleep 0.3
pids=
for i in $(seq 1 30); do
	"$hook" -c short.conf -d "$store" <"msg$i" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fault "thirty into the spool: exit $?"
done
kill $locker
wait $locker 2>/dev/null
waits storm2 30 0
pids=
for i in $(seq 31 60); do
	mail "$i" >"msg$i"
	"$hook" -d "$store" <"msg$i" &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fault "thirty that drain: exit $?"
done
"$hook" -d "$store" --drain >out || fault "thirty that drain: exit $?"
waits storm2 0 0
for i in $(seq 1 60); do
	kept storm2 "msg$i"
done

# --- --drain of nothing, and what is wrong with it

store=$work/nothing/kvm.db
"$hook" -d "$store" --drain >out 2>err </dev/null ||
	fault "--drain of nothing: exit $?"
[ "$(cat out)" = "drained 0, 0 wait, 0 in bad/" ] ||
	fault "--drain of nothing says $(cat out)"
[ ! -e nothing ] || fault "--drain of nothing makes a store"
"$hook" -d "$store" --drain --nonsense >out 2>err
[ $? -eq 64 ] || fault "--drain --nonsense: no 64"
"$hook" -c nosuch.conf --drain >out 2>err
[ $? -eq 78 ] || fault "--drain, no configuration: no 78"
begin fullout
mv "$store" away.db
spooled fullout 1
mv away.db "$store"
"$hook" -d "$store" --drain >/dev/full 2>err
[ $? -eq 74 ] || fault "--drain to a full disk: no 74"
kept fullout msg1

verdict
