/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_io.h - private to wire*.c: one set of functions that measures, writes
 * and reads, so that the two ends cannot come to differ.
 */
#ifndef KD_MDA_WIRE_IO_H
#define KD_MDA_WIRE_IO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/arena.h"
#include "store/base/text.h"
#include "store/record.h"

enum kd_wire_mode { KD_WIRE_MEASURE, KD_WIRE_WRITE, KD_WIRE_READ };

struct kd_wire {
	enum kd_wire_mode mode;
	unsigned char *out;      /* KD_WIRE_WRITE */
	const unsigned char *in; /* KD_WIRE_READ */
	size_t size;             /* read: bytes left; else: bytes so far */
	struct kd_bytes raw;     /* read: the message itself */
	struct kd_arena *arena;  /* read: for strings */
	bool cut;                /* something was too long to be written */
	bool bad;                /* something does not hold */
	bool nomem;
};

/* Plain bytes.  get: borrowed; NULL, and bad, when there are fewer. */
void kd_wire_put(struct kd_wire *w, const void *data, size_t size);
const unsigned char *kd_wire_get(struct kd_wire *w, size_t size);

/* Numbers.  Read, one outside its limits is bad. */
void kd_wire_size(struct kd_wire *w, size_t *size, size_t max);
void kd_wire_i64(struct kd_wire *w, int64_t *number, int64_t min, int64_t max);
void kd_wire_int(struct kd_wire *w, int *number, int min, int max);
void kd_wire_bool(struct kd_wire *w, bool *flag);
void kd_wire_raw(struct kd_wire *w, unsigned char *bytes, size_t size);

enum kd_wire_how {
	KD_WIRE_REQUIRED = 1, /* NULL is bad */
	KD_WIRE_WHOLE = 2,    /* too long: absent, for half of it would name
	                       * something else; without this it is cut */
	KD_WIRE_FILLED = 4,   /* "" is absent; read, it is bad */
};

/* A string of at most max bytes: one line of UTF-8, or NULL.  how: of enum
 * kd_wire_how. */
void kd_wire_string(struct kd_wire *w, const char **s, size_t max,
                    unsigned int how);

/* A Message-ID, an address: what names something and may be absent. */
void kd_wire_name(struct kd_wire *w, const char **s);

/* The name of a commit: hex digits, or NULL. */
void kd_wire_hex(struct kd_wire *w, const char **s);

#endif /* KD_MDA_WIRE_IO_H */
