#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# selftest.sh - each gate passes a small good tree and fails the same tree
# with one fault in it: a gate that cannot fail keeps nothing out.
gates=$(cd "$(dirname "$0")" && pwd) || exit 1
repo=${KD_SOURCE:-$(cd "$gates/../.." && pwd)}
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
unset CI
wrong=0
spdx='SPDX-License-Identifier: GPL-2.0-or-later'

# A tree without a fault, into $work/tree.
good_tree() {
	rm -rf "$work/tree" && mkdir -p "$work/tree" && cd "$work/tree" || exit 1
	mkdir -p .ci conf mda report store/base tests/data/sample
	cp "$repo/.clang-format" "$repo/.clang-tidy" .
	echo text | tee README.md LICENSE >tests/data/sample/a.eml
	for script in conf/quickstart tests/run .ci/run; do
		printf '#!/bin/sh\n# %s\nexit 0\n' "$spdx" >$script
	done
	echo "# $spdx" >CMakeLists.txt
	cat >store/store.h <<-END
		/* $spdx */
		#ifndef KD_STORE_STORE_H
		#define KD_STORE_STORE_H

		#include <stddef.h>

		size_t kd_store_count(size_t n);

		#endif /* KD_STORE_STORE_H */
	END
	cat >store/store.c <<-END
		/* $spdx */
		#include "store/store.h"

		#include <sqlite3.h>

		size_t kd_store_count(size_t n)
		{
		  return n + 1;
		}
	END
	sed -i 's/^  /\t/' store/store.c # what <<- took away
	printf '/* %s */\n#include "%s"\n' "$spdx" store/store.h >mda/main.c
	cat >mda/kvmdigest-mda.1 <<-END
		.\\" $spdx
		.Dd November 28, 2026
		.Dt KVMDIGEST-MDA 1
		.Os
		.Sh NAME
		.Nm kvmdigest-mda
		.Nd a page
	END
	mkdir -p "$work/db"
	cat >"$work/db/compile_commands.json" <<-END
		[ { "directory": "$work/tree", "file": "store/store.c",
		    "command": "cc -I. -c store/store.c" } ]
	END
}

run_gate() {
	gate=$1
	shift
	if [ -e "$gates/$gate.py" ]; then
		KD_SOURCE=$work/tree python3 "$gates/$gate.py" "$@"
	else
		KD_SOURCE=$work/tree sh "$gates/$gate.sh" "$@"
	fi >"$work/said" 2>&1
}

# passes GATE [ARGUMENT...]: the tree as it stands is good.
passes() {
	run_gate "$@"
	got=$?
	case $got in
	0 | 77) return ;;
	esac
	echo "$1: exit $got for what is right:"
	cat "$work/said"
	wrong=$((wrong + 1))
}

# catches WHAT-IT-SAYS GATE [ARGUMENT...]: the tree as it stands is bad.
# Then the tree is good again.
catches() {
	words=$1
	shift
	run_gate "$@"
	got=$?
	if [ $got -eq 77 ]; then
		echo "not tried: $(tail -n 1 "$work/said")"
	elif [ $got -ne 1 ] || ! grep -qF -- "$words" "$work/said"; then
		echo "$1: exit $got, and not 1 with \"$words\":"
		cat "$work/said"
		wrong=$((wrong + 1))
	fi
	good_tree
}

good_tree
flags='-D_GNU_SOURCE -Wall -Wpedantic -Werror'
for gate in layering format cppcheck manuals scripts spdx tree whitespace; do
	passes $gate
done
# shellcheck disable=SC2086 # flags is a list
passes headers cc $flags
passes tidy "$work/db"

