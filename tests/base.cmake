# SPDX-License-Identifier: GPL-2.0-or-later
kd_unit_test(arena kd_base)
kd_unit_test(error kd_base)
kd_unit_test(text kd_base)
kd_unit_test(utc kd_base)
