#!/bin/sh
# Time of EIE for nine fully connected layers, and what its differences from the published times come from.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/eie.sh
page=$1
out=out/eie-latency

# densities KIND FACTORS: a mapping of the nine layers to their densities, each times its factor, a line `layer factor`.
densities() {
  awk -v factors="$2" '
    BEGIN {
      while ((getline line < factors) > 0) {
        split(line, field, " ")
        factor[field[1]] = field[2]
      }
      FS = ","
    }
    /^#/ || $1 == "layer" { next }
    {
      density = $2 * ($1 in factor ? factor[$1] : 1)
      printf "%s%s: %.6f", separator, $1, (density > 1 ? 1 : density)
      separator = ", "
    }
  ' "configs/densities/eie-$1.csv"
}

# factors RUN FACTORS: by what a density must be multiplied for as many entries as published, if the entries of RUN came of
# FACTORS.
factors() {
  from_table '
    BEGIN {
      while ((getline line < last) > 0) {
        split(line, field, " ")
        factor[field[1]] = field[2]
      }
    }
    END {
      for (i = 1; i <= layers; ++i) {
        had = layer[i] in factor ? factor[layer[i]] : 1
        printf "%s %.6f\n", layer[i], had * printed["time", layer[i], "theoretical"] / theoretical(name_of, layer[i], 64)
      }
    }
  ' -v name_of="$1" -v last="$2"
}

start_table "$out"
: > "$out/none"
evaluate default
evaluate seed --set weights.synthetic.seed=2 --set activations.synthetic.seed=2
evaluate index --set accelerator.eie.index_bits=8
evaluate queue --set accelerator.eie.queue=256
evaluate batch --set accelerator.eie.activations_per_pe=1024
# More entries: of more inputs, and of more weights of the same inputs (placeholders take a second step).
factors default "$out/none" > "$out/inputs"
evaluate inputs --set "activations.synthetic.density={$(densities activations "$out/inputs")}"
evaluate weights-1 --set "pruning.density={$(densities weights "$out/inputs")}"
factors weights-1 "$out/inputs" > "$out/weights"
evaluate weights --set "pruning.density={$(densities weights "$out/weights")}"

# small NAME ARGUMENTS...: a fully connected layer for which trained weights are at hand, pruned to a quarter, with inputs of four
# images; cycles over those of its entries, were they spread evenly over 8 PEs of 16 outputs each.
small() {
  small_name=$1
  shift
  "$SCNN_SIM" run configs/shapes-vgg.yaml --layers fc1 --set machine=eie --set accelerator.eie.pes=8 \
    --set pruning.granularity=fine --set pruning.density=0.25 --set activations.inputs=recorded "$@" \
    --timing-only --quiet --overwrite --output "$out/$small_name"
  awk -F, '
    NR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i }
    NR == 2 { printf "%.2f", $column["cycles"] * 8 / $column["entries"] }
  ' "$out/$small_name/layers.csv"
}
trained=$(small trained)
independent=$(small independent --set 'weights={synthetic: {seed: 1}}')

comparison=$page/published_vs_reproduced.csv
from_table '
  END {
    print "item,published,reproduced"
    for (i = 1; i <= layers; ++i) {
      printf "%s theoretical [us],%s,%.2f\n", layer[i], printed["time", layer[i], "theoretical"], theoretical("default", layer[i], 64)
    }
    for (i = 1; i <= layers; ++i) {
      printf "%s actual [us],%s,%.2f\n", layer[i], printed["time", layer[i], "actual"], at("default", layer[i], "microseconds")
    }
    for (i = 1; i <= 3; ++i) alexnet += at("default", layer[i], "microseconds")
    printf "AlexNet [frames/s],%s,%.0f\n", printed["abstract", "AlexNet", "frames/s"], 1e6 / alexnet
  }
' > "$comparison"

from_table '
  END {
    for (i = 1; i <= layers; ++i) {
      print layer[i], printed["time", layer[i], "theoretical"], theoretical("default", layer[i], 64), printed["time", layer[i], "actual"],
            at("default", layer[i], "microseconds")
    }
  }
