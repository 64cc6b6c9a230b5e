# Simulations whose layers are summed up; an entry sources it after `page.sh`.
# shellcheck shell=sh

# start_runs DIRECTORY: begins $runs, the table DIRECTORY/runs.csv with one row per simulation.
start_runs() {
  runs=$1/runs.csv
  mkdir -p "$1"
  echo "run,cycles,products_accumulated,accumulator_references,row_references,energy_accumulators_pj,energy_on_chip_pj,energy_dram_pj,storage_bits,dense_bits" \
    > "$runs"
}

# simulate NAME ARGUMENTS...: `scnn-sim run ARGUMENTS`, and a row NAME with the sums over the layers. The energy of
# the accumulators includes that of bypass registers.
simulate() {
  simulated=$(dirname "$runs")/$(echo "$1" | tr " " -)
  simulated_name=$1
  shift
  "$SCNN_SIM" run "$@" --timing-only --quiet --overwrite --jobs "$(nproc)" --output "$simulated"
  awk -F, -v name="$simulated_name" '
    NR == 1 {
      for (i = 1; i <= NF; ++i) column[$i] = i
      next
    }
    {
      cycles += $column["cycles"]
      products += $column["products_accumulated"]
      references += $column["accumulator_references"]
      rows += $column["row_references"]
      accumulators += $column["energy_accumulators_pj"] + $column["energy_bypass_registers_pj"]
      chip += $column["energy_total_pj"] - $column["energy_dram_pj"]
      dram += $column["energy_dram_pj"]
      bits = $column["storage_weight_bits"] + $column["storage_index_bits"]
      storage += bits
      dense += bits / $column["storage_ratio"]
    }
    END {
      printf "%s,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f,%.0f\n", name, cycles, products, references, rows,
             accumulators, chip, dram, storage, dense
    }
  ' "$simulated/layers.csv" >> "$runs"
}

# convolutions NETWORK: the names of its convolutions, with commas between.
convolutions() {
  sed -n 's/^ *- {name: \([^,]*\), type: conv,.*/\1/p' "workloads/$1.yaml" | paste -s -d , -
}
