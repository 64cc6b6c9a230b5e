# Turns reports of perf into the tables of where time goes. Files: for each network three, of the modes in the tables'
# order. Variable: networks, the names of the networks' run files, separated by blanks.

BEGIN {
  # What a symbol belongs to: the first pattern that it matches.
  class("partial sums (`accumulate_kernel`, `partial_sum_planes`, `lockstep_kernel`)",
        "Accumulate<|::Accumulate$|AddProducts|add_products|PartialSumPlanes::|arrange_multiplicands")
  class("bypass registers (`bypass_kernel`, `lockstep_kernel`)",
        "count_with|CountBypassHits|count_bypass|MarkOutputs|mark_outputs|LockstepElements::(refer|all_touched)")
  class("issues and queues (`issue_kernel`)", "run_with|RunIssues|run_issues|Crossbar<|DrainQueues|drain_queues")
  class("clocks of all PEs (`pe_clock_kernel`, `queueing_elements`, `lockstep_elements`)",
        "TakeUp|take_up|[Ff]ind_?[Ll]ate_?[Pp]roducts|entries_from_last_weight|PeClocks|LockstepElements::(take|settle|" \
        "count_anew|end_group|begin_group)|QueueingElements::(take|issue|run_segment|end_group|begin_group)")
  class("tables of segments (`table_kernel`, `segment_tables`)", "SumEntries|SumHalves|FindEnds|SegmentTables|for_each_row")
  class("halo exchange, post-processing", "HaloExchange|PostProcessing|finished_output|read_partial_sums")
  class("weight broadcast, DRAM, SystemC", "PeArray|WeightBroadcast|ProcessingElement|dram::|tlm|sc_core|sc_time")
  class("compressed streams, mapping",
        "Compressor|CompressedPass|compress_|ActivationEncoder|ActivationSizes|WeightEncoder|runs_fit|longest_run_of|" \
        "[Nn]onzeros|NonzeroStreams|for_each_nonzero|map_layer|map_pass|oaram_use|input_fits|Scnn::run|count_rows|row_references|" \
        "QueueingElements|LockstepElements")
  class("making, pruning and quantising tensors",
        "[Ss]ynthetic|independent_input|[Rr]andom|mersenne|[Nn]ormal_?[Pp]airs|Mask::|pruning::apply|[Pp]rune|[Qq]uanti|introselect|adjust_heap|nth_element|magnitude|[Gg]rain|logf?_|expf?_|" \
        "sincos|__(log|exp|cos|sin)")
  class("dense evaluation (inputs' outputs, the check, float32)",
        "workloads::|dnnl|gomp|0x[0-9a-f]+$|[Ee]valuat|FixedPoint|fixed_point|post_process|deviation")
  split(networks, network_names, " ")
}
function class(name, pattern) {
  names[++classes] = name
  patterns[classes] = pattern
}

FNR == 1 { ++file }
/^ *[0-9.]+% +\[[.k]\] / {
  share = $1 + 0
  symbol = $0
  sub(/^ *[0-9.]+% +\[[.k]\] +/, "", symbol)
  sub(/ +$/, "", symbol)
  found = 0
  for (c = 1; c <= classes && !found && $2 != "[k]"; ++c) if (symbol ~ patterns[c]) found = c
  shares[file, found] += share
}

END {
  print "Shares of the processor's time in whole runs on one core, sampled with `perf`, by the symbols' names. What the"
  print "operating system does is under *other*: most of it hands out memory."
  for (n = 1; 3 * n <= file; ++n) {
    print "\n`" network_names[n] "`:\n"
    print "| what | timing only | one bypass register | with arithmetic |\n| --- | ---: | ---: | ---: |"
    for (c = 1; c <= classes; ++c) line(names[c], 3 * n - 2, c)
    line("other", 3 * n - 2, 0)
  }
}
function line(name, first, c,    f) {
  printf "| %s", name
  for (f = first; f < first + 3; ++f) printf " | %.0f %%", shares[f, c]
  print " |"
}
