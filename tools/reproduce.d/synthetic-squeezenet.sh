#!/bin/sh
# SqueezeNet on its trained tensors and on three kinds of stand-ins, side by side.
# SCNN_DATA is the directory with squeezenet.h5 and squeezenet-activations.h5, which are not part of the project.
set -eu
: "${SCNN_DATA:?must be the directory with squeezenet.h5 and squeezenet-activations.h5}"
page=$1
out=out/synthetic-squeezenet

trained="configs/squeezenet.yaml --set weights.file=$SCNN_DATA/squeezenet.h5
  --set activations.file=$SCNN_DATA/squeezenet-activations.h5"

# run NAME ARGUMENTS...
run() {
  name=$1
  shift
  "$SCNN_SIM" run "$@" --set accelerator.pe.bypass.registers_per_bank=1 --quiet --overwrite --jobs "$(nproc)" --output "$out/$name"
}

mkdir -p "$out"
# shellcheck disable=SC2086  # several words
"$SCNN_SIM" profile $trained -o "$out/squeezenet.csv" > /dev/null
if ! cmp "$out/squeezenet.csv" configs/profiles/squeezenet.csv; then
  echo "the stand-ins are made from another profile than is measured: copy the first file over the second" >&2
  exit 1
fi
# shellcheck disable=SC2086
run trained $trained
run profile configs/squeezenet-synthetic.yaml
run densities configs/squeezenet-synthetic.yaml --set weights.synthetic.kernel_scale_sigma=0 \
  --set activations.synthetic.channel_spread=0 --set activations.synthetic.correlation_length=0
run uniform configs/squeezenet-synthetic.yaml --set weights.synthetic.kernel_scale_sigma=0 \
  --set activations.synthetic.channel_spread=0 --set activations.synthetic.correlation_length=0 \
  --set pruning.density=0.334 --set activations.synthetic.density=0.614

# Columns of the runs' layers, one row per layer and run.
awk -F, -v OFS=, '
  FNR == 1 {
    split(FILENAME, path, "/")
    for (i = 1; i <= NF; ++i) column[$i] = i
    if (NR == 1) print "layer", "tensors", "cycles", "products", "accumulator_references", "row_references",
                       "energy_on_chip_pj", "energy_dram_pj"
    next
  }
  {
    total = $column["energy_total_pj"]
    dram = $column["energy_dram_pj"]
    print $1, path[3], $column["cycles"], $column["products"], $column["accumulator_references"],
          $column["row_references"], sprintf("%.0f", total - dram), sprintf("%.0f", dram)
  }
' "$out/trained/layers.csv" "$out/uniform/layers.csv" "$out/densities/layers.csv" "$out/profile/layers.csv" \
  > "$page/layers.csv"

