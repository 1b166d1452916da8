#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# replay.sh PROGRAM COUNT SEEDS... - run a fuzz target over its seeds and
# COUNT changes of them.  The seed `hostile` stands for the small ones of
# the hostile samples, where those are.
program=$1
count=$2
shift 2
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
here=$(dirname "$0")
make=${KD_SHARED:-$here/../../../shared}/hostile/mkhostile.py

for seed; do
	shift
	if [ "$seed" != hostile ]; then
		set -- "$@" "$seed"
	elif [ -f "$make" ] && command -v python3 >/dev/null; then
		mkdir "$work/hostile"
		python3 "$make" "$work/hostile" >/dev/null || exit 1
		find "$work/hostile" -type f -size +11k -exec rm {} +
		set -- "$@" "$work/hostile"
	fi
done

# GLib's own allocator would hide from the sanitizers what is wrong.
# A leak that is GMime's is known by who called it, all the way up.
case ${program##*/} in
*-fields | *-mail | *-parts)
	ASAN_OPTIONS=fast_unwind_on_malloc=0
	LSAN_OPTIONS=suppressions=$here/leaks.supp:print_suppressions=0
	export ASAN_OPTIONS LSAN_OPTIONS
	;;
esac
G_SLICE=always-malloc HOME=/ "$program" -n "$count" \
	-d "$here/words.dict" "$@"
