# Pixels to labels.

THRESHOLD_LEVELS = HP_THRESHOLDS  # of a threshold map


cdef check_part(int part, int parts):
    if not 0 <= part < parts <= 256:
        raise ValueError(f"part {part} of {parts}")


# Of a row there are up to 1,300 words at a time, and four coordinates of each pixel are counted in
# 31 bits.
cdef size_t WIDEST = min(<size_t>1 << 28, <size_t>-1 >> 13)


cdef check_width(PixelIndex index, int width):
    if width < 1 or <size_t>width > WIDEST or index.size % width:
        raise ValueError(f"{index.size} pixels are no image {width} wide")


cdef check_points(PixelIndex index, Points points):
    """Check that there is a point for each of the colours that pixels have, and no other."""
    if points.owner is None or not have_same_colors(index.colors, points.owner):
        raise ValueError("not points of all the image's colours")


cdef int obtain_window(Arrays *arrays, hp_window *window, size_t width) except -1:
    """Give a window its arrays; they are to be released."""
    cdef int i
    begin_arrays(arrays)
    for i in range(HP_WINDOW_SIDE):
        name_array(arrays, &window.rows[i], 2 * width, sizeof(int32_t))
    for i in range(HP_WINDOW_SUMS):
        name_array(arrays, &window.column_sums[i], width + 2 * HP_WINDOW_REACH, sizeof(int32_t))
    for i in range(HP_WINDOW_SUMS):
        name_array(arrays, &window.window_sums[i], width, sizeof(int32_t))
    name_array(arrays, &window.variance, width, sizeof(float))
    return obtain_arrays(arrays, False)


cdef class Canvas:
    """An image and a codebook of no more than 256 colours, to map one to the other.

    `clusters` are on points of the same colours, and assigned; their centroids are the codebook.
    To use: `measure_tolerance`, then any of the others; `enforce_constraints` needs no measuring.
    """

    cdef PixelIndex index
    cdef Clusters clusters
    cdef hp_canvas it
    cdef uint8_t *nearness
    cdef int32_t *nearest

    def __cinit__(self, PixelIndex index not None, Clusters clusters not None, int width):
        if not clusters.labelled:
            raise ValueError("assign first")
        check_points(index, clusters.points)
        if clusters.it.k > HP_MAX_INDEXED:
            raise ValueError(f"k = {clusters.it.k}")
        check_width(index, width)
        self.index = index
        self.clusters = clusters
        self.nearness = <uint8_t *>allocate(index.colors.it.size, 1)
        self.nearest = <int32_t *>allocate(index.colors.it.size, sizeof(int32_t))
        memcpy(self.nearest, clusters.to.labels, index.colors.it.size * sizeof(int32_t))
        hp_measure_nearness(&clusters.points.it, self.nearest, &clusters.it, self.nearness)
        self.it.width, self.it.height = width, <int32_t>(index.size // width)
        self.it.index, self.it.nearness = index.index, self.nearness
        self.it.xy, self.it.za = clusters.points.it.xy, clusters.points.it.za
        self.it.tolerance = <uint8_t *>zeroed(index.size, 1)

    def __dealloc__(self):
        release(self.nearness)
        release(self.nearest)
        release(self.it.tolerance)

    def measure_tolerance(self, int part=0, int parts=1):
        """Measure where in the image errors show; the parts may run at the same time."""
        check_part(part, parts)
        cdef int64_t height = self.it.height
        cdef int32_t first = <int32_t>(height * part // parts)
        cdef int32_t last = <int32_t>(height * (part + 1) // parts)
        cdef hp_window window
        cdef Arrays arrays
        obtain_window(&arrays, &window, self.it.width)
        with nogil:
            chosen.measure_tolerance(&self.it, first, last, &window, self.it.tolerance)
        release_arrays(&arrays)

    def tolerance(self):
        """Return what `measure_tolerance` found of each pixel (bytes), for tests and the curious.

        How much may be lost there, 0 to 127; and 128 more where dithering leaves it alone.
        """
        return copied(self.it.tolerance, self.index.size)

    def enforce_constraints(self, const uint8_t[::1] labels not None,
                            const uint32_t[::1] kept not None):
        """Return labels (bytes) of pixels with those replaced that constraints forbid.

        `Clusters.constrained_labels` says which.
        """
        cdef ssize_t i
        if <size_t>labels.shape[0] != self.index.size:
            raise ValueError(f"{labels.shape[0]} labels for {self.index.size} pixels")
        for i in range(labels.shape[0]):
            if labels[i] >= self.clusters.it.k:
                raise ValueError(f"label {labels[i]} of {self.clusters.it.k}")
        cdef uint32_t *constraints = self.clusters._constraints(kept)
        cdef bytes out = copied(&labels[0], labels.shape[0])
        cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
        with nogil:
            hp_constrain_pixels(&self.clusters.points.it, &self.clusters.it, constraints,
                                self.index.index, self.index.size, to)
        release(constraints)
        return out

    def dither_diffusion(self, int share, int cap):
        """Return labels (bytes), found by error diffusion.

        `share` of each residual, in 65,536ths, goes to the neighbours, of no more than `cap`.
        """
        if not (0 <= share <= 65_536 and 0 <= cap <= HP_MAX_COORDINATE):
            raise ValueError(f"share {share}, cap {cap}")
        cdef hp_diffusion d
        cdef size_t width = self.it.width
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.index.size)
        cdef Arrays scratch
        d.codebook, d.share, d.cap = &self.clusters.it, share, cap
        d.labels = <uint8_t *>PyBytes_AS_STRING(out)
        begin_arrays(&scratch)
        name_array(&scratch, &d.residuals[0], 4 * (width + 2), sizeof(int32_t))
        name_array(&scratch, &d.residuals[1], 4 * (width + 2), sizeof(int32_t))
        obtain_arrays(&scratch, False)
        with nogil:
            chosen.diffuse_errors(&self.it, &d)
        release_arrays(&scratch)
        return out

    def dither_ordered(self, const uint8_t[::1] thresholds not None, int side, int share, int cap):
        """Return labels (bytes), found by ordered dithering.

        `thresholds` is a map of side x side numbers, each below `THRESHOLD_LEVELS`; side is a power
        of two, up to 4096.
        `share` of what is missing, in 65,536ths, counts, of no more than `cap`.
        """
        if not 1 <= side <= 4096 or side & (side - 1) or thresholds.shape[0] != side * side:
            raise ValueError(f"{thresholds.shape[0]} thresholds for a side of {side}")
        cdef ssize_t i
        for i in range(thresholds.shape[0]):
            if thresholds[i] >= HP_THRESHOLDS:
                raise ValueError(f"threshold {thresholds[i]}")
        if not (0 <= share <= 65_536 and 0 <= cap <= HP_MAX_COORDINATE):
            raise ValueError(f"share {share}, cap {cap}")
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.index.size)
        cdef uint8_t *labels = <uint8_t *>PyBytes_AS_STRING(out)
        cdef uint8_t *mixtures = <uint8_t *>allocate(self.index.colors.it.size, HP_THRESHOLDS)
        with nogil:
            chosen.mix_entries(&self.it, self.index.colors.it.size, &self.clusters.it,
                               self.clusters.points.it.space, share, cap, mixtures)
            hp_apply_threshold_map(&self.it, mixtures, &thresholds[0], side, labels)
        release(mixtures)
        return out
