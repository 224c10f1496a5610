# cython: language_level=3, boundscheck=False, wraparound=False, cdivision=True
# cython: freethreading_compatible=True, auto_pickle=False, autotestdict=False
"""The gate to the C kernels: owns the memory, checks every length and range, releases the GIL.

Nothing else talks to C. Buffers come in by the buffer protocol (bytes, array.array, NumPy), so
that the command line does without NumPy.
"""

from cpython.bytes cimport PyBytes_AS_STRING, PyBytes_FromStringAndSize
from cpython.mem cimport PyMem_RawCalloc, PyMem_RawFree, PyMem_RawMalloc
from libc.stdint cimport int8_t, int32_t, int64_t, uint8_t, uint16_t, uint32_t, uint64_t
from libc.string cimport memcpy, memset

cdef extern from "kernels.h" nogil:
    int HP_PAD, HP_CELLS, HP_SCALE, HP_FINE_MOST
    size_t HP_ROOM(int)

    ctypedef struct hp_box:
        pass

    ctypedef enum hp_space:
        HP_WITH_ALPHA, HP_IN_OKLAB, HP_STRAIGHT

    ctypedef struct hp_points:
        hp_space space
        int32_t size, leaves, nodes
        int32_t *xy
        int32_t *za
        uint32_t *weight
        int32_t *leaf
        int32_t *node
        hp_box *leaf_box
        hp_box *node_box

    ctypedef struct hp_sums:
        int64_t weight
        int64_t square

    ctypedef struct hp_centroids:
        int32_t k
        int32_t *xy
        int32_t *za

    ctypedef enum hp_lattice:
        pass

    ctypedef uint32_t hp_mark(const uint8_t *, size_t, uint64_t *, uint8_t *, uint32_t *)
    ctypedef void hp_number(const uint8_t *, size_t, const uint64_t *, const uint32_t *,
                            uint32_t *, uint32_t *)
    ctypedef void hp_bound(hp_points *)
    ctypedef struct hp_assignment:
        int32_t *labels
        hp_sums *sums
        int32_t *leaf_guard
        int32_t *node_guard
        const uint8_t *has_moved

    ctypedef int64_t hp_assign(const hp_points *, int32_t, int32_t, const hp_centroids *,
                               const hp_centroids *, hp_assignment *, int32_t *)
    ctypedef struct hp_merging:
        float *weight
        float *at[4]
        float *cost
        float *least
        int32_t *partner

    ctypedef void hp_merge(hp_merging *, int32_t, int32_t)
    int HP_WIDTH, HP_TILE, HP_ROWS

    ctypedef struct hp_scale:
        int32_t width, height
        const uint8_t *rgb
        const float *curve
        float *light
        float *xyb
        float *mean

    ctypedef struct hp_desk:
        pass

    ctypedef void hp_compose(const uint8_t *, size_t, uint8_t, uint8_t *)
    ctypedef void hp_halve(const hp_scale *, hp_scale *, int32_t, int32_t, hp_desk *)
    ctypedef void hp_look(const hp_scale *, const hp_scale *, int, int32_t, hp_desk *, double *)

    int HP_BIT, HP_PAST, HP_MARGIN, HP_BARRED, HP_DEAREST, HP_AROUND
    float HP_NEVER
    ctypedef struct hp_canvas:
        int32_t width, height
        const uint32_t *index
        const int32_t *xy
        const int32_t *za
        const uint8_t *fit
        uint8_t *tolerance

    int HP_QUIET
    ctypedef struct hp_texture:
        int32_t *ring
        int32_t *sums
        int32_t *wide
        float *variance

    int HP_SHADES
    ctypedef struct hp_diffusion:
        const hp_centroids *book
        int32_t share, cap
        int32_t *residuals
        uint8_t *labels

    ctypedef void hp_diffuse(const hp_canvas *, hp_diffusion *)
    ctypedef void hp_mix(const hp_canvas *, int32_t, const hp_centroids *, hp_space, int32_t,
                         int32_t, uint8_t *)

    ctypedef struct hp_step:
        pass

    ctypedef struct hp_trellis:
        int32_t rows, span, stride, ring
        const hp_centroids *book
        float step
        int32_t across, down, cap
        const float *rates
        const float *match
        const int32_t *offset
        const float *fence
        const float *lead
        const int32_t *nearest
        const uint8_t *around
        const int32_t *around_xy
        const int32_t *around_za
        const float *literal
        int32_t *left_xy
        int32_t *left_za
        int32_t *plane_xy
        int32_t *plane_za
        int32_t *done
        uint8_t *labels
        uint8_t *copies

    ctypedef struct hp_row:
        float *cost
        int32_t *start
        int32_t *residual_xy
        int32_t *residual_za
        int32_t *target_xy
        int32_t *target_za
        int32_t *loud
        float *rate
        int32_t *around
        hp_step *steps

    ctypedef void hp_tolerate(const hp_canvas *, int32_t, int32_t, hp_texture *, uint8_t *)
    ctypedef void hp_rate(float, float *)
    ctypedef void hp_weigh_smooth(const hp_canvas *, hp_texture *, uint8_t *)
    ctypedef void hp_map_cheaply(const hp_canvas *, hp_trellis *, hp_row *)
    int HP_CHEAPEST_MATCHES
    size_t HP_ARRANGING(int)
    uint32_t HP_DAMAGED
    int HP_LITLENS, HP_DISTANCES
    ctypedef uint32_t hp_token

    ctypedef struct hp_reader:
        int state

    int HP_DONE

    ctypedef struct hp_piece:
        pass

    ctypedef struct hp_writer:
        uint8_t *next
        uint8_t *end
        int full

    ctypedef struct hp_matching:
        pass

    ctypedef void hp_filter(const uint8_t *, size_t, size_t, size_t, int, const uint16_t *,
                            uint8_t *, uint64_t *, hp_matching *, uint8_t *)
    ctypedef void hp_arrange(const uint8_t *, size_t, size_t, int, int, const uint16_t *, int32_t *,
                             int32_t *)

    ctypedef struct hp_set:
        const char *name
        hp_mark *mark
        hp_number *number
        hp_bound *bound
        hp_assign *assign
        hp_merge *merge
        hp_compose *compose
        hp_halve *halve
        hp_look *look
        hp_tolerate *tolerate
        hp_rate *rate
        hp_weigh_smooth *weigh_smooth
        hp_map_cheaply *map_cheaply
        hp_diffuse *diffuse
        hp_mix *mix
        hp_filter *filter
        hp_arrange *arrange

    int32_t hp_pair(int32_t, int32_t)
    int32_t hp_low(int32_t)
    int32_t hp_high(int32_t)
    int hp_sets(hp_set *)
    void hp_list_marked(const uint64_t *, const uint8_t *, uint32_t *)
    size_t hp_hash(const uint8_t *, size_t, uint64_t *, int, uint32_t *)
    void hp_rehash(const uint64_t *, int, uint64_t *, int)
    void hp_sort_hashed(uint64_t *, int, int, uint32_t, uint64_t *, uint64_t *, uint32_t *,
                        uint32_t *)
    void hp_number_hashed(const uint8_t *, size_t, const uint64_t *, int, uint32_t *)
    void hp_spread_labels(const uint32_t *, size_t, const uint16_t *, uint8_t *, uint16_t *)
    void hp_decode(const uint32_t *, uint32_t, int, uint32_t *)
    void hp_decode_fine(const uint32_t *, uint32_t, uint32_t *)
    void hp_set_light(const float *)
    void hp_coordinates(hp_space, uint32_t, int32_t *)
    void hp_place(const uint32_t *, hp_points *)
    void hp_place_fine(const uint32_t *, hp_points *)
    void hp_count_cells(const uint32_t *, int32_t, int32_t *)
    void hp_coarsen(const hp_points *, const uint32_t *, int, hp_points *, uint32_t *)
    int32_t hp_sketch(const hp_points *, const uint32_t *, int, int, double, hp_points *,
                      uint32_t *)
    void hp_partition(hp_points *, const uint32_t *)
    int32_t hp_update(const hp_sums *, hp_space, hp_lattice, hp_centroids *)
    void hp_colors_of(const hp_centroids *, hp_space, uint8_t *)
    int64_t hp_distortion(const hp_sums *, const hp_centroids *, int64_t *)
    void hp_split(const hp_points *, const int32_t *, const hp_sums *, const hp_centroids *,
                  int32_t, uint64_t, int64_t *, double *, hp_centroids *)
    int32_t hp_variance_split(const hp_points *, int32_t *, int32_t *, void *, hp_centroids *)
    size_t hp_variance_split_box_size()
    ctypedef struct hp_bonds:
        int32_t *firm
        int32_t *other

    void hp_keep(const uint32_t *, int32_t, int, const uint32_t *, int32_t, hp_bonds *)
    void hp_bind_points(const hp_points *, const hp_centroids *, const hp_bonds *, int32_t *)
    void hp_bind_pixels(const hp_points *, const hp_centroids *, const hp_bonds *,
                        const uint32_t *, size_t, uint8_t *)
    void hp_settle_alpha(const hp_points *, const int32_t *, int32_t, hp_centroids *, int64_t *,
                         int8_t *)
    void hp_place_shades(const hp_canvas *, const uint8_t *, const uint8_t *, int32_t, uint8_t *)
    uint64_t hp_squared_error(const uint32_t *, const uint32_t *, int, size_t, const uint8_t *,
                              const uint16_t *, const uint8_t *)
    void hp_look_around(const hp_centroids *, uint8_t *)
    void hp_measure_fit(const hp_points *, const int32_t *, const hp_centroids *, uint8_t *)
    int32_t hp_greedy_plusplus(const hp_points *, int, uint64_t, int32_t *, int32_t *, int32_t *,
                               hp_centroids *)
    void hp_fill_log2(uint16_t *)
    void hp_open_reader(hp_reader *, const uint8_t *, size_t, const uint8_t *, size_t, size_t)
    uint32_t hp_read_tokens(hp_reader *, hp_token *, uint32_t)
    int hp_cut(const hp_token *, uint32_t, uint32_t, const uint16_t *, hp_piece *, int32_t *)
    uint64_t hp_renamed_bits(const hp_piece *, int, const uint8_t *)
    void hp_write_blocks(hp_writer *, const hp_token *, const hp_piece *, int, int)
    void hp_align(hp_writer *)

    ctypedef struct hp_parser:
        const uint8_t *raw
        const uint8_t *hints
        const int32_t *distances
        size_t at

    void hp_open_parser(hp_parser *)
    uint32_t hp_parse(hp_parser *, size_t, hp_token *, uint32_t)

