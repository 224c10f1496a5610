"""Plain C kernels and the one Cython gate that checks what goes into them."""
