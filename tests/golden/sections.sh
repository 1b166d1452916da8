#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# sections.sh - every section of a digest of an empty, an ordinary and a
# hostile store, byte for byte as in sections-*.txt here.
#
# UPDATE_GOLDEN=1 sh tests/golden/sections.sh writes them anew: read the diff
# before you commit it, it is the review.  What it should say of the ordinary
# store stands in tests/data/ordinary.py.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
golden=$KD_SOURCE/tests/golden

FORMATS="text html json"
SECTIONS="trends patches revisions applied pulls waiting discussions reviewers
	contributors domains newcomers bots messages"

# import NAME: what tests/data/NAME.py prints is the store from now on.
import() {
	name=$1
	store=$work/$name/kvm.db
	mkdir -m 700 "$work/$name"
	python3 "$KD_SOURCE/tests/data/$name.py" >"$work/$name.mbox" || exit 1
	"$KD_BIN/kvmdigest-mda" -q -d "$store" --import - \
		<"$work/$name.mbox" || {
		echo "import of $name failed"
		exit 1
	}
}

# golden FORMAT NAME ARGUMENT...
golden() {
	format=$1
	file=sections-$2.$([ "$1" = text ] && echo txt || echo "$1")
	shift 2
	report digest --format "$format" "$@" >"$work/$file" 2>"$work/err" ||
		fault "$file: exit $?: $(cat "$work/err")"
	report digest --format "$format" "$@" 2>/dev/null | cmp -s - "$work/$file" ||
		fault "$file: the second time it is another"
	if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
		cp "$work/$file" "$golden/$file"
	elif ! cmp -s "$work/$file" "$golden/$file"; then
		fault "$file: report $* is not tests/golden/$file:"
		diff -u "$golden/$file" "$work/$file"
	fi
}

# each NAME ARGUMENT...: all sections in one, then each by itself.
each() {
	what=$1
	shift
	all=
	for section in $SECTIONS; do
		all=$all${all:+,}$section
	done
	for format in $FORMATS; do
		golden "$format" "$what" --section "$all" "$@"
		for section in $SECTIONS; do
			report digest --format "$format" --section "$section" \
				"$@" >"$work/one" 2>&1 || fault \
				"$what: $section: exit $?: $(cat "$work/one")"
		done
	done
}

# A store that has a message, of no list.
mkdir -m 700 "$work/nothing"
store=$work/nothing/kvm.db
deliver "$KD_SOURCE/tests/data/sample/087-no-list-at-all.eml"
each empty start..latest

import ordinary
[ "$(grep -c '^From ' "$work/ordinary.mbox")" -ge 200 ] ||
	fault "the ordinary store is too small"
each ordinary 2025-04-01T00:00Z..2025-05-01T00:00Z
each quiet 2025-04-30T23:00Z..2025-05-01T00:00Z
each begin start..2025-01-20T00:00Z

import hostile
each hostile --messages cover start..latest
verdict
