# Pixels to labels that are cheap to store.

FORBIDDEN = HP_FORBIDDEN  # instead of a cost: may not be
MAX_COST = HP_MAX_COST  # of anything else
COST_PER_BIT = HP_COST_PER_BIT  # costs are in such parts of a bit
MAX_RUN_DISTANCE = HP_MAX_RUN_DISTANCE  # the farthest match within a row


cdef check_costs(const int32_t[::1] costs, bint may_forbid):
    cdef ssize_t i
    for i in range(costs.shape[0]):
        if not (0 <= costs[i] <= HP_MAX_COST or may_forbid and costs[i] == HP_FORBIDDEN):
            raise ValueError(f"a cost of {costs[i]}")


cdef class Trellis:
    """A search for labels that take few bits, for the pixels of a `Canvas`.

    `literal` holds the cost of each label; `match` that of beginning a match: from each of `span`
    columns around a pixel in each of `rows` rows above, the nearest first, then from each of
    the last `MAX_RUN_DISTANCE` pixels. All are in units of 1/`COST_PER_BIT` bits, up to `MAX_COST`;
    a match may be `FORBIDDEN`. `step` is what each pixel of a match costs. `strength` says how much
    distortion a bit is worth. `shares` of a residual, in 65,536ths, go on: across and down, of no
    more than `cap`.

    To use: `run` with as many threads at the same time as `workers`, or fewer; then `labels`.
    """

    cdef Canvas canvas
    cdef hp_trellis it
    cdef size_t states
    cdef int workers
    cdef Arrays arrays
    cdef float rates[HP_TOLERANCES]
    cdef bytes _labels, _copies

    def __cinit__(self, Canvas canvas not None, const int32_t[::1] literal not None,
                  const int32_t[::1] match not None, int rows, int span, double strength, int step,
                  tuple shares not None, int cap, int workers=1):
        cdef size_t k = canvas.clusters.it.k, width = canvas.it.width, height = canvas.it.height
        self.states = <size_t>rows * span + HP_MAX_RUN_DISTANCE
        if not (1 <= rows <= HP_MAX_ROWS and HP_PAD <= span <= HP_MARGIN and span % HP_PAD == 0):
            raise ValueError(f"{rows} rows of {span} columns")
        if <size_t>literal.shape[0] != k or <size_t>match.shape[0] != self.states:
            raise ValueError(f"{literal.shape[0]} costs of labels, {match.shape[0]} of matches")
        if not (0 < strength < 1e6 and 0 <= step < 1 << 16 and 0 <= cap <= 4096):
            raise ValueError(f"strength {strength}, step {step}, cap {cap}")
        if len(shares) != 2 or not all(0 <= share < 32768 for share in shares):
            raise ValueError(f"shares {shares}")
        check_part(0, workers)
        check_costs(literal, False)
        check_costs(match, True)
        self.canvas, self.workers = canvas, workers
        self.it.rows, self.it.span, self.it.planes = rows, span, rows + workers
        self.it.stride, self.it.codebook = <int32_t>width + 2 * HP_MARGIN, &canvas.clusters.it
        self.it.step, self.it.cap = step, cap
        self.it.across, self.it.down = shares
        self.it.nearest = canvas.nearest
        chosen.fill_rates(<float>strength, self.rates)
        self.it.rates = self.rates
        self._labels = PyBytes_FromStringAndSize(NULL, canvas.index.size)
        self.it.labels = <uint8_t *>PyBytes_AS_STRING(self._labels)
        if self.states < 256:
            self._copies = PyBytes_FromStringAndSize(NULL, canvas.index.size + height)
            self.it.copies = <uint8_t *>PyBytes_AS_STRING(self._copies)
            memset(self.it.copies, 0, canvas.index.size + height)
        self._obtain_arrays(width, height, k)
        self._fill_arrays(width, literal, match)

    cdef size_t _padded_states(self) noexcept:
        """Return how many states there are before those of literals."""
        return <size_t>self.it.rows * self.it.span + HP_PAD

    cdef _obtain_arrays(self, size_t width, size_t height, size_t k):
        """Obtain what all rows share."""
        cdef size_t states = self._padded_states(), neighbors = k * HP_NEIGHBORS
        cdef size_t planes = <size_t>self.it.planes * self.it.stride
        cdef hp_trellis *it = &self.it
        name_array(&self.arrays, &it.match_cost, states, sizeof(float))
        name_array(&self.arrays, &it.literal_cost, neighbors, sizeof(float))
        name_array(&self.arrays, &it.border_cost, it.stride, sizeof(float))
        name_array(&self.arrays, &it.start_cost, 2 * HP_PAD, sizeof(float))
        name_array(&self.arrays, &it.offset, states, sizeof(int32_t))
        name_array(&self.arrays, &it.neighbor_xy, neighbors, sizeof(int32_t))
        name_array(&self.arrays, &it.neighbor_za, neighbors, sizeof(int32_t))
        name_array(&self.arrays, &it.neighbors, neighbors, sizeof(uint8_t))
        name_array(&self.arrays, &it.residual_xy, planes, sizeof(int32_t))
        name_array(&self.arrays, &it.residual_za, planes, sizeof(int32_t))
        name_array(&self.arrays, &it.color_xy, planes, sizeof(int32_t))
        name_array(&self.arrays, &it.color_za, planes, sizeof(int32_t))
        name_array(&self.arrays, &it.decided, height, sizeof(int32_t))
        obtain_arrays(&self.arrays, True)

    cdef _fill_arrays(self, size_t width, const int32_t[::1] literal, const int32_t[::1] match):
        cdef hp_trellis *it = &self.it
        cdef bint is_forbidden
        cdef size_t i
        hp_find_neighbors(it.codebook, it.neighbors)
        for i in range(<size_t>literal.shape[0] * HP_NEIGHBORS):
            it.neighbor_xy[i] = it.codebook.xy[it.neighbors[i]]
            it.neighbor_za[i] = it.codebook.za[it.neighbors[i]]
            it.literal_cost[i] = <float>literal[it.neighbors[i]]
        for i in range(self._padded_states()):
            is_forbidden = i >= self.states or match[i] == HP_FORBIDDEN
            it.match_cost[i] = HP_UNREACHABLE if is_forbidden else <float>match[i]
            it.offset[i] = (<int32_t>(i % it.span) - it.span // 2
                            - <int32_t>((1 + i // it.span) * width))
        for i in range(<size_t>it.stride):
            it.border_cost[i] = 0 if HP_MARGIN <= i < HP_MARGIN + width else HP_UNREACHABLE
        for i in range(<size_t>HP_MAX_RUN_DISTANCE, 2 * <size_t>HP_PAD):
            it.start_cost[i] = HP_UNREACHABLE

    def __dealloc__(self):
        release_arrays(&self.arrays)

    def run(self, int part=0, int parts=1):
        """Work on all rows that nobody else works on; no more than `workers` may."""
        check_part(part, parts)
        if parts > self.workers:
            raise ValueError(f"{parts} workers where {self.workers} were to be")
        cdef size_t states = self._padded_states() + HP_NEIGHBORS
        cdef size_t pixels = self.canvas.it.width + HP_PAD
        cdef hp_trellis_row row
        cdef Arrays scratch
        begin_arrays(&scratch)
        name_array(&scratch, &row.cost, states, sizeof(float))
        name_array(&scratch, &row.start, states, sizeof(int32_t))
        name_array(&scratch, &row.residual_xy, states, sizeof(int32_t))
        name_array(&scratch, &row.residual_za, states, sizeof(int32_t))
        name_array(&scratch, &row.target_xy, pixels, sizeof(int32_t))
        name_array(&scratch, &row.target_za, pixels, sizeof(int32_t))
        name_array(&scratch, &row.passes_error, pixels, sizeof(int32_t))
        name_array(&scratch, &row.nearest, pixels, sizeof(int32_t))
        name_array(&scratch, &row.rate, pixels, sizeof(float))
        name_array(&scratch, &row.steps, <size_t>self.canvas.it.width + 1, sizeof(hp_trellis_step))
        obtain_arrays(&scratch, True)
        with nogil:
            chosen.run_trellis(&self.canvas.it, &self.it, &row)
        release_arrays(&scratch)

    cdef _check_done(self):
        if self.it.decided[self.canvas.it.height - 1] != self.canvas.it.width:
            raise ValueError("not run, or not to the end")

    @property
    def labels(self):
        """The label of each pixel (bytes)."""
        self._check_done()
        return self._labels

    @property
    def copies(self):
        """Of each pixel 0 or the number of the match that it is part of, from 1 (bytes).

        Each row has a 0 before its first pixel, as a PNG's have the number of their filter. None
        where there are more than 255 matches to choose from.
        """
        self._check_done()
        return self._copies
