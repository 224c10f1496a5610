"""What the command line's help says at length."""

# Kept below 80 columns: argparse shows these texts as they are.
ABOUT = """\
Compress images by reducing them to their most important colours.

A photo of tens of thousands of colours becomes a PNG of 256 or fewer, several
times smaller, that looks much the same and opens everywhere."""

EXAMPLES = """\
examples:
  huepress compress photo.png        write photo-hp.png, with 256 colours
  huepress compress photo.png -k 32  with 32 colours: smaller still
  huepress decompress photo-hp.png   write photo-restored.png in full colours
  huepress codebook photo-hp.png     list its colours
  huepress compare photo.png photo-hp.png
                                     measure how alike the two look

'huepress COMMAND --help' explains a command."""

COMPRESS = """\
Reduce images to K colours and write each as one indexed PNG, which opens
everywhere, as a lossless WebP or a GIF, or as a pair: a label map (which
colour each pixel has) and a codebook (what these colours are). Colours are
chosen as the eye sees them, and labels so that they take few bytes."""

COMPRESS_EXAMPLES = """\
examples:
  huepress compress photo.png                write photo-hp.png beside it
  huepress compress photo.jpg -k 64 -o s.png 64 colours, into s.png
  huepress compress photo.png --effort 10    with most care
  huepress compress photo.png --quality 60-80   fewest bytes that look so good
  huepress compress photo.png --target-size 50KB   the best looks in 50 kB
  huepress compress logo.png --keep '#e30613'   with this colour exactly
  huepress compress tile.png --palette pico8.hex   on given colours
  huepress compress *.png -d small           many images, into directory small
  huepress compress -r photos -d small       a folder with those in it; again
                                             later: only what is new
  huepress compress photo.png -o photo.webp  a lossless WebP, often smaller
  huepress compress photo.png --format pair  write compressed_photo.png and
                                             codebook_photo.npy
  huepress compress - < in.png > out.png     as a filter"""

DECOMPRESS = """\
Write a compressed image as an ordinary PNG of full colours. It may be an
indexed PNG, a WebP, a GIF, or a pair of label map and codebook; all give
exactly the pixels that a viewer shows.

An indexed PNG or GIF with a codebook gives the image in other colours: those
of the codebook take the place of its own, in the order in which 'huepress
codebook FILE --export' writes them."""

DECOMPRESS_EXAMPLES = """\
examples:
  huepress decompress photo-hp.png           write photo-restored.png
  huepress decompress compressed_photo.png codebook_photo.npy -o photo.png
  huepress codebook sprite.png --export night.gpl     then edit night.gpl, and
  huepress decompress sprite.png night.gpl --indexed -o night.png"""

CODEBOOK = """\
List the colours of a compressed image, most used first, with their share of
its pixels; in a terminal of true colour (COLORTERM=truecolor) with a swatch of
each, unless NO_COLOR is set. Or those of a palette file; and write them as one
for other programs."""

CODEBOOK_EXAMPLES = """\
examples:
  huepress codebook photo-hp.png                      list its colours
  huepress codebook photo-hp.png --swatches book.png  also draw them
  huepress codebook photo-hp.png --export book.npy    also write them for NumPy
  huepress codebook photo-hp.png --export book.gpl    the same for GIMP
  huepress codebook swatches.ase --export book.css    from Adobe's to CSS"""

COMPARE = """\
Measure how alike two images of equal size look. With alpha they are compared
on white and on dark grey, and the worse of the two counts.

  ssimulacra2  100 if equal; 90 looks the same, 70 high, 50 medium, 30 low
               quality as people see it; not symmetric
  psnr         peak signal-to-noise ratio in decibels; inf if equal
  ssim         structural similarity; 1 if equal
  ciede2000    mean colour difference; 0 if equal, 1 is hardly visible
  mse          squared error over red, green and blue, mean of the pixels"""

COMPARE_EXAMPLES = """\
examples:
  huepress compare photo.png photo-hp.png
  huepress compare photo.png photo-hp.png --json"""
