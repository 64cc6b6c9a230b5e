#!/bin/sh
# SCNN against itself with dense activations (SCNN-SparseW) and with dense weights (SCNN-SparseA).
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-sparse-aw
densities="0.2 0.4 0.6 0.8"
machines='machines=[scnn, dcnn, scnn-sparse-w, scnn-sparse-a]'

start_table "$out"
for density in $densities; do evaluate_density "density $density" "$density" --set "$machines"; done
# At the published density with longer vectors, and with PEs that drift apart.
evaluate_density "groups" 0.4 --set "$machines" --set accelerator.output_channels_per_group=64
evaluate_density "both" 0.4 --set "$machines" --set accelerator.output_channels_per_group=64 \
  --set accelerator.pe.weight_fifo.entries=4096
for network in alexnet googlenet vgg16; do evaluate "$network" "$network"; done  # what DRAM is calibrated to

# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  # Energy of a variant in which a stored zero is multiplied, crosses the crossbar and is accumulated as a value is, unless
  # ZEROS are "held back".
  function spent(run, machine, quantity, zeros,   products) {
    if (quantity == "cycles" || zeros == "held back") return cost(run, machine, ALL, quantity)
    products = scale["multipliers"] * at(run, machine, ALL, "energy_multipliers_pj") \
               + scale["crossbar"] * at(run, machine, ALL, "energy_crossbar_pj") \
               + scale["accumulators"] * at(run, machine, ALL, "energy_accumulators_pj")
    return cost(run, machine, ALL, quantity) \
           + products * at(run, machine, ALL, "placeholder_lanes") / at(run, machine, ALL, "products")
  }
  # How many times as much the variant costs as SCNN.
  function over(run, variant, quantity, zeros) {
    return spent(run, "scnn-sparse-" variant, quantity, zeros) / cost(run, "scnn", ALL, quantity)
  }
  function row(label, run) {
    printf "| %s | %.2f | %.2f | %.2f | %.2f | %.2f | %.2f |\n", label, over(run, "w", "cycles"), over(run, "a", "cycles"),
           over(run, "w", "energy"), over(run, "a", "energy"), over(run, "w", "chip"), over(run, "a", "chip")
  }
'

comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  function compare(item, published, ours) { printf "%s,%s,%.2f\n", item, published, ours }
  END {
    run = "density 0.4"
    print "item,published,reproduced"
    compare("speed over SparseW", speed_w, over(run, "w", "cycles"))
    compare("speed over SparseA", speed_a, over(run, "a", "cycles"))
    compare("energy of SparseW", energy_w, over(run, "w", "energy"))
    compare("energy of SparseA", energy_a, over(run, "a", "energy"))
    compare("energy of SparseW (on chip)", energy_w, over(run, "w", "chip"))
    compare("energy of SparseA (on chip)", energy_a, over(run, "a", "chip"))
    compare("energy of SparseW (zeros held back)", energy_w, over(run, "w", "energy", "held back"))
    compare("energy of SparseA (zeros held back)", energy_a, over(run, "a", "energy", "held back"))
    calibrate(scnn)
    compare("energy of SparseW (calibrated)", energy_w, over(run, "w", "energy"))
    compare("energy of SparseA (calibrated)", energy_a, over(run, "a", "energy"))
  }
' -v speed_w="$(published sparseAW_at_0.4 SCNN_over_SparseW_speed)" \
  -v speed_a="$(published sparseAW_at_0.4 SCNN_over_SparseA_speed)" \
  -v energy_w="$(published sparseAW_at_0.4 SCNN_over_SparseW_energy)" \
  -v energy_a="$(published sparseAW_at_0.4 SCNN_over_SparseA_energy)" \
  -v scnn="$(published energy_vs_DCNN SCNN_mean)" > "$comparison"

from_table "$figures"'
  END {
    count = split(densities, density, " ")
    for (i = 1; i <= count; ++i) {
      run = "density " density[i]
      print density[i], over(run, "w", "cycles"), over(run, "a", "cycles"), over(run, "w", "energy"), over(run, "a", "energy")
    }
  }
' -v densities="$densities" > "$out/curves"
plot "$page/scnn-sparse-aw.svg" <<PLOT
set title "SparseW and SparseA relative to SCNN"
set xlabel "density of weights and of activations"
set ylabel "times the cycles or the energy of SCNN"
set xrange [0.15:0.85]
set yrange [0:*]
set grid
set style data linespoints
plot "$out/curves" using 1:2 lc rgb "#4c72b0" pt 7 title "SparseW, cycles", "" using 1:3 lc rgb "#dd8452" pt 7 title "SparseA, cycles", \
     "" using 1:4 lc rgb "#4c72b0" dt 2 pt 6 title "SparseW, energy", "" using 1:5 lc rgb "#dd8452" dt 2 pt 6 title "SparseA, energy", \
     1 with lines lc rgb "#000000" notitle
