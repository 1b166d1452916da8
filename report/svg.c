/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * svg.c - bars and columns.  All numbers are whole, so that the same
 * digest is the same bytes on every machine.  The colours are of the style
 * sheet; where a mail program drops that, those said here hold.
 */
#include "report/svg.h"

#include <inttypes.h>

#include "report/html.h"

enum {
	BAR_WIDTH = 96,
	STAT_WIDTH = 64,
	STEP = 16,      /* parts of one power of two */
	STAT_BITS = 12, /* from 2^12 lines on a bar is as long as it gets */
	STAT_STEPS = STEP * STAT_BITS,
	STAT_MIN = 3, /* of a part that is there */
	COLUMN = 10,  /* and of it 8 are filled */
	COLUMN_HEIGHT = 100,
};

/* number / max of width, rounded up: what is there can be seen. */
static int scaled(int64_t number, int64_t max, int width)
{
	int64_t part;

	if (number <= 0 || max <= 0 || width <= 0)
		return 0;
	if (number >= max)
		return width;
	part = max / width;
	/* Not number * width, which may not fit. */
	return part > INT32_MAX ? (int)(number / part)
	                        : (int)((number * width + max - 1) / max);
}

void kd_svg_bar(FILE *out, int64_t number, int64_t max)
{
	(void)fprintf(out,
	              "<svg class=\"bar\" role=\"img\" aria-label=\"%d %% of "
	              "the most\" width=\"%d\" height=\"10\" "
	              "viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\">"
	              "<rect class=\"b\" width=\"%d\" height=\"10\" "
	              "fill=\"#6a8fb5\"/></svg>",
	              scaled(number, max, 100), BAR_WIDTH, BAR_WIDTH,
	              scaled(number, max, BAR_WIDTH));
}

/* STEP times the binary logarithm of n > 0, straight between two powers. */
static int steps_of(int64_t n)
{
	int bits = 0;

	while (bits < STAT_BITS && n >> (bits + 1) != 0)
		bits++;
	if (bits == STAT_BITS)
		return STAT_STEPS;
	return STEP * bits + (int)(((n - ((int64_t)1 << bits)) * STEP) >> bits);
}

static int64_t sum_of(int64_t a, int64_t b)
{
	return a > INT64_MAX - 1 - b ? INT64_MAX - 1 : a + b;
}

void kd_svg_diffstat(FILE *out, int64_t insertions, int64_t deletions)
{
	int64_t total;
	int all, plus;

	if (insertions < 0)
		insertions = 0;
	if (deletions < 0)
		deletions = 0;
	total = sum_of(insertions, deletions);
	/* of one line twice STAT_MIN: both parts have room in any */
	all = scaled(steps_of(total + 1), STAT_STEPS, STAT_WIDTH);
	plus = scaled(insertions, total, all);
	if (insertions > 0 && plus < STAT_MIN)
		plus = STAT_MIN;
	if (deletions > 0 && plus > all - STAT_MIN)
		plus = all - STAT_MIN;
	(void)fprintf(out,
	              "<svg class=\"stat\" role=\"img\" aria-label=\"bar: "
	              "%" PRId64 " inserted, %" PRId64 " deleted\" "
	              "width=\"%d\" height=\"10\" viewBox=\"0 0 %d 10\">"
	              "<rect class=\"p\" width=\"%d\" height=\"10\" "
	              "fill=\"#2f8a4c\"/>"
	              "<rect class=\"m\" x=\"%d\" width=\"%d\" height=\"10\" "
	              "fill=\"#c8473f\"/></svg>",
	              insertions, deletions, STAT_WIDTH, STAT_WIDTH, plus, plus,
	              all - plus);
}

const struct kd_svg_point *kd_svg_highest(const struct kd_svg_point *points,
                                          size_t n)
{
	const struct kd_svg_point *highest = n > 0 ? points : NULL;

	for (size_t i = 1; i < n; i++) {
		if (points[i].number > highest->number)
			highest = &points[i];
	}
	return highest;
}

static void put_desc(FILE *out, struct kd_arena *arena, const char *id,
                     const struct kd_svg_point *points, size_t n)
{
	const struct kd_svg_point *highest = kd_svg_highest(points, n);

	(void)fprintf(out,
	              "<desc id=\"%s-d\">%zu columns, the highest %" PRId64, id,
	              n, highest->number);
	if (highest->at != NULL) {
		(void)fputs(" at ", out);
		kd_html_puts(out, arena, highest->at);
	}
	(void)fputs("</desc>\n", out);
}

static void put_column(FILE *out, struct kd_arena *arena, size_t i,
                       const struct kd_svg_point *point, int64_t max)
{
	int height = scaled(point->number, max, COLUMN_HEIGHT);

	(void)fprintf(out,
	              "<rect class=\"b\" x=\"%zu\" y=\"%d\" width=\"%d\" "
	              "height=\"%d\" fill=\"#6a8fb5\"><title>",
	              i * COLUMN + 1, COLUMN_HEIGHT - height, COLUMN - 2,
	              height);
	kd_html_puts(out, arena, point->at);
	(void)fprintf(out, ": %" PRId64 "</title></rect>\n", point->number);
}

void kd_svg_columns(FILE *out, struct kd_arena *arena, const char *id,
                    struct kd_bytes title, const struct kd_svg_point *points,
                    size_t n)
{
	int64_t max;

	if (n == 0)
		return;
	(void)fprintf(out,
	              "<svg class=\"columns\" role=\"img\" "
	              "aria-labelledby=\"%s-t %s-d\" width=\"640\" "
	              "height=\"100\" viewBox=\"0 0 %zu %d\" "
	              "preserveAspectRatio=\"none\">\n<title id=\"%s-t\">",
	              id, id, n * COLUMN, COLUMN_HEIGHT, id);
	kd_html_text(out, arena, title, false);
	(void)fputs("</title>\n", out);
	put_desc(out, arena, id, points, n);
	max = kd_svg_highest(points, n)->number;
	for (size_t i = 0; i < n; i++)
		put_column(out, arena, i, &points[i], max);
	(void)fputs("</svg>\n", out);
}
