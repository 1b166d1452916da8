#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# deliver.sh [BIN] - the hook as a mail system runs it: what it says, what
# it exits with, what is kept.  Messages come through a pipe, as they do
# there, but where a file is what is tried.

# shellcheck source=tests/support/hook.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/hook.sh"

# kept WHAT ID FILE: the store gives the very bytes back
kept() {
	"$report" -d "$store" show --raw "<$2>" >raw 2>raw.err ||
		fault "$1: not kept: $(cat raw.err)"
	cmp -s raw "$3" || fault "$1: other bytes came back"
}

# not_kept WHAT ID
not_kept() {
	! "$report" -d "$store" show --raw "<$2>" >raw 2>&1 ||
		fault "$1: kept all the same"
}

for i in 1 2 3 4 5 6 7; do
	mail $i >m$i
done

# --- What is kept

# shellcheck disable=SC2002 # a pipe is what is tried
cat m1 | hook
expect "from a pipe" 0
kept "from a pipe" change-1@example.org m1

hook <m2
expect "from a file" 0
kept "from a file" change-2@example.org m2

mail 1 | hook -v
expect "the same again" 0 'kvmdigest-mda: known *<change-1@example.org>'
# Who brought it first may have been killed before it was synced.  The coverage
# build syncs nothing.
if [ "${KD_TREE:-}" != cov ] && command -v strace >/dev/null; then
	mail 1 | strace -f -o trace -e trace=fsync,fdatasync "$hook" \
		-d "$store" >out 2>err
	echo $? >status
	expect "the same again, traced" 0
	grep -q 'sync(.*= 0' trace ||
		fault "a known message is acknowledged without a sync"
elif [ "${CI:-}" = true ]; then
	fault "no strace, and CI=true"
else
	echo "skipped: the sync of a known message, there is no strace"
fi
mail 3 | hook --verbose
expect "-v" 0 'kvmdigest-mda: stored [0-9a-f]* <change-3@example.org>'
mail 3 | hook -q -v
expect "-q -v" 0

{
	head -c 100 m4
	sleep 1
	tail -c +101 m4
} | hook
expect "a slow writer" 0
kept "a slow writer" change-4@example.org m4

printf 'this is no mail at all\n\nnot in the least\n' >nomail
hook -v <nomail
expect "no mail" 0 'kvmdigest-mda: stored *'
id=$(sed 's/.*<\(.*\)>$/\1/' err)
kept "no mail" "$id" nomail

printf 'Subject: 5.1.1 \033[31m\302\233x\nMessage-ID: <5.1.1\033[2J\302\233@x>\n\nx\n' |
	hook -v
expect "control characters" 0 'kvmdigest-mda: stored *'
! LC_ALL=C grep -q "$(printf '[\033\233]')" err ||
	fault "control characters: they came through"

sed '/^List-Id/d; /^To/d' m5 >direct
hook -l kvm <direct
expect "-l" 0
kept "-l" change-5@example.org direct

echo 'mda: { unlisted = "skip"; };' >skip.conf
sed 's/change-5/skipped/' direct | hook -c skip.conf -v
expect "skipped" 0 'kvmdigest-mda: of no list*'
not_kept "skipped" skipped@example.org
sed 's/change-5/skipped/' direct | hook -c skip.conf -l KVM
expect "not skipped" 0
sed 's/change-5/skipped/' direct >expected
kept "not skipped" skipped@example.org expected

{
	sed 's/change-6/large/; /^$/q' m6
	yes 'forty megabytes of this' | head -c 40000000
} >large
# shellcheck disable=SC2002
cat large | hook
expect "40 MB" 0
sum=$(sha256sum <large | cut -d ' ' -f 1)
cmp -s "$store-large/$sum" large || fault "40 MB: the file is not there"
kept "40 MB" large@example.org large
hook -v <large
expect "40 MB again" 0 'kvmdigest-mda: known *'
sed 's/^List-Id.*/List-Id: <other.example.org>/; s/large@/skipped-large@/' \
	large | hook -c skip.conf -v
