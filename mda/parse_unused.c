/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * parse_unused.c - what stands in for parts of GMime that no reader of mail
 * calls: OpenPGP, S/MIME, GIO and gzip.
 *
 * Built only where GMime is inside the program (conf/libraries.cmake).
 * g_mime_init() names these, to register types, and would have some twenty
 * more libraries come along.  The types are never asked for, and whoever
 * asks for a context gets none.
 */
#include <gmime/gmime.h>

const char *gpgme_check_version_internal(const char *version, size_t offset);

/* g_mime_init() drops the answer. */
const char *gpgme_check_version_internal(const char *version, size_t offset)
{
	(void)version;
	(void)offset;
	return NULL;
}

GType g_mime_stream_gio_get_type(void)
{
	return G_TYPE_INVALID;
}

GType g_mime_filter_gzip_get_type(void)
{
	return G_TYPE_INVALID;
}

GType g_mime_gpg_context_get_type(void)
{
	return G_TYPE_INVALID;
}

GMimeCryptoContext *g_mime_gpg_context_new(void)
{
	return NULL;
}

GType g_mime_pkcs7_context_get_type(void)
{
	return G_TYPE_INVALID;
}

GMimeCryptoContext *g_mime_pkcs7_context_new(void)
{
	return NULL;
}
