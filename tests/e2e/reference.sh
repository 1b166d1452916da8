#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# reference.sh - the published digest out of the mail behind it, byte for
# byte, and other windows of the same mail as the rules have them.  The mail
# is other people's: it lies beside the repository, not in it.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
reference=$KD_SHARED/reference
oracle=$KD_SOURCE/tests/e2e/classic_oracle.py
[ -d "$reference/messages" ] || {
	echo "skipped: there is no $reference here"
	exit 77
}

deliver_all() {
	for file in "$reference"/messages/*.eml; do
		deliver "$file"
	done
}

# The range of the published digest, between the two markers of the table.
published() {
	report digest --format classic 20d4a7d4..4f55e86f >"$work/classic" ||
		fault "$1: exit $?"
	cmp "$work/classic" "$reference/digest.txt" ||
		fault "$1: this is not the published digest"
}

# window FIRST LAST: the messages behind number FIRST up to number LAST, by
# markers mFIRST and mLAST, are what the oracle makes of the files.
window() {
	from=$(printf 'm%03d' "$1")
	to=$(printf 'm%03d' "$2")
	[ "$1" -gt 0 ] || from=start
	set -- $(seq -f "$reference/messages/%03g.eml" $(($1 + 1)) "$2")
	python3 "$oracle" "$from" "$to" "$@" >"$work/oracle" ||
		fault "the oracle fails for $from..$to"
	report --format classic "$from..$to" >"$work/classic" ||
		fault "$from..$to: exit $?"
	cmp "$work/classic" "$work/oracle" ||
		fault "$from..$to is not what the rules say"
}

deliver_all
while read -r name file; do
	report mark "$name" "$(message_id "$reference/messages/$file")" \
		>/dev/null || fault "mark $name"
done <"$reference/markers.tsv"
published "delivered once"
deliver_all
published "delivered twice"

for file in "$reference"/messages/*.eml; do
	number=$(basename "$file" .eml)
	id=$(message_id "$file")
	report mark "m$number" "$id" >/dev/null || fault "mark m$number"
	report show --raw "$id" | cmp - "$file" || fault "$file is not kept"
done
window 0 88
window 0 1
window 1 2
window 2 84
window 2 3
window 13 35
window 19 20
window 20 20
window 44 46
window 54 56
window 64 75
window 72 74
window 80 84
window 84 88
window 87 88

# The other layout of the same range: nothing of it is cut, or lost.
report 20d4a7d4..4f55e86f >"$work/text" || fault "text: exit $?"
sed -n '/^===== Patch list/,/^===== Patch Commit/p' "$work/text" |
	grep -c '^[Nv]' >"$work/count"
[ "$(cat "$work/count")" -eq 14 ] ||
	fault "text: a patch list of $(cat "$work/count") lines"
[ "$(grep -c '^Author: ' "$work/text")" -eq 23 ] ||
	fault "text: $(grep -c '^Author: ' "$work/text") entries"
! grep -q '=0D' "$work/text" || fault "text: quoted-printable is left"
while read -r line; do
	grep -qxF -e "$line" "$work/text" || fault "text: no line '$line'"
done <<'END'
v3:   crypto: ccp: Abort doing SEV INIT if SNP INIT fails
v2:   crypto: ccp: Abort doing SEV INIT if SNP INIT fails
v5.1: KVM: SVM: Enable Secure TSC for SNP guests
[kvm-unit-tests PATCH v2] riscv: Refactor SBI FWFT lock tests
[PATCH v2 1/4] KVM: TDX: Fix definition of tdx_guest_nr_guest_keyids()
END
verdict
