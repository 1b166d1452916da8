/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_conf.c - what a configuration that is right gives, and that the
 * sample is one: every key, with its default.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "conf/conf.h"
#include "conf/internal.h"
#include "conf/keys.h"

static struct kd_conf *parse(const char *text)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	enum kd_status st;

	st = kd_conf_parse(text, strlen(text), "c.conf", &conf, &err);
	if (st != KD_OK)
		fail_msg("%s", err.text);
	assert_string_equal(conf->file, "c.conf");
	return conf;
}

static void assert_list(const struct kd_list *list, const char *name,
                        const char *id, const char *address,
                        const char *archive)
{
	assert_string_equal(list->name, name);
	assert_string_equal(list->id, id);
	if (address == NULL)
		assert_null(list->address);
	else
		assert_string_equal(list->address, address);
	assert_string_equal(list->archive, archive);
}

/* All but store_path, file and sections. */
static void assert_defaults(const struct kd_conf *conf)
{
	assert_int_equal(conf->n_lists, 1);
	assert_list(conf->lists, "KVM", "kvm.vger.kernel.org",
	            "kvm@vger.kernel.org", "https://lore.kernel.org/kvm/%s");
	assert_false(conf->journal_delete);
	assert_false(conf->unlisted_skip);
	assert_int_equal(conf->max_message, 33554432);
	assert_int_equal(conf->deadline, 9);
	assert_false(conf->on_db_failure_tempfail);
	assert_string_equal(conf->format, "text");
	assert_string_equal(conf->messages, "first");
	assert_int_equal(conf->top, 15);
	assert_int_equal(conf->waiting_days, 14);
	assert_null(conf->mailmap);
	assert_null(conf->employers);
	assert_null(conf->mail_to);
	assert_null(conf->mail_from);
}

static void test_parse_empty_gives_defaults(void **state)
{
	static const char *const texts[] = {
		"",
		"\n",
		"# nothing",
		"store: { }; mda: { };",
		"/* @include \"x\"\n@include \"x\" */ // @include",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		struct kd_conf *conf = parse(texts[i]);

		assert_defaults(conf);
		assert_null(conf->sections);
		kd_conf_free(conf);
	}
	kd_conf_free(NULL);
}

static void test_parse_every_key(void **state)
{
	struct kd_conf *conf = parse(
		"lists = ( { name = \"One\"; id = \"one.example.org\";\n"
		"  address = \"one@example.org\";\n"
		"  archive = \"http://example.org/one/%s/\" },\n"
		"  { id: \"two.example.org\", name: \"two_2\" } )\n"
		"store: { path = \"/var/lib/kd/kvm.db\"; journal = "
		"\"delete\"; }\n"
		"mda: { unlisted = \"skip\"; max_message = 1000000;\n"
		"  deadline = 30; on_db_failure = \"tempfail\"; }\n"
		"report: { format = \"classic\"; messages = \"all\"; top = 3;\n"
		"waiting_days = 30;\n"
		"  sections = [ \"messages\", \"domains\" ];\n"
		"  mailmap = \"/m/map\"; employers = \"/m/firms\";\n"
		"  mail_to = \"to@example.org\"; mail_from = "
		"\"from@example.org\"; }\n"
		"watch: { paths = ( \"arch/x86/kvm\", \"virt/**\" );\n"
		"  words = ( ); }\n"
		"views: { arm: { people = [ \"@arm.com\" ]; };\n"
		"  mine: { words = ( \"TDX\" ); }; }");

	(void)state;
	assert_int_equal(conf->n_lists, 2);
	assert_list(&conf->lists[0], "One", "one.example.org",
	            "one@example.org", "http://example.org/one/%s/");
	assert_list(&conf->lists[1], "two_2", "two.example.org", NULL,
	            "https://lore.kernel.org/all/%s");
	assert_string_equal(conf->store_path, "/var/lib/kd/kvm.db");
	assert_true(conf->journal_delete);
	assert_true(conf->unlisted_skip);
	assert_int_equal(conf->max_message, 1000000);
	assert_int_equal(conf->deadline, 30);
	assert_true(conf->on_db_failure_tempfail);
	assert_string_equal(conf->format, "classic");
	assert_string_equal(conf->messages, "all");
	assert_int_equal(conf->top, 3);
	assert_int_equal(conf->waiting_days, 30);
	assert_string_equal(conf->watch.paths[0], "arch/x86/kvm");
	assert_string_equal(conf->watch.paths[1], "virt/**");
	assert_null(conf->watch.paths[2]);
	assert_null(conf->watch.people);
	assert_null(conf->watch.words[0]);
	assert_int_equal(conf->n_views, 2);
	assert_string_equal(conf->views[0].name, "arm");
	assert_string_equal(conf->views[0].people[0], "@arm.com");
	assert_string_equal(conf->views[1].name, "mine");
	assert_null(conf->views[1].people);
	assert_string_equal(conf->sections[0], "messages");
	assert_string_equal(conf->sections[1], "domains");
	assert_null(conf->sections[2]);
	assert_string_equal(conf->mailmap, "/m/map");
	assert_string_equal(conf->employers, "/m/firms");
	assert_string_equal(conf->mail_to, "to@example.org");
	assert_string_equal(conf->mail_from, "from@example.org");
	kd_conf_free(conf);
}

