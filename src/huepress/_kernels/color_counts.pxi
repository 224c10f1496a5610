# Unique colours, and how often each occurs.

cdef uint64_t MOST_TOTAL = (<uint64_t>1 << 63) - 1


cdef class ColorCounts:
    """Unique colours in Z-order, and how often each occurs.

    Counts are exact up to a total of 2^63. The weights of `points` are the counts; where their
    total does not fit 32 bits, all of them are scaled down alike.
    """

    cdef readonly int channels
    cdef readonly bint fine
    cdef readonly uint64_t total
    cdef hp_color_counts it
    cdef ColorCounts lender  # whose keys these are, or None
    cdef bint borrows  # the collector may have taken the lender before __dealloc__

    def __init__(self):
        raise TypeError("colours and counts come from PixelIndex.colors or ColorCounts.of_colors")

    def __dealloc__(self):
        if not self.borrows:
            release(self.it.keys)
        release(self.it.counts)
        release(self.it.exact)

    @staticmethod
    def of_colors(const uint8_t[::1] colors not None, const uint64_t[::1] counts not None):
        """Return the counts of colours, in any order, each with its count; repeats are summed.

        A colour is 3 or 4 bytes: RGB or RGBA.
        """
        cdef size_t size = counts.shape[0]
        cdef int channels = 4 if <size_t>colors.shape[0] == 4 * size else 3
        if size == 0 or <size_t>colors.shape[0] != channels * size:
            raise ValueError(f"{colors.shape[0]} bytes of colours for {size} counts")
        check_total(counts)
        cdef PixelIndex index = PixelIndex(colors, channels)
        return summed(index, &counts[0])

    def __len__(self):
        return self.it.size

    def __eq__(self, other):
        if not isinstance(other, ColorCounts):
            return NotImplemented
        cdef ColorCounts that = other
        if self.total != that.total or not have_same_colors(self, that):
            return False
        if self.it.exact != NULL:
            return are_equal(self.it.exact, that.it.exact, self.it.size * sizeof(uint64_t))
        return are_equal(self.it.counts, that.it.counts, self.it.size * sizeof(uint32_t))

    def __hash__(self):
        return hash((self.channels, self.fine, self.total, self.it.size))

    def __reduce__(self):
        cdef size_t size = self.it.size * sizeof(uint32_t)
        keys = array("I", PyBytes_FromStringAndSize(<const char *>self.it.keys, size))
        return _color_counts, (self.channels, self.fine, keys, self.counts())

    def counts(self):
        """Return the exact count of each colour, an array of unsigned 64-bit numbers."""
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.it.size * sizeof(uint64_t))
        cdef uint64_t *to = <uint64_t *><void *>PyBytes_AS_STRING(out)
        cdef size_t i
        for i in range(self.it.size):
            to[i] = self.it.exact[i] if self.it.exact != NULL else self.it.counts[i]
        return array("Q", out)

    def colors_and_counts(self):
        """Return the colours (bytes, `channels` each) and their exact counts, in Z-order."""
        if self.fine:
            raise ValueError("fine colours don't fit bytes")
        content = bytearray(<size_t>self.it.size * self.channels)
        cdef uint8_t[::1] out = content
        cdef uint32_t *colors = self._decoded()
        cdef size_t i, c
        for i in range(self.it.size):
            for c in range(3):
                out[i * self.channels + c] = <uint8_t>(colors[i] >> (16 - 8 * c))
            if self.channels == 4:
                out[4 * i + 3] = <uint8_t>(colors[i] >> 24)
        release(colors)
        return bytes(content), self.counts().tolist()

    def common(self, uint64_t least):
        """Return the numbers of the colours that have so many pixels or more, most first."""
        cdef uint32_t i
        found = [i for i in range(self.it.size) if self.it.counts[i] >= least]
        found.sort(key=lambda i: (-self.it.counts[i], i))
        return found

    def color(self, uint32_t number):
        """Return a colour as 0xAARRGGBB, opaque without alpha."""
        cdef uint32_t color
        if self.fine or number >= self.it.size:
            raise ValueError(f"colour {number} of {self.it.size}, or fine")
        hp_decode_keys(self.it.keys + number, 1, self.channels, &color)
        return color

    def without(self, const uint32_t[::1] colors not None):
        """Return a ColorCounts of all colours but these, 0xAARRGGBB; None if none is left."""
        cdef uint32_t *own = <uint32_t *>allocate(self.it.size, sizeof(uint32_t))
        cdef uint8_t is_near[256]
        cdef size_t i, size = 0
        cdef ssize_t j
        cdef bint is_kept
        cdef ColorCounts new = new_color_counts(self.channels, self.fine)
        memset(is_near, 0, sizeof(is_near))
        for j in range(colors.shape[0]):
            is_near[colors[j] & 255] = 1
        new.it.keys = <uint32_t *>allocate(self.it.size, sizeof(uint32_t))
        new.it.counts = <uint32_t *>allocate(self.it.size + HP_PAD, sizeof(uint32_t))
        new.total = 0
        with nogil:
            hp_decode_keys(self.it.keys, self.it.size, self.channels, own)
            for i in range(self.it.size):
                is_kept = True
                if is_near[own[i] & 255]:
                    for j in range(colors.shape[0]):
                        is_kept = is_kept and own[i] != colors[j]
                if is_kept:
                    new.it.keys[size] = self.it.keys[i]
                    new.it.counts[size] = self.it.counts[i]
                    new.total += self.it.counts[i]
                    size += 1
        release(own)
        new.it.size = <uint32_t>size
        return new if size else None

    def is_neutral(self):
        """Tell whether every colour is a grey: red, green and blue are equal."""
        cdef uint32_t colors[256]
        cdef uint32_t at, size, i, c
        cdef bint found = True
        with nogil:
            for at in range(0, self.it.size, 256):  # most images show in the first few
                size = min(self.it.size - at, <uint32_t>256)
                if self.fine:
                    hp_decode_fine_keys(self.it.keys + at, size, colors)
                else:
                    hp_decode_keys(self.it.keys + at, size, self.channels, colors)
                for i in range(size):
                    c = colors[i]
                    if self.fine:
                        found = (c >> 20 & 1023) == (c >> 10 & 1023) == (c & 1023)
                    else:
                        found = (c >> 16 & 255) == (c >> 8 & 255) == (c & 255)
                    if not found:
                        break
                if not found:
                    break
        return found

    def rounded(self):
        """Return fine colours rounded to 8 bits, and which of those each becomes.

        The latter as bytes of int32, in native order.
        """
        if not self.fine:
            raise ValueError("these have 8 bits")
        content = bytearray(3 * <size_t>self.it.size)
        cdef uint8_t[::1] rgb = content
        cdef uint32_t *colors = self._decoded()
        cdef size_t i
        for i in range(3 * <size_t>self.it.size):
            rgb[i] = <uint8_t>(colors[i // 3] >> (16 - 8 * (i % 3)))
        release(colors)
        cdef PixelIndex index = PixelIndex(content, 3)
        cdef const uint64_t[::1] counts = self.counts()
        return summed(index, &counts[0]), index.numbers()

    cdef _take_exact(self, uint64_t *exact):
        """Take over exact counts, one for each key; they are kept where 32 bits are too few."""
        cdef size_t i
        self.it.exact = exact
        self.it.counts = <uint32_t *>allocate(self.it.size + HP_PAD, sizeof(uint32_t))
        self.total = 0
        for i in range(self.it.size):
            self.total += exact[i]
        hp_scale_counts(&self.it, self.total)
        if not self.total >> 32:
            release(self.it.exact)
            self.it.exact = NULL

    cdef uint32_t *_decoded(self) except NULL:
        """Return the colours 0xAARRGGBB, rounded to 8 bits if they are fine; to be released."""
        cdef uint32_t *colors = <uint32_t *>allocate(self.it.size, sizeof(uint32_t))
        if self.fine:
            hp_decode_rounded_keys(self.it.keys, self.it.size, colors)
        else:
            hp_decode_keys(self.it.keys, self.it.size, self.channels, colors)
        return colors

    def merge(self, ColorCounts other not None):
        """Return the colours of both, with the sums of their counts.

        The order of merging never matters: not to the counts, nor to the weights of `points`.
        """
        if self.channels != other.channels or self.fine != other.fine:
            raise ValueError("colours of another kind")
        cdef uint64_t total = self.total + other.total
        if total > MOST_TOTAL:
            raise ValueError(f"{total:,} pixels in all")
        cdef ColorCounts merged = new_color_counts(self.channels, self.fine)
        with nogil:
            merged.it.size = hp_union_size(&self.it, &other.it)
        if merged.it.size > <uint32_t>HP_MAX_UNIQUE:
            raise ValueError(f"{merged.it.size:,} colours in all")
        merged.total = total
        merged.it.keys = <uint32_t *>allocate(merged.it.size, sizeof(uint32_t))
        merged.it.counts = <uint32_t *>allocate(merged.it.size + HP_PAD, sizeof(uint32_t))
        if total >> 32:
            merged.it.exact = <uint64_t *>allocate(merged.it.size, sizeof(uint64_t))
        with nogil:
            hp_merge_counts(&self.it, &other.it, &merged.it)
            if merged.it.exact != NULL:
                hp_scale_counts(&merged.it, total)
        return merged

    def weighted(self, const uint32_t[::1] weights not None):
        """Return the same colours with other counts: 1 or more each, below 2^32 in all."""
        cdef uint64_t total = 0
        cdef size_t i, size = self.it.size
        if <size_t>weights.shape[0] != size or size == 0:
            raise ValueError(f"{weights.shape[0]} weights for {size} colours")
        for i in range(size):
            if weights[i] == 0:
                raise ValueError("a weight of 0")
            total += weights[i]
        if total >> 32:
            raise ValueError(f"weights of {total:,} in all")
        cdef ColorCounts new = new_color_counts(self.channels, self.fine)
        new.lender, new.borrows = self.lender if self.borrows else self, True
        new.it.keys, new.it.size, new.total = self.it.keys, self.it.size, total
        new.it.counts = <uint32_t *>allocate(size + HP_PAD, sizeof(uint32_t))
        memcpy(new.it.counts, &weights[0], size * sizeof(uint32_t))
        return new

    def points(self, bint oklab=False, bint straight=False):
        """Return the colours as `Points` of the working space `rgb` or `oklab`, in Z-order.

        With alpha they are premultiplied, unless `straight`.
        """
        if self.it.size == 0:
            raise ValueError("no colours")
        cdef Points points = Points.__new__(Points)
        points._allocate(self.it.size, self.channels, self)
        points.unit = HP_FINE_STEP if self.fine else HP_LEVEL
        points.it.space = <hp_space>((HP_WITH_ALPHA if self.channels == 4 else 0)
                                     + (HP_OKLAB if oklab else 0)
                                     + (HP_STRAIGHT if straight else 0))
        cdef uint32_t *colors = <uint32_t *>allocate(self.it.size, sizeof(uint32_t))
        with nogil:
            decode(&self.it, self.channels, self.fine, colors)
            hp_place_colors(colors, self.fine, &points.it)
        release(colors)
        points._partition()
        return points


cdef void decode(const hp_color_counts *counts, int channels, bint fine,
                 uint32_t *colors) noexcept nogil:
    """Write colours as kernels take them: 0xAARRGGBB, or fine."""
    if fine:
        hp_decode_fine_keys(counts.keys, counts.size, colors)
    else:
        hp_decode_keys(counts.keys, counts.size, channels, colors)


cdef ColorCounts new_color_counts(int channels, bint fine):
    cdef ColorCounts new = ColorCounts.__new__(ColorCounts)
    new.channels, new.fine = channels, fine
    return new


cdef bint have_same_colors(ColorCounts one, ColorCounts other):
    if one.channels != other.channels or one.fine != other.fine or one.it.size != other.it.size:
        return False
    return are_equal(one.it.keys, other.it.keys, one.it.size * sizeof(uint32_t))


cdef bint are_equal(const void *one, const void *other, size_t size):
    return one == other or size == 0 or not memcmp(one, other, size)


cdef uint64_t check_total(const uint64_t[::1] counts) except 0:
    """Return the total of counts of 1 or more."""
    cdef uint64_t total = 0
    cdef ssize_t i
    for i in range(counts.shape[0]):
        if counts[i] == 0 or counts[i] > MOST_TOTAL - total:
            raise ValueError(f"a count of {counts[i]:,} after {total:,}")
        total += counts[i]
    return total


cdef ColorCounts summed(PixelIndex index, const uint64_t *counts):
    """Return an index's colours, with new counts: each pixel of it counts as often as is said."""
    cdef ColorCounts colors = index.colors
    cdef uint64_t *sums = <uint64_t *>zeroed(colors.it.size, sizeof(uint64_t))
    cdef size_t i
    for i in range(index.size):
        sums[index.index[i]] += counts[i]
    release(colors.it.counts)
    colors.it.counts = NULL
    colors._take_exact(sums)
    return colors


def _color_counts(int channels, bint fine, const uint32_t[::1] keys not None,
                  const uint64_t[::1] counts not None):
    """Make unpickled colours and counts anew."""
    cdef size_t size = keys.shape[0], i
    if size == 0 or size > <uint32_t>HP_MAX_UNIQUE or counts.shape[0] != keys.shape[0]:
        raise ValueError(f"{counts.shape[0]} counts for {size} colours")
    if channels not in (3, 4) or fine and channels != 3:
        raise ValueError(f"{channels} channels")
    for i in range(1, size):
        if keys[i] <= keys[i - 1]:
            raise ValueError("colours out of order")
    cdef uint32_t most = 0xffffffff if channels == 4 else 0x3fffffff if fine else 0xffffff
    if keys[size - 1] > most:
        raise ValueError(f"no key of a colour: {keys[size - 1]:#x}")
    check_total(counts)
    cdef ColorCounts new = new_color_counts(channels, fine)
    new.it.size = <uint32_t>size
    new.it.keys = <uint32_t *>allocate(size, sizeof(uint32_t))
    memcpy(new.it.keys, &keys[0], size * sizeof(uint32_t))
    cdef uint32_t *colors
    if fine:
        colors = <uint32_t *>allocate(size, sizeof(uint32_t))
        hp_decode_fine_keys(new.it.keys, new.it.size, colors)
        for i in range(size):
            if not is_fine_color(colors[i]):
                release(colors)
                raise ValueError("no fine colour")
        release(colors)
    cdef uint64_t *exact = <uint64_t *>allocate(size, sizeof(uint64_t))
    memcpy(exact, &counts[0], size * sizeof(uint64_t))
    new._take_exact(exact)
    return new
