/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * print.c - a document as text, rendered to memory and then written whole.
 */
#include "report/print.h"

#include <stdio.h>
#include <stdlib.h>

#include "report/output.h"
#include "report/render.h"

enum kd_status kd_print(const struct kd_doc *doc, const struct kd_look *look,
                        const char *path, struct kd_error *err)
{
	struct kd_bytes data = { .data = NULL };
	char *text = NULL;
	bool gone = false;
	enum kd_status st;
	FILE *out;

	out = open_memstream(&text, &data.size);
	if (out == NULL)
		return kd_fail(err, KD_NOMEM, "out of memory");
	st = kd_render_text(doc, look, out, err);
	if (fclose(out) != 0 && st == KD_OK)
		st = kd_fail(err, KD_NOMEM, "out of memory");
	data.data = text;
	if (st == KD_OK)
		st = kd_output_write(path, data, false, &gone, err);
	free(text);
	return st;
}
