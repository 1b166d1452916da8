/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_html.c - what a reader would see of HTML, crudely, in one pass.
 *
 * It is data to be read: nothing is run, followed or fetched.
 */
#include "mda/parse_internal.h"

#include <string.h>
#include <strings.h>

/* The name of the tag that begins at b, which is behind the '<'. */
static struct kd_bytes tag_name(struct kd_bytes b)
{
	size_t i = b.size > 0 && b.data[0] == '/' ? 1 : 0;
	size_t start = i;

	while (i < b.size && (kd_is_alpha(b.data[i]) || kd_is_digit(b.data[i])))
		i++;
	return (struct kd_bytes){ b.data + start, i - start };
}

static bool is_one_of(struct kd_bytes name, const char *const *names)
{
	for (; *names != NULL; names++) {
		if (kd_bytes_equal_nocase(name, *names))
			return true;
	}
	return false;
}

/* Bytes of b up to and with the first end; all of b without one. */
static size_t size_through(struct kd_bytes b, const char *end)
{
	const char *at = kd_find(b, end);

	return at == NULL ? b.size : (size_t)(at - b.data) + strlen(end);
}

/* Bytes of b before the closing tag of name, whose content is no text. */
static size_t size_of_hidden(struct kd_bytes b, struct kd_bytes name)
{
	struct kd_bytes rest = b;
	struct kd_bytes other;
	const char *shut;

	while ((shut = kd_find(rest, "</")) != NULL) {
		rest.size -= (size_t)(shut + 2 - rest.data);
		rest.data = shut + 2;
		other = tag_name(rest);
		if (other.size == name.size &&
		    strncasecmp(other.data, name.data, name.size) == 0)
			return (size_t)(shut - b.data);
	}
	return b.size;
}

/* A tag at b, which is behind its '<'; how many bytes it takes. */
static size_t take_tag(struct kd_out *out, struct kd_bytes b)
{
	static const char *const breaks[] = { "br",         "p",  "div", "tr",
		                              "li",         "h1", "h2",  "h3",
		                              "table",      "ul", "ol",  "pre",
		                              "blockquote", NULL };
	static const char *const hidden[] = { "script", "style", "head",
		                              "title", NULL };
	struct kd_bytes name = tag_name(b);
	bool closing = b.size > 0 && b.data[0] == '/';
	size_t size;

	if (kd_bytes_starts(b, "!--"))
		return size_through(b, "-->");
	if (is_one_of(name, breaks) &&
	    (!closing || !kd_bytes_equal_nocase(name, "br")))
		kd_out_add(out, kd_bytes_of("\n"));
	size = size_through(b, ">");
	if (!closing && is_one_of(name, hidden))
		size += size_of_hidden((struct kd_bytes){ b.data + size,
		                                          b.size - size },
		                       name);
	return size;
}

/* Write the character c as UTF-8. */
static void add_char(struct kd_out *out, uint32_t c)
{
	char buf[4];
	size_t n = 0;

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		c = 0xfffd;
	if (c < 0x80) {
		buf[n++] = (char)c;
	} else if (c < 0x800) {
		buf[n++] = (char)(0xc0U | c >> 6);
	} else if (c < 0x10000) {
		buf[n++] = (char)(0xe0U | c >> 12);
		buf[n++] = (char)(0x80U | (c >> 6 & 0x3fU));
	} else {
		buf[n++] = (char)(0xf0U | c >> 18);
		buf[n++] = (char)(0x80U | (c >> 12 & 0x3fU));
		buf[n++] = (char)(0x80U | (c >> 6 & 0x3fU));
	}
	if (c >= 0x80)
		buf[n++] = (char)(0x80U | (c & 0x3fU));
	kd_out_add(out, (struct kd_bytes){ buf, n });
}

/* The value of "#1234" or "#x4d2"; false when it is none. */
static bool number_of(struct kd_bytes name, uint32_t *ret)
{
	uint32_t base = 10;
	size_t i = 1;

	if (name.size < 2 || name.data[0] != '#')
		return false;
	if (kd_lower(name.data[1]) == 'x') {
		base = 16;
		i = 2;
	}
	*ret = 0;
	for (; i < name.size; i++) {
		char c = kd_lower(name.data[i]);
		uint32_t digit;

		if (kd_is_digit(c))
			digit = (uint32_t)(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = (uint32_t)(c - 'a') + 10;
		else
			return false;
		*ret = *ret * base + digit;
		if (*ret > 0x10ffff)
			*ret = 0x110000;
	}
	return name.size > (base == 16 ? 2U : 1U);
}

/* An entity at b, which is behind its '&'; how many bytes it takes, 0 when
 * it is none. */
static size_t take_entity(struct kd_out *out, struct kd_bytes b)
{
	static const struct {
		const char *name;
		const char *text;
	} known[] = { { "lt", "<" },    { "gt", ">" },   { "amp", "&" },
		      { "quot", "\"" }, { "apos", "'" }, { "nbsp", " " } };
	size_t longest = b.size < 12 ? b.size : 12;
	const char *end = longest == 0 ? NULL : memchr(b.data, ';', longest);
	struct kd_bytes name;
	uint32_t c;

	if (end == NULL)
		return 0;
	name = (struct kd_bytes){ b.data, (size_t)(end - b.data) };
	if (number_of(name, &c)) {
		add_char(out, c);
		return name.size + 1;
	}
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		if (kd_bytes_equal_nocase(name, known[i].name)) {
			kd_out_add(out, kd_bytes_of(known[i].text));
			return name.size + 1;
		}
	}
	return 0;
}

/* Bytes of b before the next character that means something. */
static size_t size_of_text(struct kd_bytes b)
{
	size_t i = 0;

	while (i < b.size && b.data[i] != '<' && b.data[i] != '&')
		i++;
	return i;
}

void kd_html_text(struct kd_out *out, struct kd_bytes in)
{
	while (in.size > 0) {
		size_t size = size_of_text(in);
		struct kd_bytes behind;

		if (size == 0) {
			behind = (struct kd_bytes){ in.data + 1, in.size - 1 };
			size = 1 + (in.data[0] == '<'
			                    ? take_tag(out, behind)
			                    : take_entity(out, behind));
			if (in.data[0] == '&' && size == 1)
				kd_out_add(out, kd_bytes_of("&"));
		} else {
			kd_out_add(out, (struct kd_bytes){ in.data, size });
		}
		in.data += size;
		in.size -= size;
	}
}
