"""Plain C kernels, and the one Cython gate that checks what goes into them.

Import from `huepress._kernels.gate`, and nothing else: it owns the memory and releases the GIL.
"""
