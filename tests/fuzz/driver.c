/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * driver.c - a fuzz target without a fuzzer: what was found before is run
 * again, and a number of changes to it that are the same each time.
 *
 *   replay-NAME [-n COUNT] [-s SEED] [-d WORDS] [-k FILE] PATH...
 *
 * A PATH is an input or a directory of them.  -n: so many changed inputs
 * after that.  -d: a dictionary as libFuzzer takes it.  -k: write each
 * input to FILE before it is run, so that the last one is there afterwards.
 */
#include <dirent.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/fuzz/entry.h"

enum {
	INPUT_MAX = 16384,
	SEED_MAX = 64 << 10, /* a larger file is no seed */
	SECONDS_MAX = 20,    /* for one input */
	CHANGES_MAX = 6,     /* of one input */
};

struct input {
	uint8_t *data;
	size_t size;
};

struct inputs {
	struct input *items;
	size_t n;
};

static struct inputs seeds;
static struct inputs words;
static const char *keep;
static uint64_t random_state;

static _Noreturn void die(const char *what)
{
	perror(what);
	exit(2);
}

static void *must(void *pointer)
{
	if (pointer == NULL)
		die("out of memory");
	return pointer;
}

static void add(struct inputs *to, const uint8_t *data, size_t size)
{
	size_t room = (to->n + 1) * sizeof(to->items[0]);
	uint8_t *copy = must(malloc(size + 1));

	if (size > 0)
		memcpy(copy, data, size);
	to->items = must(realloc(to->items, room));
	to->items[to->n++] = (struct input){ copy, size };
}

/* --- Files ----------------------------------------------------------- */

static size_t read_file(const char *path, uint8_t *buffer, size_t room)
{
	FILE *file = fopen(path, "rbe");
	size_t size;

	if (file == NULL)
		die(path);
	size = fread(buffer, 1, room, file);
	if (ferror(file))
		die(path);
	(void)fclose(file);
	return size;
}

static void add_path(const char *path);

static void add_directory(const char *path)
{
	struct dirent **entries;
	int n = scandir(path, &entries, NULL, alphasort);

	if (n < 0)
		die(path);
	for (int i = 0; i < n; i++) {
		size_t size = strlen(path) + strlen(entries[i]->d_name) + 2;
		char *inner = must(malloc(size));

		(void)snprintf(inner, size, "%s/%s", path, entries[i]->d_name);
		if (entries[i]->d_name[0] != '.')
			add_path(inner);
		free(inner);
		free(entries[i]);
	}
	free(entries);
}

static void add_path(const char *path)
{
	static uint8_t buffer[SEED_MAX + 1];
	struct stat st;
	size_t size;

	if (stat(path, &st) < 0)
		die(path);
	if (S_ISDIR(st.st_mode)) {
		add_directory(path);
		return;
	}
	size = read_file(path, buffer, sizeof(buffer));
	if (size <= SEED_MAX)
		add(&seeds, buffer, size);
}

/* What stands between the quotes of a line of a dictionary. */
static void add_word(const char *line)
{
	uint8_t word[256];
	const char *s = strchr(line, '"');
	const char *end = strrchr(line, '"');
	size_t n = 0;

	if (line[0] == '#' || s == NULL)
		return;
	for (s++; s < end && n < sizeof(word); s++) {
		char hex[3] = { 0 };

		if (*s == '\\' && s[1] == 'x' && end - s > 3) {
			memcpy(hex, s + 2, 2);
			word[n++] = (uint8_t)strtoul(hex, NULL, 16);
			s += 3;
			continue;
		}
		s += *s == '\\' ? 1 : 0;
		word[n++] = (uint8_t)*s;
	}
	add(&words, word, n);
}

static void add_words(const char *path)
{
	char line[512];
	FILE *file = fopen(path, "re");

	if (file == NULL)
		die(path);
	while (fgets(line, sizeof(line), file) != NULL)
		add_word(line);
	(void)fclose(file);
}

/* --- Changes --------------------------------------------------------- */

/* xorshift64*: the same on every machine. */
static size_t below(size_t n)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return n == 0 ? 0
	              : (size_t)((random_state * 0x2545f4914f6cdd1dULL) >> 16) %
	                        n;
}

/* Put size bytes in at a place of its own choice, as far as they fit. */
static void insert(struct input *input, const uint8_t *data, size_t size)
{
	size_t at = below(input->size + 1);

	if (size > INPUT_MAX - input->size)
		size = INPUT_MAX - input->size;
	if (size == 0)
		return;
	memmove(input->data + at + size, input->data + at, input->size - at);
	memcpy(input->data + at, data, size);
	input->size += size;
}

