# The evaluation of Parashar et al., SCNN, ISCA 2017: its networks on the machines that it compares. An entry sources it
# after `page.sh`.
# shellcheck shell=sh

# published TABLE ITEM: a number of the paper.
published() {
  awk -F, -v row="$1,$2" '
    $1 "," $2 == row && $5 != "uncertain" {
      print $3
      found = 1
    }
    END { exit !found }
  ' results/published/scnn.csv
}

# start_table DIRECTORY: begins $table, one row per run, machine and layer.
start_table() {
  mkdir -p "$1"
  table=$1/layers.csv
  : > "$table"
}

# evaluate NAME NETWORK ARGUMENTS...: simulates the layers of alexnet, googlenet or vgg16 that the paper does, on SCNN, its oracle and
# the dense machines unless ARGUMENTS say otherwise, and adds them to the table as the run NAME. Entries that are
# regenerated together share what they simulate: its directory is named after the arguments.
evaluate() {
  evaluated_name=$1
  evaluated_network=$2
  shift 2
  set -- --set 'machines=[scnn, dcnn, dcnn-opt, scnn-oracle]' "$@"
  case $evaluated_network in
    alexnet) set -- configs/alexnet.yaml --layers conv1,conv2,conv3,conv4,conv5 "$@" ;;
    *) set -- "configs/$evaluated_network-scnn.yaml" "$@" ;;
  esac
  evaluated=$SCNN_RUNS/$(printf '%s\n' "$@" | sha256sum | cut -c 1-16)
  [ -d "$evaluated" ] || "$SCNN_SIM" run "$@" --timing-only --quiet --jobs "$(nproc)" --output "$evaluated"
  awk -F, -v name="$evaluated_name" -v wanted="$table_columns" '
    BEGIN { columns = split(wanted, column_name, " ") }
    NR == 1 {
      for (i = 1; i <= NF; ++i) column[$i] = i
      next
    }
    {
      printf "%s,%s,%s", name, $column["layer"], $column["machine"]
      for (i = 1; i <= columns; ++i) printf ",%s", column_name[i] in column ? $column[column_name[i]] : ""
      print ""
    }
  ' "$evaluated/layers.csv" >> "$table"
}

# evaluate_density NAME DENSITY ARGUMENTS...: GoogLeNet with as many weights as activations that are not zero.
evaluate_density() {
  evaluated_density=$2
  evaluated_name=$1
  shift 2
  evaluate "$evaluated_name" googlenet --set "pruning.density=$evaluated_density" \
    --set "activations.synthetic.density=$evaluated_density" "$@"
}

# Components of energy, of SCNN and of the dense machines, and the columns of layers.csv that the table has.
energy_components="multipliers crossbar accumulators bypass_registers weight_fifo iaram oaram post_processing halo \
  adder_tree accumulation_buffer weight_buffer activation_sram dram"
table_columns="cycles products multiplier_slots placeholder_lanes temporal_rows temporal_columns \
  pe_cycles_issue pe_cycles_conflict pe_cycles_supply pe_cycles_fifo pe_cycles_flush pe_cycles_barrier pe_cycles_drain \
  dram_weight_bytes_read dram_activation_bytes_read dram_activation_bytes_written \
  $(for component in $energy_components; do echo "energy_${component}_pj"; done)"

