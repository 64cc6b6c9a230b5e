#!/bin/sh
# Density against accuracy with retraining: four granularities on three small networks that are trained here.
#
# Training is kept in out/accuracy/: what is complete there is not repeated, and what was interrupted goes on.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/runs.sh
. tools/reproduce.d/lib/accuracy.sh
. tools/reproduce.d/lib/accuracy_tables.sh
page=$1
out=out/accuracy
mkdir -p "$out"

# Training and pruning.
for network in $networks; do
  for seed in $seeds; do
    trained=$out/$network-$seed
    mkdir -p "$trained"
    learning="--seed $seed --batch 25"
    # shellcheck disable=SC2046,SC2086  # lists of words, here and below
    [ -f "$trained/dense.h5" ] || "$SCNN_SIM" train "workloads/$network.yaml" -o "$trained/dense.h5" --images "$trained/images.h5" \
      $(training_of "$network") --epoch-images 5000 $learning $tests
    # shellcheck disable=SC2086
    [ -f "$trained/dense.csv" ] || "$SCNN_SIM" accuracy "$trained/dense.h5" --network "workloads/$network.yaml" $tests \
      -o "$trained/dense.csv" > /dev/null
    least=$(awk -F, '$1 == "float" { print $3 - 0.05 }' "$trained/dense.csv")
    for granularity in $(retrained_of "$network"); do
      mkdir -p "$trained/$granularity"
      # shellcheck disable=SC2046,SC2086
      [ -f "$trained/$granularity.h5" ] || "$SCNN_SIM" prune "$trained/dense.h5" --retrain --network "workloads/$network.yaml" \
        --granularity "$granularity" --density $last_density --exempt "$(exempt "$network")" --steps $steps --epochs 1 \
        $(retraining_of "$network") --least-accuracy "$least" --log "$trained/$granularity.csv" --keep "$trained/$granularity" \
        -o "$trained/$granularity.h5" $learning $tests
    done
  done
done

# $out/curves.csv: network,seed,granularity,step,density,accuracy; step 0 is the network before pruning. Density is the share
# of grains that the pruned layers keep.
curves=$out/curves.csv
for network in $networks; do
  for seed in $seeds; do
    for granularity in $(retrained_of "$network"); do
      name=$network,$seed,$granularity
      echo "$name,0,1,$(sed -n 's/^float,.*,//p' "$out/$network-$seed/dense.csv")"
      sed 1d "$out/$network-$seed/$granularity.csv" | while IFS=, read -r step _ _ accuracy _; do
        echo "$name,$step,$(density_of "$step"),$accuracy"
      done
    done
  done
done > "$curves"

# weights_of NETWORK SEED GRANULARITY STEP
weights_of() {
  if [ "$4" -eq 0 ]; then echo "$out/$1-$2/dense.h5"; else echo "$out/$1-$2/$3/$4.h5"; fi
}

# Every network's pruned convolutions on the simulated machine: two test images, one bypass register per bank. The last step of a
# curve, which fell too low, has no weights.
start_runs "$out"
# write_run NETWORK SEED GRANULARITY STEP WEIGHTS
write_run() {
  pruning="{granularity: $3, density: $(density_of "$4"), exempt: [$(exempt "$1")]}"
  [ "$3" != none ] || pruning="{granularity: none}"
  cat > "$out/$1-$2/run.yaml" <<RUN
network: ../../../workloads/$1.yaml
weights: {file: $(realpath "$5")}
pruning: $pruning
activations: {file: images.h5, images: [0, 1], inputs: computed}
accelerator: {pe: {bypass: {registers_per_bank: 1}}}
RUN
}
# simulate_step NETWORK SEED GRANULARITY STEP
simulate_step() {
  write_run "$@" "$(weights_of "$@")"
  simulate "$*" "$out/$1-$2/run.yaml" --layers "$(pruned_convolutions "$1")"
}
for network in $networks; do
  for seed in $seeds; do
    simulate_step "$network" "$seed" none 0
    for granularity in $granularities; do
      for step in $(seq $steps); do
        [ ! -f "$(weights_of "$network" "$seed" "$granularity" "$step")" ] || simulate_step "$network" "$seed" "$granularity" "$step"
      done
    done
  done
done

# $out/steps.csv: the simulated ones, network,seed,granularity,step,density,accuracy,storage,row_references,
# accumulator_references,cycles,energy; storage as a share of dense weights, energy in pJ.
awk -F, '
  FNR == NR {
    figures[$1] = $9 / $10 "," $5 "," $4 "," $2 "," $7 + $8
    next
  }
  {
    run = $4 > 0 ? $1 " " $2 " " $3 " " $4 : $1 " " $2 " none 0"
    if ($3 != "none" && run in figures) print $0 "," figures[run]
  }
