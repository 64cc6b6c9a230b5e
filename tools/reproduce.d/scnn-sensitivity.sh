#!/bin/sh
# How far each open choice of the machine, and of its operands, moves what is published of SCNN.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-sensitivity
densities="0.1 0.7 1.0"

# What is varied: a name, a text, and the keys of the run file with their values.
variants() {
  cat <<'VARIANTS'
default|as it is|
group-16|16 output channels in a group at most, not 8|accelerator.output_channels_per_group=16
group-64|64 output channels|accelerator.output_channels_per_group=64
writes-1|one product into a bank in a cycle, not any number|accelerator.pe.crossbar.bank_writes=1
fifo-100|weight FIFO of 100 entries, segments of 50, not 50 and 25|accelerator.pe.weight_fifo.entries=100
fifo-4096|weight FIFO of 4096 entries, whole streams as segments|accelerator.pe.weight_fifo.entries=4096
broadcast-2|2 entries broadcast in a cycle, not 5|accelerator.broadcast.entries_per_cycle=2
latency-0|pipeline latency 0, not 4|accelerator.pe.pipeline_latency=0
drain-1|1 output and 1 halo value in a cycle, not 4|accelerator.ppu.values_per_cycle=1 accelerator.halo.values_per_cycle=1
sets-1|one set of accumulators, not two|accelerator.pe.accumulators.sets=1
queue-2|2 products wait for a bank at most, not 8|accelerator.pe.crossbar.bank_queue=2
tiling|IARAM and OARAM of 65536 elements, not 4096: no temporal tiling|accelerator.pe.iaram.elements=65536 accelerator.pe.oaram.elements=65536
both|64 output channels and a FIFO of 4096 entries|accelerator.output_channels_per_group=64 accelerator.pe.weight_fifo.entries=4096
seed-2|other random values|weights.synthetic.seed=2 activations.synthetic.seed=2
correlation-2|zeros of activations correlated over 2 pixels|activations.synthetic.correlation_length=2
spread-1|density that differs between channels (spread 1)|activations.synthetic.channel_spread=1
VARIANTS
}

start_table "$out"
variants > "$out/variants"
while IFS='|' read -r name _ keys; do
  set --
  for key in $keys; do set -- "$@" --set "$key"; done
  for network in alexnet googlenet vgg16; do evaluate "$name $network" "$network" "$@"; done
  for density in $densities; do evaluate_density "$name $density" "$density" "$@"; done
done < "$out/variants"
# Lanes of more than one product need the slow datapath.
for network in alexnet googlenet; do
  evaluate "lanes $network" $network --set accelerator.pe.crossbar.lane_queue=4
done

