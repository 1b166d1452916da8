# SPDX-License-Identifier: GPL-2.0-or-later
# Unit tests of mda/.
kd_unit_test(exitcode kd_mda)
kd_unit_test(input kd_mda)
kd_unit_test(wire kd_mda)
kd_unit_test(child kd_mda)
kd_unit_test(process kd_mda)
kd_unit_test(parse kd_mda)
kd_unit_test(parse_limits kd_mda)
kd_unit_test(record kd_mda)
kd_unit_test(headers kd_mda)
kd_unit_test(subject kd_mda)
kd_unit_test(body kd_mda)
kd_unit_test(diff kd_mda)
