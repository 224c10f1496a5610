# Rows of a PNG.

cdef uint16_t log2_table[HP_LOG2_ENTRIES]
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
    cdef uint64_t seen[HP_BIGRAM_WORDS]
    cdef uint8_t *zeros
    cdef uint8_t *trial
    cdef hp_match_model *model
    cdef size_t models = 1 if choice == HP_CHEAPEST_MATCHES else 0
    cdef Arrays scratch
    begin_arrays(&scratch)
    name_array(&scratch, &zeros, stride, 1)
    name_array(&scratch, &trial, stride, 1)
    name_array(&scratch, &model, models, sizeof(hp_match_model))
    obtain_arrays(&scratch, False)
    memset(zeros, 0, stride)
    with nogil:
        chosen.filter_rows(&rows[0], stride, count, pixel, choice, log2_table, zeros, trial, seen,
                           model, to)
    release_arrays(&scratch)
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
    if not most < k <= HP_MAX_INDEXED or rounds < 0:
        raise ValueError(f"label {most}, k = {k}, {rounds} rounds")
    cdef int32_t order[256]
    cdef hp_order_scratch s
    cdef Arrays arrays
    begin_arrays(&arrays)
    name_array(&arrays, &s.matrix, <size_t>k * k, sizeof(int32_t))
    name_array(&arrays, &s.weights, <size_t>k * k, sizeof(int32_t))
    name_array(&arrays, &s.cost, k + 1, sizeof(int32_t))
    name_array(&arrays, &s.growth, k + 1, sizeof(int32_t))
    name_array(&arrays, &s.reverse, k + 1, sizeof(int32_t))
    name_array(&arrays, &s.rows, k, sizeof(int32_t))
    name_array(&arrays, &s.columns, k, sizeof(int32_t))
    name_array(&arrays, &s.ties, k, sizeof(int32_t))
    obtain_arrays(&arrays, False)
    with nogil:
        chosen.reorder_palette(&labels[0], width, size // width, k, rounds, log2_table, &s, order)
    release_arrays(&arrays)
    return [order[i] for i in range(<size_t>k)]
