/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn.c - run whole programs in turn and say what each run cost.
 *
 *   spawn [-b BASE] [-r ROUNDS] [-p AT-ONCE] COMMANDS [FILE...]
 *
 * COMMANDS is a file with a line for each contestant: a name, what sh does
 * before each run at no cost, and the words of the command, with tabs
 * between the three.  Each is run once for each FILE, which is its standard
 * input, or ROUNDS times; who begins changes from round to round.  With -p
 * the first contestant gets all FILEs, so many of them at a time.
 *
 * Prints a line for each, with tabs: name, runs, failures, median and
 * largest wall ms, median CPU ms, peak kB, median of the ratios to BASE in
 * the same round, exit status of the first failure.  Small on purpose: the
 * peak of a child begins with what its parent has.
 */
#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { COMMANDS_MAX = 24, WORDS_MAX = 40, AT_ONCE_MAX = 256 };

struct command {
	char *name;
	char *before;
	char *words[WORDS_MAX + 1];
	double *wall; /* ms, of each round */
	double *cpu;
	long peak;
	int failed;
	int status;
};

struct bench {
	struct command commands[COMMANDS_MAX];
	int n_commands;
	char **files;
	int rounds;
	const char *base;
};

struct flight {
	pid_t pid;
	double since;
};

static void die(const char *what)
{
	(void)fprintf(stderr, "spawn: %s: %s\n", what, strerror(errno));
	exit(2);
}

static double now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static double ms_of(struct timeval t)
{
	return (double)t.tv_sec * 1e3 + (double)t.tv_usec / 1e3;
}

static void *zeroed(int n, size_t size)
{
	void *ret = calloc((size_t)n + 1, size);

	if (ret == NULL)
		die("memory");
	return ret;
}

static void read_command(struct bench *bench, char *line)
{
	struct command *c = &bench->commands[bench->n_commands];
	char *rest = line;
	char *word;
	int n = 0;

	c->name = strsep(&rest, "\t");
	c->before = strsep(&rest, "\t");
	while (rest != NULL && n < WORDS_MAX) {
		word = strsep(&rest, " ");
		if (word[0] != '\0')
			c->words[n++] = word;
	}
	if (n == 0 || rest != NULL) {
		(void)fprintf(stderr, "spawn: not a command: %s\n", c->name);
		exit(2);
	}
	c->wall = zeroed(bench->rounds, sizeof(*c->wall));
	c->cpu = zeroed(bench->rounds, sizeof(*c->cpu));
	bench->n_commands++;
}

static void read_commands(struct bench *bench, const char *path)
{
	FILE *in = fopen(path, "r");
	char *line = NULL;
	size_t room = 0;

	if (in == NULL)
		die(path);
	while (bench->n_commands < COMMANDS_MAX &&
	       getline(&line, &room, in) > 1) {
		line[strcspn(line, "\n")] = '\0';
		read_command(bench, line);
		line = NULL; /* the words point into it */
		room = 0;
	}
	free(line);
	(void)fclose(in);
}

static pid_t start(const struct command *c, const char *input)
{
	posix_spawn_file_actions_t files;
	pid_t pid = 0;

	if (posix_spawn_file_actions_init(&files) != 0 ||
	    posix_spawn_file_actions_addopen(&files, 0, input, O_RDONLY, 0) ||
	    posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY,
	                                     0) != 0)
		die("memory");
	errno = posix_spawnp(&pid, c->words[0], &files, NULL, c->words,
	                     environ);
	if (errno != 0)
		die(c->words[0]);
	(void)posix_spawn_file_actions_destroy(&files);
	return pid;
}

static pid_t finish(pid_t pid, struct command *c, int round, double since)
{
	struct rusage used;
	int status = 0;

	pid = wait4(pid, &status, 0, &used);
	if (pid < 0)
		die("wait4");
	c->wall[round] = now_ms() - since;
	c->cpu[round] = ms_of(used.ru_utime) + ms_of(used.ru_stime);
	if (used.ru_maxrss > c->peak)
		c->peak = used.ru_maxrss;
	if (status != 0 && c->failed++ == 0)
		c->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	return pid;
}