FINE, FINE_BEYOND, EIGHT_BIT = 0, 1, 2
cdef int MOST_COLORS = 65_536
cdef int MOST = 16_320  # 255 x HP_SCALE

cdef hp_set sets[8]
cdef int set_count = hp_sets(sets)
cdef hp_set chosen = sets[set_count - 1]


def instruction_sets():
    """Return the names of the instruction sets this machine can run, slowest first."""
    return tuple(sets[i].name.decode() for i in range(set_count))


def use_instruction_set(name):
    """Make all kernels run on this instruction set; the result is the same on each."""
    global chosen
    for i in range(set_count):
        if sets[i].name.decode() == name:
            chosen = sets[i]
            return
    raise ValueError(f"instruction set {name!r} is not one of {instruction_sets()}")


# Blocks set free are kept for the next image, up to 16 MB of them: the system hands out memory page
# by page at first touch, which took a quarter of the time of quantizing a photo. Not without the
# global lock, which is what makes this safe, nor under AddressSanitizer, which watches free memory.
cdef extern from *:
    """
    #if defined(Py_GIL_DISABLED) || defined(__SANITIZE_ADDRESS__)
    #define HP_KEPT 0
    #else
    #define HP_KEPT 32
    #endif
    """
    int HP_KEPT
cdef enum:
    HEADER = 16  # bytes before each block, for its size
    LEAST_KEPT = 1 << 15
    MOST_KEPT = 1 << 24
cdef char *kept[32]
cdef size_t kept_bytes = 0


cdef char *reuse(size_t size) noexcept:
    """Return the smallest kept block that is large enough, but not twice too large, or NULL."""
    global kept_bytes
    cdef int i, best = -1
    cdef size_t room
    for i in range(HP_KEPT):
        if kept[i] != NULL:
            room = (<size_t *>kept[i])[0]
            if size <= room < 2 * size and (best < 0 or room < (<size_t *>kept[best])[0]):
                best = i
    if best < 0:
        return NULL
    cdef char *block = kept[best]
    kept[best] = NULL
    kept_bytes -= (<size_t *>block)[0]
    return block


cdef char *obtain(size_t count, size_t each, bint clear) except NULL:
    cdef size_t size = (count + 1) * each
    cdef char *block = reuse(size) if size >= LEAST_KEPT else NULL
    if block != NULL:
        if clear:
            memset(block + HEADER, 0, size)
        return block + HEADER
    block = <char *>(PyMem_RawCalloc(size + HEADER, 1) if clear
                     else PyMem_RawMalloc(size + HEADER))
    if block == NULL:
        raise MemoryError(f"no memory for {size:,} bytes")
    (<size_t *>block)[0] = size
    return block + HEADER


cdef void *zeroed(size_t count, size_t each) except NULL:
    return obtain(count, each, True)


cdef void *allocate(size_t count, size_t each) except NULL:
    return obtain(count, each, False)


cdef void release(void *memory) noexcept:
    global kept_bytes
    if memory == NULL:
        return
    cdef char *block = <char *>memory - HEADER
    cdef size_t size = (<size_t *>block)[0]
    cdef int i
    if size >= LEAST_KEPT and kept_bytes + size <= MOST_KEPT:
        for i in range(HP_KEPT):
            if kept[i] == NULL:
                kept[i] = block
                kept_bytes += size
                return
    PyMem_RawFree(block)


cdef bytes copied(const void *source, size_t size):
    """Return bytes of our own, to be changed: Python shares those of one byte if it makes them."""
    cdef bytes out = PyBytes_FromStringAndSize(NULL, size)
    memcpy(PyBytes_AS_STRING(out), source, size)
    return out


cdef void *spread_texture(hp_texture *texture, size_t width) except NULL:
    """Give a texture its memory, which is returned."""
    cdef int32_t *words = <int32_t *>allocate(21 * width + 20, sizeof(int32_t))
    texture.ring, texture.sums = words, words + 10 * width
    texture.wide = texture.sums + 5 * (width + 4)
    texture.variance = <float *>(texture.wide + 5 * width)
    return words


cdef check_fine(const uint8_t[::1] pixels, int channels):
    """Check what would index beyond tables."""
    cdef ssize_t i
    cdef uint32_t word, most = HP_FINE_MOST
    if channels != 3:
        raise ValueError("fine pixels have 3 channels")
    for i in range(0, pixels.shape[0], 4):
        word = (<uint32_t>pixels[i + 3] << 24 | <uint32_t>pixels[i] << 16
                | <uint32_t>pixels[i + 1] << 8 | pixels[i + 2])
        if word >> 20 > most or (word >> 10 & 1023) > most or (word & 1023) > most:
            raise ValueError(f"a fine colour of {word:#x}")