awk -F, '
  function percent(part, whole) { return sprintf("%+.1f%%", 100 * (part / whole - 1)) }
  function size(x) { return x < 0 ? -x : x }
  function differences(sum,   f, i, r) {
    for (f = 1; f <= figures; ++f) {
      i = figure[f]
      printf "    %-22s %12s", name[i], i < 7 ? sprintf("%.0f", sum["trained", i]) : sprintf("%.1f", sum["trained", i] / 1e6)
      for (r = 1; r <= runs; ++r) printf " %10s", percent(sum[run[r], i], sum["trained", i])
      printf "\n"
    }
  }
  NR == 1 { next }
  {
    if (!($1 in seen)) { seen[$1] = 1; layers[++count] = $1 }
    for (i = 3; i <= 8; ++i) {
      value[$1, $2, i] = $i
      total[$2, i] += $i
      if ($1 != "conv1") rest[$2, i] += $i
    }
    value[$1, $2, 9] = $7 + $8
    total[$2, 9] += $7 + $8
    if ($1 != "conv1") rest[$2, 9] += $7 + $8
  }
  END {
    runs = split("uniform densities profile", run, " ")
    figures = split("3 4 6 5 7 8 9", figure, " ")
    name[3] = "cycles"; name[4] = "products"; name[5] = "accumulator references"; name[6] = "row references"
    name[7] = "energy on chip [uJ]"; name[8] = "energy of DRAM [uJ]"; name[9] = "energy [uJ]"
    rule = "    ------------------------------------------------------------------"
    printf "    all layers                  trained    uniform  densities    profile\n%s\n", rule "----"
    differences(total)
    printf "\n    all but conv1               trained    uniform  densities    profile\n%s\n", rule "----"
    differences(rest)
    printf "\n    mean size of a layer\47s difference    uniform  densities    profile\n%s\n", rule "--"
    for (f = 1; f <= figures; ++f) {
      i = figure[f]
      if (i == 8) continue
      label = name[i]
      sub(/ \[uJ\]/, "", label)
      printf "    %-34s", label
      for (r = 1; r <= runs; ++r) {
        sum = 0
        for (l = 1; l <= count; ++l) sum += size(value[layers[l], run[r], i] / value[layers[l], "trained", i] - 1)
        printf " %10s", sprintf("%.1f%%", 100 * sum / count)
      }
      printf "\n"
    }
    printf "\n                    cycles                                   accumulator references\n"
    printf "    layer              trained   uniform  densit.  profile      trained   uniform  densit.  profile\n"
    printf "    -----------------------------------------------------------------------------------------------\n"
    for (l = 1; l <= count; ++l) {
      printf "    %-16s", layers[l]
      for (i = 3; i <= 5; i += 2) {
        printf i == 3 ? " %9s " : " %12s ", value[layers[l], "trained", i]
        for (r = 1; r <= runs; ++r) printf "%9s", percent(value[layers[l], run[r], i], value[layers[l], "trained", i])
      }
      printf "\n"
    }
  }
' "$page/layers.csv" > "$out/tables"

{
  cat <<'PAGE'
# Stand-ins for SqueezeNet's tensors

How close does a run on synthetic tensors come to one on trained weights and a photograph? Command:
`SCNN_DATA=DIRECTORY tools/reproduce synthetic-squeezenet` (SqueezeNet after Deep Compression by its authors, one image;
published SCNN with one bypass register per bank; energy table `configs/energy/scnn-16nm.yaml`). It measures the profile,
which must be the one in `configs/profiles/squeezenet.csv`, and simulates

- `trained`: the network itself, every layer reading what the machine makes of the image;
- `uniform`: the network's mean densities in every layer, .334 of the weights and .614 of the activations, zeros independent;
- `densities`: every layer's own densities, zeros independent;
- `profile`: every layer's densities, row occupancy, spread over channels and correlation: `configs/squeezenet-synthetic.yaml`.

Differences are relative to `trained`. `layers.csv` has the figures of every layer.

PAGE
  cat "$out/tables"
  cat <<'PAGE'

- Every layer's densities settle the products. One mean density for all does not: the image and the first layer are dense,
  the last layers sparse.
- Row references need the clustering of zeros: of independent ones, 7% too many filter rows keep a weight. With the measured
  spread of kernel scales they agree in total, and so do, to half a percent, the references that one bypass register leaves.
- Correlated activations and channels of different density make PEs wait for each other as trained ones do. Without them
  the early layers, with their large planes, are 3% to 13% too fast.
- fire9.conv1x1_1 and conv_final, with 512 input channels, wait 40% and 60% as long for full FIFOs as they should and are
  9% and 11% too fast; so they are with the trained weights and a stand-in's activations. Not in the profile, and
  probably the cause: channels of a photograph tend to be active in the same places, so that the same PEs lag from
  channel to channel.
- Where activations are kept is decided by what layers put out, and a stand-in's weights have no sense: about half of the
  outputs are zero, whatever the density of the next layer's input. Here the outputs of fire2 stay on chip, which in truth
  do not fit. That is most of what the totals miss: fire3.conv1x1_1, which waits for DRAM in the trained network only,
  makes 2.0% of the cycles, and DRAM takes a quarter less energy. So compare stand-ins by their energy on chip.
PAGE
} > "$page/README.md"
