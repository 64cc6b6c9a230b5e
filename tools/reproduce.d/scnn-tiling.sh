#!/bin/sh
# Layers of which the activations do not fit on SCNN's chip, and what moving them costs.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-tiling

# As it is, and with memories for all activations of any layer.
start_table "$out"
for network in alexnet googlenet vgg16; do
  evaluate "$network" "$network"
  evaluate "$network-large" "$network" --set accelerator.pe.iaram.elements=65536 --set accelerator.pe.oaram.elements=65536
done

# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  BEGIN { networks = split("alexnet googlenet vgg16", network, " ") }
  # Activations that cross DRAM for want of memory [bytes]; not what the last layer puts out, which leaves the convolutions.
  function moved(run, layer, column) {
    if (column == "written" && layer == layer_name(run, layer_count[run])) return 0
    return at(run, "scnn", layer, "dram_activation_bytes_" column) - at(run "-large", "scnn", layer, "dram_activation_bytes_" column)
  }
  function tiled(run, layer) { return at(run, "scnn", layer, "temporal_rows") * at(run, "scnn", layer, "temporal_columns") > 1 }
  # A layer of several passes has too large an input; of one pass, it may have too large an output.
  function fits(run, layer) { return !tiled(run, layer) && moved(run, layer, "written") == 0 }
  # Energy of what moves over that of all the rest, in percent. DRAM has a share of its energy; all its bytes cost the same.
  # READING is that, or: `of all`, over all energy; `once`, of what a layer writes, which the next reads, the reading only.
  function penalty(run, layer, of_dram, reading,   dram, bytes, extra, rest) {
    dram = of_dram * at(run, "scnn", layer, "energy_dram_pj")
    bytes = at(run, "scnn", layer, "dram_weight_bytes_read") + at(run, "scnn", layer, "dram_activation_bytes_read") \
            + at(run, "scnn", layer, "dram_activation_bytes_written")
    extra = dram * (moved(run, layer, "read") + moved(run, layer, "written")) / bytes
    rest = cost(run, "scnn", layer, "chip") + dram - extra
    if (reading == "once") extra = dram * moved(run, layer, "read") / bytes
    extra_sum += extra
    rest_sum += rest
    return 100 * extra / (reading == "of all" ? rest + extra : rest)
  }
  # Least, mean and most of the layers that do not fit, which are `count` of `all`, and that of them `together`.
  function find_penalties(of_dram, reading,   n, i, layer, p) {
    all = count = mean = extra_sum = rest_sum = 0
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= layer_count[network[n]]; ++i) {
        ++all
        layer = layer_name(network[n], i)
        if (fits(network[n], layer)) continue
        p = penalty(network[n], layer, of_dram, reading)
        if (!count++) least = most = p
        if (p < least) least = p
        if (p > most) most = p
        mean += p
      }
    }
    mean /= count
    together = 100 * extra_sum / (reading == "of all" ? rest_sum + extra_sum : rest_sum)
  }
'

comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  END {
    find_penalties(1)
    print "item,published,reproduced"
    printf "layers of %d that do not fit,%s,%d\n", all, layers, count
    printf "penalty at least [%%],%.0f,%.1f\n", 100 * published_least, least
    printf "penalty at most [%%],%.0f,%.1f\n", 100 * published_most, most
    printf "penalty mean [%%],%.0f,%.1f\n", 100 * published_mean, mean
  }
' -v layers="$(published tiling layers_not_fitting)" -v published_least="$(published tiling energy_penalty_min)" \
  -v published_most="$(published tiling energy_penalty_max)" -v published_mean="$(published tiling energy_penalty_mean)" > "$comparison"

from_table "$figures"'
  END {
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= layer_count[network[n]]; ++i) {
        layer = layer_name(network[n], i)
        if (fits(network[n], layer)) continue
        label = layer
        gsub(/_/, "-", label)
        print label, penalty(network[n], layer, 1), penalty(network[n], layer, 0.1)
      }
    }
  }
' > "$out/bars"
plot "$page/scnn-tiling.svg" <<PLOT
set title "Energy of moving activations, of all the rest of the layer"
set ylabel "%"
set logscale y
set yrange [0.5:*]
set grid ytics
set xtics nomirror rotate by -45
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border
plot "$out/bars" using 2:xtic(1) lc rgb "#4c72b0" title "as it is", "" using 3 lc rgb "#dd8452" title "DRAM of a tenth of the energy"
PLOT

