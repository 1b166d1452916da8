/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diffstat.c - what git and diffstat(1) print in front of a diff.
 */
#include "mda/diff.h"

#include <string.h>

static bool take_number(struct kd_bytes *b, int64_t *ret)
{
	const int64_t most = 1000000000;
	size_t size = 0;
	int64_t n = 0;

	while (size < b->size && kd_is_digit(b->data[size])) {
		n = n < most ? n * 10 + (b->data[size] - '0') : most;
		size++;
	}
	b->data += size;
	b->size -= size;
	*ret = n < most ? n : most;
	return size > 0;
}

/* ", 2 insertions(+)": what is not there is 0. */
static void take_part(struct kd_bytes *b, const char *one, const char *many,
                      int64_t *ret)
{
	struct kd_bytes rest = *b;
	int64_t n;

	*ret = 0;
	if (!kd_bytes_take(&rest, ", ") || !take_number(&rest, &n) ||
	    !(kd_bytes_take(&rest, one) || kd_bytes_take(&rest, many)))
		return;
	*ret = n;
	*b = rest;
}

/* " 3 files changed, 40 insertions(+), 2 deletions(-)" */
static bool read_summary(struct kd_bytes line, struct kd_diffstat *ret)
{
	struct kd_bytes b = kd_trim(line);

	if (!take_number(&b, &ret->files) ||
	    !(kd_bytes_take(&b, " file changed") ||
	      kd_bytes_take(&b, " files changed")))
		return false;
	if (b.size > 0 && b.data[0] != ',')
		return false; /* prose */
	take_part(&b, " insertion(+)", " insertions(+)", &ret->insertions);
	take_part(&b, " deletion(-)", " deletions(-)", &ret->deletions);
	return true;
}

/* The graph, or the sizes, behind the bar of " path | 3 ++-". */
static bool is_change(struct kd_bytes b)
{
	int64_t n;

	b = kd_trim(b);
	if (kd_bytes_starts(b, "Bin") || kd_bytes_starts(b, "Unmerged"))
		return true;
	if (!take_number(&b, &n))
		return false;
	b = kd_trim(b);
	for (size_t i = 0; i < b.size; i++)
		if (strchr("+-!", b.data[i]) == NULL)
			return false;
	return true;
}

static bool is_file(struct kd_bytes line)
{
	const char *bar = memrchr(line.data, '|', line.size);
	struct kd_bytes path, change;

	if (bar == NULL)
		return kd_bytes_equal_nocase(line, " ..."); /* some left out */
	path = (struct kd_bytes){ line.data, (size_t)(bar - line.data) };
	change = (struct kd_bytes){ bar + 1, line.size - path.size - 1 };
	return kd_trim(path).size > 0 && line.data[0] != '>' &&
	       is_change(change);
}

bool kd_diffstat_find(struct kd_bytes text, struct kd_span *ret,
                      struct kd_diffstat *ret_stat)
{
	struct kd_bytes rest = text, line;
	size_t start = 0, pos = 0; /* of the run of file lines; of the line */
	bool in_files = false, found = false;
	struct kd_diffstat stat;

	while (kd_next_line(&rest, &line)) {
		size_t next = text.size - rest.size;

		if (is_file(line)) {
			start = in_files ? start : pos;
			in_files = true;
		} else if (read_summary(line, &stat)) {
			ret->offset = in_files ? start : pos;
			ret->size = next - ret->offset;
			*ret_stat = stat;
			found = true;
			in_files = false;
		} else {
			in_files = false;
		}
		pos = next;
	}
	return found;
}
