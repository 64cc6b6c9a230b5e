#!/bin/sh
# Ready sweep: F weights by I activations, 16 multipliers.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" multiplier-shape "Shape of the multiplier array" \
  cycles-by-pe.weights_per_cycle energy-by-pe.weights_per_cycle pareto-cycles-energy <<'SEEN'
  F = "weights_per_cycle"
  d = "pruning.density"
  printf "- AlexNet's tiles are small, so a PE has few activations of a channel, and more weights: arrays that take many activations at\n"
  printf "  once stay empty. At a density of 0.4, 1 x 16 takes %.1f times the cycles of 4 x 4, and 16 x 1 %.0f%% fewer.\n", at("cycles", d, 0.4, F, 1) / at("cycles", d, 0.4, F, 4), -more(at("cycles", d, 0.4, F, 16), at("cycles", d, 0.4, F, 4))
  printf "- The fewest cycles cost energy: an activation that is used by 16 weights once is read again for the next 16. 16 x 1\n"
  printf "  takes %.0f%% more than 4 x 4 at 0.4.\n", more(at("energy_total_pj", d, 0.4, F, 16), at("energy_total_pj", d, 0.4, F, 4))
  printf "- With few weights there is less to choose: at 0.2, 16 x 1 takes %.1f%% more cycles than 8 x 2.\n", more(at("cycles", d, 0.2, F, 16), at("cycles", d, 0.2, F, 8))
SEEN
