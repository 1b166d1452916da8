#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# valgrind.sh PROGRAM - a unit test without a bad access, a
# use of what was never set, or a block that nobody holds any more.
command -v valgrind >/dev/null || {
	echo "skipped: there is no valgrind here"
	exit 77
}
# GLib's slices and pools hide from valgrind what is freed and what is not.
export G_SLICE=always-malloc G_DEBUG=gc-friendly
# Of what a test does again and again, a part is enough for this.
export KD_FEWER=1
exec valgrind --quiet --error-exitcode=99 --leak-check=full \
	--show-leak-kinds=definite,possible \
	--errors-for-leak-kinds=definite,possible \
	--num-callers=30 --suppressions="$(dirname "$0")/valgrind.supp" "$@"
