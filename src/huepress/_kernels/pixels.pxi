# What is done to pixels, and counted of them.

def clear_hidden_colors(const uint8_t[::1] rgba not None):
    """Return RGBA pixels with 0 for the colours that alpha 0 hides."""
    if rgba.shape[0] % 4:
        raise ValueError(f"{rgba.shape[0]} bytes of RGBA")
    if not rgba.shape[0]:
        return b""
    cdef bytes out = copied(&rgba[0], rgba.shape[0])
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    cdef ssize_t i
    with nogil:
        for i in range(0, rgba.shape[0], 4):
            if not to[i + 3]:
                to[i] = to[i + 1] = to[i + 2] = 0
    return out


def round_to_8_bits(const uint8_t[::1] fine not None):
    """Return fine pixels, as `PixelIndex` takes them, as RGB of 8 bits."""
    if fine.shape[0] == 0 or fine.shape[0] % 4:
        raise ValueError(f"{fine.shape[0]} bytes of fine pixels")
    check_fine(fine, 3)
    cdef size_t size = fine.shape[0] // 4
    cdef bytes out = PyBytes_FromStringAndSize(NULL, 3 * size)
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    with nogil:
        hp_round_pixels(&fine[0], size, to)
    return out


def composite_on_grey(const uint8_t[::1] rgba not None, int grey):
    """Return RGB pixels: RGBA pixels as they look on a background of this grey, 0 to 255."""
    if rgba.shape[0] == 0 or rgba.shape[0] % 4 or not 0 <= grey <= 255:
        raise ValueError(f"{rgba.shape[0]} bytes of RGBA on {grey}")
    cdef size_t size = rgba.shape[0] // 4
    cdef bytes out = PyBytes_FromStringAndSize(NULL, 3 * size)
    cdef uint8_t *to = <uint8_t *>PyBytes_AS_STRING(out)
    with nogil:
        chosen.composite(&rgba[0], size, grey, to)
    return out
