# SPDX-License-Identifier: GPL-2.0-or-later
# lib.sh - sourced by the gates: which files there are, and how a gate ends.
# A gate looks at the tree in $KD_SOURCE, says every fault, then fails once.
# shellcheck shell=sh
: "${KD_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
cd "$KD_SOURCE" || exit 1
faults=0

fault() {
	printf '%s\n' "$*"
	faults=$((faults + 1))
}

# The last line of a gate.
verdict() {
	[ "$faults" -eq 0 ] || echo "$faults faults"
	[ "$faults" -eq 0 ]
	exit
}

need() {
	command -v "$1" >/dev/null && return
	echo "skipped: there is no $1 here"
	exit 77
}

# All files, or those whose path matches the regular expression: in a clone
# what git knows and what it could be told of, else what lies there.
files() {
	if [ -e .git ]; then
		git -c safe.directory='*' ls-files -co --exclude-standard
	else
		find . -path './build*' -prune -o -type f -print | sed 's|^\./||'
	fi | LC_ALL=C sort -u | grep -E "${1:-.}" | while read -r file; do
		[ ! -f "$file" ] || printf '%s\n' "$file"
	done
}

# The same without what the tests are fed with: bytes as they came.
sources() {
	files "$@" | awk '
	/^tests\/data\/.*\// { next }
	/^tests\/golden\// && !/\.(sh|py)$/ { next }
	{ print }'
}

is_script() {
	case $1 in
	*.sh | *.py) return ;;
	*.*) [ "$1" = .ci/run ] || return 1 ;;
	esac
	head -c 2 "$1" | grep -q '#!'
}

[ ! -e .git ] || need git
[ -n "$(files)" ] || {
	echo "no files in $KD_SOURCE"
	exit 1
}
