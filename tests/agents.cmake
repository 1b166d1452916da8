# SPDX-License-Identifier: GPL-2.0-or-later
# The shipped recipes, run by the real delivery agents, fault by fault:
# tests/agents/NAME.py.  They wait more than they work: they begin early,
# beside those that do not.
if(NOT KD_TREE)
  foreach(agent procmail maildrop sieve fetchmail postfix mailed)
    kd_add_test(agents/${agent} "agents;long" 300
      python3 ${CMAKE_CURRENT_SOURCE_DIR}/agents/${agent}.py)
    set_tests_properties(agents/${agent} PROPERTIES COST 350)
  endforeach()
endif()
