/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * log.h - the file of SQLite's write-ahead log, with few calls.
 *
 * SQLite reads the log that it recovers frame by frame, writes each frame
 * with two calls, and syncs the directory of a log that was there for years.
 * A process that does this for one mail pays more for that than for the rest
 * of its transaction.  So a layer lies between SQLite and its own way to the
 * disk, for the log alone: all other files are opened as ever.
 */
#ifndef KD_STORE_LOG_H
#define KD_STORE_LOG_H

#include <sqlite3.h>
#include <stdbool.h>

#include "store/base/error.h"

struct kd_log {
	sqlite3_vfs vfs; /* the layer, in one connection's use */
	char name[32];   /* of it */
	sqlite3_vfs *below;
	bool named; /* the log's name is on the disk: no need to sync that */
	bool registered;
};

/*
 * Make the layer log->vfs.zName, for sqlite3_open_v2(), above the VFS that
 * would be used without it.  The connection must be at synchronous = FULL or
 * above: what was not synced is not in the file yet, and with less SQLite
 * would tell others to read it there.  named: see above; where the log is not
 * there in spite of it, it is made, and log->named is false from then on.
 *
 * log must stay where it is until kd_log_close(), after the connection was
 * closed.  KD_NOMEM.
 */
KD_MUST_CHECK
enum kd_status kd_log_open(struct kd_log *log, bool named,
                           struct kd_error *err);
void kd_log_close(struct kd_log *log);

#endif /* KD_STORE_LOG_H */
