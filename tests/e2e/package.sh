#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# package.sh - the Debian package, in a Debian that has nothing else: it is
# made by cpack, lintian finds no error; it installs, its manual pages read,
# its units verify, the first delivery and digest work with nothing set up,
# the recipes name the programs where they are; a store of the package of
# an earlier commit is read after the upgrade; removal leaves it alone.
#
# The bare system is made once for each build tree, and so is the earlier
# package: both lie in $KD_BUILD/bare.
: "${KD_SOURCE:?}" "${KD_BUILD:?}"
sample=$KD_SOURCE/tests/data/sample

# What this machine lacks; only history may be missing where CI=true.
skip() {
	echo "skipped: $*"
	[ "${CI:-}" != true ] || exit 1
	exit 77
}
[ "$(id -u)" -eq 0 ] || skip "a bare Debian root needs root"
for tool in cpack dpkg-deb dpkg-shlibdeps file lintian mmdebstrap sqlite3; do
	command -v $tool >/dev/null || skip "there is no $tool"
done
suite=$(. /etc/os-release && [ "$ID" = debian ] && echo "$VERSION_CODENAME")
[ -n "$suite" ] || skip "this is no Debian"

work=$(mktemp -d) || exit 1
root=$work/root
earlier=
clean() {
	[ -z "$earlier" ] || kill "$earlier" 2>/dev/null
	umount "$root/proc" 2>/dev/null
	rm -rf --one-file-system "$work"
}
trap clean EXIT
trap 'exit 1' HUP INT TERM
mkdir -p "$root" "$KD_BUILD/bare"
faults=0

fault() {
	echo "FAULT: $*"
	faults=$((faults + 1))
}

die() {
	echo "FAULT: $*"
	exit 1
}

# --- the earlier package, while the bare system is made ---------------

# Whoever owns the repository, we are root.
printf '[safe]\n\tdirectory = *\n' >"$work/gitconfig"
GIT_CONFIG_GLOBAL=$work/gitconfig
export GIT_CONFIG_GLOBAL

# The oldest commit that can make one.
find_earlier() {
	command -v git >/dev/null || return
	cd "$KD_SOURCE" || return
	first=$(git log --diff-filter=A --format=%h -- conf/package.cmake \
		2>/dev/null | tail -n 1)
	[ -z "$first" ] || [ "$first" = "$(git log -1 --format=%h)" ] ||
		echo "$first"
}

# With the libraries of that commit.  Without optimization, and where there is
# ccache with it: that is quick.
make_earlier() {
	git clone -q --no-checkout "$KD_SOURCE" "$work/src" &&
		git -C "$work/src" checkout -q "$1" &&
		sh "$work/src/conf/packages" build &&
		cmake -S "$work/src" -B "$work/src/build" \
			-DCMAKE_BUILD_TYPE=Debug -DKD_WERROR=OFF \
			-DCMAKE_C_COMPILER_LAUNCHER="$(command -v ccache)" &&
		cmake --build "$work/src/build" -j 2 &&
		(cd "$work/src/build" && cpack -G DEB -B "$work/earlier") &&
		mv "$work"/earlier/*.deb "$old"
}

commit=$(find_earlier)
old=$KD_BUILD/bare/earlier-$commit.deb
if [ -n "$commit" ] && [ ! -e "$old" ]; then
	make_earlier "$commit" >"$work/earlier.log" 2>&1 &
	earlier=$!
fi

# --- the bare system --------------------------------------------------

packages=man-db,bash-completion,systemd
base=$KD_BUILD/bare/$suite-$packages.tar
if [ ! -f "$base" ]; then
	mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* \
		2>/dev/null | sed -n 's/^URIs: *//p; s/^deb \([^ ]*\) .*/\1/p' |
		grep '/debian/*$' | head -n 1)
	mmdebstrap --variant=apt --format=tar --include=$packages \
		--aptopt='Acquire::Languages "none"' \
		--dpkgopt=force-unsafe-io "$suite" "$base.new" \
		${mirror:+"$mirror"} >"$work/log" 2>&1 ||
		skip "no bare Debian: $(grep '^E: ' "$work/log" | tail -n 1)"
	rm -rf "$base" && mv "$base.new" "$base"
