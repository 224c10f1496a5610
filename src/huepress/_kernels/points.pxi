# Unique colours as points of a working space.

cdef class Points:
    """Weighted points in a working space; see points.h for how they lie in memory."""

    cdef hp_points it
    cdef ColorCounts owner  # of weights and keys, if borrowed
    cdef bint borrowed  # the collector may have taken the owner before __dealloc__
    cdef uint32_t *keys
    cdef int channels
    cdef int unit  # the least step of the keys' channels, in coordinates
    cdef int64_t weight

    def __init__(self):
        raise TypeError("points come from ColorCounts.points")

    cdef _allocate(self, size_t size, int channels, ColorCounts owner=None):
        """Make room; weights and keys are the owner's if there is one."""
        self.channels = channels
        self.owner = owner
        self.borrowed = owner is not None
        cdef size_t room = size + HP_PAD
        self.it.size = <int32_t>size
        self.it.xy = <int32_t *>allocate(room, sizeof(int32_t))
        self.it.za = <int32_t *>allocate(room, sizeof(int32_t))
        if self.borrowed:
            self.it.weight, self.keys = owner.it.counts, owner.it.keys
            return
        self.it.weight = <uint32_t *>allocate(room, sizeof(uint32_t))
        self.keys = <uint32_t *>allocate(room, sizeof(uint32_t))

    cdef _partition(self):
        cdef size_t room = self.it.size + 1
        cdef int32_t i
        self.it.leaf = <int32_t *>allocate(room, sizeof(int32_t))
        self.it.node = <int32_t *>allocate(room, sizeof(int32_t))
        self.it.leaf_box = <hp_box *>allocate(room, sizeof(hp_box))
        self.it.node_box = <hp_box *>allocate(room, sizeof(hp_box))
        with nogil:
            hp_partition(&self.it, self.keys)
            chosen.find_boxes(&self.it)
            self.weight = 0
            for i in range(self.it.size):
                self.weight += self.it.weight[i]

    def __dealloc__(self):
        release(self.it.xy)
        release(self.it.za)
        release(self.it.leaf)
        release(self.it.node)
        release(self.it.leaf_box)
        release(self.it.node_box)
        if not self.borrowed:
            release(self.it.weight)
            release(self.keys)

    def __len__(self):
        return self.it.size

    @property
    def nodes(self):
        """How many nodes the points are cut into: the units that threads share."""
        return self.it.nodes

    def coarsen(self, int least):
        """Return fewer `Points`, at least so many: one for all colours in a Z-order cell.

        Returns itself if it has no more than that.
        """
        if self.it.size <= max(least, 1):
            return self
        cdef int32_t cells[33]
        cdef int shift = 0
        hp_count_cells(self.keys, self.it.size, cells)
        while shift < 31 and cells[shift + 1] >= least:
            shift += 1
        if shift == 0:
            return self
        cdef Points coarse = Points.__new__(Points)
        coarse._allocate(cells[shift], self.channels)
        coarse.unit = self.unit
        coarse.it.space = self.it.space
        with nogil:
            hp_coarsen(&self.it, self.keys, shift, &coarse.it, coarse.keys)
        coarse._partition()
        return coarse

    def coarsen_within(self, double budget):
        """Return fewer `Points`: one for all colours in a Z-order cell.

        Cells are as large as can be with their weight times their squared side within the budget, a
        distortion in the units of `Clusters.distortion`.
        """
        cdef Points coarse = Points.__new__(Points)
        coarse._allocate(self.it.size, self.channels)
        coarse.unit = self.unit
        coarse.it.space = self.it.space
        with nogil:
            coarse.it.size = hp_coarsen_within(&self.it, self.keys, self.channels,
                                               self.unit, budget, &coarse.it, coarse.keys)
        coarse._partition()
        return coarse

    def holds(self, ColorCounts colors not None):
        """Tell whether these are the points of the same unique colours, all of them."""
        return self.owner is not None and have_same_colors(self.owner, colors)

    def coordinates(self):
        """Return a list of ((x, y, z, a), weight), for tests and curious readers."""
        cdef int32_t at[4]
        cdef int32_t i
        found = []
        for i in range(self.it.size):
            hp_unpack(self.it.xy[i], self.it.za[i], at)
            found.append(((at[0], at[1], at[2], at[3]), self.it.weight[i]))
        return found