expect "40 MB, skipped" 0 'kvmdigest-mda: of no list*'
[ "$(find "$store-large" -type f | wc -l)" -eq 1 ] ||
	fault "40 MB: files left behind"

# Two without a Message-ID that begin alike are two.
echo 'mda: { max_message = 100000; };' >small.conf
for i in 1 2; do
	{
		yes 'no header' | head -c 200000
		echo $i
	} >large
	hook -c small.conf -v <large
	expect "no mail, too long for memory" 0 'kvmdigest-mda: stored *'
	kept "no mail, too long for memory" \
		"sha256:$(sha256sum <large | cut -d ' ' -f 1)" large
done
rm -f large raw

# --- What is offered again

hook </dev/null
expect "empty" 75 'kvmdigest-mda: standard input is empty'
: | hook
expect "an empty pipe" 75 'kvmdigest-mda: standard input is empty'
hook <&-
expect "closed standard input" 75 'kvmdigest-mda: *'
hook 0>/dev/null
expect "standard input for writing" 75 'kvmdigest-mda: read standard input*'
hook </
expect "a directory" 75 'kvmdigest-mda: read standard input*'
if command -v script >/dev/null; then
	script -qec "'$hook' -d '$store'" /dev/null </dev/null >err 2>&1
	echo $? >status
	: >out
	expect "a terminal" 75 'kvmdigest-mda: standard input is a terminal*'
fi

mkfifo fifo
exec 3<>fifo # both ends are here, so that its end never comes
hook <fifo &
head -c 150 m6 >&3
wait $!
exec 3>&-
expect "half a message" 75 'kvmdigest-mda: *stopped before its end'
not_kept "half a message" change-6@example.org

# refused WHAT LINE ARGUMENT...: 75, and the writer gets rid of everything
refused() {
	what=$1
	pattern=$2
	shift 2
	{
		mail 7
		head -c 1000000 /dev/zero
		echo $? >writer
	} | hook "$@"
	expect "$what" 75 "kvmdigest-mda: $pattern"
	[ "$(cat writer)" -eq 0 ] || fault "$what: the writer was cut off"
	not_kept "$what" change-7@example.org
}
refused "an unknown option" '--nonsense: *' --nonsense
refused "an unknown letter" '-x: *' -vx
refused "no argument to -c" '-c: *' -c
refused "an argument" 'message.eml: *' message.eml
refused "an empty name" '--store: *' -d ''
refused "an unknown list" '-l NOSUCH: *' -l NOSUCH
refused "no such configuration" '*nosuch.conf*' -c nosuch.conf
printf 'mda: {\n\tmax_mesage = 100000;\n};\n' >bad.conf
refused "a broken configuration" '*bad.conf:2: *' -c bad.conf
cp small.conf open.conf
chmod 666 open.conf
refused "a configuration of everybody" '*open.conf*' -c open.conf

refused "no directory to make" '*' -d /proc/nosuch/kvm.db
refused "a file for a directory" '*' -d "$work/m1/kvm.db"
refused "no directory, and too long for memory" '*' -d /proc/nosuch/kvm.db \
	-c small.conf
mkdir group && chmod 770 group
refused "a directory of the group" '*' -d group/kvm.db
[ -z "$(ls group)" ] || fault "a directory of the group: written to"
if [ "$(id -u)" -ne 0 ]; then
	mkdir -m 500 fixed
	refused "a read-only directory" '*' -d fixed/kvm.db
	refused "a directory of another user" '*' -d /etc/kvm.db
else
	mkdir -m 700 other
	chown 12345 other
	refused "a directory of another user" '*' -d other/kvm.db
	[ -z "$(ls other)" ] || fault "a directory of another user: written to"
fi
# What the store cannot take goes to the spool (spool.sh), unless that is
# not wanted.
echo 'mda: { on_db_failure = "tempfail"; };' >tempfail.conf
mkdir -m 700 nodb empty
yes 'no database' | head -c 5000 >nodb/kvm.db
cp nodb/kvm.db nodb.before
refused "no database" '*' -d nodb/kvm.db -c tempfail.conf
cmp -s nodb/kvm.db nodb.before || fault "no database: it was changed"
: >empty/kvm.db
refused "an empty file" '*' -d empty/kvm.db -c tempfail.conf
[ ! -s empty/kvm.db ] || fault "an empty file: it was changed"

