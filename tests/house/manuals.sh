#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# manuals.sh - mandoc finds nothing in the manual pages, nor anything to say
# about their style.  Which other pages are installed here does not matter.
. "$(dirname "$0")/lib.sh"
need mandoc
list=$(sources '\.[1-9]$')
[ -n "$list" ] || fault "no manual pages"
for file in $list; do
	said=$(mandoc -T lint -W style "$file" 2>&1 |
		grep -v -e 'STYLE: referenced manual not found' \
			-e 'outdated mandoc\.db lacks')
	[ -z "$said" ] || fault "$said"
done
verdict
