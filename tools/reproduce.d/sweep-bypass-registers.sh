#!/bin/sh
# Ready sweep: bypass registers, by granularity and density of pruning.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" bypass-registers "Bypass registers by granularity and density" \
  references-by-pruning.granularity references-by-pe.bypass.registers_per_bank references-by-pruning.density pareto-references-energy <<'SEEN'
  g = "pruning.granularity"
  d = "pruning.density"
  r = "bypass.registers_per_bank"
  a = "accumulator_references"
  printf "- With one register to a bank and a third of the weights (0.3), rows of a kernel need %.2f of the references that single\n", at(a, g, "vector", d, 0.3, r, 1) / at(a, g, "fine", d, 0.3, r, 1)
  printf "  weights need, kernels %.2f, filters %.2f. Without registers all granularities need the same: one for each product.\n", at(a, g, "kernel", d, 0.3, r, 1) / at(a, g, "fine", d, 0.3, r, 1), at(a, g, "filter", d, 0.3, r, 1) / at(a, g, "fine", d, 0.3, r, 1)
  printf "- Registers pay more the coarser the grain: four to a bank leave %.2f of the references of fine pruning, %.2f of vectors', %.2f of\n", at(a, g, "fine", d, 0.3, r, 4) / at(a, g, "fine", d, 0.3, r, 0), at(a, g, "vector", d, 0.3, r, 4) / at(a, g, "vector", d, 0.3, r, 0), at(a, g, "kernel", d, 0.3, r, 4) / at(a, g, "kernel", d, 0.3, r, 0)
  printf "  kernels' and %.2f of filters'.\n", at(a, g, "filter", d, 0.3, r, 4) / at(a, g, "filter", d, 0.3, r, 0)
  printf "- References are a small part of the energy: one register to a bank saves %.1f%% of it with kernels at 0.3, and with single weights %.1f%%\n", -more(at("energy_total_pj", g, "kernel", d, 0.3, r, 1), at("energy_total_pj", g, "kernel", d, 0.3, r, 0)), -more(at("energy_total_pj", g, "fine", d, 0.3, r, 1), at("energy_total_pj", g, "fine", d, 0.3, r, 0))
  printf "  (at 0.1 it costs more than it saves: %+.1f%%).\n", more(at("energy_total_pj", g, "fine", d, 0.1, r, 1), at("energy_total_pj", g, "fine", d, 0.1, r, 0))
SEEN
