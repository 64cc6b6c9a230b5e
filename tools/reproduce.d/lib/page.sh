# What the pages of entries have in common; an entry sources it: `. tools/reproduce.d/lib/page.sh`.
# A comparison is a CSV file with the columns item,published,reproduced; items have no commas.
# shellcheck shell=sh

# comparison_table KIND PATTERN: rows of the comparison on standard input whose item matches the awk pattern, as a Markdown
# table. KIND says what the deviation is: `points`, of numbers in percent, or `relative`.
comparison_table() {
  awk -F, -v kind="$1" -v pattern="$2" '
    NR == 1 {
      print "| | published | ours | deviation |\n| --- | ---: | ---: | ---: |"
      next
    }
    $1 ~ pattern {
      deviation = kind == "points" ? sprintf("%+.2f points", $3 - $2) : sprintf("%+.1f%%", 100 * ($3 / $2 - 1))
      printf "| %s | %s | %s | %s |\n", $1, $2, $3, deviation
    }
  '
}

# plot FILE.svg: draws the gnuplot commands on standard input. The same bytes for the same commands: fonts are named, not
# measured, and the line with gnuplot's version is left out.
plot() {
  if ! command -v gnuplot > /dev/null; then
    echo "gnuplot is missing; tools/setup installs it" >&2
    return 1
  fi
  {
    echo "set terminal svg size 720,400 fixed font 'DejaVu Sans,12' background '#ffffff'"
    cat
  } > "$1.gnuplot"
  LC_ALL=C.UTF-8 gnuplot "$1.gnuplot" > "$1.drawn" || return 1
  sed '/^<desc>Produced by GNUPLOT/d' "$1.drawn" > "$1"
  rm "$1.gnuplot" "$1.drawn"
}
