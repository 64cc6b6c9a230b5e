#!/bin/sh
# Ready sweep: bits of a zero-run index.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" index-width "Width of a zero-run index" \
  energy-by-index_bits cycles-by-index_bits pareto-energy-cycles <<'SEEN'
  b = "index_bits"
  d = "pruning.density"
  split("0.05 0.1 0.2 0.4", densities, " ")
  printf "- The narrowest index that does not make many placeholders takes the least energy:"
  for (i = 1; i <= 4; ++i) {
    best = 1
    for (w = 2; w <= 8; ++w) if (at("energy_total_pj", d, densities[i], b, w) < at("energy_total_pj", d, densities[i], b, best)) best = w
    printf "%s %d bits at a density of %s", (i > 1 ? "," : ""), best, densities[i]
  }
  print ".\n  SCNN's four are never far from it."
  printf "- Too narrow costs more than too wide. At 0.1, three bits take %.0f%% more cycles and %.0f%% more energy than four; eight bits %.0f%%\n", more(at("cycles", d, 0.1, b, 3), at("cycles", d, 0.1, b, 4)), more(at("energy_total_pj", d, 0.1, b, 3), at("energy_total_pj", d, 0.1, b, 4)), -more(at("cycles", d, 0.1, b, 8), at("cycles", d, 0.1, b, 4))
  printf "  fewer cycles for %.0f%% more energy, most of it DRAM's.\n", more(at("energy_total_pj", d, 0.1, b, 8), at("energy_total_pj", d, 0.1, b, 4))
SEEN
