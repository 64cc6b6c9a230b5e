#!/bin/sh
# Time, energy and weights of whole networks on SCNN and EIE, and the share of their fully connected layers.
set -eu
. tools/reproduce.d/lib/page.sh
page=$1
out=out/whole-networks
mkdir -p "$out"
table=$out/layers.csv
: > "$table"

# evaluate NAME NETWORK ARGUMENTS...: adds the layers of configs/NETWORK-whole.yaml to the table as the run NAME.
evaluate() {
  name=$1
  network=$2
  shift 2
  directory=$out/$network-$(echo "$name" | tr ' ' -)
  "$SCNN_SIM" run "configs/$network-whole.yaml" "$@" --timing-only --quiet --overwrite --jobs "$(nproc)" --output "$directory"
  awk -F, -v run="$network,$name" '
    NR == 1 {
      for (i = 1; i <= NF; ++i) column[$i] = i
      next
    }
    {
      printf "%s,%s,%s,%.6f,%.6f,%.6f,%.0f,%.0f,%.0f\n", run, $column["layer"], $column["machine"], $column["microseconds"],
             $column["energy_total_pj"] / 1e6, $column["energy_dram_pj"] / 1e6, $column["dense_macs"],
             $column["storage_weight_bits"] / 8, ($column["storage_weight_bits"] + $column["storage_index_bits"]) / 8
    }
  ' "$directory/layers.csv" >> "$table"
}

for network in alexnet vgg16; do
  evaluate dense "$network" --set pruning.granularity=none
  for granularity in fine vector kernel; do
    evaluate "$granularity" "$network" --set "pruning.granularity=$granularity"
  done
done

# from_table PROGRAM: runs an awk program, all of it in END, on the table.
#   of(network, run, machine, what)   the sum over the layers on a machine, or on both: BOTH
#   linear(network, run, what)        the share of the fully connected layers in percent
from_table() {
  awk -F, '
    BEGIN {
      networks = split("alexnet vgg16", network, " ")
      title["alexnet"] = "AlexNet"
      title["vgg16"] = "VGG-16"
      runs = split("dense fine vector kernel", run, " ")
      text["dense"] = "dense"
      text["fine"] = "single weights"
      text["vector"] = "filter rows"
      text["kernel"] = "kernels"
      quantities = split("time energy dram macs weights bytes", quantity, " ")
      BOTH = "both"
    }
    {
      for (q = 1; q <= quantities; ++q) {
        sum[$1, $2, $4, quantity[q]] += $(q + 4)
        sum[$1, $2, BOTH, quantity[q]] += $(q + 4)
        layer_value[$1, $2, $3, quantity[q]] = $(q + 4)
      }
      if ($4 == "eie" && $2 == "dense") linear_layer[$1, ++linear_layers[$1]] = $3
    }
    function of(n, r, machine, what) { return sum[n, r, machine, what] }
    function linear(n, r, what) { return 100 * of(n, r, "eie", what) / of(n, r, BOTH, what) }
  '"$1" "$table"
}

from_table '
  END {
    for (n = 1; n <= networks; ++n) {
      for (r = 1; r <= runs; ++r) {
        printf "\"%s\\n%s\" %.2f %.2f %.2f\n", title[network[n]], text[run[r]], linear(network[n], run[r], "time"),
               linear(network[n], run[r], "energy"), linear(network[n], run[r], "weights")
      }
    }
  }
' > "$out/bars"
plot "$page/whole-networks.svg" <<PLOT
set title "Share of the fully connected layers"
set ylabel "%"
set yrange [0:100]
set grid ytics
set xtics nomirror font ",9"
set key outside bottom center horizontal
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border
plot "$out/bars" using 2:xtic(1) lc rgb "#4c72b0" title "time", "" using 3 lc rgb "#dd8452" title "energy", \
     "" using 4 lc rgb "#55a868" title "weights kept"
PLOT

