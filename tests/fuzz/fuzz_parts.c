/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_parts.c - what the parts of a mail go through: charsets, HTML,
 * format=flowed, the guard before GMime.
 */
#include "mda/parse_internal.h"
#include "tests/fuzz/fuzz.h"

static const char *const charsets[] = {
	NULL,          "utf-8",     "us-ascii", "iso-8859-1", "windows-1252",
	"iso-2022-jp", "gb18030",   "utf-16",   "utf-7",      "big5",
	"koi8-r",      "shift_jis", "euc-kr",   "no-such",    "",
};
enum { N_CHARSETS = sizeof(charsets) / sizeof(charsets[0]) };

static struct kd_bytes cleaned(struct kd_arena *arena, struct kd_bytes in,
                               const char *charset)
{
	bool cut = false;
	struct kd_bytes text = kd_charset_decode(arena, in, charset, &cut);

	CHECK(text.size <= KD_TEXT_MAX);
	if (kd_charset_is_utf8(in, charset))
		CHECK(kd_utf8_valid(in));
	text = kd_plain_clean(arena, text);
	CHECK(text.size <= KD_TEXT_MAX);
	CHECK(kd_utf8_valid(text));
	return text;
}

static void check_out(const struct kd_out *out)
{
	CHECK(out->size <= KD_TEXT_MAX && out->size <= out->room);
	CHECK(kd_utf8_valid((struct kd_bytes){ out->data, out->size }));
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_arena *arena = kd_fuzz_arena();
	struct kd_out html = { .arena = arena };
	struct kd_out plain = { .arena = arena };
	struct kd_out delsp = { .arena = arena };
	struct kd_bytes type = kd_bytes_of("multipart/mixed; boundary=\"-=x\"");
	struct kd_bytes text;
	unsigned int which = in.size == 0 ? 0 : (unsigned char)in.data[0];

	text = cleaned(arena, in, charsets[which % N_CHARSETS]);
	kd_html_text(&html, text);
	check_out(&html);
	kd_plain_unflow(&plain, text, false);
	check_out(&plain);
	kd_plain_unflow(&delsp, text, true);
	check_out(&delsp);
	(void)kd_guard_body(in, type);
	(void)kd_guard_body(in, in);
	CHECK(!kd_arena_failed(arena));
	kd_arena_free(arena);
}
