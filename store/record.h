/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record.h - the vocabulary of the project: what a message is.
 *
 * Plain data.  mda/ fills it in, store/ writes and reads it, report/ reads
 * it.  Every pointer is borrowed from the arena that the record was built
 * in.  Strings are UTF-8 without NUL and without line ends unless said
 * otherwise; NULL means absent.  Times are seconds since the epoch, UTC.
 */
#ifndef KD_STORE_RECORD_H
#define KD_STORE_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "store/base/text.h"

enum {
	KD_HASH_SIZE = 32,       /* SHA-256, bytes */
	KD_MESSAGE_ID_MAX = 998, /* bytes; RFC 5322, 2.1.1 */
	KD_SUBJECT_MAX = 4096,   /* bytes */
	KD_REFERENCES_MAX = 100, /* the first and the last 99 */
	KD_TEXT_MAX = 4 << 20,   /* decoded text, bytes */
	KD_PREFIXES_MAX = 16,    /* words in the brackets of a subject */
	KD_PATCH_NUMBER_MAX = 9999,
	KD_TRAILERS_MAX = 200,
	KD_TRAILER_MAX = 4096,           /* bytes of the value of one */
	KD_TRAILERS_SIZE_MAX = 64 << 10, /* bytes of all of them */
	KD_PATHS_MAX = 2000,             /* files of a diff */
	KD_PATHS_SIZE_MAX = 128 << 10,
	KD_LINKS_MAX = 64,
	KD_TITLES_MAX = 1000, /* of patches, in a shortlog or a notice */
	KD_TITLES_SIZE_MAX = 128 << 10,
	KD_URL_MAX = 2048,
	KD_COMMIT_HEX_MAX = 64, /* SHA-256, should it come */
	KD_PATCH_ID_SIZE = 20,
	KD_COMMIT_SIZE = 20, /* bytes; SHA-1 */
	/* Of the rules that make a struct kd_message from bytes.  Stored with
	 * each: raise it when they change, so that --reparse knows what to
	 * read again. */
	KD_PARSER_VERSION = 4,
};

/* Stored values: append only, never renumber. */
enum kd_kind {
	KD_KIND_OTHER = 0,
	KD_KIND_PATCH = 1,
	KD_KIND_COVER = 2,
	KD_KIND_REPLY = 3,
	KD_KIND_FORWARD = 4,
	KD_KIND_PULL = 5,
	KD_KIND_APPLIED = 6,
	KD_KIND_BOT = 7,
};
enum { KD_KIND_COUNT = 8 };

/* Stored values, as above. */
enum kd_parse_status {
	KD_PARSE_OK = 0,
	KD_PARSE_LIMITED = 1,  /* a limit was hit; what lay within it is here */
	KD_PARSE_UNPARSED = 2, /* no mail: nothing but the bytes is known */
	KD_PARSE_CRASHED = 3,  /* the parser died: the header scan's fields */
};
enum { KD_PARSE_COUNT = 4 };

/* "cover", "ok" and so on, as --dry-run prints them. */
const char *kd_kind_name(enum kd_kind kind);
const char *kd_parse_status_name(enum kd_parse_status status);

struct kd_person {
	const char *name;  /* decoded display name, or NULL */
	const char *email; /* addr-spec in its own spelling, or NULL */
};

/* A piece of a message's text: bytes from its start.  size 0: absent. */
struct kd_span {
	size_t offset;
	size_t size;
};

/* What the mail's own diffstat says in its last line, or else what git
 * apply --numstat would. */
struct kd_diffstat {
	int64_t files;
	int64_t insertions;
	int64_t deletions;
};

/* Of a subject that says no number, no total. */
enum { KD_NUMBER_NONE = -1 };

/* What a subject says (mail-rules S1 to S7, summed up in mda/subject.h). */
struct kd_subject {
	const char *full;  /* decoded, unfolded, blanks collapsed; never NULL */
	const char *title; /* without "Re:" and brackets; never NULL */
	const char *prefixes[KD_PREFIXES_MAX]; /* words of the brackets */
	size_t n_prefixes;
	const char *project; /* "kvm-unit-tests", or NULL */
	int version;         /* 1 where none is said */
	bool versioned;      /* one is said */
	int revision;        /* the 1 of v5.1, else 0 */
	int number;          /* the 4 of 04/11; 0 is a cover letter */
	int total;           /* the 11 */
	bool patch;          /* PATCH stands in the brackets */
	bool rfc;
	bool resend;
	bool pull;    /* GIT PULL, or PULL n/m */
	bool reply;   /* Re:, Aw: and the like */
	bool forward; /* Fwd:, FW: */
};

