#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# case.sh COMMAND... - run one test.
#
# Exit 77 means skipped, and its last line says why; where CI=true nothing
# may be skipped, so there it fails, but for what a machine may lack
# (KD_MAY_SKIP: loop devices).  Under the sanitizers a test also fails
# when any process of it was reported: the hook's child may die unseen, for
# its parent is made to survive that.
# With KD_TIMES=FILE what it took of the processor is added there: user and
# system time of the shell, and below of the test.
# What tests/run left open is for house/coverage alone (see there).
case "$*" in
*house/coverage.py*) ;;
*) exec 9>&- ;;
esac
reports=
if [ "${KD_TREE:-}" = asan ]; then
	reports=$(mktemp -d) || exit 1
	trap 'rm -rf "$reports"' EXIT
	ASAN_OPTIONS=log_path=$reports/asan
	UBSAN_OPTIONS=log_path=$reports/ubsan:print_stacktrace=1
	export ASAN_OPTIONS UBSAN_OPTIONS
fi
"$@"
status=$?
[ -z "${KD_TIMES:-}" ] || {
	echo "${KD_TREE:-plain} $*"
	times
} >>"$KD_TIMES"
if [ $status -eq 77 ] && [ "${CI:-}" = true ] &&
	[ -z "${KD_MAY_SKIP:-}" ]; then
	echo "CI=true: this may not be skipped"
	exit 1
fi
for report in ${reports:+"$reports"/*}; do
	[ -f "$report" ] || continue
	# The hook's child may write no file: then its report is empty.
	[ -s "$report" ] && cat "$report" || echo "a report to a sanitizer"
	status=1
done
exit $status
