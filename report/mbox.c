/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mbox.c - a kept mail as an entry of an mbox: trailers put into it, and
 * what looks like the start of another mail put out of harm's way.
 */
#include "report/mbox.h"

#include <stdint.h>
#include <string.h>

#include "report/mbox_body.h"

static const char no_memory[] = "out of memory";

void kd_mbox_open(struct kd_mbox_mail *mail)
{
	struct kd_bytes rest = mail->raw, line;
	bool has_header = mail->header_size > 0;

	(void)kd_bytes_take(&rest, "\xef\xbb\xbf");
	mail->raw = rest;
	while (kd_next_line(&rest, &line) && (kd_bytes_starts(line, "From ") ||
	                                      kd_bytes_starts(line, ">From ")))
		mail->raw = rest;
	mail->header_size = 0;
	rest = mail->raw;
	while (has_header && kd_next_line(&rest, &line)) {
		if (line.size > 0)
			continue;
		mail->header_size = mail->raw.size - rest.size;
		break;
	}
}

/* --- Where ----------------------------------------------------------------- */

static bool is_trailer(struct kd_bytes line)
{
	size_t i = 0;

	while (i < line.size &&
	       (kd_is_alpha(line.data[i]) || kd_is_digit(line.data[i]) ||
	        line.data[i] == '-'))
		i++;
	if (i == 0 || i == line.size || line.data[i] != ':')
		return false;
	line.data += i;
	line.size -= i;
	return !kd_bytes_starts(line, "://");
}

/* What git itself writes there; it makes trailers of what stands around. */
static bool is_known(struct kd_bytes line)
{
	return kd_bytes_starts_nocase(line, "Signed-off-by: ") ||
	       kd_bytes_starts(line, "(cherry picked from commit ");
}

/* The last lines of text that no blank one stands between. */
static struct kd_bytes last_paragraph(struct kd_bytes text)
{
	struct kd_bytes rest = text, ret = text, line;

	while (kd_next_line(&rest, &line))
		if (kd_trim(line).size == 0)
			ret = rest;
	return ret;
}

/* As in git's trailer.c: trailers only, or a quarter of them where git has
 * written one. */
static bool ends_with_trailers(struct kd_bytes message)
{
	struct kd_bytes rest = last_paragraph(message), line;
	bool known = false;
	size_t n_others = 0;
	size_t n = 0;
	bool last = false; /* the line before is a trailer */

	while (kd_next_line(&rest, &line)) {
		if (last && line.size > 0 && kd_is_blank(line.data[0]))
			continue;
		known = known || is_known(line);
		last = is_trailer(line) || is_known(line);
		n += last;
		n_others += !last;
	}
	return n > 0 && (n_others == 0 || (known && n * 3 >= n_others));
}

size_t kd_mbox_place(struct kd_bytes text, struct kd_span commit,
                     bool *ret_apart)
{
	struct kd_bytes message;

	*ret_apart = false;
	if (commit.size == 0 || commit.offset > text.size ||
	    commit.size > text.size - commit.offset)
		return SIZE_MAX;
	message = (struct kd_bytes){ text.data + commit.offset, commit.size };
	*ret_apart = !ends_with_trailers(message);
	return commit.offset + commit.size;
}

/* --- Putting them in ---------------------------------------------------------
 */

/* What is to be put in, and where. */
struct addition {
	struct kd_arena *arena;
	struct kd_mbox_head head;
	struct kd_bytes body;     /* on the wire */
	size_t place;             /* in the text */
	bool apart;               /* an empty line comes first */
	const char *const *lines; /* n */
	size_t n;
	bool qp;     /* they are written so */
	bool ascii;  /* of the lines */
	size_t size; /* of the lines, line ends included */
};

/* A mail of this head, and of body with the lines at `at`. */
static enum kd_status build(const struct addition *add, struct kd_bytes head,
                            struct kd_bytes body, size_t at,
                            struct kd_mbox_mail *mail, struct kd_error *err)
{
	const char *eol = at > 1 && body.data[at - 2] == '\r' ? "\r\n" : "\n";
	char *out = kd_arena_alloc(add->arena,
	                           head.size + body.size + 4 * add->size + 2);
	char *end;

