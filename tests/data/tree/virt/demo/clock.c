/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clock.c - an invented clock that a host lends to its guests.
 *
 * Sample data: the patches of the sample mail apply to it, nothing builds it.
 */
#include "clock.h"

/* Ticks of the host as the guest counts them. */
unsigned long long demo_clock_read(const struct demo_clock *clock,
                                   unsigned long long ticks)
{
	return (ticks - clock->offset) / clock->scale;
}

void demo_clock_start(struct demo_clock *clock, unsigned long long ticks)
{
	clock->offset = ticks;
	clock->scale = 1;
	clock->running = 1;
}

void demo_clock_stop(struct demo_clock *clock)
{
	clock->running = 0;
}
