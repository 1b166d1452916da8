#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# elf.sh COMPILER PROGRAM... - what was asked of compiler and linker stands
# in the programs: position independent, all of RELRO, no stack that can be
# executed, no segment that can be written and executed, stack protector,
# fortified calls, no RPATH, and CET where the compiler has it.
#
# First it looks at programs that it builds with one of these left out, and
# fails when it does not see that.
compiler=$1
shift
for tool in readelf objdump; do
	command -v $tool >/dev/null && continue
	echo "skipped: there is no $tool"
	exit 77
done
LC_ALL=C
export LC_ALL
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
wrong=0

# has FILE PATTERN WHAT-IS-MISSING, lacks FILE PATTERN WHAT-IS-THERE
has() {
	grep -Eq -- "$2" "$1" || lack="$lack; $3"
}

lacks() {
	! grep -Eq -- "$2" "$1" || lack="$lack; $3"
}

# look PROGRAM: sets lack to what is wrong with it, or to nothing.
look() {
	lack=
	for part in h l d s; do
		readelf -W -$part "$1" >"$work/$part" 2>/dev/null || {
			lack="; readelf -$part fails"
			return
		}
	done
	has "$work/h" 'Type: *DYN' 'no PIE'
	has "$work/d" 'FLAGS_1.* PIE' 'no PIE flag'
	has "$work/l" 'GNU_RELRO' 'no RELRO'
	has "$work/d" 'FLAGS.*BIND_NOW|FLAGS_1.* NOW' 'no BIND_NOW'
	has "$work/l" 'GNU_STACK' 'no GNU_STACK'
	lacks "$work/l" 'GNU_STACK.* RWE ' 'executable stack'
	lacks "$work/l" 'LOAD .* RWE ' 'writable and executable segment'
	lacks "$work/d" '\((RPATH|RUNPATH)\)' 'RPATH'
	lacks "$work/d" '\(TEXTREL\)' 'TEXTREL'
	has "$work/s" '__stack_chk_fail' 'no stack protector'
	has "$work/s" '__[a-z_]+_chk(@| |$)' 'no fortified call'
	objdump -d --no-show-raw-insn --disassemble=main "$1" >"$work/m" \
		2>/dev/null || lack="$lack; objdump fails"
	[ -z "$cet" ] || has "$work/m" 'endbr(64|32)' 'no CET'
}

# build FLAG...: $work/a, as a program of ours is, and then FLAG.
build() {
	"$compiler" -O2 -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2 -fPIE -pie \
		-fstack-protector-strong $cet -Wl,-z,relro -Wl,-z,now \
		-Wl,-z,noexecstack "$@" -o "$work/a" "$work/a.c" \
		2>"$work/said" || {
		echo "$compiler $*: it does not build:"
		cat "$work/said"
		exit 1
	}
}

cat >"$work/a.c" <<-END
	#include <stdio.h>
	#include <string.h>
	#ifdef BOTH
	__asm__(".pushsection .both,\"awx\",@progbits; .byte 1; .popsection");
	#endif
	int main(int argc, char *argv[])
	{
	  char copy[16];
	  strcpy(copy, argv[argc - 1]);
	  return printf("%s\n", copy) < 0;
	}
END

# CET is for one family of processors, and not all of their compilers.  The
# note about it is there only where the C library was built for it, too.
cet=
if "$compiler" -Werror -fcf-protection -o "$work/a" "$work/a.c" 2>/dev/null &&
	objdump -d --disassemble=main "$work/a" | grep -Eq 'endbr(64|32)'; then
	cet=-fcf-protection
fi

build
look "$work/a"
[ -z "$lack" ] || {
	echo "a program as it should be${lack}"
	wrong=1
}

# sees WHAT FLAG...: what FLAG takes away is missed.
sees() {
	what=$1
	shift
	build "$@"
	look "$work/a"
	case $lack in
	*"$what"*) ;;
	*)
		echo "$*: not seen: $what${lack}"
		wrong=1
		;;
	esac
}
sees 'no PIE' -fno-pie -no-pie
sees 'no RELRO' -Wl,-z,norelro
sees 'no BIND_NOW' -Wl,-z,lazy
sees 'executable stack' -Wl,-z,execstack
sees 'writable and executable segment' -DBOTH
sees 'RPATH' -Wl,-rpath,/nowhere
sees 'no stack protector' -fno-stack-protector -U_FORTIFY_SOURCE
sees 'no fortified call' -U_FORTIFY_SOURCE
[ -z "$cet" ] || sees 'no CET' -fcf-protection=none

for program; do
	look "$program"
	[ -z "$lack" ] || {
		echo "$program${lack}"
		wrong=1
	}
done
exit $wrong