# from_table PROGRAM ARGUMENTS...: runs an awk program, all of it in END, on the table. Layers are named, as are
# inception modules, or ALL together.
#   at(run, machine, layer, column)                    what the table says
#   cost(run, machine, layer, quantity)                `cycles`, `energy`, energy without DRAM: `chip`, or cycles if none of
#                                                      SCNN's PEs ever waited: `issuing`
#   rescale(kind, factor)                              as if the energy table had other entries for a kind of components:
#                                                      `multipliers`, `crossbar`, `partial sums`, `weights`, `activations` or `DRAM`
#   images = 4                                         from then on, energy of one of so many images, which each reading of
#                                                      weights from DRAM serves together
#   gain(run, machine, layer, quantity)                cost on DCNN over cost on the machine
#   mean_gain(machine, quantity)                       of all layers, mean of the runs `alexnet`, `googlenet` and `vgg16`
#   calibrate(gain)                                    multiplications as dear as in Aladdin's tables, and DRAM rescaled so
#                                                      that this is the mean gain of SCNN in energy; pJ a bit of it
#   utilisation(run, layer)                            products of SCNN per multiplier and cycle
#   share(run, layer, class)                           of SCNN's PE-cycles, in percent
#   layer_count[run], layer_name(run, i)               its layers in order
#   unit_count[run], unit_name(run, i)                 the same with inception modules in place of theirs
#   figure_label(unit)                                 what gnuplot, which takes _ for an index, shows of its name
#   crossover(prefix, densities, machine, quantity)    density at which SCNN costs as much as the machine, from runs
#                                                      named `prefix density`; logarithmic between two of them
from_table() {
  from_table_program=$1
  shift
  awk -F, -v wanted="$table_columns" -v energies="$energy_components" "$@" "$table_functions $from_table_program" "$table"
}
# shellcheck disable=SC2016  # the variables are awk's
table_functions='
  BEGIN {
    columns = split(wanted, column_name, " ")
    components = split(energies, component, " ")
    for (i = 1; i <= components; ++i) scale[component[i]] = 1
    ALL = "all layers"
    images = 1
  }
  {
    unit = $2
    sub(/\/.*/, "", unit)
    if (!(($1, $2) in listed)) layer_names[$1, ++layer_count[$1]] = $2
    if (!(($1, unit) in listed)) unit_names[$1, ++unit_count[$1]] = unit
    listed[$1, $2] = listed[$1, unit] = 1
    for (i = 1; i <= columns; ++i) {
      table[$1, $3, $2, column_name[i]] = $(i + 3)
      if (unit != $2) table[$1, $3, unit, column_name[i]] += $(i + 3)
      table[$1, $3, ALL, column_name[i]] += $(i + 3)
    }
  }
  function at(run, machine, layer, column) {
    if (!((run, machine, layer, column) in table)) {
      print "no " column " of run " run ", " machine ", " layer > "/dev/stderr"
      exit 1
    }
    return table[run, machine, layer, column]
  }
  function layer_name(run, i) { return layer_names[run, i] }
  function unit_name(run, i) { return unit_names[run, i] }
  function figure_label(unit) {
    sub(/inception_/, "", unit)
    gsub(/_/, "-", unit)
    return unit
  }
  function cost(run, machine, layer, quantity,   i, sum) {
    if (quantity == "issuing" && machine == "scnn") return at(run, machine, layer, "pe_cycles_issue") / 64
    if (quantity == "issuing" || quantity == "cycles") return at(run, machine, layer, "cycles")
    for (i = 1; i <= components; ++i) {
      if (quantity == "chip" && component[i] == "dram") continue
      sum += scale[component[i]] * at(run, machine, layer, "energy_" component[i] "_pj") \
             * (component[i] == "dram" ? of_image(run, machine, layer) : 1)
    }
    return sum
  }
  function of_image(run, machine, layer,   weights, activations) {  # all bytes cost the same
    weights = at(run, machine, layer, "dram_weight_bytes_read")
    activations = at(run, machine, layer, "dram_activation_bytes_read") + at(run, machine, layer, "dram_activation_bytes_written")
    return (weights / images + activations) / (weights + activations)
  }
  function rescale(kind, factor) {
    if (kind == "multipliers") scale["multipliers"] = factor
    if (kind == "crossbar") scale["crossbar"] = factor
    if (kind == "partial sums") scale["accumulators"] = scale["accumulation_buffer"] = factor
    if (kind == "weights") scale["weight_fifo"] = scale["weight_buffer"] = factor
    if (kind == "activations") scale["iaram"] = scale["oaram"] = scale["activation_sram"] = factor
    if (kind == "DRAM") scale["dram"] = factor
  }
  function gain(run, machine, layer, quantity) {
    return cost(run, "dcnn", layer, quantity) / cost(run, machine, layer, quantity)
  }
  function mean_gain(machine, quantity) {
    return (gain("alexnet", machine, ALL, quantity) + gain("googlenet", machine, ALL, quantity) + gain("vgg16", machine, ALL, quantity)) / 3
  }
  function calibrate(wanted,   low, high, i) {
    rescale("multipliers", 0.4501 / 0.198)
    low = 0
    high = 1
    for (i = 0; i < 50; ++i) {  # bisection: the mean falls with the factor
      rescale("DRAM", (low + high) / 2)
      if (mean_gain("scnn", "energy") > wanted) low = (low + high) / 2
      else high = (low + high) / 2
    }
    return 8 * low
  }
  function utilisation(run, layer) { return at(run, "scnn", layer, "products") / (1024 * at(run, "scnn", layer, "cycles")) }
  function share(run, layer, class) {
    return 100 * at(run, "scnn", layer, "pe_cycles_" class) / (64 * at(run, "scnn", layer, "cycles"))
  }
  function crossover(prefix, densities, machine, quantity,   count, density, i, y, last) {
    count = split(densities, density, " ")
    for (i = 1; i <= count; ++i) {
      y = log(cost(prefix " " density[i], machine, ALL, quantity) / cost(prefix " " density[i], "scnn", ALL, quantity))
      if (i > 1 && y * last <= 0) {
        return exp(log(density[i - 1]) + log(density[i] / density[i - 1]) * last / (last - y))
      }
      last = y
    }
    return 0
  }
'
