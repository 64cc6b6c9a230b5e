#!/bin/sh
# SCNN against the dense machines as GoogLeNet's weights and activations get sparser together.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-density
densities="0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0"

start_table "$out"
for density in $densities; do evaluate_density "density $density" "$density"; done
for network in alexnet googlenet vgg16; do evaluate "$network" "$network"; done  # what DRAM is calibrated to

# At density 0.1 every limit of the machine is lifted alone, and then one after the other.
sparsest=0.1
limits="groups fifo broadcast latency drain"
# lift LIMIT: arguments without it.
lift() {
  case $1 in
    groups) echo "--set accelerator.output_channels_per_group=64" ;;
    fifo) echo "--set accelerator.pe.weight_fifo.entries=4096" ;;
    broadcast) echo "--set accelerator.broadcast.entries_per_cycle=1024 --set accelerator.dram.bytes_per_cycle=0" ;;
    latency) echo "--set accelerator.pe.pipeline_latency=0" ;;
    drain) echo "--set accelerator.ppu.values_per_cycle=1024 --set accelerator.halo.values_per_cycle=1024" ;;
  esac
}
lifted=""
for limit in $limits; do
  lifted="$lifted $(lift "$limit")"
  # shellcheck disable=SC2046,SC2086  # several words
  evaluate_density "alone $limit" "$sparsest" $(lift "$limit")
  # shellcheck disable=SC2086
  evaluate_density "together $limit" "$sparsest" $lifted
done

comparison=$page/published_vs_reproduced.csv
from_table '
  function row(item, published, ours) { printf "%s,%s,%.2f\n", item, published, ours }
  function energy_rows(kind, suffix) {
    row("energy of dense operands [of DCNN]" suffix, dense_energy, 1 / gain("density 1.0", "scnn", ALL, kind))
    row("energy at density 0.1 [of DCNN]" suffix, sparse_energy, 1 / gain("density 0.1", "scnn", ALL, kind))
    row("density of equal energy DCNN" suffix, dcnn_crossover, crossover("density", densities, "dcnn", kind))
    row("density of equal energy DCNN-opt" suffix, opt_crossover, crossover("density", densities, "dcnn-opt", kind))
  }
  END {
    print "item,published,reproduced"
    row("speed of dense operands [of DCNN]", dense_speed, gain("density 1.0", "scnn", ALL, "cycles"))
    row("speed at density 0.1 [of DCNN]", sparse_speed, gain("density 0.1", "scnn", ALL, "cycles"))
    row("density of equal speed", speed_crossover, crossover("density", densities, "dcnn", "cycles"))
    row("speed of dense operands [of DCNN] (without waiting)", dense_speed, gain("density 1.0", "scnn", ALL, "issuing"))
    row("speed at density 0.1 [of DCNN] (without waiting)", sparse_speed, gain("density 0.1", "scnn", ALL, "issuing"))
    row("density of equal speed (without waiting)", speed_crossover, crossover("density", densities, "dcnn", "issuing"))
    energy_rows("energy", "")
    energy_rows("chip", " (on chip)")
    calibrate(scnn)
    energy_rows("energy", " (calibrated)")
  }
' -v densities="$densities" -v dense_speed="$(published sweep dense_perf_fraction)" \
  -v sparse_speed="$(published sweep speedup_at_0.1)" -v speed_crossover="$(published sweep perf_crossover_density)" \
  -v dense_energy="$(published sweep dense_energy_ratio)" -v sparse_energy="$(published sweep energy_at_0.1)" \
  -v dcnn_crossover="$(published sweep energy_crossover_DCNN)" \
  -v opt_crossover="$(published sweep energy_crossover_DCNN_opt)" \
  -v scnn="$(published energy_vs_DCNN SCNN_mean)" > "$comparison"

from_table '
  END {
    count = split(densities, density, " ")
    for (i = 1; i <= count; ++i) {
      run = "density " density[i]
      print density[i], gain(run, "scnn", ALL, "cycles"), gain(run, "scnn-oracle", ALL, "cycles"),
            1 / gain(run, "scnn", ALL, "energy"), 1 / gain(run, "dcnn-opt", ALL, "energy"), 1 / gain(run, "scnn", ALL, "chip"),
            1 / gain(run, "dcnn-opt", ALL, "chip"), 100 * utilisation(run, ALL), share(run, ALL, "issue"),
            gain(run, "scnn", ALL, "issuing"), 100 * at(run, "scnn", ALL, "energy_iaram_pj") / cost(run, "scnn", ALL, "chip"),
            100 * at(run, "scnn", ALL, "energy_weight_fifo_pj") / cost(run, "scnn", ALL, "chip")
    }
  }
