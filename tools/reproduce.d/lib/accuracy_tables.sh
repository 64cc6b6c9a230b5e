# Tables of results/accuracy/; the entry sources it after `accuracy.sh`. They read what the entry has put into $out.
# shellcheck shell=sh disable=SC2034,SC2154  # variables of the entry and of each other

# means: of the rows `key|value` on standard input, key, mean, least, most and how many, in the order of the keys.
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
    END {
      for (i = 1; i <= keys; ++i) {
        k = order[i]
        printf "%s|%.9g|%.9g|%.9g|%d\n", k, sum[k] / count[k], least[k], most[k], count[k]
      }
    }
  '
}

# curve_table: where a seed is missing because it fell too low before, there is no mean.
curve_table() {
  for network in $networks; do
    awk -F, -v network="$network" '$1 == network { printf "%s,%s,%s|%s\n", $1, $4, $3, $6 }' "$curves" | means |
      awk -F'|' -v seeds="$(echo "$seeds" | wc -w)" '$5 == seeds'
  done > "$out/curve-means"
  echo "| network | density | unpruned | fine | vector | kernel | filter |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  for network in $networks; do
    for step in $(seq 0 "$steps"); do
      awk -F'|' -v key="$network,$step," -v density="$(density_of "$step")" '
        { accuracy[$1] = sprintf("%.1f%%", 100 * $2) ($4 > $3 ? sprintf(" ± %.1f", 50 * ($4 - $3)) : "") }
        END {
          split(key, word, ",")
          printf "| %s | %.0f%% |", word[1], 100 * density
          split("none fine vector kernel filter", name, " ")
          for (i = 1; i <= 5; ++i) printf " %s |", (key name[i] in accuracy ? accuracy[key name[i]] : "-")
          print ""
        }
      ' "$out/curve-means"
    done
  done
}

# order_sentence: how often the published order holds, of the means above.
order_sentence() {
  awk -F'|' -v steps="$steps" -v networks="$networks" '
    function better(key, finer, coarser,   gap) {
      gap = accuracy[key coarser] - accuracy[key finer]
      if (gap > most) most = gap
      return gap <= 0
    }
    { accuracy[$1] = $2 }
    END {
      count = split(networks, network, " ")
      for (n = 1; n <= count; ++n) {
        for (step = 1; step <= steps; ++step) {
          key = network[n] "," step ","
          if (!(key "kernel" in accuracy) || !(key "vector" in accuracy)) continue
          ++rows
          fine = better(key, "fine", "vector")
          ordered += better(key, "vector", "kernel") && fine
        }
      }
      printf "The published order, the coarser the grain the lower the accuracy, holds at %d of the %d densities above that all of fine, vector and kernel have; at the others it is reversed by up to %.1f points.\n", ordered, rows, 100 * most
    }
  ' "$out/curve-means"
}

# equal_rows: of equal.csv, means over the seeds: network,loss,granularity and the columns density, between, accuracy,
# storage, row references, accumulator references, cycles and energy.
equal_rows() {
  awk -F, '
    {
      key = $2 "," $1 "," $4
      if (!(key in count)) order[++keys] = key
      ++count[key]
      split("6 13 7 8 9 10 11 12", from, " ")
      for (i = 1; i <= 8; ++i) sum[key, i] += $from[i]
    }
    END {
      for (k = 1; k <= keys; ++k) {
        printf "%s", order[k]
        for (i = 1; i <= 8; ++i) printf ",%.9g", sum[order[k], i] / count[order[k]]
        print ""
      }
    }
  ' "$out/equal.csv" | sort -t , -k 1,1 -k 2,2n -s
}

# equal_table: the least of each cost among the granularities is bold.
equal_table() {
  echo "| network | loss | pruning | density | at that loss | accuracy | storage | row refs [k] | accum. refs [k] | k cycles | energy [uJ] |"
  echo "| --- | ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  equal_rows | awk -F, '
    function flush_rows(   r, c, text) {
      for (r = 1; r <= rows; ++r) {
        printf "| %s | %s | %s |", of[r, 1], of[r, 2], of[r, 3]
        for (c = 4; c <= 11; ++c) {
          text = sprintf(format[c], of[r, c] * factor[c])
          printf ((c > 6 && text == sprintf(format[c], least[c] * factor[c]) && text != sprintf(format[c], most[c] * factor[c])) ? " **%s** |" : " %s |"), text
        }
        print ""
      }
      rows = 0
    }
    BEGIN {
      split(", , ,%.1f%%,%.1f%%,%.1f%%,%.1f%%,%.0f,%.0f,%.1f,%.2f", format, ",")
      split(", , ,100,100,100,100,1e-3,1e-3,1e-3,1e-6", factor, ",")
    }
    $1 "," $2 != group {
      flush_rows()
      group = $1 "," $2
    }
    {
      ++rows
      for (c = 1; c <= 11; ++c) {
        of[rows, c] = $c
        if (rows == 1 || $c + 0 < least[c]) least[c] = $c + 0
        if (rows == 1 || $c + 0 > most[c]) most[c] = $c + 0
      }
    }
    END { flush_rows() }
  '
}

