#!/bin/sh
# SCNN with the same multipliers and memories in 64, 16 and 4 PEs, on GoogLeNet.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-granularity

# array ROWS VECTOR GROUP: arguments for ROWS x ROWS PEs of VECTOR x VECTOR multipliers, GROUP output channels in a group at
# most; accumulators, IARAMs and OARAMs have the capacity of the published ones in total.
array() {
  per_pe=$((64 / ($1 * $1)))
  for key in "pe.rows=$1" "pe.columns=$1" "pe.weights_per_cycle=$2" "pe.activations_per_cycle=$2" \
    "pe.accumulators.banks=$((32 * per_pe))" "pe.iaram.elements=$((4096 * per_pe))" "pe.oaram.elements=$((4096 * per_pe))" \
    "output_channels_per_group=$3"; do
    echo "--set accelerator.$key"
  done
}

# PEs and the bound on output channels in a group: that of the defaults, and one in proportion to the weights of a vector.
start_table "$out"
evaluate "64 8" googlenet
# shellcheck disable=SC2046  # several words
for group in 8 16; do evaluate "16 $group" googlenet $(array 4 8 $group); done
# shellcheck disable=SC2046
for group in 8 32; do evaluate "4 $group" googlenet $(array 2 16 $group); done

# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  function lanes(run, unit) { return 100 * at(run, "scnn", unit, "products") / at(run, "scnn", unit, "multiplier_slots") }
  # Mean over the layers, each with the same weight.
  function layer_mean(run, quantity,   i, layer, sum) {
    for (i = 1; i <= layer_count[run]; ++i) {
      layer = layer_name(run, i)
      sum += quantity == "lanes" ? lanes(run, layer) : 100 * utilisation(run, layer)
    }
    return sum / layer_count[run]
  }
  # Of PE-cycles; the 64 in share() are the PEs.
  function issue(run, pes) { return share(run, ALL, "issue") * 64 / pes }
'

comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  END {
    print "item,published,reproduced"
    printf "speed of 64 PEs over 4,%s,%.2f\n", speed, at("4 8", "scnn", ALL, "cycles") / at("64 8", "scnn", ALL, "cycles")
    printf "utilisation of 64 PEs when they issue,%s,%.2f\n", many, lanes("64 8", ALL) / 100
    printf "utilisation of 4 PEs when they issue,%s,%.2f\n", few, lanes("4 8", ALL) / 100
    printf "speed of 64 PEs over 4 (groups of 32 with 4 PEs),%s,%.2f\n", speed, at("4 32", "scnn", ALL, "cycles") / at("64 8", "scnn", ALL, "cycles")
    printf "utilisation of 4 PEs when they issue (groups of 32),%s,%.2f\n", few, lanes("4 32", ALL) / 100
    printf "utilisation of 64 PEs (in all cycles),%s,%.2f\n", many, utilisation("64 8", ALL)
    printf "utilisation of 4 PEs (in all cycles),%s,%.2f\n", few, utilisation("4 8", ALL)
  }
' -v speed="$(published granularity 64PE_over_4PE)" -v many="$(published granularity util_64PE)" \
  -v few="$(published granularity util_4PE)" > "$comparison"

from_table '
  function speed_up(run, unit) { return at("64 8", "dcnn", unit, "cycles") / at(run, "scnn", unit, "cycles") }
  END {
    for (i = 1; i <= unit_count["64 8"]; ++i) {
      unit = unit_name("64 8", i)
      print figure_label(unit), speed_up("64 8", unit), speed_up("16 8", unit), speed_up("4 8", unit), speed_up("4 32", unit)
    }
  }
