/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * terminal.c - width, colour and characters of standard output.
 */
#include "report/terminal.h"

#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "store/base/text.h"

const char *const kd_color_words[] = { "always", "never", "auto", NULL };

enum { NARROWEST = 40, WIDEST = 500 };

/* NULL where it is not set, or empty. */
static const char *variable(const char *name)
{
	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	const char *value = getenv(name);

	return value != NULL && value[0] != '\0' ? value : NULL;
}

/* COLUMNS goes before what the terminal says, as everywhere; 0: unknown. */
static unsigned int width_of_terminal(void)
{
	const char *columns = variable("COLUMNS");
	struct winsize size = { .ws_col = 0 };
	unsigned int width = 0;

	for (; columns != NULL && kd_is_digit(*columns) && width <= WIDEST;
	     columns++)
		width = width * 10 + (unsigned int)(*columns - '0');
	if ((columns == NULL || *columns != '\0' || width == 0) &&
	    ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0)
		width = size.ws_col;
	if (width == 0)
		return 0;
	return width < NARROWEST ? NARROWEST : width > WIDEST ? WIDEST : width;
}

/* Only of what is shown: what is read and compared knows no locale. */
static bool shows_utf8(void)
{
	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	if (setlocale(LC_CTYPE, "") == NULL)
		return false;
	/* One thread. NOLINTNEXTLINE(concurrency-mt-unsafe) */
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

enum kd_status kd_terminal_look(const char *color, bool to_file,
                                struct kd_look *ret, bool *ret_terminal,
                                struct kd_error *err)
{
	const char *term = variable("TERM");
	bool terminal = !to_file && isatty(STDOUT_FILENO) == 1;
	bool dumb = term == NULL || strcmp(term, "dumb") == 0;

	*ret = (struct kd_look){ .width = KD_WIDTH };
	*ret_terminal = terminal && !dumb;
	if (color == NULL || strcmp(color, "auto") == 0)
		ret->color = terminal && !dumb && variable("NO_COLOR") == NULL;
	else if (strcmp(color, "always") == 0)
		ret->color = true;
	else if (strcmp(color, "never") != 0)
		return kd_fail(err, KD_USAGE,
		               "--color=%s: expected always, never or auto",
		               color);
	if (!terminal)
		return KD_OK;
	ret->terminal = true;
	if (width_of_terminal() > 0)
		ret->width = width_of_terminal();
	ret->ascii = !shows_utf8();
	return KD_OK;
}
