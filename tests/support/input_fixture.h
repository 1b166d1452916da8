/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * input_fixture.h - a process that writes a message, and where it goes.
 */
#ifndef KD_TESTS_SUPPORT_INPUT_FIXTURE_H
#define KD_TESTS_SUPPORT_INPUT_FIXTURE_H

#include <sys/types.h>

#include "mda/input.h"

/* How a writer behaves. */
struct writer {
	size_t size;
	size_t piece;      /* bytes of one write */
	long pause_ms;     /* between two */
	size_t stop_after; /* sleep for ever behind so many; 0: never */
};

/* What overflow was handed. */
struct sink {
	size_t size;
	size_t calls;
	size_t fail_at; /* call number; 0: never */
	bool wrong;
};

/* What all writers write: byte i of it. */
char input_byte(size_t i);

/* A process that writes; where to read it. */
int input_writer(const struct writer *w, pid_t *ret_pid);

/* 0 when the writer got rid of everything. */
int input_end(int fd, pid_t pid);
void input_kill(int fd, pid_t pid);

/* Overflow goes to the sink, if there is one. */
struct kd_input_opts input_opts(uint64_t max_memory, struct sink *sink);

/* What is in memory must be what was written. */
void input_check(const struct kd_input *input);

int64_t input_now_ms(void);

#endif /* KD_TESTS_SUPPORT_INPUT_FIXTURE_H */
