/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series_pairs.c - might two patches have been posted together?  The rules
 * of series_members.c that look at two of them and nothing else.
 */
#include <string.h>

#include "store/series_members.h"

void kd_members_read_open(const char *prefixes, struct kd_node *node)
{
	const char *at = prefixes;
	int number;

	while (*at != '\0') {
		number = 0;
		while (kd_is_digit(*at) && number <= KD_PATCH_NUMBER_MAX)
			number = 10 * number + (*at++ - '0');
		if (number > 0 && number <= KD_PATCH_NUMBER_MAX &&
		    at[0] == '/' && kd_is_alpha(at[1]) &&
		    (at[2] == '\0' || at[2] == ' ')) {
			node->number = number;
			return;
		}
		while (*at != '\0' && *at != ' ')
			at++;
		while (*at == ' ')
			at++;
	}
}

void kd_members_cite(struct kd_node *node, int64_t ordinal, int64_t message)
{
	int i = node->n_cites;

	node->refers = true;
	if (ordinal == 0)
		node->parent = message;
	if (i == KD_CITES_MAX)
		return;
	for (; i > 0 && node->ordinals[i - 1] != 0 &&
	       (ordinal == 0 || ordinal > node->ordinals[i - 1]);
	     i--) {
		node->ordinals[i] = node->ordinals[i - 1];
		node->cites[i] = node->cites[i - 1];
	}
	node->ordinals[i] = ordinal;
	node->cites[i] = message;
	node->n_cites++;
}

bool kd_members_can_join(const struct kd_node *node)
{
	return node->number != KD_NUMBER_NONE;
}

bool kd_members_same_sender(const struct kd_node *a, const struct kd_node *b)
{
	return kd_str_same(a->email, b->email);
}

bool kd_members_is_extra(const struct kd_node *citing,
                         const struct kd_node *cited)
{
	return citing->total != KD_NUMBER_NONE &&
	       citing->number == citing->total &&
	       cited->total != KD_NUMBER_NONE && cited->total < citing->total;
}

bool kd_members_may_follow(const struct kd_node *citing,
                           const struct kd_node *cited)
{
	/* a cover letter begins its series */
	if (citing->number == 0 || citing->message == cited->message ||
	    !kd_members_can_join(citing) || !kd_members_can_join(cited))
		return false;
	if (citing->versioned && (citing->version != cited->version ||
	                          citing->revision != cited->revision))
		return false;
	if (citing->total != KD_NUMBER_NONE && citing->total == cited->total)
		return true;
	return kd_members_same_sender(citing, cited) &&
	       (citing->total == KD_NUMBER_NONE ||
	        cited->total == KD_NUMBER_NONE ||
	        kd_members_is_extra(citing, cited));
}

static bool same_counters(const struct kd_node *a, const struct kd_node *b)
{
	return kd_members_can_join(a) && kd_members_can_join(b) &&
	       a->total != KD_NUMBER_NONE && a->total == b->total &&
	       a->version == b->version && a->revision == b->revision &&
	       kd_members_same_sender(a, b);
}

bool kd_members_may_be_siblings(const struct kd_node *a,
                                const struct kd_node *b)
{
	return a->parent != 0 && a->parent == b->parent && a->number != 0 &&
	       b->number != 0 && same_counters(a, b);
}

int64_t kd_members_gap(const struct kd_node *a, const struct kd_node *b)
{
	if (!a->has_date || !b->has_date)
		return INT64_MAX;
	return a->date < b->date ? b->date - a->date : a->date - b->date;
}

bool kd_members_may_be_loose(const struct kd_node *a, const struct kd_node *b)
{
	return !a->refers && !b->refers && a->email != NULL &&
	       kd_members_gap(a, b) <= KD_LOOSE_S && same_counters(a, b) &&
	       kd_str_same(a->project, b->project) &&
	       (a->change_id == NULL || b->change_id == NULL ||
	        strcmp(a->change_id, b->change_id) == 0);
}

static bool are_rivals(const struct kd_node *a, const struct kd_node *b)
{
	return a->of_version == b->of_version &&
	       a->of_revision == b->of_revision &&
	       (a->number == b->number || a->total != b->total);
}

bool kd_members_have_rivals(const struct kd_node *nodes, int n)
{
	int i, k;

	for (i = 1; i < n; i++) {
		for (k = 0; k < i; k++) {
			if (are_rivals(&nodes[i], &nodes[k]))
				return true;
		}
	}
	return false;
}
