/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ring.c - put events into the invented ring and take them out of it.
 *
 * Sample data: the patches of the sample mail apply to it, nothing builds it.
 */
#include "ring.h"

void demo_ring_init(struct demo_ring *ring)
{
	ring->head = 0;
	ring->tail = 0;
	ring->lost = 0;
}

unsigned int demo_ring_count(const struct demo_ring *ring)
{
	return ring->head - ring->tail;
}

/* 0, or -1 when the ring is full. */
int demo_ring_push(struct demo_ring *ring, const struct demo_event *event)
{
	if (demo_ring_count(ring) == DEMO_RING_SLOTS)
		return -1;

	ring->slot[ring->head % DEMO_RING_SLOTS] = *event;
	ring->head++;
	return 0;
}

/* 0, or -1 when the ring is empty. */
int demo_ring_pop(struct demo_ring *ring, struct demo_event *ret)
{
	if (ring->head == ring->tail)
		return -1;

	*ret = ring->slot[ring->tail % DEMO_RING_SLOTS];
	ring->tail++;
	return 0;
}