static void erase(struct input *input)
{
	size_t at = below(input->size);
	size_t size = 1 + below(below(2) == 0 ? 4 : input->size - at);

	if (size > input->size - at)
		size = input->size - at;
	memmove(input->data + at, input->data + at + size,
	        input->size - at - size);
	input->size -= size;
}

/* A piece of itself or of another input. */
static void splice(struct input *input, const struct input *from)
{
	static uint8_t piece[INPUT_MAX];
	size_t at = below(from->size);
	size_t size = 1 + below(from->size - at);

	if (from->size == 0)
		return;
	if (size > sizeof(piece))
		size = sizeof(piece);
	memcpy(piece, from->data + at, size);
	insert(input, piece, size);
}

static void repeat_byte(struct input *input)
{
	uint8_t run[64];

	memset(run, input->data[below(input->size)], sizeof(run));
	insert(input, run, 1 + below(sizeof(run)));
}

static void change(struct input *input)
{
	static const uint8_t odd[] = { 0,   '\n', '\r', '\t', ' ',  '"',  '<',
		                       '>', 0x7f, 0x80, 0xc3, 0xe2, 0xf0, 0xff };
	size_t which = input->size == 0 ? 6 : below(9);
	const struct input *word;

	if (which == 0) {
		input->data[below(input->size)] ^= (uint8_t)(1U << below(8));
	} else if (which == 1) {
		input->data[below(input->size)] = odd[below(sizeof(odd))];
	} else if (which == 2) {
		input->data[below(input->size)] = (uint8_t)below(256);
	} else if (which == 3) {
		erase(input);
	} else if (which == 4) {
		splice(input, input);
	} else if (which == 5) {
		repeat_byte(input);
	} else if (which == 6) {
		insert(input, &odd[below(sizeof(odd))], 1);
	} else if (which == 7) {
		splice(input, &seeds.items[below(seeds.n)]);
	} else if (words.n > 0) {
		word = &words.items[below(words.n)];
		insert(input, word->data, word->size);
	}
}

/* --- Running --------------------------------------------------------- */

/* In a buffer of its own size, so that one byte too far is seen. */
static void run(const struct input *input)
{
	uint8_t *copy = must(malloc(input->size == 0 ? 1 : input->size));
	FILE *file = keep == NULL ? NULL : fopen(keep, "wbe");

	if (keep != NULL &&
	    (file == NULL ||
	     fwrite(input->data, 1, input->size, file) != input->size ||
	     fclose(file) != 0))
		die(keep);
	if (input->size > 0)
		memcpy(copy, input->data, input->size);
	(void)alarm(SECONDS_MAX);
	(void)kd_fuzz_entry(copy, input->size);
	free(copy);
}

static void run_changed(size_t count)
{
	static uint8_t buffer[INPUT_MAX];

	for (size_t i = 0; i < count; i++) {
		const struct input *seed = &seeds.items[below(seeds.n)];
		struct input input = { buffer, seed->size };

		if (input.size > INPUT_MAX)
			input.size = INPUT_MAX;
		memcpy(buffer, seed->data, input.size);
		for (size_t n = 1 + below(CHANGES_MAX); n > 0; n--)
			change(&input);
		run(&input);
	}
}

static void forget(struct inputs *inputs)
{
	for (size_t i = 0; i < inputs->n; i++)
		free(inputs->items[i].data);
	free(inputs->items);
}

int main(int argc, char *argv[])
{
	size_t count = 0;
	int opt;

	random_state = 1;
	while ((opt = getopt(argc, argv, "n:s:d:k:")) != -1) {
		if (opt == 'n')
			count = strtoul(optarg, NULL, 10);
		else if (opt == 's')
			random_state += strtoul(optarg, NULL, 10);
		else if (opt == 'd')
			add_words(optarg);
		else if (opt == 'k')
			keep = optarg;
		else
			return 2;
	}
	for (; optind < argc; optind++)
		add_path(argv[optind]);
	if (seeds.n == 0) {
		(void)fputs("there are no inputs\n", stderr);
		return 2;
	}
	for (size_t i = 0; i < seeds.n; i++)
		run(&seeds.items[i]);
	run_changed(count);
	(void)printf("%zu inputs, %zu changes of them\n", seeds.n, count);
	forget(&seeds);
	forget(&words);
	return 0;
}