# relative_table: the same relative to fine, the geometric mean over the networks.
relative_table() {
  echo "| loss | pruning | density at that loss | storage | row refs | accum. refs | cycles | energy |"
  echo "| ---: | --- | ---: | ---: | ---: | ---: | ---: | ---: |"
  equal_rows | awk -F, '
    $3 == "fine" { for (c = 4; c <= 11; ++c) fine[c] = $c }
    {
      key = $2 " | " $3
      if (!(key in count)) order[++keys] = key
      ++count[key]
      for (c = 4; c <= 11; ++c) sum[key, c] += log($c / fine[c])
    }
    END {
      for (k = 1; k <= keys; ++k) {
        printf "| %s |", order[k]
        for (c = 4; c <= 11; ++c) if (c != 4 && c != 6) printf " %.2f |", exp(sum[order[k], c] / count[order[k]])
        print ""
      }
    }
  '
}

# cluster_table: published is VGG-16 at densities of 40.1%, 33.1% and 27.5%.
cluster_table() {
  means < "$out/scales.csv" > "$out/scale-means"
  echo "| network | density | rows left | if independent | row references, vector over fine | if independent | kernel scale sigma | before retraining |"
  echo "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  for network in $networks; do
    for step in $cluster_steps; do
      awk -F, -v key="$network,$step," -v network="$network" -v step="$step" -v density="$(density_of "$step")" '
        function figure(name, format, factor) {
          return (key name in mean) ? sprintf(format, factor * mean[key name]) : "-"
        }
        FILENAME == ARGV[1] {
          split($0, word, "|")
          mean[word[1]] = word[2]
          next
        }
        $1 == network && $4 == step {
          references[$2, $3] = $5
          seed[$2] = 1
        }
        END {
          for (s in seed) {
            if (!((s, "fine") in references) || !((s, "vector") in references)) continue
            fine += references[s, "fine"]
            vector += references[s, "vector"]
          }
          rows = 1 - (1 - density) ^ 3
          printf "| %s | %.0f%% | %s | %.1f%% | %s | %.1f%% | %s | %s |\n", network, 100 * density,
                 figure("retrained row_occupancy", "%.1f%%", 100), 100 * rows, (fine ? sprintf("%.1f%%", 100 * vector / fine) : "-"),
                 100 * density / rows, figure("retrained kernel_scale_sigma", "%.2f", 1), figure("once kernel_scale_sigma", "%.2f", 1)
        }
      ' "$out/scale-means" "$out/clusters.csv"
    done
  done
  awk -F, '$1 == "output_refs" && $3 == "ratio" {
    rows = 1 - (1 - $4 / 100) ^ 3
    printf "| %s, published | %.0f%% | %.1f%% | %.1f%% | %s%% | %.1f%% | | |\n", $2, $4, 100 * $4 / $6, 100 * rows, $6, $4 / rows
  }' results/published/mao-references.csv
}

# bits_table: also how much the granularities differ in what they lose.
bits_table() {
  awk -F, '{ printf "%s,%s,%s|%s\n", $1, $3, $4, $5 }' "$out/bits.csv" | means > "$out/bits-means"
  echo "| network | pruning | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 16 | float |"
  echo "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
  awk -F'|' '
    function flush_network(   i, j, lost, least, most) {
      if (name == "") return
      for (i = 1; i <= 4; ++i) {
        printf "| %s | %s |", name, granularity[i]
        for (j = 1; j <= columns; ++j) printf " %.1f%% |", 100 * value[granularity[i], bits[j]]
        print ""
      }
      printf "| %s | loss to float, most less least |", name
      for (j = 1; j < columns; ++j) {
        for (i = 1; i <= 4; ++i) {
          lost = value[granularity[i], "float"] - value[granularity[i], bits[j]]
          if (i == 1 || lost < least) least = lost
          if (i == 1 || lost > most) most = lost
        }
        printf " %.1f |", 100 * (most - least)
      }
      print " |"
    }
    BEGIN {
      columns = split("2 3 4 5 6 7 8 16 float", bits, " ")
      split("fine vector kernel filter", granularity, " ")
    }
    {
      split($1, word, ",")
      if (word[1] != name) {
        flush_network()
        name = word[1]
      }
      value[word[2], word[3]] = $2
    }
    END { flush_network() }
  ' "$out/bits-means"
}

published_accuracy() {
  awk -F, '
    $1 == "acc_same_density" {
      if (!($2 in density)) order[++networks] = $2
      density[$2] = $4
      top5[$2, $3] = $6
    }
    END {
      for (i = 1; i <= networks; ++i) {
        n = order[i]
        printf "| %s, published | %.0f%% | | %.1f%% | %.1f%% | %.1f%% | |\n", n, density[n], top5[n, "fine"], top5[n, "vector"], top5[n, "kernel"]
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
