/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * test_store_chance.c - series of any mails at all, and their versions, are the
 * same for every order of arrival.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/fewer.h"
#include "tests/support/store_world.h"

static unsigned int seed = 1;

static int random_below(int n)
{
	seed = seed * 1103515245U + 12345U;
	return (int)((seed >> 16) % (unsigned int)n);
}

static void shuffle(int *order, int n)
{
	int i, j, swap;

	for (i = n - 1; i > 0; i--) {
		j = random_below(i + 1);
		swap = order[i];
		order[i] = order[j];
		order[j] = swap;
	}
}

static struct mail any_mail(int i, int n)
{
	static const char *const titles[] = { "s", "t", "u", NULL };
	static char refs[MAILS_MAX][4];
	struct mail mail = { .name = (char)('a' + i), .refs = refs[i] };
	int k;

	memset(refs[i], 0, sizeof(refs[i]));
	/* also to what never comes, and to itself */
	for (k = 0; k < random_below(4); k++)
		refs[i][k] = (char)('a' + random_below(n + 1));
	mail.total = random_below(5) == 0 ? NONE : 2 + random_below(5) / 4;
	mail.number = mail.total == NONE ? NONE : random_below(mail.total + 1);
	mail.version = random_below(3);
	mail.hour = random_below(5) * random_below(2);
	mail.title = titles[random_below(4)];
	mail.patch = (char)('p' + random_below(3));
	mail.sender = (char)('a' + random_below(2));
	if (random_below(6) == 0)
		mail.change = (char)('x' + random_below(2));
	if (random_below(6) == 0)
		mail.link = (char)('a' + random_below(n + 1));
	if (random_below(8) == 0)
		mail.word = random_below(2) == 0 ? "rfc" : "resend";
	mail.cover = mail.total == NONE && random_below(3) == 0;
	return mail;
}

/* KD_LONG: as many as it takes to be sure. */
static void test_any_world_in_any_order(void **state)
{
	const bool all = getenv("KD_LONG") != NULL;
	const int n_worlds = all ? 1000 : 60;
	const int n_orders = all ? 30 : 12 / kd_one_of(6);
	struct fixture *fix = *state;
	struct kd_store *store = world_open(fix);
	struct mail mails[MAILS_MAX];
	char name[32];
	struct trial trial = { .name = name, .mails = mails };
	char want[WANT_SIZE];
	int world, i, n, k;

	for (world = 0; world < n_worlds; world++) {
		n = 4 + random_below(6);
		for (i = 0; i < n; i++) {
			mails[i] = any_mail(i, n);
			trial.order[i] = i;
		}
		trial.n = n;
		want[0] = '\0';
		(void)snprintf(name, sizeof(name), "world %d", world);
		for (k = 0; k < n_orders; k++) {
			world_try(fix, store, &trial, n_orders * world + k,
			          want);
			shuffle(trial.order, n);
		}
	}
	kd_store_close(store);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(test_any_world_in_any_order),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
