#!/bin/sh
# What pruning by weights, rows, kernels and filters costs on five networks: cycles, references, energy, storage.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/runs.sh
page=$1
references=results/published/mao-references.csv
storage=results/published/mao-storage.csv
out=out/granularity

# How much kernels outweigh each other; results/references/ has the reasons.
sigma_of() {
  case $1 in
    alexnet) echo 0.5 ;;
    vgg16) echo 1.5 ;;
    *) echo 1.0 ;;
  esac
}

# convolve NAME NETWORK GRANULARITY DENSITY: the network's convolutions, all of the density (in percent).
convolve() {
  simulate "$1" "configs/$2.yaml" --layers "$(convolutions "$2")" \
    --set "pruning={granularity: $3, density: $(awk "BEGIN { print $4 / 100 }")}" \
    --set "weights.synthetic.kernel_scale_sigma=$(sigma_of "$2")" --set accelerator.pe.bypass.registers_per_bank=1
}

# file_name NETWORK: VGG-16 is vgg16.
file_name() {
  echo "$1" | tr -d - | tr '[:upper:]' '[:lower:]'
}

start_runs "$out"
awk -F, '$1 == "acc_same_density" && $3 == "fine" { print $2, $4 }' "$references" |
  while read -r network density; do
    for granularity in fine vector kernel filter; do
      convolve "density $network $granularity $density" "$(file_name "$network")" $granularity "$density"
    done
  done
awk -F, '$1 == "storage_same_acc" { sub(/@/, " ", $2); print $2, $3, $4 }' "$storage" |
  while read -r network accuracy granularity density; do
    convolve "accuracy $network $granularity $density $accuracy" "$(file_name "$network")" "$granularity" "$density"
  done

# Storage at equal accuracy is what is published of these figures.
comparison=$page/published_vs_reproduced.csv
awk -F, '
  FNR == NR {
    if (split($1, word, " ") == 5) ours[word[2] "@" word[5] "," word[3]] = 100 * $9 / $10
    next
  }
  !begun++ { print "item,published,reproduced" }
  $1 == "storage_same_acc" {
    network = $2
    sub(/@/, " at ", network)
    printf "%s%% %s storage [%%],%s,%.2f\n", network, $3, $6, ours[$2 "," $3]
  }
' "$out/runs.csv" "$storage" > "$comparison"

# costs density|accuracy: one row per network and granularity; accuracies as published.
costs() {
  awk -F, -v table="$1" '
    function top5(network, granularity) { return (network, granularity) in paper ? paper[network, granularity] : "" }
    FNR == NR {
      if ($1 == "acc_same_density") paper[$2, $3] = $6
      next
    }
    FNR == 1 {
      print "| network | pruning | density | top-5 | k cycles | row refs [M] | accum. refs [M] | of products | on-chip [uJ] | DRAM [uJ] | storage |"
      print "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
    }
    { split($1, word, " ") }
    word[1] != table { next }
    {
      printf "| %s | %s | %s%% | %s | %.0f | %.0f | %.0f | %.1f%% | %.0f | %.0f | %.1f%% |\n",
             word[2] == last ? "" : word[2], word[3], word[4], table == "density" ? top5(word[2], word[3]) : word[5],
             $2 / 1e3, $5 / 1e6, $4 / 1e6, 100 * $4 / $3, $7 / 1e6, $8 / 1e6, 100 * $9 / $10
      last = word[2]
    }
  ' "$references" "$out/runs.csv"
}

# Each figure relative to fine-grained pruning of the same network: cycles, references, energy on chip, storage.
awk -F, '
  { split($1, word, " ") }
  word[1] != "density" { next }
  word[3] == "fine" {
    fine[1] = $2; fine[2] = $4; fine[3] = $7; fine[4] = $9
    next
  }
  {
    relative[word[2], word[3]] = sprintf("%.2f %.2f %.2f %.2f", 100 * $2 / fine[1], 100 * $4 / fine[2], 100 * $7 / fine[3],
                                         100 * $9 / fine[4])
    if (word[3] == "filter")
      print word[2], relative[word[2], "vector"], relative[word[2], "kernel"], relative[word[2], "filter"]
  }