' > "$out/bars"
plot "$page/scnn-granularity.svg" <<PLOT
set title "GoogLeNet's inception modules: speed-up over DCNN of 64 PEs"
set ylabel "speed-up"
set yrange [0:*]
set grid ytics
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border
plot "$out/bars" using 2:xtic(1) lc rgb "#4c72b0" title "64 PEs of 4 x 4", "" using 3 lc rgb "#dd8452" title "16 PEs of 8 x 8", \
     "" using 4 lc rgb "#55a868" title "4 PEs of 16 x 16", "" using 5 lc rgb "#bbbbbb" title "the same, groups of 32"
PLOT

{
  cat <<'PAGE'
# Many small PEs or few large ones

Parashar et al., *SCNN*, ISCA 2017, compare arrays of as many multipliers on GoogLeNet: 64 PEs of 4 x 4 against fewer and larger, down to 4 PEs of
16 x 16.

Command: `tools/reproduce scnn-granularity`; no trained weights are needed. Layers and densities are those of
`configs/googlenet-scnn.yaml`.

- 1024 multipliers, 65536 partial sums in a set and 262144 elements of IARAM and OARAM each in every array. Banks of 32 entries, two for
  each multiplier; a weight FIFO of 50 entries, each as wide as a vector of weights; all else as published.
- The bound on output channels in a group is 8 throughout; beside it, in proportion to a vector of weights: 16 and 32 for vectors
  of eight and sixteen, because eight output channels have too few weights in a channel to fill long vectors.

## Published and ours

PAGE
  comparison_table relative '^[^(]*$' < "$comparison"
  printf '\nThe same in other readings:\n\n'
  comparison_table relative '\(' < "$comparison"
  cat <<'PAGE'

*Utilisation* is the share of multipliers that form a product, here in the cycles in which a PE issues, below also in all cycles.
The published numbers are the former:

PAGE
  from_table "$figures"'
    END {
      oracle = gain("64 8", "scnn-oracle", ALL, "cycles")
      printf "- Of all cycles, %s and %s would make 64 PEs %.2f times as fast as 4, not %s.\n", many, few, many / few, speed
      printf "- SCNN without any loss would be %.2f times as fast as DCNN at these densities. With %.0f%% of the multipliers at work in all\n", oracle, 100 * many
      printf "  cycles it would be %.2f times as fast, where %s is published; with %.0f%% when a PE issues it is, if PEs issue in %.0f%% of\n",
             oracle * many, googlenet, 100 * many, 100 * googlenet / oracle / many
      printf "  their cycles. Ours do in %.0f%%.\n", issue("64 8", 64)
      printf "- Then 4 PEs would issue %.2f times as often as 64, and small PEs lose between them what large ones lose inside, as the paper\n", many / few / speed
      printf "  says. Ours issue %.2f times as often.\n\n", issue("4 8", 4) / issue("64 8", 64)
    }
  ' -v speed="$(published granularity 64PE_over_4PE)" -v many="$(published granularity util_64PE)" \
    -v few="$(published granularity util_4PE)" -v googlenet="$(published speedup GoogLeNet)"
  cat <<'PAGE'
![Speed-up by array](scnn-granularity.svg)

## Where the cycles go

| PEs | output channels at most | k cycles | utilisation | mean of layers | lanes filled | mean of layers | issuing |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    function row(run, pes,   word) {
      split(run, word, " ")
      printf "| %s | %s | %.0f | %.0f%% | %.0f%% | %.0f%% | %.0f%% | %.0f%% |\n", word[1], word[2], at(run, "scnn", ALL, "cycles") / 1e3,
             100 * utilisation(run, ALL), layer_mean(run, "utilisation"), lanes(run, ALL), layer_mean(run, "lanes"), issue(run, pes)
    }
    END {
      row("64 8", 64)
      row("16 8", 16)
      row("16 16", 16)
      row("4 8", 4)
      row("4 32", 4)
    }
  '
  cat <<'PAGE'

Large PEs lose inside: with eight output channels, vectors of sixteen weights stay short. Small ones lose between them: they wait for the
slowest, at the weight FIFO and at the end of a group. Which array is faster hangs on the bound on output channels.
PAGE
} > "$page/README.md"
