#!/bin/sh
# Speed of SCNN by DRAM bandwidth on AlexNet, GoogLeNet and VGG-16.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-bandwidth
bandwidths="1 2 4 8 16 50"

start_table "$out"
for network in alexnet googlenet vgg16; do
  for bandwidth in $bandwidths; do
    if [ "$bandwidth" = 50 ]; then set --; else set -- --set "accelerator.dram.bytes_per_cycle=$bandwidth"; fi
    evaluate "$network $bandwidth" "$network" "$@"
  done
done

# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  BEGIN {
    networks = split("alexnet googlenet vgg16", network, " ")
    count = split(bandwidths, bandwidth, " ")
  }
  # Of the speed at the largest bandwidth.
  function speed(net, i) {
    return at(net " " bandwidth[count], "scnn", ALL, "cycles") / at(net " " bandwidth[i], "scnn", ALL, "cycles")
  }
  # Bytes per cycle from which on the network has that part of its full speed; logarithmic between two bandwidths.
  function needed(net, part,   i) {
    for (i = 2; i <= count; ++i) {
      if (speed(net, i) >= part) {
        return exp(log(bandwidth[i - 1]) + log(bandwidth[i] / bandwidth[i - 1]) * (part - speed(net, i - 1)) \
                                           / (speed(net, i) - speed(net, i - 1)))
      }
    }
  }
  # What crosses DRAM in every cycle on average, at the largest bandwidth, with weights read once for a batch of images; 0:
  # never. Of a layer, or ALL.
  function demand(net, images, layer,   run) {
    run = net " " bandwidth[count]
    return ((images ? at(run, "scnn", layer, "dram_weight_bytes_read") / images : 0) + at(run, "scnn", layer, "dram_activation_bytes_read") \
            + at(run, "scnn", layer, "dram_activation_bytes_written")) / at(run, "scnn", layer, "cycles")
  }
  # Layers of all networks that demand more than a bandwidth; `all_layers` are all.
  function demanding(images, limit,   n, i, sum) {
    all_layers = 0
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= layer_count[network[n] " " bandwidth[count]]; ++i) {
        ++all_layers
        sum += demand(network[n], images, layer_name(network[n] " " bandwidth[count], i)) > limit
      }
    }
    return sum
  }
'

comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  END {
    print "item,published,reproduced"
    for (n = 1; n <= networks; ++n) {
      printf "%s 90%% of full speed [GB/s],%s,%.1f\n", network[n], knee, needed(network[n], 0.9)
      sum += needed(network[n], 0.9)
    }
    printf "mean of networks [GB/s],%s,%.1f\n", knee, sum / networks
  }
' -v bandwidths="$bandwidths" -v knee="$(published dram bw_knee)" > "$comparison"

from_table "$figures"'
  END {
    for (i = 1; i <= count; ++i) print bandwidth[i], 100 * speed("alexnet", i), 100 * speed("googlenet", i), 100 * speed("vgg16", i)
  }
' -v bandwidths="$bandwidths" > "$out/curves"
plot "$page/scnn-bandwidth.svg" <<PLOT
set title "Speed of SCNN by DRAM bandwidth"
set xlabel "DRAM bandwidth [GB/s]"
set ylabel "% of the speed at 50 GB/s"
set logscale x 2
set xrange [1:64]
set yrange [0:105]
set grid
set key bottom right
set style data linespoints
plot "$out/curves" using 1:2 lc rgb "#4c72b0" pt 7 title "AlexNet", "" using 1:3 lc rgb "#dd8452" pt 7 title "GoogLeNet", \
     "" using 1:4 lc rgb "#55a868" pt 7 title "VGG-16"
PLOT

{
  cat <<'PAGE'
# DRAM bandwidth

Parashar et al., *SCNN*, ISCA 2017, find that SCNN loses speed only below about 4 GB/s.

Command: `tools/reproduce scnn-bandwidth`; no trained weights are needed. Networks, layers and densities are those of
[scnn-speedup](../scnn-speedup/README.md), one image at a time. One point:
`scnn-sim run configs/vgg16-scnn.yaml --timing-only --set accelerator.dram.bytes_per_cycle=4`.

- The clock is 1 GHz, so that a byte per cycle is 1 GB/s. The machine is the published SCNN with 50 GB/s otherwise.
- Weights cross DRAM for every layer, ahead of the broadcast; a layer of several passes also waits for its activations. What a layer
  of one pass reads and writes of activations overlaps with its neighbours and costs no cycles.
- The knee is taken as the bandwidth at which 90% of the speed at 50 GB/s is left, logarithmic between two points; how the paper
  takes it from its curve is not said.

## Published and ours

PAGE
  comparison_table relative . < "$comparison"
  cat <<'PAGE'

![Speed by bandwidth](scnn-bandwidth.svg)

| GB/s | AlexNet | GoogLeNet | VGG-16 |
| ---: | ---: | ---: | ---: |
PAGE
  awk '{ printf "| %s | %.1f%% | %.1f%% | %.1f%% |\n", $1, $2, $3, $4 }' "$out/curves"
  from_table "$figures"'
    END {
      for (images = 1; images <= 8; images *= 2) {
        printf "| demand, %d image%s | %.1f | %.1f | %.1f |\n", images, (images > 1 ? "s" : ""), demand("alexnet", images, ALL),
               demand("googlenet", images, ALL), demand("vgg16", images, ALL)
      }
      printf "| demand of activations alone | %.1f | %.1f | %.1f |\n", demand("alexnet", 0, ALL), demand("googlenet", 0, ALL), demand("vgg16", 0, ALL)
      printf "\n*Demand*: bytes that cross DRAM per cycle at 50 GB/s, the average over all layers; with several images, as if each layer read its\n"
      printf "weights once for all of them. The published 4 GB/s are about what AlexNet and GoogLeNet demand with two to four images; VGG-16 has\n"
      printf "activations to move as well, those of [scnn-tiling](../scnn-tiling/README.md). With one image %d of %d layers demand more than 4 GB/s;\n",
             demanding(1, 4), all_layers
      printf "with four %d, and for activations alone %d. So what differs is how often weights are read, which the paper does not say: one image is\n",
             demanding(4, 4), demanding(0, 4)
      printf "the dearest case. The knee depends too on the part of the speed it is taken at: 75%% are left at %.1f, %.1f and %.1f GB/s, 95%% at\n",
             needed("alexnet", 0.75), needed("googlenet", 0.75), needed("vgg16", 0.75)
      printf "%.1f, %.1f and %.1f.\n", needed("alexnet", 0.95), needed("googlenet", 0.95), needed("vgg16", 0.95)
    }
  ' -v bandwidths="$bandwidths"
} > "$page/README.md"
