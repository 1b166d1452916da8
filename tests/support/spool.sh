# SPDX-License-Identifier: GPL-2.0-or-later
# spool.sh - sourced by the tests of the spool: a store that cannot be had for
# a while, what waits meanwhile, and what comes back.
# shellcheck shell=sh
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

# The last line of a test.
verdict() {
	[ $faults -eq 0 ] || echo "$faults faults"
	[ $faults -eq 0 ]
	exit
}
