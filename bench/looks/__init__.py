"""``python -m bench looks``: bytes and looks, against pngquant followed by oxipng.

`comparing` makes and judges all files of an image, and finds its figures; `tables` shows them.
"""
