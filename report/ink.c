/* SPDX-License-Identifier: GPL-2.0-or-later */
/* ink.c - the colours, as ECMA-48 (8.3.117) has them. */
#include "report/ink.h"

void kd_ink_put(FILE *out, const struct kd_look *look, enum kd_ink ink,
                struct kd_bytes text)
{
	static const char *const codes[] = {
		[KD_INK_PLAIN] = "",     [KD_INK_HEADING] = "1",
		[KD_INK_ID] = "33",      [KD_INK_ADDED] = "32",
		[KD_INK_REMOVED] = "31", [KD_INK_STATE] = "36",
		[KD_INK_STAR] = "1;33",
	};
	bool colored = look->color && ink != KD_INK_PLAIN && text.size > 0;

	if (colored)
		(void)fprintf(out, "\033[%sm", codes[ink]);
	(void)fwrite(text.data, 1, text.size, out);
	if (colored)
		(void)fputs("\033[m", out);
}

void kd_ink_ascii(FILE *out, struct kd_bytes text)
{
	size_t pos = 0;

	while (pos < text.size) {
		uint32_t c = kd_utf8_next(text, &pos);

		(void)fputc(c < 0x80 ? (int)c : '?', out);
	}
}
