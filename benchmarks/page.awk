# Turns the JSON files of the benchmarks into the page on performance. Variables: commit, processor, cores, compiler;
# profile, a file that is put in where it exists; curve, the drawing to write.

# Every benchmark's own figures, or where it was repeated their medians: value[run, key].
FNR == 1 { ++file }
/"family_index":/ { place = file * 10000 + $2 }
/"run_name":/ { run = text($0); wanted = 1 }
/"aggregate_name":/ { wanted = text($0) == "median"; repeated = 1 }
/^ *"[a-z_]+": -?[0-9]/ && wanted {
  key = $1
  gsub(/[":]/, "", key)
  number = $2
  sub(/,$/, "", number)
  if (!((run, key) in value)) insert(run SUBSEP key, place)
  value[run, key] = number
}
/"time_unit":/ { unit[run] = text($0) }

# Puts a figure in order of the suites and, within each, of its benchmarks, which may have run in another.
function insert(figure, place,    i) {
  for (i = ++runs; i > 1 && places[i - 1] > place; --i) {
    order[i] = order[i - 1]
    places[i] = places[i - 1]
  }
  order[i] = figure
  places[i] = place
}
function text(line) {
  sub(/^[^:]*: *"/, "", line)
  sub(/",? *$/, "", line)
  return shortened(line)
}
# Without what Google Benchmark puts behind a name.
function shortened(name) {
  sub(/\/iterations:1/, "", name)
  sub(/\/manual_time/, "", name)
  return name
}
function has(name, key) { return (name, key) in value }
function number_of(name, key) { return value[name, key] + 0 }
function seconds(name) {
  return number_of(name, "real_time") / (unit[name] == "s" ? 1 : unit[name] == "ms" ? 1e3 : unit[name] == "us" ? 1e6 : 1e9)
}
function millions(x) { return sprintf(x >= 1e7 ? "%.0f" : "%.1f", x / 1e6) }
function verdict(met) { return met ? "yes" : "**no**" }

# One line of the table of targets.
function target(what, wanted_text, measured, met) {
  printf "| %s | %s | %s | %s |\n", what, wanted_text, measured, verdict(met)
}
function target_speed(how, mode, what, least,    name, x) {
  name = "network/vgg16/" mode "/" how
  if (!has(name, "products_per_second")) return
  x = number_of(name, "products_per_second")
  target("VGG-16, " what, least " M products/s", sprintf("%s M products/s, %.2f s; whole run %.2f s", millions(x),
         number_of(name, "simulation_seconds"), seconds(name)), x >= least * 1e6)
}
function target_eie(mode, what, most,    machine, run, figure_text) {
  machine = "eie/machine/" mode
  run = "eie/run/" mode
  if (!has(machine, "real_time") || !has(run, "real_time")) return
  figure_text = sprintf("%.3f s; whole run %.2f s, of which the machine %.3f s", seconds(machine), seconds(run), number_of(run, "simulation_seconds"))
  target("EIE, VGG-6 of 25088 x 4096, " what, "below " most " s", figure_text, seconds(machine) < most)
}
function target_memory(mode, what, most,    name, x) {
  name = "network/vgg16/" mode "/jobs_1"
  if (!has(name, "peak_memory_bytes")) return
  x = number_of(name, "peak_memory_bytes")
  target("VGG-16, peak memory, " what, "below " most " MB", sprintf("%.0f MB", x / 1e6), x < most * 1e6)
}
function target_jobs(mode, what,    one, two, apart, x) {
  one = "network/vgg16/" mode "/jobs_1"
  two = "network/vgg16/" mode "/jobs_2"
  apart = "network/vgg16/" mode "/two_runs"
  if (!has(one, "real_time") || !has(two, "real_time") || !has(apart, "real_time")) return
  x = seconds(one) / seconds(two)
  target("VGG-16, 2 jobs against 1, " what, "at least 1.8 times as fast",
         sprintf("whole run %.2f times; two runs at once %.2f times", x, 2 * seconds(one) / seconds(apart)), x >= 1.8)
}
function target_share(how, network, label,    i, mode, base, own, x) {
  for (i = 1; i <= 3; ++i) {
    base = "network/vgg16/" modes[i] "/" how
    own = "network/" network "/" modes[i] "/" how
    if (!has(base, "products_per_second") || !has(own, "products_per_second")) continue
    x = number_of(base, "products_per_second") / number_of(own, "products_per_second")
    target(label ", time per product, " mode_text[modes[i]] how_text[how], "at most twice VGG-16's",
           sprintf("%.2f times; %.2f times VGG-16's at its target", x,
                   least[modes[i]] * 1e6 / number_of(own, "products_per_second")), x <= 2)
  }
}

# A table of all benchmarks whose names begin so.
function table(prefix, key, heading, scale, decimals,    i, part, previous) {
  printf "| benchmark | %s |\n| --- | ---: |\n", heading
  for (i = 1; i <= runs; ++i) {
    split(order[i], part, SUBSEP)
    if (index(part[1], prefix) != 1 || part[2] != key) continue
    printf "| %s | %.*f |\n", substr(part[1], length(prefix) + 1), decimals, value[part[1], key] * scale
  }
}
# As above with the three modes side by side; names end in a mode. @param key products_per_second or real_time
function table_by_mode(prefix, suffix, key,    i, j, part, base, name, line) {
  print "| | timing only | timing only, one register | arithmetic, one register |\n| --- | ---: | ---: | ---: |"
  for (i = 1; i <= runs; ++i) {
    split(order[i], part, SUBSEP)
    base = part[1]
    if (index(base, prefix) != 1 || part[2] != key || !sub("/timing" suffix "$", "", base)) continue
    line = "| " substr(base, length(prefix) + 1) " |"
    for (j = 1; j <= 3; ++j) {
      name = base "/" modes[j] suffix
      if (has(name, key)) line = line " " (key == "real_time" ? sprintf("%.2f", seconds(name)) : millions(number_of(name, key)))
      if (has(name, "times_detailed")) line = line sprintf(" (%.0fx)", number_of(name, "times_detailed"))
      line = line " |"
    }
    print line
  }
}

# ---- time against products

function collect_growth(    i, part) {
  for (i = 1; i <= runs; ++i) {
    split(order[i], part, SUBSEP)
    if (index(part[1], "growth/") != 1 || part[2] != "products") continue
    ++points
    x[points] = value[part[1], "products"]
    y[points] = value[part[1], "simulation_seconds"]
    whole[points] = seconds(part[1])
    memory[points] = value[part[1], "peak_memory_bytes"]
  }
}
# Least squares: seconds = offset + slope products, and the exponent of seconds ~ products^exponent.
# A fixed time and one for each product, by least squares of relative errors: small runs count as much as large ones.
function fit(    i, w, s, sx, sy, sxx, sxy, lx, ly, slx, sly, slxx, slxy, error) {
  for (i = 1; i <= points; ++i) {
    w = 1 / y[i] ^ 2
    s += w; sx += w * x[i]; sy += w * y[i]; sxx += w * x[i] * x[i]; sxy += w * x[i] * y[i]
    lx = log(x[i]); ly = log(y[i])
    slx += lx; sly += ly; slxx += lx * lx; slxy += lx * ly
  }
  slope = (s * sxy - sx * sy) / (s * sxx - sx * sx)
  offset = (sy - slope * sx) / s
  exponent = (points * slxy - slx * sly) / (points * slxx - slx * slx)
  largest_error = 0
  for (i = 1; i <= points; ++i) {
    error = (offset + slope * x[i]) / y[i] - 1
    if (error < 0) error = -error
    if (error > largest_error) largest_error = error
  }
}
function decade(v, up,    d) {
  d = int(log(v) / log(10) + 1e-9)
  if (10 ^ d > v * 1.000001) --d
  if (up && 10 ^ d < v * 0.999999) ++d
  return d
}
function at_x(v) { return 70 + 500 * (log(v) / log(10) - x0) / (x1 - x0) }
function at_y(v) { return 330 - 300 * (log(v) / log(10) - y0) / (y1 - y0) }
function power(d) { return "10<tspan dy=\"-6\" font-size=\"10\">" d "</tspan>" }
# Points and fitted line on logarithmic axes.
function draw(file,    i, d, v, path, low, high) {
  low = high = y[1]
  for (i = 1; i <= points; ++i) {
    if (y[i] < low) low = y[i]
    if (y[i] > high) high = y[i]
  }
  x0 = decade(x[1], 0); x1 = decade(x[points], 1); y0 = decade(low, 0); y1 = decade(high, 1)
  printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"600\" height=\"390\" font-family=\"sans-serif\" font-size=\"13\">\n<rect width=\"600\" height=\"390\" fill=\"white\"/>\n" > file
  for (d = x0; d <= x1; ++d) {
    printf "<line x1=\"%.1f\" y1=\"30\" x2=\"%.1f\" y2=\"330\" stroke=\"#ddd\"/>\n<text x=\"%.1f\" y=\"350\" text-anchor=\"middle\">%s</text>\n", at_x(10 ^ d), at_x(10 ^ d), at_x(10 ^ d), power(d) > file
  }
  for (d = y0; d <= y1; ++d) {
    printf "<line x1=\"70\" y1=\"%.1f\" x2=\"570\" y2=\"%.1f\" stroke=\"#ddd\"/>\n<text x=\"60\" y=\"%.1f\" text-anchor=\"end\">%s</text>\n", at_y(10 ^ d), at_y(10 ^ d), at_y(10 ^ d) + 4, power(d) > file
  }
  printf "<rect x=\"70\" y=\"30\" width=\"500\" height=\"300\" fill=\"none\" stroke=\"black\"/>\n<text x=\"320\" y=\"378\" text-anchor=\"middle\">products</text>\n<text x=\"20\" y=\"180\" text-anchor=\"middle\" transform=\"rotate(-90 20 180)\">seconds of simulation</text>\n" > file
  for (i = 0; i <= 100; ++i) {
    v = exp(log(x[1]) + (log(x[points]) - log(x[1])) * i / 100)
    if (offset + slope * v > 10 ^ y0) path = path sprintf("%s%.1f,%.1f", path == "" ? "" : " ", at_x(v), at_y(offset + slope * v))
  }
  printf "<polyline points=\"%s\" fill=\"none\" stroke=\"#888\" stroke-dasharray=\"5 3\"/>\n", path > file
  for (i = 1; i <= points; ++i) printf "<circle cx=\"%.1f\" cy=\"%.1f\" r=\"4\" fill=\"#1f5fa8\"/>\n", at_x(x[i]), at_y(y[i]) > file
  print "</svg>" > file
  close(file)
}

END {
  least["timing"] = 2000; least["timing_bypass"] = 800; least["arithmetic_bypass"] = 400  # M products/s of VGG-16
  modes[1] = "timing"; modes[2] = "timing_bypass"; modes[3] = "arithmetic_bypass"
  mode_text["timing"] = "timing only"
  mode_text["timing_bypass"] = "timing only, one bypass register"
  mode_text["arithmetic_bypass"] = "arithmetic and check, one bypass register"
  how_text["avx2"] = ", AVX2"

  print "# Performance\n"
  print "Written by `tools/bench --page`, of commit " commit ".\n"
  print "- Machine: " processor ", " cores " cores"
  print "- Compiler: " compiler ", Release build: portable x86-64, widest instructions chosen at run time\n"
  print "## Method\n"
  print (repeated ? "Every figure is the median of three runs; of networks, of five, which take turns at random." : "Every figure is of one short run (`--quick`).")
  print "Every run checks its answer. Layers and networks must count what the detailed datapath counted"
  print "(`benchmarks/expected`: cycles, PE-cycle classes and all counters but the"
  print "bytes of activations that cross DRAM), and with arithmetic put out what a dense convolution does; datapaths are"
  print "compared with the detailed one on the spot; growing runs must take the products that their tensors' zeros leave."
  print "Networks, growing runs and start-up run the program in a process of its own:"
  print "*simulation* is what it spends on simulating (and with arithmetic on checking), *whole run* is its whole life on"
  print "the wall clock, with reading or making tensors, pruning, the dense convolution that tells the right outputs, and"
  print "writing the results. *AVX2* is the same program kept from using wider instructions. What two cores can do at most"
  print "is told by two runs of one job each at the same time, which share nothing but the machine."
  print "Layers and datapaths run within the benchmark, by processor time, on one core."
  print "EIE is timed on its largest published layer: the machine alone within the benchmark, which counts its entries and outputs;"
  print "a whole run also makes 103 million random weights (most of its time), prunes, shares and encodes them."
  print "One bypass register is one per bank; otherwise the machine is the default SCNN. VGG-16 has the densities of"
  print "SCNN's figure 1.\n"
  print "## Targets\n\n| what | target | measured | met |\n| --- | --- | --- | --- |"
  for (i = 1; i <= 3; ++i) target_speed("jobs_1", modes[i], mode_text[modes[i]], least[modes[i]])
  for (i = 1; i <= 3; ++i) target_speed("avx2", modes[i], mode_text[modes[i]] how_text["avx2"], least[modes[i]])
  for (i = 1; i <= 3; ++i) target_jobs(modes[i], mode_text[modes[i]])
  target_memory("timing", mode_text["timing"], 300)
  target_memory("timing_bypass", mode_text["timing_bypass"], 300)
  target_memory("arithmetic_bypass", mode_text["arithmetic_bypass"], 500)
  if (has("startup/parameters", "real_time")) {
    target("start-up, `scnn-sim parameters`", "below 50 ms", sprintf("%.0f ms", 1e3 * seconds("startup/parameters")),
           seconds("startup/parameters") < 0.05)
  }
  if (has("startup/tiny_run", "real_time")) {
    target("start-up, a run of a tiny layer", "below 50 ms", sprintf("%.0f ms", 1e3 * seconds("startup/tiny_run")),
           seconds("startup/tiny_run") < 0.05)
  }
  target_eie("timing", "timing only", 0.5)
  target_eie("arithmetic", "with arithmetic", 2)
  for (i = 1; i <= 2; ++i) {
    how = i == 1 ? "jobs_1" : "avx2"
    target_share(how, "googlenet", "GoogLeNet")
    target_share(how, "resnet50", "ResNet-50")
    target_share(how, "densenet121", "DenseNet-121")
  }
  if (has("memory/layers_40", "peak_memory_bytes")) {
    ratio = number_of("memory/layers_40", "peak_memory_bytes") / number_of("memory/layers_4", "peak_memory_bytes")
    target("a run of 40 layers against one of 4 of them", "no more memory (within 5%)", sprintf("%.2f times the memory", ratio), ratio <= 1.05)
  }

  print "\n## Whole networks\n\nMillions of products a second, on one core.\n"
  table_by_mode("network/", "/jobs_1", "products_per_second")
  print "\nThe same with AVX2:\n"
  table_by_mode("network/", "/avx2", "products_per_second")
  print "\nWhole runs, seconds:\n"
  table_by_mode("network/", "/jobs_1", "real_time")
  print "\n## Whole layers\n\nMillions of products a second, with mapping and compression, on one core.\n"
  table_by_mode("layer/", "", "products_per_second")
  print "\n## The datapath of a PE\n\nMillions of products a second by granularity and densities; in brackets how many times as fast as the detailed"
  print "datapath, which ticks block by block.\n"
  table_by_mode("datapath/", "", "products_per_second")

  collect_growth()
  if (points > 1) {
    fit()
    draw(curve)
    print "\n## Time against products\n\nSynthetic layers of 3x3 filters on 56x56 planes, timing only.\n"
    print "| products | simulation, s | ns a product | whole run, s | peak memory, MB |\n| ---: | ---: | ---: | ---: | ---: |"
    for (i = 1; i <= points; ++i) {
      printf "| %s M | %.4f | %.3f | %.2f | %.0f |\n", millions(x[i]), y[i], 1e9 * y[i] / x[i], whole[i], memory[i] / 1e6
    }
    printf "\nFitted: %.2f ms + %.3f ns a product, at most %.0f %% off (least squares of relative errors); over the whole range time grows with the power %.3f of the products.\n", 1e3 * offset, 1e9 * slope, 100 * largest_error, exponent
    name = curve
    sub(/.*\//, "", name)
    print "\n![seconds of simulation against products](" name ")"
  }
  if (has("memory/layers_40", "peak_memory_bytes")) {
    print "\n## Memory of a run ten times as long\n\nThe first layers leave holes in the heap, which the others fill.\n\n| layers | products | whole run, s | peak memory, MB |\n| ---: | ---: | ---: | ---: |"
    count = split("1 4 40", layers, " ")
    for (i = 1; i <= count; ++i) {
      name = "memory/layers_" layers[i]
      printf "| %d | %s M | %.2f | %.0f |\n", layers[i], millions(number_of(name, "products")), seconds(name), number_of(name, "peak_memory_bytes") / 1e6
    }
  }
  print "\n## Streams and files\n\nEncoding and decoding of compressed streams, and loading the weights of `workloads/shapes-vgg.h5`.\n"
  table("stream/", "items_per_second", "million positions a second", 1e-6, 0)
  print ""
  table("weights/", "bytes_per_second", "MB a second", 1e-6, 0)
  if ((getline line < profile) > 0) {
    print "\n## Where time goes\n"
    do print line; while ((getline line < profile) > 0)
  }
}
