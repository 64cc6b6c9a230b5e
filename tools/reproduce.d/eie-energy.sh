#!/bin/sh
# Power, energy and area of EIE by module, and its operations per second.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/eie.sh
page=$1
out=out/eie-energy

start_table "$out"
# In 45 nm, in which the paper gives power and area: without the factors to 16 nm.
evaluate default --set 'energy.technology.scaling.45 nm.energy=1' --set 'energy.technology.scaling.45 nm.area=1'

modules="leading_nonzero_detection activation_queue pointer_read sparse_matrix_read arithmetic_unit activation_read_write"
# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  BEGIN {
    modules = split(names, module, " ")
    pes = 64
    nodes = 21  # of the detection: a tree over 64 PEs with four branches
  }
  function energy(l, m) { return at("default", l, "energy_" module[m] "_pj") }
  function on_chip(l,   m, sum) {
    for (m = 1; m <= modules; ++m) sum += energy(l, m)
    return sum
  }
  # pJ a microsecond are uW.
  function milliwatts(l) { return on_chip(l) / at("default", l, "microseconds") / 1000 }
  function count_of(m) { return m == 1 ? nodes : pes }
  function published_milliwatts(   m, sum) {
    for (m = 1; m <= modules; ++m) sum += count_of(m) * printed["power", module[m], "mW"]
    return sum
  }
  function dense_operations(l) { return 2 * at("default", l, "dense_macs") / at("default", l, "microseconds") / 1e6 }
  function operations(l) { return 2 * at("default", l, "accumulator_updates") / at("default", l, "microseconds") / 1000 }
'
comparison=$page/published_vs_reproduced.csv
areas=$out/areas
"$SCNN_SIM" run configs/eie.yaml --layers NT-LSTM --timing-only --quiet --overwrite --output "$out/area" \
  --set 'energy.technology.scaling.45 nm.energy=1' --set 'energy.technology.scaling.45 nm.area=1'
awk '
  /^  areas:/ { inside = 1 }
  !inside { next }
  /^    [a-z_]+:$/ { of_eie = $1 == "eie:" }
  /^      [a-z_]+:$/ { component = $1 }
  of_eie && $1 == "area_um2:" {
    sub(/:/, "", component)
    print component "," $2
  }
' "$out/area/config.yaml" > "$areas"
from_table "$figures"'
  END {
    print "item,published,reproduced"
    printf "power of 64 PEs under Alex-7 [mW],%s,%.0f\n", printed["power", "machine", "mW"], milliwatts("Alex-7")
    for (i = 1; i <= layers; ++i) mean += milliwatts(layer[i]) / layers
    printf "power: mean of the nine layers [mW],%s,%.0f\n", printed["power", "machine", "mW"], mean
    for (m = 1; m <= modules; ++m) {
      printf "share of %s under Alex-7 [%%],%.2f,%.2f\n", module[m], 100 * count_of(m) * printed["power", module[m], "mW"] / published_milliwatts(),
             100 * energy("Alex-7", m) / on_chip("Alex-7")
    }
    for (m = 1; m <= modules; ++m) {
      printf "share of %s under all layers [%%],%.2f,%.2f\n", module[m], 100 * count_of(m) * printed["power", module[m], "mW"] / published_milliwatts(),
             100 * energy(ALL, m) / on_chip(ALL)
    }
    printf "peak [GOP/s],%s,%.1f\n", printed["abstract", "machine", "GOP/s"], 2 * pes * 0.8
    printf "on the dense network: Alex-6 [TOP/s],%s,%.2f\n", printed["abstract", "machine", "dense TOP/s"], dense_operations("Alex-6")
    while ((getline line < areas) > 0) {
      split(line, field, ",")
      area[field[1]] = field[2]
      sum += field[2]
    }
    areas_listed = split("activation_queue pointer_read sparse_matrix_read arithmetic_unit activation_read_write filler_cells", listed, " ")
    for (i = 1; i <= areas_listed; ++i) printf "area of %s [um2],%s,%.0f\n", listed[i], printed["area", listed[i], "um2"], area[listed[i]]
    printf "area of a PE [um2],%s,%.0f\n", printed["area", "pe", "um2"], sum
    printf "area of 64 PEs [mm2],%s,%.2f\n", printed["area", "machine", "mm2"], pes * sum / 1e6
  }
' -v names="$modules" -v areas="$areas" > "$comparison"