cdef class Histogram:
    """The unique colours of an image, in Z-order, how many pixels each has, and which each has.

    Pixels have a byte for each of 3 or 4 channels; or, if `fine`, 3 channels of 10 bits, each 0 to
    1020, as the number red << 20 | green << 10 | blue, whose bytes come in the order of RGBA:
    second, third, last and first.
    """

    cdef readonly size_t size
    cdef readonly uint32_t unique
    cdef readonly int channels
    cdef readonly bint fine
    cdef uint32_t *index
    cdef uint32_t *keys
    cdef uint32_t *counts

    def __cinit__(self, const uint8_t[::1] pixels not None, int channels, bint fine=False):
        cdef int each = 4 if fine else channels
        if channels not in (3, 4) or pixels.shape[0] == 0 or pixels.shape[0] % each:
            raise ValueError(f"{pixels.shape[0]} bytes are not pixels of {channels} channels")
        if fine:
            check_fine(pixels, channels)
        self.fine = fine
        self.size = pixels.shape[0] // each
        if self.size >= 1 << 31:
            raise ValueError("more than 2^31 pixels")
        self.channels = channels
        self.index = <uint32_t *>allocate(self.size, sizeof(uint32_t))
        if each == 3:
            self._from_rgb(&pixels[0])
        else:
            self._from_words(&pixels[0])

    cdef _from_rgb(self, const uint8_t *rgb):
        cdef uint64_t *present = NULL
        cdef uint32_t *before = NULL
        cdef uint8_t *cells = NULL
        try:
            present = <uint64_t *>allocate(8 * HP_CELLS, sizeof(uint64_t))
            before = <uint32_t *>allocate(8 * HP_CELLS, sizeof(uint32_t))
            cells = <uint8_t *>zeroed(HP_CELLS, 1)
            with nogil:
                self.unique = chosen.mark(rgb, self.size, present, cells, before)
            self.keys = <uint32_t *>allocate(self.unique, sizeof(uint32_t))
            self.counts = <uint32_t *>zeroed(self.unique + HP_PAD, sizeof(uint32_t))
            with nogil:
                hp_list_marked(present, cells, self.keys)
                chosen.number(rgb, self.size, present, before, self.index, self.counts)
        finally:
            release(present)
            release(before)
            release(cells)

    cdef _from_words(self, const uint8_t *rgba):
        cdef int bits = 12, wider
        cdef size_t read = 0
        cdef uint64_t *table = NULL
        cdef uint64_t *other = NULL
        try:
            table = <uint64_t *>zeroed(1 << bits, sizeof(uint64_t))
            while True:
                with nogil:
                    read += hp_hash(rgba + 4 * read, self.size - read, table, bits, &self.unique)
                if read == self.size:
                    break
                wider = bits + (2 if bits < 22 else 1)
                other = <uint64_t *>zeroed(<size_t>1 << wider, sizeof(uint64_t))
                with nogil:
                    hp_rehash(table, bits, other, wider)
                release(table)
                table, other, bits = other, NULL, wider
            self.keys = <uint32_t *>allocate(self.unique, sizeof(uint32_t))
            self.counts = <uint32_t *>allocate(self.unique + HP_PAD, sizeof(uint32_t))
            other = <uint64_t *>allocate(2 * <size_t>self.unique, sizeof(uint64_t))
            with nogil:
                hp_sort_hashed(table, bits, self.fine, self.unique, other, other + self.unique, self.keys,
                               self.counts)
                hp_number_hashed(rgba, self.size, table, bits, self.index)
        finally:
            release(table)
            release(other)

    def __dealloc__(self):
        release(self.index)
        release(self.keys)
        release(self.counts)

    def colors_and_counts(self):
        """Return the colours (bytes, `channels` each) and their pixel counts, in Z-order."""
        if self.fine:
            raise ValueError("fine colours don't fit bytes")
        content = bytearray(self.unique * self.channels)
        cdef uint8_t[::1] out = content
        cdef uint32_t *colors = <uint32_t *>allocate(self.unique, sizeof(uint32_t))
        cdef size_t i, c
        hp_decode(self.keys, self.unique, self.channels, colors)
        for i in range(self.unique):
            for c in range(3):
                out[i * self.channels + c] = <uint8_t>(colors[i] >> (16 - 8 * c))
            if self.channels == 4:
                out[4 * i + 3] = <uint8_t>(colors[i] >> 24)
        release(colors)
        return bytes(content), [self.counts[i] for i in range(self.unique)]

    def tally(self, const uint8_t[::1] labels not None, const uint8_t[::1] colors not None,
              int part=0, int parts=1):
        """Compare the pixels with what their labels stand for; the parts may run at the same time.

        Returns the squared error of all, summed over R, G and B (times alpha, if there is any, and
        over alpha), in units of 1/65,025, and for each colour how many pixels have it. Labels take
        one byte for up to 256 colours, else two.
        """
        cdef size_t k = colors.shape[0] // self.channels, i
        cdef bint wide = k > 256
        check_part(part, parts)
        if self.fine:
            raise ValueError("fine colours don't fit bytes")
        if not 1 <= k <= MOST_COLORS or <size_t>labels.shape[0] != self.size * (2 if wide else 1):
            raise ValueError(f"{labels.shape[0]} bytes of labels for {self.size} pixels, {k} colours")
        if wide and <size_t>&labels[0] & 1:  # not where a uint16 may lie
            labels = bytearray(labels)
        cdef size_t first = self.size * part // parts, last = self.size * (part + 1) // parts
        cdef const uint8_t *narrow = NULL if wide else &labels[0] + first
        cdef const uint16_t *words = <const uint16_t *>&labels[0] + first if wide else NULL
        cdef uint64_t total = 0
        cdef uint32_t *counts = <uint32_t *>zeroed(MOST_COLORS, sizeof(uint32_t))
        with nogil:
            for i in range(last - first):
                counts[words[i] if wide else narrow[i]] += 1
        for i in range(k, MOST_COLORS):
            if counts[i]:
                release(counts)
                raise ValueError(f"label {i} of {k}")
        cdef uint32_t *own = <uint32_t *>allocate(self.unique, sizeof(uint32_t))
        with nogil:
            hp_decode(self.keys, self.unique, self.channels, own)
            total = hp_squared_error(own, self.index + first, self.channels, last - first, narrow,
                                     words, &colors[0])
        populations = [counts[i] for i in range(k)]
        release(own)
        release(counts)
        return total, populations

    def points(self, bint oklab=False, bint straight=False, importance=None):
        """Return the colours as `Points` of the working space `rgb` or `oklab`, in Z-order.

        With alpha they are premultiplied, unless `straight`.

        Their weights are the counts of their pixels; or, with `importance`, a byte for each pixel,
        the sums of their importance, at least 1, all scaled down alike where pixels are many.
        """
        cdef Points points = Points.__new__(Points)
        points._allocate(self.unique, self.channels, self)
        points.unit = HP_SCALE // 4 if self.fine else HP_SCALE
        if importance is not None:
            points.it.weight = points.own_weight = self._weights(importance)
        points.it.space = <hp_space>((HP_WITH_ALPHA if self.channels == 4 else 0)
                                     + (HP_IN_OKLAB if oklab else 0)
                                     + (HP_STRAIGHT if straight else 0))
        cdef uint32_t *colors = <uint32_t *>allocate(self.unique, sizeof(uint32_t))
        with nogil:
            if self.fine:
                hp_decode_fine(self.keys, self.unique, colors)
                hp_place_fine(colors, &points.it)
            else:
                hp_decode(self.keys, self.unique, self.channels, colors)
                hp_place(colors, &points.it)
        release(colors)
        points._partition()
        return points

    cdef uint32_t *_weights(self, const uint8_t[::1] importance) except NULL:
        if <size_t>importance.shape[0] != self.size:
            raise ValueError(f"{importance.shape[0]} bytes of importance for {self.size} pixels")
        cdef uint64_t *sums = <uint64_t *>zeroed(self.unique, sizeof(uint64_t))
        cdef uint32_t *weights = NULL
        # Weights of 2^32 in all keep every sum of weighted squares within 63 bits.
        cdef uint64_t down = 1 + (255 * <uint64_t>self.size >> 32)
        cdef size_t i
        try:
            weights = <uint32_t *>allocate(self.unique + HP_PAD, sizeof(uint32_t))
            with nogil:
                for i in range(self.size):
                    sums[self.index[i]] += importance[i]
                for i in range(self.unique):
                    weights[i] = <uint32_t>max(sums[i] // down, <uint64_t>1)
        finally:
            release(sums)
        return weights

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
        if size != self.unique or not 1 <= k <= MOST_COLORS:
            raise ValueError(f"{size} labels for {self.unique} colours, k = {k}")
        for i in range(<size_t>rank.shape[0]):
            if not 0 <= rank[i] < k:
                raise ValueError(f"rank {rank[i]} is not in 0..{k - 1}")
        for i in range(size):
            if not 0 <= label[i] < rank.shape[0]:
                raise ValueError(f"label {label[i]} is not in 0..{rank.shape[0] - 1}")
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.size * (1 if k <= 256 else 2))
        cdef void *to = PyBytes_AS_STRING(out)
        cdef uint8_t *narrow = <uint8_t *>to if k <= 256 else NULL
        cdef uint16_t *wide = <uint16_t *>to if k > 256 else NULL
        cdef uint16_t *ranked = <uint16_t *>allocate(size, sizeof(uint16_t))
        with nogil:
            for i in range(size):
                ranked[i] = <uint16_t>rank[label[i]]
            hp_spread_labels(self.index, self.size, ranked, narrow, wide)
        release(ranked)
        return out


