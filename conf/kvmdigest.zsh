#compdef kvmdigest-report kvmdigest-mda
# SPDX-License-Identifier: GPL-2.0-or-later
#
# kvmdigest.zsh - what zsh completes behind kvmdigest-report and
# kvmdigest-mda.  Put it under the name _kvmdigest into a directory of $fpath,
# such as share/zsh/vendor-completions, in front of compinit.
#
# The programs themselves say what may follow; here it is only passed on.
local said name
local -a ask line names shown open

ask=(complete --)
[[ ${words[1]:t} != kvmdigest-mda ]] || ask=(--complete --)
(( CURRENT <= 2 )) || line=("${(@Q)words[2,CURRENT-1]}")
line+=("${(Q)PREFIX}")
for said in ${(f)"$(${~${(Q)words[1]}} $ask "$line[@]" 2>/dev/null)"}; do
	name=${said%%$'\t'*}
	case $name in
	:files)
		[[ $PREFIX != --*=* ]] || compset -P 1 '*='
		_files
		return
		;;
	*[=:] | *..) open+=("$name") ;;
	*)
		names+=("$name")
		shown+=("${said/$'\t'/  }")
		;;
	esac
done
compadd -S '' -a open
compadd -l -d shown -a names
