# Memory for the kernels, and bytes of our own.

# BlockSplitter set free are kept for the next image, up to 16 MB of them: the system hands out memory page
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
    if count >= (<size_t>-1 - HEADER) // each:
        raise MemoryError(f"no memory for {count:,} times {each} bytes")
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
    if size:
        memcpy(PyBytes_AS_STRING(out), source, size)
    return out