' -v densities="$densities" > "$out/curves"
plot "$page/scnn-density.svg" <<PLOT
set terminal svg size 960,400 fixed font 'DejaVu Sans,12' background '#ffffff'
set xlabel "density of weights and of activations"
set xrange [0.1:1]
set grid
set style data linespoints
set multiplot layout 1,2
set title "Speed, DCNN = 1"
set logscale y
set yrange [0.5:200]
plot "$out/curves" using 1:2 lc rgb "#4c72b0" pt 7 title "SCNN", "" using 1:3 lc rgb "#bbbbbb" pt 6 title "oracle", \
     1 with lines lc rgb "#000000" notitle
set title "Energy, DCNN = 1"
set yrange [0.02:2]
set key bottom right
plot "$out/curves" using 1:4 lc rgb "#4c72b0" pt 7 title "SCNN", "" using 1:6 lc rgb "#4c72b0" pt 6 dt 2 title "SCNN, on chip", \
     "" using 1:5 lc rgb "#dd8452" pt 7 title "DCNN-opt", "" using 1:7 lc rgb "#dd8452" pt 6 dt 2 title "DCNN-opt, on chip", \
     1 with lines lc rgb "#000000" notitle
unset multiplot
PLOT

{
  cat <<'PAGE'
# SCNN as operands get sparser

The density sweep of Parashar et al., *SCNN*, ISCA 2017: GoogLeNet's 54 convolutions in inception modules, weights and activations at
the same density, from 0.1 to 1.

Command: `tools/reproduce scnn-density`; no trained weights are needed. One point of it:
`scnn-sim run configs/googlenet-scnn.yaml --set 'machines=[scnn, dcnn, dcnn-opt]' --timing-only --set pruning.density=0.5 --set activations.synthetic.density=0.5`.

- The machine is the published SCNN with its defaults. All layers have the density; zeros are random and independent.
- Energy is that of `configs/energy/scnn-16nm.yaml`, with the DRAM and, beside it, without. Inputs and outputs are in
  DRAM only where they do not fit on the chip; every layer reads its weights.
- Density is that of a layer's inputs. What it puts out is what ReLU leaves of random sums, about a half, at any density.
- A crossover lies between two points of the sweep, where both are interpolated on logarithmic scales.

## Published and ours

PAGE
  comparison_table relative '^[^(]*$' < "$comparison"
  cat <<'PAGE'

The paper has two models: a cycle-level simulator and, to explore designs, an analytical one, TimeLoop, that counts on average. Which
of them made this sweep over synthetic densities we do not know. An average knows short vectors, but no PE that waits for another. The
speeds as such a model has them, from the cycles in which PEs issue:

PAGE
  comparison_table relative '\(without waiting\)$' < "$comparison"
  cat <<'PAGE'

The same energies without DRAM; the paper does not say what its sweep counts.

PAGE
  comparison_table relative '\(on chip\)$' < "$comparison"
  cat <<'PAGE'

With DRAM as dear as [scnn-energy](../scnn-energy/README.md) calibrates it to SCNN's published energy on three networks, and multiplications as in
Aladdin's tables; nothing is fitted to this sweep:

PAGE
  comparison_table relative '\(calibrated\)$' < "$comparison"
  cat <<'PAGE'

![Speed and energy by density](scnn-density.svg)

| density | speed | without waiting | oracle | utilisation | issuing | SCNN's energy | DCNN-opt's | SCNN's on chip | DCNN-opt's | IARAM | weight FIFO |
| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  awk '{
    printf "| %s | %.2f | %.2f | %.2f | %.0f%% | %.0f%% | %.2f | %.2f | %.2f | %.2f | %.1f%% | %.1f%% |\n", $1, $2, $10, $3, $8, $9, $4, $5, $6, $7,
           $11, $12
  }' "$out/curves"
  cat <<PAGE

Speed and energy are relative to DCNN's. *Issuing* is the share of PE-cycles that issue. *IARAM* and *weight FIFO* are shares of SCNN's
energy on chip.

## Why it is slower at density $sparsest

Each limit of the machine lifted alone, and one after the other from top to bottom. *Issuing*: the share of PE-cycles that issue.

