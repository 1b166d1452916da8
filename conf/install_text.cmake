# SPDX-License-Identifier: GPL-2.0-or-later
# install_text.cmake - install one file, with the paths in it put right:
# included by the installation, with the variables of install.cmake.
foreach(path bin data to)
  if(NOT IS_ABSOLUTE "${${path}}")
    set(${path} "${CMAKE_INSTALL_PREFIX}/${${path}}")
  endif()
endforeach()
get_filename_component(name "${from}" NAME)
file(READ "${from}" text)
string(REPLACE "/usr/local/bin/" "${bin}/" text "${text}")
string(REPLACE "/usr/local/share/kvmdigest/" "${data}/" text "${text}")
# Of its own, for two may install out of one build.
string(RANDOM LENGTH 12 copy)
set(copy "${build}/install-${copy}")
file(WRITE "${copy}/${name}" "${text}")
file(INSTALL DESTINATION "${to}" TYPE FILE PERMISSIONS ${permissions}
  FILES "${copy}/${name}")
file(REMOVE_RECURSE "${copy}")
