#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# manuals.sh - mandoc finds nothing in the manual pages, nor anything to say
# about their style.  Which other pages are installed here does not matter,
# but those of our own that they name must be there.
. "$(dirname "$0")/lib.sh"
need mandoc
list=$(sources '\.[1-9]$')
[ -n "$list" ] || fault "no manual pages"
for file in $list; do
	said=$(mandoc -T lint -W style "$file" 2>&1 |
		grep -v -e 'STYLE: referenced manual not found' \
			-e 'outdated mandoc\.db lacks')
	[ -z "$said" ] || fault "$said"
	for page in $(sed -n 's/^\.Xr \(kvmdigest[a-z.-]*\) \([0-9]\).*/\1.\2/p' \
		"$file" | sort -u); do
		printf '%s\n' "$list" | grep -q "^\([^/]*/\)*$page\$" ||
			fault "$file: names $page, which is not there"
	done
done
verdict
