/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_members.c - see series_members.h.
 *
 * Members of a series have the same version and total, and each its own
 * number (its slot).  Every reason why two could belong together is an
 * edge; edges are taken the most certain first, and one whose two sides
 * both fill a slot is passed over.
 */
#include "store/series_members.h"

#include <stdlib.h>
#include <string.h>

enum {
	FELLOWS_MAX = 32, /* edges to those that came next, for each kind */
	WORD_BITS = 64,
};

/* Why two belong together, the most certain first. */
enum reason {
	REASON_REFERENCE,
	REASON_SIBLING,
	REASON_LOOSE,
	REASON_STRANGER, /* a reference to another sender's */
	REASON_EXTRA,    /* 6/6, in answer to a series of five */
};

struct edge {
	enum reason reason;
	int distance; /* how far up the references */
	int64_t gap;  /* seconds between the two */
	int a;
	int b;
};

struct edges {
	struct kd_arena *arena;
	struct edge *edges;
	size_t n;
	size_t room;
};

/* Message to index. */
struct place {
	int64_t message;
	int index;
};

/* --- The nodes in their order ---------------------------------------- */

static int compare_nodes(const void *a, const void *b)
{
	const struct kd_node *x = a;
	const struct kd_node *y = b;

	if (x->has_date != y->has_date)
		return x->has_date ? -1 : 1;
	if (x->has_date && x->date != y->date)
		return x->date < y->date ? -1 : 1;
	if (x->number != y->number)
		return x->number < y->number ? -1 : 1;
	return strcmp(x->message_id, y->message_id);
}

static int compare_places(const void *a, const void *b)
{
	const struct place *x = a;
	const struct place *y = b;

	if (x->message == y->message)
		return 0;
	return x->message < y->message ? -1 : 1;
}

static int find_place(const struct place *places, int n, int64_t message)
{
	const struct place key = { .message = message };
	const struct place *found;

	found = bsearch(&key, places, (size_t)n, sizeof(*places),
	                compare_places);
	return found == NULL ? -1 : found->index;
}

/* The numbers of the graph, so that slots can be bits. */
struct graph {
	struct kd_node *nodes;
	struct place *places;
	int *slots; /* of each node, without gaps */
	bool *cited;
	int n;
	struct edges edges;
};

/* --- Versions that are not said -------------------------------------- */

/* A patch that does not say its version has that of the cover letter, or of
 * patch 1, that it answers. */
static void infer_version(const struct graph *graph, struct kd_node *node)
{
	const struct kd_node *up;
	int i, at;

	node->said = node->versioned;
	node->of_version = node->version;
	node->of_revision = node->revision;
	if (node->versioned || node->number == 0)
		return;
	for (i = 0; i < node->n_cites; i++) {
		at = find_place(graph->places, graph->n, node->cites[i]);
		if (at < 0 || !kd_members_may_follow(node, &graph->nodes[at]))
			continue;
		up = &graph->nodes[at];
		if (up->versioned &&
		    (up->number == 0 ||
		     (up->number == 1 && up->message == node->parent))) {
			node->of_version = up->version;
			node->of_revision = up->revision;
			node->said = true;
		}
		if (up->number == 0 || up->versioned)
			return;
	}
}

/* --- Edges ------------------------------------------------------------ */

static bool add_edge(struct graph *graph, enum reason reason, int distance,
                     int a, int b)
{
	const struct kd_node *x = &graph->nodes[a];
	const struct kd_node *y = &graph->nodes[b];
	struct edges *edges = &graph->edges;
	struct edge *more;

	if (x->of_version != y->of_version || x->of_revision != y->of_revision)
		return true;
	if (edges->n == edges->room) {
		more = kd_arena_array(edges->arena, 2 * edges->room + 64,
		                      sizeof(*more));
		if (more == NULL)
			return false;
		if (edges->n > 0)
			memcpy(more, edges->edges, edges->n * sizeof(*more));
		edges->edges = more;
		edges->room = 2 * edges->room + 64;
	}
	edges->edges[edges->n++] = (struct edge){
		.reason = reason,
		.distance = distance,
		.gap = kd_members_gap(x, y),
		.a = a < b ? a : b,
		.b = a < b ? b : a,
	};
	return true;
}

