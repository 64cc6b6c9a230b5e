#!/bin/sh
# Load balance of EIE by the depth of its activation queues.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/eie.sh
page=$1
out=out/eie-queue
sweep eie-queue "$out"

from_table '
  END {
    for (r = 1; r <= runs; ++r) {
      printf "%d", 2 ^ (r - 1)
      for (i = 1; i <= layers; ++i) printf " %.2f", 100 * balance(run[r], layer[i])
      printf " %.2f %.3f\n", 100 * balance(run[r], ALL), at(run[1], ALL, "cycles") / at(run[r], ALL, "cycles")
    }
  }
' > "$out/curves"
names=$(from_table 'END { for (i = 1; i <= layers; ++i) printf "%s ", layer[i] }')

{
  cat <<'PLOT'
set title "Load balance of EIE by depth of the activation queues"
set xlabel "activations in a queue"
set ylabel "% of the PE-cycles busy"
set logscale x 2
set yrange [0:100]
set grid
set key outside right
set style data linespoints
PLOT
  column=2
  separator="plot"
  for name in $names; do
    printf '%s "%s" using 1:%d pt 7 ps 0.5 title "%s"' "$separator" "$out/curves" "$column" "$name"
    separator=","
    column=$((column + 1))
  done
  echo
} > "$out/commands"
plot "$page/eie-queue.svg" < "$out/commands"

{
  cat <<'PAGE'
# Load balance by queue depth

Han et al., *EIE*, ISCA 2016, show how deeper activation queues let PEs that have much to do in a column catch up
in the next ones. The paper prints no numbers of it; it chooses a depth of 8, from which on little is gained.

Command: `tools/reproduce eie-queue`; no trained weights are needed. It is the sweep `configs/sweeps/eie-queue.yaml`, on the layers and
densities of [eie-latency](../eie-latency/README.md): `scnn-sim sweep configs/sweeps/eie-queue.yaml`.

- *Load balance*: PE-cycles with an entry, or with the one cycle that a column without entries takes, of all up to the last busy one. What is
  missing waits for the slowest PE, through full queues of others or at the end of a batch of 4096 inputs.

![Load balance by queue depth](eie-queue.svg)

PAGE
  from_table '
    END {
      printf "| depth |"
      for (i = 1; i <= layers; ++i) printf " %s |", layer[i]
      printf " all | speed |\n| ---: |"
      for (i = 1; i <= layers + 2; ++i) printf " ---: |"
      print ""
    }
  '
  awk '{
    printf "| %d |", $1
    for (i = 2; i < NF; ++i) printf " %.0f%% |", $i
    printf " %.2f |\n", $NF
  }' "$out/curves"
  awk '
    { balance[$1] = $(NF - 1); speed[$1] = $NF }
    END {
      printf "\n*Speed* is that of all layers together, relative to a depth of 1. From a depth of 1 to 8 it grows by %.0f%%, from 8 to 256 by another %.0f%%:\n",
             100 * (speed[8] / speed[1] - 1), 100 * (speed[256] / speed[8] - 1)
    }
  ' "$out/curves"
  cat <<'PAGE'
most of the gain comes with the first few places, as published. Layers whose columns have few entries in a PE (NT-We, and the narrow
ones of 1000 outputs) are balanced worst, those with many (Alex-6, Alex-7, NT-Wd) best.
PAGE
} > "$page/README.md"
