/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * math_unused.c - what stands in for libm, whose functions SQLite has for
 * SQL that computes: the hook has no such statement.
 *
 * Built only where SQLite is inside the program (conf/libraries.cmake).  To
 * find, map and bind one more library costs each delivery as much as parsing
 * a short mail.
 */
#include <math.h>

/* Whoever asks is told that there is no such number. */
#define ONE(name)                                                              \
	double name(double x);                                                 \
	double name(double x)                                                  \
	{                                                                      \
		(void)x;                                                       \
		return (double)NAN;                                            \
	}
#define TWO(name)                                                              \
	double name(double x, double y);                                       \
	double name(double x, double y)                                        \
	{                                                                      \
		(void)x;                                                       \
		(void)y;                                                       \
		return (double)NAN;                                            \
	}

/* clang-format off */
ONE(acos)
ONE(acosh)
ONE(asin)
ONE(asinh)
ONE(atan)
ONE(atanh)
ONE(cos)
ONE(cosh)
ONE(exp)
ONE(log)
ONE(log10)
ONE(log2)
ONE(sin)
ONE(sinh)
ONE(sqrt)
ONE(tan)
ONE(tanh)
ONE(trunc)
TWO(atan2)
TWO(fmod)
TWO(pow)
/* clang-format on */
