# SPDX-License-Identifier: GPL-2.0-or-later
# hook.sh - sourced by the tests of the hook: a home and a directory of its
# own, a message, and what must be true of every delivery.
# shellcheck shell=sh
bin=${1:-$KD_BIN}
hook=$bin/kvmdigest-mda
# shellcheck disable=SC2034 # for those who source this
report=$bin/kvmdigest-report
work=$(mktemp -d) || exit 1
mounted=
trap '[ -z "$mounted" ] || umount "$mounted"; rm -rf "$work"' EXIT
cd "$work" || exit 1
unset XDG_CONFIG_HOME XDG_DATA_HOME
HOME=$work/home
export HOME
mkdir -m 700 "$HOME"
store=$work/store/kvm.db
faults=0

fault() {
	echo "FAULT: $*"
	faults=$((faults + 1))
}

# mail N: a message of the list
mail() {
	cat <<END
From: Patch Author $1 <author$1@example.org>
To: kvm@vger.kernel.org
Subject: [PATCH] kvm: change number $1
Date: Mon, 10 Nov 2025 17:16:44 +0000
Message-ID: <change-$1@example.org>
List-Id: <kvm.vger.kernel.org>

Change number $1.

Signed-off-by: Patch Author $1 <author$1@example.org>
END
}

# hook ARGUMENT...: run it, keep what it says in files, for it may stand in
# a pipe
hook() {
	"$hook" -d "$store" "$@" >out 2>err
	echo $? >status
}

# expect WHAT STATUS [LINE]: LINE is a pattern for standard error
expect() {
	read -r status <status
	line=$(cat err)
	[ "$status" -eq "$2" ] || fault "$1: exit $status, not $2: $line"
	[ ! -s out ] || fault "$1: something on standard output"
	# shellcheck disable=SC2254 # a pattern is what it is
	case $line in
	${3:-}) ;;
	*) fault "$1: on standard error: $line" ;;
	esac
	[ "$(wc -l <err)" -le 1 ] || fault "$1: more than one line"
	! grep -qv '^kvmdigest-mda: ' err || fault "$1: a line of another sort"
}
