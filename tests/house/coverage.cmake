# SPDX-License-Identifier: GPL-2.0-or-later
# A coverage build: counters in all of our code, and in front of what that
# calls tests/house/coverage.c.  The names here and there are the same, or
# nothing links.
set(KD_WRAPPED
  _exit access asprintf calloc clearenv close close_range dup2 dup3 fchmod
  fclose fcntl fdopendir fflush flock fork fputs fstat fstatat fstatfs fstatvfs
  fsync getcwd getpwuid getrandom getrlimit getuid iconv_open
  ioctl linkat lstat malloc mkdir mkdirat on_exit open open_memstream openat
  opendir pipe2
  poll prctl pread pwrite read readdir realloc reallocarray realpath renameat
  setrlimit sigaction sigprocmask stat strdup strndup timer_create
  timer_settime unlinkat waitpid write
  ZSTD_CCtx_setParameter ZSTD_compress2 ZSTD_createCCtx ZSTD_decompress
  sqlite3_bind_int64 sqlite3_busy_handler sqlite3_column_blob
  sqlite3_column_text sqlite3_db_config sqlite3_exec sqlite3_file_control
  sqlite3_open_v2 sqlite3_prepare_v2 sqlite3_prepare_v3 sqlite3_step
  sqlite3_wal_autocheckpoint
  kd_arena_alloc kd_arena_array kd_arena_new kd_arena_printf kd_arena_strdup
  kd_arena_strndup)
list(TRANSFORM KD_WRAPPED PREPEND "-Wl,--wrap=")

target_compile_definitions(kd_flags INTERFACE KD_COVERAGE)
target_compile_options(kd_flags INTERFACE --coverage -O0)
# libgcov calls some of them, too: the object has to be there in any case.
target_link_options(kd_flags INTERFACE
  --coverage -Wl,-u,__wrap__exit ${KD_WRAPPED})
add_library(kd_coverage STATIC tests/house/coverage.c)
target_link_libraries(kd_coverage
  PRIVATE kd_base kd_sqlite kd_zstd)
target_link_libraries(kd_flags INTERFACE kd_coverage)
