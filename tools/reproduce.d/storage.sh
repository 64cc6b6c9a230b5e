#!/bin/sh
# Storage of pruned networks and AlexNet's multiply-accumulates: the tables of Mao et al. (2017).
set -eu
. tools/reproduce.d/lib/page.sh
page=$1
published=results/published/mao-storage.csv
out=out/storage
mkdir -p "$out"

# layers NAME NETWORK GRANULARITY DENSITY: out/storage/NAME.csv, one row per layer; DENSITY is a number or a file of them.
layers() {
  case "$4" in
    *.csv) densities="{file: $4}" ;;
    *) densities=$4 ;;
  esac
  "$SCNN_SIM" storage "configs/$2.yaml" --set "pruning={granularity: $3, density: $densities}" -o "$out/$1.csv" > /dev/null
}

# share LAYERS FIGURE: `conv_storage`, `total_storage` or `macs` that are left, in percent.
share() {
  awk -F, -v figure="$2" '
    NR == 1 {
      for (i = 1; i <= NF; ++i) column[$i] = i
      next
    }
    figure == "conv_storage" && $column["type"] != "conv" { next }
    figure == "macs" {
      kept += $column["nonzero_macs"]
      whole += $column["macs"]
      next
    }
    {
      kept += $column["weight_bits"] + $column["index_bits"]
      whole += $column["dense_bits"]
    }
    END { printf "%.2f", 100 * kept / whole }
  ' "$out/$1.csv"
}

# paper NETWORK GRANULARITY METRIC: the value that the paper prints.
paper() {
  awk -F, -v row="$1,$2,$3" '$2 "," $3 "," $5 == row { print $6 }' "$published"
}

comparison=$page/published_vs_reproduced.csv
# compare ITEM PUBLISHED LAYERS FIGURE
compare() {
  : "${2:?is what $published has no value for: $1}"
  ours=$(share "$3" "$4")
  echo "$1,$2,$ours" >> "$comparison"
}
echo "item,published,reproduced" > "$comparison"