static void test_parse_integers(void **state)
{
	static const struct {
		const char *text;
		uint64_t max_message;
		unsigned int deadline;
		unsigned int top;
	} cases[] = {
		{ "mda: { max_message = 65536; deadline = 4; };"
		  "report: { top = 1; };",
		  65536, 4, 1 },
		{ "mda: { max_message = 1073741824; deadline = 60; };"
		  "report: { top = 10000; };",
		  1073741824, 60, KD_TOP_MAX },
		{ "mda: { max_message = 0x100000; deadline = +5; };"
		  "report: { top = 0x10L; };",
		  1048576, 5, 16 },
		{ "mda: { max_message = 0X100000LL; deadline = 007L; };"
		  "report: { top = 20LL; }; // 4294967297",
		  1048576, 7, 20 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct kd_conf *conf = parse(cases[i].text);

		assert_int_equal(conf->max_message, cases[i].max_message);
		assert_int_equal(conf->deadline, cases[i].deadline);
		assert_int_equal(conf->top, cases[i].top);
		kd_conf_free(conf);
	}
}

/* Text in strings is text, whatever it would be outside. */
static void test_parse_strings(void **state)
{
	struct kd_conf *conf = parse(
		"store: { path = \"/4294967297/@include \\\"x\\\" /* # //\"\n"
		"# a comment, } and \"\n"
		" \"\\\\ \\x41 \xc3\xa4\"; };");

	(void)state;
	assert_string_equal(conf->store_path,
	                    "/4294967297/@include \"x\" /* # //\\ A \xc3\xa4");
	kd_conf_free(conf);
}

static void test_parse_archive_of_a_list_that_names_none(void **state)
{
	struct kd_conf *conf = parse(
		"lists = ( { name = \"k\"; id = \"KVM.vger.kernel.org\" "
		"}, { name = \"p\"; id = \"kvm-ppc.vger.kernel.org\" } );");

	(void)state;
	assert_string_equal(conf->lists[0].archive,
	                    "https://lore.kernel.org/kvm/%s");
	assert_string_equal(conf->lists[1].archive,
	                    "https://lore.kernel.org/all/%s");
	kd_conf_free(conf);
}

static void test_list_is_found_without_case(void **state)
{
	struct kd_conf *conf = parse("lists = ( { name = \"One\"; id = \"1\" },"
	                             "{ name = \"Two\"; id = \"2\" } );");

	(void)state;
	assert_ptr_equal(kd_conf_list(conf, "two"), &conf->lists[1]);
	assert_ptr_equal(kd_conf_list(conf, "ONE"), &conf->lists[0]);
	assert_null(kd_conf_list(conf, "On"));
	assert_null(kd_conf_list(conf, ""));
	kd_conf_free(conf);
}

/* 64 KiB are read, one byte more is refused. */
static void test_parse_size(void **state)
{
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;
	char *text = malloc(KD_CONF_SIZE_MAX + 1);

	(void)state;
	assert_non_null(text);
	memset(text, '#', KD_CONF_SIZE_MAX + 1);
	assert_int_equal(kd_conf_parse(text, KD_CONF_SIZE_MAX, "c.conf", &conf,
	                               &err),
	                 KD_OK);
	assert_defaults(conf);
	kd_conf_free(conf);
	assert_int_equal(kd_conf_parse(text, KD_CONF_SIZE_MAX + 1, "c.conf",
	                               &conf, &err),
	                 KD_CONFIG);
	assert_string_equal(err.text, "c.conf:1: size: expected 64 KiB at "
	                              "most, found more");
	free(text);
}

/* libconfig would take the text to end there. */
static void test_parse_refuses_nul(void **state)
{
	static const char text[] = "mda: { };\n\0top = 1;";
	struct kd_error err = KD_ERROR_INIT;
	struct kd_conf *conf = NULL;

	(void)state;
	assert_int_equal(kd_conf_parse(text, sizeof(text) - 1, "c.conf", &conf,
	                               &err),
	                 KD_CONFIG);
	assert_string_equal(err.text, "c.conf:2: syntax: expected text, found "
	                              "the control character 0x00");
	assert_null(conf);
}

/* --- The sample ----------------------------------------------------- */

static char *read_sample(void)
{
	char *text = calloc(1, KD_CONF_SIZE_MAX + 1);
	FILE *file = fopen(KD_SAMPLE, "r");

	assert_non_null(text);
	assert_non_null(file);
	assert_true(fread(text, 1, KD_CONF_SIZE_MAX, file) > 0);
	assert_int_equal(fclose(file), 0);
	return text;
}

static void test_sample_equals_the_defaults(void **state)
{
	static const char *const sections[] = { "domains", "contributors",
		                                "patches", "messages" };
	char *text = read_sample();
	struct kd_conf *conf = parse(text);

	(void)state;
	assert_defaults(conf);
	for (size_t i = 0; i < 4; i++)
		assert_string_equal(conf->sections[i], sections[i]);
	assert_null(conf->sections[4]);
	kd_conf_free(conf);
	free(text);
}

/* The default of the store depends on where home is, so it is a comment;
 * without its # it must be that default. */
static void test_sample_path_is_the_default(void **state)
{
	char *text = read_sample();
	char *comment = strstr(text, "#path = ");
	struct kd_conf *with = NULL;
	struct kd_conf *without = NULL;

	(void)state;
	assert_int_equal(unsetenv("XDG_DATA_HOME"), 0);
	without = parse(text);
	assert_non_null(comment);
	*comment = ' ';
	with = parse(text);
	assert_non_null(without->store_path);
	assert_string_equal(with->store_path, without->store_path);
	kd_conf_free(with);
	kd_conf_free(without);
	free(text);
}

/* True when a line of text is "key = ...", or "#key = ...". */
static bool shows(const char *text, const char *key)
{
	struct kd_bytes rest = kd_bytes_of(text);
	struct kd_bytes line;

	while (kd_next_line(&rest, &line)) {
		line = kd_trim(line);
		if (line.size > 0 && line.data[0] == '#') {
			line.data++;
			line.size--;
		}
		if (kd_bytes_starts(line, key) && line.size > strlen(key) + 3 &&
		    memcmp(line.data + strlen(key), " = ", 3) == 0)
			return true;
	}
	return false;
}

static size_t assert_shown(const char *text, const struct kd_conf_group *group)
{
	size_t n = 0;

	assert_non_null(strstr(text, group->name));
	for (; group->keys[n].name != NULL; n++) {
		if (!shows(text, group->keys[n].name))
			fail_msg("%s.%s is not in the sample", group->name,
			         group->keys[n].name);
	}
	return n;
}

static void test_sample_has_every_key(void **state)
{
	char *text = read_sample();
	size_t n = 0;

	(void)state;
	for (size_t g = 0; kd_conf_groups[g].name != NULL; g++)
		n += assert_shown(text, &kd_conf_groups[g]);
	assert_int_equal(n, 25);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_empty_gives_defaults),
		cmocka_unit_test(test_parse_every_key),
		cmocka_unit_test(test_parse_integers),
		cmocka_unit_test(test_parse_strings),
		cmocka_unit_test(test_parse_archive_of_a_list_that_names_none),
		cmocka_unit_test(test_list_is_found_without_case),
		cmocka_unit_test(test_parse_size),
		cmocka_unit_test(test_parse_refuses_nul),
		cmocka_unit_test(test_sample_equals_the_defaults),
		cmocka_unit_test(test_sample_path_is_the_default),
		cmocka_unit_test(test_sample_has_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
