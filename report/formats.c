/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * formats.c - the tables of what there is to choose from: formats,
 * sections, how much of the messages.
 */
#include <string.h>

#include "report/digest.h"

const char *const kd_section_names[KD_SECTION_COUNT] = {
	"domains", "contributors", "employers", "patches", "messages"
};

static const struct kd_format formats[] = {
	{ "text",
	  { kd_section_domains, kd_section_contributors, kd_section_employers,
	    kd_section_patches, kd_section_messages },
	  kd_render_text,
	  true },
	{ "classic",
	  { kd_classic_domains, kd_classic_contributors, NULL,
	    kd_classic_patches, kd_classic_messages },
	  kd_render_text,
	  false },
};

/* In the order of enum kd_messages. */
static const char *const messages[] = { "cover", "first", "all" };

const struct kd_format *kd_format_find(const char *name)
{
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++) {
		if (strcmp(formats[i].name, name) == 0)
			return &formats[i];
	}
	return NULL;
}

enum kd_status kd_digest_set_format(struct kd_digest *digest, const char *name,
                                    struct kd_error *err)
{
	digest->format = kd_format_find(name != NULL ? name : "text");
	if (digest->format == NULL)
		return kd_fail(err, KD_USAGE,
		               "no format '%s'; there are: text, classic",
		               name);
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

static bool want(struct kd_digest *digest, const char *name, size_t size)
{
	for (size_t i = 0; i < KD_SECTION_COUNT; i++) {
		if (strlen(kd_section_names[i]) == size &&
		    strncmp(kd_section_names[i], name, size) == 0) {
			digest->sections[i] = true;
			return true;
		}
	}
	return false;
}

enum kd_status kd_digest_set_sections(struct kd_digest *digest,
                                      const char *names, struct kd_error *err)
{
	/* The employers need a file: they come when they are asked for. */
	for (size_t i = 0; i < KD_SECTION_COUNT; i++)
		digest->sections[i] =
			names == NULL &&
			strcmp(kd_section_names[i], "employers") != 0;
	while (names != NULL) {
		const char *comma = strchr(names, ',');
		size_t size =
			comma != NULL ? (size_t)(comma - names) : strlen(names);

		if (!want(digest, names, size))
			return kd_fail(
				err, KD_USAGE,
				"no section '%.*s'; there are: domains, "
				"contributors, employers, patches, messages",
				size < 64 ? (int)size : 64, names);
		names = comma != NULL ? comma + 1 : NULL;
	}
	return KD_OK;
}
