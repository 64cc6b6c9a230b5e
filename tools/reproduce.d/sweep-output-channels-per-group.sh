#!/bin/sh
# Ready sweep: output channels that a PE computes together (Kc).
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" output-channels-per-group "Output channels in a group (Kc)" \
  cycles-by-output_channels_per_group energy-by-output_channels_per_group pareto-cycles-energy <<'SEEN'
  k = "output_channels_per_group"
  e = "accumulators.entries"
  printf "- From one output channel to eight cycles fall by %.0f%%: segments become long enough to fill the vectors of weights. After that\n", -more(at("cycles", k, 8, e, 32), at("cycles", k, 1, e, 32))
  printf "  nothing is gained; 64 take %.1f%% more than eight, because layers are cut into unequal parts and the last group is not full.\n", more(at("cycles", k, 64, e, 32), at("cycles", k, 8, e, 32))
  printf "- Energy falls a little further, since an activation that is read serves more channels: by %.1f%% from eight to 64.\n", -more(at("energy_total_pj", k, 64, e, 32), at("energy_total_pj", k, 8, e, 32))
  printf "- More partial sums than SCNN has (32 entries in each bank) buy no cycles and cost energy and area: 128 entries %.0f%% more energy,\n", more(at("energy_total_pj", k, 8, e, 128), at("energy_total_pj", k, 8, e, 32))
  printf "  %.1f times the area. Fewer are enough for this network: 16 entries take %.1f%% less energy.\n", at("area_mm2", k, 8, e, 128) / at("area_mm2", k, 8, e, 32), -more(at("energy_total_pj", k, 8, e, 16), at("energy_total_pj", k, 8, e, 32))
SEEN