fi
tar -C "$root" -xf "$base" && [ -c "$root/dev/null" ] ||
	skip "cannot unpack a Debian root"
mount -t proc proc "$root/proc" || skip "cannot mount /proc in a root"

# as USER COMMAND...: in there, with what a login has; none of ours
as() {
	user=$1
	shift
	chroot "$root" su - "$user" -c "$*"
}

apt() {
	chroot "$root" env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C \
		DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
		--no-install-recommends "$@" >"$work/apt" 2>&1 ||
		fault "apt-get $*: $(cat "$work/apt")"
}

chroot "$root" useradd -m -s /bin/bash reader || die "no user in the root"

# deliver FILE...
deliver() {
	for mail; do
		as reader kvmdigest-mda <"$mail" >"$work/out" 2>&1 ||
			fault "delivery of $mail: exit $?"
		[ ! -s "$work/out" ] ||
			fault "delivery of $mail says $(cat "$work/out")"
	done
}

# digest WORD: there is one, and it has that word
digest() {
	as reader kvmdigest-report digest start.. >"$work/digest" ||
		fault "the digest: exit $?"
	grep -qF -e "$1" "$work/digest" ||
		fault "no $1 in: $(cat "$work/digest")"
}

# --- the package ------------------------------------------------------

(cd "$KD_BUILD" && cpack -G DEB -B "$work/deb") >"$work/log" 2>&1 ||
	die "cpack: $(cat "$work/log")"
deb=$(find "$work/deb" -maxdepth 1 -name 'kvmdigest_*.deb')
[ -f "$deb" ] || die "cpack made no package: $(ls "$work/deb")"
lintian --fail-on error,warning --tag-display-limit 0 "$deb" \
	>"$work/out" 2>&1 || fault "lintian: $(cat "$work/out")"
depends=$(dpkg-deb -f "$deb" Depends)
case $depends in
*libc6*) ;;
*) fault "the package does not know what it needs: $depends" ;;
esac
[ -z "$(dpkg-deb -c "$deb" | awk '$2 != "root/root"')" ] ||
	fault "something in the package is not root's"
! dpkg-deb -c "$deb" | grep -q ' \./etc/' || fault "a file in /etc"
cp "$deb" "$root/new.deb"

# --- an earlier one, and the upgrade ----------------------------------

[ -z "$earlier" ] || wait "$earlier" ||
	die "$commit makes no package: $(tail "$work/earlier.log")"
earlier=
if [ -n "$commit" ]; then
	cp "$old" "$root/old.deb"
	apt install /old.deb
	deliver "$sample/001-patch-plain.eml"
	digest 'Top '
	as reader kvmdigest-report mark here >/dev/null || fault "mark: exit $?"
	was=$(chroot "$root" dpkg-query -W -f '${Version}' kvmdigest)
fi
apt install /new.deb
now=$(chroot "$root" dpkg-query -W -f '${Version}' kvmdigest)
[ "$now" = "$(dpkg-deb -f "$deb" Version)" ] || fault "installed is $now"

# --- what is installed ------------------------------------------------

for page in $(dpkg-deb -c "$deb" | sed -n 's|.*/man/man[15]/\(.*\)\.gz$|\1|p'); do
	name=${page%.*}
	as reader man "${page##*.}" "$name" >"$work/out" 2>"$work/err" ||
		fault "man $name: exit $?"
	[ ! -s "$work/err" ] || fault "man $name: $(cat "$work/err")"
	grep -q "$name" "$work/out" || fault "man $name: nothing of it"
done
for page in kvmdigest-mda kvmdigest-report kvmdigest-mail kvmdigest-fetch \
	kvmdigest.conf kvmdigest-store; do
	chroot "$root" man -w "$page" >"$work/out" 2>&1 ||
		fault "there is no manual page $page"
