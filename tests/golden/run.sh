#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# run.sh - digests of the sample mail, byte for byte as in *.txt here.
#
# UPDATE_GOLDEN=1 sh tests/golden/run.sh writes them anew: read the diff
# before you commit it, it is the review.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
golden=$KD_SOURCE/tests/golden
sample=$KD_SOURCE/tests/data/sample

# golden NAME ARGUMENT...: what the report prints is NAME.txt.
golden() {
	name=$1
	shift
	report "$@" >"$work/got" 2>"$work/err" ||
		fault "$name: exit $?: $(cat "$work/err")"
	# When a message arrived is the one thing that differs.
	sed 's/^Arrived: .*/Arrived: (now)/' "$work/got" >"$work/$name.txt"
	if [ "${UPDATE_GOLDEN:-}" = 1 ]; then
		cp "$work/$name.txt" "$golden/$name.txt"
	elif ! cmp -s "$work/$name.txt" "$golden/$name.txt"; then
		fault "$name: report $* is not tests/golden/$name.txt:"
		diff -u "$golden/$name.txt" "$work/$name.txt"
	fi
}

# mark NAME FILE
mark() {
	report mark "$1" "$(message_id "$sample/$2")" >/dev/null ||
		fault "mark $1 $2"
}

deliver "$sample/087-no-list-at-all.eml"
golden text-empty start..latest
golden classic-empty --format classic start..latest
rm -rf "$work/store"
mkdir -m 700 "$work/store"

for file in "$sample"/*.eml; do
	deliver "$file"
done
mark before 001-patch-plain.eml
mark series 009-ring7-v3-7.eml
mark replies 012-reply-cover-trailers.eml
mark single 013-patch-v2-single.eml
mark early 021-cover-after-1-2.eml

golden text-all start..latest
golden text-all-messages --messages all start..latest
golden classic-all --format classic start..latest
golden text-window before..early
golden classic-window --format classic before..early
golden text-cover --messages cover --section patches,messages \
	replies..early
golden text-top --top 2 --section contributors,domains start..latest
golden text-one replies..single
golden text-replies series..replies
golden text-nothing single..single
golden classic-nothing --format classic single..single
golden text-unlisted --list none start..latest

# Names and employers by files of the user's.
cat >"$work/mailmap" <<'END'
Series Poster <poster@example.com> <poster@corp.example.com>
Zwölf <author12@example.com>
<author9@example.org> Émile Rôle Neuf <AUTHOR9@example.net>
END
cat >"$work/employers" <<'END'
example.com              Example Corporation
author9@example.org      Another Employer # by address
example.net              Networks
END
cat >"$work/conf" <<END
report: { mailmap = "$work/mailmap"; employers = "$work/employers"; };
END
chmod 600 "$work/conf"
golden text-people -c "$work/conf" --messages cover \
	--section domains,contributors,employers,patches,messages \
	replies..early
golden classic-people -c "$work/conf" --format classic replies..early
report --format classic replies..early | cmp - "$work/classic-people.txt" ||
	fault "a mailmap changes the published layout"
golden series-sample series replies..early
golden show-patch show "$(message_id "$sample/005-ring7-v3-3.eml")"
golden show-variant show single --variant 2
golden show-cover show "$(message_id "$sample/057-ring6-v4-0.eml")"
golden show-reply show \
	"$(message_id "$sample/012-reply-cover-trailers.eml")"
golden show-hostile show \
	"$(message_id "$sample/081-terminal-controls.eml")"
verdict
