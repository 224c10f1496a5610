# Pixels to unique colours.

cdef inline bint is_fine_color(uint32_t word) noexcept nogil:
    return (word >> 20 <= HP_MAX_FINE and (word >> 10 & 1023) <= HP_MAX_FINE
            and (word & 1023) <= HP_MAX_FINE)


cdef check_fine(const uint8_t[::1] pixels, int channels):
    """Check what would index beyond tables."""
    cdef ssize_t i
    cdef uint32_t word
    if channels != 3:
        raise ValueError("fine pixels have 3 channels")
    for i in range(0, pixels.shape[0], 4):
        word = hp_color_at(&pixels[i])
        if not is_fine_color(word):
            raise ValueError(f"a fine colour of {word:#x}")


cdef enum:
    MOST_HASHED_BITS = 20  # of a table that is up to half full


cdef class PixelIndex:
    """Which of an image's unique colours each of its pixels has.

    Pixels have a byte for each of 3 or 4 channels; or, if `fine`, 3 channels of 10 bits, each 0 to
    1020, as the number red << 20 | green << 10 | blue, whose bytes come in the order of RGBA:
    second, third, last and first.
    """

    cdef readonly size_t size
    cdef readonly ColorCounts colors
    cdef uint32_t *index

    def __cinit__(self, const uint8_t[::1] pixels not None, int channels, bint fine=False):
        cdef int each = 4 if fine else channels
        if channels not in (3, 4) or pixels.shape[0] == 0 or pixels.shape[0] % each:
            raise ValueError(f"{pixels.shape[0]} bytes are not pixels of {channels} channels")
        if fine:
            check_fine(pixels, channels)
        self.size = pixels.shape[0] // each
        if self.size >= 1 << 31:
            raise ValueError("more than 2^31 pixels")
        self.colors = new_color_counts(channels, fine)
        self.colors.total = self.size
        self.index = <uint32_t *>allocate(self.size, sizeof(uint32_t))
        if each == 3:
            self._count_rgb(&pixels[0], &self.colors.it)
        # Where there are few colours, hashing takes a third of the time (8 megapixels of a
        # screenshot: 20 ms against 72); where there are many, sorting takes half the memory.
        elif not self._hash_words(&pixels[0], fine, &self.colors.it):
            self._sort_words(&pixels[0], fine, &self.colors.it)

    cdef _count_rgb(self, const uint8_t *rgb, hp_color_counts *found):
        cdef uint64_t *present = NULL
        cdef uint32_t *before = NULL
        cdef uint8_t *is_cell_used = NULL
        try:
            present = <uint64_t *>allocate(HP_COLOR_WORDS, sizeof(uint64_t))
            before = <uint32_t *>allocate(HP_COLOR_WORDS, sizeof(uint32_t))
            is_cell_used = <uint8_t *>zeroed(HP_CELLS, 1)
            with nogil:
                found.size = chosen.mark_colors(rgb, self.size, present, is_cell_used, before)
            found.keys = <uint32_t *>allocate(found.size, sizeof(uint32_t))
            found.counts = <uint32_t *>zeroed(found.size + HP_PAD, sizeof(uint32_t))
            with nogil:
                hp_list_marked_colors(present, is_cell_used, found.keys)
                chosen.number_pixels(rgb, self.size, present, before, self.index, found.counts)
        finally:
            release(present)
            release(before)
            release(is_cell_used)

    cdef bint _hash_words(self, const uint8_t *pixels, bint fine, hp_color_counts *found) except -1:
        """Count pixels of four bytes; return False if they have too many colours for that."""
        cdef int bits = 12
        cdef size_t read = 0
        cdef uint64_t *table = NULL
        cdef uint64_t *larger = NULL
        cdef uint64_t *sorted_entries
        cdef uint64_t *spare
        cdef Arrays scratch
        begin_arrays(&scratch)
        try:
            table = <uint64_t *>zeroed(1 << bits, sizeof(uint64_t))
            while True:
                with nogil:
                    read += hp_hash_colors(pixels + 4 * read, self.size - read, table, bits,
                                           &found.size)
                if read == self.size:
                    break
                if bits == MOST_HASHED_BITS:
                    return False
                larger = <uint64_t *>zeroed(1 << (bits + 2), sizeof(uint64_t))
                with nogil:
                    hp_grow_hash_table(table, bits, larger, bits + 2)
                release(table)
                table, larger, bits = larger, NULL, bits + 2
            found.keys = <uint32_t *>allocate(found.size, sizeof(uint32_t))
            found.counts = <uint32_t *>allocate(found.size + HP_PAD, sizeof(uint32_t))
            name_array(&scratch, &sorted_entries, found.size, sizeof(uint64_t))
            name_array(&scratch, &spare, found.size, sizeof(uint64_t))
            obtain_arrays(&scratch, False)
            with nogil:
                hp_sort_hashed_colors(table, bits, fine, found.size, sorted_entries, spare,
                                      found.keys, found.counts)
                hp_number_hashed_pixels(pixels, self.size, table, bits, self.index)
        finally:
            release(table)
            release(larger)
            release_arrays(&scratch)
        return True

    cdef _sort_words(self, const uint8_t *pixels, bint fine, hp_color_counts *found):
        """Count pixels of four bytes with any number of colours."""
        cdef uint32_t *sorted_keys = NULL
        cdef uint32_t *spare = NULL
        cdef uint32_t starts[HP_BUCKETS + 1]
        cdef uint32_t largest
        try:
            sorted_keys = <uint32_t *>allocate(self.size, sizeof(uint32_t))
            with nogil:
                hp_keys_of_pixels(pixels, self.size, fine, self.index)
                largest = hp_split_into_buckets(self.index, self.size, sorted_keys, starts)
            spare = <uint32_t *>allocate(largest, sizeof(uint32_t))
            with nogil:
                found.size = hp_sort_buckets(sorted_keys, self.size, starts, spare)
            release(spare)
            spare = NULL
            found.keys = <uint32_t *>allocate(found.size, sizeof(uint32_t))
            found.counts = <uint32_t *>allocate(found.size + HP_PAD, sizeof(uint32_t))
            with nogil:
                hp_count_sorted_keys(sorted_keys, self.size, found.keys, found.counts)
            release(sorted_keys)
            sorted_keys = NULL
            spare = <uint32_t *>allocate((<size_t>1 << HP_PREFIX_BITS) + 1, sizeof(uint32_t))
            with nogil:
                hp_number_keys(found.keys, found.size, self.index, self.size, spare)
        finally:
            release(sorted_keys)
            release(spare)

    def __dealloc__(self):
        release(self.index)

    def numbers(self):
        """Return which of the unique colours each pixel has (int32, native order, as bytes)."""
        return PyBytes_FromStringAndSize(<const char *>self.index, self.size * sizeof(uint32_t))

    def flat_counts(self, int width):
        """Return for each unique colour how many of its pixels have four neighbours like them.

        A buffer of uint32. Beyond the edges, the image goes on as its border.
        """
        check_width(self, width)
        cdef size_t height = self.size // width, x, y, at
        cdef const uint32_t *c = self.index
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.colors.it.size * sizeof(uint32_t))
        cdef uint32_t *counts = <uint32_t *><void *>PyBytes_AS_STRING(out)
        cdef bint is_flat
        memset(counts, 0, self.colors.it.size * sizeof(uint32_t))
        with nogil:
            for y in range(height):
                for x in range(<size_t>width):
                    at = y * width + x
                    is_flat = ((x == 0 or c[at - 1] == c[at])
                               and (x + 1 == <size_t>width or c[at + 1] == c[at])
                               and (y == 0 or c[at - width] == c[at])
                               and (y + 1 == height or c[at + width] == c[at]))
                    counts[c[at]] += is_flat
        return memoryview(out).cast("I")

    def regularity(self, int width):
        """Return two shares, 0 to 1, that tell art and tiles from photographs.

        Of the pixels those that equal the one to their left; and those where eight different
        pixels in a row begin that stood so a short while before (by hash, in a table of 2^16).
        """
        check_width(self, width)
        cdef size_t height = self.size // width, x, y
        cdef uint64_t equal = 0, repeated = 0
        cdef const uint32_t *row
        cdef uint32_t rolled, run, i
        cdef uint32_t *seen = <uint32_t *>zeroed(1 << 16, sizeof(uint32_t))
        with nogil:
            for y in range(height):
                row = self.index + y * width
                rolled, run = 0, 0
                for x in range(<size_t>width):
                    run = run + 1 if x and row[x] == row[x - 1] else 0
                    equal += run > 0
                    # Eight numbers of four bits less each time: older ones are shifted out.
                    rolled = (rolled << 4) + (row[x] + 1) * <uint32_t>0x9E3779B1
                    if x >= 7 and run < 7:
                        i = (rolled * <uint32_t>0x85EBCA6B) >> 16
                        repeated += seen[i] == rolled
                        seen[i] = rolled
        release(seen)
        return equal / <double>self.size, repeated / <double>self.size

    def tally(self, const uint8_t[::1] labels not None, const uint8_t[::1] colors not None,
              int part=0, int parts=1):
        """Compare the pixels with what their labels stand for; the parts may run at the same time.

        Returns the squared error of all, summed over R, G and B (times alpha, if there is any, and
        over alpha), in units of 1/65,025, and for each colour how many pixels have it. Labels take
        one byte for up to 256 colours, else two. Fine pixels are rounded to 8 bits first.
        """
        cdef size_t k = colors.shape[0] // self.colors.channels, i
        cdef bint wide = k > HP_MAX_INDEXED
        check_part(part, parts)
        if not 1 <= k <= HP_MAX_COLORS or <size_t>labels.shape[0] != self.size * (2 if wide else 1):
            raise ValueError(f"{labels.shape[0]} bytes of labels, {self.size} pixels, {k} colours")
        if wide and <size_t>&labels[0] & 1:  # not where a uint16 may lie
            labels = bytearray(labels)
        cdef size_t first = <size_t>(<uint64_t>self.size * part // parts)
        cdef size_t last = <size_t>(<uint64_t>self.size * (part + 1) // parts)
        cdef size_t end
        cdef const uint8_t *narrow = NULL
        cdef const uint16_t *words = NULL
        if wide:
            words = <const uint16_t *>&labels[0]
        else:
            narrow = &labels[0]
        cdef uint64_t error
        cdef uint32_t *counts = <uint32_t *>zeroed(HP_MAX_COLORS, sizeof(uint32_t))
        with nogil:
            for i in range(first, last):
                counts[words[i] if wide else narrow[i]] += 1
        for i in range(k, <size_t>HP_MAX_COLORS):
            if counts[i]:
                release(counts)
                raise ValueError(f"label {i} of {k}")
        cdef uint32_t *own = self.colors._decoded()
        total = 0
        while first < last:
            end = min(last, first + <size_t>HP_MAX_SQUARED)
            with nogil:
                if wide:
                    error = hp_squared_error(own, self.index + first, self.colors.channels,
                                             end - first, NULL, words + first, &colors[0])
                else:
                    error = hp_squared_error(own, self.index + first, self.colors.channels,
                                             end - first, narrow + first, NULL, &colors[0])
            total += error
            first = end
        populations = [counts[i] for i in range(k)]
        release(own)
        release(counts)
        return total, populations

    def weights_by(self, const uint8_t[::1] importance not None):
        """Return a weight for each unique colour: the sum of the importance of its pixels.

        There is a byte of importance for each pixel. A weight is at least 1, and all are scaled
        down alike where pixels are many: a buffer of uint32, for `ColorCounts.weighted`.
        """
        if <size_t>importance.shape[0] != self.size:
            raise ValueError(f"{importance.shape[0]} bytes of importance for {self.size} pixels")
        cdef size_t unique = self.colors.it.size, i
        cdef bytes out = PyBytes_FromStringAndSize(NULL, unique * sizeof(uint32_t))
        cdef uint32_t *weights = <uint32_t *><void *>PyBytes_AS_STRING(out)
        cdef uint64_t *sums = <uint64_t *>zeroed(unique, sizeof(uint64_t))
        # Weights below 2^32 in all keep every sum of weighted squares within 63 bits.
        cdef uint64_t divisor = 1 + (255 * <uint64_t>self.size >> 32)
        with nogil:
            for i in range(self.size):
                sums[self.index[i]] += importance[i]
            for i in range(unique):
                weights[i] = <uint32_t>max(sums[i] // divisor, <uint64_t>1)
        release(sums)
        return memoryview(out).cast("I")

    def smoothness(self, Points points not None, int width):
        """Return the importance of each pixel (bytes): smooth areas count more than busy ones.

        `points` are those of the same colours.
        """
        check_points(self, points)
        check_width(self, width)
        cdef hp_canvas canvas
        cdef hp_window window
        cdef Arrays arrays
        canvas.width, canvas.height = width, <int32_t>(self.size // width)
        canvas.index, canvas.xy, canvas.za = self.index, points.it.xy, points.it.za
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.size)
        cdef uint8_t *importance = <uint8_t *>PyBytes_AS_STRING(out)
        obtain_window(&arrays, &window, width)
        with nogil:
            chosen.measure_smoothness(&canvas, &window, importance)
        release_arrays(&arrays)
        return out

    def spread(self, labels not None, const int32_t[::1] rank not None, int k):
        """Return the label map (bytes; one a label up to K = 256, else two, native order).

        `labels` holds one label for each unique colour, in Z-order: `Clusters` on its points, or a
        buffer of int32. `rank` holds what stands for each label in the map, in 0..k-1.
        """
        cdef const int32_t *label
        cdef const int32_t[::1] buffer
        cdef Clusters clusters
        cdef size_t size, i
        if isinstance(labels, Clusters):
            clusters = labels
            label, size = clusters.to.labels, clusters.points.it.size
        else:
            buffer = labels
            label, size = &buffer[0] if buffer.shape[0] else NULL, buffer.shape[0]
        if size != self.colors.it.size or not 1 <= k <= HP_MAX_COLORS:
            raise ValueError(f"{size} labels for {self.colors.it.size} colours, k = {k}")
        for i in range(<size_t>rank.shape[0]):
            if not 0 <= rank[i] < k:
                raise ValueError(f"rank {rank[i]} is not in 0..{k - 1}")
        for i in range(size):
            if not 0 <= label[i] < rank.shape[0]:
                raise ValueError(f"label {label[i]} is not in 0..{rank.shape[0] - 1}")
        cdef bint wide = k > HP_MAX_INDEXED
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.size * (2 if wide else 1))
        cdef void *to = PyBytes_AS_STRING(out)
        cdef uint8_t *narrow = NULL if wide else <uint8_t *>to
        cdef uint16_t *words = <uint16_t *>to if wide else NULL
        cdef uint16_t *ranked = <uint16_t *>allocate(size, sizeof(uint16_t))
        with nogil:
            for i in range(size):
                ranked[i] = <uint16_t>rank[label[i]]
            hp_expand_labels(self.index, self.size, ranked, narrow, words)
        release(ranked)
        return out
