/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * order.c - which token may stand behind which: libconfig's grammar, for
 * messages that say more than its "syntax error".
 */
#include "conf/internal.h"

enum kd_conf_token kd_conf_mark(char c)
{
	switch (c) {
	case '=':
	case ':':
		return KD_CONF_TOKEN_EQUALS;
	case ';':
		return KD_CONF_TOKEN_SEMICOLON;
	case ',':
		return KD_CONF_TOKEN_COMMA;
	default:
		return KD_CONF_TOKEN_OTHER;
	}
}

char kd_conf_closing(char open)
{
	if (open == '(')
		return ')';
	return open == '[' ? ']' : '}';
}

static bool fits_in_group(enum kd_conf_token last, enum kd_conf_token next)
{
	bool in_setting =
		last == KD_CONF_TOKEN_NAME || last == KD_CONF_TOKEN_EQUALS;

	switch (next) {
	case KD_CONF_TOKEN_EQUALS:
		return last == KD_CONF_TOKEN_NAME;
	case KD_CONF_TOKEN_VALUE:
	case KD_CONF_TOKEN_OPEN:
		return last == KD_CONF_TOKEN_EQUALS;
	case KD_CONF_TOKEN_STRING:
		return last == KD_CONF_TOKEN_EQUALS ||
		       last == KD_CONF_TOKEN_STRING;
	case KD_CONF_TOKEN_SEMICOLON:
	case KD_CONF_TOKEN_COMMA:
		return last == KD_CONF_TOKEN_VALUE ||
		       last == KD_CONF_TOKEN_STRING;
	case KD_CONF_TOKEN_NAME:
	case KD_CONF_TOKEN_CLOSE:
		return !in_setting;
	case KD_CONF_TOKEN_OTHER:
		break;
	}
	return false;
}

static bool fits_in_list(char open, enum kd_conf_token last,
                         enum kd_conf_token next)
{
	bool between =
		last == KD_CONF_TOKEN_OPEN || last == KD_CONF_TOKEN_COMMA;

	switch (next) {
	case KD_CONF_TOKEN_VALUE:
		return between;
	case KD_CONF_TOKEN_OPEN:
		return between && open == '(';
	case KD_CONF_TOKEN_STRING:
		return between || last == KD_CONF_TOKEN_STRING;
	case KD_CONF_TOKEN_COMMA:
		return !between;
	case KD_CONF_TOKEN_CLOSE:
		return last != KD_CONF_TOKEN_COMMA;
	case KD_CONF_TOKEN_NAME:
	case KD_CONF_TOKEN_EQUALS:
	case KD_CONF_TOKEN_SEMICOLON:
	case KD_CONF_TOKEN_OTHER:
		break;
	}
	return false;
}

bool kd_conf_fits(char open, enum kd_conf_token last, enum kd_conf_token next)
{
	return open == '{' ? fits_in_group(last, next)
	                   : fits_in_list(open, last, next);
}

const char *kd_conf_fitting(char open, enum kd_conf_token last)
{
	bool after_value =
		last == KD_CONF_TOKEN_VALUE || last == KD_CONF_TOKEN_STRING;

	if (last == KD_CONF_TOKEN_NAME)
		return "= behind the key";
	if (last == KD_CONF_TOKEN_EQUALS)
		return "a number, or text in quotes";
	if (open == '{')
		return after_value ? "; behind the value" : "a key and =";
	if (after_value)
		return "a comma or a closing bracket";
	return open == '[' ? "a number, or text in quotes"
	                   : "a group { }, or text in quotes";
}