' "$out/runs.csv" > "$out/bars"
panel() {
  cat <<PLOT
set title "$1"
plot "$out/bars" using $2:xtic(1) lc rgb "#dd8452" title "vector", "" using $(($2 + 4)) lc rgb "#55a868" title "kernel", \
     "" using $(($2 + 8)) lc rgb "#c44e52" title "filter", 100 with lines lc rgb "#000000" notitle
PLOT
}
plot "$page/granularity.svg" <<PLOT
set terminal svg size 960,640 fixed font 'DejaVu Sans,12' background '#ffffff'
set ylabel "% of fine"
set yrange [0:135]
set grid ytics
set xtics nomirror font ",10"
set key top right horizontal
set style data histograms
set style histogram clustered gap 1
set style fill solid 0.8 border
set multiplot layout 2,2
$(panel "cycles" 2)
$(panel "accumulator references" 3)
$(panel "energy on chip" 4)
$(panel "storage" 5)
unset multiplot
PLOT

{
  cat <<'PAGE'
# Granularity of pruning on five networks

Cycles, references, energy and storage of the convolutions of AlexNet, VGG-16, GoogLeNet, ResNet-50 and DenseNet-121, pruned
by single weights (`fine`), filter rows (`vector`), kernels (`kernel`) and filters (`filter`), at the densities of Mao et
al., *Exploring the Regularity of Sparse Structure in Convolutional Neural Networks*, 2017 (`results/published/`).

Command: `tools/reproduce granularity` (three minutes on two cores; no trained weights are needed). Figures are sums over
layers; `published_vs_reproduced.csv` has the storage, the one of them that is published for all five.

- The machine is the published SCNN with one bypass register per accumulator bank; energy is that of
  `configs/energy/scnn-16nm.yaml`. Fully connected layers are left out: planar tiling has one PE for them.
- Weights and activations are synthetic. Densities by layer and granularity are not published, so **every convolution has
  the density of its network**. Inputs are as dense as `configs/` says: AlexNet's and VGG-16's are Han et al.'s, half of most
  others' are assumed to be zero. They are the same for all granularities; what pruning takes from the next layer's input is not modelled.
- How much kernels outweigh each other (`kernel_scale_sigma`) is 0.5 for AlexNet and 1.5 for VGG-16, as in `results/references/`, and
  1.0, between the two, for the others, for which nothing is published to tell it from.
- *Row refs* is the published accounting, *accum. refs* what the banks count with the bypass; *of products* is the latter as a
  share of all products accumulated, which are the references without bypass. Energy is that of one image.

## Equal density

The density at which the paper compares the accuracy of fine, vector and kernel pruning; the top-5 accuracy [%] is the
paper's. Pruning by filters is ours: no accuracy is published, and it would be lower.

PAGE
  costs density
  cat <<'PAGE'

![Cycles, references, energy on chip and storage relative to fine-grained pruning](granularity.svg)

- A coarser grain does not make SCNN faster: cycles change by 2% at most, by 3% to 5% more in AlexNet. The products are
  the same, and what the machine waits for (PEs with more work than others) depends on activations.
- It does save references: with one register, rows 9% to 28% of those of single weights, kernels 12% to 35%, filters 25% to 47%. Networks of
  large filters save most. 1x1 convolutions save nothing before whole filters go, for row, kernel and weight are the same there.
- References are a small part of the energy on chip: rows and kernels save 0.5% to 4.0% of it. Storage falls more, by 7% to 30%.
- Row references see no difference between rows, kernels and filters; the bypass does. Successive products of a kernel hit the
  same outputs more often than those of single rows.
- Filters save DRAM energy because pruned output channels are zero and never written. VGG-16's filter row has 8% fewer
  products: a kept filter keeps its weak kernels as well, and with this network's spread the smallest weights round to zero in 16 bits.

## Equal accuracy

The density at which each granularity reaches the same top-5 accuracy. Filter pruning is not published.

PAGE
  costs accuracy
  cat <<'PAGE'

- Rows leave about the references of single weights, 4% fewer in VGG-16 and 5% more in DenseNet-121. They take 12% less storage
  in VGG-16, 2% and 4% less in GoogLeNet and ResNet-50, but more in AlexNet (4%) and DenseNet-121 (9%).
- SCNN skips every zero and so gains from the lower density of single weights: rows take 7% to 35% more
  cycles, kernels 19% to 67% more, and 6% to 29% and 25% to 61% more energy on chip. What favours coarse grains, simpler
  hardware, is not in these figures: it is the same machine for all.

### Storage, published and ours

The same as in `results/storage/`, here from the simulated tensors.

PAGE
  comparison_table points . < "$comparison"
  cat <<'PAGE'

Within 0.2 points for single weights and for AlexNet and VGG-16; the others depend on how densities differ between layers of
1x1 and larger filters, which is not published.
PAGE
} > "$page/README.md"
