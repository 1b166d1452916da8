/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_chart.h - a chart as a line of text: a sparkline. */
#ifndef KD_REPORT_TEXT_CHART_H
#define KD_REPORT_TEXT_CHART_H

#include <stdio.h>

#include "report/render.h"

/* Two lines: what it shows, and the figures as blocks that are as high as
 * they are large, on the scale of the largest.  Where there are more of
 * them than columns, a block stands for the largest of some. */
void kd_text_chart(const struct kd_node *chart, const struct kd_look *look,
                   FILE *out);

#endif /* KD_REPORT_TEXT_CHART_H */
