/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * diff.c - the state machine that knows a diff from text.
 *
 * It follows git's apply.c: find_header(), parse_git_diff_header() and
 * parse_fragment().
 */
#include "mda/diff.h"

#include <string.h>

#include "mda/diff_name.h"

enum state {
	IN_TEXT,   /* between the diffs */
	IN_HEADER, /* behind "diff --git": renames, modes, names */
	IN_FILE,   /* behind a header: the next hunk, or something else */
	IN_HUNK,
};

struct scanner {
	struct kd_diff *ret;
	enum state state;
	size_t lead;   /* where what may announce a diff begins */
	bool has_lead; /* lead is such a place */
	size_t file;   /* where the header of the file began */
	bool counted;  /* the file is known to change something */
	struct kd_diff_header header; /* of the file */
	struct kd_diff_names names;
	int64_t old_lines; /* that the hunk still lacks */
	int64_t new_lines;
};

/* What a line in the header of a file names. */
enum names {
	NAMES_NOTHING,
	NAMES_OLD,
	NAMES_NEW,
	NAMES_TARGET,
};

/* Lines in the header of a git diff.  changes: it is a change already
 * without a hunk. */
static const struct {
	const char *start;
	bool changes;
	enum names names;
} extended[] = {
	{ "--- ", false, NAMES_OLD },
	{ "+++ ", false, NAMES_NEW },
	{ "index ", false, NAMES_NOTHING },
	{ "similarity index ", false, NAMES_NOTHING },
	{ "old mode ", true, NAMES_NOTHING },
	{ "new mode ", true, NAMES_NOTHING },
	{ "rename from ", true, NAMES_NOTHING },
	{ "rename to ", true, NAMES_TARGET },
	{ "rename old ", true, NAMES_NOTHING },
	{ "rename new ", true, NAMES_TARGET },
	{ "copy from ", true, NAMES_NOTHING },
	{ "copy to ", true, NAMES_TARGET },
	{ "new file mode ", true, NAMES_NOTHING },
	{ "deleted file mode ", true, NAMES_NOTHING },
	{ "dissimilarity index ", false, NAMES_NOTHING },
	{ "GIT binary patch", true, NAMES_NOTHING },
	{ "Binary files ", true, NAMES_NOTHING },
};
enum { N_EXTENDED = sizeof(extended) / sizeof(extended[0]) };

static void count_file(struct scanner *scanner)
{
	struct kd_diff *ret = scanner->ret;

	if (scanner->counted)
		return;
	scanner->counted = true;
	if (!ret->found)
		ret->start = scanner->file;
	ret->found = true;
	ret->stat.files++;
	ret->limited = ret->stat.files > KD_DIFF_FILES_MAX;
}

/* "12,3": the 3, or 1 where it does not stand there.  False: neither. */
static bool take_range(struct kd_bytes line, size_t *pos, int64_t *ret)
{
	const int64_t most = 1 << 30;
	bool counts = false, any = false;
	int64_t n = 0;

	for (; *pos < line.size; ++*pos) {
		char c = line.data[*pos];

		if (c == ',' && any && !counts) {
			counts = true;
			any = false;
			n = 0;
		} else if (kd_is_digit(c)) {
			any = true;
			n = n < most ? n * 10 + (c - '0') : most;
		} else {
			break;
		}
	}
	*ret = counts ? n : 1;
	return any;
}

/* "@@ -1,2 +3,4 @@" */
static bool read_hunk(struct kd_bytes line, int64_t *ret_old, int64_t *ret_new)
{
	size_t pos = 4;

	if (!kd_bytes_starts(line, "@@ -") ||
	    !take_range(line, &pos, ret_old) || line.size - pos < 2 ||
	    memcmp(line.data + pos, " +", 2) != 0)
		return false;
	pos += 2;
	return take_range(line, &pos, ret_new) && line.size - pos >= 3 &&
	       memcmp(line.data + pos, " @@", 3) == 0;
}

static bool begin_hunk(struct scanner *scanner, struct kd_bytes line)
{
	if (!read_hunk(line, &scanner->old_lines, &scanner->new_lines))
		return false;
	count_file(scanner);
	scanner->state = IN_HUNK;
	return true;
}

/* Is this a line of the hunk?  An empty one is context that has lost its
 * blank. */
