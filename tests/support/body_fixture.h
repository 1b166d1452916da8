/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * body_fixture.h - a body with a diff, taken apart.
 */
#ifndef KD_TESTS_SUPPORT_BODY_FIXTURE_H
#define KD_TESTS_SUPPORT_BODY_FIXTURE_H

#include "mda/body.h"

#define STAT " f | 3 ++-\n 1 file changed, 2 insertions(+), 1 deletion(-)\n"
#define DIFF                                                                   \
	"diff --git a/f b/f\nindex 1111111..2222222 100644\n"                  \
	"--- a/f\n+++ b/f\n@@ -1,2 +1,3 @@ f\n a\n-b\n+c\n+d\n"

/* What kd_body_parse() makes of it, which must work. */
struct kd_body body_parse(struct kd_arena *arena, const char *text,
                          const char *diff, bool reply);

/* That span of the text. */
void body_expect_span(const char *text, struct kd_span span,
                      const char *expected);

#endif /* KD_TESTS_SUPPORT_BODY_FIXTURE_H */