' > "$out/bars"
plot "$page/eie-latency.svg" <<PLOT
set title "Time of a layer on EIE"
set ylabel "microseconds"
set yrange [0:*]
set grid ytics
set xtics nomirror
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border
plot "$out/bars" using 2:xtic(1) lc rgb "#aec7e8" title "theoretical, published", "" using 3 lc rgb "#ffbb78" title "ours", \
     "" using 4 lc rgb "#4c72b0" title "actual, published", "" using 5 lc rgb "#dd8452" title "ours"
PLOT

{
  cat <<'PAGE'
# Time of a layer on EIE

Table 4 of Han et al., *EIE: Efficient Inference Engine on Compressed Deep Neural Network*, ISCA 2016: how long EIE of 64 PEs takes for
nine fully connected layers, of AlexNet, VGG-16 and NeuralTalk; in theory, if all PEs had as much to do, and actually.

Command: `tools/reproduce eie-latency`; no trained weights are needed. All layers in one command:
`scnn-sim run configs/eie.yaml --timing-only`.

- The machine is the published EIE with its defaults. *Theoretical* is the number of entries, with the placeholders that the 4-bit
  indices need, over 64 PEs and 800 MHz; *actual* are the simulated cycles.
- Weights and inputs are synthetic: independent random zeros at the published densities, which are printed as whole percents of the
  weights and tenths of the inputs.
- Target: actual times within 15%.

## Published and ours

PAGE
  comparison_table relative 'theoretical' < "$comparison"
  echo
  comparison_table relative 'actual' < "$comparison"
  cat <<'PAGE'

![Times by layer](eie-latency.svg)

Frames per second of AlexNet's three layers, from the paper's abstract:

PAGE
  comparison_table relative 'AlexNet' < "$comparison"
  cat <<'PAGE'

## Where the differences come from

*Work* is the theoretical time, *balance* the actual over the theoretical time: what PEs wait for each other, and single cycles for
empty columns. The two multiply to the deviation.

| | work, published | ours | deviation | balance, published | ours | deviation |
| --- | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table '
    END {
      for (i = 1; i <= layers; ++i) {
        l = layer[i]
        t = printed["time", l, "theoretical"]
        a = printed["time", l, "actual"]
        own = theoretical("default", l, 64)
        ratio = at("default", l, "microseconds") / own
        printf "| %s | %s | %.1f | %+.1f%% | %.2f | %.2f | %+.1f%% |\n", l, t, own, 100 * (own / t - 1), a / t, ratio,
               100 * (ratio / (a / t) - 1)
      }
    }
  '
  cat <<'PAGE'

Deviation of the actual time from the published one, if something were different:

PAGE
  from_table '
    BEGIN {
      count = split("default|seed|index|queue|batch|inputs|weights", variant, "|")
      split("as it is|other random values|index of 8 bits: no placeholders|queues of 256 activations|batches of 65536 inputs: one for each layer|as many entries as published, of more inputs|as many entries as published, of more weights of the same inputs", text, "|")
    }
    END {
      printf "| |"
      for (i = 1; i <= layers; ++i) printf " %s |", layer[i]
      printf "\n| --- |"
      for (i = 1; i <= layers; ++i) printf " ---: |"
      print ""
      for (v = 1; v <= count; ++v) {
        printf "| %s |", text[v]
        for (i = 1; i <= layers; ++i) {
          printf " %+.1f%% |", 100 * (at(variant[v], layer[i], "microseconds") / printed["time", layer[i], "actual"] - 1)
        }
        print ""
      }
      printf "\nWhat the last two rows take:\n\n| | density of inputs | needed | density of weights | needed | products of all [%%], published | independent zeros | as many entries as published |\n"
      print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
      for (i = 1; i <= layers; ++i) {
        l = layer[i]
        printf "| %s | %.3f | %.3f | %.3f | %.3f | %s | %.2f | %.2f |\n", l, at("default", l, "activation_density"),
               at("inputs", l, "activation_density"), at("default", l, "weight_density"), at("weights", l, "weight_density"),
               printed["flop", l, "percent"], 100 * at("default", l, "accumulator_updates") / at("default", l, "dense_macs"),
               100 * at("weights", l, "accumulator_updates") / at("default", l, "dense_macs")
      }
    }
  '
  # shellcheck disable=SC2016  # Markdown
  from_table '
    function deviation(run, l) { return 100 * (at(run, l, "microseconds") / printed["time", l, "actual"] - 1) }
    END {
      print "\nTwo layers miss the target, both with too little work already in theory:\n"
      printf "- **Alex-8**: nearly all of its %.0f%% is work. Weights and inputs that are not zero meet more often in the trained layer than independent\n", deviation("default", "Alex-8")
      printf "  zeros do: the paper itself prints %s%% of the products, where independent zeros at its densities leave %.1f%%; and the random inputs\n", printed["flop", "Alex-8", "percent"], 25 * 0.375
      printf "  here are sparser than on average. With as many entries as published the time is within %.0f%%.\n", (deviation("weights", "Alex-8") < 0 ? -deviation("weights", "Alex-8") : deviation("weights", "Alex-8"))
      printf "- **VGG-6**: of %.0f%%, work is %.0f%% and balance the rest. With as many entries as published %.0f%% to %.0f%% are left. Neither other\n", deviation("default", "VGG-6"),
             100 * (theoretical("default", "VGG-6", 64) / printed["time", "VGG-6", "theoretical"] - 1), deviation("inputs", "VGG-6"), deviation("weights", "VGG-6")
      print "  random values nor batches nor deeper queues account for that; in the published run PEs wait more for each other. Outputs of a trained layer"
      print "  keep different shares of their weights, which independent zeros do not: if these varied by a third of their mean, the fullest of 64 PEs of 64"
      print "  outputs would have about a tenth more than the average. No trained weights of it are at hand, but of a small layer, fc1 of"
      printf "  `workloads/shapes-vgg.yaml`: pruned to a quarter, on 8 PEs, it takes %s times its theoretical time, independent zeros of the same\n", trained
      printf "  density with the same inputs %s times. VGG-6 is also\n", independent
      printf "  too large for the machine as published: its %d pointers of 16 bits take %.0f KB of a PE, whose SRAM has 32 KB. How its authors\n  ran it they do not say; here it runs as if it fitted.\n", at("default", "VGG-6", "dense_macs") / 4096 + 1,
             2 * (at("default", "VGG-6", "dense_macs") / 4096 + 1) / 1024
      print "\nWithout placeholders, or with them counted as no work, theoretical times would be far too short where weights are sparse: the published"
      print "ones have them. Deeper queues, other random values and batches move times by little."
    }
  ' -v trained="$trained" -v independent="$independent"
  cat <<'PAGE'

## Beside other machines

As published; none of it is simulated here. Microseconds for one input, of dense and of compressed (sparse) weights: CPU Core i7-5930K,
GPU Titan X, mobile GPU Tegra K1.

| | CPU dense | sparse | GPU dense | sparse | mobile GPU dense | sparse | EIE, published | EIE, ours | faster than CPU dense, published | ours |
| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table '
    END {
      count = split("cpu_dense cpu_sparse gpu_dense gpu_sparse mgpu_dense mgpu_sparse actual", quantity, " ")
      for (i = 1; i <= layers; ++i) {
        printf "| %s |", layer[i]
        for (q = 1; q <= count; ++q) printf " %s |", printed["time", layer[i], quantity[q]]
        ours = at("default", layer[i], "microseconds")
        cpu[i] = printed["time", layer[i], "cpu_dense"] / ours
        gpu[i] = printed["time", layer[i], "gpu_dense"] / ours
        printf " %.1f | %s | %.0f |\n", ours, printed["ratio", layer[i], "speed"], cpu[i]
      }
      printf "\nGeometric means: %sx the speed of the CPU and %sx that of the GPU are published; the CPU and GPU times over ours give %.0fx and %.0fx.\n",
             printed["abstract", "cpu", "speed"], printed["abstract", "gpu", "speed"], geometric_mean(cpu, layers), geometric_mean(gpu, layers)
    }
  '
} > "$page/README.md"