static bool add_references(struct graph *graph, int citing)
{
	const struct kd_node *node = &graph->nodes[citing];
	enum reason reason;
	int i, at;

	for (i = 0; i < node->n_cites; i++) {
		at = find_place(graph->places, graph->n, node->cites[i]);
		if (at < 0 || !kd_members_may_follow(node, &graph->nodes[at]))
			continue;
		reason = REASON_REFERENCE;
		if (!kd_members_same_sender(node, &graph->nodes[at]))
			reason = REASON_STRANGER;
		if (kd_members_is_extra(node, &graph->nodes[at]))
			reason = REASON_EXTRA;
		if (!add_edge(graph, reason, i, citing, at))
			return false;
		graph->cited[at] = true;
	}
	return true;
}

/* Both the ones by the same parent and the ones by time. */
static bool add_fellows(struct graph *graph, int a)
{
	const struct kd_node *x = &graph->nodes[a];
	const struct kd_node *y;
	int siblings = 0;
	int loose = 0;
	int b;

	for (b = a + 1; b < graph->n; b++) {
		y = &graph->nodes[b];
		if (siblings < FELLOWS_MAX &&
		    kd_members_may_be_siblings(x, y)) {
			siblings++;
			if (!add_edge(graph, REASON_SIBLING, 0, a, b))
				return false;
		}
		if (loose < FELLOWS_MAX && !x->refers &&
		    !(graph->cited[a] && graph->cited[b]) &&
		    kd_members_may_be_loose(x, y)) {
			loose++;
			if (!add_edge(graph, REASON_LOOSE, 0, a, b))
				return false;
		}
		/* one that has siblings is not loose */
		if (siblings == FELLOWS_MAX || loose == FELLOWS_MAX)
			break;
	}
	return true;
}

