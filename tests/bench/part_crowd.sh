# SPDX-License-Identifier: GPL-2.0-or-later
# part_crowd.sh - sourced by run: many deliveries at once, and during an import.
# shellcheck shell=sh

latencies() { # WHAT
	awk -F '\t' -v what="$1" '{ printf "%-34s %6d %7d %9.2f %9.2f\n",
		what, $2, $3, $4, $5 }' "$W/result"
}

part_crowd() {
	set_up_store
	D=$W/crowd
	rm -rf "$D"
	mkdir "$D"
	: >"$W/commands"
	bad=0
	contestant kvmdigest-mda '' "$mda -c $conf -d $W/ours/kvm.db"
	say "$crowd deliveries, 32 at a time"
	# shellcheck disable=SC2046 # words
	"$W/tools/spawn" -p 32 "$W/commands" \
		$(mail_of $((deliveries + 5)) "$crowd") >"$W/result" || return 1
	echo "Deliveries"
	printf '%-34s %6s %7s %9s %9s\n' '' runs failed 'median ms' slowest
	latencies '32 at a time'
	slowest=$(field kvmdigest-mda 5)
	all_ended_well || bad=1

	say "$meanwhile deliveries during an import"
	generate -n "$backlog" -s x "$repo" >"$D/mbox" || return 1
	"$mda" -c "$conf" -d "$W/ours/kvm.db" -q --import --format mboxrd \
		"$D/mbox" 2>"$D/errors" &
	import=$!
	sleep 0.5
	# shellcheck disable=SC2046 # words
	"$W/tools/spawn" "$W/commands" $(mail_of \
		$((deliveries + 5 + crowd)) "$meanwhile") >"$W/result" || bad=1
	during=yes
	kill -0 $import 2>/dev/null || during=
	wait $import || {
		echo "FAILED: the import: $(cat "$D/errors")"
		bad=1
	}
	latencies "during an import of $backlog"
	[ -n "$during" ] || {
		echo "FAILED: the import was over before the deliveries were"
		bad=1
	}
	all_ended_well || bad=1
	goal "$slowest" 300 most 'the slowest of 32 at a time, ms'
	goal "$(field kvmdigest-mda 5)" 1000 most \
		'the slowest during an import, ms'
	rm -rf "$D"
	return $bad
}