/* "Reviewed-by: A <a@b>", in the mail's own text (mail-rules B9, B10). */
struct kd_trailer {
	const char *name;  /* as it stands: "Reviewed-By" */
	const char *value; /* unfolded; never NULL */
	bool of_person;    /* of the kind that names a person who did so */
	bool by_sender;    /* that person is who sent the mail */
};

/* What one message says of another.  Stored values. */
enum kd_relation {
	KD_RELATION_PREVIOUS = 1,   /* "Link to v1:" and the like */
	KD_RELATION_SUPERSEDES = 2, /* "Supersedes:" */
	KD_RELATION_DEPENDS = 3,    /* "Based-on:", "Depends-on:" */
	KD_RELATION_SUBJECT = 4,    /* what a notice is about, by its link */
};
enum { KD_RELATION_MAX = 4 };

struct kd_link {
	enum kd_relation relation;
	int version;            /* the 1 of "Link to v1"; 0: none said */
	const char *message_id; /* without <>; of URLs what stands behind the
	                         * last part of the path that is a list or r */
};

/* What a notice says became of patches.  Stored values. */
enum kd_fate {
	KD_FATE_NONE = 0,
	KD_FATE_QUEUED = 1,  /* a maintainer has taken it */
	KD_FATE_APPLIED = 2, /* it is in a tree */
	KD_FATE_MERGED = 3,  /* it is in the tree above: mainline, tip */
	KD_FATE_STABLE = 4,  /* it goes to a stable tree, too */
	KD_FATE_FAILED = 5,  /* it did not apply there */
};
enum { KD_FATE_COUNT = 6 };

/* One of the patches that a notice names. */
struct kd_taken {
	int number;         /* the 1 of "[1/5]", or KD_NUMBER_NONE */
	const char *title;  /* or NULL */
	const char *commit; /* hex, or NULL */
};

struct kd_message {
	const char *message_id; /* without <>, or "sha256:..."; never NULL */
	unsigned char content_sha256[KD_HASH_SIZE]; /* reliability 3.2 */
	const char *in_reply_to;                    /* or NULL */
	const char *const *references; /* as the header stands: oldest first */
	size_t n_references;

	struct kd_subject subject;
	/* What the published layout prints, where it differs from the fields
	 * above; NULL where it does not. */
	const char *subject_line; /* first physical line of a folded Subject */
	const char *from_line;    /* From, decoded and unfolded */

	struct kd_person sender; /* From, DMARC munging undone */
	struct kd_person author; /* in-body From, else the sender */
	bool has_date;
	int64_t date; /* as claimed; order and ranges never use it */

	enum kd_kind kind;
	enum kd_parse_status status;

	/* Where the header block of the raw bytes ends, its empty line
	 * included: the body on the wire starts here.  Bytes. */
	size_t header_size;

	/*
	 * The decoded text: UTF-8, LF line ends, no NUL, in-body headers
	 * included.  Either a piece of the raw bytes themselves (text.data
	 * NULL, text_in_raw says where), as for nine mails in ten, or bytes
	 * of their own.
	 */
	struct kd_bytes text;
	struct kd_span text_in_raw;

	/* Pieces of the text. */
	struct kd_span commit; /* the commit message, trailers included, up to
	                        * the "---" line, in-body headers left out;
	                        * of a mail without a diff all its text */
	struct kd_span notes;  /* between "---" and the diffstat */
	struct kd_span stat;   /* diffstat, through "N files changed" */

	bool has_diff;
	bool has_diffstat; /* the three counts below are known */
	struct kd_diffstat diffstat;

	/* Of the diff itself, as git apply --numstat counts it; of no use
	 * without has_diff.  Not stored: diffstat is. */
	struct kd_diffstat counted;
	const char *const *paths; /* the files it changes, in its order, by
	                           * their new names; each once */
	size_t n_paths;
	bool has_patch_id;
	unsigned char patch_id[KD_PATCH_ID_SIZE]; /* git patch-id --stable */

	const struct kd_trailer *trailers; /* in their order */
	size_t n_trailers;
	const char *change_id;   /* or NULL */
	const char *base_commit; /* hex, or NULL */
	const struct kd_link *links;
	size_t n_links;
	/* Titles of the patches that a cover letter announces, in order. */
	const char *const *titles;
	size_t n_titles;

	/* Of a pull request; NULL: it is none, or says none. */
	const char *pull_url;
	const char *pull_ref; /* "tags/for-linus", or NULL */

	/* Of a notice that patches were taken. */
	enum kd_fate fate;
	const char *tree; /* "kvm/next", "tip x86/urgent", or NULL */
	const struct kd_taken *taken;
	size_t n_taken;
};

#endif /* KD_STORE_RECORD_H */
