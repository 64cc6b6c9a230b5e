#!/bin/sh
# Density against accuracy with retraining: four granularities on small networks that are trained here.
#
# ACCURACY_NETWORKS, ACCURACY_SEEDS and ACCURACY_EPOCH_IMAGES make it smaller, or larger. Training is kept in
# out/accuracy/: what is complete there is not repeated, and what was interrupted goes on.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/runs.sh
page=$1
networks=${ACCURACY_NETWORKS:-shapes-vgg shapes-inception shapes-resnet}
seeds=${ACCURACY_SEEDS:-1 2 3}
epoch_images=${ACCURACY_EPOCH_IMAGES:-4000}
out=out/accuracy
granularities="fine vector kernel filter"
last_density=0.12
steps=6
mkdir -p "$out"

# exempt NETWORK: its first and its last layer, which are small and sensitive.
exempt() {
  sed -n 's/^ *- {name: \([^,]*\), type: \(conv\|linear\),.*/\1/p' "workloads/$1.yaml" | sed -n '1p;$p' | paste -s -d , -
}

# density_of STEP: as `prune --retrain` has it.
density_of() {
  awk "BEGIN { printf \"%.17g\", $1 == $steps ? $last_density : $last_density ^ ($1 / $steps) }"
}

# Training and pruning.
for network in $networks; do
  # Without batch norm, steps have to be smaller.
  case $network in
    shapes-vgg) rate=0.001 ;;
    shapes-inception) rate=0.003 ;;
    *) rate=0.004 ;;
  esac
  for seed in $seeds; do
    trained=$out/$network-$seed
    mkdir -p "$trained"
    lessons="--seed $seed --epoch-images $epoch_images --batch 25 --test-images 1000"
    # shellcheck disable=SC2086  # lists of words, here and below
    [ -f "$trained/dense.h5" ] || "$SCNN_SIM" train "workloads/$network.yaml" -o "$trained/dense.h5" \
      --images "$trained/images.h5" --epochs 10 --learning-rate $rate $lessons
    [ -f "$trained/dense.csv" ] || "$SCNN_SIM" accuracy "$trained/dense.h5" --network "workloads/$network.yaml" \
      -o "$trained/dense.csv" > /dev/null
    for granularity in $granularities; do
      mkdir -p "$trained/$granularity"
      [ -f "$trained/$granularity.h5" ] || "$SCNN_SIM" prune "$trained/dense.h5" --retrain --network "workloads/$network.yaml" \
        --granularity "$granularity" --density $last_density --exempt "$(exempt "$network")" --steps $steps --epochs 1 \
        --learning-rate 0.001 --log "$trained/$granularity.csv" --keep "$trained/$granularity" -o "$trained/$granularity.h5" $lessons
    done
  done
done

# $out/curves.csv: network,seed,granularity,step,density,accuracy; step 0 is the network before pruning.
curves=$out/curves.csv
for network in $networks; do
  for seed in $seeds; do
    for granularity in $granularities; do
      awk -F, -v name="$network,$seed,$granularity" '$1 == "float" { print name ",0," $2 "," $3 }' "$out/$network-$seed/dense.csv"
      awk -F, -v name="$network,$seed,$granularity" 'FNR > 1 { print name "," $1 "," $2 "," $4 }' "$out/$network-$seed/$granularity.csv"
    done
  done
done > "$curves"

# step_within NETWORK SEED GRANULARITY LOSS: the last step up to which no step lost more points.
step_within() {
  awk -F, -v name="$1,$2,$3" -v loss="$4" '
    $1 "," $2 "," $3 != name { next }
    $4 == 0 { dense = $6 }
    $6 < dense - loss / 100 - 1e-9 { lost = 1 }
    !lost { step = $4 }
    END { print step }
  ' "$curves"
}

# weights_of NETWORK SEED GRANULARITY STEP
weights_of() {
  if [ "$4" -eq 0 ]; then echo "$out/$1-$2/dense.h5"; else echo "$out/$1-$2/$3/$4.h5"; fi
}

