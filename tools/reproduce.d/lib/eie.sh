# The evaluation of Han et al., EIE, ISCA 2016: its nine fully connected layers. An entry sources it after `page.sh`.
# shellcheck shell=sh

paper=results/published/eie.csv

# published TABLE ITEM QUANTITY: a number of the paper.
published() {
  awk -F, -v row="$1,$2,$3" '
    $1 "," $2 "," $3 == row {
      print $4
      found = 1
    }
    END { exit !found }
  ' "$paper"
}

# start_table DIRECTORY: begins $table, one row per run and layer, with the columns of `layers.csv` after the run's name.
start_table() {
  mkdir -p "$1"
  table=$1/layers.csv
  : > "$table"
}

# add_rows NAME FILE: the rows of a `layers.csv` as the run NAME.
add_rows() {
  awk -v name="$1" -v first="$([ -s "$table" ] || echo yes)" '
    NR == 1 && first { print "run," $0 }
    NR > 1 { print name "," $0 }
  ' "$2" >> "$table"
}

# evaluate NAME ARGUMENTS...: simulates the nine layers and adds them to the table as the run NAME. Entries that are
# regenerated together share what they simulate: its directory is named after the arguments.
evaluate() {
  evaluated_name=$1
  shift
  evaluated=$SCNN_RUNS/eie-$(printf '%s\n' "$@" | sha256sum | cut -c 1-16)
  [ -d "$evaluated" ] ||
    "$SCNN_SIM" run configs/eie.yaml "$@" --timing-only --quiet --jobs "$(nproc)" --output "$evaluated"
  add_rows "$evaluated_name" "$evaluated/layers.csv"
}

# sweep NAME DIRECTORY: begins $table with the layers of configs/sweeps/NAME.yaml; a run is named after the number of its point.
sweep() {
  start_table "$2"
  rm -f "$2/$1.db"
  "$SCNN_SIM" sweep "configs/sweeps/$1.yaml" --jobs "$(nproc)" --output "$2/$1.db" > "$2/sweep.log"
  "$SCNN_SIM" export "$2/$1.db" --format csv --table layers > "$2/points.csv"
  sed '1s/^point,/run,/' "$2/points.csv" > "$table"
}

# from_table PROGRAM ARGUMENTS...: runs an awk program, all of it in END, on the table.
#   at(run, layer, column)       what the table says; of ALL layers, their sum
#   layers, layer[i]             their names in the order of the paper
#   runs, run[i]                 those of the table in order
#   theoretical(run, layer, pes) microseconds of the entries, were they spread evenly
#   balance(run, layer)          busy of the PE-cycles up to the last busy one
#   printed[table, item, quantity]  number of the paper
#   geometric_mean(values, n)
from_table() {
  from_table_program=$1
  shift
  awk -F, -v paper="$paper" "$@" "$table_functions $from_table_program" "$table"
}
# shellcheck disable=SC2016  # the variables are awk's
table_functions='
  BEGIN {
    ALL = "all"
    while ((getline line < paper) > 0) {
      split(line, field, ",")
      printed[field[1], field[2], field[3]] = field[4]
    }
  }
  NR == 1 {
    for (i = 1; i <= NF; ++i) column[i] = $i
    next
  }
  {
    name = $1
    for (i = 1; i <= NF; ++i) if (column[i] == "layer") own = $i
    if (!(name in known_run)) run[++runs] = name
    if (!(own in known_layer)) layer[++layers] = own
    known_run[name] = known_layer[own] = 1
    for (i = 1; i <= NF; ++i) {
      value[name, own, column[i]] = $i
      value[name, ALL, column[i]] += $i
    }
  }
  function at(r, l, c) {
    if (!((r, l, c) in value)) {
      print "no " c " of run " r ", layer " l > "/dev/stderr"
      exit 1
    }
    return value[r, l, c]
  }
  function theoretical(r, l, pes) { return at(r, l, "entries") / pes / 800 }
  function balance(r, l) {
    return at(r, l, "pe_cycles_busy") / (at(r, l, "pe_cycles_busy") + at(r, l, "pe_cycles_starved"))
  }
  function geometric_mean(values, n,   i, sum) {
    for (i = 1; i <= n; ++i) sum += log(values[i])
    return exp(sum / n)
  }
'
