/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_io.c - the pieces that a message on the wire is made of.
 *
 * Reading, a piece that does not hold sets bad and comes out harmless, so
 * that the reader looks once, at the end.  It knows no field by name.
 */
#include "mda/wire_io.h"

#include <string.h>

#include "store/hash.h"

static const uint32_t absent = UINT32_MAX; /* the length of a NULL string */

/* --- Bytes and numbers --------------------------------------------- */

void kd_wire_put(struct kd_wire *w, const void *data, size_t size)
{
	if (w->mode == KD_WIRE_WRITE && size > 0)
		memcpy(w->out + w->size, data, size);
	w->size += size;
}

const unsigned char *kd_wire_get(struct kd_wire *w, size_t size)
{
	const unsigned char *data = w->in;

	if (w->bad || w->size < size) {
		w->bad = true;
		return NULL;
	}
	w->in += size;
	w->size -= size;
	return data;
}

static void walk_u64(struct kd_wire *w, uint64_t *value, unsigned int n_bytes)
{
	unsigned char bytes[8] = { 0 };
	const unsigned char *in;

	if (w->mode != KD_WIRE_READ) {
		for (unsigned int i = 0; i < n_bytes; i++)
			bytes[i] = (unsigned char)(*value >> (8 * i) & 0xff);
		kd_wire_put(w, bytes, n_bytes);
		return;
	}
	*value = 0;
	in = kd_wire_get(w, n_bytes);
	for (unsigned int i = 0; in != NULL && i < n_bytes; i++)
		*value |= (uint64_t)in[i] << (8 * i);
}

void kd_wire_size(struct kd_wire *w, size_t *size, size_t max)
{
	uint64_t value = *size;

	walk_u64(w, &value, 8);
	if (w->mode == KD_WIRE_READ && value > max) {
		w->bad = true;
		value = 0;
	}
	*size = (size_t)value;
}

void kd_wire_i64(struct kd_wire *w, int64_t *number, int64_t min, int64_t max)
{
	uint64_t value = (uint64_t)*number;

	walk_u64(w, &value, 8);
	if (w->mode != KD_WIRE_READ)
		return;
	*number = (int64_t)value;
	if (*number < min || *number > max) {
		w->bad = true;
		*number = min;
	}
}

void kd_wire_int(struct kd_wire *w, int *number, int min, int max)
{
	int64_t value = *number;

	kd_wire_i64(w, &value, min, max);
	*number = (int)value;
}

void kd_wire_bool(struct kd_wire *w, bool *flag)
{
	uint64_t value = *flag ? 1 : 0;

	walk_u64(w, &value, 1);
	if (value > 1)
		w->bad = true;
	*flag = value == 1;
}

void kd_wire_raw(struct kd_wire *w, unsigned char *bytes, size_t size)
{
	const unsigned char *in;

	if (w->mode != KD_WIRE_READ) {
		kd_wire_put(w, bytes, size);
		return;
	}
	in = kd_wire_get(w, size);
	if (in != NULL)
		memcpy(bytes, in, size);
}

/* --- Strings ------------------------------------------------------- */

static void put_string(struct kd_wire *w, const char *s, size_t max,
                       unsigned int how)
{
	uint64_t length = absent;
	struct kd_bytes b = kd_bytes_of(s);

	if (b.size == 0 && (how & KD_WIRE_FILLED) != 0)
		s = NULL;
	if (b.size > max) {
		w->cut = true;
		if ((how & KD_WIRE_WHOLE) != 0)
			s = NULL;
		b.size = kd_utf8_cut(b, max);
	}
	if (s != NULL)
		length = b.size;
	else if ((how & KD_WIRE_REQUIRED) != 0)
		w->bad = true;
	walk_u64(w, &length, 4);
	if (s != NULL)
		kd_wire_put(w, b.data, b.size);
}

static bool is_one_line(struct kd_bytes b)
{
	return memchr(b.data, '\n', b.size) == NULL &&
	       memchr(b.data, '\r', b.size) == NULL && kd_utf8_valid(b);
}

static const char *get_string(struct kd_wire *w, size_t max, unsigned int how)
{
	uint64_t length = absent;
	struct kd_bytes b;
	const char *ret;

	walk_u64(w, &length, 4);
	if (w->bad || (length == absent && (how & KD_WIRE_REQUIRED) == 0))
		return NULL;
	b = (struct kd_bytes){ (const char *)w->in, (size_t)length };
	if (length > max || (length == 0 && (how & KD_WIRE_FILLED) != 0) ||
	    kd_wire_get(w, (size_t)length) == NULL || !is_one_line(b)) {
		w->bad = true;
		return NULL;
	}
	ret = kd_arena_strndup(w->arena, b.data, b.size);
	if (ret == NULL)
		w->nomem = true;
	return ret;
}

void kd_wire_string(struct kd_wire *w, const char **s, size_t max,
                    unsigned int how)
{
	if (w->mode == KD_WIRE_READ)
		*s = get_string(w, max, how);
	else
		put_string(w, *s, max, how);
}

void kd_wire_name(struct kd_wire *w, const char **s)
{
	kd_wire_string(w, s, KD_MESSAGE_ID_MAX, KD_WIRE_WHOLE | KD_WIRE_FILLED);
}

void kd_wire_hex(struct kd_wire *w, const char **s)
{
	kd_wire_string(w, s, KD_COMMIT_HEX_MAX, KD_WIRE_WHOLE | KD_WIRE_FILLED);
	if (w->mode != KD_WIRE_READ || *s == NULL)
		return;
	for (const char *digit = *s; *digit != '\0'; digit++)
		w->bad = w->bad || kd_hash_digit(*digit) < 0;
}
