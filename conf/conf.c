/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * conf.c - the configuration: defaults, the file, and libconfig, which no
 * other file knows.
 *
 * libconfig turns text into a tree; read.c makes the values out of that.
 */
#include "conf/conf.h"

#include <libconfig.h>
#include <string.h>

#include "conf/internal.h"

static const char kvm_id[] = "kvm.vger.kernel.org";

/* The arena holds all that the caller sees, this struct included. */
struct loaded {
	struct kd_conf conf; /* first: the caller has its address */
	struct kd_arena *arena;
};

static enum kd_status no_memory(struct kd_error *err)
{
	return kd_fail(err, KD_NOMEM, "read the configuration: out of memory");
}

const char *kd_conf_archive_of(const char *id)
{
	return kd_strcmp_nocase(id, kvm_id) == 0
	               ? "https://lore.kernel.org/kvm/%s"
	               : "https://lore.kernel.org/all/%s";
}

static enum kd_conf_node_kind kind_of(const config_setting_t *from)
{
	switch (config_setting_type(from)) {
	case CONFIG_TYPE_INT:
	case CONFIG_TYPE_INT64:
		return KD_CONF_NODE_INTEGER;
	case CONFIG_TYPE_STRING:
		return KD_CONF_NODE_STRING;
	case CONFIG_TYPE_GROUP:
		return KD_CONF_NODE_GROUP;
	case CONFIG_TYPE_LIST:
		return KD_CONF_NODE_LIST;
	case CONFIG_TYPE_ARRAY:
		return KD_CONF_NODE_ARRAY;
	default:
		return KD_CONF_NODE_OTHER;
	}
}

static const char *text_of(const config_setting_t *from)
{
	const char *text = "";

	switch (config_setting_type(from)) {
	case CONFIG_TYPE_STRING:
		text = config_setting_get_string(from);
		break;
	case CONFIG_TYPE_BOOL:
		text = config_setting_get_bool(from) ? "true" : "false";
		break;
	default:
		break;
	}
	/* "" comes as NULL. */
	return text == NULL ? "" : text;
}

/* A copy of the tree; the scan has seen to it that it is not deep. */
static bool copy_tree(const config_setting_t *from, struct kd_arena *arena,
                      struct kd_conf_node *to)
{
	const char *name = config_setting_name(from);
	int n = 0;

	to->kind = kind_of(from);
	to->name = kd_arena_strdup(arena, name == NULL ? "" : name);
	to->line = config_setting_source_line(from);
	to->text = kd_arena_strdup(arena, text_of(from));
	if (to->kind == KD_CONF_NODE_INTEGER)
		to->number = config_setting_get_int64(from);
	if (config_setting_is_aggregate(from))
		n = config_setting_length(from);
	to->items = kd_arena_array(arena, (size_t)n, sizeof(*to->items));
	if (kd_arena_failed(arena))
		return false;
	for (int i = 0; i < n; i++) {
		if (!copy_tree(config_setting_get_elem(from, (unsigned int)i),
		               arena, &to->items[i]))
			return false;
	}
	to->n = (size_t)n;
	return true;
}

/* libconfig's "syntax error" says less than the line itself. */
static enum kd_status syntax_error(const config_t *config, struct kd_bytes text,
                                   const char *file, struct kd_error *err)
{
	struct kd_conf_at at = { file, 1, "syntax" };
	struct kd_bytes line = { "", 0 };

	if (config_error_line(config) > 0)
		at.line = (unsigned int)config_error_line(config);
	for (unsigned int i = 0; i < at.line; i++) {
		if (!kd_next_line(&text, &line))
			line = (struct kd_bytes){ "", 0 };
	}
	line = kd_trim(line);
	return kd_conf_wrong(err, &at, "key = value; and closed brackets",
	                     "\"%.*s\" (%s)",
	                     (int)kd_utf8_cut(line, KD_CONF_SHOWN_MAX),
	                     line.data, config_error_text(config));
}

/* text ends with a NUL. */
static enum kd_status parse(struct kd_bytes text, const char *file,
                            struct kd_arena *arena, struct kd_conf_node *ret,
                            struct kd_error *err)
{
	config_t config;
	enum kd_status st = KD_OK;

