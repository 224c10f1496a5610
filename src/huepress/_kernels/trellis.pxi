# Pixels to labels that are cheap to store.

FORBIDDEN = HP_BARRED  # the cost of what may not be
MAX_COST = HP_DEAREST  # the most that anything else costs
COST_PER_BIT = HP_BIT  # the unit of costs
MAX_RUN_DISTANCE = HP_PAST  # the farthest match within a row


cdef check_costs(const int32_t[::1] costs, bint may_bar):
    cdef ssize_t i
    for i in range(costs.shape[0]):
        if not (0 <= costs[i] <= HP_DEAREST or may_bar and costs[i] == HP_BARRED):
            raise ValueError(f"a cost of {costs[i]}")


cdef class Trellis:
    """A search for labels that are cheap to store, for the pixels of a `Canvas`.

    `literal` holds the cost of each label, `match` that of beginning one: from each of `span`
    columns around a pixel in each of `rows` rows above, the nearest first, then from each of
    the last `MAX_RUN_DISTANCE` pixels; all in units of 1/`COST_PER_BIT` bits, up to `MAX_COST`,
    or, of a match that may not be, `FORBIDDEN`. `shares` are of the residual, in 65,536ths: what
    goes across and what down.

    To use: `run` with as many threads at the same time as `workers`, or fewer; then `labels`.
    """

    cdef Canvas canvas
    cdef hp_trellis it
    cdef size_t states
    cdef int workers
    cdef void *memory
    cdef float rates[HP_QUIET]
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
        check_costs(match, True)
        self.canvas, self.workers = canvas, workers
        self.it.rows, self.it.span, self.it.ring = rows, span, rows + workers
        self.it.stride, self.it.book = <int32_t>width + 2 * HP_MARGIN, &canvas.clusters.it
        self.it.step, self.it.cap = step, cap
        self.it.across, self.it.down = shares
        self.it.nearest = canvas.nearest
        chosen.rate(<float>strength, self.rates)
        self.it.rates = self.rates
        self._labels = PyBytes_FromStringAndSize(NULL, canvas.index.size)
        self.it.labels = <uint8_t *>PyBytes_AS_STRING(self._labels)
        if self.states < 256:
            self._copies = PyBytes_FromStringAndSize(NULL, canvas.index.size + height)
            self.it.copies = <uint8_t *>PyBytes_AS_STRING(self._copies)
            memset(self.it.copies, 0, canvas.index.size + height)
        self._share_out(literal, match)

    cdef _share_out(self, const int32_t[::1] literal, const int32_t[::1] match):
        """Lay out and fill what all rows share."""
        cdef size_t width = self.canvas.it.width, k = literal.shape[0], i
        cdef bint barred
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
            barred = i >= self.states or match[i] == HP_BARRED
            match_costs[i] = HP_NEVER if barred else <float>match[i]
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

        Each row has a 0 before its first pixel, as a PNG's have the number of their filter. None
        where there are more than 255 matches to choose from.
        """
        self._check_done()
        return self._copies
