"""What the command line's help says before and after the arguments."""

__all__ = ["ABOUT", "COMMANDS", "EXAMPLES"]

# Kept below 80 columns: argparse shows these texts as they are.
ABOUT = """\
Make image files smaller by reducing their colours to the ones that matter.

A photo of tens of thousands of colours becomes a PNG of 256 or fewer. It is
several times smaller, looks much the same, and opens everywhere."""

EXAMPLES = """\
examples:
  huepress compress photo.png        write photo-hp.png, with 256 colours
  huepress compress photo.png -k 32  with 32 colours: smaller still
  huepress decompress photo-hp.png   write photo-restored.png, in full colours
  huepress codebook photo-hp.png     list its colours
  huepress compare photo.png photo-hp.png
                                     measure how alike the two look

'huepress COMMAND --help' explains a command."""

_COMPRESS = """\
Reduce images to a few colours (K) that stand for all the others, chosen as
the eye sees them. Each image becomes one indexed PNG, which opens everywhere;
or a lossless WebP, a GIF, or a pair: a label map (a PNG that says which colour
each pixel has) and a codebook (a NumPy file that lists these colours).

Without options an image gets 256 colours. For smaller files, give fewer
--colors or a --quality; to stay within so many bytes, a --target-size."""

_COMPRESS_EXAMPLES = """\
examples:
  huepress compress photo.png                write photo-hp.png beside it
  huepress compress photo.jpg -k 64 -o s.png 64 colours, into s.png
  huepress compress photo.png --quality 80   smallest file of that quality
  huepress compress photo.png --target-size 50KB   best quality within 50 kB
  huepress compress photo.png --effort 10    smaller and better, but slow
  huepress compress logo.png --keep '#e30613'   keep a brand colour exactly
  huepress compress tile.png --palette pico8.hex   with these colours only
  huepress compress *.png -d small           many images, into directory small
  huepress compress -r photos -d small       a folder and those in it; again,
                                             later: only what is new
  huepress compress photo.png -o photo.webp  a lossless WebP, often smaller
  huepress compress photo.png --format pair  write compressed_photo.png and
                                             codebook_photo.npy
  huepress compress - < in.png > out.png     in a pipe"""

_DECOMPRESS = """\
Write a compressed image as an ordinary PNG of full colours. It may be an
indexed PNG, a WebP, a GIF, or a pair of label map and codebook; the pixels are
exactly those that a viewer shows.

To see an indexed PNG or a GIF in other colours, name a palette file after it:
its colours replace those of the image one by one, in the order in which
'huepress codebook FILE --export PALETTE' writes them."""

_DECOMPRESS_EXAMPLES = """\
examples:
  huepress decompress photo-hp.png           write photo-restored.png
  huepress decompress compressed_photo.png codebook_photo.npy -o photo.png
  huepress codebook sprite.png --export night.gpl     then edit night.gpl, and
  huepress decompress sprite.png night.gpl --indexed -o night.png"""

_CODEBOOK = """\
List the colours of a compressed image, most used first, with their share of
its pixels; or those of a palette file. --export writes them as a palette file
for other programs.

Terminals of 24-bit colour (COLORTERM=truecolor) show a swatch of each. Setting
NO_COLOR turns that off, FORCE_COLOR on."""

_CODEBOOK_EXAMPLES = """\
examples:
  huepress codebook photo-hp.png                      list its colours
  huepress codebook photo-hp.png --swatches book.png  also draw them
  huepress codebook photo-hp.png --export book.gpl    also write them for GIMP
  huepress codebook photo-hp.png --export book.npy    or for NumPy
  huepress codebook swatches.ase --export book.css    from Adobe to CSS"""

_COMPARE = """\
Measure how alike two images of equal size look. With alpha they are compared
on white and on dark grey, and the worse of the two counts.

  ssimulacra2  quality as people see it: 100 if equal; 90 looks the same, 70 is
               high, 50 medium, 30 low. It matters which image is the original
  psnr         peak signal-to-noise ratio in decibels; inf if equal
  ssim         structural similarity; 1 if equal
  ciede2000    mean colour difference; 0 if equal, 1 is hardly visible
  mse          mean squared error of a pixel, summed over red, green and blue"""

_COMPARE_EXAMPLES = """\
examples:
  huepress compare photo.png photo-hp.png
  huepress compare photo.png photo-hp.png --json"""

COMMANDS = {
    "compress": (
        "INPUT...", "make images smaller by reducing their colours", _COMPRESS, _COMPRESS_EXAMPLES,
    ),
    "decompress": (
        "FILE [CODEBOOK]", "write a compressed image in full colours", _DECOMPRESS,
        _DECOMPRESS_EXAMPLES,
    ),
    "codebook": (
        "FILE [CODEBOOK]", "list the colours of a compressed image or a palette file", _CODEBOOK,
        _CODEBOOK_EXAMPLES,
    ),
    "compare": ("A B", "measure how alike two images look", _COMPARE, _COMPARE_EXAMPLES),
}  # fmt: skip
"""Each command's operands, what it does in one line, and the texts of its help."""