static bool take_hunk_line(struct scanner *scanner, struct kd_bytes line)
{
	char c = ' ';

	if (line.size > 0)
		c = line.data[0];
	if (c == '\\')
		return kd_bytes_starts(line, "\\ ");
	if (scanner->old_lines <= 0 && scanner->new_lines <= 0)
		return false;
	switch (c) {
	case ' ':
		scanner->old_lines--;
		scanner->new_lines--;
		return true;
	case '-':
		scanner->old_lines--;
		scanner->ret->stat.deletions++;
		return true;
	case '+':
		scanner->new_lines--;
		scanner->ret->stat.insertions++;
		return true;
	default:
		return false;
	}
}

/* What of line stands behind its first word or words. */
static struct kd_bytes behind(struct kd_bytes line, const char *start)
{
	size_t size = strlen(start);

	return (struct kd_bytes){ line.data + size, line.size - size };
}

static void take_name(struct scanner *scanner, enum names what,
                      struct kd_bytes name)
{
	switch (what) {
	case NAMES_OLD:
		scanner->header.old_file = name;
		break;
	case NAMES_NEW:
		scanner->header.new_file = name;
		break;
	case NAMES_TARGET:
		scanner->header.target = name;
		break;
	case NAMES_NOTHING:
		break;
	}
}

static bool take_extended(struct scanner *scanner, struct kd_bytes line)
{
	size_t i = 0;

	while (i < N_EXTENDED && !kd_bytes_starts(line, extended[i].start))
		i++;
	if (i == N_EXTENDED)
		return false;
	take_name(scanner, extended[i].names, behind(line, extended[i].start));
	if (extended[i].changes)
		count_file(scanner);
	return true;
}

/* "--- a", "+++ b", "@@ -1 +1 @@" from line on, as of other programs. */
static bool is_plain_header(struct kd_bytes line, struct kd_bytes rest)
{
	struct kd_bytes next;
	int64_t old_lines, new_lines;

	return kd_bytes_starts(line, "--- ") && kd_next_line(&rest, &next) &&
	       kd_bytes_starts(next, "+++ ") && kd_next_line(&rest, &next) &&
	       read_hunk(next, &old_lines, &new_lines);
}

/* The file at hand is at its end: only now all of its names are known. */
static void end_file(struct scanner *scanner)
{
	if (scanner->counted && scanner->ret->stat.files <= KD_DIFF_FILES_MAX)
		kd_diff_names_add(&scanner->names, &scanner->header);
	scanner->counted = false;
}

static void begin_file(struct scanner *scanner, struct kd_bytes line,
                       size_t pos)
{
	static const char git[] = "diff --git ";

	end_file(scanner);
	scanner->header = (struct kd_diff_header){ .git = { NULL, 0 } };
	if (kd_bytes_starts(line, git))
		scanner->header.git = behind(line, git);
	else
		scanner->header.old_file = behind(line, "--- ");
	scanner->file = scanner->has_lead ? scanner->lead : pos;
	scanner->has_lead = false;
	scanner->state = IN_HEADER;
}

/* A line outside of hunks and headers.  rest is what follows it. */
static void take_text(struct scanner *scanner, struct kd_bytes line, size_t pos,
                      struct kd_bytes rest)
{
	bool rule = kd_bytes_starts(line, "=====");

	scanner->state = IN_TEXT;
	if (kd_bytes_starts(line, "diff --git ") ||
	    is_plain_header(line, rest)) {
		begin_file(scanner, line, pos);
	} else if (kd_bytes_starts(line, "Index: ") ||
	           kd_bytes_starts(line, "diff -")) {
		if (!scanner->has_lead)
			scanner->lead = pos;
		scanner->has_lead = true;
	} else if (!rule) {
		scanner->has_lead = false;
	}
}

static void take_line(struct scanner *scanner, struct kd_bytes line, size_t pos,
                      struct kd_bytes rest)
{
	if (scanner->state == IN_HUNK) {
		if (take_hunk_line(scanner, line))
			return;
		scanner->state = IN_FILE;
	}
	if (scanner->state == IN_HEADER && take_extended(scanner, line))
		return;
	if (scanner->state != IN_TEXT && begin_hunk(scanner, line))
		return;
	take_text(scanner, line, pos, rest);
}

void kd_diff_scan(struct kd_bytes text, struct kd_arena *arena,
                  struct kd_diff *ret)
{
	struct scanner scanner = { .ret = ret,
		                   .state = IN_TEXT,
		                   .names.arena = arena };
	struct kd_bytes rest = text, line;
	size_t pos = 0;

	*ret = (struct kd_diff){ .found = false };
	while (kd_next_line(&rest, &line)) {
		take_line(&scanner, line, pos, rest);
		pos = text.size - rest.size;
	}
	end_file(&scanner);
	ret->paths = scanner.names.names;
	ret->n_paths = scanner.names.n;
	ret->limited = ret->limited || scanner.names.limited;
}
