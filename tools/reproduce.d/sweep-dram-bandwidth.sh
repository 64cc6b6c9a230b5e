#!/bin/sh
# Ready sweep: DRAM bandwidth, by granularity of pruning.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" dram-bandwidth "DRAM bandwidth by granularity" \
  cycles-by-dram.bytes_per_cycle cycles-by-pruning.granularity <<'SEEN'
  g = "pruning.granularity"
  m = "dram.bytes_per_cycle"
  printf "- Ten bytes a cycle (10 GB/s at 1 GHz) are enough: with fine pruning they take %.1f%% more cycles than 200, five take %.0f%% more,\n", more(at("cycles", g, "fine", m, 10), at("cycles", g, "fine", m, 200)), more(at("cycles", g, "fine", m, 5), at("cycles", g, "fine", m, 200))
  printf "  two %.0f%% more. One image reads every weight for a single use; the convolutions of a batch need less.\n", more(at("cycles", g, "fine", m, 2), at("cycles", g, "fine", m, 200))
  printf "- Coarse grains have fewer indices, so where bandwidth is what lacks they are faster: at two bytes, vectors by %.0f%% and\n", -more(at("cycles", g, "vector", m, 2), at("cycles", g, "fine", m, 2))
  printf "  kernels by %.0f%%. Where it is plenty they are %.1f%% and %.1f%% slower, because their work is spread less evenly.\n", -more(at("cycles", g, "kernel", m, 2), at("cycles", g, "fine", m, 2)), more(at("cycles", g, "vector", m, 200), at("cycles", g, "fine", m, 200)), more(at("cycles", g, "kernel", m, 200), at("cycles", g, "fine", m, 200))
SEEN
