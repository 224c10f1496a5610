# What is done to pixels, and counted of them.

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


def tally(const uint8_t[::1] pixels not None, int channels, const uint8_t[::1] labels not None,
          const uint8_t[::1] colors not None):
    """Compare pixels with what their labels stand for.

    Returns the squared error of all, summed over R, G and B (times alpha, if there is any, and over
    alpha), in units of 1/65,025, and for each colour how many pixels have it. Labels take one byte
    for up to 256 colours, else two.
    """
    if channels not in (3, 4) or not pixels.shape[0] or pixels.shape[0] % channels:
        raise ValueError(f"{pixels.shape[0]} bytes are not pixels of {channels} channels")
    cdef size_t size = pixels.shape[0] // channels, i
    cdef size_t k = colors.shape[0] // channels
    cdef bint wide = k > 256
    if not 1 <= k <= MOST_COLORS or <size_t>labels.shape[0] != size * (2 if wide else 1):
        raise ValueError(f"{labels.shape[0]} bytes of labels for {size} pixels, {k} colours")
    if wide and <size_t>&labels[0] & 1:  # not where a uint16 may lie
        labels = bytearray(labels)
    cdef const uint8_t *narrow = NULL if wide else &labels[0]
    cdef const uint16_t *words = <const uint16_t *>&labels[0] if wide else NULL
    cdef uint64_t total = 0
    cdef uint32_t *counts = <uint32_t *>zeroed(MOST_COLORS, sizeof(uint32_t))
    with nogil:
        for i in range(size):
            counts[words[i] if wide else narrow[i]] += 1
    for i in range(k, MOST_COLORS):
        if counts[i]:
            release(counts)
            raise ValueError(f"label {i} of {k}")
    with nogil:
        total = hp_squared_error(&pixels[0], channels, size, narrow, words, &colors[0])
    populations = [counts[i] for i in range(k)]
    release(counts)
    return total, populations


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
