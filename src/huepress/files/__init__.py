"""Files in and out: sources that may be hostile, outputs written whole or not at all.

Import from its modules: `sources` (reading), `atomic` (writing), `temporary` (files on their way to
their names) and `streams` (standard input, output and error).
"""
