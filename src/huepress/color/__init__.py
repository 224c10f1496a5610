"""What numbers mean as colours: sRGB, ICC profiles, code points. No image is touched here.

Import from its modules: `icc` (profiles as curves and matrices) and `cicp` (the code points of
ITU-T H.273 as profiles).
"""