static void prepare(struct command *c)
{
	static char name[] = "sh", option[] = "-c";
	const struct command sh = { .words = { name, option, c->before } };
	int status = 0;

	if (c->before[0] == '\0')
		return;
	if (waitpid(start(&sh, "/dev/null"), &status, 0) < 0)
		die("waitpid");
	if (status != 0) {
		(void)fprintf(stderr, "spawn: failed: %s\n", c->before);
		c->failed++;
	}
}

static void run_in_turn(struct bench *bench)
{
	struct command *c;
	double since;
	int round, i;

	for (round = 0; round < bench->rounds; round++) {
		for (i = 0; i < bench->n_commands; i++) {
			c = &bench->commands[(i + round) % bench->n_commands];
			prepare(c);
			since = now_ms();
			(void)finish(start(c, bench->files ? bench->files[round]
			                                   : "/dev/null"),
			             c, round, since);
		}
	}
}

static void run_at_once(struct bench *bench, int at_once)
{
	struct flight flights[AT_ONCE_MAX] = { { .pid = 0 } };
	struct command *c = &bench->commands[0];
	int started = 0, ended = 0, i;
	siginfo_t info;

	while (ended < bench->rounds) {
		for (i = 0; i < at_once && started < bench->rounds; i++) {
			if (flights[i].pid != 0)
				continue;
			flights[i].since = now_ms();
			flights[i].pid = start(c, bench->files[started++]);
		}
		if (waitid(P_ALL, 0, &info, WEXITED | WNOWAIT) != 0)
			die("waitid");
		for (i = 0; flights[i].pid != info.si_pid; i++)
			;
		(void)finish(flights[i].pid, c, ended++, flights[i].since);
		flights[i].pid = 0;
	}
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const double *values, int n)
{
	double *sorted = zeroed(n, sizeof(*sorted));
	double ret;

	memcpy(sorted, values, (size_t)n * sizeof(*sorted));
	qsort(sorted, (size_t)n, sizeof(*sorted), compare);
	ret = n % 2 != 0 ? sorted[n / 2]
	                 : (sorted[n / 2 - 1] + sorted[n / 2]) / 2;
	free(sorted);
	return ret;
}

static double largest(const double *values, int n)
{
	double ret = 0;
	int i;

	for (i = 0; i < n; i++)
		ret = values[i] > ret ? values[i] : ret;
	return ret;
}

static void print(const struct bench *bench)
{
	const struct command *base = NULL;
	int n = bench->rounds;
	double *ratios = zeroed(n, sizeof(*ratios));
	int i, k;

	for (i = 0; bench->base != NULL && i < bench->n_commands; i++) {
		if (strcmp(bench->commands[i].name, bench->base) == 0)
			base = &bench->commands[i];
	}
	for (i = 0; i < bench->n_commands; i++) {
		const struct command *c = &bench->commands[i];

		for (k = 0; base != NULL && k < n; k++)
			ratios[k] = c->wall[k] / base->wall[k];
		(void)printf("%s\t%d\t%d\t%.3f\t%.3f\t%.3f\t%ld\t%.4f\t%d\n",
		             c->name, n, c->failed, median(c->wall, n),
		             largest(c->wall, n), median(c->cpu, n), c->peak,
		             base != NULL ? median(ratios, n) : 0, c->status);
	}
	free(ratios);
}

int main(int argc, char **argv)
{
	struct bench bench = { .rounds = 1 };
	int at_once = 0;
	int option;

	while ((option = getopt(argc, argv, "b:r:p:")) != -1) {
		if (option == 'b')
			bench.base = optarg;
		else if (option == 'r')
			bench.rounds = (int)strtol(optarg, NULL, 10);
		else if (option == 'p')
			at_once = (int)strtol(optarg, NULL, 10);
		else
			return 2;
	}
	if (optind >= argc || bench.rounds < 1 || at_once > AT_ONCE_MAX ||
	    (at_once > 0 && optind + 1 >= argc)) {
		(void)fprintf(stderr, "usage: spawn [-b BASE] [-r ROUNDS] "
		                      "[-p AT-ONCE] COMMANDS [FILE...]\n");
		return 2;
	}
	if (optind + 1 < argc) {
		bench.files = argv + optind + 1;
		bench.rounds = argc - optind - 1;
	}
	read_commands(&bench, argv[optind]);
	if (bench.n_commands == 0)
		return 2;
	if (at_once > 0)
		run_at_once(&bench, at_once);
	else
		run_in_turn(&bench);
	print(&bench);
	return 0;
}
