# Memory for the kernels, and bytes of our own.

# Blocks that are released are kept for the next image, up to 16 MB of them: the system hands out
# memory page by page at the first access, which took a quarter of the time of quantizing a photo.
# Not without Python's global lock, which makes this safe.
#
# In checked builds (meson's option `checked`, which tools/sanitize.sh sets) each block, and each
# array of `Arrays`, is an allocation of exactly its size, for AddressSanitizer to watch; none is
# kept.
cdef extern from *:
    """
    #if defined(HP_CHECKED)
    #define HP_IS_CHECKED 1
    #else
    #define HP_IS_CHECKED 0
    #endif
    #if defined(HP_CHECKED) || defined(Py_GIL_DISABLED)
    #define HP_KEPT_BLOCKS 0
    #else
    #define HP_KEPT_BLOCKS 32
    #endif
    """
    bint HP_IS_CHECKED
    int HP_KEPT_BLOCKS
cdef enum:
    CACHE_LINE = 64
    LEAST_KEPT = 1 << 15
    MOST_KEPT = 1 << 24
    MOST_ARRAYS = 16
cdef struct Header:  # what stands before a block
    void *allocation
    size_t size
cdef char *kept[32]
cdef size_t kept_bytes = 0


cdef inline Header *header_of(char *block) noexcept:
    return <Header *>(block - sizeof(Header))


cdef char *reuse(size_t size) noexcept:
    """Return the smallest kept block that is large enough, but not twice too large, or NULL."""
    global kept_bytes
    cdef int i, best = -1
    cdef size_t other
    for i in range(HP_KEPT_BLOCKS):
        if kept[i] != NULL:
            other = header_of(kept[i]).size
            if size <= other < 2 * size and (best < 0 or other < header_of(kept[best]).size):
                best = i
    if best < 0:
        return NULL
    cdef char *block = kept[best]
    kept[best] = NULL
    kept_bytes -= header_of(block).size
    return block


cdef char *new_block(size_t size, bint clear) except NULL:
    """Return a block at the beginning of a cache line: vectors across two lines are slow."""
    cdef size_t room = size if HP_IS_CHECKED else size + sizeof(Header) + CACHE_LINE
    cdef char *allocation = <char *>(PyMem_RawCalloc(room, 1) if clear else PyMem_RawMalloc(room))
    if allocation == NULL:
        raise MemoryError(f"no memory for {size:,} bytes")
    if HP_IS_CHECKED:
        return allocation
    cdef size_t address = <size_t>allocation + sizeof(Header) + CACHE_LINE - 1
    cdef char *block = <char *>(address - address % CACHE_LINE)
    header_of(block).allocation = allocation
    header_of(block).size = size
    return block


cdef char *obtain(size_t count, size_t each, bint clear) except NULL:
    cdef size_t most = (<size_t>-1) - sizeof(Header) - CACHE_LINE
    if count > most // each:
        raise MemoryError(f"no memory for {count:,} times {each} bytes")
    cdef size_t size = max(count * each, <size_t>1)
    cdef char *block = reuse(size) if size >= LEAST_KEPT else NULL
    if block == NULL:
        return new_block(size, clear)
    if clear:
        memset(block, 0, size)
    return block


cdef void *zeroed(size_t count, size_t each) except NULL:
    return obtain(count, each, True)


cdef void *allocate(size_t count, size_t each) except NULL:
    return obtain(count, each, False)


cdef void release(void *memory) noexcept:
    global kept_bytes
    cdef char *block = <char *>memory
    cdef int i
    if HP_IS_CHECKED or memory == NULL:
        PyMem_RawFree(memory)
        return
    cdef size_t size = header_of(block).size
    if size >= LEAST_KEPT and kept_bytes + size <= MOST_KEPT:
        for i in range(HP_KEPT_BLOCKS):
            if kept[i] == NULL:
                kept[i] = block
                kept_bytes += size
                return
    PyMem_RawFree(header_of(block).allocation)


cdef struct Arrays:
    # Arrays that are used together. This is the only place where memory is cut into arrays: begin,
    # name each by its pointer and count, obtain all, and release all. They lie in one block, in
    # that order, each at the beginning of a cache line; in checked builds each in its own block.
    int count
    void *pointers[MOST_ARRAYS]  # where the address of each is to be put
    size_t sizes[MOST_ARRAYS]
    void *blocks[MOST_ARRAYS]  # the first only, if it holds all


cdef inline void begin_arrays(Arrays *arrays) noexcept:
    memset(arrays, 0, sizeof(Arrays))


cdef int name_array(Arrays *arrays, void *pointer, size_t count, size_t each) except -1:
    """Add an array of `count` elements of `each` bytes; its address will be put at `pointer`."""
    assert arrays.count < MOST_ARRAYS
    if count > (<size_t>-1 >> 1) // each:
        raise MemoryError(f"no memory for {count:,} times {each} bytes")
    arrays.pointers[arrays.count] = pointer
    arrays.sizes[arrays.count] = count * each
    arrays.count += 1
    return 0


cdef int obtain_arrays(Arrays *arrays, bint clear) except -1:
    """Obtain memory for all arrays, cleared or not, and tell their addresses."""
    cdef size_t total = 0, size
    cdef size_t offsets[MOST_ARRAYS]
    cdef char *array
    cdef int i
    for i in range(arrays.count):
        offsets[i] = total
        size = arrays.sizes[i] + (CACHE_LINE - arrays.sizes[i] % CACHE_LINE) % CACHE_LINE
        if total + size < total:
            raise MemoryError("no memory for so many bytes")
        total += size
    try:
        for i in range(arrays.count if HP_IS_CHECKED else 1):
            arrays.blocks[i] = obtain(arrays.sizes[i] if HP_IS_CHECKED else total, 1, clear)
    except MemoryError:
        release_arrays(arrays)
        raise
    for i in range(arrays.count):
        array = <char *>arrays.blocks[i if HP_IS_CHECKED else 0]
        if not HP_IS_CHECKED:
            array += offsets[i]
        memcpy(arrays.pointers[i], &array, sizeof(array))
    return 0


cdef void release_arrays(Arrays *arrays) noexcept:
    cdef int i
    for i in range(arrays.count if HP_IS_CHECKED else 1):
        release(arrays.blocks[i])
        arrays.blocks[i] = NULL


cdef bytes copied(const void *source, size_t size):
    """Return bytes of our own, to be changed: Python shares those of one byte if it makes them."""
    cdef bytes out = PyBytes_FromStringAndSize(NULL, size)
    if size:
        memcpy(PyBytes_AS_STRING(out), source, size)
    return out
