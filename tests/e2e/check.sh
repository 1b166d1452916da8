#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# check.sh [BIN] - --check and --reparse as a person runs them: what they
# find, what they exit with, and what the digest shows afterwards.

# shellcheck source=tests/support/hook.sh
. "${KD_SOURCE:-$(dirname "$0")/../..}/tests/support/hook.sh"

# mail N: a message whose name is in an encoded word, its text in base64
mail() {
	cat <<END
From: =?utf-8?q?Patch_=C3=84uthor?= <author$1@example.org>
To: kvm@vger.kernel.org
Subject: [PATCH] kvm: change number $1
Date: Mon, 10 Nov 2025 17:16:44 +0000
Message-ID: <change-$1@example.org>
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: base64
List-Id: <kvm.vger.kernel.org>

V2h5IHRoaXMgaXMgZG9uZS4K
END
}

# run WHAT STATUS OPTION...: what it says is in out
run() {
	what=$1
	expected=$2
	shift 2
	"$hook" -d "$store" "$@" >out 2>err </dev/null
	status=$?
	[ "$status" -eq "$expected" ] ||
		fault "$what: exit $status, not $expected: $(cat out err)"
}

# says WHAT TEXT: a line of out has it
says() {
	grep -qF -- "$2" out || fault "$1: not said: $2: $(cat out)"
}

# Nothing there: no finding, but how it begins.
run 'no store' 0 --check
says 'no store' 'note: there is no store at'

mail 1 | "$hook" -d "$store" || fault 'a delivery failed'
run 'a sound store' 0 --check -v
says 'a sound store' 'ok: no damage in'

cat >"$HOME/.procmailrc" <<'END'
TIMEOUT=5
:0
* ^List-Id:.*kvm
| kvmdigest-mda
END
run 'a bad recipe' 78 --check
says 'a bad recipe' '.procmailrc:2: without the flag w mail is lost'
says 'a bad recipe' 'TIMEOUT is 5 s'
[ "$(cat err)" = 'kvmdigest-mda: 2 things to mend' ] ||
	fault "a bad recipe: $(cat err)"
rm "$HOME/.procmailrc"

chmod 644 "$store"
run 'a bad mode' 77 --check
says 'a bad mode' "chmod go-rwx $store"
chmod 600 "$store"

run 'nothing to read again' 0 --reparse
says 'nothing to read again' 'read 0, changed 0, still not ok 0, '

# deep N: parts in parts, 900 deep, which takes a parser more stack than is
# left to it below; the header scan needs none
deep() {
	awk -v n="$1" 'BEGIN {
		print "From: =?utf-8?q?Patch_=C3=84uthor?= <deep@example.org>"
		print "To: kvm@vger.kernel.org\nSubject: [PATCH] kvm: deep " n
		print "Date: Mon, 10 Nov 2025 17:16:44 +0000"
		print "Message-ID: <deep-" n "@example.org>"
		print "List-Id: <kvm.vger.kernel.org>"
		for (i = 0; i < 900; i++) {
			print "Content-Type: multipart/mixed; boundary=b" i
			print "\n--b" i
		}
		print "Content-Type: text/plain\n\nWhy this is done."
	}'
}

digest() {
	"$report" -d "$store" start..latest >digest 2>err ||
		fault "the report: $(cat err)"
}

# The sanitizers need all of the stack themselves.
if [ "$KD_TREE" != asan ]; then
	for kib in 100 80 64; do
		deep "$kib" >message
		# shellcheck disable=SC3045 # all shells that matter have it
		(ulimit -s "$kib" && exec "$hook" -d "$store" <message) ||
			fault "a parser that crashes failed the delivery"
	done
	digest
	grep -q 'Author: =?utf-8?q?Patch_=C3=84uthor?= <deep@' digest ||
		fault 'nothing has crashed'
	run 'crashed ones' 0 --reparse
	says 'crashed ones' 'read 3, changed '
	digest
	! grep -q 'Author: =?utf-8' digest ||
		fault 'the digest shows what the header scan knew'
	grep -q 'Author: Patch Äuthor <deep@' digest ||
		fault 'the digest does not show what the parser knows'
fi
run 'again' 0 --reparse
says 'again' ' changed 0, '
run 'a sound store again' 0 --check

"$hook" --check --reparse >out 2>err </dev/null
[ $? -eq 64 ] || fault 'two things at once were accepted'

[ "$faults" -eq 0 ] || exit 1
echo 'check: ok'
