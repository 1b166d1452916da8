/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.h - an invented clock that a host lends to its guests.
 *
 * Sample data: the patches of the sample mail apply to it, nothing builds it.
 */
#ifndef DEMO_CLOCK_H
#define DEMO_CLOCK_H

struct demo_clock {
	unsigned long long offset;
	unsigned int scale;
	int running;
};

unsigned long long demo_clock_read(const struct demo_clock *clock,
                                   unsigned long long ticks);
void demo_clock_start(struct demo_clock *clock, unsigned long long ticks);
void demo_clock_stop(struct demo_clock *clock);

#endif /* DEMO_CLOCK_H */
