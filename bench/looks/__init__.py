"""Bytes and looks: huepress against pngquant followed by oxipng, judged by SSIMULACRA 2.

One image after the other goes through `study.study`, which makes and judges all its files; what
comes out are samples, of which `summary` and `tables` make the figures.
"""