# Each network as it is after a step, on the simulated machine: two test images, one bypass register per bank.
start_runs "$out"
simulate_step() {
  grep -q "^$1 $2 $3 $4," "$runs" && return
  pruning="{granularity: $3, density: $(density_of "$4"), exempt: [$(exempt "$1")]}"
  [ "$4" -gt 0 ] || pruning="{granularity: none}"
  cat > "$out/$1-$2/run.yaml" <<RUN
network: ../../../workloads/$1.yaml
weights: {file: $(realpath "$(weights_of "$1" "$2" "$3" "$4")")}
pruning: $pruning
activations: {file: images.h5, images: [0, 1], inputs: computed}
accelerator: {pe: {bypass: {registers_per_bank: 1}}}
RUN
  simulate "$1 $2 $3 $4" "$out/$1-$2/run.yaml"
}
equal=$out/equal.csv # network,seed,granularity,loss,step
: > "$equal"
bits=$out/bits.csv # network,seed,granularity,bits,accuracy
: > "$bits"
for network in $networks; do
  for seed in $seeds; do
    for granularity in $granularities; do
      for loss in 0 0.5 1 2 5; do
        step=$(step_within "$network" "$seed" "$granularity" "$loss")
        simulate_step "$network" "$seed" "$granularity" "$step"
        echo "$network,$seed,$granularity,$loss,$step" >> "$equal"
      done
      measured=$out/$network-$seed/$granularity-bits.csv
      [ -f "$measured" ] || "$SCNN_SIM" accuracy "$(weights_of "$network" "$seed" "$granularity" "$step")" \
        --network "workloads/$network.yaml" --bits 2,3,4,5,6,7,8,16 -o "$measured" > /dev/null
      awk -F, -v name="$network,$seed,$granularity" 'FNR > 1 { print name "," $1 "," $3 }' "$measured" >> "$bits"
    done
    # For references at equal density.
    for step in 3 4; do
      for granularity in fine vector; do simulate_step "$network" "$seed" "$granularity" $step; done
    done
  done
done

# Tables. means COLUMNS FORMAT...: of the rows `key,value` on standard input, key, mean and half the range.
means() {
  awk -F'|' '
    !($1 in count) {
      order[++keys] = $1
      least[$1] = most[$1] = $2
    }
    {
      ++count[$1]
      sum[$1] += $2
      if ($2 < least[$1]) least[$1] = $2
      if ($2 > most[$1]) most[$1] = $2
    }
    END { for (i = 1; i <= keys; ++i) printf "%s|%.6g|%.6g\n", order[i], sum[order[i]] / count[order[i]], (most[order[i]] - least[order[i]]) / 2 }
  '
}

curve_table() {
  awk -F, '{ printf "%s,%s,%s|%s\n", $1, $4, $3, $6 }' "$curves" | means > "$out/curve-means"
  awk -F, '$3 == "fine" { printf "%s,%s|%s\n", $1, $4, $5 }' "$curves" | means > "$out/density-means"
  echo "| network | density | fine | vector | kernel | filter |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: |"
  awk -F'|' '
    FNR == NR {
      accuracy[$1] = sprintf("%.1f%%", 100 * $2) ($3 > 0 ? sprintf(" ± %.1f", 100 * $3) : "")
      next
    }
    {
      split($1, word, ",")
      printf "| %s | %.0f%% |", word[1], 100 * $2
      split("fine vector kernel filter", name, " ")
      for (i = 1; i <= 4; ++i) printf " %s |", accuracy[$1 "," name[i]]
      print ""
    }
  ' "$out/curve-means" "$out/density-means"
}

equal_table() {
  echo "| network | loss | pruning | density | storage | row refs [k] | accum. refs [k] | k cycles | energy [uJ] |"
  echo "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  awk -F, '
    FILENAME == ARGV[1] {
      density[$1 " " $2 " " $3 " " $4] = $5
      next
    }
    FILENAME == ARGV[2] {
      cycles[$1] = $2; references[$1] = $4; rows[$1] = $5; energy[$1] = $7 + $8; storage[$1] = $9 / $10
      next
    }
    {
      run = $1 " " $2 " " $3 " " $5
      key = $1 " | " $4 " | " $3
      if (!(key in count)) order[++keys] = key
      ++count[key]
      d[key] += density[run]; s[key] += storage[run]; r[key] += rows[run]; a[key] += references[run]
      c[key] += cycles[run]; e[key] += energy[run]
    }
    END {
      for (i = 1; i <= keys; ++i) {
        k = order[i]
        n = count[k]
        printf "| %s | %.1f%% | %.1f%% | %.0f | %.0f | %.1f | %.2f |\n", k, 100 * d[k] / n, 100 * s[k] / n, r[k] / n / 1e3,
               a[k] / n / 1e3, c[k] / n / 1e3, e[k] / n / 1e6
      }
    }
  ' "$curves" "$runs" "$equal" | sort -t '|' -k 2,2 -k 3,3n -s
}

