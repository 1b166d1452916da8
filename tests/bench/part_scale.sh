# SPDX-License-Identifier: GPL-2.0-or-later
# part_scale.sh - sourced by run: a store of a million messages against one of ten
# thousand.
# shellcheck shell=sh

# scale_store COUNT: made once
scale_store() {
	store=$W/scale-$(basename "$repo" .git)-$1
	[ ! -f "$store/done" ] || return 0
	say "making a store of $1 messages"
	rm -rf "$store"
	mkdir "$store"
	generate -n "$1" "$repo" | "$mda" -c "$conf" -d "$store/kvm.db" \
		--import --format mboxrd - 2>"$store/log" ||
		{ cat "$store/log" && return 1; }
	tail -n 1 "$store/log"
	echo 0 >"$store/done"
}

# compare WHAT GOAL COMMAND-OF-REPORT: large and small in turn
compare() {
	what=$1
	: >"$W/commands"
	contestant large '' "$report -c $conf -d $of_large/kvm.db $3"
	contestant small '' "$report -c $conf -d $of_small/kvm.db $3"
	"$W/tools/spawn" -b small -r "$scale_rounds" "$W/commands" \
		>"$W/result" || return 1
	scale_row "$what" "$2"
}

scale_row() { # WHAT GOAL
	awk -F '\t' -v what="$1" '$1 == "large" {
		printf "%-24s %9.2f %9.2f", what, $4, $6; ratio = $8
	} $1 == "small" { printf " %9.2f %9.2f %10.2f\n", $4, $6, ratio }' \
		"$W/result"
	[ -z "$2" ] ||
		goal "$(field large 4)" "$2" most "$1, ms" >>"$W/goals"
	goal "$(field large 8)" 1.3 most "$1, large / small" >>"$W/goals"
	all_ended_well || bad=1
}

# What a store has had is not delivered to it again: the next time goes on.
compare_deliveries() {
	skip=$(cat "$of_large/done")
	[ "$skip" -ge "$(cat "$of_small/done")" ] || skip=$(cat "$of_small/done")
	rm -rf "$W/scale"
	generate -n "$scale_rounds" --after --skip "$skip" \
		--files "$W/scale" "$repo" || return 1
	for store in "$of_large" "$of_small"; do
		echo $((skip + scale_rounds)) >"$store/done"
	done
	: >"$W/commands"
	contestant large '' "$mda -c $conf -d $of_large/kvm.db"
	contestant small '' "$mda -c $conf -d $of_small/kvm.db"
	"$W/tools/spawn" -b small "$W/commands" "$W/scale/"*.eml \
		>"$W/result" || return 1
	scale_row delivery ''
}

part_scale() {
	bad=0
	scale_store "$small" || return 1
	of_small=$store
	scale_store "$large" || return 1
	of_large=$store
	# Programs are compared, not disks: what the memory has lost is read.
	cat "$of_large/kvm.db" "$of_small/kvm.db" >/dev/null || return 1
	: >"$W/goals"
	say "asking a store of $large and one of $small"
	echo "A store of $large messages against one of $small"
	printf '%-24s %9s %9s %9s %9s %10s\n' '' 'large ms' 'cpu ms' \
		'small ms' 'cpu ms' large/small
	compare_deliveries || bad=1
	id=$(sed -n 's/^Message-I[Dd]: *<\(.*\)>.*/\1/p' "$W/scale/"*.eml |
		head -n 1)
	end=2024-12-31T00:00Z
	compare 'digest of a day' 30 "digest 2024-12-30T00:00Z..$end" || bad=1
	compare 'digest of a week' 30 "digest 2024-12-24T00:00Z..$end" || bad=1
	compare 'series of a month' 100 "series 2024-12-01T00:00Z..$end" ||
		bad=1
	compare show '' "show <$id>" || bad=1
	cat "$W/goals"
	return $bad
}
