"""What asv measures of two commits, as a change of either may break: ``asv continuous BASE HEAD``.

asv (https://asv.readthedocs.io) builds each commit into an environment of its own, lets them take
turns (``--interleave-rounds``), says what changed by more than a factor and by more than noise, and
exits with 1 if anything got worse. pyperf was looked at, too: it neither builds commits nor lets
them take turns, and on a shared machine that matters more than its careful statistics.
"""