' CONVFMT=%.17g "$runs" "$curves" > "$out/steps.csv"

# $out/equal.csv: `loss,` and a row of steps.csv, the least dense one that loses no more points, and last the density
# between that step and the next at which a straight line loses so many (of the last step, its own).
awk -F, '
  BEGIN { losses = split("0 0.5 1", loss, " ") }
  FILENAME == ARGV[1] {
    if ($4 == 0) dense[$1 "," $2] = $6
    accuracy[$1 "," $2 "," $3 "," $4] = $6
    density[$1 "," $2 "," $3 "," $4] = $5
    next
  }
  {
    curve = $1 "," $2 "," $3
    if (!(curve in last)) order[++curves] = curve
    last[curve] = $4
    row[curve "," $4] = $0
  }
  END {
    for (i = 1; i <= losses; ++i) {
      for (c = 1; c <= curves; ++c) {
        split(order[c], word, ",")
        least = dense[word[1] "," word[2]] - loss[i] / 100
        for (step = last[order[c]]; accuracy[order[c] "," step] < least - 1e-9; --step) {}
        here = order[c] "," step
        after = order[c] "," (step + 1)
        between = density[here]
        if (after in density) between += (density[after] - density[here]) * (accuracy[here] - least) / (accuracy[here] - accuracy[after])
        printf "%s,%s,%.6f\n", loss[i], row[here], between
      }
    }
  }
' "$curves" "$out/steps.csv" > "$out/equal.csv"

# $out/bits.csv: network,seed,granularity,bits,accuracy of the networks that lose at most a point.
awk -F, '$1 == 1 { print $2, $3, $4, $5 }' "$out/equal.csv" | while read -r network seed granularity step; do
  measured=$out/$network-$seed/bits-$granularity-$step.csv
  # shellcheck disable=SC2086
  [ -f "$measured" ] || "$SCNN_SIM" accuracy "$(weights_of "$network" "$seed" "$granularity" "$step")" $tests \
    --network "workloads/$network.yaml" --bits 2,3,4,5,6,7,8,16 -o "$measured" > /dev/null
  awk -F, -v name="$network,$seed,$granularity" 'FNR > 1 { print name "," $1 "," $3 }' "$measured"
done > "$out/bits.csv"

# $out/clusters.csv: network,seed,granularity,step,row references of the pruned layers with 3x3 filters.
for network in $networks; do
  for seed in $seeds; do
    for step in $cluster_steps; do
      for granularity in fine vector; do
        layers=$out/$network-$seed-$granularity-$step/layers.csv
        [ ! -f "$layers" ] || echo "$network,$seed,$granularity,$step,$(of_filters "$network" row_references "$layers" | awk '{ sum += $1 } END { print sum }')"
      done
    done
  done
done > "$out/clusters.csv"

# $out/scales.csv: network,step,figure|value for each of those layers, pruned by single weights: the share of rows that are
# left, and how much some kernels outweigh others, when retrained or when pruned at once.
for network in $networks; do
  for seed in $seeds; do
    for step in $cluster_steps; do
      for weights in retrained once; do
        file=$out/$network-$seed/dense.h5
        [ $weights = once ] || file=$(weights_of "$network" "$seed" fine "$step")
        [ -f "$file" ] || continue
        write_run "$network" "$seed" fine "$step" "$file"
        "$SCNN_SIM" profile "$out/$network-$seed/run.yaml" -o "$out/$network-$seed/profile.csv" > /dev/null
        for figure in row_occupancy kernel_scale_sigma; do
          of_filters "$network" $figure "$out/$network-$seed/profile.csv" | sed "s/^/$network,$step,$weights $figure|/"
        done
      done
    done
  done
done > "$out/scales.csv"


