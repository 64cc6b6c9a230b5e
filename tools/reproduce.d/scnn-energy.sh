#!/bin/sh
# Energy of SCNN and DCNN-opt against DCNN on AlexNet, GoogLeNet and VGG-16, by layer, and where it goes.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-energy

start_table "$out"
for network in alexnet googlenet vgg16; do
  evaluate "$network" "$network"
  evaluate "$network-groups" "$network" --set accelerator.output_channels_per_group=64
done

# What the page is about; KIND is `energy`, or `chip` without DRAM.
# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  BEGIN { networks = split("alexnet googlenet vgg16", network, " ") }
  # The least or, if SIGN is -1, the greatest of all units; EXTREME_UNIT is whose.
  function extreme(machine, kind, sign,   n, i, found, it) {
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= unit_count[network[n]]; ++i) {
        it = gain(network[n], machine, unit_name(network[n], i), kind)
        if (!found || sign * it < sign * found) {
          found = it
          extreme_unit = network[n] " " unit_name(network[n], i)
        }
      }
    }
    return found
  }
  # Of SCNN, in all three networks, without DRAM; SUFFIX of the runs.
  function component_share(component, suffix,   n, part, whole) {
    for (n = 1; n <= networks; ++n) {
      part += at(network[n] suffix, "scnn", ALL, "energy_" component "_pj")
      whole += cost(network[n] suffix, "scnn", ALL, "chip")
    }
    return part / whole
  }
'

comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  function row(item, published, ours) { printf "%s,%s,%.2f\n", item, published, ours }
  END {
    print "item,published,reproduced"
    kinds = split("energy chip", kind, " ")
    for (i = 1; i <= kinds; ++i) {
      suffix = kind[i] == "chip" ? " (on chip)" : ""
      row("DCNN-opt mean of networks" suffix, opt, mean_gain("dcnn-opt", kind[i]))
      row("SCNN mean of networks" suffix, scnn, mean_gain("scnn", kind[i]))
      row("SCNN worst layer" suffix, least, extreme("scnn", kind[i], 1))
      row("SCNN best layer" suffix, most, extreme("scnn", kind[i], -1))
    }
    printf "weight FIFO of the energy on chip,%s,%.3f\n", fifo, component_share("weight_fifo")
    printf "IARAM of the energy on chip (at most),%s,%.3f\n", iaram, component_share("iaram")
    calibrate(scnn)
    row("DCNN-opt mean of networks (calibrated)", opt, mean_gain("dcnn-opt", "energy"))
    row("SCNN worst layer (calibrated)", least, extreme("scnn", "energy", 1))
    row("SCNN best layer (calibrated)", most, extreme("scnn", "energy", -1))
    printf "weight FIFO of the energy on chip (calibrated),%s,%.3f\n", fifo, component_share("weight_fifo")
  }
' -v opt="$(published energy_vs_DCNN DCNN_opt_mean)" -v scnn="$(published energy_vs_DCNN SCNN_mean)" \
  -v least="$(published energy_vs_DCNN SCNN_layer_min)" -v most="$(published energy_vs_DCNN SCNN_layer_max)" \
  -v iaram="$(published energy_share IARAM_max)" -v fifo="$(published energy_share weight_FIFO)" > "$comparison"

# by_layer RUN: a row for each layer or inception module.
by_layer() {
  from_table '
    function row(name, unit) {
      printf "| %s | %.1f | %.1f | %.1f | %.2f | %.2f | %.2f | %.2f | %.0f%% | %.0f%% |\n", name,
             cost(run, "dcnn", unit, "energy") / 1e6, cost(run, "dcnn-opt", unit, "energy") / 1e6,
             cost(run, "scnn", unit, "energy") / 1e6, gain(run, "dcnn-opt", unit, "energy"), gain(run, "scnn", unit, "energy"),
             gain(run, "dcnn-opt", unit, "chip"), gain(run, "scnn", unit, "chip"), dram("dcnn", unit), dram("scnn", unit)
    }
    function dram(machine, unit) { return 100 * (1 - cost(run, machine, unit, "chip") / cost(run, machine, unit, "energy")) }
    END {
      print "| | DCNN [uJ] | DCNN-opt [uJ] | SCNN [uJ] | DCNN-opt | SCNN | DCNN-opt, on chip | SCNN, on chip | DRAM of DCNN | DRAM of SCNN |"
      print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
      for (i = 1; i <= unit_count[run]; ++i) row(unit_name(run, i), unit_name(run, i))
      row("**all**", ALL)
    }
  ' -v run="$1"
}