# include FILE TARGET: a wrong #include must be seen.
include() {
	mkdir -p "${1%/*}"
	printf '#  include %s\n' "$2" >>"$1"
	catches "$1" layering
}
include store/query.c '<glib.h>'
include store/query.c '<glib/gstdio.h>'
include mda/body.c '<gmime/gmime.h>'
include report/digest.c '<sqlite3.h>'
include store/store.h '<sqlite3.h>'
include store/base/text.c '<sqlite3.h>'
include mda/deliver.c '<zstd.h>'
include mda/main.c '<libconfig.h>'
include store/open.c '<sysexits.h>'
: >"$work/tree/conf/conf.h"
include mda/deliver.c '"conf/conf.h"'
: >"$work/tree/mda/parse.h"
include report/digest.c '"mda/parse.h"'
: >"$work/tree/mda/parse.h"
include store/open.c '"mda/parse.h"'
: >"$work/tree/report/doc.h"
include mda/deliver.c '"report/doc.h"'
: >"$work/tree/store/internal.h"
include mda/deliver.c '"store/internal.h"'
include store/base/text.h '"store/store.h"'
include mda/main.c '"store.h"'
include mda/main.c '"../store/store.h"'
include mda/main.c '<store/store.h>'
include mda/main.c '"store/gone.h"'
include mda/main.c '"store/store.c"'
include mda/main.c SOME_MACRO
rm -r store mda
catches 'no sources' layering

sed -i '/stddef/d' store/store.h
# shellcheck disable=SC2086
catches 'does not compile alone' headers cc $flags
sed -i '/KD_STORE_STORE_H/d' store/store.h
# shellcheck disable=SC2086
catches 'its guard is not' headers cc $flags
echo 'enum { KD_A = 1 };' >>store/store.h
# shellcheck disable=SC2086
catches 'does not compile alone' headers cc $flags

printf 'int  kd_x ;\n' >>store/store.c
catches 'store/store.c' format
printf 'int kd_y(void)\n{\n\tint *p = 0;\n\treturn *p;\n}\n' >>store/store.c
catches 'store/store.c' cppcheck
printf 'int kd_y(void);\nint kd_y(void)\n{\n\tint *p = 0;\n\treturn *p;\n}\n' \
	>>store/store.c
catches 'clang-analyzer-core.NullDereference' tidy "$work/db"
echo '[]' >"$work/db/compile_commands.json"
catches 'no sources' tidy "$work/db"

printf '.Sh\n' >>mda/kvmdigest-mda.1
catches 'mda/kvmdigest-mda.1:8:' manuals
printf '.Sh SEE ALSO\n.Xr kvmdigest-gone 5\n' >>mda/kvmdigest-mda.1
catches 'names kvmdigest-gone.5' manuals
rm mda/kvmdigest-mda.1
catches 'no manual pages' manuals

echo 'if true; then' >>conf/quickstart
catches 'conf/quickstart' scripts
printf '#!/bin/sh\nread x <<<here\n' >tests/run
catches 'tests/run' scripts
printf 'x=a\nif [ $x == a ]; then exit 1; fi\n' >>tests/run
catches 'shellcheck has something to say' scripts
echo 'def x(:' >tests/x.py
catches 'python3 cannot read it' scripts

sed -i 1d store/store.c
catches 'store/store.c: no SPDX' spdx
sed -i 2d .ci/run
catches '.ci/run: no SPDX' spdx
echo 'SELECT 1;' >store/a.sql
catches 'store/a.sql: no SPDX' spdx
sed -i 1d mda/kvmdigest-mda.1
catches 'mda/kvmdigest-mda.1: no SPDX' spdx

mkdir src && : >src/a.c
catches 'src: does not belong' tree
: >Makefile
catches 'Makefile: does not belong' tree
rm LICENSE
catches 'LICENSE: is missing' tree
: >'mda/a b'
catches 'a name for trouble' tree
yes | head -c 100001 >tests/data/large
catches 'tests/data/large: 100001 bytes' tree
yes '' | head -n 401 >mda/long.c
catches 'mda/long.c: 401 lines' tree
yes '' | head -n 401 >tests/long.c
catches 'tests/long.c: 401 lines' tree
mkdir tests/e2e && seq -f '# %.0f' 401 >tests/e2e/long.py
catches 'tests/e2e/long.py: 401 lines' tree
mkdir tests/e2e && seq -f '# %.0f' 401 >tests/e2e/long.sh
catches 'tests/e2e/long.sh: 401 lines' tree
seq -f '# %.0f' 401 >>tests/run
catches 'tests/run: 404 lines' tree

