#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# report.sh - the report as a user runs it: every message comes back out,
# every failure has its exit code and its one line, a marker moves when the
# output is written and not before, and reading changes nothing.
. "$(dirname "$0")/../support/report.sh"
work=${work:?}
sample=$KD_SOURCE/tests/data/sample

# Where the marker is; empty: there is none.
marker() {
	report markers 2>/dev/null | awk -v name="$1" '$1 == name { print $2 }'
}

is_at() {
	[ "$(marker "$1")" = "$2" ] ||
		fault "$3: marker $1 is at '$(marker "$1")', not '$2'"
}

# --- no store, then a store -------------------------------------------

expect 66 "no store at $store" start..latest
expect 66 "no store" mark here
expect 66 "no store" markers
[ -z "$(ls -A "$work/store")" ] || fault "the report made something"

# Each message comes back as it was, right after its delivery.  076 is 075
# again by another way; 077 is other content under the id of 013.
for file in "$sample"/*.eml; do
	deliver "$file"
	case $file in
	*/076-*) continue ;;
	*/077-*) set -- "$(message_id "$file")" --variant 2 ;;
	*/086-* | */087-* | */088-* | */091-* | */092-*)
		set -- latest --list none
		;;
	*) set -- latest ;;
	esac
	report show --raw "$@" >"$work/raw" || fault "show $*: exit $?"
	cmp "$work/raw" "$file" || fault "$file did not come back"
done
for file in "$sample"/*.eml; do
	id=$(message_id "$file")
	case $id:$file in
	:* | */076-* | */077-*) continue ;;
	esac
	report show --raw "$id" | cmp - "$file" ||
		fault "$file did not come back by $id"
	report show "$id" >"$work/shown" || fault "show $id: exit $?"
	! LC_ALL=C grep -q "$(printf '[\001-\010\013-\037\177]')" \
		"$work/shown" || fault "show $id: control characters"
done

# --- points and ranges ------------------------------------------------