| | alone | so far | issuing |
| --- | ---: | ---: | ---: |
PAGE
  from_table '
    function row(label, alone, together) {
      printf "| %s | %.1f | %.1f | %.0f%% |\n", label, gain(alone, "scnn", ALL, "cycles"), gain(together, "scnn", ALL, "cycles"),
             share(together, ALL, "issue")
    }
    END {
      row("as it is", "density " sparsest, "density " sparsest)
      row("64 output channels in a group at most, not 8", "alone groups", "together groups")
      row("weight FIFO of 4096 entries, not 50", "alone fifo", "together fifo")
      row("weights broadcast without limit of bandwidth", "alone broadcast", "together broadcast")
      row("no pipeline latency at the end of a group", "alone latency", "together latency")
      row("post-processing and halos without limit of bandwidth", "alone drain", "together drain")
      printf "| and if no PE waited for another | %.1f | %.1f | 100%% |\n", gain("density " sparsest, "scnn", ALL, "issuing"),
             gain("together drain", "scnn", ALL, "issuing")
    }
  ' -v sparsest="$sparsest"
  from_table '
    END {
      run = "density " sparsest
      printf "\nAt this density a PE has %.0f%% of its lanes filled when it issues: a tile of GoogLeNet has few activations, and a group of eight\n",
             100 * at(run, "scnn", ALL, "products") / at(run, "scnn", ALL, "multiplier_slots")
      printf "output channels few weights for each, so vectors of four stay short. With larger groups they fill, but PEs then drift apart:\n"
      printf "the weight FIFO, which all share, holds the fast ones back. With both limits lifted and none in bandwidth or latency SCNN is\n"
      printf "%.1f times as fast as DCNN. The published %s is near what it is, otherwise unchanged, if no PE waits for another: %.1f.\n",
             gain("together drain", "scnn", ALL, "cycles"), published, gain(run, "scnn", ALL, "issuing")
    }
  ' -v sparsest="$sparsest" -v published="$(published sweep speedup_at_0.1)"
  cat <<'PAGE'

## What the energy depends on

One kind of entry of the energy table scaled for all machines, as in [scnn-energy](../scnn-energy/README.md).

| | dense | at density 0.1 | equal to DCNN | equal to DCNN-opt |
| --- | ---: | ---: | ---: | ---: |
PAGE
  from_table '
    function row(label) {
      printf "| %s | %.2f | %.2f | %.2f | %.2f |\n", label, 1 / gain("density 1.0", "scnn", ALL, "energy"),
             1 / gain("density 0.1", "scnn", ALL, "energy"), crossover("density", densities, "dcnn", "energy"),
             crossover("density", densities, "dcnn-opt", "energy")
    }
    END {
      printf "| **published** | %s | %s | %s | %s |\n", dense, sparse, dcnn, opt
      row("as it is")
      kinds = split("multipliers|crossbar|partial sums|weights|activations|DRAM", kind, "|")
      for (k = 1; k <= kinds; ++k) {
        factors = split("0.25 4 16", factor, " ")
        for (f = 1; f <= factors; ++f) {
          rescale(kind[k], factor[f])
          row(kind[k] " x " factor[f])
        }
        rescale(kind[k], 1)
      }
      rescale("crossbar", 0.25)
      rescale("DRAM", 0.25)
      row("crossbar and DRAM x 0.25")
      rescale("crossbar", 1)
      rescale("DRAM", 1)
      row(sprintf("multipliers x 2.27 and DRAM x %.2f, calibrated", calibrate(scnn) / 8))
      rescale("multipliers", 1)
      rescale("DRAM", 1)
      weights = at("density 0.1", "scnn", ALL, "dram_weight_bytes_read") / at("density 0.1", "dcnn", ALL, "dram_weight_bytes_read")
      printf "\nAt density 0.1 compressed weights are still %.0f%% of the bytes of dense ones: as far as DRAM counts, energy cannot fall below that\n",
             100 * weights
      printf "share. The published %s says that DRAM hardly counts there.\n", sparse
    }
  ' -v densities="$densities" -v dense="$(published sweep dense_energy_ratio)" -v sparse="$(published sweep energy_at_0.1)" \
    -v dcnn="$(published sweep energy_crossover_DCNN)" -v opt="$(published sweep energy_crossover_DCNN_opt)" \
    -v scnn="$(published energy_vs_DCNN SCNN_mean)"
} > "$page/README.md"
