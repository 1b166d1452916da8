# SPDX-License-Identifier: GPL-2.0-or-later
# package.cmake - a Debian package, of what install.cmake installs, by
# `cpack` in the build directory.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME kvmdigest)
set(CPACK_PACKAGE_CONTACT "kvmdigest maintainers <maintainers@example.org>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "digest of the KVM mailing list from your own mail")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION
"kvmdigest-mda is a mail delivery hook: procmail, maildrop, Sieve, fetchmail
or Postfix runs it once for each message of the KVM mailing list, and it
parses the message into an SQLite store. A message that was accepted is on
stable storage before the hook says so.
.
kvmdigest-report prints the digest of what was posted between two points:
who contributed, the list of patches, the commit message of each, where each
series stands. It searches, and writes a series for git am with the reviews
that it was given.
.
With them come a digest by mail, and following a public-inbox archive, as
timers of systemd for a user.")
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION mail)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS git)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS
  "default-mta | mail-transport-agent, procmail | maildrop | dovecot-sieve | fetchmail, sqlite3")
set(CPACK_STRIP_FILES ON)
# Installed as for /usr, with DESTDIR, so that the paths in the files are
# those of the package.
set(CPACK_SET_DESTDIR ON)
set(CPACK_INSTALL_PREFIX /usr)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
  OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
  WORLD_READ WORLD_EXECUTE)

# What only cpack can know: the version, out of git, and what Debian wants
# beside the files.
# What lies inside the programs is given away with them.
set(KD_PACKAGE_ARCHIVES "")
get_cmake_property(names CACHE_VARIABLES)
foreach(name IN LISTS names)
  if(name MATCHES "^KD_ARCHIVE_" AND NOT KD_STATIC STREQUAL "OFF" AND ${name})
    list(APPEND KD_PACKAGE_ARCHIVES ${${name}})
  endif()
endforeach()
configure_file(conf/package_version.cmake.in package_version.cmake @ONLY)
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_BINARY_DIR}/package_version.cmake)
set(CPACK_PRE_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/conf/package_files.cmake)
include(CPack)
