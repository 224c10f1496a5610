# SSIMULACRA 2.

MIN_SIDE = 8
cdef enum:
    MOST_SCALES = 6


cdef class Scales:
    """An RGB image at the six scales of SSIMULACRA 2: each has half the width of the one before.

    To use: `downscale`; then `prepare_reference`, if it was made as a reference, or `compare` with
    a reference of equal size. The parts of a step, up to `parts`, may run at the same time.
    """

    cdef const uint8_t[::1] rgb
    cdef hp_scale at[MOST_SCALES]
    cdef readonly int count
    cdef readonly int parts
    cdef bint reference
    cdef double *sums
    cdef hp_tile_buffers **buffers  # of each part

    def __cinit__(self, const uint8_t[::1] rgb not None, int width, int height, bint reference,
                  int parts=1):
        if not (MIN_SIDE <= width < 1 << 30 and MIN_SIDE <= height < 1 << 30):
            raise ValueError(f"{width}x{height} is smaller than {MIN_SIDE}x{MIN_SIDE}")
        if not 1 <= parts <= 256:
            raise ValueError(f"parts = {parts}")
        if rgb.shape[0] != 3 * <int64_t>width * height:
            raise ValueError(f"{rgb.shape[0]} bytes for {width}x{height} pixels")
        self.rgb = rgb
        self.parts = parts
        self.reference = reference
        self.buffers = <hp_tile_buffers **>zeroed(parts, sizeof(hp_tile_buffers *))
        for part in range(parts):
            self.buffers[part] = <hp_tile_buffers *>allocate(1, sizeof(hp_tile_buffers))
        self.at[0].rgb = &rgb[0]
        while self.count < MOST_SCALES and min(width, height) >= MIN_SIDE:
            self._add_scale(width, height)
            width, height = (width + 1) // 2, (height + 1) // 2
        self.sums = <double *>zeroed(HP_NORMS * self._first_tile(self.count), sizeof(double))

    def __dealloc__(self):
        for i in range(self.count):
            release(self.at[i].light)
            release(self.at[i].xyb)
            release(self.at[i].mean)
        release(self.sums)
        for part in range(self.parts if self.buffers != NULL else 0):
            release(self.buffers[part])
        release(self.buffers)

    cdef _add_scale(self, int width, int height):
        cdef hp_scale *new = &self.at[self.count]
        cdef size_t size = 3 * <size_t>width * height + HP_PAD
        self.count += 1
        new.width, new.height, new.curve = width, height, light_of
        if self.count > 1:
            new.light = <float *>allocate(size, sizeof(float))
        if self.reference:
            new.xyb = <float *>allocate(size, sizeof(float))
            new.mean = <float *>allocate(size, sizeof(float))

    cdef hp_tile_buffers *_buffers_of(self, int part, int parts) except NULL:
        if not 0 <= part < parts <= self.parts:
            raise ValueError(f"part {part} of {parts}")
        return self.buffers[part]

    cdef int32_t _first_tile(self, int scale):
        """Return the number of a scale's first tile; those of all scales are counted through."""
        cdef int32_t i, tiles = 0
        for i in range(scale):
            tiles += ((self.at[i].width + HP_TILE_COLUMNS - 1) // HP_TILE_COLUMNS
                       * ((self.at[i].height + HP_TILE_ROWS - 1) // HP_TILE_ROWS))
        return tiles

    def downscale(self, int part=0, int parts=1):
        """Make the scales after the first."""
        # A row of the last scale stands for 32 of the first, which no other part needs.
        cdef int32_t rows = 1 << (self.count - 1), i, first, last
        cdef int64_t groups = (self.at[0].height + rows - 1) // rows
        cdef hp_tile_buffers *buffers = self._buffers_of(part, parts)
        with nogil:
            for i in range(1, self.count):
                rows >>= 1
                first = <int32_t>(groups * part // parts) * rows
                last = min(<int32_t>(groups * (part + 1) // parts) * rows, self.at[i].height)
                chosen.downscale(&self.at[i - 1], &self.at[i], first, last, buffers)

    def prepare_reference(self, int part=0, int parts=1):
        """Make a reference ready for `compare`."""
        if not self.reference:
            raise ValueError("not made as a reference")
        self._compare_tiles(None, [0] * self.count, part, parts)

    def compare(self, Scales reference not None, structure not None, int part=0, int parts=1):
        """Sum the errors of this one from the reference.

        `structure` holds for each scale the channels in which loss of structure counts: the sum
        of 1 for X, 2 for Y and 4 for B.
        """
        if not reference.reference or (reference.at[0].width, reference.at[0].height) != (
                self.at[0].width, self.at[0].height):
            raise ValueError("not a reference of equal size")
        if len(structure) != self.count or not all(0 <= bits <= 7 for bits in structure):
            raise ValueError(f"structure {structure} for {self.count} scales")
        self._compare_tiles(reference, structure, part, parts)

    cdef _compare_tiles(self, Scales reference, structure, int part, int parts):
        cdef int32_t i = 0, tile, start = 0, end = self._first_tile(1)
        cdef int bits
        cdef hp_tile_buffers *buffers = self._buffers_of(part, parts)
        for tile in range(part, self._first_tile(self.count), parts):
            while tile >= end:
                i += 1
                start, end = end, self._first_tile(i + 1)
            bits = structure[i]
            with nogil:
                chosen.compare_tile(&self.at[i], NULL if reference is None else &reference.at[i],
                                     bits, tile - start, buffers, self.sums + HP_NORMS * tile)

    def norms(self):
        """After `compare`: for each scale 18 means, as `hp_compare_tile` orders them."""
        cdef int i, k, tile
        cdef double total
        out = []
        for i in range(self.count):
            means = []
            for k in range(HP_NORMS):
                total = 0
                for tile in range(self._first_tile(i), self._first_tile(i + 1)):
                    total += self.sums[HP_NORMS * tile + k]
                means.append(total / (<double>self.at[i].width * self.at[i].height))
            out.append(means)
        return out