curve_table > "$out/curve-table"
bits_table > "$out/bits-table"
draw_curves "$page/density.svg"
draw_bits "$page/bits.svg"
{
  cat <<PAGE
# Density against accuracy, with retraining

What pruning at four granularities costs in accuracy when the network is retrained with its mask, and what it then costs on
the machine: the question of Mao et al., *Exploring the Regularity of Sparse Structure in Convolutional Neural Networks*,
2017, asked of three small networks that are trained here, on drawn images of ten shapes.

Command: \`tools/reproduce accuracy\`. Training takes one thread and an hour of it; it is kept in \`out/accuracy/\`, and goes
on from there when it was interrupted. Seeds, of initial weights and training images: $(echo "$seeds" | sed 's/ / and /').

PAGE
  cat <<'PAGE'
- Each network is trained on 40,000 to 80,000 images, until it tells about 99% of the test images right, then pruned in up to ten
  steps, whose densities fall by a factor of 0.8. Each step is followed by one epoch of retraining, of 4,000 new images
  (`shapes-vgg`: 2,500). A curve ends 5 points below the accuracy before pruning.
- All layers are pruned alike but the first and the last, which keep all weights. *Density* is the share of grains that the pruned
  layers keep. Of fully connected layers and 1x1 convolutions a row and a kernel are a single weight.
- Accuracy is that on 2,000 test images, the same for all; one standard deviation is 0.2 points at 99% and 0.5 at 95%.
  Figures are means over the seeds, with half their range.
- Costs are those of the pruned convolutions, on the published SCNN with one bypass register per accumulator bank, for two
  test images; energy is that of `configs/energy/scnn-16nm.yaml`. *Row refs* is the published accounting, *accum. refs* is what
  the banks count. Storage counts weights of 8 bits and indices of 4, relative to all weights without an index.
- Floating-point sums of libtorch may round differently on other processors, and training amplifies that: the same machine
  gives the same bytes, another one similar figures.

## On one chart

Accuracy against density (with the range over the seeds), and against what each network costs: storage as above; references
and energy relative to the unpruned network. The upper left is best: more accuracy for less.

![Accuracy against density, storage, references and energy](density.svg)

## Equal accuracy

The least dense of the networks above that loses no more than 0, 0.5 or 1 points; where every step loses more, it is the
unpruned network, with one index for every weight. The steps are coarse: *at that loss* is the density where a straight line
between that step and the next reaches the loss. Everything else is of real networks. The least of each cost is bold.

PAGE
  equal_table
  cat <<'PAGE'

Relative to single weights at the same loss, geometric mean over the networks:

PAGE
  relative_table
  cat <<'PAGE'

Published: storage of the convolutions at equal top-5 accuracy, and the density at which it is reached.

PAGE
  published_storage
  cat <<'PAGE'

## Equal density

*Unpruned* is `shapes-resnet` when it learns on, for as many steps, without pruning. Published is top-5 on ImageNet, after
long retraining. A dash: at least one seed ended before.

PAGE
  cat "$out/curve-table"
  published_accuracy
  echo
  order_sentence
  cat <<'PAGE'

## Are kept weights clustered?

The published references (65% to 70% for VGG-16 at densities of 27% to 40%) imply that single weights survive in clusters,
so that pruning by single weights empties more rows than chance would. Here, of the pruned layers with 3x3 filters, at equal
density:

PAGE
  cluster_table
  cat <<'PAGE'

*Rows left* are those in which pruning by single weights leaves a weight, fewer if weights cluster; of the published network
what its ratio implies. The kernel scale sigma says how much some kernels outweigh others (`scnn-sim profile`, mean of the
layers), of the retrained network, and of the unpruned one when as many weights are removed at once.

There are hardly any clusters, before retraining or after it: rows left are those of independent weights in `shapes-vgg` and
one to three points fewer in the others, where the published ratios imply about twenty points fewer. Where references differ
more than rows left do, activations do: the networks of both prunings are not equally dense there.

## Weights in few bits

Accuracy of the networks of a loss of at most 1 point with their weights in few bits: shared values up to 8, fixed point
with 16; no retraining after that.

PAGE
  cat "$out/bits-table"
  cat <<'PAGE'

![Accuracy against bits](bits.svg)

Published are three curves that are almost identical. Ours are from 5 bits on, where the granularities lose the same within
a point; with 4 bits that holds but for kernels and filters of `shapes-resnet`, and with 2 and 3 they part, in another order
in every network.

## What carries over

- *Equal density*: that filters lose most, and single weights least (from 51% down, in `shapes-vgg` and `shapes-resnet`).
  Between rows and kernels the difference is clear in `shapes-resnet` alone. Most layers of `shapes-inception` are 1x1
  convolutions, where all three prune single weights; what differs there is partly chance.
- *Equal accuracy*: that coarser grains need higher densities, and that rows nevertheless need the fewest row references at
  a loss of a point. Not that rows then store about as little as single weights: published is 12% less to 10% more, here it
  is 5% to 21% more, and kernels, published 6% to 38% more, store 10% to 93% more. Small networks have few channels, and so
  less to spare.
- On this machine single weights are the cheapest at equal accuracy by all measures but row references: cycles, energy and
  the references of the banks follow the products, of which coarser networks have more. A bypass register makes up for a
  part of that.
- A loss of 0 is less than can be told here. Retraining by itself takes 0.4 points from the unpruned `shapes-resnet` in its
  first step, and has added 0.4 some steps later: compared with that, its losses would be up to 0.4 points larger.
- Two seeds are few, and the steps are coarse: costs that differ by less than a fifth may be equal.
PAGE
} > "$page/README.md"
