# SPDX-License-Identifier: GPL-2.0-or-later
# A coverage build: counters in all of our code, in pages of their own
# (coverage.ld) under which coverage.c lays a file that all runs of a program
# share, and in front of what our code calls coverage_calls.c and
# coverage_tales.c.  The names here and there are the same, or nothing links.
set(KD_WRAPPED
  access asprintf calloc clearenv close close_range dup2 dup3 execl fchmod
  fclose fcntl fdopen fdopendir fflush flock fork fputs fread fstat fstatat
  fstatfs fstatvfs fsync ftruncate fwrite getcwd getpwuid getrandom getrlimit getuid
  iconv_open ioctl linkat lseek lstat malloc memfd_create mkdir mkdirat mmap on_exit open
  open_memstream openat opendir pipe pipe2 poll posix_spawn_file_actions_init
  posix_spawnp prctl pread pthread_create pwrite read readdir realloc
  reallocarray realpath recv renameat renameat2 sched_getaffinity send setenv
  setrlimit sigaction sigprocmask socketpair stat strdup strndup timer_create
  timer_settime unlinkat waitpid write
  ZSTD_CCtx_setParameter ZSTD_compress2 ZSTD_createCCtx ZSTD_createDCtx
  ZSTD_decompress ZSTD_decompressDCtx
  sqlite3_bind_blob64 sqlite3_bind_int64 sqlite3_bind_text
  sqlite3_busy_handler sqlite3_column_blob
  sqlite3_column_text sqlite3_db_config sqlite3_db_readonly sqlite3_exec
  sqlite3_file_control
  sqlite3_open_v2 sqlite3_prepare_v2 sqlite3_prepare_v3 sqlite3_step
  sqlite3_wal_autocheckpoint sqlite3_wal_checkpoint_v2
  kd_arena_alloc kd_arena_array kd_arena_new kd_arena_printf kd_arena_room
  kd_arena_strdup kd_arena_strndup kd_stmt_open)
list(TRANSFORM KD_WRAPPED PREPEND "-Wl,--wrap=")

target_compile_definitions(kd_flags INTERFACE KD_COVERAGE)
target_compile_options(kd_flags INTERFACE -O0 -fno-omit-frame-pointer)
# No counters in the tests themselves.  libgcov would write them whenever it
# is asked for fork() or exec(): it is not asked.
foreach(room store mda report conf)
  target_compile_options(kd_flags INTERFACE
    "$<$<STREQUAL:$<TARGET_PROPERTY:SOURCE_DIR>,${PROJECT_SOURCE_DIR}/${room}>:--coverage;-fprofile-update=atomic;-fdata-sections;-fno-builtin-fork;-fno-builtin-execl>")
endforeach()
# The last three make the linker take all files of the library; libgcov comes
# behind it, and calls what they wrap.
target_link_options(kd_flags INTERFACE
  --coverage -Wl,--wrap=__gcov_exit
  -Wl,-u,kd_coverage -Wl,-u,__wrap_malloc -Wl,-u,__wrap_open
  -Wl,-T,${PROJECT_SOURCE_DIR}/tests/house/coverage.ld ${KD_WRAPPED})
add_library(kd_coverage STATIC tests/house/coverage.c
  tests/house/coverage_calls.c tests/house/coverage_tales.c)
set_source_files_properties(tests/house/coverage.c PROPERTIES
  COMPILE_DEFINITIONS "KD_COUNTERS=\"${CMAKE_BINARY_DIR}/counters\"")
target_link_libraries(kd_coverage
  PRIVATE kd_base kd_sqlite kd_zstd)
target_link_libraries(kd_flags INTERFACE kd_coverage)
