/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz_conf.c - the text of a configuration file.
 */
#include "conf/conf.h"

#include <stdlib.h>
#include <string.h>

#include "tests/fuzz/fuzz.h"

static void check_conf(const struct kd_conf *conf)
{
	CHECK(conf->n_lists >= 1);
	for (size_t i = 0; i < conf->n_lists; i++) {
		const struct kd_list *list = &conf->lists[i];

		CHECK(list->name != NULL && list->id != NULL);
		kd_fuzz_line(list->name, SIZE_MAX);
		kd_fuzz_line(list->id, SIZE_MAX);
		kd_fuzz_line(list->address, SIZE_MAX);
		kd_fuzz_line(list->archive, SIZE_MAX);
		CHECK(kd_conf_list(conf, list->name) != NULL);
	}
	CHECK(conf->store_path == NULL || conf->store_path[0] == '/');
	CHECK(conf->max_message > 0 && conf->deadline > 0 && conf->top > 0);
	CHECK(conf->format != NULL && conf->messages != NULL);
	for (char **s = conf->sections; s != NULL && *s != NULL; s++)
		kd_fuzz_line(*s, SIZE_MAX);
	kd_fuzz_line(conf->store_path, SIZE_MAX);
	kd_fuzz_line(conf->mailmap, SIZE_MAX);
	kd_fuzz_line(conf->employers, SIZE_MAX);
	kd_fuzz_line(conf->mail_to, SIZE_MAX);
	kd_fuzz_line(conf->mail_from, SIZE_MAX);
}

void kd_fuzz_one(struct kd_bytes in)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	enum kd_status st;

	st = kd_conf_parse(in.data, in.size, "kvmdigest.conf", &conf, &err);
	kd_fuzz_error(&err, st);
	CHECK(st == KD_OK || st == KD_CONFIG);
	if (st == KD_OK)
		check_conf(conf);
	else
		CHECK(strncmp(err.text, "kvmdigest.conf", 14) == 0);
	kd_conf_free(st == KD_OK ? conf : NULL);
}