# cluster_table: of the layers with 3x3 filters that are pruned.
cluster_table() {
  echo "| network | density | row references, vector over fine | if kept weights were independent |"
  echo "| --- | ---: | ---: | ---: |"
  for network in $networks; do
    for step in 3 4; do
      for seed in $seeds; do
        for granularity in fine vector; do
          awk -F, -v exempt=",$(exempt "$network")," -v granularity=$granularity '
            FILENAME == ARGV[1] {
              if (/kernel: 3/ && match($0, /name: [^,]*/)) wanted[substr($0, RSTART + 6, RLENGTH - 6)] = 1
              next
            }
            FNR == 1 { for (i = 1; i <= NF; ++i) column[$i] = i; next }
            $column["layer"] in wanted && !index(exempt, "," $column["layer"] ",") { sum += $column["row_references"] }
            END { print granularity, sum }
          ' "workloads/$network.yaml" "$out/$network-$seed-$granularity-$step/layers.csv"
        done
      done | awk -v network="$network" -v density="$(density_of $step)" '
        { sum[$1] += $2 }
        END {
          printf "| %s | %.0f%% | %.1f%% | %.1f%% |\n", network, 100 * density, 100 * sum["vector"] / sum["fine"],
                 100 * density / (1 - (1 - density) ^ 3)
        }
      '
    done
  done
}

bits_table() {
  awk -F, '{ printf "%s,%s,%s|%s\n", $1, $3, $4, $5 }' "$bits" | means > "$out/bits-means"
  echo "| network | pruning | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 16 | float |"
  echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  awk -F'|' '
    {
      split($1, word, ",")
      key = word[1] " | " word[2]
      if (!(key in seen)) { seen[key] = 1; order[++keys] = key }
      value[key, word[3]] = $2
    }
    END {
      columns = split("2 3 4 5 6 7 8 16 float", name, " ")
      for (i = 1; i <= keys; ++i) {
        printf "| %s |", order[i]
        for (j = 1; j <= columns; ++j) printf " %.1f%% |", 100 * value[order[i], name[j]]
        print ""
      }
    }
  ' "$out/bits-means"
}

# Figures: a panel for each network.
panels() {
  count=$(echo "$networks" | wc -w)
  echo "set terminal svg size $((count * 400)),360 fixed font 'DejaVu Sans,12' background '#ffffff'"
  echo "set multiplot layout 1,$count"
  echo "set grid"
  echo "set key bottom right"
  for network in $networks; do
    echo "set title '$network'"
    separator="plot"
    for series in "fine 4c72b0" "vector dd8452" "kernel 55a868" "filter c44e52"; do
      granularity=${series% *}
      grep "^$network,$granularity," "$1" > "$out/$2-$network-$granularity" || true
      printf "%s '%s' using 1:2 with linespoints pt 7 ps 0.5 lc rgb '#%s' title '%s'" "$separator" "$out/$2-$network-$granularity.points" "${series#* }" "$granularity"
      awk -F'[,|]' '$3 != "float" { print $3, 100 * $4 }' "$out/$2-$network-$granularity" > "$out/$2-$network-$granularity.points"
      separator=","
    done
    echo
  done
  echo "unset multiplot"
}

curve_table > "$out/curve-table"
bits_table > "$out/bits-table"
awk -F, '{ printf "%s,%s,%s|%s\n", $1, $3, $4, 100 * $5 }' "$curves" | means | awk -F'|' '
  { split($1, word, ",") }
  FNR == NR { density[$1] = $2; next }
  { print word[1] "," word[3] "," density[word[1] "," word[3] "," word[2]] "," $2 }
' - "$out/curve-means" > "$out/curve-points"
{
  echo "set xlabel 'density [%]'; set ylabel 'accuracy [%]'; set xrange [0:100]; set yrange [0:100]"
  panels "$out/curve-points" curve
} | plot "$page/density.svg"
{
  echo "set xlabel 'bits of a weight'; set ylabel 'accuracy [%]'; set xrange [1:17]; set yrange [0:100]"
  panels "$out/bits-means" bits
} | plot "$page/bits.svg"