# The published figures, for any variant. Energy is with DRAM.
# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  BEGIN {
    networks = split("alexnet googlenet vgg16", network, " ")
    figures = split("AlexNet|GoogLeNet|VGG-16|dense speed|speed at 0.1|density of equal speed|SCNN energy|DCNN-opt energy|dense energy|energy at 0.1|equal energy DCNN|equal energy DCNN-opt|IARAM share|weight FIFO share", figure, "|")
    split(published, paper, " ")
    while ((getline line < variants) > 0) {
      split(line, field, "|")
      variant[++variant_count] = field[1]
      text[field[1]] = field[2]
    }
  }
  function component_share(v, component,   n, part, whole) {
    for (n = 1; n <= networks; ++n) {
      part += at(v " " network[n], "scnn", ALL, "energy_" component "_pj")
      whole += cost(v " " network[n], "scnn", ALL, "chip")
    }
    return part / whole
  }
  function mean(v, machine,   n, sum) {
    for (n = 1; n <= networks; ++n) sum += gain(v " " network[n], machine, ALL, "energy")
    return sum / networks
  }
  function value(v, f) {
    if (f <= 3) return gain(v " " network[f], "scnn", ALL, "cycles")
    if (f == 4) return gain(v " 1.0", "scnn", ALL, "cycles")
    if (f == 5) return gain(v " 0.1", "scnn", ALL, "cycles")
    if (f == 6) return crossover(v, densities, "dcnn", "cycles")
    if (f == 7) return mean(v, "scnn")
    if (f == 8) return mean(v, "dcnn-opt")
    if (f == 9) return 1 / gain(v " 1.0", "scnn", ALL, "energy")
    if (f == 10) return 1 / gain(v " 0.1", "scnn", ALL, "energy")
    if (f == 11) return crossover(v, densities, "dcnn", "energy")
    if (f == 12) return crossover(v, densities, "dcnn-opt", "energy")
    if (f == 13) return component_share(v, "iaram")
    return component_share(v, "weight_fifo")
  }
  # Columns FIRST to LAST for every variant, what is published first.
  function columns_of(first, last,   f, i) {
    printf "| |"
    for (f = first; f <= last; ++f) printf " %s |", figure[f]
    printf "\n| --- |"
    for (f = first; f <= last; ++f) printf " ---: |"
    printf "\n| **published** |"
    for (f = first; f <= last; ++f) printf " %s%s |", figure[f] == "IARAM share" ? "<= " : "", paper[f]
    print ""
    for (i = 1; i <= variant_count; ++i) {
      printf "| %s |", text[variant[i]]
      for (f = first; f <= last; ++f) printf f < 13 ? " %.2f |" : " %.3f |", value(variant[i], f)
      print ""
    }
  }
'
# evaluate_figures PROGRAM
evaluate_figures() {
  from_table "$figures $1" -v densities="$densities" -v variants="$out/variants" -v published="$numbers"
}
numbers=$(for number in speedup:AlexNet speedup:GoogLeNet speedup:VGGNet sweep:dense_perf_fraction sweep:speedup_at_0.1 \
  sweep:perf_crossover_density energy_vs_DCNN:SCNN_mean energy_vs_DCNN:DCNN_opt_mean sweep:dense_energy_ratio \
  sweep:energy_at_0.1 sweep:energy_crossover_DCNN sweep:energy_crossover_DCNN_opt energy_share:IARAM_max \
  energy_share:weight_FIFO; do published "${number%%:*}" "${number##*:}"; done | paste -s -d ' ' -)

comparison=$page/published_vs_reproduced.csv
evaluate_figures '
  END {
    print "item,published,reproduced"
    for (f = 1; f <= figures; ++f) printf f < 13 ? "%s,%s,%.2f\n" : "%s,%s,%.3f\n", figure[f], paper[f], value("default", f)
  }
' > "$comparison"

evaluate_figures '
  END {
    for (i = 2; i <= variant_count; ++i) {
      printf "\"%s\"", variant[i]
      for (f = 1; f <= 5; ++f) printf " %.4f", 100 * (value(variant[i], f) / value("default", f) - 1)
      print ""
    }
  }
' > "$out/shifts"
plot "$page/scnn-sensitivity.svg" <<PLOT
set terminal svg size 960,480 fixed font 'DejaVu Sans,12' background '#ffffff'
set title "Change of the speed-up over DCNN by each choice"
set ylabel "%"
set grid ytics
set xtics nomirror rotate by -45
set key top left horizontal
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8
plot "$out/shifts" using 2:xtic(1) lc rgb "#4c72b0" title "AlexNet", "" using 3 lc rgb "#dd8452" title "GoogLeNet", \
     "" using 4 lc rgb "#55a868" title "VGG-16", "" using 5 lc rgb "#bbbbbb" title "density 1", \
     "" using 6 lc rgb "#c44e52" title "density 0.1"
PLOT