done
as reader 'mkdir -m 700 run && XDG_RUNTIME_DIR=$HOME/run \
	systemd-analyze verify --user /usr/lib/systemd/user/kvmdigest-*' \
	>"$work/out" 2>&1 && [ ! -s "$work/out" ] ||
	fault "systemd-analyze: $(cat "$work/out")"
! grep -rn /usr/local/bin/ "$root/usr/share/doc/kvmdigest/examples" ||
	fault "a sample names a program where it is not"
views=/usr/share/kvmdigest/views.sql
as reader man 5 kvmdigest-store | grep -qF "init $views" ||
	fault "kvmdigest-store(5) names the views where they are not"

# --- the first mail ---------------------------------------------------

deliver "$sample/001-patch-plain.eml" "$sample/013-patch-v2-single.eml"
digest 'Top '
as reader kvmdigest-report >"$work/out" 2>&1 || fault "the report: exit $?"
as reader 'cp /usr/share/doc/kvmdigest/examples/procmailrc.sample \
	.procmailrc && chmod 600 .procmailrc && kvmdigest-mda -v --check' \
	>"$work/out" 2>&1 || fault "--check: exit $?: $(cat "$work/out")"
grep -q '^ok: .*procmailrc:.*no mail is lost' "$work/out" &&
	grep -q '^ok: .*: /usr/bin/kvmdigest-mda is there' "$work/out" ||
	fault "--check does not agree with the recipe: $(cat "$work/out")"
printf '#!/bin/sh\ncat >"$HOME/sent"\n' >"$root/usr/sbin/sendmail"
chmod 755 "$root/usr/sbin/sendmail"
as reader kvmdigest-mail --to reader@example.org ||
	fault "kvmdigest-mail: exit $?"
grep -qx 'To: reader@example.org' "$root/home/reader/sent" ||
	fault "no digest was sent"
# The store, with the sqlite3 of this machine.
cp -R "$root/home/reader/.local/share/kvmdigest" "$work/store"
sqlite3 -readonly -init "$root$views" "$work/store/kvm.db" \
	'SELECT count(DISTINCT message_id) FROM kvmdigest_message' \
	>"$work/out" 2>&1
[ "$(cat "$work/out")" = 2 ] || fault "the views: $(cat "$work/out")"
if [ -n "$commit" ]; then
	as reader kvmdigest-report markers | grep -q '^here ' ||
		fault "the upgrade from $was has lost a marker"
fi

# --- completion -------------------------------------------------------

# Loaded as bash-completion does it at the first TAB.
cat >"$root/home/reader/complete" <<'END'
. /usr/share/bash-completion/bash_completion
_completion_loader kvmdigest-report
COMP_LINE="kvmdigest-report mar"
COMP_POINT=${#COMP_LINE}
COMP_WORDS=(kvmdigest-report mar)
COMP_CWORD=1
function=$(complete -p kvmdigest-report | sed 's/.*-F \([^ ]*\).*/\1/')
$function kvmdigest-report mar kvmdigest-report
printf '%s\n' "${COMPREPLY[@]}"
END
as reader bash complete >"$work/out" 2>&1
grep -q '^markers *$' "$work/out" ||
	fault "bash does not complete: $(cat "$work/out")"

# --- removal ----------------------------------------------------------

sums() {
	(cd "$root/home/reader" && find .local -type f -exec sha256sum {} + |
		sort -k 2)
}
sums >"$work/before"
grep -q kvm.db "$work/before" || fault "no store in a reader's home"
apt remove kvmdigest
apt install /new.deb
apt purge kvmdigest
sums | cmp - "$work/before" || fault "removal has changed the store"
left=$(find "$root" -xdev -path "$root/home" -prune -o \
	-path "$root/var/lib/dpkg" -prune -o -path "$root/var/log" -prune -o \
	-name '*kvmdigest*' -print)
[ -z "$left" ] || fault "purge leaves $left"

[ "$faults" -eq 0 ] || exit 1
[ -n "$commit" ] || {
	echo "skipped: the upgrade: no earlier commit that makes a package"
	exit 77
}
