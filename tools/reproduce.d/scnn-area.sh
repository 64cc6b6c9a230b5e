#!/bin/sh
# Area of SCNN and of the dense machine that it is compared with, by component.
set -eu
. tools/reproduce.d/lib/page.sh
page=$1
published=results/published/scnn-area.csv
out=out/scnn-area
mkdir -p "$out"

# Areas do not depend on what runs: a layer of one weight will do.
cat > "$out/area.yaml" <<'RUN'
network:
  name: area
  input: {channels: 1, height: 1, width: 1}
  layers: [{name: point, type: conv, output_channels: 1, kernel: 1}]
weights: {synthetic: {}}
activations: {synthetic: {}}
RUN

# areas NAME ARGUMENTS...: out/scnn-area/NAME.csv, `machine,component,mm2` of one PE of the configuration.
areas() {
  name=$1
  shift
  "$SCNN_SIM" run "$out/area.yaml" "$@" --quiet --overwrite --output "$out/$name"
  awk '
    /^  areas:/ { inside = 1 }
    !inside { next }
    /^    [a-z_]+:$/ { machine = $1 }
    /^      [a-z_]+:$/ { component = $1 }
    $1 == "area_um2:" {
      sub(/:/, "", machine)
      sub(/:/, "", component)
      printf "%s,%s,%.9f\n", machine, component, $2 / 1e6
    }
  ' "$out/$name/config.yaml" > "$out/$name.csv"
}

# area NAME MACHINE COMPONENTS PES: mm2 of all components that match the pattern, in so many PEs.
area() {
  awk -F, -v machine="$2" -v pattern="^($3)$" -v pes="$4" '
    $1 == machine && $2 ~ pattern { sum += $3 }
    END { printf "%.4f", pes * sum }
  ' "$out/$1.csv"
}

# paper ITEM CERTAINTY: the value that the paper prints, or what is recalled of it.
paper() {
  awk -F, -v row="area,$1,$2" '$1 "," $2 "," $5 == row { print $3 }' "$published"
}

areas published

comparison=$page/published_vs_reproduced.csv
# compare ITEM PAPER'S-ITEM MACHINE COMPONENTS PES
compare() {
  value=$(paper "$2" good)
  echo "$1,${value:?is what $published has no value for},$(area published "$3" "$4" "$5")" >> "$comparison"
}
echo "item,published,reproduced" > "$comparison"
compare "PE [mm2]" PE_total scnn '.*' 1
compare "PE: multiplier array [mm2]" multiplier_array scnn multipliers 1
compare "PE: scatter crossbar [mm2] (calibrated)" scatter_crossbar scnn crossbar 1
compare "SCNN of 64 PEs [mm2]" SCNN_total scnn '.*' 64
compare "DCNN of 64 PEs [mm2]" DCNN_total dcnn '.*' 64

# recalled ITEM PAPER'S-ITEM COMPONENTS: a row of what is not confirmed.
recalled() {
  echo "| $1 | $(paper "$2" uncertain) | $(area published scnn "$3" 1) |"
}

# The same 1024 multipliers, accumulators and activation memories in fewer, larger PEs.
echo "PEs multipliers crossbar accumulators memories" > "$out/granularity"
for size in 2 4 8 16; do
  side=$((32 / size))
  areas "array-$size" --set "accelerator.pe.rows=$side" --set "accelerator.pe.columns=$side" \
    --set "accelerator.pe.weights_per_cycle=$size" --set "accelerator.pe.activations_per_cycle=$size" \
    --set "accelerator.pe.accumulators.banks=$((2 * size * size))" \
    --set "accelerator.pe.iaram.elements=$((256 * size * size))" \
    --set "accelerator.pe.oaram.elements=$((256 * size * size))"
  pes=$((side * side))
  echo "\"$pes PEs of ${size}x$size\"" "$(area "array-$size" scnn multipliers $pes)" \
    "$(area "array-$size" scnn crossbar $pes)" "$(area "array-$size" scnn accumulators $pes)" \
    "$(area "array-$size" scnn 'weight_fifo|iaram|oaram' $pes)" >> "$out/granularity"
done
plot "$page/area.svg" <<PLOT
set ylabel "area of the array [mm2]"
set yrange [0:*]
set style data histograms
set style histogram rowstacked
set style fill solid 0.8 border
set boxwidth 0.6
set grid ytics
set key top left
set xtics nomirror
plot "$out/granularity" using 2:xtic(1) lc rgb "#4c72b0" title "multipliers", \
     "" using 3 lc rgb "#dd8452" title "crossbars", \
     "" using 4 lc rgb "#55a868" title "accumulators", \
     "" using 5 lc rgb "#8172b3" title "IARAM, OARAM, weight FIFO"
