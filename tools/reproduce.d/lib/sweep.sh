# The page of a ready sweep of configs/sweeps/; an entry sources it.
# shellcheck shell=sh
. tools/reproduce.d/lib/page.sh

# Of the table of points that `scnn-sim export` writes, for awk programs. Columns are called as there, axes without
# `accelerator.` and `pe.`:
#   at(column, axis, value, ...)   figure of the point that has these values on these axes, one to three of them
#   more(new, old)                 by how many percent the first is more than the other
#   least(column)                  number of the point that has least of it
# Asking for a column that is not there, or for a point that is not, or not the only one, ends the program.
# shellcheck disable=SC2034  # those who source this use it
point_functions='
  function fail(what) {
    print "points.csv: " what > "/dev/stderr"
    failed = 1
    exit 1
  }
  function short(name) {
    sub(/^accelerator\./, "", name)
    sub(/^pe\./, "", name)
    return name
  }
  function number_of(name) {
    if (!(name in column)) fail("no column " name)
    return column[name]
  }
  function at(name, axis1, value1, axis2, value2, axis3, value3,   i, found) {
    for (i = 1; i <= points; ++i) {
      if (cell[i, number_of(axis1)] != value1) continue
      if (axis2 != "" && cell[i, number_of(axis2)] != value2) continue
      if (axis3 != "" && cell[i, number_of(axis3)] != value3) continue
      if (found) fail("several points with " axis1 " " value1 " " axis2 " " value2)
      found = i
    }
    if (!found) fail("no point with " axis1 " " value1 " " axis2 " " value2 " " axis3 " " value3)
    return cell[found, number_of(name)]
  }
  function more(new, old) { return 100 * (new / old - 1) }
  function least(name,   c, p, best) {
    c = number_of(name)
    best = 1
    for (p = 2; p <= points; ++p) {
      if (cell[p, c] + 0 < cell[best, c] + 0) best = p
    }
    return best
  }
  NR == 1 {
    for (i = 1; i <= NF; ++i) {
      names[i] = short($i)
      column[names[i]] = i
    }
    first_axis = column["reason"] + 1
    last_axis = column["cycles"] - 1
    next
  }
  {
    ++points
    for (i = 1; i <= NF; ++i) cell[points, i] = $i
  }
'

# points_table FILE.csv: axes and what a reader looks for first, as far as points differ in it, as a Markdown table. Of more
# than a hundred points those that no other beats in cycles and energy.
points_table() {
  awk -F, "$point_functions"'
    function differs(i,   p) {
      for (p = 2; p <= points; ++p) {
        if (cell[p, i] != cell[1, i]) return 1
      }
      return 0
    }
    function on_front(p,   c, e, q) {
      c = column["cycles"]
      e = column["energy_total_pj"]
      for (q = 1; q <= points; ++q) {
        if (cell[q, c] + 0 > cell[p, c] + 0 || cell[q, e] + 0 > cell[p, e] + 0) continue
        if (cell[q, c] != cell[p, c] || cell[q, e] != cell[p, e]) return 0
      }
      return 1
    }
    function show(i, title, scale, format) {
      if (!differs(i)) return
      shown[++count] = i
      titles[count] = title
      scales[count] = scale
      formats[count] = format
    }
    END {
      if (failed) exit 1
      show(column["cycles"], "cycles", 1, "%d")
      show(column["utilisation"], "utilisation", 1, "%.3f")
      show(column["energy_total_pj"], "energy, uJ", 1e-6, "%.1f")
      show(column["accumulator_references"], "accumulator references, M", 1e-6, "%.2f")
      show(column["dram_weight_bytes_read"], "weights read, kB", 1e-3, "%.0f")
      show(column["area_mm2"], "area, mm2", 1, "%.2f")
      some = points > 100
      if (some) {
        print "Those that no other beats in cycles and energy.\n"
        header = "| point "
        line = "| ---: "
      }
      for (i = first_axis; i <= last_axis; ++i) {
        header = header "| " names[i] " "
        line = line "| ---: "
      }
      for (i = 1; i <= count; ++i) {
        header = header "| " titles[i] " "
        line = line "| ---: "
      }
      print header "|\n" line "|"
      for (p = 1; p <= points; ++p) {
        if (some && !on_front(p)) continue
        if (some) printf "| %d ", cell[p, column["point"]]
        for (i = first_axis; i <= last_axis; ++i) printf "| %s ", cell[p, i]
        for (i = 1; i <= count; ++i) printf "| " formats[i] " ", cell[p, shown[i]] * scales[i]
        print "|"
      }
    }
  ' "$1"
}

# sweep_page PAGE NAME TITLE FIGURE...: simulates the points of configs/sweeps/NAME.yaml and writes the page with their table and
# the named figures of the report. The sweep file's comment says what is asked; statements of an awk program on standard input
# print what is seen.
sweep_page() {
  page=$1
  sweep=$2
  title=$3
  shift 3
  out=out/sweep-$sweep
  rm -rf "$out"
  mkdir -p "$out"
  "$SCNN_SIM" sweep "configs/sweeps/$sweep.yaml" --jobs "$(nproc)" --output "$out/points.db" > "$out/log" 2>&1 || {
    cat "$out/log" >&2
    return 1
  }
  "$SCNN_SIM" export "$out/points.db" --output "$out/points.csv"
  "$SCNN_SIM" report "$out/points.db" --output "$out/report.html" --figures "$out/figures" > /dev/null
  seen=$(awk -F, "$point_functions END { if (failed) exit 1; $(cat) }" "$out/points.csv") || return 1
  table=$(points_table "$out/points.csv") || return 1
  {
    printf '# %s\n\n' "$title"
    sed -n '/^#/!q; s/^# //p' "configs/sweeps/$sweep.yaml"
    cat <<PAGE

    scnn-sim sweep configs/sweeps/$sweep.yaml --output points.db
    scnn-sim report points.db --output report.html

Command: \`tools/reproduce sweep-$sweep\`; no trained weights are needed. Energies include DRAM's. The report has more: the Pareto
front, energy and PE-cycles of its points, each axis' effect.

## What one sees

$seen

## Points

$table

## Figures
PAGE
    for figure in "$@"; do
      cp "$out/figures/$sweep-$figure.svg" "$page/$figure.svg"
      printf '\n![%s](%s.svg)\n' "$(echo "$figure" | tr -- '-_' '  ')" "$figure"
    done
  } > "$page/README.md"
}
