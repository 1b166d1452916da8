# SPDX-License-Identifier: GPL-2.0-or-later
# part_import.sh - sourced by run: a whole archive, in all forms: how long it takes,
# and how many bytes it is on disk then.
# shellcheck shell=sh

# script NAME: standard input becomes what runs it
script() {
	cat >"$D/$1.sh"
	echo "sh $D/$1.sh"
}

import_peers() {
	contestant 'git cat-file' '' "$(script git <<-END
		git --git-dir=$repo log --reverse --format=%H:m |
			git --git-dir=$repo cat-file --batch --buffer >/dev/null
	END
	)"
	contestant kvmdigest-mda "rm -rf $D/ours; mkdir $D/ours" \
		"$mda -c $conf -d $D/ours/kvm.db -q --import $repo"
	if peer mairix mairix; then
		printf 'base=%s\nmaildir=maildir\nmfolder=%s\ndatabase=%s\n' \
			"$D" "$D/mairix.found" "$D/mairix" >"$D/mairixrc"
		contestant mairix "rm -f $D/mairix" "mairix -f $D/mairixrc"
	fi
	if peer public-inbox-index public-inbox-index; then
		printf 'PI_CONFIG=%s/pi.config\nexport PI_CONFIG\n' "$D" \
			>"$D/pi.env"
		contestant 'public-inbox, basic' "$(script pi-init <<-END
			. $D/pi.env
			rm -rf $D/pi $D/pi.config
			public-inbox-init -V2 -L basic bench $D/pi \
				http://example.org/bench bench@example.org &&
				rm -rf $D/pi/git/0.git && mkdir -p $D/pi/git &&
				cp -r $repo $D/pi/git/0.git
		END
		) >/dev/null 2>&1" "$(script pi <<-END
			. $D/pi.env
			exec public-inbox-index -L basic $D/pi
		END
		)"
	fi
	if peer mu mu; then
		contestant 'mu index' "rm -rf $D/mu; mu init --muhome=$D/mu\
 --maildir=$D/maildir >/dev/null" "mu index --muhome=$D/mu --quiet"
	fi
	if peer notmuch notmuch; then
		notmuch_config "$D" "$D/maildir"
		sed -i "s|^path=.*|path=$D/notmuch|" "$D/config"
		contestant 'notmuch new' \
			"rm -rf $D/notmuch; mkdir $D/notmuch" \
			"notmuch --config=$D/config new --quiet"
	fi
}

# The archive in all forms, and what each makes of it.
set_up_import() {
	D=$W/import
	rm -rf "$D"
	mkdir -p "$D/maildir/cur" "$D/maildir/new" "$D/maildir/tmp"
	generate --files "$D/maildir/cur" "$repo" || return 1
	(cd "$D/maildir/cur" && for file in *.eml; do
		mv "$file" "${file%.eml}.bench:2,S" || exit
	done) || return 1
	: >"$W/commands"
	import_peers
}

part_import() {
	set_up_import || return 1
	cat "$repo"/objects/pack/* "$D"/maildir/cur/* >/dev/null
	sync
	say "$rounds rounds of imports"
	"$W/tools/spawn" -b kvmdigest-mda -r "$rounds" "$W/commands" \
		>"$W/result" 2>"$W/errors" || return 1
	echo "$n_archive messages, from empty, medians of $rounds"
	awk -F '\t' -v n="$n_archive" 'BEGIN {
		printf "%-20s %9s %9s %8s %9s %10s\n", "", "wall s", "cpu s",
			"peak MB", "msg/s", "this/ours"
	} { printf "%-20s %9.2f %9.2f %8.1f %9.0f %10.2f\n", $1, $4 / 1000,
		$6 / 1000, $7 / 1024, n * 1000 / $4, $8 }' "$W/result"
	say_absent
	[ -z "$(field 'notmuch new' 8)" ] ||
		goal "$(field 'notmuch new' 8)" 15 least 'notmuch new / ours'
	[ -z "$(field 'public-inbox, basic' 8)" ] ||
		goal "$(field 'public-inbox, basic' 8)" 8 least \
			'public-inbox-index, basic / ours'
	goal "$(field 'git cat-file' 8)" 0.3 least 'git cat-file / ours'
	goal "$(field kvmdigest-mda 7 | awk '{ print $1 / 1024 }')" 150 most \
		'peak MB'
	all_ended_well
}

# bytes WHAT PATH...: of each message, all blocks counted
bytes() {
	what=$1
	shift
	sync
	last=$(du -s --block-size=1 -c "$@" | awk -v n="$n_archive" \
		'END { print $1 / n }')
	printf '%-40s %9.0f\n' "$what" "$last"
}

part_disk() {
	set_up_import || return 1
	bad=0 last=''
	"$W/tools/spawn" "$W/commands" >"$W/result" 2>"$W/errors" || return 1
	all_ended_well || bad=1
	echo "Bytes on disk for each message, $n_archive messages"
	bytes 'the mail as files' "$D/maildir"
	[ ! -d "$D/notmuch" ] || bytes 'notmuch, beside the mail' "$D/notmuch"
	[ ! -d "$D/mu" ] || bytes 'mu, beside the mail' "$D/mu"
	[ ! -f "$D/mairix" ] || bytes 'mairix, beside the mail' "$D/mairix"
	public_inbox=
	if [ -d "$D/pi" ]; then
		bytes 'public-inbox, git alone' "$D/pi/git"
		bytes 'public-inbox, git and basic index' "$D/pi"
		public_inbox=$last
	fi
	bytes 'kvmdigest, after import' "$D/ours"
	imported=$last
	last=
	if ! "$mda" --help | grep -q -- --repack; then
		printf '%-40s %9s\n' 'kvmdigest, after --repack' -
	elif "$mda" -c "$conf" -d "$D/ours/kvm.db" -q --repack 2>"$W/errors"
	then
		bytes 'kvmdigest, after --repack' "$D/ours"
	else
		echo "FAILED: --repack"
		bad=1
	fi
	say_absent
	goal "$imported" 5500 most 'after import'
	[ -z "$last" ] || [ -z "$public_inbox" ] ||
		goal "$last" "$public_inbox" most \
			'after --repack, to be below public-inbox, basic'
	return $bad
}
