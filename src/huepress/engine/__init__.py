"""Pixels to a codebook and a label map: histogram, K-means, mapping.

Import from its modules; `huepress.quantize` is the way in from outside.
"""
