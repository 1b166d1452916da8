# SPDX-License-Identifier: GPL-2.0-or-later
# part_delivery.sh - sourced by run: one delivery as a whole process, next to what
# else delivers.
# shellcheck shell=sh

notmuch_config() { # DIR MAILDIR
	printf '[database]\npath=%s\nmail_root=%s\n[user]\nname=a\n%s\n%s\n' \
		"$1" "$2" 'primary_email=a@example.org' \
		'[new]
tags=
[maildir]
synchronize_flags=false' >"$1/config"
}

delivery_peers() {
	contestant 'floor: exec' '' "$W/tools/floor"
	maildir "$D/floor"
	contestant 'floor: file, fsync' '' "$W/tools/floor $D/floor"
	if peer mdeliver mdeliver; then
		maildir "$D/mdeliver"
		contestant mdeliver '' "mdeliver $D/mdeliver"
	fi
	if peer procmail procmail; then
		maildir "$D/procmail"
		printf 'SHELL=/bin/sh\nMAILDIR=%s\nDEFAULT=%s/procmail/\n' \
			"$D" "$D" >"$D/procmailrc"
		echo LOGFILE=/dev/null >>"$D/procmailrc"
		chmod 600 "$D/procmailrc"
		contestant procmail '' "procmail -p -m $D/procmailrc"
	fi
	if peer maildrop maildrop; then
		maildir "$D/maildrop"
		printf 'to "%s/maildrop/"\n' "$D" >"$D/maildroprc"
		chmod 600 "$D/maildroprc"
		contestant maildrop '' "maildrop $D/maildroprc"
	fi
	as=
	if [ "$(id -u)" -eq 0 ]; then # it does not deliver as root
		as='setpriv --reuid nobody --regid nogroup --clear-groups'
		chmod o+x "$W" "$D"
		$as test -x "$D" || absent="$absent dovecot-lda(nobody-cannot\
-enter-$D)"
	fi
	if $as test -x "$D" && peer dovecot-lda /usr/lib/dovecot/dovecot-lda
	then
		maildir "$D/dovecot/Maildir"
		mkdir "$D/dovecot/run"
		cat >"$D/dovecot.conf" <<-END
			base_dir = $D/dovecot/run
			log_path = /dev/null
			mail_location = maildir:$D/dovecot/Maildir
			protocols =
			ssl = no
			postmaster_address = a@example.org
			hostname = bench.example.org
		END
		chmod o+r "$D/dovecot.conf"
		if [ -n "$as" ]; then
			# the mail of the others is linked to the same files
			cp -r "$D/dovecot/Maildir" "$D/dovecot/own" &&
				rm -r "$D/dovecot/Maildir" &&
				mv "$D/dovecot/own" "$D/dovecot/Maildir"
			chown -R nobody: "$D/dovecot"
		fi
		contestant dovecot-lda '' "env HOME=$D/dovecot USER=nobody $as\
 /usr/lib/dovecot/dovecot-lda -c $D/dovecot.conf -f a@example.org -e"
	fi
	if peer notmuch notmuch; then
		maildir "$D/notmuch"
		notmuch_config "$D" "$D/notmuch"
		notmuch --config="$D/config" new --quiet
		contestant 'notmuch insert' '' "notmuch --config=$D/config insert"
	fi
	contestant kvmdigest-mda '' "$mda -c $conf -d $W/ours/kvm.db"
}

# How often each waits for the disk: the mean of five further messages.
count_fsyncs() {
	: >"$W/fsyncs"
	peer strace strace || return 0
	tab=$(printf '\t')
	while read -r line; do
		name=${line%%"$tab"*} command=${line##*"$tab"}
		: >"$W/strace"
		for file in $(mail_of "$deliveries" 5); do
			# shellcheck disable=SC2086 # words
			strace -f -qq -A -o "$W/strace" -e trace=fsync,fdatasync\
,sync,syncfs,msync,sync_file_range $command <"$file" >/dev/null 2>&1
		done
		printf '%s\t%s\n' "$name" "$(grep -c 'sync.*(' "$W/strace")" \
			>>"$W/fsyncs"
	done <"$W/commands"
}

part_delivery() {
	set_up_store
	D=$W/delivery
	rm -rf "$D"
	mkdir "$D"
	: >"$W/commands"
	delivery_peers
	sync
	say "$deliveries deliveries"
	# shellcheck disable=SC2046 # words
	"$W/tools/spawn" -b kvmdigest-mda "$W/commands" \
		$(mail_of 0 "$deliveries") >"$W/result" 2>"$W/errors" ||
		return 1
	count_fsyncs
	echo "One delivery as a whole process: $deliveries messages into" \
		"stores of $before"
	awk -F '\t' -v counts="$W/fsyncs" 'BEGIN {
		while ((getline line < counts) > 0) {
			split(line, f, FS); n[f[1]] = sprintf("%.1f", f[2] / 5)
		}
		printf "%-20s %9s %9s %9s %7s %8s %10s\n", "", "wall ms",
			"slowest", "cpu ms", "fsyncs", "peak MB", "ours/this"
	} {
		printf "%-20s %9.2f %9.2f %9.2f %7s %8.1f %10.3f\n", $1, $4,
			$5, $6, $1 in n ? n[$1] : "-", $7 / 1024, 1 / $8
	}' "$W/result"
	say_absent
	[ -z "$(field 'notmuch insert' 4)" ] || {
		goal "$(ratio_to 'notmuch insert')" 0.15 most \
			'ours / notmuch insert'
		goal "$(awk -v a="$(field kvmdigest-mda 6)" \
			-v b="$(field 'notmuch insert' 6)" \
			'BEGIN { print a / b }')" 0.125 most \
			'ours / notmuch insert, cpu'
	}
	[ -z "$(field procmail 4)" ] ||
		goal "$(ratio_to procmail)" 1.7 most 'ours / procmail'
	goal "$(ratio_to 'floor: file, fsync')" 2.2 most \
		'ours / file, fsync, rename, fsync of the directory'
	goal "$(field kvmdigest-mda 7 | awk '{ print $1 / 1024 }')" 12 most \
		'peak MB'
	all_ended_well
}

# What we cost in proportion.
ratio_to() {
	field "$1" 8 | awk '{ print 1 / $1 }'
}