	config_init(&config);
	if (config_read_string(&config, text.data) != CONFIG_TRUE)
		st = syntax_error(&config, text, file, err);
	else if (!copy_tree(config_root_setting(&config), arena, ret))
		st = no_memory(err);
	config_destroy(&config);
	return st;
}

/* The values that stand when nothing is said, but store_path. */
static bool set_defaults(struct kd_conf *conf, struct kd_arena *arena)
{
	struct kd_list *list = kd_arena_alloc(arena, sizeof(*list));

	if (list == NULL)
		return false;
	*list = (struct kd_list){
		.name = "KVM",
		.id = kvm_id,
		.address = "kvm@vger.kernel.org",
		.archive = kd_conf_archive_of(kvm_id),
	};
	conf->lists = list;
	conf->n_lists = 1;
	conf->max_message = 32 << 20;
	conf->deadline = 9;
	conf->top = 15;
	conf->waiting_days = 14;
	conf->format = kd_arena_strdup(arena, "text");
	conf->messages = kd_arena_strdup(arena, "first");
	return !kd_arena_failed(arena);
}

/* The scan, libconfig and the tables, in this order. */
static enum kd_status fill(struct loaded *to, struct kd_bytes text,
                           const char *file, struct kd_error *err)
{
	struct kd_conf_node root = { .n = 0 };
	struct kd_conf_at at = { file, 1, "size" };
	char *copy;
	enum kd_status st;

	if (text.size > KD_CONF_SIZE_MAX)
		return kd_conf_wrong(err, &at, "64 KiB at most", "more");
	/* libconfig wants a newline behind a last comment, and a NUL: the
	 * arena's bytes are zero. */
	copy = kd_arena_alloc(to->arena, text.size + 2);
	if (copy == NULL)
		return no_memory(err);
	memcpy(copy, text.data, text.size);
	copy[text.size] = '\n';
	text = (struct kd_bytes){ copy, text.size + 1 };
	st = kd_conf_scan(text, file, to->arena, err);
	if (st != KD_OK)
		return st;
	st = parse(text, file, to->arena, &root, err);
	if (st != KD_OK)
		return st;
	return kd_conf_read_tree(&root, file, to->arena, &to->conf, err);
}

/* file NULL: there is none, and text is empty. */
static enum kd_status build(struct kd_arena *arena, const char *file,
                            struct kd_bytes text, struct kd_conf **ret,
                            struct kd_error *err)
{
	struct loaded *to = kd_arena_alloc(arena, sizeof(*to));
	enum kd_status st = KD_OK;

	if (to == NULL || !set_defaults(&to->conf, arena))
		return no_memory(err);
	to->arena = arena;
	if (file != NULL) {
		to->conf.file = kd_arena_strdup(arena, file);
		st = fill(to, text, file, err);
	}
	if (st == KD_OK && to->conf.store_path == NULL)
		st = kd_conf_default_store(arena, &to->conf.store_path, err);
	if (st == KD_OK && kd_arena_failed(arena))
		st = no_memory(err);
	if (st == KD_OK)
		*ret = &to->conf;
	return st;
}

enum kd_status kd_conf_load(const char *path, struct kd_conf **ret,
                            struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes text;
	const char *file;
	enum kd_status st;

	if (arena == NULL)
		return no_memory(err);
	st = kd_conf_read(path, arena, &file, &text, err);
	if (st == KD_OK)
		st = build(arena, file, text, ret, err);
	if (st != KD_OK)
		kd_arena_free(arena);
	return st;
}

enum kd_status kd_conf_parse(const char *text, size_t size, const char *file,
                             struct kd_conf **ret, struct kd_error *err)
{
	struct kd_arena *arena = kd_arena_new();
	struct kd_bytes bytes = { text, size };
	enum kd_status st;

	if (arena == NULL)
		return no_memory(err);
	st = build(arena, file, bytes, ret, err);
	if (st != KD_OK)
		kd_arena_free(arena);
	return st;
}

void kd_conf_free(struct kd_conf *conf)
{
	struct loaded *loaded = (void *)conf;

	if (loaded != NULL)
		kd_arena_free(loaded->arena);
}

const struct kd_list *kd_conf_list(const struct kd_conf *conf, const char *name)
{
	for (size_t i = 0; i < conf->n_lists; i++) {
		if (kd_strcmp_nocase(conf->lists[i].name, name) == 0)
			return &conf->lists[i];
	}
	return NULL;
}
