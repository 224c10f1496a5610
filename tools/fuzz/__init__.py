"""Fuzzing: damaged and invented files and arguments, until something other than an error comes out.

    python -m tools.fuzz --seconds 60
    python -m tools.fuzz --seconds 1800 --target compress-png --corpus corpus
    python -m tools.fuzz --repeat compress-png findings/compress-png/crash-1234

Atheris (libFuzzer, guided by which Python code an input reaches) changes small files made here.
All is well if huepress succeeds or raises a HuepressError, within 10 seconds and
1.2 GB of memory. What doesn't is written to a folder, with the command to repeat it.

======== =====================================================================
targets  what is done with an input
kernels  the same for the kernels, through their gate
seeds    small good files to start from
mutators changes that keep a file's checksums and structure right
worker   one target in one process
======== =====================================================================

The kernels are best fuzzed under sanitizers: ``bash tools/sanitize.sh --run python -m tools.fuzz``.
"""
