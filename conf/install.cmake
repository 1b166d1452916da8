# SPDX-License-Identifier: GPL-2.0-or-later
# install.cmake - what `cmake --install` puts where.  The files of text name
# what is in /usr/local/bin and /usr/local/share/kvmdigest; installed, they
# name where those are.
include(GNUInstallDirs)
set(KD_DATA_DIR ${CMAKE_INSTALL_DATADIR}/kvmdigest)
set(KD_UNIT_DIR lib/systemd/user CACHE STRING "Where units of users go")

# kd_install_text(DIRECTORY MODE FILE...): MODE is FILES or PROGRAMS.  The
# prefix is known no sooner than at the installation: --prefix, or cpack.
function(kd_install_text directory mode)
  set(permissions OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  if(mode STREQUAL PROGRAMS)
    list(APPEND permissions OWNER_EXECUTE GROUP_EXECUTE WORLD_EXECUTE)
  endif()
  foreach(file IN LISTS ARGN)
    install(CODE "
      set(from [[${PROJECT_SOURCE_DIR}/${file}]])
      set(build [[${PROJECT_BINARY_DIR}]])
      set(bin [[${CMAKE_INSTALL_BINDIR}]])
      set(data [[${KD_DATA_DIR}]])
      set(to [[${directory}]])
      set(permissions ${permissions})
      include([[${PROJECT_SOURCE_DIR}/conf/install_text.cmake]])")
  endforeach()
endfunction()

install(TARGETS kvmdigest-mda kvmdigest-report
  RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
kd_install_text(${CMAKE_INSTALL_BINDIR} PROGRAMS
  conf/kvmdigest-mail conf/kvmdigest-fetch)
kd_install_text(${KD_UNIT_DIR} FILES
  conf/kvmdigest-mail.service conf/kvmdigest-mail.timer
  conf/kvmdigest-fetch@.service conf/kvmdigest-fetch@.timer)
kd_install_text(${CMAKE_INSTALL_DOCDIR}/examples FILES
  conf/kvmdigest.conf.sample conf/crontab.sample
  conf/procmailrc.sample conf/procmailrc-defer.sample
  conf/mailfilter.sample conf/mailfilter-defer.sample
  conf/kvmdigest.sieve.sample conf/dovecot-sieve.conf.sample
  conf/fetchmailrc.sample conf/fetchmailrc-direct.sample
  conf/postfix-master.cf.sample)
kd_install_text(${CMAKE_INSTALL_MANDIR}/man1 FILES
  conf/kvmdigest-mail.1 conf/kvmdigest-fetch.1
  mda/kvmdigest-mda.1 report/kvmdigest-report.1)
kd_install_text(${CMAKE_INSTALL_MANDIR}/man5 FILES
  conf/kvmdigest.conf.5 store/kvmdigest-store.5)
kd_install_text(${KD_DATA_DIR} FILES store/views.sql)
kd_install_text(${CMAKE_INSTALL_DOCDIR} FILES
  README.md report/digest.schema.json)

# Completion: bash and fish look for a file of each program's name.
set(KD_ZSH_DIR ${CMAKE_INSTALL_DATADIR}/zsh/site-functions CACHE STRING
  "Where completion of zsh goes")
foreach(program kvmdigest-mda kvmdigest-report)
  install(FILES conf/kvmdigest.bash RENAME ${program}
    DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
  install(FILES conf/kvmdigest.fish RENAME ${program}.fish
    DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)
endforeach()
install(FILES conf/kvmdigest.zsh RENAME _kvmdigest DESTINATION ${KD_ZSH_DIR}
 )
