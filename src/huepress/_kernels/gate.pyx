# cython: language_level=3, wraparound=False, cdivision=True
# cython: freethreading_compatible=True, auto_pickle=False, autotestdict=False
"""The gate to the C kernels: owns the memory, checks every length and range, releases the GIL.

Nothing else talks to C. Buffers come in by the buffer protocol (bytes, array.array, NumPy), so
that the command line does without NumPy.
"""

from array import array

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcmp, memcpy, memset

include "declarations.pxi"

# Targets of Clusters.update.
MEAN, BEYOND_MEAN, EIGHT_BIT = HP_MEAN, HP_BEYOND_MEAN, HP_EIGHT_BIT

cdef hp_kernels sets[HP_SET_COUNT]
cdef int set_count = hp_find_sets(sets)
cdef hp_kernels chosen = sets[set_count - 1]


def instruction_sets():
    """Return the names of the instruction sets this machine can run, slowest first."""
    return tuple(sets[i].set_name.decode() for i in range(set_count))


def use_instruction_set(name):
    """Make all kernels run on this instruction set; the result is the same on each."""
    global chosen
    for i in range(set_count):
        if sets[i].set_name.decode() == name:
            chosen = sets[i]
            return
    raise ValueError(f"instruction set {name!r} is not one of {instruction_sets()}")


include "memory.pxi"
include "srgb.pxi"
include "color_counts.pxi"
include "pixel_index.pxi"
include "points.pxi"
include "clusters.pxi"
include "canvas.pxi"
include "trellis.pxi"
include "pixels.pxi"
include "scales.pxi"
include "png.pxi"
include "blocks.pxi"
