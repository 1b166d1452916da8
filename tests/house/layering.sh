#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# layering.sh - who may include what.  One door to each library, one
# direction between the rooms; README's map says the same in words.  The
# tests may look at everything.
. "$(dirname "$0")/lib.sh"

# "what is included | what may include it", both regular expressions over
# whole paths.  All rules whose left side matches must hold.
rules() {
	cat <<'END'
(gmime|glib|gio|gobject|gmodule)(/.*|-.*|\.h) | mda/parse[a-z0-9_]*\.c|report/render_mail[a-z0-9_]*\.c
sqlite3(ext)?\.h | store/internal\.h|store/[a-z0-9_]+\.c
zstd.*\.h | store/[a-z0-9_]+\.c
libconfig.* | conf/conf\.c
jansson.* | mda/json\.c|report/render_json\.c
sysexits\.h | (mda|report)/(exitcode|main)\.c
conf/.* | mda/main\.c|report/main\.c|conf/.*
mda/.* | mda/.*
report/.* | report/.*
store/internal\.h | store/[a-z0-9_]+\.[ch]
(store/[^/]+|conf/.*|mda/.*|report/.*) | (store/[^/]+|conf/.*|mda/.*|report/.*)
tests/.* | tests/.*
.*\.c | nobody
END
}

# Every #include as "file line how target", how being < or ".
includes() {
	files '^(store|mda|report|conf)/.*\.[ch]$' | while read -r file; do
		awk -v file="$file" '
		/^[ \t]*#[ \t]*include/ {
			rest = $0
			sub(/^[ \t]*#[ \t]*include[ \t]*/, "", rest)
			how = substr(rest, 1, 1)
			rest = substr(rest, 2)
			sub(/[>"].*/, "", rest)
			print file, NR, how, rest
		}' "$file"
	done
}

[ -n "$(files '^(store|mda|report|conf)/.*\.[ch]$')" ] ||
	fault "no sources in store, mda, report, conf"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
includes >"$work/includes"
rules | sed 's/ | /\t/' >"$work/rules"
awk -F '\t' '
NR == FNR { what[NR] = "^(" $1 ")$"; who[NR] = "^(" $2 ")$"; n = NR; next }
{
	split($0, w, " ")
	for (i = 1; i <= n; i++)
		if (w[4] ~ what[i] && w[1] !~ who[i]) {
			print w[1] ":" w[2] ": may not include " w[4]
			break
		}
}' "$work/rules" "$work/includes" >"$work/faults"

# Ours by its path from the root, in quotes; all others in angle brackets.
while read -r file line how target; do
	case $how in
	'"') [ -f "$target" ] && [ "${target#*/}" != "$target" ] &&
		[ "${target#*..}" = "$target" ] ||
		echo "$file:$line: $target is no path from the root" ;;
	'<') [ ! -f "$target" ] ||
		echo "$file:$line: $target is ours: in quotes, please" ;;
	*) echo "$file:$line: an #include that cannot be read" ;;
	esac
done <"$work/includes" >>"$work/faults"

while read -r line; do
	fault "$line"
done <"$work/faults"
verdict
