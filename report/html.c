/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * html.c - escaping for HTML.  Most text is plain: it is written in runs,
 * and only what is not goes through the sanitizer by itself.
 */
#include "report/html.h"

#include <string.h>

static const char *entity_of(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static void put_escaped(FILE *out, struct kd_bytes text)
{
	size_t done = 0;

	for (size_t i = 0; i < text.size; i++) {
		const char *entity = entity_of(text.data[i]);

		if (entity == NULL)
			continue;
		(void)fwrite(text.data + done, 1, i - done, out);
		(void)fputs(entity, out);
		done = i + 1;
	}
	if (done < text.size)
		(void)fwrite(text.data + done, 1, text.size - done, out);
}

/* What the sanitizer leaves as it is, whatever stands beside it. */
static bool is_plain(char c, bool keep_lf)
{
	return (c >= ' ' && c < 0x7f) || c == '\t' || (keep_lf && c == '\n');
}

/* How much of text is plain, or is not.  The LF of a CRLF goes with its
 * CR. */
static size_t run_of(struct kd_bytes text, bool plain, bool keep_lf)
{
	size_t size = 0;

	while (size < text.size && is_plain(text.data[size], keep_lf) == plain)
		size++;
	if (!plain && size < text.size && text.data[size] == '\n')
		size++;
	return size;
}

void kd_html_text(FILE *out, struct kd_arena *arena, struct kd_bytes text,
                  bool keep_lf)
{
	while (text.size > 0) {
		bool plain = is_plain(text.data[0], keep_lf);
		struct kd_bytes run = text;

		run.size = run_of(text, plain, keep_lf);
		text.data += run.size;
		text.size -= run.size;
		if (!plain)
			run = kd_bytes_of(kd_sanitized(arena, run, keep_lf));
		put_escaped(out, run);
	}
}

void kd_html_puts(FILE *out, struct kd_arena *arena, const char *text)
{
	kd_html_text(out, arena, kd_bytes_of(text), false);
}

void kd_html_attr(FILE *out, struct kd_arena *arena, const char *name,
                  struct kd_bytes value)
{
	(void)fprintf(out, " %s=\"", name);
	kd_html_text(out, arena, value, false);
	(void)fputc('"', out);
}

/* RFC 3986: unreserved, reserved, and what begins an escape. */
static bool is_of_url(char c)
{
	return c != '\0' && (kd_is_alpha(c) || kd_is_digit(c) ||
	                     strchr("-._~:/?#[]@!$&'()*+,;=%", c) != NULL);
}

/* Behind "https://" or "http://"; NULL: it is none of them. */
static const char *behind_scheme(const char *url)
{
	static const char *const schemes[] = { "https://", "http://" };

	for (size_t i = 0; i < sizeof(schemes) / sizeof(schemes[0]); i++) {
		if (kd_bytes_starts_nocase(kd_bytes_of(url), schemes[i]))
			return url + strlen(schemes[i]);
	}
	return NULL;
}

bool kd_html_is_url(const char *url)
{
	const char *rest;

	if (url == NULL)
		return false;
	rest = behind_scheme(url);
	if (rest == NULL && kd_bytes_starts_nocase(kd_bytes_of(url), "mailto:"))
		rest = url + strlen("mailto:");
	if (rest == NULL || *rest == '\0' || *rest == '/')
		return false;
	for (; *rest != '\0'; rest++) {
		if (!is_of_url(*rest))
			return false;
	}
	return kd_html_host(url).size > 0;
}

struct kd_bytes kd_html_host(const char *url)
{
	const char *host = behind_scheme(url);
	struct kd_bytes ret = kd_bytes_of(url);
	const char *at;

	if (host == NULL)
		return ret;
	ret.data = host;
	ret.size = strcspn(host, "/?#");
	at = memrchr(ret.data, '@', ret.size);
	if (at != NULL) {
		ret.size -= (size_t)(at + 1 - ret.data);
		ret.data = at + 1;
	}
	return ret;
}
