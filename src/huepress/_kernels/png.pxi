# Rows of a PNG.

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


def reorder_palette(const uint8_t[::1] labels not None, size_t width, int k, int rounds):
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
