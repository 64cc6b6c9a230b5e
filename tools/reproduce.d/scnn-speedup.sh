#!/bin/sh
# SCNN's speed-up over the dense DCNN on AlexNet, GoogLeNet and VGG-16, by layer, with utilisation.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/scnn.sh
page=$1
out=out/scnn-speedup

start_table "$out"
for network in alexnet googlenet vgg16; do evaluate "$network" "$network"; done

# Densities that others give, and temporal tiling out of the way.
evaluate alexnet-sparseloop alexnet \
  --set 'pruning.density={conv1: 0.710166, conv2: 0.385306, conv3: 0.346133, conv4: 0.372449, conv5: 0.368811}' \
  --set 'activations.synthetic.density={conv1: 0.999, conv2: 0.6, conv3: 0.275, conv4: 0.207, conv5: 0.23}'
evaluate googlenet-default googlenet \
  --set 'pruning.density={file: configs/densities/googlenet-scnn-weights.csv, default: 0.384}' \
  --set 'activations.synthetic.density={file: configs/densities/googlenet-scnn-activations.csv, default: 0.5}'
evaluate vgg16-han vgg16 --set pruning.density.file=configs/densities/vgg16-han-weights.csv \
  --set activations.synthetic.density.file=configs/densities/vgg16-han-activations.csv
evaluate vgg16-large vgg16 --set accelerator.pe.iaram.elements=65536 --set accelerator.pe.oaram.elements=65536

comparison=$page/published_vs_reproduced.csv
from_table '
  function row(item, published, ours) { printf "%s,%s,%.2f\n", item, published, ours }
  END {
    print "item,published,reproduced"
    row("AlexNet", alexnet, gain("alexnet", "scnn", ALL, "cycles"))
    row("GoogLeNet", googlenet, gain("googlenet", "scnn", ALL, "cycles"))
    row("VGG-16", vgg16, gain("vgg16", "scnn", ALL, "cycles"))
    row("mean of the three", mean,
        (gain("alexnet", "scnn", ALL, "cycles") + gain("googlenet", "scnn", ALL, "cycles") + gain("vgg16", "scnn", ALL, "cycles")) / 3)
    late = utilisation("googlenet", "inception_5a")
    other = utilisation("googlenet", "inception_5b")
    row("utilisation of GoogLeNet 5a and 5b (below)", late_googlenet, late > other ? late : other)
  }
' -v alexnet="$(published speedup AlexNet)" -v googlenet="$(published speedup GoogLeNet)" \
  -v vgg16="$(published speedup VGGNet)" -v mean="$(published speedup mean)" \
  -v late_googlenet="$(published util late_googlenet_max)" > "$comparison"

# by_layer RUN: a row for each layer or inception module.
by_layer() {
  from_table '
    function row(name, unit) {
      printf "| %s | %.0f | %.0f | %.2f | %.2f | %.0f%% | %.0f%% | %.0f%% | %.0f%% | %.0f%% | %.0f%% |\n", name,
             at(run, "dcnn", unit, "cycles") / 1e3, at(run, "scnn", unit, "cycles") / 1e3, gain(run, "scnn", unit, "cycles"),
             gain(run, "scnn-oracle", unit, "cycles"), 100 * utilisation(run, unit),
             100 * at(run, "scnn", unit, "products") / at(run, "scnn", unit, "multiplier_slots"), share(run, unit, "issue"),
             share(run, unit, "fifo") + share(run, unit, "supply"), share(run, unit, "flush") + share(run, unit, "barrier"),
             share(run, unit, "conflict") + share(run, unit, "drain")
    }
    END {
      print "| | DCNN [k cycles] | SCNN [k cycles] | speed-up | oracle | utilisation | lanes filled | issue | weights | barrier | rest |"
      print "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
      for (i = 1; i <= unit_count[run]; ++i) row(unit_name(run, i), unit_name(run, i))
      row("**all**", ALL)
    }
  ' -v run="$1"
}

# Names as in the run files; a blank row parts the networks.
from_table '
  END {
    networks = split("alexnet googlenet vgg16", network, " ")
    for (n = 1; n <= networks; ++n) {
      for (i = 1; i <= unit_count[network[n]]; ++i) {
        unit = unit_name(network[n], i)
        print figure_label(unit), gain(network[n], "scnn", unit, "cycles"), gain(network[n], "scnn-oracle", unit, "cycles"),
              100 * utilisation(network[n], unit)
      }
      print "all", gain(network[n], "scnn", ALL, "cycles"), gain(network[n], "scnn-oracle", ALL, "cycles"),
            100 * utilisation(network[n], ALL)
      if (n < networks) print "\"\" NaN NaN NaN"
    }
  }
