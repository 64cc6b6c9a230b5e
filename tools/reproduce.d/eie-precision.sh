#!/bin/sh
# Reads and energy of EIE's sparse-matrix SRAM by the width of its word.
set -eu
. tools/reproduce.d/lib/page.sh
. tools/reproduce.d/lib/eie.sh
page=$1
out=out/eie-precision
sweep eie-word "$out"

# shellcheck disable=SC2016  # awk's variables, not the shell's
figures='
  function width(p) { return 8 * 2 ^ (p + 1) }
  function reads(p, l) { return at(run[p], l, "spmat_word_reads") }
  # If the word were read anew for every column: one for its first entry, more where it goes over the end of a word, as
  # it does after one of as many entries as a word holds.
  function reads_anew(p, l,   columns) {
    columns = 64 * at(run[p], l, "broadcasts") - at(run[p], l, "empty_columns")
    return columns + (at(run[p], l, "entries") - columns) / (width(p) / 8)
  }
  # Energy with a read that grows with this power of the width, relative to 64 bits.
  function energy(p, l, exponent, anew) {
    if (anew) return reads_anew(p, l) / reads_anew(2, l) * (width(p) / 64) ^ exponent
    return reads(p, l) / reads(2, l) * (width(p) / 64) ^ exponent
  }
  function best(l, exponent, anew,   p, least) {
    least = 1
    for (p = 2; p <= runs; ++p) if (energy(p, l, exponent, anew) < energy(least, l, exponent, anew)) least = p
    return width(least)
  }
  # Of the model: its energies.
  function modelled(p, l) { return at(run[p], l, "energy_sparse_matrix_read_pj") }
  function modelled_best(l,   p, least) {
    least = 1
    for (p = 2; p <= runs; ++p) if (modelled(p, l) < modelled(least, l)) least = p
    return width(least)
  }
'
comparison=$page/published_vs_reproduced.csv
from_table "$figures"'
  END {
    print "item,published,reproduced"
    printf "width of least energy [bits],%s,%d\n", printed["precision", "optimum", "bits"], modelled_best(ALL)
  }
' > "$comparison"

from_table "$figures"'
  END {
    for (p = 1; p <= runs; ++p) {
      print width(p), reads(p, ALL) / reads(2, ALL), modelled(p, ALL) / reads(p, ALL) / (modelled(2, ALL) / reads(2, ALL)),
            modelled(p, ALL) / modelled(2, ALL)
    }
  }
' > "$out/curves"
plot "$page/eie-precision.svg" <<PLOT
set title "Sparse-matrix SRAM of EIE by width of its word, all nine layers"
set xlabel "bits"
set ylabel "relative to 64 bits"
set logscale x 2
set xtics (32, 64, 128, 256, 512)
set yrange [0:*]
set grid
set key top left
set style data linespoints
plot "$out/curves" using 1:2 pt 7 lc rgb "#4c72b0" title "reads", "" using 1:3 pt 7 lc rgb "#dd8452" title "energy of a read", \
     "" using 1:4 pt 7 lc rgb "#55a868" title "energy"
PLOT

{
  cat <<'PAGE'
# Width of EIE's sparse-matrix SRAM

Han et al., *EIE*, ISCA 2016: a wider word is read less often, but each read takes more energy; of 32 to 512 bits, 64 take
the least energy. The curves are not printed as numbers.

Command: `tools/reproduce eie-precision`; no trained weights are needed. It is the sweep `configs/sweeps/eie-word.yaml`, on the layers and densities of
[eie-latency](../eie-latency/README.md): `scnn-sim sweep configs/sweeps/eie-word.yaml`.

- A read brings a word of 4 to 64 entries of 8 bits. A PE reads a word again when it has read another between.
- **Assumed**: the energy of a read grows with the power 0.591 of the width, as between two published SRAMs in 45 nm, 64 bits of 128 KB with
  32.4 pJ (Timeloop and Accelergy exercises) and 256 bits of 512 KB with 140 pJ (DSTC in the Sparseloop artifact), the latter brought to
  128 KB by Horowitz' energies of 32 KB and 1 MB. That of 64 bits is EIE's own, from its power.

PAGE
  comparison_table relative . < "$comparison"
  cat <<'PAGE'

![Reads and energy by width](eie-precision.svg)

All nine layers, and which width takes the least energy for each:

| bits | reads [M] | pJ a read | energy [uJ] | relative | entries used of a word |
| ---: | ---: | ---: | ---: | ---: | ---: |
PAGE
  from_table "$figures"'
    END {
      for (p = 1; p <= runs; ++p) {
        printf "| %d | %.2f | %.2f | %.2f | %.2f | %.0f%% |\n", width(p), reads(p, ALL) / 1e6, modelled(p, ALL) / reads(p, ALL), modelled(p, ALL) / 1e6,
               modelled(p, ALL) / modelled(2, ALL), 100 * at(run[p], ALL, "entries") / reads(p, ALL) / (width(p) / 8)
      }
      printf "\n| |"
      for (i = 1; i <= layers; ++i) printf " %s |", layer[i]
      printf "\n| --- |"
      for (i = 1; i <= layers; ++i) printf " ---: |"
      printf "\n| entries in a column of a PE |"
      for (i = 1; i <= layers; ++i) printf " %.1f |", at(run[1], layer[i], "entries") / at(run[1], layer[i], "broadcasts") / 64
      printf "\n| bits of least energy |"
      for (i = 1; i <= layers; ++i) printf " %d |", modelled_best(layer[i])
      print "\n\nEnergies are those of 16 nm, by which all widths are scaled alike.\n\n## Why not 64\n"
      print "A PE keeps the word that it has read, also into the next column (as the description of the machine has it). With every second or"
      print "third input not zero, that column is near: the wider the word, the more of it is still used, and reads fall nearly with the width."
      print "If a word were read anew for every column instead, it could be no better used than a column has entries. Both, with an energy of a"
      print "read that grows with another power of the width, all nine layers:\n"
      print "| power | 32 bits | 64 | 128 | 256 | 512 | least | anew for every column: 32 bits | 64 | 128 | 256 | 512 | least |"
      print "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |"
      count = split("0 0.2 0.3 0.4 0.5 0.591 0.7 0.8 0.9 1", exponent, " ")
      for (e = 1; e <= count; ++e) {
        printf "| %s |", exponent[e]
        for (anew = 0; anew <= 1; ++anew) {
          for (p = 1; p <= runs; ++p) printf " %.2f |", energy(p, ALL, exponent[e], anew)
          printf " %d |", best(ALL, exponent[e], anew)
        }
        print ""
      }
      for (anew = 0; anew <= 1; ++anew) {
        low[anew] = high[anew] = -1
        for (e = 0; e <= 1000; ++e) {
          if (best(ALL, e / 1000, anew) != 64) continue
          if (low[anew] < 0) low[anew] = e / 1000
          high[anew] = e / 1000
        }
      }
      if (low[0] < 0) printf "\nNo power makes 64 bits the best if words are kept. "
      else printf "\nIf words are kept, 64 bits are the best with powers from %.2f to %.2f. ", low[0], high[0]
      if (low[1] >= 0) printf "If they are read anew, it is the best with powers from %.2f to %.2f.\n", low[1], high[1]
      print "So the published optimum speaks for a PE that reads a word anew for every column; the paper does not say which. It changes no time:"
      print "only the energy of the sparse-matrix SRAM. At 64 bits, to which all energies are calibrated, the difference is in the calibration."
    }
  '
} > "$page/README.md"
