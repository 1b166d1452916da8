#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# spool.sh [BIN] - what happens to a message when the store cannot take it,
# and what --tee passes on meanwhile.  After each fault the next delivery,
# or --drain, brings everything into the store, once and to the byte.

# shellcheck source=tests/support/hook.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/hook.sh"

# Quick: the store has until 2.7 s, the spool is begun until 3.6 s.
echo 'mda: { deadline = 4; };' >short.conf
echo 'mda: { deadline = 4; max_message = 65536; };' >small.conf

# long N: one of 200 kB
long() {
	mail "$1"
	yes "change number $1, at length" | head -c 200000
}

# begin NAME: a store of its own that has one message, <change-0@...>
begin() {
	store=$work/$1/kvm.db
	spool=$store-spool
	mkdir -m 700 "$1"
	mail 0 >msg0
	hook <msg0
	expect "$1: the first" 0
}

# hook ARGUMENT...: run it, keep what it says in files, for it may stand in
# a pipe
hook() {
	"$hook" -c short.conf -d "$store" "$@" >out 2>err
	echo $? >status
}

# waits WHAT NEW BAD: so many files are in the spool
waits() {
	n=$(find "$spool/new" -mindepth 1 2>/dev/null | wc -l)
	[ "$n" -eq "$2" ] || fault "$1: $n wait, not $2"
	n=$(find "$spool/bad" -mindepth 1 2>/dev/null | wc -l)
	[ "$n" -eq "$3" ] || fault "$1: $n in bad, not $3"
	n=$(find "$spool/tmp" -mindepth 1 2>/dev/null | wc -l)
	[ "$n" -eq 0 ] || fault "$1: $n left in tmp"
}

# kept WHAT FILE: the store gives the very bytes back
kept() {
	id=$(sed -n 's/^Message-ID: //p' "$2")
	"$report" -d "$store" show --raw "$id" >raw 2>raw.err ||
		fault "$1: $id is not kept: $(cat raw.err)"
	cmp -s raw "$2" || fault "$1: $id: other bytes came back"
}

# holds WHAT N: the digest has so many messages
holds() {
	n=$("$report" -d "$store" digest --messages all start..latest \
		2>report.err | grep -c '^Message-ID\|change-[0-9]*@')
	[ "$n" -ge "$2" ] || fault "$1: $n messages in the digest, not $2"
	[ ! -s report.err ] || fault "$1: the report says $(cat report.err)"
}

# spooled WHAT N [ARGUMENT...]: messages N go to the spool, while the store
# cannot be had
spooled() {
	what=$1
	n=$2
	shift 2
	mail "$n" >"msg$n"
	# shellcheck disable=SC2002 # a pipe is what is tried
	cat "msg$n" | hook -v "$@"
	expect "$what" 0 'kvmdigest-mda: kept in the spool: *'
}

# --- A store that is locked for longer than a delivery waits

begin locked
flock -o "$store-lock" sleep 30 &
locker=$!
sleep 0.3
start=$(date +%s)
spooled locked 1 &
first=$!
mail 2 >msg2
(cd "$work" && "$hook" -c short.conf -d "$store" <msg2) >out2 2>err2
code=$?
[ $code -eq 0 ] || fault "locked, no -v: exit $code"
[ ! -s err2 ] && [ ! -s out2 ] || fault "locked, no -v: it says something"
wait $first
[ $(($(date +%s) - start)) -lt 5 ] || fault "locked: that took too long"
long 3 >msg3
# shellcheck disable=SC2002
cat msg3 | "$hook" -v -c small.conf -d "$store" >out 2>err
echo $? >status
expect "locked, too long for memory" 0 'kvmdigest-mda: kept in the spool: *'
waits locked 3 0
[ "$(find "$spool" -type f -perm 600 | wc -l)" -eq 3 ] &&
	[ "$(find "$spool" -type d -perm 700 | wc -l)" -eq 4 ] ||
	fault "locked: wrong modes in the spool"