static int compare_edges(const void *a, const void *b)
{
	const struct edge *x = a;
	const struct edge *y = b;

	if (x->reason != y->reason)
		return x->reason < y->reason ? -1 : 1;
	if (x->distance != y->distance)
		return x->distance < y->distance ? -1 : 1;
	if (x->gap != y->gap)
		return x->gap < y->gap ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

/* --- Putting together ------------------------------------------------- */

struct clusters {
	struct kd_node *nodes;
	uint64_t *bits; /* words of each node's cluster */
	int *totals;
	size_t words;
};

static int root_of(struct clusters *all, int i)
{
	struct kd_node *nodes = all->nodes;

	while (nodes[i].group != i) {
		nodes[i].group = nodes[nodes[i].group].group;
		i = nodes[i].group;
	}
	return i;
}

static void take_edge(struct clusters *all, const struct edge *edge)
{
	int a = root_of(all, edge->a);
	int b = root_of(all, edge->b);
	int into = a < b ? a : b;
	int from = a < b ? b : a;
	uint64_t *x = all->bits + (size_t)into * all->words;
	const uint64_t *y = all->bits + (size_t)from * all->words;
	size_t i;

	if (a == b)
		return;
	if (all->totals[a] != all->totals[b] &&
	    all->totals[a] != KD_NUMBER_NONE &&
	    all->totals[b] != KD_NUMBER_NONE && edge->reason != REASON_EXTRA)
		return;
	for (i = 0; i < all->words; i++) {
		if ((x[i] & y[i]) != 0)
			return;
	}
	for (i = 0; i < all->words; i++)
		x[i] |= y[i];
	all->nodes[from].group = into;
	if (all->totals[from] > all->totals[into])
		all->totals[into] = all->totals[from];
}

static enum kd_status join(struct graph *graph, struct kd_error *err)
{
	struct kd_arena *arena = graph->edges.arena;
	struct clusters all = { .nodes = graph->nodes };
	size_t n = (size_t)graph->n;
	size_t i, word;
	int slot;

	all.words = n / WORD_BITS + 1;
	all.bits = kd_arena_array(arena, n * all.words, sizeof(*all.bits));
	all.totals = kd_arena_array(arena, n, sizeof(*all.totals));
	if (all.bits == NULL || all.totals == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	for (i = 0; i < n; i++) {
		slot = graph->slots[i];
		word = i * all.words + (size_t)slot / WORD_BITS;
		all.bits[word] = (uint64_t)1 << ((size_t)slot % WORD_BITS);
		all.totals[i] = graph->nodes[i].total;
		graph->nodes[i].group = (int)i;
	}
	for (i = 0; i < graph->edges.n; i++)
		take_edge(&all, &graph->edges.edges[i]);
	for (i = 0; i < n; i++)
		graph->nodes[i].group = root_of(&all, (int)i);
	return KD_OK;
}

static int compare_ints(const void *a, const void *b)
{
	int x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return (x > y) - (x < y);
}

/* Numbers without gaps. */
static bool number_slots(struct graph *graph)
{
	size_t n = (size_t)graph->n;
	int *sorted = kd_arena_array(graph->edges.arena, n, sizeof(*sorted));
	const int *found;
	size_t used = 0;
	size_t i;

	if (sorted == NULL)
		return false;
	for (i = 0; i < n; i++)
		sorted[i] = graph->nodes[i].number;
	qsort(sorted, n, sizeof(*sorted), compare_ints);
	for (i = 0; i < n; i++) {
		if (used == 0 || sorted[used - 1] != sorted[i])
			sorted[used++] = sorted[i];
	}
	for (i = 0; i < n; i++) {
		found = bsearch(&graph->nodes[i].number, sorted, used,
		                sizeof(*sorted), compare_ints);
		graph->slots[i] = found == NULL ? 0 : (int)(found - sorted);
	}
	return true;
}

static bool prepare(struct graph *graph)
{
	struct kd_arena *arena = graph->edges.arena;
	size_t n = (size_t)graph->n;
	size_t i;

	graph->places = kd_arena_array(arena, n, sizeof(*graph->places));
	graph->slots = kd_arena_array(arena, n, sizeof(*graph->slots));
	graph->cited = kd_arena_array(arena, n, sizeof(*graph->cited));
	if (graph->places == NULL || graph->slots == NULL ||
	    graph->cited == NULL || !number_slots(graph))
		return false;
	for (i = 0; i < n; i++)
		graph->places[i] = (struct place){
			.message = graph->nodes[i].message,
			.index = (int)i,
		};
	qsort(graph->places, n, sizeof(*graph->places), compare_places);
	return true;
}

enum kd_status kd_members_divide(struct kd_node *nodes, int n,
                                 struct kd_arena *arena, struct kd_error *err)
{
	struct graph graph = {
		.nodes = nodes,
		.n = n,
		.edges = { .arena = arena },
	};
	bool ok;
	int i;

	if (n == 0)
		return KD_OK;
	qsort(nodes, (size_t)n, sizeof(*nodes), compare_nodes);
	ok = prepare(&graph);
	for (i = 0; i < n && ok; i++)
		infer_version(&graph, &nodes[i]);
	for (i = 0; i < n && ok; i++)
		ok = add_references(&graph, i);
	for (i = 0; i < n && ok; i++)
		ok = add_fellows(&graph, i);
	if (!ok)
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (graph.edges.n > 1 && kd_members_have_rivals(nodes, n))
		qsort(graph.edges.edges, graph.edges.n,
		      sizeof(*graph.edges.edges), compare_edges);
	return join(&graph, err);
}