{
  cat <<'PAGE'
# How far open choices move the published figures

What Parashar et al., *SCNN*, ISCA 2017, leave open of the machine had to be chosen. Here each choice is varied, one at a time, and so
are the random operands: what happens to each published figure?

Command: `tools/reproduce scnn-sensitivity`, the longest of SCNN's pages; no trained weights are needed. A figure is defined as on the page that
it is from: [scnn-speedup](../scnn-speedup/README.md), [scnn-energy](../scnn-energy/README.md) and
[scnn-density](../scnn-density/README.md). Densities of equal speed or energy are interpolated here from three points (0.1, 0.7 and 1), there
from ten. DCNN does not change with the choices, except that its weight buffer is as large as SCNN's weight FIFO.

## Speed

Speed-ups of three networks over DCNN, and the density sweep on GoogLeNet.

PAGE
  evaluate_figures 'END { columns_of(1, 6) }'
  cat <<'PAGE'

![Change of the speed-ups](scnn-sensitivity.svg)

## Energy

How many times less energy SCNN and DCNN-opt take than DCNN, means of the three networks; the density sweep; and shares of SCNN's energy on
chip. All with `configs/energy/scnn-16nm.yaml`, derived anew where a choice changes a memory's size.

PAGE
  evaluate_figures 'END { columns_of(7, 14) }'
  printf '\n## Which choice would bring a figure to what is published\n\n'
  printf '| | published | ours | least | with | most | with |\n| --- | ---: | ---: | ---: | --- | ---: | --- |\n'
  evaluate_figures '
    END {
      for (f = 1; f <= figures; ++f) {
        least = most = value("default", f)
        lowest = highest = text["default"]
        for (i = 2; i <= variant_count; ++i) {
          it = value(variant[i], f)
          if (it < least) { least = it; lowest = text[variant[i]] }
          if (it > most) { most = it; highest = text[variant[i]] }
        }
        format = f < 13 ? "%.2f" : "%.3f"
        printf "| %s | %s | " format " | " format " | %s | " format " | %s |\n", figure[f], paper[f], value("default", f), least, lowest, most, highest
      }
    }
  '
  evaluate_figures '
    END {
      run = "default alexnet"
      dcnn = at(run, "dcnn", ALL, "cycles")
      rest = at(run, "scnn", ALL, "cycles") - at(run, "scnn", "conv1", "cycles")
      print "\n## What is not a parameter\n"
      printf "- **Stride phases.** One layer has a stride, conv1 of AlexNet (%.0f%% of its cycles). AlexNet without it is %.2f times as fast as\n",
             100 * at(run, "scnn", "conv1", "cycles") / at(run, "scnn", ALL, "cycles"), (dcnn - at(run, "dcnn", "conv1", "cycles")) / rest
      printf "  DCNN; with conv1 as fast as its oracle the whole would be %.2f times.\n", dcnn / (rest + at(run, "scnn-oracle", "conv1", "cycles"))
      print "- **Queue of a lane** (`lane_queue`): lanes of more than one product need the slow datapath, for which VGG-16 is too long. With four products"
      printf "  AlexNet is %.2f and GoogLeNet %.2f times as fast as DCNN. Conflicts are rare (%.1f%% and %.1f%% of the PE-cycles), but others wait for a PE that has them.\n",
             gain("lanes alexnet", "scnn", ALL, "cycles"), gain("lanes googlenet", "scnn", ALL, "cycles"), share("default alexnet", ALL, "conflict"),
             share("default googlenet", ALL, "conflict")
      print "- **Segments of half the FIFO** vary with its size alone; with 4096 entries every stream is one segment."
      printf "- **Reading ahead**: DRAM and broadcast run ahead over group boundaries. Waits for want of bandwidth are %.1f%%, %.1f%% and %.1f%% of the PE-cycles.\n",
             share("default alexnet", ALL, "supply"), share("default googlenet", ALL, "supply"), share("default vgg16", ALL, "supply")
      print "- **How a plane is cut into passes**: without passes at all, see the row without temporal tiling. AlexNet and GoogLeNet have none."
      print "- **Input read again for each group** where no cut makes it fit: no layer here."
    }
  '
} > "$page/README.md"
