# SPDX-License-Identifier: GPL-2.0-or-later
# report.sh - sourced by the tests of the report: a directory of its own, a
# store in it, and what a test says when it fails.
# shellcheck shell=sh
: "${KD_SOURCE:=$(cd "$(dirname "$0")/../.." && pwd)}"
: "${KD_BIN:=$KD_SOURCE/build/bin}"
: "${KD_SHARED:=$KD_SOURCE/../shared}"

work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
HOME=$work
TZ=UTC
export HOME TZ
unset XDG_CONFIG_HOME XDG_DATA_HOME
store=$work/store/kvm.db
mkdir -m 700 "$work/store" || exit 1
faults=0

fault() {
	printf '%s\n' "$*"
	faults=$((faults + 1))
}

# The last line of a test.
verdict() {
	[ "$faults" -eq 0 ] || echo "$faults faults"
	[ "$faults" -eq 0 ]
	exit
}

# deliver FILE [STORE]: through a pipe, as an agent does it.
deliver() {
	cat "$1" | "$KD_BIN/kvmdigest-mda" -d "${2:-$store}" || {
		echo "delivery of $1 failed"
		exit 1
	}
}

report() {
	"$KD_BIN/kvmdigest-report" -d "$store" "$@"
}

# The Message-ID of a mail, in its <>.
message_id() {
	sed -n -e '/^\r\{0,1\}$/q' \
		-e 's/^[Mm][Ee][Ss][Ss][Aa][Gg][Ee]-[Ii][Dd]:[^<]*\(<[^>]*>\).*/\1/p' \
		"$1" | head -n 1
}

# expect CODE WORD ARGUMENT...: the report ends with CODE and says WORD in
# its one line on standard error; with 0 and "" it says nothing there.
expect() {
	code=$1
	word=$2
	shift 2
	report "$@" >"$work/out" 2>"$work/err"
	got=$?
	[ $got -eq "$code" ] ||
		fault "report $*: exit $got, not $code: $(cat "$work/err")"
	if [ -z "$word" ]; then
		[ ! -s "$work/err" ] ||
			fault "report $*: says $(cat "$work/err")"
		return
	fi
	[ "$(wc -l <"$work/err")" -eq 1 ] ||
		fault "report $*: not one line: $(cat "$work/err")"
	grep -q '^kvmdigest-report: ' "$work/err" ||
		fault "report $*: no name: $(cat "$work/err")"
	grep -qF -e "$word" "$work/err" ||
		fault "report $*: no word of '$word': $(cat "$work/err")"
}
