#!/bin/sh
# Speed, load balance and padding of EIE with 1 to 256 PEs.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/eie.sh
page=$1
out=out/eie-scaling
sweep eie-pes "$out"

# table_of VALUE: an awk expression of a run `r` with `pes` PEs and a layer `l`, as a table by PEs and layer.
table_of() {
  from_table '
    END {
      printf "| PEs |"
      for (i = 1; i <= layers; ++i) printf " %s |", layer[i]
      printf "\n| ---: |"
      for (i = 1; i <= layers; ++i) printf " ---: |"
      print ""
      for (p = 1; p <= runs; ++p) {
        r = run[p]
        pes = 2 ^ (p - 1)
        printf "| %d |", pes
        for (i = 1; i <= layers; ++i) {
          l = layer[i]
          printf " " format " |", '"$1"'
        }
        print ""
      }
    }
  ' -v format="$2"
}

from_table '
  END {
    for (p = 1; p <= runs; ++p) {
      printf "%d", 2 ^ (p - 1)
      for (i = 1; i <= layers; ++i) printf " %.4f", at(run[1], layer[i], "cycles") / at(run[p], layer[i], "cycles")
      print ""
    }
  }
' > "$out/curves"
names=$(from_table 'END { for (i = 1; i <= layers; ++i) printf "%s ", layer[i] }')
{
  cat <<'PLOT'
set title "Speed of EIE by number of PEs"
set xlabel "PEs"
set ylabel "times the speed of one PE"
set logscale xy 2
set xrange [1:256]
set yrange [1:256]
set grid
set key outside right
set style data linespoints
PLOT
  printf 'plot x lc rgb "#999999" dt 2 title "PEs"'
  column=2
  for name in $names; do
    printf ', "%s" using 1:%d pt 7 ps 0.5 title "%s"' "$out/curves" "$column" "$name"
    column=$((column + 1))
  done
  echo
} > "$out/commands"
plot "$page/eie-scaling.svg" < "$out/commands"

{
  cat <<'PAGE'
# Scaling of EIE

Han et al., *EIE*, ISCA 2016, section 7, show that EIE's speed grows nearly with the number of PEs up to 256, but for NT-We,
whose 600 rows leave too few entries to a PE; that load balance falls with more PEs, and the share of padding zeros as well. The curves
are not printed as numbers.

Command: `tools/reproduce eie-scaling`; no trained weights are needed. It is the sweep `configs/sweeps/eie-pes.yaml`, on the layers and densities of
[eie-latency](../eie-latency/README.md): `scnn-sim sweep configs/sweeps/eie-pes.yaml`.

- PEs are as published, with a queue of 8 activations. A batch has 64 inputs for each PE. Layers that a few PEs' SRAMs cannot hold are
  simulated as if they could.

## Speed

Relative to one PE.

![Speed by number of PEs](eie-scaling.svg)

PAGE
  table_of 'at(run[1], l, "cycles") / at(r, l, "cycles")' %.1f
  printf '\n## Load balance\n\nPE-cycles with an entry or an empty column, of all up to the last busy one. Empty columns count as\nwork, so balance rises again where most columns are empty in most PEs; see useful work below.\n\n'
  table_of '100 * balance(r, l)' %.0f%%
  cat <<'PAGE'

## Padding

Entries that are weights, of all. The rest are placeholders: with more PEs a column has fewer rows in each, and runs of more than 15 zeros
get rare.

PAGE
  table_of '100 * at(r, l, "accumulator_updates") / at(r, l, "entries")' %.0f%%
  printf '\n## Useful work\n\nProducts per PE and cycle.\n\n'
  table_of '100 * at(r, l, "utilisation")' %.0f%%
  from_table '
    END {
      count = 0
      for (i = 1; i <= layers; ++i) {
        speed = at(run[1], layer[i], "cycles") / at(run[runs], layer[i], "cycles")
        if (layer[i] == "NT-We") least = speed
        else others[++count] = speed
      }
      printf "\nWith 256 PEs the other eight layers are %.0f times as fast as with one (geometric mean), NT-We %.0f times. Balance falls and padding\n", geometric_mean(others, count), least
      print "disappears as published; the latter pays for part of the former, so that speed grows by more than the PEs where placeholders"
      print "were many."
    }
  '
} > "$page/README.md"