{
  cat <<'PAGE'
# Activations that do not fit on the chip

Parashar et al., *SCNN*, ISCA 2017, report that some layers have more activations than the PEs can hold, and what energy it costs
to move them to DRAM and back.

Command: `tools/reproduce scnn-tiling`; no trained weights are needed. Networks, layers and densities are those of
[scnn-speedup](../scnn-speedup/README.md).

- A layer does not fit if its compressed input or output takes more than 4096 elements in the fullest PE. If it is the input, the
  layer runs in several passes (temporal tiles). What a layer puts out is what ReLU leaves of random sums, about a half.
- What moves is found by a second simulation whose memories hold everything. The image, which always crosses DRAM, does not
  count, nor does what the last convolution passes on to a fully connected layer.
- *Penalty*: energy in DRAM of the activations that move, relative to all the rest of the layer's energy
  (`configs/energy/scnn-16nm.yaml`).

## Published and ours

PAGE
  comparison_table relative . < "$comparison"
  cat <<'PAGE'

![Penalty by layer](scnn-tiling.svg)

| | passes | input moved [kB] | output moved [kB] | weights read [times] | penalty | cycles |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    END {
      for (n = 1; n <= networks; ++n) {
        for (i = 1; i <= layer_count[network[n]]; ++i) {
          layer = layer_name(network[n], i)
          if (fits(network[n], layer)) continue
          printf "| %s %s | %d x %d | %.0f | %.0f | %.1f | %.0f%% | %+.0f%% |\n", network[n], layer,
                 at(network[n], "scnn", layer, "temporal_rows"), at(network[n], "scnn", layer, "temporal_columns"),
                 moved(network[n], layer, "read") / 1e3, moved(network[n], layer, "written") / 1e3,
                 at(network[n], "scnn", layer, "dram_weight_bytes_read") / at(network[n] "-large", "scnn", layer, "dram_weight_bytes_read"),
                 penalty(network[n], layer, 1),
                 100 * (at(network[n], "scnn", layer, "cycles") / at(network[n] "-large", "scnn", layer, "cycles") - 1)
        }
      }
    }
  '
  cat <<'PAGE'

*Cycles* are relative to memories that hold everything. Passes have smaller tiles and so more output channels in a group where
accumulators limit them, but read the weights again.

## What the penalty depends on

What the paper divides by what it does not say. Other readings, and the same counts with DRAM of a share of its energy:

| | least | most | mean | nine layers together |
| --- | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    function row(label, of_dram, reading) {
      find_penalties(of_dram, reading)
      printf "| %s | %.0f%% | %.0f%% | %.0f%% | %.0f%% |\n", label, least, most, mean, together
    }
    END {
      printf "| **published** | %.0f%% | %.0f%% | %.0f%% | |\n", 100 * published_least, 100 * published_most, 100 * published_mean
      row("over the rest of the energy, as above", 1)
      row("over all of it", 1, "of all")
      row("each activation counted once, where it is read", 1, "once")
      shares = split("0.5 0.2 0.1", part, " ")
      for (s = 1; s <= shares; ++s) row("DRAM x " part[s], part[s])
      # Bisection: the mean rises with the energy.
      low = 0
      high = 1
      for (i = 0; i < 50; ++i) {
        find_penalties((low + high) / 2)
        if (mean > 100 * published_mean) high = (low + high) / 2
        else low = (low + high) / 2
      }
      row(sprintf("DRAM x %.3f, where the mean is as published", low), low)
      row(sprintf("DRAM of %.2f pJ/bit and multiplications of 0.45 pJ, as [scnn-energy](../scnn-energy/README.md) calibrates them", calibrate(scnn)), scale["dram"])
      printf "\nAs many layers do not fit as published. What they move is large beside all else: conv1_2 reads and writes %.0f times the bytes of its\n",
             (moved("vgg16", "conv1_2", "read") + moved("vgg16", "conv1_2", "written")) / at("vgg16", "scnn", "conv1_2", "dram_weight_bytes_read")
      printf "weights. What a bit of DRAM costs beside the energy on chip is what differs from the paper: with what takes SCNN as a whole to its published\n"
      printf "energy, the least is %.0f%% (published %.0f%%), the mean %.0f%% (%.0f%%), of the nine layers together %.0f%%, and the most %.0f%% (%.0f%%).\n",
             least, 100 * published_least, mean, 100 * published_mean, together, most, 100 * published_most
    }
  ' -v scnn="$(published energy_vs_DCNN SCNN_mean)" -v published_mean="$(published tiling energy_penalty_mean)" \
    -v published_least="$(published tiling energy_penalty_min)" -v published_most="$(published tiling energy_penalty_max)"
} > "$page/README.md"