head -q -n 1 "$spool"/new/* | grep -q \
	"^kvmdigest-spool 1 [0-9]* kvm.vger.kernel.org [0-9]* $(
		sha256sum <msg3 | cut -d ' ' -f 1
	) $(wc -c <msg3)\$" || fault "locked: the first line of the large one"
[ "$(wc -c "$spool"/new/* | tail -n 1 | sed 's/[^0-9]//g')" -lt 5000 ] ||
	fault "locked: the large one lies in the spool"
"$report" -d "$store" digest start..latest >out 2>err ||
	fault "a report while something waits: exit $?"
grep -q '^kvmdigest-report: .* 3 not in the store yet' err ||
	fault "a report while something waits: $(cat err)"
kill $locker
wait $locker 2>/dev/null
mail 4 >msg4
hook <msg4
expect "the next delivery" 0
waits "the next delivery" 0 0
for i in 0 1 2 3 4; do
	kept "the next delivery" "msg$i"
done
holds "the next delivery" 5

# The same once more: twice is once.
spooled_again() {
	mail 1 | "$hook" -c short.conf -d "$store" -v >out 2>err
	echo $? >status
	expect "again" 0 'kvmdigest-mda: known*'
}
spooled_again

# -l and no list at all are remembered.
flock -o "$store-lock" sleep 30 &
locker=$!
sleep 0.3
sed '/^List-Id/d; /^To/d; s/change-0/change-5/; s/number 0/number five/' msg0 >msg5
# shellcheck disable=SC2002
cat msg5 | hook -l KVM &
first=$!
sed '/^List-Id/d; /^To/d; s/change-0/change-6/; s/number 0/number six/' msg0 >msg6
"$hook" -c short.conf -d "$store" <msg6 || fault "of no list: exit $?"
wait $first
kill $locker
wait $locker 2>/dev/null
"$hook" -c short.conf -d "$store" --drain >out 2>err ||
	fault "--drain: exit $?: $(cat err)"
[ "$(cat out)" = "drained 2, 0 wait, 0 in bad/" ] ||
	fault "--drain says $(cat out)"
"$report" -d "$store" digest start..latest 2>/dev/null | grep -q 'number five' ||
	fault "-l: it is not of the list"
! "$report" -d "$store" digest start..latest 2>/dev/null | grep -q 'number six' ||
	fault "of no list: it is of the list"
"$report" -d "$store" digest --list none start..latest 2>/dev/null |
	grep -q 'number six' || fault "of no list: it is not there"

# --- A store that is damaged, or not there, or of a newer release

# faulty NAME: a message for a store on which break_it and mend_it were run
faulty() {
	begin "$1"
	break_it
	spooled "$1" 1
	spooled "$1, again" 2
	waits "$1" 2 0
	if "$hook" -c short.conf -d "$store" --drain >out 2>err; then
		fault "$1: --drain ends with 0"
	fi
	[ "$(cat out)" = "drained 0, 2 wait, 0 in bad/" ] ||
		fault "$1: --drain says $(cat out)"
	grep -q '^kvmdigest-mda: ' err || fault "$1: --drain does not say why"
	waits "$1, drained" 2 0
	mend_it
	mail 3 >msg3
	hook <msg3
	expect "$1, mended" 0
	waits "$1, mended" 0 0
	for i in 0 1 2 3; do
		kept "$1, mended" "msg$i"
	done
	holds "$1, mended" 4
}

break_it() {
	cp "$store" save
	yes garbage | head -c 100 | dd of="$store" conv=notrunc 2>/dev/null
}
mend_it() {
	dd if=save of="$store" conv=notrunc 2>/dev/null
}
faulty corrupt

# user_version stands there
break_it() {
	cp "$store" save
	printf '\000\000\003\347' |
		dd of="$store" bs=1 seek=60 conv=notrunc 2>/dev/null
}
faulty newer

break_it() {
	mkdir -m 700 away
	mv "$store" "$store"-wal "$store"-shm away
}
mend_it() {
	mv away/* "$(dirname "$store")"
}
faulty gone

break_it() {
	echo 'store: { journal = "delete"; }; mda: { deadline = 4; };' \
		>short.conf
}
mend_it() {
	echo 'mda: { deadline = 4; };' >short.conf
}
faulty journal

# A file may grow no further than 40 blocks of 512 bytes.
begin fsize
mail 1 >msg1
# shellcheck disable=SC2002
cat msg1 | (
	ulimit -f 40
	hook -v
)
# shells count in blocks of 512 or 1024 bytes: either is less than a store
expect "a limit on files" 0 'kvmdigest-mda: kept in the spool: *'
waits "a limit on files" 1 0
mail 2 >msg2
hook <msg2
expect "a limit on files, no more" 0
waits "a limit on files, no more" 0 0
kept "a limit on files" msg1

if [ "$(id -u)" -eq 0 ]; then
	mkdir -m 700 other_bin && cp "$hook" other_bin/hook &&
		chmod -R go+rx other_bin && chmod go+x "$work"
	run_as() {
		env -i setpriv --reuid 54321 --regid 54321 --clear-groups \
			"$work/other_bin/hook" -d "$store" "$@"
	}
	own() {
		chown -R 54321:54321 "$1"
	}
else
	run_as() {
		"$hook" -c short.conf -d "$store" "$@"
	}
	own() {
		:
	}
fi

# --- A file that cannot be written, one that cannot be read

store=$work/readonly/kvm.db
spool=$store-spool
mkdir -m 700 readonly && own readonly
mail 0 | run_as || fault "readonly, the first: exit $?"
chmod 400 "$store"
mail 1 >msg1
# shellcheck disable=SC2002
cat msg1 | run_as -v >out 2>err
echo $? >status
expect "readonly" 0 'kvmdigest-mda: kept in the spool: *'
waits readonly 1 0
chmod 600 "$store"
mail 2 >msg2
cp "$(find "$spool/new" -type f)" save
chmod 000 "$spool"/new/*
for i in 1 2; do
	mail 2 | run_as || fault "unreadable $i: exit $?"
	waits "unreadable $i" 1 0
done
[ -n "$(find "$spool/new" -name '*.2')" ] ||
	fault "unreadable: its failures are not counted"
cp save "$spool/new/other" && own "$spool/new/other"
mail 3 | run_as || fault "unreadable 3: exit $?"
waits "unreadable 3" 0 1
[ "$(id -u)" -ne 0 ] || own readonly
chmod 600 "$spool"/bad/*
cmp -s save "$spool"/bad/* || fault "unreadable: another file is in bad"
[ "$(id -u)" -eq 0 ] && chown -R 0:0 readonly
kept "readonly" msg1
kept "readonly" msg2

# --- No room at all

if [ "$(id -u)" -eq 0 ] && mkdir -m 700 full &&
	mount -t tmpfs -o size=512k,mode=700 none full 2>/dev/null; then
	mounted=$work/full
	begin full_store 2>/dev/null
	store=$work/full/kvm.db
	spool=$store-spool
	hook <msg0
	expect "full, the first" 0
	head -c 1000000 /dev/zero >full/filler 2>/dev/null
	mail 1 >msg1
	# shellcheck disable=SC2002
	cat msg1 | hook
	expect "full" 75 'kvmdigest-mda: *; and the spool: *'
	waits full 0 0
	rm full/filler
	# room for this message, and for little more
	room=$(df --output=avail -k full | tail -n 1)
	head -c $(((room - 100) * 1024)) /dev/zero >full/filler
	hook <msg1
	expect "room again" 0
	rm full/filler
	hook <msg1
	expect "room again" 0
	kept "room again" msg1
	umount "$mounted" && mounted=
elif [ "${CI:-}" = true ]; then
	fault "no tmpfs, and CI=true"
else
	echo "skipped: a full disk, only root can make one"
fi

# The directory is not ours to use: then the spool is refused, too.
mkdir open && chmod 777 open
mail 1 | "$hook" -d "$work/open/kvm.db" >out 2>err
echo $? >status
expect "a directory of everybody" 75 'kvmdigest-mda: others may write*'
[ -z "$(ls open)" ] || fault "a directory of everybody: written to"

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

# --- --tee

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

[ $faults -eq 0 ] || echo "$faults faults"
[ $faults -eq 0 ]
