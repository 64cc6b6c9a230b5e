#!/bin/sh
# Ready sweep: 1024 multipliers in 256 small to 4 large PEs.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" pe-granularity "PE granularity at 1024 multipliers" \
  pareto-cycles-energy cycles-by-pe.rows energy-by-pe.rows front-energy <<'SEEN'
  printf "- 64 PEs of 16 multipliers take %.0f%% fewer cycles than 256 PEs of four", -more(at("cycles", "rows", 8, "columns", 8), at("cycles", "rows", 16, "columns", 16))
  printf ", 8 PEs of 128 another %.0f%% fewer,\n  but %.1f times the energy: a crossbar with many ways is a large one, and every product crosses it.\n", -more(at("cycles", "rows", 4, "columns", 2), at("cycles", "rows", 8, "columns", 8)), at("energy_total_pj", "rows", 4, "columns", 2) / at("energy_total_pj", "rows", 8, "columns", 8)
  printf "- With four PEs of 256 cycles rise again, by %.0f%%: vectors of 16 weights and 16 activations stay partly empty.\n", more(at("cycles", "rows", 2, "columns", 2), at("cycles", "rows", 4, "columns", 2))
  printf "- Energy times delay is least with 64 PEs or so: %.3g pJ ns, against %.3g with 256 and %.3g with 4.\n", at("energy_delay_product_pj_ns", "rows", 8, "columns", 8), at("energy_delay_product_pj_ns", "rows", 16, "columns", 16), at("energy_delay_product_pj_ns", "rows", 2, "columns", 2)
SEEN