# published TABLE COLUMNS...: rows of the paper.
published_accuracy() {
  echo "| network | density | fine | vector | kernel |"
  echo "| --- | ---: | ---: | ---: | ---: |"
  awk -F, '
    $1 == "acc_same_density" {
      if (!($2 in density)) order[++networks] = $2
      density[$2] = $4
      top5[$2, $3] = $6
    }
    END {
      for (i = 1; i <= networks; ++i) {
        n = order[i]
        printf "| %s | %s%% | %s%% | %s%% | %s%% |\n", n, density[n], top5[n, "fine"], top5[n, "vector"], top5[n, "kernel"]
      }
    }
  ' results/published/mao-references.csv
}
published_storage() {
  echo "| network, top-5 | fine | vector | kernel |"
  echo "| --- | ---: | ---: | ---: |"
  awk -F, '
    $1 == "storage_same_acc" {
      if (!($2 in seen)) order[++networks] = $2
      seen[$2] = 1
      value[$2, $3] = $6 "% at " $4 "%"
    }
    END {
      for (i = 1; i <= networks; ++i) {
        name = order[i]
        sub(/@/, ", ", name)
        printf "| %s%% | %s | %s | %s |\n", name, value[order[i], "fine"], value[order[i], "vector"], value[order[i], "kernel"]
      }
    }
  ' results/published/mao-storage.csv
}

{
  cat <<PAGE
# Density against accuracy, with retraining

What pruning at four granularities costs in accuracy when the network is retrained with its mask, and what it then costs on
the machine: the question of Mao et al., *Exploring the Regularity of Sparse Structure in Convolutional Neural Networks*,
2017, asked of small networks that are trained here, on drawn images of ten shapes.

Command: \`tools/reproduce accuracy\`. This page was made with ACCURACY_NETWORKS="$networks",
ACCURACY_SEEDS="$seeds" and ACCURACY_EPOCH_IMAGES=$epoch_images; the defaults, three networks, three seeds and 4000 images,
take hours rather than minutes on one processor.

PAGE
  cat <<'PAGE'
- Each network is trained for ten epochs, then pruned in six steps, whose densities fall by the same factor to 12% in every
  layer but the first and the last, which keep all weights. Each step is followed by one epoch of retraining. Accuracy is that on 1,000 test
  images, the same for all: one standard deviation is 0.7 points at 95%. Several seeds: the mean and half the range.
- The machine is the published SCNN with one bypass register per accumulator bank; energy is that of
  `configs/energy/scnn-16nm.yaml`; figures are sums over all layers and two images. Weights have 8 bits and indices 4 in the storage.
- Floating-point sums of libtorch may round differently on other processors, and training amplifies that: the same machine
  gives the same bytes, another one similar figures.

## Equal density

PAGE
  cat "$out/curve-table"
  cat <<'PAGE'

![Accuracy against density](density.svg)

Published (top-5 on ImageNet, with long retraining):

PAGE
  published_accuracy
  cat <<'PAGE'

The order is the published one: the coarser the grain, the lower the accuracy at equal density. The differences are larger here: these
networks have a hundredth of the weights, and one epoch of a few thousand images is a short retraining.

## Equal accuracy

The smallest network of the six steps up to which accuracy falls by no more than 0, 0.5, 1, 2 or 5 points. Where the first step
already loses more, it is the unpruned network, at a density of 100% and one index for every weight.

PAGE
  equal_table
  cat <<'PAGE'

Published: storage of the convolutions at equal top-5 accuracy, and the density at which it is reached.

PAGE
  published_storage
  cat <<'PAGE'

## Are kept weights clustered?

The published references (65% to 70% for VGG-16 at densities of 27% to 40%) imply that single weights survive in clusters,
so that pruning by single weights empties more rows than chance would. Here, after retraining, at equal density:

PAGE
  cluster_table
  cat <<'PAGE'

These are the layers with 3x3 filters that are pruned. A ratio above the last column would mean clusters. There are none: what is
kept of these small networks lies as by chance, so that rows save more references here, at equal density, than published.

## Weights in few bits

Accuracy of the networks of a loss of at most 5 points with their weights in few bits: shared values up to 8, fixed point with 16.

PAGE
  cat "$out/bits-table"
  cat <<'PAGE'

![Accuracy against bits](bits.svg)

Published are three curves that are almost identical. Ours are from 4 bits on, relative to float: single weights, rows and
kernels lose 6 to 7 points with 4 bits, 2 to 3 with 5 and less than 1 from 6 on. With 3 and 2 bits they differ widely.

## What carries over

- The order of the granularities at equal density, and that rows and kernels save references and indices at a price in accuracy.
- Not the amounts: small networks have little redundancy, so that a loss of a point is reached at higher densities than on ImageNet; and the steps
  are coarse, a factor of 0.7 in density.
PAGE
} > "$page/README.md"