printf 'x \n' >>README.md
catches 'README.md:2: blanks at the end' whitespace
printf 'x \n' >>mda/kvmdigest-mda.1
catches 'mda/kvmdigest-mda.1:8: blanks at the end' whitespace
printf ' \tx\n' >>store/store.c
catches 'a blank before a tab' whitespace
printf 'x\r\n' >>store/store.c
catches 'a carriage return' whitespace
printf 'x' >>tests/run
catches 'no newline at the end' whitespace
printf '\tx()\n' >>CMakeLists.txt
catches 'a tab, where blanks indent' whitespace

# The two that run a program.
compile() {
	printf '#include <stdlib.h>\nint main(void)\n{\n\t%s\n}\n' "$1" \
		>"$work/a.c" && cc -o "$work/a" "$work/a.c"
}
compile 'return 0;' && passes valgrind "$work/a"
for fault in 'return malloc(9) ? 0 : 1;' 'char *p = malloc(9); p[9] = 0; free(p);
	return 0;' 'char p[9]; return getenv(p) ? 0 : 0;'; do
	compile "$fault" || wrong=$((wrong + 1))
	run_gate valgrind "$work/a"
	got=$?
	case $got in
	77 | 99) ;;
	*)
		echo "valgrind: exit $got for $fault"
		wrong=$((wrong + 1))
		;;
	esac
done

# case.sh hands through, and takes no skip where CI=true.
for row in ':0:0' ':1:1' ':77:77' 'true:77:1' 'true:0:0' 'true:3:3'; do
	ci=${row%%:*}
	exits=${row#*:}
	CI=$ci sh "$gates/case.sh" sh -c "exit ${exits%:*}" 2>/dev/null
	got=$?
	[ $got -eq "${exits#*:}" ] || {
		echo "case.sh: CI=$ci, exit ${exits%:*} became $got"
		wrong=$((wrong + 1))
	}
done

# It sees what a child says to the sanitizers and its parent forgives.
compile 'volatile char *p = malloc(9); p[9] = 0; return 0;' || wrong=1
cc -fsanitize=address,undefined -fno-sanitize-recover=all -o "$work/a" \
	"$work/a.c" && KD_TREE=asan sh "$gates/case.sh" sh -c "$work/a; exit 0" \
	>"$work/said" 2>&1
got=$?
[ $got -eq 1 ] && grep -q heap-buffer-overflow "$work/said" || {
	echo "case.sh: exit $got, and a report of the sanitizer was not seen:"
	cat "$work/said"
	wrong=$((wrong + 1))
}

# house/coverage: a line that nothing reaches must be listed, and one that is
# listed must not be reached.  FOUND is "line, ..."; LISTED a file's text.
# holds FOUND LISTED: does it say that all is well?
holds() {
	printf '%b' "$2" >"$work/listed"
	python3 -B - "$gates" "$work/listed" "$1" <<-'END'
		import collections, sys
		sys.path.insert(0, sys.argv[1])
		import coverage
		coverage.LISTED, coverage.TOLERATED = sys.argv[2], 0
		found = collections.Counter(filter(None, sys.argv[3].split(", ")))
		sys.exit(0 if coverage.holds(found) else 1)
	END
}
for row in 'a|= why\na\n|0' '|# none\n|0' 'a, a|= why\na\na\n|0' \
	'a|~ by chance\na\n|0' '|~ by chance\na\n|0' \
	'a||1' '|= why\na\n|1' 'a, a|= why\na\n|1' 'a|= why\nb\n|1' 'a|a\n|1'; do
	found=${row%%|*}
	row=${row#*|}
	holds "$found" "${row%|*}" >"$work/said" 2>&1
	got=$?
	[ $got -eq "${row#*|}" ] || {
		echo "coverage: exit $got for unreached '$found', $row:"
		cat "$work/said"
		wrong=$((wrong + 1))
	}
done

[ $wrong -eq 0 ] || echo "$wrong gates do not hold"
[ $wrong -eq 0 ]
