# Pixels to labels.

SHADES = HP_SHADES  # ranks in a mask of thresholds


cdef check_part(int part, int parts):
    if not 0 <= part < parts <= 256:
        raise ValueError(f"part {part} of {parts}")


# Of a row there are up to 1,300 words at a time, and four coordinates of each pixel are counted in
# 31 bits.
cdef size_t WIDEST = min(<size_t>1 << 28, <size_t>-1 >> 13)


cdef check_width(Histogram histogram, int width):
    if width < 1 or <size_t>width > WIDEST or histogram.size % width:
        raise ValueError(f"{histogram.size} pixels are no image {width} wide")


cdef void *spread_texture(hp_texture *texture, size_t width) except NULL:
    """Give a texture its memory, which is returned."""
    cdef int32_t *words = <int32_t *>allocate(HP_TEXTURE(width), sizeof(int32_t))
    texture.ring, texture.sums = words, words + 10 * width
    texture.wide = texture.sums + 5 * (width + 4)
    texture.variance = <float *>(texture.wide + 5 * width)
    return words


cdef class Canvas:
    """An image and a codebook of no more than 256 colours, to map one to the other.

    `clusters` are on the histogram's points, and assigned; their centroids are the codebook.
    To use: `look`, then any of the others, except `bind`, which needs no look.
    """

    cdef Histogram histogram
    cdef Clusters clusters
    cdef hp_canvas it
    cdef uint8_t *fit
    cdef int32_t *nearest

    def __cinit__(self, Histogram histogram not None, Clusters clusters not None, int width):
        if clusters.points.owner is not histogram or not clusters.labelled:
            raise ValueError("not clusters on this histogram's points, assigned")
        if clusters.it.k > 256:
            raise ValueError(f"k = {clusters.it.k}")
        check_width(histogram, width)
        self.histogram = histogram
        self.clusters = clusters
        self.fit = <uint8_t *>allocate(histogram.unique, 1)
        self.nearest = <int32_t *>allocate(histogram.unique, sizeof(int32_t))
        memcpy(self.nearest, clusters.to.labels, histogram.unique * sizeof(int32_t))
        hp_measure_fit(&clusters.points.it, self.nearest, &clusters.it, self.fit)
        self.it.width, self.it.height = width, <int32_t>(histogram.size // width)
        self.it.index, self.it.fit = histogram.index, self.fit
        self.it.xy, self.it.za = clusters.points.it.xy, clusters.points.it.za
        self.it.tolerance = <uint8_t *>zeroed(histogram.size, 1)

    def __dealloc__(self):
        release(self.fit)
        release(self.nearest)
        release(self.it.tolerance)

    def look(self, int part=0, int parts=1):
        """See where in the image errors show; the parts may run at the same time."""
        check_part(part, parts)
        cdef int64_t height = self.it.height
        cdef int32_t first = <int32_t>(height * part // parts)
        cdef int32_t last = <int32_t>(height * (part + 1) // parts)
        cdef hp_texture texture
        cdef void *words = spread_texture(&texture, self.it.width)
        with nogil:
            chosen.tolerate(&self.it, first, last, &texture, self.it.tolerance)
        release(words)

    def tolerance(self):
        """Return what `look` saw of each pixel (bytes), for tests and curious readers.

        How much may be lost there, 0 to 127; and 128 more where dithering leaves it alone.
        """
        return copied(self.it.tolerance, self.histogram.size)

    def bind(self, const uint8_t[::1] labels not None, const uint32_t[::1] kept not None):
        """Return labels (bytes) of pixels with those replaced that may not be.

        `Clusters.bound_labels` tells which.
        """
        cdef ssize_t i
        if <size_t>labels.shape[0] != self.histogram.size:
            raise ValueError(f"{labels.shape[0]} labels for {self.histogram.size} pixels")
        for i in range(labels.shape[0]):
            if labels[i] >= self.clusters.it.k:
                raise ValueError(f"label {labels[i]} of {self.clusters.it.k}")
        cdef uint32_t *bonds = self.clusters._bonds(kept)
        cdef bytes out = copied(&labels[0], labels.shape[0])
        cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
        with nogil:
            hp_bind_pixels(&self.clusters.points.it, &self.clusters.it, bonds,
                           self.histogram.index, self.histogram.size, to)
        release(bonds)
        return out

    def diffuse(self, int share, int cap):
        """Return labels (bytes), found by error diffusion.

        `share` of each residual, in 65,536ths, goes to the neighbours, of no more than `cap`.
        """
        if not (0 <= share <= 65_536 and 0 <= cap <= MOST):
            raise ValueError(f"share {share}, cap {cap}")
        cdef hp_diffusion d
        cdef size_t width = self.it.width
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.histogram.size)
        d.book, d.share, d.cap = &self.clusters.it, share, cap
        d.labels = <uint8_t *>PyBytes_AS_STRING(out)
        d.residuals = <int32_t *>allocate(8 * (width + 2), sizeof(int32_t))
        with nogil:
            chosen.diffuse(&self.it, &d)
        release(d.residuals)
        return out

    def arrange(self, const uint8_t[::1] mask not None, int side, int share, int cap):
        """Return labels (bytes), found by pattern dithering.

        `mask` holds side x side ranks, each below `SHADES`; side is a power of two, up to 4096.
        `share` of what is missing, in 65,536ths, counts, of no more than `cap`.
        """
        if not 1 <= side <= 4096 or side & (side - 1) or mask.shape[0] != side * side:
            raise ValueError(f"a mask of {mask.shape[0]} for a side of {side}")
        cdef ssize_t i
        for i in range(mask.shape[0]):
            if mask[i] >= HP_SHADES:
                raise ValueError(f"rank {mask[i]}")
        if not (0 <= share <= 65_536 and 0 <= cap <= MOST):
            raise ValueError(f"share {share}, cap {cap}")
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.histogram.size)
        cdef uint8_t *labels = <uint8_t *>PyBytes_AS_STRING(out)
        cdef uint8_t *shades = <uint8_t *>allocate(self.histogram.unique, HP_SHADES)
        with nogil:
            chosen.mix(&self.it, self.histogram.unique, &self.clusters.it,
                       self.clusters.points.it.space, share, cap, shades)
            hp_place_shades(&self.it, shades, &mask[0], side, labels)
        release(shades)
        return out