cdef class Points:
    """Weighted points in a working space; see kernels.h for how they lie in memory."""

    cdef hp_points it
    cdef Histogram owner  # of weights and keys, if borrowed
    cdef bint borrowed  # the collector may have taken the owner before __dealloc__
    cdef uint32_t *own_weight  # of a borrower that brings its own
    cdef uint32_t *keys
    cdef int channels
    cdef int unit  # the least step of the keys' channels, in coordinates
    cdef int64_t weight

    def __init__(self):
        raise TypeError("points come from Histogram.points")

    cdef _allocate(self, size_t size, int channels, Histogram owner=None):
        """Make room; weights and keys are the histogram's own if it is given."""
        self.channels = channels
        self.owner = owner
        self.borrowed = owner is not None
        cdef size_t room = size + HP_PAD
        self.it.size = <int32_t>size
        self.it.xy = <int32_t *>allocate(room, sizeof(int32_t))
        self.it.za = <int32_t *>allocate(room, sizeof(int32_t))
        if self.borrowed:
            self.it.weight, self.keys = owner.counts, owner.keys
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
            chosen.bound(&self.it)
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
        release(self.own_weight)
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

    def sketch(self, double budget):
        """Return fewer `Points`: one for all colours of a Z-order cell.

        The cells are as large as can be with a weight times squared side within the budget, a
        distortion in the units of `Clusters.distortion`.
        """
        cdef Points coarse = Points.__new__(Points)
        coarse._allocate(self.it.size, self.channels)
        coarse.unit = self.unit
        coarse.it.space = self.it.space
        with nogil:
            coarse.it.size = hp_sketch(&self.it, self.keys, self.channels, self.unit, budget,
                                       &coarse.it, coarse.keys)
        coarse._partition()
        return coarse

    def smoothness(self, int width):
        """Return the importance of each pixel (bytes): smooth areas count more than busy ones."""
        if self.owner is None or width < 1 or self.owner.size % width:
            raise ValueError(f"not all colours of an image that is {width} wide")
        cdef hp_canvas canvas
        cdef hp_texture texture
        canvas.width, canvas.height = width, <int32_t>(self.owner.size // width)
        canvas.index, canvas.xy, canvas.za = self.owner.index, self.it.xy, self.it.za
        cdef bytes out = PyBytes_FromStringAndSize(NULL, self.owner.size)
        cdef uint8_t *importance = <uint8_t *>PyBytes_AS_STRING(out)
        cdef void *words = spread_texture(&texture, width)
        with nogil:
            chosen.weigh_smooth(&canvas, &texture, importance)
        release(words)
        return out

    def coordinates(self):
        """Return a list of ((x, y, z, a), weight), for tests and curious readers."""
        return [
            ((hp_low(self.it.xy[i]), hp_high(self.it.xy[i]),
              hp_low(self.it.za[i]), hp_high(self.it.za[i])), self.it.weight[i])
            for i in range(self.it.size)
        ]


cdef class Clusters:
    """K centroids on `Points`, the label of each point, and the sums of each cluster."""

    cdef readonly Points points
    cdef hp_centroids it
    cdef hp_centroids before
    cdef hp_centroids moves
    cdef uint8_t *has_moved
    cdef bint labelled
    cdef hp_assignment to
    cdef hp_sums *shares
    cdef int32_t *room
    cdef readonly int parts

    def __cinit__(self, Points points not None, int k, int parts=1):
        if not 1 <= k <= MOST_COLORS or not 1 <= parts <= 256:
            raise ValueError(f"k = {k}, parts = {parts}")
        if points.it.size < 1:
            raise ValueError("no points")
        self.points = points
        self.parts = parts
        self.it = self._centroids(k)
        self.before = self._centroids(k)
        self.moves = self._centroids(2 * k)
        self.has_moved = <uint8_t *>zeroed(k, 1)
        self.to.has_moved = self.has_moved
        self.to.sums = <hp_sums *>zeroed(k, sizeof(hp_sums))
        self.to.labels = <int32_t *>allocate(points.it.size + HP_PAD, sizeof(int32_t))
        self.to.leaf_guard = <int32_t *>allocate(points.it.leaves, sizeof(int32_t))
        self.to.node_guard = <int32_t *>allocate(points.it.nodes, sizeof(int32_t))
        memset(self.to.leaf_guard, 0xff, points.it.leaves * sizeof(int32_t))
        memset(self.to.node_guard, 0xff, points.it.nodes * sizeof(int32_t))
        self.shares = <hp_sums *>zeroed(<size_t>k * (parts - 1), sizeof(hp_sums))
        self.room = <int32_t *>allocate(HP_ROOM(k) * parts, sizeof(int32_t))
        self.forget()

    cdef hp_centroids _centroids(self, int k) except *:
        cdef hp_centroids c
        c.k = k
        c.xy = <int32_t *>zeroed(k + HP_PAD, sizeof(int32_t))
        c.za = <int32_t *>zeroed(k + HP_PAD, sizeof(int32_t))
        return c

    def __dealloc__(self):
        release(self.it.xy)
        release(self.it.za)
        release(self.before.xy)
        release(self.before.za)
        release(self.moves.xy)
        release(self.moves.za)
        release(self.has_moved)
        release(self.to.sums)
        release(self.to.labels)
        release(self.to.leaf_guard)
        release(self.to.node_guard)
        release(self.shares)
        release(self.room)

    @property
    def k(self):
        """The number of centroids."""
        return self.it.k

    def forget(self):
        """Forget all labels and sums."""
        memset(self.to.labels, 0xff, self.points.it.size * sizeof(int32_t))
        memset(self.to.sums, 0, self.it.k * sizeof(hp_sums))
        self.labelled = False

    def seed_by_variance(self):
        """Place the centroids by Wu's variance split; return how many found a place."""
        cdef size_t size = self.points.it.size
        cdef int32_t *order = <int32_t *>allocate(2 * size, sizeof(int32_t))
        cdef void *boxes = allocate(self.it.k, hp_variance_split_box_size())
        cdef int32_t found
        with nogil:
            found = hp_variance_split(&self.points.it, order, order + size, boxes, &self.it)
        release(order)
        release(boxes)
        return found

    def seed_by_plusplus(self, int candidates, uint64_t seed):
        """Place the centroids by greedy k-means++; return how many found a place."""
        if not 1 <= candidates <= 64:
            raise ValueError(f"candidates = {candidates}")
        cdef size_t size = self.points.it.size
        cdef int32_t *room = <int32_t *>allocate(3 * size, sizeof(int32_t))
        cdef int32_t found
        with nogil:
            found = hp_greedy_plusplus(&self.points.it, candidates, seed, room, room + size,
                                       room + 2 * size, &self.it)
        release(room)
        return found

    def take_centroids(self, Clusters other not None):
        """Copy the centroids of another `Clusters` with the same k."""
        if other.it.k != self.it.k:
            raise ValueError(f"k = {other.it.k} is not {self.it.k}")
        memcpy(self.it.xy, other.it.xy, self.it.k * sizeof(int32_t))
        memcpy(self.it.za, other.it.za, self.it.k * sizeof(int32_t))

    def take_some_centroids(self, Clusters other not None, which not None):
        """Copy those centroids of another `Clusters`, as many as there are here."""
        which = list(which)
        if len(which) != self.it.k:
            raise ValueError(f"{len(which)} centroids for k = {self.it.k}")
        cdef int32_t i, j
        for i, j in enumerate(which):
            if not 0 <= j < other.it.k:
                raise ValueError(f"centroid {j} of {other.it.k}")
            self.it.xy[i], self.it.za[i] = other.it.xy[j], other.it.za[j]

    def note_moves(self):
        """Before `assign`: note which centroids moved since the last time."""
        cdef int32_t j, n = 0
        for j in range(self.it.k):
            self.has_moved[j] = (self.it.xy[j] != self.before.xy[j]
                                 or self.it.za[j] != self.before.za[j])
            if self.has_moved[j]:
                self.moves.xy[n], self.moves.za[n] = self.before.xy[j], self.before.za[j]
                self.moves.xy[n + 1], self.moves.za[n + 1] = self.it.xy[j], self.it.za[j]
                n += 2
        self.moves.k = n
        memcpy(self.before.xy, self.it.xy, self.it.k * sizeof(int32_t))
        memcpy(self.before.za, self.it.za, self.it.k * sizeof(int32_t))

    def assign(self, int part=0, int parts=1):
        """Label the points of one of `parts` with their nearest centroid (the first, if tied).

        Returns how many labels changed. Parts may run at the same time, between `note_moves`
        and `gather`.
        """
        if not 0 <= part < parts <= self.parts:
            raise ValueError(f"part {part} of {parts}")
        cdef int32_t nodes = self.points.it.nodes
        cdef int32_t first = <int32_t>(<int64_t>nodes * part // parts)
        cdef int32_t last = <int32_t>(<int64_t>nodes * (part + 1) // parts)
        cdef int32_t *room = self.room + part * HP_ROOM(self.it.k)
        cdef hp_centroids *moves = &self.moves if self.labelled else NULL
        cdef hp_assignment to = self.to
        cdef int64_t changed
        if part > 0:
            to.sums = self.shares + (part - 1) * self.it.k
        with nogil:
            changed = chosen.assign(&self.points.it, first, last, &self.it, moves, &to, room)
        return changed

    def gather(self):
        """After `assign` of all parts: add the sums of the others to those of the first."""
        cdef int64_t weight = 0
        cdef int64_t *to = <int64_t *>self.to.sums
        cdef int64_t *share = <int64_t *>self.shares
        cdef size_t words = self.it.k * sizeof(hp_sums) // sizeof(int64_t), i
        for i in range(words * (self.parts - 1)):
            to[i % words] += share[i]
            share[i] = 0
        for i in range(<size_t>self.it.k):
            weight += self.to.sums[i].weight
        self.labelled = weight == self.points.weight
        if not self.labelled:  # some labels are still -1
            raise ValueError("assign all parts first")

    def update(self, int lattice):
        """Move each centroid to the mean of its points, on the lattice; return how many moved."""
        if not 0 <= lattice <= 2:
            raise ValueError(f"lattice {lattice}")
        if not self.labelled:
            raise ValueError("assign first")
        cdef int32_t moved
        with nogil:
            moved = hp_update(self.to.sums, self.points.it.space, <hp_lattice>lattice,
                              &self.it)
        return moved

    def distortion(self):
        """Return the exact distortion: sum of weight x squared distance, as labelled now."""
        return hp_distortion(self.to.sums, &self.it, NULL)

    def weights(self):
        """Return the weight of each cluster: its pixels."""
        return [self.to.sums[j].weight for j in range(self.it.k)]

    def split_into(self, Clusters wider not None, uint64_t chance=0):
        """Place more centroids: these, with those that gain most by it split in two.

        With a `chance`, a number to draw from, each gain counts for 0.25 to 1.25 of itself.
        """
        cdef int k = self.it.k, more = wider.it.k - self.it.k
        if not 1 <= more <= k or wider.points is not self.points or not self.labelled:
            raise ValueError(f"split {k} labelled clusters into {wider.it.k} on the same points")
        cdef int64_t *moments = <int64_t *>zeroed(12 * <size_t>k, sizeof(int64_t))
        with nogil:
            hp_split(&self.points.it, self.to.labels, self.to.sums, &self.it, more, chance, moments,
                     <double *>(moments + 10 * k), &wider.it)
        memcpy(wider.to.leaf_guard, self.to.leaf_guard, self.points.it.leaves * sizeof(int32_t))
        memcpy(wider.to.node_guard, self.to.node_guard, self.points.it.nodes * sizeof(int32_t))
        release(moments)

    def merge_from(self, Clusters wider not None):
        """Place the centroids by merging labelled clusters, the cheapest pair first.

        Returns how many found a place: fewer than k if fewer have points.
        """
        cdef size_t room = wider.it.k + HP_PAD
        cdef float *floats = <float *>allocate(8 * room, sizeof(float))
        cdef int32_t j, n = 0
        cdef int c
        cdef const int64_t *sums
        cdef hp_merging m
        m.weight, m.cost, m.least = floats, floats + room, floats + 2 * room
        m.partner = <int32_t *>(floats + 3 * room)
        for c in range(4):
            m.at[c] = floats + (4 + c) * room
        for j in range(wider.it.k):
            sums = <const int64_t *>(wider.to.sums + j)
            if sums[0]:
                m.weight[n] = <float>sums[0]
                for c in range(4):
                    m.at[c][n] = <float>(<double>sums[1 + c] / <double>sums[0])
                n += 1
        with nogil:
            chosen.merge(&m, n, self.it.k)
        n = min(n, self.it.k)
        for j in range(n):
            self.it.xy[j] = hp_pair(<int32_t>(m.at[0][j] + 0.5), <int32_t>(m.at[1][j] + 0.5))
            self.it.za[j] = hp_pair(<int32_t>(m.at[2][j] + 0.5), <int32_t>(m.at[3][j] + 0.5))
        release(floats)
        return n

    def place_color(self, int j, uint32_t color):
        """Put centroid j where an 8-bit colour 0xAARRGGBB lies."""
        cdef int32_t at[4]
        if not 0 <= j < self.it.k:
            raise ValueError(f"centroid {j}")
        hp_coordinates(self.points.it.space, color, at)
        self.it.xy[j] = hp_pair(at[0], at[1])
        self.it.za[j] = hp_pair(at[2], at[3])

    def place(self, int j, int x, int y, int z, int a):
        """Put centroid j at these coordinates."""
        if not 0 <= j < self.it.k or not all(0 <= c <= MOST for c in (x, y, z, a)):
            raise ValueError(f"centroid {j} at {(x, y, z, a)}")
        self.it.xy[j] = hp_pair(x, y)
        self.it.za[j] = hp_pair(z, a)

    def centroids(self):
        """Return the coordinates of the centroids, a list of (x, y, z, a)."""
        return [(hp_low(self.it.xy[j]), hp_high(self.it.xy[j]),
                 hp_low(self.it.za[j]), hp_high(self.it.za[j])) for j in range(self.it.k)]

    def settle_alpha(self, int kept=0):
        """Make centroids opaque, or clear, if most of their weight is; then assign again.

        The first `kept` stay as they are.
        """
        if not self.labelled:
            raise ValueError("assign first")
        if not 0 <= kept <= self.it.k:
            raise ValueError(f"{kept} kept of {self.it.k}")
        cdef int64_t *weights = <int64_t *>zeroed(4 * <size_t>self.it.k, sizeof(int64_t))
        with nogil:
            hp_settle_alpha(&self.points.it, self.to.labels, kept, &self.it, weights,
                            <int8_t *>(weights + 3 * self.it.k))
        release(weights)

    cdef hp_bonds _bonds(self, const uint32_t[::1] kept) except *:
        """Return what binds the points' labels; its `firm` is to be released."""
        cdef size_t size = self.points.it.size
        cdef hp_bonds bonds
        if self.points.owner is None or kept.shape[0] > self.it.k:
            raise ValueError(f"{kept.shape[0]} kept colours of {self.it.k}, or not all points")
        cdef bint fine = self.points.owner.fine
        bonds.firm = <int32_t *>allocate(2 * size, sizeof(int32_t))
        bonds.other = bonds.firm + size
        cdef uint32_t *colors = <uint32_t *>allocate(size, sizeof(uint32_t))
        with nogil:
            if fine:
                hp_decode_fine(self.points.keys, <uint32_t>size, colors)
            else:
                hp_decode(self.points.keys, <uint32_t>size, self.points.channels, colors)
            hp_keep(colors, <int32_t>size, fine, &kept[0] if kept.shape[0] else NULL,
                    <int32_t>kept.shape[0], &bonds)
        release(colors)
        return bonds

    def bound_labels(self, const uint32_t[::1] kept not None):
        """Return `labels` with those replaced that may not be.

        Opaque points get opaque labels and clear ones clear labels, if there are any; and points
        of exactly the colours `kept`, numbers 0xAARRGGBB, get the first labels, in their order.
        """
        if not self.labelled:
            raise ValueError("assign first")
        cdef hp_bonds bonds = self._bonds(kept)
        cdef bytes out = copied(self.to.labels, self.points.it.size * sizeof(int32_t))
        cdef int32_t *to = <int32_t *><void *>PyBytes_AS_STRING(out)
        with nogil:
            hp_bind_points(&self.points.it, &self.it, &bonds, to)
        release(bonds.firm)
        return memoryview(out).cast("i")

    def colors(self):
        """Return the 8-bit colours nearest to the centroids, 4 bytes (RGBA) each."""
        cdef bytes out = PyBytes_FromStringAndSize(NULL, 4 * self.it.k)
        hp_colors_of(&self.it, self.points.it.space, <uint8_t *>PyBytes_AS_STRING(out))
        return out

    def labels(self):
        """Return a copy of the labels, a buffer of int32, one for each point."""
        cdef bytes out = PyBytes_FromStringAndSize(
            <const char *>self.to.labels, self.points.it.size * sizeof(int32_t))
        return memoryview(out).cast("i")


cdef check_part(int part, int parts):
    if not 0 <= part < parts <= 256:
        raise ValueError(f"part {part} of {parts}")


cdef bint check_costs(const int32_t[::1] costs, bint may_bar) except -1:
    """Tell whether some are barred."""
    cdef ssize_t i
    cdef bint barred = False
    for i in range(costs.shape[0]):
        if may_bar and costs[i] == HP_BARRED:
            barred = True
        elif not 0 <= costs[i] <= HP_DEAREST:
            raise ValueError(f"a cost of {costs[i]}")
    return barred


BARRED = HP_BARRED  # the cost of what may not be
DEAREST = HP_DEAREST  # the most that anything else costs
BIT = HP_BIT  # the unit of costs
PAST = HP_PAST  # the farthest match within a row
SHADES = HP_SHADES  # ranks in a mask of thresholds


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
        if clusters.it.k > 256 or width < 1 or histogram.size % width:
            raise ValueError(f"k = {clusters.it.k}, {histogram.size} pixels, {width} wide")
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
        cdef hp_bonds bonds = self.clusters._bonds(kept)
        cdef bytes out = copied(&labels[0], labels.shape[0])
        cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
        with nogil:
            hp_bind_pixels(&self.clusters.points.it, &self.clusters.it, &bonds,
                           self.histogram.index, self.histogram.size, to)
        release(bonds.firm)
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


cdef class Trellis:
    """A search for labels that are cheap to store, for the pixels of a `Canvas`.

    `literal` holds the cost of each label, `match` that of beginning one: from each of `span`
    columns around a pixel in each of `rows` rows above, the nearest first, then from each of
    the last `PAST` pixels; all in units of 1/`BIT` bits, up to `DEAREST`, or, of a match that
    may not be, `BARRED`. `shares` are of the residual, in 65,536ths: what goes across and what
    down.

    To use: `run` with as many threads at the same time as `workers`, or fewer; then `labels`.
    """

    cdef Canvas canvas
    cdef hp_trellis it
    cdef size_t states
    cdef int workers
    cdef void *memory
    cdef float rates[128]
    cdef bytes _labels, _copies

    def __cinit__(self, Canvas canvas not None, const int32_t[::1] literal not None,
                  const int32_t[::1] match not None, int rows, int span, double strength, int step,
                  tuple shares not None, int cap, int workers=1):
        cdef size_t k = canvas.clusters.it.k, width = canvas.it.width, height = canvas.it.height
        self.states = <size_t>rows * span + HP_PAST
        if not (1 <= rows <= 64 and HP_PAD <= span <= HP_MARGIN and span % HP_PAD == 0):
            raise ValueError(f"{rows} rows of {span} columns")
        if <size_t>literal.shape[0] != k or <size_t>match.shape[0] != self.states:
            raise ValueError(f"{literal.shape[0]} costs of labels, {match.shape[0]} of matches")
        if not (0 < strength < 1e6 and 0 <= step < 1 << 16 and 0 <= cap <= 4096):
            raise ValueError(f"strength {strength}, step {step}, cap {cap}")
        if len(shares) != 2 or not all(0 <= share < 32768 for share in shares):
            raise ValueError(f"shares {shares}")
        check_part(0, workers)
        check_costs(literal, False)
        self.canvas, self.workers = canvas, workers
        self.it.rows, self.it.span, self.it.ring = rows, span, rows + workers
        self.it.stride, self.it.book = <int32_t>width + 2 * HP_MARGIN, &canvas.clusters.it
        self.it.step, self.it.cap = step, cap
        self.it.across, self.it.down = shares
        check_costs(match, True)
        self.it.nearest = canvas.nearest
        chosen.rate(<float>strength, self.rates)
        self.it.rates = self.rates
        self._labels = PyBytes_FromStringAndSize(NULL, canvas.histogram.size)
        self.it.labels = <uint8_t *>PyBytes_AS_STRING(self._labels)
        if self.states < 256:
            self._copies = PyBytes_FromStringAndSize(NULL, canvas.histogram.size + height)
            self.it.copies = <uint8_t *>PyBytes_AS_STRING(self._copies)
            memset(self.it.copies, 0, canvas.histogram.size + height)
        self._share_out(literal, match)

    cdef _share_out(self, const int32_t[::1] literal, const int32_t[::1] match):
        """Lay out and fill what all rows share."""
        cdef size_t width = self.canvas.it.width, k = literal.shape[0], i, j
        cdef size_t wide = self.it.stride, planes = self.it.ring * wide
        cdef size_t padded = self.states + HP_PAD, around = k * HP_AROUND
        self.memory = zeroed(
            2 * padded + 3 * around + around // 4 + wide + 2 * HP_PAD + 4 * planes
            + self.canvas.it.height, sizeof(int32_t))
        cdef float *match_costs = <float *>self.memory
        cdef float *literal_costs = match_costs + padded
        cdef float *fence = literal_costs + around
        cdef float *lead = fence + wide
        cdef int32_t *offset = <int32_t *>(lead + 2 * HP_PAD)
        cdef int32_t *around_xy = offset + padded
        cdef int32_t *around_za = around_xy + around
        cdef uint8_t *labels = <uint8_t *>(around_za + around)
        self.it.match, self.it.literal, self.it.fence = match_costs, literal_costs, fence
        self.it.lead, self.it.offset, self.it.around = lead, offset, labels
        self.it.around_xy, self.it.around_za = around_xy, around_za
        self.it.left_xy = around_za + around + around // 4
        self.it.left_za = self.it.left_xy + planes
        self.it.plane_xy = self.it.left_za + planes
        self.it.plane_za = self.it.plane_xy + planes
        self.it.done = self.it.plane_za + planes
        hp_look_around(self.it.book, labels)
        for i in range(around):
            around_xy[i] = self.it.book.xy[labels[i]]
            around_za[i] = self.it.book.za[labels[i]]
            literal_costs[i] = <float>literal[labels[i]]
        for i in range(padded):
            # Lanes beyond the states within the row do the same as those.
            j = i if i < self.states else self.states - HP_PAST + i % HP_PAST
            match_costs[i] = HP_NEVER if match[j] == HP_BARRED else <float>match[j]
            offset[i] = (<int32_t>(i % self.it.span) - self.it.span // 2
                         - <int32_t>((1 + i // self.it.span) * width))
        for i in range(wide):
            fence[i] = 0 if HP_MARGIN <= i < HP_MARGIN + width else HP_NEVER
        for i in range(HP_PAST, 2 * HP_PAD):
            lead[i] = HP_NEVER

    def __dealloc__(self):
        release(self.memory)

    def run(self, int part=0, int parts=1):
        """Work on all rows that nobody else works on; no more than `workers` may."""
        check_part(part, parts)
        if parts > self.workers:
            raise ValueError(f"{parts} workers where {self.workers} were to be")
        cdef size_t padded = self.states + HP_PAD + HP_AROUND
        cdef size_t wide = self.canvas.it.width + HP_PAD
        cdef int32_t *at = <int32_t *>zeroed(4 * padded + 5 * wide, sizeof(int32_t))
        cdef hp_row row
        row.cost, row.start = <float *>at, at + padded
        row.residual_xy, row.residual_za = at + 2 * padded, at + 3 * padded
        at += 4 * padded
        row.target_xy, row.target_za = at, at + wide
        row.loud, row.around, row.rate = at + 2 * wide, at + 3 * wide, <float *>(at + 4 * wide)
        row.steps = <hp_step *>allocate(wide, sizeof(hp_step))
        with nogil:
            chosen.map_cheaply(&self.canvas.it, &self.it, &row)
        release(row.cost)
        release(row.steps)

    cdef _check_done(self):
        if self.it.done[self.canvas.it.height - 1] != self.canvas.it.width:
            raise ValueError("not run, or not to the end")

    @property
    def labels(self):
        """The label of each pixel (bytes)."""
        self._check_done()
        return self._labels

    @property
    def copies(self):
        """Of each pixel 0 or the number of the match that it is part of, from 1 (bytes).

        Each row has a 0 before its first pixel, as a PNG's have the number of their filter. None where there are more than 255 matches to choose from.
        """
        self._check_done()
        return self._copies


def cleared(const uint8_t[::1] rgba not None):
    """Return RGBA pixels with 0 for the colours that alpha 0 hides."""
    if rgba.shape[0] % 4:
        raise ValueError(f"{rgba.shape[0]} bytes of RGBA")
    cdef bytes out = copied(&rgba[0], rgba.shape[0])
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    cdef ssize_t i
    with nogil:
        for i in range(0, rgba.shape[0], 4):
            if not to[i + 3]:
                to[i] = to[i + 1] = to[i + 2] = 0
    return out


def compose(const uint8_t[::1] rgba not None, int grey):
    """Return RGB pixels: RGBA pixels as they look on a background of this grey, 0 to 255."""
    if rgba.shape[0] == 0 or rgba.shape[0] % 4 or not 0 <= grey <= 255:
        raise ValueError(f"{rgba.shape[0]} bytes of RGBA on {grey}")
    cdef size_t size = rgba.shape[0] // 4
    cdef bytes out = PyBytes_FromStringAndSize(NULL, 3 * size)
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    with nogil:
        chosen.compose(&rgba[0], size, grey, to)
    return out


LEAST_SIDE = 8
cdef enum:
    MOST_SCALES = 6
    CACHE_LINE = 64
cdef float light_of[256]
cdef float fine_light_of[1021]


cdef fill_curve():
    for step in range(1021):  # the curve of sRGB, IEC 61966-2-1
        fine_light_of[step] = (step / 1020 / 12.92 if step <= 41
                               else ((step / 1020 + 0.055) / 1.055) ** 2.4)
    for level in range(256):
        light_of[level] = fine_light_of[4 * level]


fill_curve()
hp_set_light(fine_light_of)


cdef class Scales:
    """An RGB image at the six scales of SSIMULACRA 2: each has half the width of the one before.

    To use: `halve`; then `study` it, if it was made as an original, or `compare` it with an
    original of equal size. The parts of a step, up to `parts`, may run at the same time.
    """

    cdef const uint8_t[::1] rgb
    cdef hp_scale at[MOST_SCALES]
    cdef readonly int count
    cdef readonly int parts
    cdef bint original
    cdef double *sums
    cdef void *desks

    def __cinit__(self, const uint8_t[::1] rgb not None, int width, int height, bint original,
                  int parts=1):
        if not (LEAST_SIDE <= width < 1 << 30 and LEAST_SIDE <= height < 1 << 30):
            raise ValueError(f"{width}x{height} is smaller than {LEAST_SIDE}x{LEAST_SIDE}")
        if not 1 <= parts <= 256:
            raise ValueError(f"parts = {parts}")
        if rgb.shape[0] != 3 * <ssize_t>width * height:
            raise ValueError(f"{rgb.shape[0]} bytes for {width}x{height} pixels")
        self.rgb = rgb
        self.parts = parts
        self.original = original
        self.desks = allocate(parts * sizeof(hp_desk) + CACHE_LINE, 1)
        self.at[0].rgb = &rgb[0]
        while self.count < MOST_SCALES and min(width, height) >= LEAST_SIDE:
            self._add_scale(width, height)
            width, height = (width + 1) // 2, (height + 1) // 2
        self.sums = <double *>zeroed(18 * self._first_block(self.count), sizeof(double))

    def __dealloc__(self):
        for i in range(self.count):
            release(self.at[i].light)
            release(self.at[i].xyb)
            release(self.at[i].mean)
        release(self.sums)
        release(self.desks)

    cdef _add_scale(self, int width, int height):
        cdef hp_scale *new = &self.at[self.count]
        cdef size_t room = 3 * <size_t>width * height + HP_WIDTH
        self.count += 1
        new.width, new.height, new.curve = width, height, light_of
        if self.count > 1:
            new.light = <float *>allocate(room, sizeof(float))
        if self.original:
            new.xyb = <float *>allocate(room, sizeof(float))
            new.mean = <float *>allocate(room, sizeof(float))

    cdef hp_desk *_desk(self, int part, int parts) except NULL:
        if not 0 <= part < parts <= self.parts:
            raise ValueError(f"part {part} of {parts}")
        # Aligned: vectors that lie across two lines of the cache take a third more time.
        return <hp_desk *>((<size_t>self.desks + CACHE_LINE - 1) & ~<size_t>(CACHE_LINE - 1)) + part

    cdef int32_t _first_block(self, int scale):
        """The blocks of all scales are counted through."""
        cdef int32_t i, blocks = 0
        for i in range(scale):
            blocks += ((self.at[i].width + HP_TILE - 1) // HP_TILE
                       * ((self.at[i].height + HP_ROWS - 1) // HP_ROWS))
        return blocks

    def halve(self, int part=0, int parts=1):
        """Make the scales after the first."""
        # A row of the last scale stands for 32 of the first, and nobody else needs these.
        cdef int32_t rows = 1 << (self.count - 1), i, first, last
        cdef int64_t groups = (self.at[0].height + rows - 1) // rows
        cdef hp_desk *desk = self._desk(part, parts)
        with nogil:
            for i in range(1, self.count):
                rows >>= 1
                first = <int32_t>(groups * part // parts) * rows
                last = min(<int32_t>(groups * (part + 1) // parts) * rows, self.at[i].height)
                chosen.halve(&self.at[i - 1], &self.at[i], first, last, desk)

    def study(self, int part=0, int parts=1):
        """Make an original ready for `compare`."""
        if not self.original:
            raise ValueError("not made as an original")
        self._look(None, [0] * self.count, part, parts)

    def compare(self, Scales original not None, structure not None, int part=0, int parts=1):
        """Sum the errors of this one as a candidate for the original.

        `structure` holds for each scale the channels in which loss of structure counts: the sum
        of 1 for X, 2 for Y and 4 for B.
        """
        if not original.original or (original.at[0].width, original.at[0].height) != (
                self.at[0].width, self.at[0].height):
            raise ValueError("not an original of equal size")
        if len(structure) != self.count or not all(0 <= bits <= 7 for bits in structure):
            raise ValueError(f"structure {structure} for {self.count} scales")
        self._look(original, structure, part, parts)

    cdef _look(self, Scales original, structure, int part, int parts):
        cdef int32_t i = 0, block, start = 0, end = self._first_block(1)
        cdef int bits
        cdef hp_desk *desk = self._desk(part, parts)
        for block in range(part, self._first_block(self.count), parts):
            while block >= end:
                i += 1
                start, end = end, self._first_block(i + 1)
            bits = structure[i]
            with nogil:
                chosen.look(&self.at[i], NULL if original is None else &original.at[i], bits,
                            block - start, desk, self.sums + 18 * block)

    def norms(self):
        """After `compare`: for each scale 18 means, as `hp_look` orders them."""
        cdef int i, k, block
        cdef double total
        out = []
        for i in range(self.count):
            means = []
            for k in range(18):
                total = 0
                for block in range(self._first_block(i), self._first_block(i + 1)):
                    total += self.sums[18 * block + k]
                means.append(total / (<double>self.at[i].width * self.at[i].height))
            out.append(means)
        return out


cdef uint16_t log2_table[1024]
hp_fill_log2(log2_table)


def filter_rows(const uint8_t[::1] rows not None, size_t stride, size_t pixel, int choice):
    """Return the rows of a PNG, each after the number of its filter.

    `stride` is a row's length in bytes, `pixel` that of a pixel, 1 to 8; `choice` a filter, 0 to 4,
    or how each row's is chosen: 5 by the least sum, 6 by the least entropy, 7 by the fewest pairs,
    8 by the cheapest matches.
    """
    cdef size_t size = rows.shape[0]
    if size == 0 or stride == 0 or size % stride or stride >= 1 << 31:
        raise ValueError(f"{size} bytes are not rows of {stride}")
    if not 1 <= pixel <= 8 or not 0 <= choice <= HP_CHEAPEST_MATCHES:
        raise ValueError(f"pixels of {pixel} bytes, choice {choice}")
    cdef size_t count = size // stride
    cdef bytes out = PyBytes_FromStringAndSize(NULL, size + count)
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    cdef uint64_t seen[1024]
    cdef hp_matching *matching = NULL
    cdef uint8_t *spare = <uint8_t *>allocate(2 * stride, 1)
    try:
        if choice == HP_CHEAPEST_MATCHES:
            matching = <hp_matching *>allocate(1, sizeof(hp_matching))
        with nogil:
            chosen.filter(&rows[0], stride, count, pixel, choice, log2_table, spare, seen,
                          matching, to)
    finally:
        release(spare)
        release(matching)
    return out


def arrange(const uint8_t[::1] labels not None, size_t width, int k, int rounds):
    """Return the labels below k in an order in which neighbouring pixels have near ones.

    No label may be as large as k; each finds its best place `rounds` times.
    """
    cdef size_t size = labels.shape[0], i
    cdef int most = 0
    if size == 0 or width == 0 or size % width or size >= 1 << 31:
        raise ValueError(f"{size} labels are not rows of {width}")
    for i in range(size):
        most = max(most, labels[i])
    if not most < k <= 256 or rounds < 0:
        raise ValueError(f"label {most}, k = {k}, {rounds} rounds")
    cdef int32_t order[256]
    cdef int32_t *room = <int32_t *>allocate(HP_ARRANGING(k), sizeof(int32_t))
    with nogil:
        chosen.arrange(&labels[0], width, size // width, k, rounds, log2_table, room, order)
    release(room)
    return [order[i] for i in range(<size_t>k)]


cdef enum:
    MOST_TOKENS = 1 << 18
    MOST_PIECES = 1 << 9


cdef uint32_t unit_for(uint32_t tokens) noexcept nogil:
    """Tokens of the pieces that blocks are made of: the more tokens, the longer."""
    cdef uint32_t unit = 64
    while unit < 512 and tokens >= 256 * unit:
        unit *= 2
    return unit


cdef class Blocks:
    """Cuts DEFLATE streams into better blocks.

    Read them in turn with `add`, or raw bytes with `parse`, then `finish`.
    """

    cdef hp_writer writer
    cdef hp_token *tokens
    cdef uint32_t count
    cdef hp_piece *pieces
    cdef int32_t *order
    cdef bytes out

    def __cinit__(self, Py_ssize_t most):
        """Make room for `most` bytes of output."""
        if most < 0:
            raise ValueError(f"room for {most} bytes")
        self.tokens = <hp_token *>allocate(MOST_TOKENS, sizeof(hp_token))
        self.pieces = <hp_piece *>allocate(MOST_PIECES, sizeof(hp_piece))
        self.order = <int32_t *>allocate(MOST_PIECES, sizeof(int32_t))
        self.out = PyBytes_FromStringAndSize(NULL, most)
        self.writer.next = <uint8_t *>PyBytes_AS_STRING(self.out)
        self.writer.end = self.writer.next + most

    def __dealloc__(self):
        release(self.tokens)
        release(self.pieces)
        release(self.order)

    cdef void _write(self, bint is_last) noexcept nogil:
        cdef uint32_t unit = unit_for(self.count)
        cdef int blocks = hp_cut(self.tokens, self.count, unit, log2_table, self.pieces, self.order)
        hp_write_blocks(&self.writer, self.tokens, self.pieces, blocks, is_last)
        self.count = 0

    def add(self, const uint8_t[::1] stream not None, const uint8_t[::1] raw not None, size_t skip):
        """Take a whole stream in: the bytes it stands for, and how many of them came before."""
        cdef hp_reader reader
        cdef uint32_t read = 0
        if stream.shape[0] == 0 or raw.shape[0] == 0 or skip > <size_t>raw.shape[0]:
            raise ValueError(f"{stream.shape[0]} bytes for {raw.shape[0]}, {skip} to skip")
        hp_open_reader(&reader, &stream[0], stream.shape[0], &raw[0], raw.shape[0], skip)
        with nogil:
            while reader.state != HP_DONE:
                if self.count + 2 > MOST_TOKENS:
                    self._write(False)
                read = hp_read_tokens(&reader, self.tokens + self.count, MOST_TOKENS - self.count)
                if read == HP_DAMAGED:
                    break
                self.count += read
        if read == HP_DAMAGED:
            raise ValueError("not a DEFLATE stream of these bytes")

    def parse(self, const uint8_t[::1] raw not None, const uint8_t[::1] hints not None,
              const int32_t[::1] distances not None, size_t start, size_t end):
        """Take in raw bytes from `start` to `end`, of which hints say what they are copies of.

        A hint is 0, or the index of the distance from 1 to 32,768 that its byte was copied from.
        """
        cdef ssize_t i
        if not start <= end <= <size_t>raw.shape[0] < 1 << 32 or raw.shape[0] != hints.shape[0]:
            raise ValueError(f"{start} to {end} of {raw.shape[0]} bytes, {hints.shape[0]} hints")
        if distances.shape[0] != 256:
            raise ValueError(f"{distances.shape[0]} distances")
        for i in range(1, 256):
            if not 1 <= distances[i] <= 32_768:
                raise ValueError(f"a distance of {distances[i]}")
        cdef hp_parser parser
        if raw.shape[0]:
            parser.raw, parser.hints = &raw[0], &hints[0]
        parser.distances, parser.at = &distances[0], start
        with nogil:
            hp_open_parser(&parser)
            while parser.at < end:
                if self.count == MOST_TOKENS:
                    self._write(False)
                self.count += hp_parse(&parser, end, self.tokens + self.count,
                                       MOST_TOKENS - self.count)

    def counts(self):
        """Return how often each symbol of DEFLATE occurs in what was added and isn't written yet.

        First 256 literals, the end of a block and 29 lengths, then 30 distances.
        """
        cdef uint32_t i
        cdef list counts = [0] * (HP_LITLENS + HP_DISTANCES)
        for i in range(self.count):
            counts[self.tokens[i] & 511] += 1
            if self.tokens[i] & 511 > 256:
                counts[HP_LITLENS + (self.tokens[i] >> 14 & 31)] += 1
        return counts

    def renamed_bits(self, names not None):
        """Return for each renaming of the literals the bits of what was added and isn't written.

        Each of the `names` is 256 bytes, in which every byte occurs once. Extra bits don't count.
        """
        cdef int blocks = hp_cut(self.tokens, self.count, unit_for(self.count), log2_table,
                                 self.pieces, self.order)
        cdef const uint8_t[::1] each
        cdef list found = []
        for each in names:
            if len(set(each)) != 256 or each.shape[0] != 256:
                raise ValueError(f"{each.shape[0]} bytes are not 256 names")
            found.append(hp_renamed_bits(self.pieces, blocks, &each[0]))
        return found

    def finish(self, bint is_last=True):
        """Return the stream of all, or None if it doesn't fit; another may follow if not last."""
        with nogil:
            self._write(is_last)
            if not is_last:
                hp_align(&self.writer)
        if self.writer.full:
            return None
        return self.out[: self.writer.next - <uint8_t *>PyBytes_AS_STRING(self.out)]
