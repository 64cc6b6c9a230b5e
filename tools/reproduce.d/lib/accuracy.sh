# The experiment of results/accuracy/, and its figures; the entry sources it after `page.sh`.
# shellcheck shell=sh disable=SC2034,SC2154  # variables of the entry and of each other

networks="shapes-vgg shapes-inception shapes-resnet"
granularities="fine vector kernel filter"
steps=10
last_density=0.1073741824 # a factor of 0.8 in each step
seeds="1 2"
cluster_steps="4 5 6"     # at the densities of the published references, nearly
# The images that networks are tested with, and what all images are like.
tests="--test-images 2000 --noise 0.12 --least-size 0.25"

# retrained_of NETWORK: granularities. `none` learns on for as many steps, of the cheapest network: what retraining does alone.
retrained_of() {
  if [ "$1" = shapes-resnet ]; then echo "none $granularities"; else echo "$granularities"; fi
}

# training_of NETWORK, retraining_of NETWORK: how long and how fast it learns. Without batch norm, steps have to be smaller; a
# large network takes longer for an image.
training_of() {
  case $1 in
    shapes-vgg) echo "--epochs 10 --learning-rate 0.001" ;;
    shapes-inception) echo "--epochs 16 --learning-rate 0.003" ;;
    shapes-resnet) echo "--epochs 8 --learning-rate 0.004" ;;
  esac
}
retraining_of() {
  case $1 in
    shapes-vgg) echo "--epoch-images 2500 --learning-rate 0.0005" ;;
    shapes-inception) echo "--epoch-images 4000 --learning-rate 0.0015" ;;
    shapes-resnet) echo "--epoch-images 4000 --learning-rate 0.002" ;;
  esac
}

# exempt NETWORK: its first and its last layer, which are small and sensitive.
exempt() {
  sed -n 's/^ *- {name: \([^,]*\), type: \(conv\|linear\),.*/\1/p' "workloads/$1.yaml" | sed -n '1p;$p' | paste -s -d , -
}

# pruned_convolutions NETWORK [PATTERN]: all convolutions but the first, or those whose line matches, with commas between.
pruned_convolutions() {
  sed -n 's/^ *- {name: \([^,]*\), type: conv,\(.*\)/\1 \2/p' "workloads/$1.yaml" | sed 1d | grep -e "${2:-}" | cut -d ' ' -f 1 | paste -s -d , -
}

# density_of STEP: the share of grains that pruned layers keep, as `prune --retrain` has it.
density_of() {
  awk "BEGIN { printf \"%.17g\", $1 == $steps ? $last_density : $last_density ^ ($1 / $steps) }"
}

# of_filters NETWORK COLUMN FILE: what a CSV file with a row for each layer says of the pruned layers with 3x3 filters.
of_filters() {
  awk -F, -v wanted=",$(pruned_convolutions "$1" 'kernel: 3,')," -v name="$2" '
    FNR == 1 {
      for (i = 1; i <= NF; ++i) column[$i] = i
      next
    }
    index(wanted, "," $column["layer"] ",") { print $column[name] }
  ' "$3"
}

# points: files $out/points-NETWORK-GRANULARITY of the steps that all seeds have: density, storage, row references,
# accumulator references and energy, in percent (the latter three of the unpruned network), then accuracy, its least and its most.
points() {
  for network in $networks; do
    for granularity in $granularities; do
      awk -F, -v network="$network" -v granularity="$granularity" -v seeds="$(echo "$seeds" | wc -w)" '
        $1 != network || $3 != granularity { next }
        $4 == 0 { for (i = 8; i <= 11; ++i) unpruned[$2, i] = $i }
        {
          step = $4
          ++count[step]
          density[step] += $5; storage[step] += $7; accuracy[step] += $6
          rows[step] += $8 / unpruned[$2, 8]; references[step] += $9 / unpruned[$2, 9]; energy[step] += $11 / unpruned[$2, 11]
          if (count[step] == 1 || $6 < least[step]) least[step] = $6
          if (count[step] == 1 || $6 > most[step]) most[step] = $6
        }
        END {
          for (step = 0; count[step] == seeds; ++step) {
            scale = 100 / seeds
            printf "%.6g %.6g %.6g %.6g %.6g %.6g %.6g %.6g\n", scale * density[step], scale * storage[step], scale * rows[step],
                   scale * references[step], scale * energy[step], scale * accuracy[step], 100 * least[step], 100 * most[step]
          }
        }
      ' "$out/steps.csv" > "$out/points-$network-$granularity"
    done
  done
}

# draw_curves FILE.svg: accuracy against what it costs; a row of panels for each network.
colour_of() {
  case $1 in
    fine) echo "#4c72b0" ;;
    vector) echo "#dd8452" ;;
    kernel) echo "#55a868" ;;
    filter) echo "#c44e52" ;;
  esac
}
draw_curves() {
  points
  {
    echo "set terminal svg size 1500,$(echo "$networks" | wc -w | awk '{ print 290 * $1 }') fixed font 'DejaVu Sans,11' background '#ffffff'"
    echo "set multiplot layout $(echo "$networks" | wc -w),5"
    echo "set grid; set offsets graph 0.02, graph 0.02, graph 0.03, graph 0.03"
    for network in $networks; do
      column=0
      for title in "density" "storage" "row references" "accumulator references" "energy"; do
        column=$((column + 1))
        echo "set title '$network'; set xlabel '$title [%]'"
        if [ "$title" = storage ]; then echo "set xrange [0:155]"; else echo "set xrange [0:104]"; fi
        if [ $column = 1 ]; then echo "set ylabel 'accuracy [%]'"; else echo "unset ylabel"; fi
        if [ "$network $column" = "shapes-vgg 1" ]; then echo "set key bottom right"; else echo "unset key"; fi
        separator="plot"
        for granularity in $granularities; do
          file=$out/points-$network-$granularity
          shown="using $column:6 with linespoints"
          [ $column != 1 ] || shown="using 1:6:7:8 with yerrorlines"
          printf "%s '%s' %s pt 7 ps 0.4 lc rgb '%s' title '%s'" "$separator" "$file" "$shown" "$(colour_of "$granularity")" "$granularity"
          separator=","
        done
        echo
      done
    done
    echo "unset multiplot"
  } | plot "$1"
}

# draw_bits FILE.svg: a panel for each network.
draw_bits() {
  {
    echo "set terminal svg size 1200,360 fixed font 'DejaVu Sans,12' background '#ffffff'"
    echo "set multiplot layout 1,$(echo "$networks" | wc -w)"
    echo "set grid; set key bottom right; set xlabel 'bits of a weight'; set ylabel 'accuracy [%]'"
    echo "set xtics ('2' 2, '3' 3, '4' 4, '5' 5, '6' 6, '7' 7, '8' 8, '16' 9); set xrange [1.7:9.3]; set yrange [0:100]"
    for network in $networks; do
      echo "set title '$network'"
      separator="plot"
      for granularity in $granularities; do
        file=$out/bits-$network-$granularity
        awk -F'[,|]' -v network="$network" -v granularity="$granularity" '
          $1 == network && $2 == granularity && $3 != "float" { print $3 == 16 ? 9 : $3, 100 * $4 }
        ' "$out/bits-means" > "$file"
        printf "%s '%s' using 1:2 with linespoints pt 7 ps 0.5 lc rgb '%s' title '%s'" "$separator" "$file" "$(colour_of "$granularity")" "$granularity"
        separator=","
      done
      echo
    done
    echo "unset multiplot"
  } | plot "$1"
}
