# SPDX-License-Identifier: GPL-2.0-or-later
# cmake -DOUT=FILE -DIN=A;B... -P embed.cmake: the migrations as a C file.
# As arrays, for a string literal may have no more than 4095 bytes.
set(arrays "")
set(table "")
set(version 0)
foreach(file IN LISTS IN)
  math(EXPR version "${version} + 1")
  get_filename_component(name ${file} NAME)
  if(NOT name MATCHES "^0*${version}-[a-z0-9-]+[.]sql$")
    message(FATAL_ERROR "${name} should be migration ${version}")
  endif()
  file(READ ${file} hex HEX)
  string(REPEAT "." 24 line) # 12 bytes
  string(REGEX REPLACE "(${line})" "\\1\n\t" bytes "${hex}")
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1, " bytes "${bytes}")
  string(APPEND arrays "/* ${name} */\nstatic const char sql_${version}[] = {\n\t${bytes}0\n};\n\n")
  string(APPEND table "\tsql_${version},\n")
endforeach()
file(WRITE ${OUT} "/* Made from store/sql/ by embed.cmake. */
#include \"store/schema.h\"

${arrays}const char *const kd_schema_migrations[] = {
${table}};

const int kd_schema_version = ${version};
")
