# SPDX-License-Identifier: GPL-2.0-or-later
# The libraries, as targets kd_NAME: inside the programs where there is an
# archive of them, else shared.  More than half of what a delivery did was
# to find and bind eighteen shared libraries.
#
# The C library and its libm stay shared: it opens its character sets and
# its name service at run time, and those must be of the same release.
set(KD_STATIC "AUTO" CACHE STRING
  "Libraries inside the programs: AUTO (where there is an archive), ON, OFF")
set_property(CACHE KD_STATIC PROPERTY STRINGS AUTO ON OFF)

find_package(PkgConfig REQUIRED)
pkg_check_modules(GMIME     REQUIRED IMPORTED_TARGET gmime-3.0>=3.2)
pkg_check_modules(SQLITE    REQUIRED IMPORTED_TARGET sqlite3>=3.37)
pkg_check_modules(LIBCONFIG REQUIRED IMPORTED_TARGET libconfig>=1.5)
pkg_check_modules(ZSTD      REQUIRED IMPORTED_TARGET libzstd)
pkg_check_modules(NETTLE    REQUIRED IMPORTED_TARGET nettle>=3.1 nettle<4)
# Of two conditions the version stands by the name of the module.
set(NETTLE_VERSION ${NETTLE_nettle_VERSION})
pkg_check_modules(JANSSON   REQUIRED IMPORTED_TARGET jansson>=2.8)

# Coverage and fuzzers look at calls into shared libraries.  A sanitizer sees
# them as it sees ours: by the names of the C library, which are its own.
set(kd_static ${KD_STATIC})
if(kd_static STREQUAL "AUTO" AND (KD_COVERAGE OR KD_FUZZ))
  set(kd_static OFF)
endif()

# kd_archives(PARTS LACK [ARCHIVE...] [-l...]): what to link, and the first
# archive that is not there.
function(kd_archives ret_parts ret_lack)
  set(parts "")
  set(lack "")
  foreach(part IN LISTS ARGN)
    if(NOT part MATCHES "^-l")
      find_library(KD_ARCHIVE_${part} NAMES lib${part}.a)
      mark_as_advanced(KD_ARCHIVE_${part})
      if(NOT KD_ARCHIVE_${part} AND NOT lack)
        set(lack "there is no lib${part}.a")
      endif()
      set(part ${KD_ARCHIVE_${part}})
    endif()
    list(APPEND parts ${part})
  endforeach()
  set(${ret_parts} "${parts}" PARENT_SCOPE)
  set(${ret_lack} "${lack}" PARENT_SCOPE)
endfunction()

# GLib and GObject register their types before main(), which costs a delivery
# a tenth of its time, and six in seven of them parse no MIME.  In copies of
# the two archives what the dynamic linker would call has another name, by
# which mda/parse.c calls it when there is something to parse.  For the hook
# alone: the report begins GMime to write a mail, and links them as they are.
function(kd_late_constructors ret_parts)
  set(parts "")
  foreach(part IN LISTS ARGN)
    if(part MATCHES "/lib(glib|gobject)-2\\.0\\.a$")
      get_filename_component(name ${part} NAME)
      set(copy ${CMAKE_BINARY_DIR}/late-${name})
      execute_process(
        COMMAND ${CMAKE_OBJCOPY} --rename-section
          .init_array=kd_constructors,alloc,load,data,contents ${part} ${copy}
        RESULT_VARIABLE failed ERROR_VARIABLE why)
      if(failed)
        message(FATAL_ERROR "${CMAKE_OBJCOPY} of ${part}: ${why}")
      endif()
      set(part ${copy})
    endif()
    list(APPEND parts ${part})
  endforeach()
  set(${ret_parts} "${parts}" PARENT_SCOPE)
endfunction()

# Does what GMime names beyond its archives stand in mda/parse_unused.c?
function(kd_probe_gmime ret_lack parts)
  set(probe ${CMAKE_BINARY_DIR}/probe-gmime)
  file(WRITE ${probe}.c "#include <gmime/gmime.h>
int main(void) { g_mime_init(); return g_mime_parser_new() == NULL; }\n")
  try_compile(linked ${probe}
    SOURCES ${probe}.c ${PROJECT_SOURCE_DIR}/mda/parse_unused.c
    CMAKE_FLAGS "-DINCLUDE_DIRECTORIES=${GMIME_INCLUDE_DIRS}"
    LINK_LIBRARIES ${parts})
  if(NOT linked)
    set(${ret_lack} "its archives do not link" PARENT_SCOPE)
  endif()
endfunction()

# kd_library(NAME PACKAGE ARCHIVE... [-l...]): the target kd_NAME, and
# KD_STATIC_NAME; the archives in the order in which they need each other.
function(kd_library name package)
  set(lack "")
  set(why "")
  if(kd_static)
    kd_archives(parts lack ${ARGN})
    if(name STREQUAL "gmime" AND NOT lack)
      kd_probe_gmime(lack "${parts}")
    endif()
    if(lack AND NOT kd_static STREQUAL "AUTO")
      message(FATAL_ERROR "KD_STATIC is ON, but of ${name} ${lack}")
    endif()
  endif()
  add_library(kd_${name} INTERFACE)
  target_include_directories(kd_${name} SYSTEM INTERFACE
    ${${package}_INCLUDE_DIRS})
  if(kd_static AND NOT lack)
    target_link_libraries(kd_${name} INTERFACE ${parts})
    set(KD_STATIC_${name} ON PARENT_SCOPE)
    set(how "inside the programs")
  else()
    target_link_libraries(kd_${name} INTERFACE PkgConfig::${package})
    set(KD_STATIC_${name} OFF PARENT_SCOPE)
    set(how "shared")
    if(lack)
      set(why ", for ${lack}")
    endif()
  endif()
  message(STATUS "Library ${name} ${${package}_VERSION}: ${how}${why}")
  # for house/instructions
  list(APPEND KD_LIBRARIES "${name} ${${package}_VERSION} ${how}")
  set(KD_LIBRARIES "${KD_LIBRARIES}" PARENT_SCOPE)
endfunction()

kd_library(sqlite SQLITE sqlite3 -lm)
kd_library(zstd ZSTD zstd)
kd_library(nettle NETTLE nettle)
kd_library(config LIBCONFIG config)
kd_library(jansson JANSSON jansson)
kd_library(gmime GMIME
  gmime-3.0 gobject-2.0 glib-2.0 pcre2-8 ffi idn2 unistring -lm)
# The same for the hook.
if(KD_STATIC_gmime)
  get_target_property(kd_parts kd_gmime INTERFACE_LINK_LIBRARIES)
  kd_late_constructors(kd_parts ${kd_parts})
  add_library(kd_gmime_late INTERFACE)
  target_include_directories(kd_gmime_late SYSTEM INTERFACE
    ${GMIME_INCLUDE_DIRS})
  target_link_libraries(kd_gmime_late INTERFACE ${kd_parts})
else()
  add_library(kd_gmime_late ALIAS kd_gmime)
endif()
list(JOIN KD_LIBRARIES ", " KD_LIBRARIES)
