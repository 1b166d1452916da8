# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# kvmdigest.bash - what bash completes behind kvmdigest-report and
# kvmdigest-mda.  Source it from ~/.bashrc; or put it under the names of both
# programs into share/bash-completion/completions, where the package
# bash-completion finds it.  It needs nothing of that package.
#
# The programs themselves say what may follow; here it is only passed on.

# words: the line up to the cursor.  Bash cuts it at = and : as well, which the
# programs do not.  Quotes are taken off, and nothing of it is run.
_kvmdigest_words() {
	local line=${COMP_LINE:0:COMP_POINT} i word blank
	words=()
	for ((i = 0; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		blank=${line%%[![:space:]]*}
		line=${line#"$blank"}
		[[ $line == "$word"* ]] || word=$line # the cursor is in it
		line=${line#"$word"}
		word=${word//[\\\"\']/}
		if [[ $i -eq 0 || -n $blank ]]; then
			words+=("$word")
		else
			words[${#words[@]} - 1]+=$word
		fi
	done
}

# File names.  Bash finds them by itself where a word begins.
_kvmdigest_files() {
	local name
	if [[ $1 != --*=* || $COMP_WORDBREAKS == *=* ]]; then
		compopt -o default
		return
	fi
	compopt -o filenames
	while IFS= read -r name; do
		COMPREPLY+=("${1%%=*}=$name")
	done < <(compgen -f -- "${1#*=}")
}

# What bash holds to be words in front of the one at the cursor is left out.
_kvmdigest() {
	local words name typed cut='' breaks='' ask=(complete --)
	_kvmdigest_words
	[[ ${words[0]##*/} != kvmdigest-mda ]] || ask=(--complete --)
	typed=${words[${#words[@]} - 1]}
	[[ $COMP_WORDBREAKS != *=* ]] || breaks+='='
	[[ $COMP_WORDBREAKS != *:* ]] || breaks+=':'
	[[ -z $breaks ]] || cut=${typed%"${typed##*["$breaks"]}"}
	while IFS= read -r name; do
		if [[ $name == :files ]]; then
			_kvmdigest_files "$typed"
			continue
		fi
		name=${name%%$'\t'*}
		[[ $name != *[=:] && $name != *.. ]] || compopt -o nospace
		name=${name#"$cut"}
		[[ $name != *[!A-Za-z0-9_.,:=+-]* ]] || printf -v name %q "$name"
		COMPREPLY+=("$name")
	done < <("${words[0]/#\~\//$HOME/}" "${ask[@]}" "${words[@]:1}" 2>/dev/null)
}

complete -F _kvmdigest kvmdigest-report kvmdigest-mda
