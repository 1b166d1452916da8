/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox_head.c - what the header of a mail says of its body, as git mailinfo
 * reads it.  Knows lines and names of fields, no MIME but what that takes.
 */
#include "report/mbox_head.h"

#include <string.h>

#include "report/rawhead.h"

/* A field, with the lines that continue it and their line ends. */
static bool next_field(struct kd_bytes *rest, struct kd_bytes *ret)
{
	struct kd_bytes line;

	*ret = *rest;
	if (!kd_next_line(rest, &line))
		return false;
	while (rest->size > 0 && kd_is_blank(rest->data[0]))
		(void)kd_next_line(rest, &line);
	ret->size -= rest->size;
	return true;
}

static bool is_named(struct kd_bytes field, const char *name)
{
	size_t n = strlen(name);

	return kd_bytes_starts_nocase(field, name) && field.size > n &&
	       field.data[n] == ':';
}

/* git takes the first line that does not look so for the body. */
static bool is_field(struct kd_bytes field)
{
	size_t i = 0;

	while (i < field.size && field.data[i] > ' ' && field.data[i] < 127 &&
	       field.data[i] != ':')
		i++;
	return i > 0 && i < field.size && field.data[i] == ':';
}

static bool holds(struct kd_bytes hay, const char *needle)
{
	size_t n = strlen(needle);

	for (; hay.size >= n; hay.data++, hay.size--)
		if (kd_bytes_starts_nocase(hay, needle))
			return true;
	return false;
}

/* The value of the parameter, without quotes; empty: none. */
static struct kd_bytes parameter(struct kd_bytes type, const char *name)
{
	struct kd_bytes ret = { NULL, 0 };

	while (type.size > 0 && !kd_bytes_starts_nocase(type, name)) {
		type.data++;
		type.size--;
	}
	if (type.size == 0)
		return ret;
	type.data += strlen(name);
	type.size -= strlen(name);
	if (type.size > 0 && type.data[0] == '"') {
		type.data++;
		type.size--;
	}
	ret.data = type.data;
	while (ret.size < type.size &&
	       strchr("\"; \t\r\n", ret.data[ret.size]) == NULL)
		ret.size++;
	return ret;
}

static enum kd_charset charset_of(struct kd_bytes type)
{
	static const struct {
		const char *start;
		enum kd_charset charset;
	} known[] = {
		{ "utf-8", KD_CHARSET_UTF8 },
		{ "utf8", KD_CHARSET_UTF8 },
		{ "us-ascii", KD_CHARSET_ASCII },
		{ "ascii", KD_CHARSET_ASCII },
		{ "iso-8859-", KD_CHARSET_BYTE },
		{ "iso8859-", KD_CHARSET_BYTE },
		{ "latin", KD_CHARSET_BYTE },
		{ "windows-125", KD_CHARSET_BYTE },
		{ "cp125", KD_CHARSET_BYTE },
		{ "koi8-", KD_CHARSET_BYTE },
		{ "gb", KD_CHARSET_OTHER },
		{ "big5", KD_CHARSET_OTHER },
		{ "euc-", KD_CHARSET_OTHER },
		{ "iso-2022-", KD_CHARSET_OTHER },
	};
	struct kd_bytes name = parameter(type, "charset=");

	if (name.size == 0)
		return holds(type, "charset") ? KD_CHARSET_ODD
		                              : KD_CHARSET_NONE;
	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (kd_bytes_starts_nocase(name, known[i].start))
			return known[i].charset;
	return KD_CHARSET_ODD;
}

static const char *why_not(struct kd_bytes type)
{
	static const char *const plain[] = { "text/plain", "text/x-patch",
		                             "text/x-diff" };

	if (type.size == 0)
		return NULL;
	if (holds(type, "multipart/"))
		return "it has several parts";
	if (holds(type, "format=flowed"))
		return "its lines are flowed";
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (kd_bytes_starts_nocase(type, plain[i]))
			return NULL;
	return "it is no plain text";
}

/* Each of the two fields stands there once or not at all, and git sees the
 * end of the header where we do. */
static bool is_sound(struct kd_bytes head)
{
	struct kd_bytes field;
	size_t n_type = 0;
	size_t n_transfer = 0;

	while (next_field(&head, &field)) {
		n_type += is_named(field, "Content-Type");
		n_transfer += is_named(field, "Content-Transfer-Encoding");
		if (!is_field(field))
			return false;
	}
	return n_type < 2 && n_transfer < 2;
}

enum kd_status kd_mbox_head_read(struct kd_arena *arena,
                                 const struct kd_mbox_mail *mail,
                                 struct kd_mbox_head *ret, struct kd_error *err)
{
	struct kd_bytes head = { mail->raw.data, mail->header_size };
	struct kd_bytes type, transfer;

	*ret = (struct kd_mbox_head){ .eol = "\n" };
	if (head.size == 0 || head.size > mail->raw.size ||
	    head.data[head.size - 1] != '\n') {
		ret->why = "it has no header";
		return KD_OK;
	}
	head.size--; /* the empty line */
	if (head.size > 0 && head.data[head.size - 1] == '\r') {
		ret->eol = "\r\n";
		head.size--;
	}
	ret->head = head;
	type = kd_bytes_of(kd_rawhead_get(arena, head, "Content-Type"));
	transfer = kd_bytes_of(
		kd_rawhead_get(arena, head, "Content-Transfer-Encoding"));
	if (kd_arena_failed(arena))
		return kd_fail(err, KD_NOMEM, "out of memory");
	if (head.size == 0 || head.data[head.size - 1] != '\n' ||
	    !is_sound(head))
		ret->why = "its header is not in order";
	else
		ret->why = why_not(type);
	ret->charset = charset_of(type);
	if (holds(transfer, "base64"))
		ret->transfer = KD_TRANSFER_BASE64;
	else if (holds(transfer, "quoted-printable"))
		ret->transfer = KD_TRANSFER_QP;
	return KD_OK;
}

struct kd_bytes kd_mbox_head_write(struct kd_arena *arena,
                                   const struct kd_mbox_head *head,
                                   const char *type, const char *transfer)
{
	static const char version[] = "MIME-Version: 1.0";
	static const char type_name[] = "Content-Type: ";
	static const char transfer_name[] = "Content-Transfer-Encoding: ";
	enum { MORE = 160 }; /* what is added at most */
	struct kd_bytes rest = head->head, field;
	struct kd_bytes ret = { NULL, 0 };
	bool has_version = false;
	char *out = kd_arena_alloc(arena, head->head.size + MORE);
	char *end = out;

	if (out == NULL)
		return ret;
	while (next_field(&rest, &field)) {
		has_version = has_version || is_named(field, "MIME-Version");
		if ((type != NULL && is_named(field, "Content-Type")) ||
		    (transfer != NULL &&
		     is_named(field, "Content-Transfer-Encoding")))
			continue;
		memcpy(end, field.data, field.size);
		end += field.size;
	}
	if (!has_version)
		end = stpcpy(stpcpy(end, version), head->eol);
	if (type != NULL)
		end = stpcpy(stpcpy(stpcpy(end, type_name), type), head->eol);
	if (transfer != NULL)
		end = stpcpy(stpcpy(stpcpy(end, transfer_name), transfer),
		             head->eol);
	end = stpcpy(end, head->eol);
	ret.data = out;
	ret.size = (size_t)(end - out);
	return ret;
}
