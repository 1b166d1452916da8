# SPDX-License-Identifier: GPL-2.0-or-later
# package_files.cmake - cpack runs this between installation and packing:
# what a Debian package has beside what is installed elsewhere, too.
set(root ${CPACK_TEMPORARY_DIRECTORY})
set(doc ${root}/usr/share/doc/${CPACK_PACKAGE_NAME})
set(mode OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)

string(TIMESTAMP now "%a, %d %b %Y %H:%M:%S +0000" UTC)
file(WRITE ${doc}/changelog
"${CPACK_PACKAGE_NAME} (${CPACK_DEBIAN_PACKAGE_VERSION}) unstable; urgency=medium

  * Made by cpack; git log says what has changed.

 -- ${CPACK_PACKAGE_CONTACT}  ${now}
")

# The licences of libraries that lie inside the programs want to be given
# with them; and the version of a library says which source it is.
function(ask ret)
  execute_process(COMMAND ${ARGN} OUTPUT_VARIABLE said RESULT_VARIABLE status
    OUTPUT_STRIP_TRAILING_WHITESPACE)
  if(NOT status EQUAL 0)
    message(FATAL_ERROR "${ARGN}: ${status}")
  endif()
  set(${ret} "${said}" PARENT_SCOPE)
endfunction()
set(packages "")
foreach(archive IN LISTS KD_ARCHIVES)
  file(REAL_PATH ${archive} archive)
  ask(package dpkg-query -S ${archive})
  string(REGEX REPLACE ":.*" "" package "${package}")
  list(APPEND packages ${package})
endforeach()
list(REMOVE_DUPLICATES packages)
list(SORT packages)
file(READ ${KD_COPYRIGHT} text)
file(WRITE ${doc}/copyright "${text}")
foreach(package IN LISTS packages)
  ask(source dpkg-query -W -f
    "\${source:Package} \${source:Version}\\n" ${package})
  string(REGEX REPLACE "\n.*" "" source "${source}")
  file(READ /usr/share/doc/${package}/copyright text)
  file(APPEND ${doc}/copyright
    "\n\n==== inside the programs: from Debian's source ${source} ====\n\n${text}")
endforeach()

# Debian's zsh looks elsewhere below /usr.
set(zsh ${root}/usr/share/zsh)
if(EXISTS ${zsh}/site-functions)
  file(RENAME ${zsh}/site-functions ${zsh}/vendor-completions)
endif()

file(GLOB pages ${root}/usr/share/man/man*/*)
execute_process(COMMAND gzip -9n ${pages} ${doc}/changelog
  RESULT_VARIABLE status)
if(NOT status EQUAL 0)
  message(FATAL_ERROR "gzip: ${status}")
endif()
file(CHMOD ${doc}/changelog.gz ${doc}/copyright PERMISSIONS ${mode})
