#!/bin/sh
# Ready sweep: a thousand machines at random; simulated twice, once killed three times and taken up again.
set -eu
. tools/reproduce.d/lib/sweep.sh

sweep_page "$1" alexnet-1000 "A thousand machines of 1024 multipliers" \
  pareto-cycles-energy cycles-by-pe.crossbar.bank_queue energy-by-pe.accumulators.banks front-energy <<'SEEN'
  fast = least("cycles")
  frugal = least("energy_total_pj")
  both = least("energy_delay_product_pj_ns")
  c = number_of("cycles")
  e = number_of("energy_total_pj")
  printf "- The fastest machine takes %.0f%% fewer cycles than the one of least energy, which takes %.0f%% less energy.\n", -more(cell[fast, c], cell[frugal, c]), -more(cell[frugal, e], cell[fast, e])
  printf "- The one of least energy times delay takes %.0f%% more cycles than the fastest and %.1f%% more energy than the one of least.\n", more(cell[both, c], cell[fast, c]), more(cell[both, e], cell[frugal, e])
SEEN

# The same sweep, which does not get through undisturbed.
killed=$out/killed
start() {
  : > "$killed.log"
  "$SCNN_SIM" sweep configs/sweeps/alexnet-1000.yaml --jobs 2 --output "$killed.db" > "$killed.log" 2>&1 &
  process=$!
}
# until POINTS: waits until that many are done.
until_done() {
  while ! awk -v points="$1" '/ of 1000 points, / && $1 >= points { found = 1 } END { exit !found }' "$killed.log"; do
    sleep 1
    kill -0 "$process"  # or else it has ended too early
  done
}
ends_with() {
  status=0
  wait "$process" || status=$?
  [ "$status" -eq "$1" ] || {
    echo "the sweep ended with $status instead of $1:" >&2
    tail -n 3 "$killed.log" >&2
    exit 1
  }
}
start
until_done 100
kill -INT "$process"
ends_with 130
start
until_done 350
kill -KILL "$process"
ends_with 137
start
until_done 600
until grep -q 'ended by signal 9' "$killed.log"; do
  worker=$(cut -d ' ' -f 1 "/proc/$process/task/$process/children")
  kill -KILL "$worker" || true  # it may just have ended
  sleep 0.1
done
ends_with 1
start
ends_with 0
for table in points layers; do
  for database in points killed; do
    "$SCNN_SIM" export "$out/$database.db" --table "$table" --output "$out/$database-$table.csv"
  done
  cmp "$out/points-$table.csv" "$out/killed-$table.csv"
done
cat >> "$page/README.md" <<'KILLED'

## Killed three times

The entry simulates the sweep a second time, in two processes: it interrupts it after 100 points (Ctrl-C), kills it after 350
(`kill -9`) and kills one of its worker processes after 600, which loses that process' point. The same command takes it up
each time. In the end the tables of points and of layers are, to the last byte, those of the sweep that was left alone; else
this page does not come into being.
KILLED