' > "$out/bars"
plot "$page/scnn-speedup.svg" <<PLOT
set terminal svg size 960,480 fixed font 'DejaVu Sans,12' background '#ffffff'
set title "Speed-up over DCNN: AlexNet, GoogLeNet's inception modules, VGG-16"
set ylabel "speed-up"
set y2label "utilisation of the multipliers [%]"
set yrange [0:16]
set y2range [0:100]
set y2tics
set ytics nomirror
set grid ytics
set xtics nomirror rotate by -60 font ",10"
set key top left horizontal
set style fill solid 0.8 border
set boxwidth 0.4
plot "$out/bars" using (\$0 - 0.2):2:xtic(1) with boxes lc rgb "#4c72b0" title "SCNN", \
     "" using (\$0 + 0.2):3 with boxes lc rgb "#bbbbbb" title "oracle", \
     "" using 0:4 axes x1y2 with points pt 7 lc rgb "#c44e52" title "utilisation", \
     1 with lines lc rgb "#000000" notitle
PLOT

# others RUN TEXT: a row with other assumptions beside those of the page.
others() {
  from_table 'END { printf "| %s | %.2f | %.2f | %.2f |\n", text, gain(base, "scnn", ALL, "cycles"), gain(run, "scnn", ALL, "cycles"),
                           gain(run, "scnn-oracle", ALL, "cycles") }' -v run="$1" -v base="${1%-*}" -v text="$2"
}

{
  cat <<'PAGE'
# SCNN's speed-up over DCNN

Figures 8 and 9 of Parashar et al., *SCNN: An Accelerator for Compressed-sparse Convolutional Neural Networks*, ISCA 2017: how
many times as fast SCNN is as DCNN, a dense accelerator with as many multipliers, and what share of its multipliers work.

Command: `tools/reproduce scnn-speedup`; no trained weights are needed. Networks and densities are those of
`configs/alexnet.yaml`, `configs/googlenet-scnn.yaml` and `configs/vgg16-scnn.yaml`; any one of them, in one command:
`scnn-sim run configs/vgg16-scnn.yaml --set 'machines=[scnn, dcnn, scnn-oracle]' --timing-only`.

- The machine is the published SCNN with its defaults, DCNN one of the same 64 PEs. The speed-up of a network is the quotient of its
  cycles, summed over the convolutions that the paper evaluates: five of AlexNet, thirteen of VGG-16, the 54 of GoogLeNet's
  inception modules.
- Weights and activations are synthetic: independent random zeros at the published densities. VGG-16's and those of GoogLeNet's 3a
  and 5b were read off the paper's figure 1 by others. **GoogLeNet's other modules are assumed**: nothing is published, and
  they are interpolated between the two. AlexNet's are Han et al.'s (NIPS 2015).
- *Oracle* is SCNN without any loss: every multiplier forms a product in every cycle.

## Published and ours

PAGE
  comparison_table relative '^[^(]*$' < "$comparison"
  echo
  awk -F, '/below/ {
    printf "Of single layers the paper prints no numbers. In GoogLeNet'"'"'s last modules it finds fewer than %.0f%% of the multipliers at work;\n", 100 * $2
    printf "ours are %.0f%% at most.\n", 100 * $3
  }' "$comparison"
  cat <<'PAGE'

![Speed-up and utilisation by layer](scnn-speedup.svg)

## By layer

*Lanes filled*: products per multiplier in the cycles with an issue; *utilisation*: in all cycles. The rest is SCNN's PE-cycles:
*issue*; *weights*, waiting for them, nearly always because the FIFO of a slower PE is full; *barrier*, waiting for the other PEs at the
end of a group of output channels; conflicts and drain.

### AlexNet

PAGE
  by_layer alexnet
  printf '\n### GoogLeNet\n\n'
  by_layer googlenet
  printf '\n### VGG-16\n\n'
  by_layer vgg16
  cat <<'PAGE'

## What the assumptions do

| | as above | so | its oracle |
| --- | ---: | ---: | ---: |
PAGE
  others alexnet-sparseloop "AlexNet with the densities of Sparseloop's artefact"
  others googlenet-default "GoogLeNet, modules without published densities at 38.4% of the weights (Mao et al.) and 50% of the inputs"
  others vgg16-han "VGG-16 with the densities of Han et al."
  others vgg16-large "VGG-16 without temporal tiling, all activations on the chip"
  cat <<'PAGE'

What the open choices of the machine do to these numbers is in [scnn-sensitivity](../scnn-sensitivity/README.md).
PAGE
} > "$page/README.md"
