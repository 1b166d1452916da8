#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# smoke.sh - tests/bench/run still measures: all tables come out, with our
# own row in each, and no part fails.  What the figures are does not matter.
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
chmod 755 "$work" # dovecot-lda runs as nobody
for tool in git "${CC:-cc}"; do
	command -v "$tool" >/dev/null || {
		echo "skipped: there is no $tool"
		exit 77
	}
done
bad=0
fault() {
	echo "FAULT: $*"
	bad=1
}

# wanted WHAT PATTERN: a line of the output
wanted() {
	grep -q "$2" "$work/out" || fault "no $1"
}

sh "$KD_SOURCE/tests/bench/run" -B "$KD_BIN" -w "$work/w" -T \
	delivery crowd import disk scale >"$work/out" 2>"$work/err" ||
	fault "it ended with $?"
wanted 'delivery of ours' '^kvmdigest-mda  *[0-9.]* .* 1\.000$'
wanted 'floor' '^floor: file, fsync  *[0-9.]'
wanted 'deliveries at once' '^32 at a time  *40  *0 '
wanted 'deliveries during an import' '^during an import of .* 10  *0 '
wanted 'import of ours' '^kvmdigest-mda .* 1\.00$'
wanted 'import of git' '^git cat-file  *[0-9.]'
wanted 'bytes' '^kvmdigest, after import  *[1-9]'
for what in delivery 'digest of a day' 'digest of a week' \
	'series of a month' show; do
	wanted "scale: $what" "^$what  *[0-9.]* .*[0-9]\$"
done
if sh "$KD_SOURCE/tests/bench/run" nonsense >/dev/null 2>&1; then
	fault 'it takes nonsense for a part'
fi
[ "$(python3 "$KD_SOURCE/tests/bench/generate.py" -n 50 \
	"$KD_SOURCE/tests/data/sample" | cksum)" = \
	"$(python3 "$KD_SOURCE/tests/bench/generate.py" -n 400 \
	"$KD_SOURCE/tests/data/sample" | python3 -c '
import re, sys
mails = re.split(rb"(?m)^(?=From )", sys.stdin.buffer.read())
sys.stdout.buffer.write(b"".join(mails[-50:]))' | cksum)" ] ||
	fault 'the newest of many are not the newest of few'
[ $bad -eq 0 ] || cat "$work/out" "$work/err"
exit $bad