	if (out == NULL || head.data == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	memcpy(out, head.data, head.size);
	memcpy(out + head.size, body.data, at);
	end = out + head.size + at;
	if (add->apart)
		end = stpcpy(end, eol);
	for (size_t i = 0; i < add->n; i++) {
		if (add->qp)
			end = kd_mbox_put_qp(end, kd_bytes_of(add->lines[i]),
			                     eol);
		else
			end = stpcpy(stpcpy(end, add->lines[i]), eol);
	}
	memcpy(end, body.data + at, body.size - at);
	end += body.size - at;
	mail->raw = (struct kd_bytes){ out, (size_t)(end - out) };
	mail->header_size = head.size;
	return KD_OK;
}

/* Between the lines on the wire, which stay as they are. */
static enum kd_status add_between(const struct addition *add, bool says_utf8,
                                  struct kd_mbox_mail *mail,
                                  const char **ret_why, struct kd_error *err)
{
	struct kd_bytes head = { mail->raw.data, mail->header_size };
	enum kd_transfer transfer = add->head.transfer;
	struct kd_bytes before = { mail->text.data, add->place };
	size_t n = kd_count_lines(before);
	size_t at = kd_mbox_line_at(add->body, transfer, n);

	if (at == SIZE_MAX ||
	    kd_mbox_line_ends(add->body, transfer) !=
	            kd_mbox_line_ends(mail->text, KD_TRANSFER_PLAIN)) {
		*ret_why = "its lines are not those of its text";
		return KD_OK;
	}
	if (!add->ascii)
		head = kd_mbox_head_write(
			add->arena, &add->head,
			says_utf8 ? NULL : "text/plain; charset=UTF-8",
			transfer == KD_TRANSFER_QP ? NULL : "8bit");
	return build(add, head, add->body, at, mail, err);
}

static size_t count_chars(struct kd_bytes text)
{
	size_t pos = 0;
	size_t n = 0;

	for (; pos < text.size; n++)
		(void)kd_utf8_next(text, &pos);
	return n;
}

/* Is the text all that the body says, and the patch in it what git would
 * make of it?  git takes the charset off the message, but not off the
 * patch. */
static bool is_whole(const struct addition *add, struct kd_bytes text)
{
	size_t size = kd_mbox_decoded_size(add->body, add->head.transfer);
	struct kd_bytes patch = { text.data + add->place,
		                  text.size - add->place };

	if (!kd_utf8_valid(text))
		return false;
	if (add->head.charset == KD_CHARSET_BYTE)
		return size == count_chars(text) &&
		       kd_mbox_is_ascii(patch, KD_TRANSFER_PLAIN);
	return size == text.size && add->head.charset != KD_CHARSET_ODD &&
	       add->head.charset != KD_CHARSET_OTHER;
}

/* The text in the place of the body. */
static enum kd_status add_decoded(const struct addition *add,
                                  struct kd_mbox_mail *mail,
                                  const char **ret_why, struct kd_error *err)
{
	struct addition plain = *add;
	struct kd_bytes head;

	plain.qp = false;
	if (!is_whole(add, mail->text)) {
		*ret_why = "what it says is not kept byte for byte in UTF-8";
		return KD_OK;
	}
	head = kd_mbox_head_write(add->arena, &add->head,
	                          "text/plain; charset=UTF-8", "8bit");
	return build(&plain, head, mail->text, add->place, mail, err);
}

/* Into a text/plain of one part. */
static enum kd_status add_lines(struct addition *add, struct kd_mbox_mail *mail,
                                const char **ret_why, struct kd_error *err)
{
	enum kd_transfer transfer = add->head.transfer;
	bool says_utf8 = add->head.charset == KD_CHARSET_UTF8;
	bool fits;

	if (add->head.charset == KD_CHARSET_ODD) {
		*ret_why = "its charset is unknown";
		return KD_OK;
	}
	add->qp = transfer == KD_TRANSFER_QP;
	if (transfer == KD_TRANSFER_BASE64)
		return add_decoded(add, mail, ret_why, err);
	fits = add->ascii || says_utf8 ||
	       kd_mbox_is_ascii(add->body, transfer) ||
	       (add->head.charset == KD_CHARSET_NONE &&
	        transfer == KD_TRANSFER_PLAIN && kd_utf8_valid(add->body));
	return fits ? add_between(add, says_utf8, mail, ret_why, err)
	            : add_decoded(add, mail, ret_why, err);
}

enum kd_status kd_mbox_add(struct kd_arena *arena, struct kd_mbox_mail *mail,
                           const char *const *lines, size_t n,
                           const char **ret_why, struct kd_error *err)
{
	struct addition add = {
		.arena = arena, .lines = lines, .n = n, .ascii = true
	};
	enum kd_status st;

	*ret_why = NULL;
	st = kd_mbox_head_read(arena, mail, &add.head, err);
	if (st != KD_OK)
		return st;
	for (size_t i = 0; i < n; i++) {
		struct kd_bytes line = kd_bytes_of(lines[i]);

		add.size += line.size + 2;
		add.ascii =
			add.ascii && kd_mbox_is_ascii(line, KD_TRANSFER_PLAIN);
	}
	*ret_why = add.head.why;
	add.place = kd_mbox_place(mail->text, mail->commit, &add.apart);
	if (*ret_why == NULL &&
	    (add.place == SIZE_MAX || mail->text.data[add.place - 1] != '\n'))
		*ret_why = "it has no commit message";
	if (*ret_why != NULL)
		return KD_OK;
	add.body = (struct kd_bytes){ mail->raw.data + mail->header_size,
		                      mail->raw.size - mail->header_size };
	return add_lines(&add, mail, ret_why, err);
}

/* --- Lines that look like the start of a mail
 * ----------------------------------- */

static bool has_from(struct kd_bytes raw)
{
	struct kd_bytes line;
	const char *eol;

	if (memmem(raw.data, raw.size, "From ", 5) == NULL)
		return false;
	while (kd_mbox_next(&raw, &line, &eol))
		if (kd_mbox_is_from(line))
			return true;
	return false;
}

/* The body as quoted-printable, or where it is that already with the "F" of
 * such lines written as "=46". */
static char *hide(char *out, struct kd_bytes body, enum kd_transfer transfer)
{
	struct kd_bytes line;
	const char *eol;

	while (kd_mbox_next(&body, &line, &eol)) {
		if (transfer == KD_TRANSFER_PLAIN) {
			out = kd_mbox_put_qp(out, line, eol);
			continue;
		}
		if (kd_mbox_is_from(line)) {
			out = stpcpy(out, "=46");
			line.data++;
			line.size--;
		}
		memcpy(out, line.data, line.size);
		out = stpcpy(out + line.size, eol);
	}
	return out;
}

/* A ">" before each of them. */
static char *quote(char *out, struct kd_bytes raw)
{
	struct kd_bytes line;
	const char *eol;

	while (kd_mbox_next(&raw, &line, &eol)) {
		if (kd_mbox_is_from(line))
			*out++ = '>';
		memcpy(out, line.data, line.size);
		out = stpcpy(out + line.size, eol);
	}
	return out;
}

enum kd_status kd_mbox_close(struct kd_arena *arena, struct kd_mbox_mail *mail,
                             bool *ret_quoted, struct kd_error *err)
{
	struct kd_bytes top = { mail->raw.data, mail->header_size };
	struct kd_bytes body = { mail->raw.data + mail->header_size,
		                 mail->raw.size - mail->header_size };
	struct kd_mbox_head head;
	char *out, *end;
	enum kd_status st;

	*ret_quoted = false;
	if (!has_from(mail->raw))
		return KD_OK;
	st = kd_mbox_head_read(arena, mail, &head, err);
	if (st != KD_OK)
		return st;
	*ret_quoted = head.why != NULL;
	if (head.why == NULL && head.transfer == KD_TRANSFER_PLAIN)
		top = kd_mbox_head_write(arena, &head, NULL,
		                         "quoted-printable");
	out = kd_arena_array(arena, mail->raw.size + top.size + 1, 4);
	if (out == NULL || top.data == NULL)
		return kd_fail(err, KD_NOMEM, no_memory);
	if (*ret_quoted) {
		end = quote(out, mail->raw);
	} else {
		memcpy(out, top.data, top.size);
		end = hide(out + top.size, body, head.transfer);
		mail->header_size = top.size;
	}
	mail->raw = (struct kd_bytes){ out, (size_t)(end - out) };
	return KD_OK;
}