# by_component: where SCNN's energy goes, by network.
by_component() {
  from_table '
    function row(label, component,   n) {
      printf "| %s |", label
      for (n = 1; n <= networks; ++n) {
        printf " %.1f%% | %.1f%% |", 100 * at(network[n], "scnn", ALL, component) / cost(network[n], "scnn", ALL, "energy"),
               100 * at(network[n], "scnn", ALL, component) / cost(network[n], "scnn", ALL, "chip")
      }
      print ""
    }
    END {
      networks = split("alexnet googlenet vgg16", network, " ")
      print "| | AlexNet | on chip | GoogLeNet | on chip | VGG-16 | on chip |"
      print "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
      parts = split("multipliers crossbar accumulators weight_fifo iaram oaram post_processing halo", part, " ")
      for (i = 1; i <= parts; ++i) {
        label = part[i]
        gsub(/_/, " ", label)
        row(label, "energy_" part[i] "_pj")
      }
      printf "| DRAM |"
      for (n = 1; n <= networks; ++n) {
        printf " %.1f%% | |", 100 * at(network[n], "scnn", ALL, "energy_dram_pj") / cost(network[n], "scnn", ALL, "energy")
      }
      print ""
    }
  '
}

from_table '
  END {
    networks = split("alexnet googlenet vgg16", network, " ")
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= unit_count[network[n]]; ++i) {
        unit = unit_name(network[n], i)
        print figure_label(unit), gain(network[n], "dcnn-opt", unit, "energy"), gain(network[n], "scnn", unit, "energy"),
              gain(network[n], "dcnn-opt", unit, "chip"), gain(network[n], "scnn", unit, "chip")
      }
      print "all", gain(network[n], "dcnn-opt", ALL, "energy"), gain(network[n], "scnn", ALL, "energy"),
            gain(network[n], "dcnn-opt", ALL, "chip"), gain(network[n], "scnn", ALL, "chip")
      if (n < networks) print "\"\" NaN NaN NaN NaN"
    }
  }
' > "$out/bars"
plot "$page/scnn-energy.svg" <<PLOT
set terminal svg size 960,480 fixed font 'DejaVu Sans,12' background '#ffffff'
set title "Energy of DCNN over that of the machine: AlexNet, GoogLeNet's inception modules, VGG-16"
set ylabel "times less energy"
set yrange [0:*]
set grid ytics
set xtics nomirror rotate by -60 font ",10"
set key top left horizontal
set style fill solid 0.8 border
set boxwidth 0.4
plot "$out/bars" using (\$0 - 0.2):2:xtic(1) with boxes lc rgb "#dd8452" title "DCNN-opt", \
     "" using (\$0 + 0.2):3 with boxes lc rgb "#4c72b0" title "SCNN", \
     "" using (\$0 - 0.2):4 with points pt 6 lc rgb "#000000" title "on chip", \
     "" using (\$0 + 0.2):5 with points pt 6 lc rgb "#000000" notitle, 1 with lines lc rgb "#000000" notitle
PLOT

