/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * row.c - a message of the range, as the sections see it.
 */
#include "report/row.h"

#include <stddef.h>
#include <string.h>

static void copy_person(struct kd_arena *arena, struct kd_person *person)
{
	person->name = kd_arena_strdup(arena, person->name);
	person->email = kd_arena_strdup(arena, person->email);
}

const struct kd_posted *kd_row_copy(struct kd_arena *arena,
                                    const struct kd_posted *row)
{
	struct kd_posted *copy = kd_arena_alloc(arena, sizeof(*copy));
	struct kd_message *msg;

	if (copy == NULL)
		return NULL;
	*copy = *row;
	msg = &copy->msg;
	msg->message_id = kd_arena_strdup(arena, msg->message_id);
	msg->in_reply_to = NULL;
	msg->references = NULL;
	msg->n_references = 0;
	msg->subject.full = kd_arena_strdup(arena, msg->subject.full);
	msg->subject.title = kd_arena_strdup(arena, msg->subject.title);
	msg->subject.project = kd_arena_strdup(arena, msg->subject.project);
	msg->subject.n_prefixes = 0;
	msg->subject_line = kd_arena_strdup(arena, msg->subject_line);
	msg->from_line = kd_arena_strdup(arena, msg->from_line);
	copy_person(arena, &msg->sender);
	copy_person(arena, &msg->author);
	msg->text = kd_bytes_of(NULL);
	msg->change_id = NULL;
	return kd_arena_failed(arena) ? NULL : copy;
}

bool kd_row_is_patch(const struct kd_posted *row)
{
	return row->msg.kind == KD_KIND_PATCH || row->msg.kind == KD_KIND_COVER;
}

int kd_row_number(const struct kd_posted *row)
{
	return row->msg.kind == KD_KIND_COVER ? 0 : row->msg.subject.number;
}

const char *kd_version_format(struct kd_arena *arena, int version, int revision)
{
	if (revision > 0)
		return kd_arena_printf(arena, "v%d.%d", version, revision);
	return version != 1 ? kd_arena_printf(arena, "v%d", version) : "New";
}

const char *kd_row_version(struct kd_arena *arena, const struct kd_posted *row)
{
	return kd_version_format(arena, row->msg.subject.version,
	                         row->msg.subject.revision);
}

const char *kd_title_format(struct kd_arena *arena, const char *project,
                            bool rfc, bool resend, const char *title)
{
	return kd_arena_printf(arena, "%s%s%s%s%s%s", project ? "[" : "",
	                       project ? project : "", project ? "] " : "",
	                       rfc ? "[RFC] " : "", resend ? "[RESEND] " : "",
	                       title);
}

const char *kd_person_short(const struct kd_person *person)
{
	if (person->name != NULL && person->name[0] != '\0')
		return person->name;
	return person->email != NULL ? person->email : "(unknown)";
}

char *kd_lower_copy(struct kd_arena *arena, const char *s)
{
	char *copy = kd_arena_strdup(arena, s);

	for (char *c = copy; c != NULL && *c != '\0'; c++)
		*c = kd_lower(*c);
	return copy;
}

const char *kd_person_key(struct kd_arena *arena,
                          const struct kd_person *person)
{
	if (person->email != NULL && person->email[0] != '\0')
		return kd_lower_copy(arena, person->email);
	return person->name != NULL ? person->name : "(unknown)";
}

int kd_by_number(const void *a, const void *b)
{
	const int64_t *x = a;
	const int64_t *y = b;

	return (*x > *y) - (*x < *y);
}

const char *kd_person_robot(struct kd_arena *arena,
                            const struct kd_person *person)
{
	const char *name = kd_person_short(person);
	const char *cut = strstr(name, " for ");

	if (person->name == NULL || person->name[0] == '\0')
		cut = strchr(name, '@');
	if (cut == NULL || cut == name)
		return name;
	return kd_arena_strndup(arena, name, (size_t)(cut - name));
}

const char *kd_person_format(struct kd_arena *arena,
                             const struct kd_person *person)
{
	bool named = person->name != NULL && person->name[0] != '\0';

	if (person->email == NULL || person->email[0] == '\0')
		return named ? person->name : "(unknown)";
	if (!named)
		return person->email;
	return kd_arena_printf(arena, "%s <%s>", person->name, person->email);
}

bool kd_person_same(const struct kd_person *a, const struct kd_person *b)
{
	if (a->email == NULL || b->email == NULL)
		return a->email == b->email;
	return kd_strcmp_nocase(a->email, b->email) == 0;
}
