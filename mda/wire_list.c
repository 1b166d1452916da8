/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wire_list.c - each list has a count of items that it may hold and a sum
 * of bytes for their strings; what fits goes, in its order.
 *
 * One walk for all lists: how an item is weighed and walked is a row of a
 * table.
 */
#include "mda/wire_list.h"

#include <limits.h>
#include <string.h>

/* Not to be sent, however much room there is. */
static const size_t never = SIZE_MAX;

union item {
	const char *string;
	struct kd_trailer trailer;
	struct kd_link link;
	struct kd_taken taken;
};

struct kind {
	size_t item_size; /* bytes of one in memory */
	size_t n_max;
	size_t bytes_max;
	/* The bytes that count against bytes_max; or never. */
	size_t (*weigh)(const union item *item);
	void (*walk)(struct kd_wire *w, union item *item);
};

/* The bytes of s; never when there is none of 1 to max. */
static size_t weigh_string(const char *s, size_t max)
{
	size_t size = kd_bytes_of(s).size;

	return size == 0 || size > max ? never : size;
}

static size_t weigh_path(const union item *item)
{
	return weigh_string(item->string, KD_WIRE_PATH_MAX);
}

static void walk_path(struct kd_wire *w, union item *item)
{
	kd_wire_string(w, &item->string, KD_WIRE_PATH_MAX,
	               KD_WIRE_REQUIRED | KD_WIRE_FILLED);
}

static size_t weigh_title(const union item *item)
{
	return weigh_string(item->string, KD_SUBJECT_MAX);
}

static void walk_title(struct kd_wire *w, union item *item)
{
	kd_wire_string(w, &item->string, KD_SUBJECT_MAX,
	               KD_WIRE_REQUIRED | KD_WIRE_FILLED);
}

/* The names have room of their own: how much of it depends on no mail. */
static size_t weigh_trailer(const union item *item)
{
	const struct kd_trailer *trailer = &item->trailer;

	if (weigh_string(trailer->name, KD_WIRE_TRAILER_NAME_MAX) == never ||
	    trailer->value == NULL || strlen(trailer->value) > KD_TRAILER_MAX)
		return never;
	return strlen(trailer->value);
}

static void walk_trailer(struct kd_wire *w, union item *item)
{
	struct kd_trailer *trailer = &item->trailer;

	kd_wire_string(w, &trailer->name, KD_WIRE_TRAILER_NAME_MAX,
	               KD_WIRE_REQUIRED | KD_WIRE_FILLED);
	kd_wire_string(w, &trailer->value, KD_TRAILER_MAX, KD_WIRE_REQUIRED);
	kd_wire_bool(w, &trailer->of_person);
	kd_wire_bool(w, &trailer->by_sender);
}

static size_t weigh_link(const union item *item)
{
	return weigh_string(item->link.message_id, KD_MESSAGE_ID_MAX) == never
	               ? never
	               : 0;
}

static void walk_link(struct kd_wire *w, union item *item)
{
	struct kd_link *link = &item->link;
	int relation = (int)link->relation;

	kd_wire_int(w, &relation, 1, KD_RELATION_MAX);
	link->relation = (enum kd_relation)relation;
	kd_wire_int(w, &link->version, 0, INT_MAX);
	kd_wire_string(w, &link->message_id, KD_MESSAGE_ID_MAX,
	               KD_WIRE_REQUIRED | KD_WIRE_FILLED);
}

/* The commits have room of their own, too. */
static size_t weigh_taken(const union item *item)
{
	size_t size = kd_bytes_of(item->taken.title).size;

	return size > KD_SUBJECT_MAX ? never : size;
}

static void walk_taken(struct kd_wire *w, union item *item)
{
	struct kd_taken *taken = &item->taken;

	kd_wire_int(w, &taken->number, KD_NUMBER_NONE, KD_PATCH_NUMBER_MAX);
	kd_wire_string(w, &taken->title, KD_SUBJECT_MAX, KD_WIRE_FILLED);
	kd_wire_hex(w, &taken->commit);
}

static const struct kind trailers = {
	sizeof(struct kd_trailer),
	KD_TRAILERS_MAX,
	KD_TRAILERS_SIZE_MAX,
	weigh_trailer,
	walk_trailer,
};
static const struct kind paths = {
	sizeof(const char *), KD_PATHS_MAX, KD_PATHS_SIZE_MAX,
	weigh_path,           walk_path,
};
static const struct kind links = {
	sizeof(struct kd_link), KD_LINKS_MAX, 0, weigh_link, walk_link,
};
static const struct kind titles = {
	sizeof(const char *), KD_TITLES_MAX, KD_TITLES_SIZE_MAX,
	weigh_title,          walk_title,
};
static const struct kind takens = {
	sizeof(struct kd_taken),
	KD_TITLES_MAX,
	KD_TITLES_SIZE_MAX,
	weigh_taken,
	walk_taken,
};

/* How much of a list is used up. */
struct sum {
	size_t n;
	size_t bytes;
};

static bool fits(const struct kind *kind, struct sum *sum,
                 const union item *item)
{
	size_t weight = kind->weigh(item);

	if (weight == never || sum->n == kind->n_max ||
	    weight > kind->bytes_max - sum->bytes)
		return false;
	sum->n++;
	sum->bytes += weight;
	return true;
}

static union item item_at(const struct kind *kind, const void *list, size_t i)
{
	union item ret = { .string = NULL };

	memcpy(&ret, (const char *)list + i * kind->item_size, kind->item_size);
	return ret;
}

static void write_list(struct kd_wire *w, const struct kind *kind,
                       const void *list, size_t n)
{
	struct sum all = { .n = 0 };
	struct sum sum = { .n = 0 };
	union item item;

	for (size_t i = 0; i < n; i++) {
		item = item_at(kind, list, i);
		(void)fits(kind, &all, &item);
	}
	w->cut = w->cut || all.n < n;
	kd_wire_size(w, &all.n, kind->n_max);
	for (size_t i = 0; i < n; i++) {
		item = item_at(kind, list, i);
		if (fits(kind, &sum, &item))
			kind->walk(w, &item);
	}
}

static const void *read_list(struct kd_wire *w, const struct kind *kind,
                             size_t *n)
{
	struct sum sum = { .n = 0 };
	char *list;

	*n = 0;
	kd_wire_size(w, n, kind->n_max);
	if (*n == 0)
		return NULL;
	list = kd_arena_array(w->arena, *n, kind->item_size);
	w->nomem = w->nomem || list == NULL;
	for (size_t i = 0; i < *n && !w->bad && !w->nomem; i++) {
		union item item = { .string = NULL };

		kind->walk(w, &item);
		if (w->bad || w->nomem)
			break;
		w->bad = !fits(kind, &sum, &item);
		memcpy(list + i * kind->item_size, &item, kind->item_size);
	}
	return list;
}

static const void *walk_list(struct kd_wire *w, const struct kind *kind,
                             const void *list, size_t *n)
{
	if (w->mode == KD_WIRE_READ)
		return read_list(w, kind, n);
	write_list(w, kind, list, *n);
	return list;
}

void kd_wire_lists(struct kd_wire *w, struct kd_message *msg)
{
	msg->trailers =
		walk_list(w, &trailers, msg->trailers, &msg->n_trailers);
	msg->paths = walk_list(w, &paths, msg->paths, &msg->n_paths);
	msg->links = walk_list(w, &links, msg->links, &msg->n_links);
	msg->titles = walk_list(w, &titles, msg->titles, &msg->n_titles);
	msg->taken = walk_list(w, &takens, msg->taken, &msg->n_taken);
}
