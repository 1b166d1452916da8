#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# filters.sh - --path, --author, --subject, --series, and what watch and
# views put in front.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
sample=$KD_SOURCE/tests/data/sample

for file in "$sample"/*.eml; do
	deliver "$file"
done

# patches ARGUMENT...: the lines of the patch list
patches() {
	report --section patches "$@" start..latest >"$work/out" ||
		fault "$*: exit $?"
	# The width of a column is that of what is in it.
	sed -e '1,/^=====/d' -e '/^$/d' -e 's/  */ /g' "$work/out"
}

# only PATTERN ARGUMENT...: every line has it, and there are some; and what
# is left out has not.
only() {
	pattern=$1
	shift
	patches "$@" >"$work/found"
	[ -s "$work/found" ] || fault "$*: nothing is left"
	grep -Ev "$pattern" "$work/found" >"$work/wrong" &&
		fault "$*: $(cat "$work/wrong")"
	patches | grep -E "$pattern" | cmp -s - "$work/found" ||
		fault "$*: other lines than those with '$pattern'"
}

only 'Patch Author 8' --author author8
only 'Patch Author 8' --author AUTHOR8@virt.example.net
only 'Patch Author [68]' --author author8 --author 'author 6'
only ' clock' --subject ' clock'
only 'Patch Author 4.*zero' --author author4 --subject 'BY ZERO'

# By its paths a series is in as a whole, its cover letter too.
patches --path x86 >"$work/found"
[ "$(wc -l <"$work/found")" -eq 1 ] &&
	grep -q 'x86: demo: Test a ring that is full' "$work/found" ||
	fault "--path x86: $(cat "$work/found")"
patches --path 'virt/demo/*.c' | grep -q '7/7.*Make the ring safe' ||
	fault "--path: the series of seven is not whole"
patches --path virt/demo/Makefile --path x86 >"$work/found"
[ "$(wc -l <"$work/found")" -ge 2 ] || fault "two --path: less than two"
patches --path nosuch/path >"$work/found"
grep -q 'is what was asked for' "$work/out" || fault "nothing is said"

# A series by any message of it, an answer too, in all its versions.
id=$(message_id "$(grep -l '^Subject: \[PATCH v3 2/7\]' "$sample"/*.eml)")
patches --series "$id" >"$work/found"
[ "$(grep -c 'Make the ring safe' "$work/found")" -eq 2 ] &&
	[ "$(wc -l <"$work/found")" -eq 2 ] ||
	fault "--series: $(cat "$work/found")"
answer=$(grep -l "^In-Reply-To: $id" "$sample"/*.eml | head -n 1)
patches --series "$(message_id "$answer")" | cmp -s - "$work/found" ||
	fault "--series of an answer: other lines"
expect 66 'is no patch, no cover letter and no answer to one' --series \
	"$(message_id "$sample/087-no-list-at-all.eml")" start..latest
expect 66 'nosuch' --series nosuch start..latest

# Watch: in front, with a star, and nothing else is different.
cat >"$work/conf" <<'END'
watch: { people = ( "author6" ); };
views: {
	one: { words = ( "by zero" ); };
	none: { };
};
END
chmod 600 "$work/conf"
patches | sort >"$work/all"
patches -c "$work/conf" >"$work/found"
sed -e 's/^\* //' -e 's/^ //' "$work/found" | sort | cmp -s - "$work/all" ||
	fault "watch: other lines than without"
grep -n '^\* ' "$work/found" | cut -d: -f1 >"$work/stars"
seq 1 "$(wc -l <"$work/stars")" | cmp -s - "$work/stars" ||
	fault "watch: the stars are not in front"
grep '^\* ' "$work/found" | grep -v 'Patch Author 6' &&
	fault "watch: a star for another"
[ "$(wc -l <"$work/stars")" -eq "$(grep -c 'Patch Author 6' "$work/all")" ] ||
	fault "watch: not all of them have a star"
patches -c "$work/conf" --view one | sed -n 1p | grep -q '^\* .*by zero' ||
	fault "--view one: $(head -n 1 "$work/out")"
patches -c "$work/conf" --view none | sort | cmp -s - "$work/all" ||
	fault "--view none: other lines than without"
report -c "$work/conf" --section messages start..latest |
	grep -q '^\* .*:.*KVM: demo' || fault "no star in the messages"
report -c "$work/conf" --format json --section patches start..latest |
	grep -q '"star": true' || fault "no star in json"
expect 64 "no view 'nosuch'" -c "$work/conf" --view nosuch start..latest
# The published layout is what it is.
report --format classic start..latest >"$work/plain"
report --format classic -c "$work/conf" start..latest |
	cmp -s - "$work/plain" || fault "classic: watch changes it"

verdict
