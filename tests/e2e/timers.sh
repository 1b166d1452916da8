#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
#
# timers.sh - what runs by itself: kvmdigest-mail against a sendmail that
# takes the mail, refuses it, or dies with its caller, and no message is
# lost or left out; kvmdigest-fetch on an archive that grows; the cron lines
# in cron's environment; the units of systemd, as far as one can look at them
# without running it.
. "$(dirname "$0")/../support/hook.sh"
command -v git >/dev/null || {
	echo "skipped: there is no git"
	exit 77
}
PATH=$work/mta:$PATH
unset XDG_STATE_HOME SENDMAIL
export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_SYSTEM=/dev/null
export GIT_AUTHOR_NAME=archive GIT_AUTHOR_EMAIL=archive@example.org
export GIT_COMMITTER_NAME=archive GIT_COMMITTER_EMAIL=archive@example.org
conf=$HOME/.config/kvmdigest/kvmdigest.conf
mkdir -p bin mta sent tried "$HOME/.config/kvmdigest"
ln -s "$hook" "$report" bin
cp "$KD_SOURCE/conf/kvmdigest-mail" "$KD_SOURCE/conf/kvmdigest-fetch" bin
echo 'report: { mail_to = "reader@example.org"; };' >"$conf"

# It keeps what it took in sent/, what it refused in tried/, each a number.
cat >mta/sendmail <<END
#!/bin/sh
echo "\$*" >$work/mta/arguments
how=\$(cat $work/mta/how)
to=sent
[ "\$how" != refuse ] || to=tried
n=\$(ls $work/\$to | wc -l)
cat >$work/\$to/\$((n + 1))
case \$how in
refuse) exit 75 ;;
die) kill -KILL \$PPID ;;
slow) sleep 1 ;;
esac
END
chmod +x mta/sendmail
echo take >mta/how

deliver() {
	for n; do
		mail "$n" | "$hook" || fault "delivery of $n: exit $?"
	done
}

# run WHAT CODE COMMAND...: what it says is in err; when all went well, that
# is nothing
run() {
	what=$1
	code=$2
	shift 2
	"$@" >out 2>err
	got=$?
	[ $got -eq "$code" ] || fault "$what: exit $got, not $code: $(cat err)"
	[ ! -s out ] || fault "$what: on standard output: $(cat out)"
	[ $got -ne 0 ] || [ ! -s err ] || fault "$what: $(cat err)"
	[ $got -eq 0 ] || [ -s err ] || fault "$what: exit $got, and no word"
}

says() {
	grep -qF -e "$1" err || fault "$what: no '$1' in: $(cat err)"
}

# have WHAT COUNT: so many mails were sent
have() {
	n=$(find sent -type f | wc -l)
	[ "$n" -eq "$2" ] || fault "$1: $n mails were sent, not $2"
}

# holds FILE NUMBER...: this digest is of these messages, and of no other.
holds() {
	file=$1
	shift
	grep -o 'change number [0-9]*' "$file" | sed 's/.* //' | sort -un |
		tr '\n' ' ' >numbers
	[ "$(cat numbers)" = "$* " ] ||
		fault "$file is of $(cat numbers)and not of $*"
}

marker() {
	"$report" markers 2>/dev/null |
		awk -v name="$1" '$1 == name { print $2, $4 }'
}

# Script and manual page have the same options.
for name in kvmdigest-mail kvmdigest-fetch; do
	bin/$name -h | sed '/^$/,$!d; /^$/d; /^[^ ]/,$d' >usage
	grep -o '\[-[^]]*\]' usage | sort >options
	[ -s options ] || fault "$name -h: no options in: $(cat usage)"
	sed -n -e 's/ Ar / /' -e 's/^\.Op Fl \(-*[a-z].*\)/[-\1]/p' \
		"$KD_SOURCE/conf/$name.1" | sort | diff options - ||
		fault "$name and its manual page differ"
done

# --- kvmdigest-mail ---------------------------------------------------

run "no store" 66 bin/kvmdigest-mail
says "no store"
deliver 1 2 3
run "the first digest" 0 bin/kvmdigest-mail
have "the first digest" 1
holds sent/1 1 2 3
grep -qx 'To: reader@example.org' sent/1 || fault "sent/1 is to nobody"
[ "$(cat mta/arguments)" = "-i -t" ] || fault "sendmail $(cat mta/arguments)"
run "nothing new" 0 bin/kvmdigest-mail
have "nothing new" 1
bin/kvmdigest-mail -v 2>err || fault "-v: exit $?"
what=-v
says "nothing new since the marker 'mail'"
# What was sent is not what was read.
[ -z "$(marker last)" ] || fault "the marker of the terminal has moved"

