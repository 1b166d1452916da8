/* SPDX-License-Identifier: GPL-2.0-or-later */
/* text_field.h - how a field looks in text.  For render_text.c alone. */
#ifndef KD_REPORT_TEXT_FIELD_H
#define KD_REPORT_TEXT_FIELD_H

#include <stdbool.h>

/* What stands before a field; the subject stands alone. */
struct kd_text_field {
	const char *key;
	const char *label;
	/* In a brief entry: what stands between it and the field before it
	 * where that has the same joint and there is room for both on one
	 * line.  NULL: it begins a line. */
	const char *joint;
	bool flows; /* it goes on in the next line, should it be long */
};

/* Of a key that is not known: a line without a label. */
const struct kd_text_field *kd_text_field(const char *key);

#endif /* KD_REPORT_TEXT_FIELD_H */