PLOT

{
  cat <<'PAGE'
# What each sparse operand is worth

Parashar et al., *SCNN*, ISCA 2017, compare SCNN with two machines that exploit the zeros of one operand only: SCNN-SparseW those of weights
(as Cambricon-X does), SCNN-SparseA those of activations (as Cnvlutin does). Both are SCNN itself with the other operand stored densely.

Command: `tools/reproduce scnn-sparse-aw`; no trained weights are needed. The published point:
`scnn-sim run configs/googlenet-scnn.yaml --set 'machines=[scnn, scnn-sparse-w, scnn-sparse-a]' --timing-only --set pruning.density=0.4 --set activations.synthetic.density=0.4`.

- GoogLeNet's 54 convolutions in inception modules, weights and activations at the same density, zeros random and independent;
  the machine is the published SCNN with its defaults. The paper gives numbers for density 0.4; that they belong to this network is
  taken from its density sweep.
- Energy is that of `configs/energy/scnn-16nm.yaml`, with DRAM or, *on chip*, without.
- The paper's table of machines says that Cambricon-X gates multiplications by zero weights only, Cnvlutin by zero activations
  only. So here the zeros that a variant stores cost what values cost: they are multiplied, cross the crossbar and are accumulated.
  A run of the simulator holds them back (they take their place in a vector and go nowhere): *zeros held back* is what it reports.

## Published and ours

How many times the cycles and the energy of SCNN they take, at density 0.4:

PAGE
  comparison_table relative '^[^(]*$' < "$comparison"
  printf '\nThe same in other readings; *calibrated* is with the energies of multiplications and DRAM that [scnn-energy](../scnn-energy/README.md) finds:\n\n'
  comparison_table relative '\(' < "$comparison"
  cat <<'PAGE'

![SparseW and SparseA relative to SCNN](scnn-sparse-aw.svg)

## Where the speed comes from

| | SparseW, speed | SparseA, speed | SparseW, energy | SparseA, energy | SparseW, on chip | SparseA, on chip |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    END {
      count = split(densities, density, " ")
      for (i = 1; i <= count; ++i) row("density " density[i], "density " density[i])
      row("density 0.4, 64 output channels in a group at most", "groups")
      row("the same and a weight FIFO of 4096 entries", "both")
      lanes = at("density 0.4", "scnn", ALL, "products") / at("density 0.4", "scnn", ALL, "multiplier_slots")
      w = at("density 0.4", "scnn-sparse-w", ALL, "multiplier_slots") / at("density 0.4", "scnn", ALL, "multiplier_slots")
      a = at("density 0.4", "scnn-sparse-a", ALL, "multiplier_slots") / at("density 0.4", "scnn", ALL, "multiplier_slots")
      printf "\nWithout any loss both would take 1 / 0.4 = 2.5 times the cycles. SCNN gains less from sparse activations because a PE has few of\n"
      printf "them in a channel: a vector of four is rarely full whether zeros are stored or not, and its multipliers find %.0f%% of their lanes\n", 100 * lanes
      printf "filled. SparseW issues %.2f times as often as SCNN, SparseA %.2f times.\n", w, a
    }
  ' -v densities="$densities"
  cat <<'PAGE'

## What the energy depends on

At density 0.4: one kind of entry of the energy table scaled, as in [scnn-energy](../scnn-energy/README.md); and with stored zeros
held back.

| | SparseW, energy | SparseA, energy | SparseW, on chip | SparseA, on chip |
| --- | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    function energy_row(label) {
      printf "| %s | %.2f | %.2f | %.2f | %.2f |\n", label, over(run, "w", "energy"), over(run, "a", "energy"), over(run, "w", "chip"),
             over(run, "a", "chip")
    }
    END {
      run = "density 0.4"
      printf "| **published** | %s | %s | | |\n", energy_w, energy_a
      energy_row("as it is")
      kinds = split("multipliers|crossbar|partial sums|weights|activations|DRAM", kind, "|")
      for (k = 1; k <= kinds; ++k) {
        for (factor = 0.25; factor <= 4; factor *= 16) {
          rescale(kind[k], factor)
          energy_row(kind[k] " x " factor)
        }
        rescale(kind[k], 1)
      }
      printf "| stored zeros held back | %.2f | %.2f | %.2f | %.2f |\n", over(run, "w", "energy", "held back"), over(run, "a", "energy", "held back"),
             over(run, "w", "chip", "held back"), over(run, "a", "chip", "held back")
      print "\nWhat these ratios depend on most is whether stored zeros are held back; no scaling of one kind of entry moves both as far."
    }
  ' -v energy_w="$(published sparseAW_at_0.4 SCNN_over_SparseW_energy)" -v energy_a="$(published sparseAW_at_0.4 SCNN_over_SparseA_energy)"
} > "$page/README.md"