# AlexNet, whose densities are published layer by layer. Name, granularity and densities of each column of the table.
alexnet="NIPS15:fine:han NIPS16:fine:surgery fine:fine:mao vector:vector:mao kernel:kernel:mao"
for column in $alexnet; do
  name=${column%%:*}
  profile=${column##*:}
  granularity=${column#*:}
  layers "alexnet-$name" alexnet "${granularity%:*}" "configs/densities/alexnet-$profile-weights.csv"
done
for figure in conv total; do
  [ "$figure" = conv ] && metric=conv_storage_pct_of_2.3MB || metric=total_storage_pct_of_61MB
  for column in $alexnet; do
    name=${column%%:*}
    compare "AlexNet $figure storage $name [%]" "$(paper AlexNet "$name" "$metric")" "alexnet-$name" "${figure}_storage"
  done
done
compare "AlexNet FLOPs NIPS15 [%]" "$(paper AlexNet NIPS15 flop_pct_of_1.5B)" alexnet-NIPS15 macs
compare "AlexNet FLOPs NIPS16 [%]" "$(paper AlexNet NIPS16 flop_pct_of_1.5B)" alexnet-NIPS16 macs
compare "AlexNet FLOPs fine [%]" "$(paper AlexNet all_ours flop_pct_of_1.5B)" alexnet-fine macs

# Equal accuracy: the density of the whole is published, and each layer gets it.
awk -F, '$1 == "storage_same_acc" { print $2, $3, $4, $6 }' "$published" |
  while read -r network granularity density value; do
    name=${network%@*}
    configuration=$(echo "$name" | tr -d - | tr '[:upper:]' '[:lower:]')
    layers "$configuration-$granularity" "$configuration" "$granularity" "$(awk "BEGIN { print $density / 100 }")"
    compare "$name ${network#*@}% $granularity at density $density% [%]" "$value" "$configuration-$granularity" conv_storage
  done

# Bars of ours, crosses of what is published; a group of three for each network.
awk -F, '
  / at density / {
    split($1, word, " ")
    if (!(word[1] in place)) place[word[1]] = count++
    shift["fine"] = -0.25; shift["vector"] = 0; shift["kernel"] = 0.25
    print word[3], place[word[1]] + shift[word[3]], $2, $3
  }
' "$comparison" > "$out/bars"
tics=$(awk -F, '/ at density / { split($1, word, " "); if (!seen[word[1]]++) printf "%s\"%s\" %d", count ? ", " : "", word[1], count++ }' "$comparison")
plot "$page/storage.svg" <<PLOT
set ylabel "storage of the convolutions [%]"
set yrange [0:90]
set xtics ($tics) nomirror
set grid ytics
set key top left horizontal
set boxwidth 0.22
set style fill solid 0.8 border
plot "< grep ^fine $out/bars" using 2:4 with boxes lc rgb "#4c72b0" title "fine", \
     "< grep ^vector $out/bars" using 2:4 with boxes lc rgb "#dd8452" title "vector", \
     "< grep ^kernel $out/bars" using 2:4 with boxes lc rgb "#55a868" title "kernel", \
     "$out/bars" using 2:3 with points pt 2 lw 2 lc rgb "#000000" title "published"
PLOT

{
  cat <<'PAGE'
# Storage of pruned networks

What pruned weights take, relative to dense 8-bit weights: the tables of Mao et al., *Exploring the Regularity of Sparse
Structure in Convolutional Neural Networks*, 2017 (`results/published/mao-storage.csv`).

Command: `tools/reproduce storage` (seconds; no trained weights are needed). It asks `scnn-sim storage` for every layer of
the networks in `workloads/`: the program takes the kept grains from shapes and densities by the same rule as it prunes
tensors, and the storage by the same formula.

- A kept weight takes 8 bits and each kept grain an index of 4: a weight (`fine`), a filter row (`vector`) or a kernel
  (`kernel`). In a 1x1 convolution all three are one weight. Fully connected layers are always pruned by single
  weights. Biases do not count.
- A FLOP is left if weight and activation are not zero, independently of each other. The activation densities are those of
  Han et al. for all of AlexNet's columns.

## AlexNet

Weight densities are those that each paper publishes layer by layer: Han et al. (NIPS 2015), Dynamic Network Surgery (NIPS
2016, as Mao et al. print them) and Mao et al. themselves, the same for all three granularities.

PAGE
  comparison_table points '^AlexNet (conv|total|FLOPs)' < "$comparison"
  cat <<'PAGE'

All ten storage numbers agree within 0.1 points. So do two numbers of FLOPs; that of NIPS'15 is printed in
whole percent.

## Equal accuracy

Storage of the convolutions where all three granularities reach the same top-5 accuracy, which they do at the densities
named. How dense the single layers are then is not published. **Assumed: every convolution has the density of the whole.**

PAGE
  comparison_table points ' at density ' < "$comparison"
  cat <<'PAGE'

![Storage at equal accuracy, published and ours](storage.svg)

- Fine-grained storage is one and a half times the density, whatever the layers. Rounding of the printed numbers explains
  deviations up to 0.12 points; AlexNet's is a little more.
- VGG-16 has 3x3 filters only, so that its densities by layer make no difference either: within 0.2 points.
- In the other networks filters differ in size, hence layers in the bits that a kept weight takes with its share of an index,
  and the sum depends on where the weights are kept. AlexNet, and GoogLeNet by vectors, come close all the same. GoogLeNet by
  kernels and ResNet-50 by vectors and kernels are stored in less than ours, as they would be if pruning left fewer weights
  in 1x1 convolutions, where each takes an index, than in larger ones.
- DenseNet-121 by vectors and kernels takes more than ours. Counting its fully connected layer, 13% of the weights, at the
  same density would bring all three within 0.1 points; but the same would take GoogLeNet and ResNet-50 further away, and
  AlexNet and VGG-16 far.
PAGE
} > "$page/README.md"