{
  cat <<'PAGE'
# Energy of SCNN and DCNN-opt against DCNN

Figure 10 of Parashar et al., *SCNN*, ISCA 2017: how many times less energy DCNN-opt and SCNN take than DCNN. DCNN-opt is DCNN with
multipliers held back at zero operands and activations compressed in DRAM.

Command: `tools/reproduce scnn-energy`; no trained weights are needed. Networks, layers and densities are those of
[scnn-speedup](../scnn-speedup/README.md).

- Energy is that of `configs/energy/scnn-16nm.yaml`, which is derived from published energies per operation: nobody published
  SCNN's per access. The report of a run traces a total down to component, action and source.
- What SCNN has and the dense machines have not is the crossbar. A product takes 34 bits along two sides of its 0.026 mm2 (the area
  that the paper prints), 0.32 mm, at 32 fJ for a bit and mm: 0.35 pJ, and 0.09 pJ for its address and in two queues, beside 0.20 pJ for its
  multiplication. In 16 nm the way is dearer than the work: the crossbar is the largest part of the energy on chip.
- One image, so that every layer reads all its weights from DRAM for one use. Activations cross DRAM where they do not fit on
  the chip, the image and the last outputs always. The paper does not say what its energy counts of DRAM: **on chip** is
  without it.

## Published and ours

PAGE
  comparison_table relative '^[^(]*$' < "$comparison"
  printf '\nThe same without DRAM:\n\n'
  comparison_table relative '\(on chip\)$' < "$comparison"
  from_table "$figures"'
    END {
      printf "\nThe IARAM is published as at most %.0f%% of the energy; ours takes %.1f%% of the energy on chip. It is read for every group of eight output\n",
             100 * published, 100 * component_share("iaram")
      printf "channels: with groups of 64 it takes %.1f%%, and the weight FIFO %.1f%%.\n", 100 * component_share("iaram", "-groups"),
             100 * component_share("weight_fifo", "-groups")
    }
  ' -v published="$(published energy_share IARAM_max)"
  from_table "$figures"'
    END {
      least = extreme("scnn", "energy", 1)
      sub(/inception_/, "", extreme_unit)
      worst = extreme_unit
      most = extreme("scnn", "energy", -1)
      sub(/inception_/, "", extreme_unit)
      printf "The worst layer is that of %s (%.2f), the best that of %s (%.2f), inception modules taken as a whole.\n", worst, least,
             extreme_unit, most
    }
  '
  cat <<'PAGE'

![Energy of DCNN over that of DCNN-opt and SCNN, by layer](scnn-energy.svg)

## What the misses depend on

The counts are simulated, the energy of an action is not. Here one kind of entry of the energy table is scaled for all machines, first
to what other published sources say, and the ratios are taken anew. *Weights* are weight FIFO and the dense machines' weight buffers;
*activations* IARAM, OARAM and the dense machines' SRAM; *partial sums* accumulators and the dense machines' accumulation buffers.

| | DCNN-opt | SCNN | SCNN worst | SCNN best |
| --- | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    function row(label) {
      printf "| %s | %.2f | %.2f | %.2f | %.2f |\n", label, mean_gain("dcnn-opt", "energy"), mean_gain("scnn", "energy"),
             extreme("scnn", "energy", 1), extreme("scnn", "energy", -1)
    }
    function other(kind, factor, label) {
      rescale(kind, factor)
      row(sprintf("%s: %s (x %.2f)", kind, label, factor))
      rescale(kind, 1)
    }
    END {
      printf "| **published** | %s | %s | %s | %s |\n", opt, scnn, least, most
      row("as it is")
      # Of the 0.441 pJ of a transfer 0.351 are wires of 32 fJ/bit/mm.
      other("crossbar", (0.090 + 0.351 * 20 / 32) / 0.441, "wires of 20 fJ/bit/mm")
      other("crossbar", (0.090 + 0.351 * 40 / 32) / 0.441, "wires of 40 fJ/bit/mm")
      other("crossbar", (0.090 + 0.821) / 0.441, "not by its wires but by its outputs, as in Aladdin")
      other("multipliers", 0.112 / 0.198, "0.11 pJ, between the 8 and 32 bits of Horowitz")
      other("multipliers", 0.212 / 0.198, "0.21 pJ, the whole arithmetic unit of EIE")
      other("multipliers", 0.450 / 0.198, "0.45 pJ, a quarter of the 32 bits of Aladdin")
      images = 4
      row("DRAM: four images for each reading of weights")
      other("multipliers", 0.450 / 0.198, "the same, and 0.45 pJ")
      images = 1
      other("DRAM", 3.9 / 8, "3.9 pJ/bit, HBM2")
      other("DRAM", 20.3 / 8, "20 pJ/bit, Horowitz")
      kinds = split("multipliers|crossbar|partial sums|weights|activations|DRAM", kind, "|")
      for (k = 1; k <= kinds; ++k) {
        for (factor = 0.25; factor <= 4; factor *= 16) {
          rescale(kind[k], factor)
          row(kind[k] " x " factor)
        }
        rescale(kind[k], 1)
      }
      rescale("crossbar", 0.25)
      rescale("DRAM", 0.25)
      row("crossbar and DRAM x 0.25")
      rescale("multipliers", 4)
      row("the same and multipliers x 4")
      rescale("crossbar", 1)
      rescale("DRAM", 1)
      # Bisection: the mean rises with the factor.
      low = 1
      high = 100
      for (i = 0; i < 50; ++i) {
        rescale("multipliers", (low + high) / 2)
        if (mean_gain("dcnn-opt", "energy") < opt) low = (low + high) / 2
        else high = (low + high) / 2
      }
      row(sprintf("multipliers x %.1f, where DCNN-opt is as published", low))
      printf "\nThat last factor brings all four figures near the published ones, but is out of the question: %.1f pJ for 16 bits in 16 nm, where 0.11 to 0.13 (Horowitz),\n", 0.198 * low
      print "0.20 (Eyeriss), 0.21 (EIE) and 0.45 (Aladdin) are published, and more than Horowitz has in 45 nm without any scaling (0.9). The 0.008 mm2 of a"
      printf "PE'"'"'s 16 multipliers would turn %.1f W into heat on a mm2, and the weight FIFO would be left with %.1f%% of the energy on chip.\n",
             16 * 0.198 * low / 1000 / 0.008, 100 * component_share("weight_fifo")
    }
  ' -v opt="$(published energy_vs_DCNN DCNN_opt_mean)" -v scnn="$(published energy_vs_DCNN SCNN_mean)" \
    -v least="$(published energy_vs_DCNN SCNN_layer_min)" -v most="$(published energy_vs_DCNN SCNN_layer_max)"
  cat <<'PAGE'

Crossbar and DRAM together could explain SCNN's three figures, but not DCNN-opt's, which has no crossbar: on chip it saves multiplications
alone.

## One constant calibrated

Of the published multiplications only Aladdin's, 0.45 pJ, lets DCNN-opt save nearly as much on chip as the paper says. With it, the energy of a bit
across DRAM is calibrated here, once, so that SCNN takes the published 2.3 times less energy than DCNN. All else is predicted:

PAGE
  comparison_table relative '\(calibrated\)$' < "$comparison"
  # shellcheck disable=SC2016  # Markdown
  from_table '
    END {
      picojoules = calibrate(scnn)
      printf "\nThe bit then takes **%.1f pJ**. LPDDR4 takes 7 to 13.5 and HBM2 3.9; half of HBM2 is what authors of SCNN expect, in the same year, of the DRAM\n", picojoules
      print "that they propose (O'"'"'Connor et al., *Fine-Grained DRAM*, MICRO 2017). Four images for each reading of weights, for which"
      images = 4
      rescale("DRAM", 1)
      printf "[scnn-bandwidth](../scnn-bandwidth/README.md) speaks too, come to about the same (%.2f and %.2f) at the 8 pJ of LPDDR4. The paper says neither.\n",
             mean_gain("dcnn-opt", "energy"), mean_gain("scnn", "energy")
      print "What the same two values do to the density sweep, the sparse variants and the layers that do not fit is on the pages"
      print "[scnn-density](../scnn-density/README.md), [scnn-sparse-aw](../scnn-sparse-aw/README.md) and [scnn-tiling](../scnn-tiling/README.md). Any run takes them:"
      printf "`--set energy.components.multipliers.multiply.energy_pj=0.4501 --set energy.components.multipliers.gated.energy_pj=0.0135 --set energy.technology.dram.energy_pj=%.1f`.\n", picojoules
      print "\nThe table of the simulator is not calibrated so: its multiplication is one that was published for 16 bits, its DRAM one that can be bought."
    }
  ' -v scnn="$(published energy_vs_DCNN SCNN_mean)"
  cat <<'PAGE'

## Where SCNN's energy goes

PAGE
  by_component
  printf '\n## By layer\n\nAfter the energies, how many times less than DCNN.\n\n### AlexNet\n\n'
  by_layer alexnet
  printf '\n### GoogLeNet\n\n'
  by_layer googlenet
  printf '\n### VGG-16\n\n'
  by_layer vgg16
} > "$page/README.md"
