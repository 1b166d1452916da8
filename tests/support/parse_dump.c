/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_dump.c - what the parser makes of many mails: for each a line, the
 * hash of its record as the child of a delivery would write it.
 *
 * Standard input is for each mail a line with its size in bytes, then the
 * mail.
 */
#include <stdio.h>
#include <stdlib.h>

#include "mda/record.h"
#include "mda/wire.h"
#include "store/hash.h"

/* Mail of any time has a Date before it. */
static const int64_t received = 4102444800;

static int dump(struct kd_bytes raw)
{
	struct kd_arena *arena = kd_arena_new();
	unsigned char hash[KD_HASH_SIZE];
	struct kd_message msg;
	struct kd_bytes wire;
	int ret = 1;

	if (arena == NULL ||
	    kd_record_build(raw, received, arena, &msg, NULL) != KD_OK ||
	    kd_wire_encode(&msg, arena, &wire, NULL) != KD_OK)
		goto out;
	kd_hash(wire, hash);
	for (size_t i = 0; i < sizeof(hash); i++)
		(void)printf("%02x", hash[i]);
	ret = putchar('\n') == EOF;
out:
	kd_arena_free(arena);
	return ret;
}

int main(void)
{
	char line[32];
	int ret = 0;

	while (ret == 0 && fgets(line, sizeof(line), stdin) != NULL) {
		size_t size = strtoul(line, NULL, 10);
		char *data = malloc(size + 1);

		if (data == NULL || fread(data, 1, size, stdin) != size)
			ret = 2;
		else
			ret = dump((struct kd_bytes){ data, size });
		free(data);
	}
	return ret != 0 || fflush(stdout) != 0;
}
