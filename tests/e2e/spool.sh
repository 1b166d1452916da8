#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# spool.sh [BIN] - what happens to a message when the store cannot take it.
# After each fault the next delivery, or --drain, brings everything into the
# store, once and to the byte.

# shellcheck source=tests/support/spool.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/spool.sh"

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

verdict