from_table "$figures"'
  END {
    for (i = 1; i <= layers; ++i) {
      printf "%s", layer[i]
      for (m = 1; m <= modules; ++m) printf " %.2f", energy(layer[i], m) / at("default", layer[i], "microseconds") / 1000
      print ""
    }
  }
' -v names="$modules" > "$out/bars"
plot "$page/eie-energy.svg" <<PLOT
set title "Power of EIE by module, 45 nm"
set ylabel "mW"
set yrange [0:*]
set grid ytics
set xtics nomirror
set key outside right
set style data histograms
set style histogram rowstacked
set style fill solid 0.8 border
set boxwidth 0.7
plot 590 with lines lc rgb "#999999" dt 2 title "published", \
     "$out/bars" using 5:xtic(1) lc rgb "#4c72b0" title "sparse-matrix read", "" using 4 lc rgb "#dd8452" title "pointer read", \
     "" using 6 lc rgb "#55a868" title "arithmetic", "" using 7 lc rgb "#c44e52" title "activation read/write", \
     "" using 3 lc rgb "#8172b3" title "activation queue", "" using 2 lc rgb "#937860" title "non-zero detection"
PLOT

{
  cat <<'PAGE'
# Power, energy and area of EIE

Han et al., *EIE*, ISCA 2016: 64 PEs take about 590 mW and 40.8 mm2 in 45 nm (table 2, by module) for 102 GOP/s.

Command: `tools/reproduce eie-energy`; no trained weights are needed. Layers and densities are those of
[eie-latency](../eie-latency/README.md): `scnn-sim run configs/eie.yaml --timing-only`, here in 45 nm, without the factors to 16 nm.

- The paper gives the power of every module, not under which load, and no energy per access. **Calibrated**: the energy of
  an action is what a module of the published power spends on it under Alex-7. So that layer's power is the published one; what
  the other layers take follows from what they do.
- An access of the sparse-matrix SRAM then takes 31.4 pJ for 64 bits of 128 KB; tables of others have 32.4 pJ (Timeloop and Accelergy
  exercises, 45 nm).
- The activation SRAM, DRAM, clock trees and leakage are not modules of their own: whatever the published power holds of them is in the
  modules' energies. No layer that stands alone keeps its activations, so DRAM is left out here.

## Power

PAGE
  comparison_table relative '^power' < "$comparison"
  cat <<'PAGE'

![Power by layer and module](eie-energy.svg)

| | power [mW] | energy [uJ] | of it sparse-matrix read | pointer read | rest | GOP/s | TOP/s of the dense layer | GOP/s a watt |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    END {
      for (i = 1; i <= layers; ++i) {
        l = layer[i]
        read_share = energy(l, 4) / on_chip(l)
        pointer_share = energy(l, 3) / on_chip(l)
        printf "| %s | %.0f | %.2f | %.0f%% | %.0f%% | %.0f%% | %.0f | %.2f | %.0f |\n", l, milliwatts(l), on_chip(l) / 1e6, 100 * read_share,
               100 * pointer_share, 100 * (1 - read_share - pointer_share), operations(l),
               dense_operations(l), 1000 * operations(l) / milliwatts(l)
      }
    }
  ' -v names="$modules"
  cat <<'PAGE'

Layers with few entries in a column of a PE take more power for pointers, whose reads do not depend on them, and read words of which they
use little.

## Shares of the modules

PAGE
  comparison_table points '^share' < "$comparison"
  printf '\n## Operations per second\n\nThe paper counts two operations for each PE and cycle, busy or not; on the dense network, those\nthat would have been necessary there, without saying for which layer; the largest of AlexNet stands here for it.\n\n'
  comparison_table relative '(peak|dense network)' < "$comparison"
  printf '\n## Area\n\nIn 45 nm, as the paper lists it: modules have its sizes, so nothing is predicted but their sum.\n\n'
  comparison_table relative '^area' < "$comparison"
  cat <<'PAGE'

## Beside other machines

As published, none of it simulated here: energy of a layer, as a multiple of EIE's, on a CPU (Core i7-5930K) with dense weights.

| | EIE is more efficient than the CPU, published |
| --- | ---: |
PAGE
  from_table '
    END {
      for (i = 1; i <= layers; ++i) printf "| %s | %dx |\n", layer[i], printed["ratio", layer[i], "energy"]
      printf "| geometric mean | %dx |\n\nThe abstract rounds that to %dx, and has %dx for a GPU (Titan X).\n", printed["ratio", "geomean", "energy"],
             printed["abstract", "cpu", "energy"], printed["abstract", "gpu", "energy"]
    }
  '
} > "$page/README.md"