# It is away for two days.
before=$(marker mail)
echo refuse >mta/how
deliver 4 5
run "refused" 75 bin/kvmdigest-mail
says "ended with 75"
holds tried/1 4 5
[ "$(marker mail | cut -d' ' -f1)" = "${before% *}" ] ||
	fault "refused, and the marker has moved"
deliver 6
run "refused again" 75 bin/kvmdigest-mail
cmp tried/1 tried/2 || fault "the second try is another mail"
echo take >mta/how
run "taken at last" 0 bin/kvmdigest-mail
have "taken at last" 3
cmp tried/1 sent/2 || fault "what was refused is sent otherwise"
holds sent/3 6
[ -z "$(marker mail.next)" ] || fault "mail.next is left"

# sendmail took it, and the power went: better twice than never.
echo die >mta/how
deliver 7
bin/kvmdigest-mail >out 2>err && fault "killed, and exit 0"
echo take >mta/how
deliver 8
run "after the kill" 0 bin/kvmdigest-mail
have "after the kill" 6
cmp sent/4 sent/5 || fault "the repeated digest is another mail"
holds sent/5 7
holds sent/6 8

# The power went between the last two steps, or a hand moved the marker.
"$report" mark mail.next mail >/dev/null
run "a next that was reached" 0 bin/kvmdigest-mail
echo refuse >mta/how
deliver 9
run "a poor digest" 75 bin/kvmdigest-mail
deliver 10
"$report" mark mail >/dev/null
echo take >mta/how
deliver 11
run "a digest that was given up" 0 bin/kvmdigest-mail
have "a digest that was given up" 7
holds sent/7 11
[ -z "$(marker mail.next)" ] || fault "mail.next is left of what was given up"

# Nobody to send it to: the digest was never made, and nothing has changed.
deliver 12
mv "$conf" "$conf.off"
run "no address" 78 bin/kvmdigest-mail
says "report.mail_to"
[ -z "$(marker mail.next)" ] || fault "no address, and there is a mail.next"
deliver 13
run "--to" 0 bin/kvmdigest-mail --to other@example.org --subject 'number 13'
mv "$conf.off" "$conf"
have "--to" 8
holds sent/8 13
grep -qx 'To: other@example.org' sent/8 || fault "--to is not obeyed"
deliver 14
run "another marker" 0 bin/kvmdigest-mail -m weekly --list all
have "another marker" 9
[ "$(marker weekly | cut -d' ' -f2)" = 0 ] || fault "-m: $(marker weekly)"
run "the marker of before" 0 bin/kvmdigest-mail
holds sent/10 14

run "-o" 64 bin/kvmdigest-mail -o file
run "-m without a name" 64 bin/kvmdigest-mail -m
deliver 15
run "a range" 64 bin/kvmdigest-mail start..latest
run "no such option" 64 bin/kvmdigest-mail --nosuch
run "no sendmail" 69 env SENDMAIL=nosuch bin/kvmdigest-mail
says "no nosuch"
have "faults" 10
run "SENDMAIL" 0 env "SENDMAIL=sendmail -v" bin/kvmdigest-mail
[ "$(cat mta/arguments)" = "-v -i -t" ] || fault "SENDMAIL is not obeyed"
holds sent/11 15

# Two at once.
echo slow >mta/how
deliver 16
bin/kvmdigest-mail 2>err.other &
run "one of two" 0 bin/kvmdigest-mail
wait $! || fault "the other of two: exit $?: $(cat err.other)"
have "two at once" 12
echo take >mta/how

# --- kvmdigest-fetch --------------------------------------------------

# post EPOCH NUMBER...: as public-inbox does it
post() {
	git=server/kvm/$1
	shift
	[ -d "$git" ] || git init -q --bare -b master "$git"
	for n; do
		blob=$(mail "$n" | git --git-dir="$git" hash-object -w --stdin)
		tree=$(printf '100644 blob %s\tm\n' "$blob" |
			git --git-dir="$git" mktree)
		parent=$(git --git-dir="$git" rev-parse -q --verify master)
		commit=$(echo "change $n" | git --git-dir="$git" \
			commit-tree "$tree" ${parent:+-p "$parent"})
		git --git-dir="$git" update-ref refs/heads/master "$commit"
	done
}

# knows WHAT COUNT: so many messages are in the store
knows() {
	n=$("$report" export 2>/dev/null | grep -c '^Message-ID: <change-')
	[ "$n" -eq "$2" ] || fault "$1: $n messages in the store, not $2"
}

