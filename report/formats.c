/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * formats.c - the table of the formats, and what else of a digest is
 * chosen by its name.
 */
#include <stdio.h>
#include <string.h>

#include "report/digest.h"

static const char published[] = "domains,contributors,patches,messages";

static const struct kd_format formats[] = {
	{ "text", kd_render_text, published, false },
	{ "classic", kd_render_text, published, true },
	{ "json", kd_render_json, NULL, false },
	{ "mail", kd_render_mail, NULL, false },
	{ "html", kd_render_html, NULL, false },
};

enum { N_FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* In the order of enum kd_messages. */
static const char *const messages[] = { "cover", "first", "all" };

const struct kd_format *kd_format_find(const char *name)
{
	for (size_t i = 0; i < N_FORMATS; i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

/* The i-th name of a table; NULL behind the last. */
typedef const char *name_fn(size_t i);

const char *kd_format_name(size_t i)
{
	return i < N_FORMATS ? formats[i].name : NULL;
}

const char *kd_messages_name(size_t i)
{
	return i < sizeof(messages) / sizeof(messages[0]) ? messages[i] : NULL;
}

static const char *section_name(size_t i)
{
	return i < kd_n_sections ? kd_sections[i].name : NULL;
}

/* "there are: a, b, c" */
static enum kd_status fail_with_names(const char *what, const char *name,
                                      size_t size, name_fn *names,
                                      struct kd_error *err)
{
	char list[KD_ERROR_TEXT_MAX];
	size_t used = 0;

	list[0] = '\0';
	for (size_t i = 0; names(i) != NULL && used < sizeof(list); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used,
		                         "%s%s", i > 0 ? ", " : "", names(i));
	return kd_fail(err, KD_USAGE, "no %s '%.*s'; there are: %s", what,
	               size < 64 ? (int)size : 64, name, list);
}

enum kd_status kd_digest_set_format(struct kd_digest *digest, const char *name,
                                    struct kd_error *err)
{
	if (name == NULL)
		name = "text";
	digest->format = kd_format_find(name);
	if (digest->format == NULL)
		return fail_with_names("format", name, strlen(name),
		                       kd_format_name, err);
	return KD_OK;
}

enum kd_status kd_digest_set_messages(struct kd_digest *digest,
                                      const char *name, struct kd_error *err)
{
	if (name == NULL)
		name = "first";
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		if (strcmp(messages[i], name) == 0) {
			digest->messages = (enum kd_messages)i;
			return KD_OK;
		}
	}
	return kd_fail(err, KD_USAGE,
	               "messages '%s' cannot be chosen; there are: cover, "
	               "first, all",
	               name);
}

enum kd_status kd_digest_set_sections(struct kd_digest *digest,
                                      const char *names, struct kd_error *err)
{
	digest->n_sections = 0;
	while (names != NULL) {
		const char *comma = strchr(names, ',');
		size_t size =
			comma != NULL ? (size_t)(comma - names) : strlen(names);
		const struct kd_section *section = kd_section_find(names, size);
		bool there = false;

		if (section == NULL)
			return fail_with_names("section", names, size,
			                       section_name, err);
		for (size_t i = 0; i < digest->n_sections; i++)
			there = there || digest->sections[i] == section;
		if (!there)
			digest->sections[digest->n_sections++] = section;
		names = comma != NULL ? comma + 1 : NULL;
	}
	return KD_OK;
}
