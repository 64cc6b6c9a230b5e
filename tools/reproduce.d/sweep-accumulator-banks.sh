#!/bin/sh
# Ready sweep: accumulator banks and the queues in front of them.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" accumulator-banks "Accumulator banks and bank queues" \
  cycles-by-pe.accumulators.banks energy-by-pe.accumulators.banks cycles-by-pe.crossbar.bank_queue pareto-cycles-energy <<'SEEN'
  bank = "accumulators.banks"
  queue = "crossbar.bank_queue"
  widest = at("cycles", bank, 128, queue, 32)
  printf "- SCNN's choice, two banks to a multiplier (32) and queues of eight, takes %.1f%% more cycles than the most\n", more(at("cycles", bank, 32, queue, 8), widest)
  printf "  of both, and %.0f%% less energy.\n", -more(at("energy_total_pj", bank, 32, queue, 8), at("energy_total_pj", bank, 128, queue, 32))
  printf "- Queues make up for banks: 64 banks with queues of four take %.1f%% more cycles than 32 with queues of eight. Without\n", more(at("cycles", bank, 64, queue, 4), at("cycles", bank, 32, queue, 8))
  printf "  queues to speak of (one place), 32 banks take %.2f times the cycles and even 128 take %.2f times.\n", at("cycles", bank, 32, queue, 1) / at("cycles", bank, 32, queue, 8), at("cycles", bank, 128, queue, 1) / at("cycles", bank, 32, queue, 8)
  printf "- Sixteen banks cannot take sixteen products a cycle: with queues of 32 they still need %.0f%% more cycles.\n", more(at("cycles", bank, 16, queue, 32), widest)
SEEN