{
  cat <<'PAGE'
# Whole networks on both machines

AlexNet and VGG-16 from image to class: convolutions on SCNN, fully connected layers on EIE. Which share of time, energy and weights do the
fully connected layers have?

Command: `tools/reproduce whole-networks`; no trained weights are needed. One run: `scnn-sim run configs/vgg16-whole.yaml --timing-only`.

- Densities are those of Han et al., *Learning both Weights and Connections for Efficient Neural Networks*, NIPS 2015, for every
  granularity: they say what a run costs, not how accurate it is. *Dense* is the same network without pruning, with the same
  inputs. Values are synthetic, zeros independent.
- Fully connected layers are pruned by single weights in every run: rows and kernels are grains of convolutions alone.
- Machines are the published ones with their defaults, one image at a time; time is that of the layers one after the other, SCNN
  at 1 GHz and EIE at 0.8 GHz. Energy is in 16 nm (`configs/energy/scnn-16nm.yaml`) with DRAM. No paper reports these networks as wholes,
  so there is nothing published beside.
- SCNN reads its weights from DRAM for every image; EIE has them in SRAM. **Dense fully connected layers are too large for that**, and are
  simulated as if they were not: their time and energy lack all that reading them would take.

![Share of the fully connected layers](whole-networks.svg)
PAGE
  from_table '
    END {
      for (n = 1; n <= networks; ++n) {
        net = network[n]
        printf "\n## %s\n\n", title[net]
        print "| | convolutions [us] | fully connected [us] | their share | convolutions [uJ] | fully connected [uJ] | their share | weights of convolutions [M] | of fully connected [M] | their share | stored [MB] | their share |"
        print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
        for (r = 1; r <= runs; ++r) {
          printf "| %s | %.0f | %.1f | %.1f%% | %.0f | %.1f | %.1f%% | %.2f | %.2f | %.1f%% | %.1f | %.1f%% |\n", text[run[r]], of(net, run[r], "scnn", "time"),
                 of(net, run[r], "eie", "time"), linear(net, run[r], "time"), of(net, run[r], "scnn", "energy"), of(net, run[r], "eie", "energy"),
                 linear(net, run[r], "energy"), of(net, run[r], "scnn", "weights") / 1e6, of(net, run[r], "eie", "weights") / 1e6,
                 linear(net, run[r], "weights"), of(net, run[r], BOTH, "bytes") / 1e6, linear(net, run[r], "bytes")
        }
        printf "\nOf the energy of the run with single weights, DRAM has %.0f%% in the convolutions and %.0f%% in the fully connected layers, whose\nmultiply-accumulates are %.1f%% of the dense network.\n", 100 * of(net, "fine", "scnn", "dram") / of(net, "fine", "scnn", "energy"),
               100 * of(net, "fine", "eie", "dram") / of(net, "fine", "eie", "energy"), linear(net, "dense", "macs")
        # At the DRAM of the other machine: 8 pJ a bit, 50 GB/s.
        bytes = 2 * of(net, "dense", "eie", "weights")
        energy = of(net, "dense", "eie", "energy") + bytes * 8 * 8 / 1e6
        time = bytes / 50e3
        if (time < of(net, "dense", "eie", "time")) time = of(net, "dense", "eie", "time")
        printf "\nReading the dense weights of the fully connected layers once, 16 bits each, from DRAM as SCNN has it (50 GB/s, 8 pJ a bit) would take\n"
        printf "%.0f us and %.0f uJ. They would then have %.0f%% of the time and %.0f%% of the energy of the dense network.\n\nLayer by layer, dense and pruned:\n\n", bytes / 50e3,
               bytes * 64 / 1e6, 100 * time / (time + of(net, "dense", "scnn", "time")), 100 * energy / (energy + of(net, "dense", "scnn", "energy"))
        print "| | dense [us] | pruned [us] | times as fast | dense [uJ] | pruned [uJ] | times less energy |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
        for (i = 1; i <= linear_layers[net]; ++i) {
          l = linear_layer[net, i]
          printf "| %s | %.1f | %.1f | %.1f | %.2f | %.2f | %.1f |\n", l, layer_value[net, "dense", l, "time"], layer_value[net, "fine", l, "time"],
                 layer_value[net, "dense", l, "time"] / layer_value[net, "fine", l, "time"], layer_value[net, "dense", l, "energy"],
                 layer_value[net, "fine", l, "energy"], layer_value[net, "dense", l, "energy"] / layer_value[net, "fine", l, "energy"]
        }
        printf "| all convolutions | %.0f | %.0f | %.1f | %.0f | %.0f | %.1f |\n", of(net, "dense", "scnn", "time"), of(net, "fine", "scnn", "time"),
               of(net, "dense", "scnn", "time") / of(net, "fine", "scnn", "time"), of(net, "dense", "scnn", "energy"), of(net, "fine", "scnn", "energy"),
               of(net, "dense", "scnn", "energy") / of(net, "fine", "scnn", "energy")
      }
      print "\n*Stored*: 8 bits a weight and 4 bits an index for each kept grain, as in [storage](../storage/README.md)."
      printf "\nFully connected layers hold most of the weights and take little time: in %s %.0f%% of the weights and %.1f%% of the time before\n", title["vgg16"], linear("vgg16", "dense", "weights"), linear("vgg16", "dense", "time")
      printf "pruning, %.0f%% and %.1f%% after it. Coarser grains change the convolutions alone, and little of their time, so the shares stay. What\nmakes fully connected layers expensive is to fetch their weights; pruned, they fit into the SRAM of EIE, but for the pointers of fc6 in VGG-16.\n", linear("vgg16", "fine", "weights"), linear("vgg16", "fine", "time")
    }
  '
} > "$page/README.md"
