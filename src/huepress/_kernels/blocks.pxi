# DEFLATE.

cdef enum:
    MOST_TOKENS = 1 << 18
    MOST_BLOCKS = 1 << 9


cdef uint32_t unit_for(uint32_t tokens) noexcept nogil:
    """Return how many tokens a block has at the start: the more there are, the more."""
    cdef uint32_t unit = 64
    while unit < 512 and tokens >= 256 * unit:
        unit *= 2
    return unit


cdef class BlockSplitter:
    """Cuts DEFLATE streams into better blocks.

    Read them in turn with `add_stream`, or raw bytes with `add_bytes`, then `finish`.
    """

    cdef hp_writer writer
    cdef hp_token *tokens
    cdef uint32_t count
    cdef hp_block *blocks
    cdef int32_t *order
    cdef bytes out

    def __cinit__(self, Py_ssize_t most):
        """Make room for `most` bytes of output."""
        if most < 0:
            raise ValueError(f"room for {most} bytes")
        self.tokens = <hp_token *>allocate(MOST_TOKENS, sizeof(hp_token))
        self.blocks = <hp_block *>allocate(MOST_BLOCKS, sizeof(hp_block))
        self.order = <int32_t *>allocate(MOST_BLOCKS, sizeof(int32_t))
        self.out = PyBytes_FromStringAndSize(NULL, most)
        self.writer.next = <uint8_t *>PyBytes_AS_STRING(self.out)
        self.writer.end = self.writer.next + most

    def __dealloc__(self):
        release(self.tokens)
        release(self.blocks)
        release(self.order)

    cdef void _write(self, bint is_last) noexcept nogil:
        cdef uint32_t unit = unit_for(self.count)
        cdef int count = hp_split_blocks(self.tokens, self.count, unit, log2_table, self.blocks,
                                         self.order)
        hp_write_blocks(&self.writer, self.tokens, self.blocks, count, is_last)
        self.count = 0

    def add_stream(self, const uint8_t[::1] stream not None, const uint8_t[::1] raw not None,
                   size_t skip):
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

    def add_bytes(self, const uint8_t[::1] raw not None, const uint8_t[::1] hints not None,
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
            if not 1 <= distances[i] <= HP_MAX_DISTANCE:
                raise ValueError(f"a distance of {distances[i]}")
        cdef hp_copy_parser parser
        if raw.shape[0]:
            parser.raw, parser.hints = &raw[0], &hints[0]
        parser.distances, parser.at = &distances[0], start
        with nogil:
            hp_open_copy_parser(&parser)
            while parser.at < end:
                if self.count == MOST_TOKENS:
                    self._write(False)
                self.count += hp_parse_copies(&parser, end, self.tokens + self.count,
                                       MOST_TOKENS - self.count)

    def symbol_counts(self):
        """Return how often each symbol of DEFLATE occurs in what was added and isn't written yet.

        First 256 literals, the end of a block and 29 lengths, then 30 distances.
        """
        cdef uint32_t *counts = <uint32_t *>zeroed(HP_SYMBOLS, sizeof(uint32_t))
        cdef uint32_t i
        for i in range(self.count):
            hp_count_token(counts, self.tokens[i], 1)
        found = [counts[i] for i in range(<uint32_t>HP_SYMBOLS)]
        release(counts)
        return found

    def permuted_bits(self, permutations not None):
        """Return for each permutation of the literals the bits of what was added and isn't written.

        Each of the `permutations` is 256 bytes, in which every byte occurs once. Extra bits don't
        count.
        """
        cdef int count = hp_split_blocks(self.tokens, self.count, unit_for(self.count), log2_table,
                                         self.blocks, self.order)
        cdef const uint8_t[::1] each
        cdef list found = []
        for each in permutations:
            if len(set(each)) != 256 or each.shape[0] != 256:
                raise ValueError(f"{each.shape[0]} bytes are no permutation")
            found.append(hp_permuted_bits(self.blocks, count, &each[0]))
        return found

    def finish(self, bint is_last=True):
        """Return the stream of all, or None if it doesn't fit; another may follow if not last."""
        with nogil:
            self._write(is_last)
            if not is_last:
                hp_align(&self.writer)
        if self.writer.is_full:
            return None
        return self.out[: self.writer.next - <uint8_t *>PyBytes_AS_STRING(self.out)]
