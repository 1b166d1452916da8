#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# make.sh [COMMIT...] - stores as older programs wrote them, one for each
# commit that changed the schema of the stores that people may have.
#
# Builds each commit out of the history, which takes minutes and wants a
# clone that has it; delivers the first mail of sample/ one by one with its
# own hook; and packs the database, log included, as COMMIT.db.xz.  Made
# once: e2e/upgrade opens them, and cannot tell a new one from an old one but
# by its times.
set -e
here=$(cd "$(dirname "$0")" && pwd)
[ $# -gt 0 ] || set -- 8698cf6 ce09e54 5a5daa2 b286ecb 93e044e
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -m 700 "$work/home"
for commit; do
	mkdir "$work/$commit"
	git -C "$here/../../.." archive "$commit" | tar -x -C "$work/$commit"
	cmake -S "$work/$commit" -B "$work/build-$commit" >"$work/log"
	cmake --build "$work/build-$commit" --target kvmdigest-mda >"$work/log"
	for mail in "$here"/../sample/00*.eml "$here"/../sample/01*.eml; do
		# shellcheck disable=SC2002 # a pipe is what the hook reads
		cat "$mail" | HOME=$work/home "$work/build-$commit/bin/kvmdigest-mda" \
			-d "$work/store-$commit/kvm.db"
	done
	python3 - "$work/store-$commit/kvm.db" "$here/$commit.db.xz" <<-'END'
		import lzma, sqlite3, sys
		log = sqlite3.connect(sys.argv[1])
		log.execute("PRAGMA wal_checkpoint(TRUNCATE)")
		log.close()
		with open(sys.argv[1], "rb") as store:
		    packed = lzma.compress(store.read(), preset=9 | lzma.PRESET_EXTREME)
		with open(sys.argv[2], "wb") as out:
		    out.write(packed)
	END
	echo "$commit: $(wc -c <"$here/$commit.db.xz") bytes"
done
