/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * text_chart.c - a chart as a sparkline.  Nothing but nothing has the
 * lowest block, so that a quiet day is not taken for an empty one.
 */
#include "report/text_chart.h"

#include <inttypes.h>

enum { LEVELS = 8 };

static const char *const blocks[LEVELS + 1] = { " ", "▁", "▂", "▃", "▄",
	                                        "▅", "▆", "▇", "█" };
static const char *const letters[LEVELS + 1] = { " ", ".", ":", "-", "=",
	                                         "+", "*", "#", "@" };

static int level_of(int64_t number, int64_t largest)
{
	if (number <= 0 || largest <= 0)
		return 0;
	/* not by a product, which could be too large */
	return 1 +
	       (int)((double)(LEVELS - 1) * (double)number / (double)largest);
}

void kd_text_chart(const struct kd_node *chart, const struct kd_look *look,
                   FILE *out)
{
	const char *const *signs = look->ascii ? letters : blocks;
	size_t width = look->width > 0 ? look->width : KD_WIDTH;
	const struct kd_node *node;
	int64_t largest = 0;
	size_t n = 0;

	for (node = chart->first; node; node = node->next) {
		if (largest < node->number)
			largest = node->number;
		n++;
	}
	kd_sanitize(out, chart->text, false);
	(void)fprintf(out, " (at most %" PRId64 ")\n", largest);
	node = chart->first;
	for (size_t at = 0; node != NULL;) {
		int64_t number = 0;
		/* as many columns as there are, each figure in one of them */
		size_t column = n > width ? at * width / n : at;

		for (; node != NULL &&
		       (n > width ? at * width / n : at) == column;
		     node = node->next, at++) {
			if (number < node->number)
				number = node->number;
		}
		(void)fputs(signs[level_of(number, largest)], out);
	}
	(void)fputc('\n', out);
}