archive=$HOME/lore/kvm
fetch=bin/kvmdigest-fetch
run "no archive" 66 $fetch "$archive"
says "git clone --mirror"
run "no argument" 64 $fetch
post 0 101 102 103
git clone -q --mirror "$work/server/kvm/0" "$archive/git/0.git"
run "the first fetch" 0 $fetch "$archive"
knows "the first fetch" 19
post 0 104 105
$fetch -v "$archive" 2>err || fault "fetch -v: exit $?"
what="fetch -v"
says "read 2, new 2"
$fetch -v "$archive" 2>err || fault "fetch -v again: exit $?"
says "read 0, new 0"
knows "what was fetched" 21

# The next epochs; what is left of a clone that was cut short is none.
post 1 106
post 2 107
mkdir "$archive/git/1.new"
run "new epochs" 0 $fetch "$archive"
knows "new epochs" 23
[ "$(find "$archive/git" -mindepth 1 -maxdepth 1 | wc -l)" -eq 3 ] ||
	fault "in $archive/git are $(ls "$archive/git")"

# The server is away; what came by another way is taken in all the same.
post 2 108
git --git-dir="$archive/git/2.git" fetch -q
mv server away
run "no server" 75 $fetch "$archive"
says "git/0.git was not fetched"
knows "no server" 24
mv away server
run "the server is back" 0 $fetch "$archive"

# A plain bare clone has no refspec, and fetches nothing by itself.
git clone -q --bare "$work/server/kvm/2" bare.git
post 2 109
run "a bare clone" 0 $fetch bare.git
knows "a bare clone" 25
git clone -q "$work/server/kvm/2" work.git
run "no bare one" 66 $fetch work.git
says "is not bare"
mkdir -m 700 other
run "a list" 0 $fetch -d other/kvm.db -l other=other.example.org "$archive"
[ -s other/kvm.db ] || fault "-d is not obeyed"

# --- cron -------------------------------------------------------------

# by_cron COMMAND: with what cron(8) gives to it, and our sendmail
by_cron() {
	run "cron: $1" 0 env -i HOME="$HOME" LOGNAME=user SHELL=/bin/sh \
		PATH="$work/mta:/usr/bin:/bin" /bin/sh -c "$1"
}
run "before cron" 0 bin/kvmdigest-mail
before=$(find sent -type f | wc -l)
post 2 110
deliver 17
grep -v '^#' "$KD_SOURCE/conf/crontab.sample" | grep . |
	sed "s|/usr/local/bin|$work/bin|" >lines
[ "$(wc -l <lines)" -eq 2 ] || fault "crontab.sample: not two lines"
! grep -q '%' lines || fault "crontab.sample: cron ends a line at %"
! grep -qv '^[0-9]* [0-9*]* \* \* \*	/' lines ||
	fault "crontab.sample: no five fields and a command"
# The fetch, which is the last line, first.
by_cron "$(sed -n '2s/^[^	]*	//p' lines)"
by_cron "$(sed -n '1s/^[^	]*	//p' lines)"
knows cron 27
have cron $((before + 1))
holds "sent/$((before + 1))" 17 110

# --- systemd ----------------------------------------------------------

mkdir -m 700 units run
for unit in "$KD_SOURCE"/conf/*.service "$KD_SOURCE"/conf/*.timer; do
	sed "s|/usr/local/bin|$work/bin|" "$unit" >"units/${unit##*/}"
done
# What they start, started as they do it.
post 2 111
deliver 18
for unit in fetch@ mail; do
	command=$(sed -n "s|%h|$HOME|; s|%i|kvm|; s|^ExecStart=||p" \
		"units/kvmdigest-$unit.service")
	# shellcheck disable=SC2086 # words, as systemd parts them
	env -i HOME="$HOME" PATH="$work/mta:/usr/bin:/bin" $command 2>err ||
		fault "$command: exit $?: $(cat err)"
done
what="the service"
says "sent: KVM mailing list update: "
have "the service" $((before + 2))
holds "sent/$((before + 2))" 18 111

command -v systemd-analyze >/dev/null || {
	[ "$faults" -eq 0 ] || exit 1
	echo "skipped: there is no systemd-analyze to look at the units"
	exit 77
}
# It only warns of what it does not know: any word is a fault.
verify() {
	XDG_RUNTIME_DIR=$work/run systemd-analyze verify --user --man=no \
		units/* >out 2>&1 && [ ! -s out ]
}
verify || fault "systemd-analyze: $(cat out)"
sed -i s/^Nice=/Nize=/ units/kvmdigest-mail.service
! verify || fault "systemd-analyze finds nothing in a unit that is wrong"

[ "$faults" -eq 0 ]
