"""``python -m bench looks``: bytes and looks, against pngquant followed by oxipng.

`study.study` makes and judges all files of one image; `tables` makes the figures of them.
"""