first=$(message_id "$sample/001-patch-plain.eml")
later=$(message_id "$sample/013-patch-v2-single.eml")
bare=${first#<}
bare=${bare%>}
id=$(report show "$first" | sed -n 's/^Id: //p')
for point in "$first" "$bare" "$id" "$(echo "$id" | cut -c 1-6)"; do
	report show --raw "$point" | cmp -s - "$sample/001-patch-plain.eml" ||
		fault "show $point is another message"
done
expect 0 "" "$first..$later"
expect 0 "" "$first.."
expect 0 "" "..$first"
expect 0 "" "2 days ago..now"
expect 0 "" "start..2038-01-01"
expect 0 "" "2020-01-01T00:00Z..yesterday"
grep -qx 'No messages in this range.' "$work/out" ||
	fault "an empty range does not say so"
expect 0 "" --format classic latest..latest

expect 66 "no marker, id or date 'nosuch'" nosuch..latest
expect 66 "no message <nosuch@example.org>" "..<nosuch@example.org>"
expect 66 "nosuch" show nosuch
expect 66 "no variant 2" show "$first" --variant 2
expect 66 "no message had arrived" show start
expect 66 "no marker 'nosuch'" unmark nosuch
expect 64 "runs backwards" "$later..$first"
expect 64 "runs backwards" latest..start
expect 64 "runs backwards" now..yesterday
expect 64 "no such date" 2025-02-30..latest
expect 64 "FROM..TO" digest latest
expect 64 "neither a command" find
expect 64 "no list 'PPC'" --list PPC start..latest
expect 64 "no option --nosuch" --nosuch x start..latest
expect 64 "no format 'xml'" --format xml start..latest
expect 64 "no section 'series'" --section series start..latest
expect 64 "from 1 to" --top 0 start..latest
for address in nobody 'a@b,c@d' 'a b@c'; do
	expect 64 "--to $address: an address like" --format mail \
		--to "$address" start..latest
done
expect 64 "cannot be a marker" mark latest
expect 64 "cannot be a marker" --advance=a..b start..latest

# --- markers ----------------------------------------------------------

report mark here "$first" | grep -qx "here set to $id" || fault "mark: not said"
report mark here "$later" | grep -qx "here moved from $id to [0-9a-f]*" ||
	fault "mark: a move is not said"
report mark here "$id" >/dev/null
is_at here "$id" "mark back"
report mark "$id" "$later" >/dev/null
report show --raw "$id" | cmp -s - "$sample/013-patch-v2-single.eml" ||
	fault "a marker that looks like an id does not win"
report unmark "$id" | grep -q "^$id removed" || fault "unmark: not said"
report show --raw "$id" | cmp -s - "$sample/001-patch-plain.eml" ||
	fault "the id means something else after unmark"

# --- --advance --------------------------------------------------------

# no_advance CODE NAME: what just ended with $got wrote nothing.
no_advance() {
	[ "$got" -eq "$1" ] || fault "$2: exit $got, not $1"
	is_at last "$before" "$2"
}
before=
expect 0 "no marker 'last' yet"
[ -z "$(marker last)" ] || fault "a digest alone sets a marker"
report --advance >/dev/full 2>"$work/err"
got=$?
no_advance 74 "a full disk before there is a marker"
report start.."$first" --advance >"$work/out" || fault "--advance: exit $?"
before=$id
is_at last "$id" "--advance"

report --advance >/dev/full 2>"$work/err"
got=$?
no_advance 74 "a full disk"
[ "$(wc -l <"$work/err")" -eq 1 ] || fault "a full disk: not one line"
report --advance -o /dev/full 2>/dev/null
got=$?
no_advance 74 "-o /dev/full"
report --advance >&- 2>/dev/null
got=$?
no_advance 74 "a closed standard output"
mkfifo "$work/fifo"
cat "$work/fifo" >/dev/null &
exec 3>"$work/fifo"
kill $!
wait $! 2>/dev/null
report --advance >&3 2>"$work/err"
got=$?
exec 3>&-
no_advance 0 "a closed pipe"
[ ! -s "$work/err" ] || fault "a closed pipe: $(cat "$work/err")"
# All of it fits into the pipe before the reader has its first line.
{
	report --advance 2>"$work/err"
	echo $? >"$work/got"
} | dd bs=1 count=100 2>/dev/null >/dev/null
read -r got <"$work/got"
no_advance 0 "a reader that leaves after the first lines"
report --advance -o "$work/nosuch/out" 2>/dev/null
got=$?
no_advance 74 "-o into no directory"
report --advance nosuch.. 2>/dev/null
got=$?
no_advance 66 "--advance from nowhere"
report --advance=other .."$first" >/dev/null
is_at other "$id" "--advance=other"
is_at last "$id" "--advance=other"

report --advance >"$work/out" 2>"$work/err" || fault "--advance: exit $?"
[ ! -s "$work/err" ] || fault "--advance: $(cat "$work/err")"
grep -q '^v3 ' "$work/out" || fault "--advance: nothing new in it"
report --advance >"$work/out" || fault "--advance again: exit $?"
grep -qx 'No messages in this range.' "$work/out" ||
	fault "--advance: the same again"

# Someone else moves the marker while the output waits for its reader.
report --advance=other other.. -o "$work/fifo" 2>"$work/err" &
sleep 1
report mark other "$later" >/dev/null || fault "mark while a digest is made"
before=$(marker other)
cat "$work/fifo" >/dev/null
wait $!
got=$?
[ $got -eq 75 ] || fault "a marker moved by another: exit $got"
is_at other "$before" "a marker moved by another"

# --- -o ---------------------------------------------------------------

report start..latest --messages all >"$work/whole"
report start..latest --messages all -o "$work/file" || fault "-o: exit $?"
cmp "$work/file" "$work/whole" || fault "-o: other bytes"
echo old >"$work/file"
chmod 640 "$work/file"
ln -s file "$work/link"
report start..latest --messages all -o "$work/link" || fault "-o: a link"
cmp "$work/file" "$work/whole" || fault "-o: not written through a link"
[ -L "$work/link" ] || fault "-o: the link is gone"
[ "$(stat -c %a "$work/file")" = 640 ] || fault "-o: the mode is another"
report start..latest --messages all -o - | cmp - "$work/whole" ||
	fault "-o -: other bytes"
cat "$work/fifo" >"$work/read" &
report start..latest --messages all -o "$work/fifo" || fault "-o: a FIFO"
wait $!
cmp "$work/read" "$work/whole" || fault "-o: other bytes in a FIFO"
[ -p "$work/fifo" ] || fault "-o: the FIFO is gone"
report show --raw "$first" -o "$work/raw" || fault "show -o: exit $?"
cmp "$work/raw" "$sample/001-patch-plain.eml" || fault "show -o: other bytes"

# In the middle of writing there is no more room.
cp "$work/whole" "$work/big"
for i in 1 2 3 4 5 6 7 8; do
	cat "$sample"/0*.eml
done | sed '1i Subject: [PATCH] large\nMessage-ID: <large@example.org>\nList-Id: <kvm.vger.kernel.org>\n' \
	>"$work/large.eml"
deliver "$work/large.eml"
echo old >"$work/file"
(
	ulimit -f 500
	report '<large@example.org>..' -o "$work/file" 2>/dev/null
) || fault "-o: a small file does not fit"
echo old >"$work/file"
(
	ulimit -f 500
	report show --raw '<large@example.org>' -o "$work/file" 2>"$work/err"
)
got=$?
[ $got -eq 74 ] || fault "-o: no room, and exit $got"
[ "$(cat "$work/file")" = old ] || fault "-o: no room, and the old is gone"
[ -z "$(find "$work" -name '.kvmdigest-*')" ] || fault "-o: something is left"

# --- reading changes nothing, and waits for nobody --------------------

sums() {
	(cd "$work/store" && find . -type f -exec sha256sum {} + |
		sort -k 2)
}
sums >"$work/before"
for i in start..latest start..start nosuch.. "$later..$first"; do
	report "$i" >/dev/null 2>&1
	report --format classic "$i" >/dev/null 2>&1
done
report markers >/dev/null
report show "$first" >/dev/null
sums | cmp - "$work/before" || fault "reading changed the store"
if command -v flock >/dev/null; then
	flock "$store-lock" timeout 5 "$KD_BIN/kvmdigest-report" -d "$store" \
		start..latest >/dev/null || fault "a digest waits for the lock"
	expect_busy() {
		flock "$store-lock" "$KD_BIN/kvmdigest-report" -d "$store" \
			mark busy 2>"$work/err"
		got=$?
		[ $got -eq 75 ] || fault "a held lock: exit $got"
	}
	expect_busy
fi

# --- what is no store, no configuration -------------------------------

good=$store
store=$work/garbage.db
head -c 40000 "$sample/001-patch-plain.eml" >"$store"
cp "$store" "$work/garbage"
expect 65 "$store" start..latest
expect 65 "$store" mark here
cmp "$store" "$work/garbage" || fault "what is no database was changed"
: >"$work/empty.db"
store=$work/empty.db
expect 65 "$store" start..latest
store=$work/newer/kvm.db
cp -R "$work/store" "$work/newer"
python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("PRAGMA user_version = 9999")' "$store"
expect 78 "newer" start..latest
chmod 777 "$work/newer"
expect 77 "$work/newer" start..latest
store=$good
echo 'reprot: { top = 3; };' >"$work/conf"
chmod 600 "$work/conf"
expect 78 "$work/conf:1" -c "$work/conf" start..latest
expect 78 "$work/nosuch.conf" -c "$work/nosuch.conf" start..latest
echo 'report: { top = 2; sections = [ "domains" ]; };' >"$work/conf"
expect 0 "" -c "$work/conf" start..latest
grep -q '^Top 2 contributor Email domains' "$work/out" ||
	fault "the configuration plays no part"
[ "$(grep -c '^Top ' "$work/out")" -eq 1 ] || fault "report.sections: more"

# Two ids that begin with the same four digits.
python3 - "$work" <<'END' || fault "no pair of ids"
import hashlib, sys
seen = {}
for n in range(100000):
    name = "pair%d@example.org" % n
    short = hashlib.sha256(name.encode()).hexdigest()[:4]
    if short in seen:
        break
    seen[short] = name
for i, each in enumerate((seen[short], name)):
    with open("%s/pair%d.eml" % (sys.argv[1], i), "w") as mail:
        mail.write("Message-ID: <%s>\nSubject: one of two\n"
                   "List-Id: <kvm.vger.kernel.org>\n\n.\n" % each)
with open(sys.argv[1] + "/pair", "w") as out:
    out.write(short)
END
deliver "$work/pair0.eml"
expect 0 "" show "$(cat "$work/pair")"
deliver "$work/pair1.eml"
expect 65 "$(cat "$work/pair")" show "$(cat "$work/pair")"
expect 65 "$(cat "$work/pair")" "$(cat "$work/pair")..latest"

report --help | grep -q '^usage: ' || fault "--help: no usage"
report --version | grep -q '^kvmdigest-report [0-9]' || fault "--version"
verdict
