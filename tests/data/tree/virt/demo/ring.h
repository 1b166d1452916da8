/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring.h - an invented ring of events between a host and a guest.
 *
 * Sample data: the patches of the sample mail apply to it, nothing builds it.
 */
#ifndef DEMO_RING_H
#define DEMO_RING_H

enum { DEMO_RING_SLOTS = 64 };

struct demo_event {
	unsigned int kind;
	unsigned long long when;
	unsigned char data[16];
};

struct demo_ring {
	unsigned int head;
	unsigned int tail;
	unsigned int lost;
	struct demo_event slot[DEMO_RING_SLOTS];
};

void demo_ring_init(struct demo_ring *ring);
unsigned int demo_ring_count(const struct demo_ring *ring);
int demo_ring_push(struct demo_ring *ring, const struct demo_event *event);
int demo_ring_pop(struct demo_ring *ring, struct demo_event *ret);

#endif /* DEMO_RING_H */
