#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# install.sh - `cmake --install`: under any prefix, and below DESTDIR, all
# there is to install is there, can be read by everyone, and names the
# programs and the views where they are.
. "$(dirname "$0")/../support/hook.sh"
mkdir -p a/prefix
prefix=$work/a/prefix
cmake --install "$KD_BUILD" --prefix "$prefix" --strip >out 2>&1 ||
	fault "cmake --install: $(cat out)"
DESTDIR=$work/dest cmake --install "$KD_BUILD" --prefix /usr >out 2>&1 ||
	fault "cmake --install below DESTDIR: $(cat out)"
(cd "$prefix" && find . -type f | sort) >there
(cd dest/usr && find . -type f | sort) | diff there - ||
	fault "below DESTDIR it is not the same"
[ "$(ls dest)" = usr ] || fault "beside the prefix lies $(ls dest)"

# The file of the repository, and where it is to be.
doc=share/doc/kvmdigest
{
	for file in "$KD_SOURCE"/conf/*.sample; do
		echo "$file $doc/examples/${file##*/}"
	done
	for file in "$KD_SOURCE"/conf/*.service "$KD_SOURCE"/conf/*.timer; do
		echo "$file lib/systemd/user/${file##*/}"
	done
	for file in kvmdigest-mail kvmdigest-fetch; do
		echo "$KD_SOURCE/conf/$file bin/$file"
	done
	for file in mda/kvmdigest-mda.1 report/kvmdigest-report.1 \
		conf/kvmdigest-mail.1 conf/kvmdigest-fetch.1 \
		conf/kvmdigest.conf.5 store/kvmdigest-store.5; do
		echo "$KD_SOURCE/$file share/man/man${file##*.}/${file##*/}"
	done
	echo "$KD_SOURCE/store/views.sql share/kvmdigest/views.sql"
	echo "$KD_SOURCE/README.md $doc/README.md"
	echo "$KD_SOURCE/report/digest.schema.json $doc/digest.schema.json"
} >files
while read -r from to; do
	mode=644
	[ "${to#bin/}" = "$to" ] || mode=755
	for root in "$prefix" dest/usr; do
		bin=${root#dest}/bin
		data=${root#dest}/share/kvmdigest
		sed "s|/usr/local/bin/|$bin/|
			s|/usr/local/share/kvmdigest/|$data/|" "$from" |
			cmp - "$root/$to" || fault "$root/$to is not $from"
		[ "$(stat -c %a "$root/$to")" = $mode ] ||
			fault "$root/$to has the mode $(stat -c %a "$root/$to")"
	done
done <files
for file in kvmdigest-mda kvmdigest-report; do
	echo "x bin/$file"
	echo "x share/bash-completion/completions/$file"
	echo "x share/fish/vendor_completions.d/$file.fish"
done >>files
echo "x share/zsh/site-functions/_kvmdigest" >>files
awk '{ print "./" $2 }' files | sort | diff - there ||
	fault "not what is to be installed"
[ -z "$(find "$KD_BUILD" -maxdepth 1 -name 'install-*')" ] ||
	fault "copies are left in the build"

# It works from there, with nothing set up, and --check agrees with the
# recipe as it was installed.
mail 1 | "$prefix/bin/kvmdigest-mda" || fault "the installed hook: exit $?"
"$prefix/bin/kvmdigest-report" start..latest >out ||
	fault "the installed report: exit $?"
grep -q 'change number 1' out || fault "the digest is not of it: $(cat out)"
cp "$prefix/$doc/examples/procmailrc.sample" "$HOME/.procmailrc"
chmod 600 "$HOME/.procmailrc"
"$prefix/bin/kvmdigest-mda" -v --check >out 2>err ||
	fault "--check: exit $?: $(cat out err)"
grep -q '^ok: .*procmailrc:.*no mail is lost' out ||
	fault "--check does not agree with the recipe: $(cat out)"
if command -v systemd-analyze >/dev/null; then
	mkdir -m 700 run
	XDG_RUNTIME_DIR=$work/run systemd-analyze verify --user --man=no \
		"$prefix"/lib/systemd/user/* >out 2>&1 && [ ! -s out ] ||
		fault "systemd-analyze: $(cat out)"
fi

[ "$faults" -eq 0 ]