# The store is locked for longer than a delivery waits: 4 s instead of 9.
echo 'mda: { deadline = 4; on_db_failure = "tempfail"; };' >short.conf
flock -o "$store-lock" sleep 10 &
locker=$!
sleep 0.3
start=$(date +%s)
refused "locked" '*busy*' -c short.conf
[ $(($(date +%s) - start)) -lt 8 ] || fault "locked: that took too long"
kill $locker
wait $locker 2>/dev/null
[ ! -e nodb/kvm.db-spool ] && [ ! -e "$store-spool" ] ||
	fault "there is a spool, and none is wanted"

# --- Surroundings

mail 7 | hook -d "$store" >&- 2>&-
expect "after all that" 0
kept "after all that" change-7@example.org m7
# shellcheck disable=SC2217 # closed files are what is tried
mail 8 | "$hook" -v -d "$store" >&- 2>&-
echo $? >status
expect "closed output and error" 0
mail 8 >expected
kept "closed output and error" change-8@example.org expected
"$hook" --nonsense <m1 >&- 2>&-
[ $? -eq 75 ] || fault "closed output and error: not 75"
mail 9 | "$hook" -v -d "$store" 2>/dev/full
echo $? >status
expect "standard error is full" 0

mail 1 | env -i XDG_CONFIG_HOME="$HOME/c" XDG_DATA_HOME="$HOME/d" "$hook" \
	>out 2>err
echo $? >status
expect "no HOME" 0
store=$HOME/d/kvmdigest/kvm.db
kept "no HOME" change-1@example.org m1
# Somebody whom the password database does not know: only root can become
# one to try it.
if [ "$(id -u)" -eq 0 ]; then
	nobody=$(mktemp -d) && chmod 755 "$nobody" && cp "$hook" "$nobody/hook"
	mail 1 | env -i setpriv --reuid 54321 --regid 54321 --clear-groups \
		"$nobody/hook" >out 2>err
	echo $? >status
	rm -rf "$nobody"
	expect "no home at all" 75 'kvmdigest-mda: no home directory is known*'
fi
(mkdir -m 700 rel && cd rel && "$hook" -d here.db <../m2) >out 2>err
echo $? >status
expect "a relative name" 0
store=$work/rel/here.db
kept "a relative name" change-2@example.org m2
(umask 0 && "$hook" -d "$work/umask/kvm.db" <m1) >out 2>err
echo $? >status
expect "umask 0" 0
# shellcheck disable=SC2046
[ -z "$(find umask -perm /077)" ] || fault "umask 0: others may look in"

# --- Twenty at once, into a store that is not there yet

store=$work/many/kvm.db
pids=
for i in $(seq 101 120); do
	mail "$i" >"m$i"
	# shellcheck disable=SC2002
	cat "m$i" | "$hook" -d "$store" 2>>many.err &
	pids="$pids $!"
done
for pid in $pids; do
	wait "$pid" || fault "twenty at once: exit $?"
done
[ ! -s many.err ] || fault "twenty at once: $(cat many.err)"
for i in $(seq 101 120); do
	kept "twenty at once" "change-$i@example.org" "m$i"
done

# --- For people

"$hook" --help >out 2>err </dev/null || fault "--help: exit $?"
grep -q '^usage: kvmdigest-mda' out || fault "--help: no usage"
[ ! -s err ] || fault "--help: something on standard error"
"$hook" --version >out </dev/null || fault "--version: exit $?"
grep -qx 'kvmdigest-mda [0-9.]*' out || fault "--version: no version"
for option in --help --version; do
	"$hook" $option >/dev/full 2>err </dev/null
	status=$?
	[ $status -eq 74 ] || fault "$option to a full disk: exit $status"
	grep -q '^kvmdigest-mda: standard output' err ||
		fault "$option to a full disk: says $(cat err)"
done

[ $faults -eq 0 ] || echo "$faults faults"
[ $faults -eq 0 ]