PLOT

{
  cat <<'PAGE'
# Area of SCNN

What a PE takes in 16 nm, and 64 of them, against Parashar et al., *SCNN*, ISCA 2017, table 3
(`results/published/scnn-area.csv`); and the dense machine DCNN with as many multipliers.

Command: `tools/reproduce scnn-area` (seconds). It takes the areas that `scnn-sim run` derives for the sizes of the
accelerator; every run shows them in its report, as `area_mm2` in `results.json`, and with formula and source in
`config.yaml`.

- Areas are derived from `configs/energy/scnn-16nm.yaml`: multipliers (with the square of their width) and adders from
  Aladdin's tables, scaled by 0.19 from 45 nm to 16 nm (Accelergy's library plug-in).
- A memory of up to 128 words of 32 bits is made of registers (Aladdin's, 5.98 um2 a bit in 45 nm), as Accelergy's Aladdin
  plug-in has it; from 32 KB on it is as dense as EIE's SRAM in 45 nm (table 2 of its paper). Between the two runs a power law.
  Queues in the crossbar, the weight FIFO and the 64 accumulator banks of two sets are such small memories.
- **Calibrated**: the area of a crossbar's crosspoint, for which nothing is published but SCNN's crossbar itself. It grows
  with inputs, outputs and width. All else is predicted.
- **Assumed** of DCNN, of which only the 2 MB of activation memory are recalled: two memories a PE for them, SCNN's number
  of partial sums in two memories instead of 64 banks, and a weight buffer of the weight FIFO's 50 x 4 weights.

PAGE
  comparison_table relative '.*' < "$comparison"
  cat <<'PAGE'

Of the other parts of a PE, only unconfirmed recollections of the paper's table are at hand. They are no published numbers to
agree or disagree with:

| | recalled, unconfirmed [mm2] | ours [mm2] |
| --- | ---: | ---: |
PAGE
  recalled "IARAM and OARAM" IARAM_OARAM 'iaram|oaram'
  recalled "weight FIFO" weight_FIFO weight_fifo
  recalled "accumulator buffers" accumulators accumulators
  recalled "other" other 'post_processing|halo'
  cat <<'PAGE'

- Multipliers are too small and nothing stands for control, while the accumulators, here all registers, take more than is
  recalled: the PE comes out right as a whole, not part by part.
- The multiplier array and DCNN come out too small. How little need be different, and that more than one thing could be:

PAGE
  dense=$(area published dcnn '.*' 64)
  macros=$(awk "BEGIN { print $dense - $(area published dcnn activation_sram 64) + 2048 / 10 * $(area published scnn iaram 1) }")
  banks=$(awk "BEGIN { print $dense - $(area published dcnn accumulation_buffer 64) + $(area published scnn accumulators 64) }")
  {
    echo "item,published,reproduced"
    # In 45 nm a bit of a register takes 5.98 um2 (Aladdin), EIE's arithmetic unit 3110 um2; 0.19 of it in 16 nm.
    awk -v paper="$(paper multiplier_array good)" -v array="$(area published scnn multipliers 1)" 'BEGIN {
      printf "multiplier array as above [mm2],%s,%.4f\n", paper, array
      printf "each with registers for its operands and its product [mm2],%s,%.4f\n", paper, array + 16 * 64 * 0.19 * 5.98 / 1e6
      printf "each as large as the arithmetic unit of EIE [mm2],%s,%.4f\n", paper, 16 * 0.19 * 3110 / 1e6
    }'
    awk -v paper="$(paper DCNN_total good)" -v a="$dense" -v b="$macros" -v c="$banks" 'BEGIN {
      printf "DCNN as above [mm2],%s,%.2f\n", paper, a
      printf "its 2 MB in memories of 10 KB as SCNN has them [mm2],%s,%.2f\n", paper, b
      printf "its partial sums in 64 banks as SCNN has them [mm2],%s,%.2f\n", paper, c
    }'
  } | comparison_table relative '.*'
  cat <<'PAGE'

![Area of 1024 multipliers in PEs of four sizes](area.svg)

What sizes do: the same multipliers, accumulators and activation memories in PEs of 4 to 256 multipliers. A crossbar grows
with the square of its multipliers, and small memories are less dense than large ones: the published 4x4 is the smallest.
PAGE
} > "$page/README.md"
