/* SSIMULACRA 2, the part that reads pixels: six error norms for each channel and scale.

   By Jon Sneyers (Cloudinary), https://github.com/cloudinary/ssimulacra2, version 2.1, whose
   constants these are; metrics/pooling.py weighs the norms. No image is held whole in floats:
   tiles of pixels are turned into XYB, blurred and compared row by row in 360 KB of scratch.
   The compiler vectorizes the loops for each instruction set; no sum is reordered, and the sums
   of tiles are kept apart, so that each set and each number of threads gives the same result. */
#include <math.h>
#include "by_set.h"
#include "simd.h"

enum { RADIUS = 5, COLUMNS = HP_TILE_COLUMNS, STRIDE = HP_TILE_STRIDE, MARGIN = HP_PAD };
static_assert(2 * RADIUS < HP_RING_ROWS, "the ring holds all rows that a blurred row needs");
static_assert(RADIUS <= MARGIN, "margins hold all columns that a blurred pixel needs");
static_assert(COLUMNS % 2 == 0 && COLUMNS % HP_PAD == 0, "tiles end where vectors do");

/* A Gaussian of sigma 1.5, cut at RADIUS and made to sum to 1. */
static const float BELL[RADIUS + 1] = {0.266011725f, 0.213005538f, 0.109360690f,
                                       0.0360007721f, 0.00759875814f, 0.00102838008f};

/* The cube root of 0.003 to 1.004, exact to about one unit in the last place: a guess from the
   exponent, within 3.5 %, then two steps of a series for the inverse root, which need no
   division. */
static inline float cube_root(float x) {
    int32_t bits;
    float r;
    memcpy(&bits, &x, 4);
    bits = 0x54a21d2a - (int32_t)((float)bits * (1.0f / 3));
    memcpy(&r, &bits, 4);
    float e = 1.0f - x * r * r * r;
    r += r * e * (0.33333333f + e * (0.22222222f + e * 0.17283951f));
    e = 1.0f - x * r * r * r;
    r += r * e * 0.33333333f;
    return x * r * r;
}

/* light: OUT, columns x to x + n of row y in linear light. */
static void light_row(const hp_scale *s, int32_t y, int32_t x, int32_t n, float light[3][STRIDE]) {
    const size_t at = (size_t)y * s->width + x, plane = (size_t)s->width * s->height;
    float *restrict r = light[0], *restrict g = light[1], *restrict b = light[2];
    if (!s->rgb)
        for (int c = 0; c < 3; c++) memcpy(light[c], s->light + c * plane + at, n * sizeof(float));
    else
        for (int32_t i = 0; i < n; i++) {
            const uint8_t *p = s->rgb + 3 * (at + i);
            r[i] = s->curve[p[0]], g[i] = s->curve[p[1]], b[i] = s->curve[p[2]];
        }
}

/* Linear light to XYB, scaled and shifted so that nothing is negative. x, y, z: OUT. */
static void xyb_row(float light[3][STRIDE], int32_t n, float *restrict x, float *restrict y,
                    float *restrict z) {
    const float *restrict r = light[0], *restrict g = light[1], *restrict b = light[2];
    const float bias = 0.00379307325527544933f, root = 0.155954200549248620f;
    for (int32_t i = 0; i < n; i++) {
        const float l = cube_root(0.3f * r[i] + 0.622f * g[i] + 0.078f * b[i] + bias) - root;
        const float m = cube_root(0.23f * r[i] + 0.692f * g[i] + 0.078f * b[i] + bias) - root;
        const float s = cube_root(0.243422689f * r[i] + 0.204767444f * g[i] + 0.551809867f * b[i]
                                  + bias) - root;
        x[i] = 7.0f * (l - m) + 0.42f;
        y[i] = 0.5f * (l + m) + 0.01f;
        z[i] = s - 0.5f * (l + m) + 0.55f;
    }
}

/* Make rows first to last of the next scale: means of 2 x 2 pixels, or of those that there are. to:
   OUT light. */
void HP_NAME(hp_downscale)(const hp_scale *from, hp_scale *to, int32_t first, int32_t last,
                           hp_tile_buffers *buffers) {
    const size_t plane = (size_t)to->width * to->height;
    float(*above)[STRIDE] = buffers->ring[0], (*below)[STRIDE] = buffers->ring[1];
    for (int32_t y = first; y < last; y++)
        for (int32_t x = 0; x < to->width; x += COLUMNS / 2) {
            const int32_t n = hp_min(COLUMNS, from->width - 2 * x);
            light_row(from, 2 * y, 2 * x, n, above);
            light_row(from, hp_min(2 * y + 1, from->height - 1), 2 * x, n, below);
            for (int c = 0; c < 3; c++) {
                float *restrict out = to->light + c * plane + (size_t)y * to->width + x;
                const float *restrict a = above[c], *restrict b = below[c];
                for (int32_t i = 0; i < n / 2; i++)
                    out[i] = (a[2 * i] + a[2 * i + 1] + b[2 * i] + b[2 * i + 1]) * 0.25f;
                if (n % 2) out[n / 2] = (a[n - 1] + b[n - 1]) * 0.5f;
            }
        }
}

/* Set what lies beside n columns from `start` on to 0. */
static inline void clear_ends(float row[STRIDE], int32_t start, int32_t n) {
    memset(row, 0, start * sizeof(float));
    memset(row + start + n, 0, (STRIDE - start - n) * sizeof(float));
}

/* Make that part of row y that columns x0 to x1 need: in rows 0 to 2 of the ring XYB; and, for
   channels whose structure counts, in 3 to 5 the squared difference to the reference, in 6 to 8
   the sum of both squares. Columns outside the image are 0. buffers: OUT. */
static void fill_row(const hp_scale *s, const hp_scale *reference, int structure, int32_t y,
                     int32_t x0, int32_t x1, hp_tile_buffers *buffers) {
    float(*row)[STRIDE] = buffers->ring[y % HP_RING_ROWS];
    const int32_t left = x0 ? x0 - MARGIN : 0, right = hp_min(x1 + MARGIN, s->width);
    const int32_t n = right - left, start = MARGIN + left - x0;
    light_row(s, y, left, n, buffers->light);
    xyb_row(buffers->light, hp_padded(n), row[0] + start, row[1] + start, row[2] + start);
    for (int c = 0; c < 3; c++) {
        float *restrict b = row[c] + start, *restrict e = row[3 + c] + start;
        float *restrict q = row[6 + c] + start;
        clear_ends(row[c], start, n);
        if (!(structure >> c & 1)) continue;
        clear_ends(row[3 + c], start, n);
        clear_ends(row[6 + c], start, n);
        const size_t plane = (size_t)s->width * s->height;
        const float *restrict a = reference->xyb + c * plane + (size_t)y * s->width + left;
        for (int32_t i = 0; i < n; i++) {
            e[i] = (a[i] - b[i]) * (a[i] - b[i]);
            q[i] = a[i] * a[i] + b[i] * b[i];
        }
    }
}

/* out: OUT, the weighted sum of 2 RADIUS + 1 rows. */
static void weigh(const float *const row[2 * RADIUS + 1], int32_t n, float *restrict out) {
    const float *r0 = row[0], *r1 = row[1], *r2 = row[2], *r3 = row[3], *r4 = row[4];
    const float *r5 = row[5], *r6 = row[6], *r7 = row[7], *r8 = row[8], *r9 = row[9];
    const float *r10 = row[10];
    for (int32_t i = 0; i < n; i++)
        out[i] = BELL[0] * r5[i] + BELL[1] * (r4[i] + r6[i]) + BELL[2] * (r3[i] + r7[i])
                 + BELL[3] * (r2[i] + r8[i]) + BELL[4] * (r1[i] + r9[i])
                 + BELL[5] * (r0[i] + r10[i]);
}

/* Blur n columns of one of the nine planes around row y of the ring, down and then across. The
   image is mirrored at its upper and lower edge. out: OUT. */
static void blur_row(hp_tile_buffers *buffers, int plane, int32_t y, int32_t height, int32_t n,
                     float *out) {
    const float *row[2 * RADIUS + 1];
    for (int j = 0; j <= 2 * RADIUS; j++) {
        int32_t at = y + j - RADIUS;
        at = at < 0 ? -1 - at : at >= height ? 2 * height - 1 - at : at;
        row[j] = buffers->ring[at % HP_RING_ROWS][plane];
    }
    weigh(row, n + 2 * MARGIN, buffers->mid);
    for (int j = 0; j <= 2 * RADIUS; j++) row[j] = buffers->mid + MARGIN + j - RADIUS;
    weigh(row, n, out);
}

/* How much structure n pixels lost. ma, mb: blurred means of the reference and of the image; e,
   q: the blurred squares of their difference, and of both. sum: IN/OUT, of the losses and of
   their fourth powers. With m = (ma - mb)^2 the published term, 1 - (1 - m) (2 cov + C) / (var +
   var + C), is m + v - m v for v = (e - m) / (var + var + C), which stays precise where the
   images are nearly the same. */
static void compare_structure(const float *restrict ma, float blurred[3][COLUMNS], int32_t n,
                              float sum[2][COLUMNS]) {
    const float *restrict mb = blurred[0], *restrict e = blurred[1], *restrict q = blurred[2];
    float *restrict one = sum[0], *restrict four = sum[1];
    for (int32_t i = 0; i < n; i++) {
        const float m = (ma[i] - mb[i]) * (ma[i] - mb[i]);
        const float v = (e[i] - m) / (q[i] - ma[i] * ma[i] - mb[i] * mb[i] + 0.0009f);
        const float d = m + v - m * v, lost = d > 0 ? d : 0, square = lost * lost;
        one[i] += lost;
        four[i] += square * square;
    }
}

/* How much more, or less, n pixels stand out from their surroundings than in the reference. sum:
   IN/OUT, of edges added and of their fourth powers, of edges removed and of theirs. */
static void compare_edges(const float *restrict a, const float *restrict ma,
                          const float *restrict b, const float *restrict mb, int32_t n,
                          float sum[4][COLUMNS]) {
    float *restrict more = sum[0], *restrict more4 = sum[1];
    float *restrict less = sum[2], *restrict less4 = sum[3];
    for (int32_t i = 0; i < n; i++) {
        const float edge = fabsf(a[i] - ma[i]);
        const float f = (fabsf(b[i] - mb[i]) - edge) / (1.0f + edge);
        const float added = f > 0 ? f : 0, removed = f < 0 ? -f : 0, four = f * f * f * f;
        more[i] += added, less[i] += removed;
        more4[i] += f > 0 ? four : 0, less4[i] += f < 0 ? four : 0;
    }
}

/* Compare n columns of row y of one channel, once they are blurred, with the reference; of a
   reference, keep them. */
static void finish_row(const hp_scale *s, const hp_scale *reference, int structure,
                       hp_tile_buffers *buffers, int c, int32_t y, int32_t x, int32_t n) {
    const size_t at = ((size_t)c * s->height + y) * s->width + x;
    const float *b = buffers->ring[y % HP_RING_ROWS][c] + MARGIN, *mb = buffers->blurred[0];
    if (!reference) {
        memcpy(s->xyb + at, b, n * sizeof(float));
        memcpy(s->mean + at, mb, n * sizeof(float));
        return;
    }
    const float *a = reference->xyb + at, *ma = reference->mean + at;
    if (structure) compare_structure(ma, buffers->blurred, hp_padded(n), buffers->sum[c]);
    compare_edges(a, ma, b, mb, hp_padded(n), buffers->sum[c] + 2);
}

/* Compare one tile of an image with its reference. norms: OUT, for each channel the sums of
   each map (structure lost, edges added, edges removed) and of its fourth power. structure: a
   bit for each channel in which structure counts. Without a reference the image is one: s: OUT
   xyb and mean. */
void HP_NAME(hp_compare_tile)(const hp_scale *s, const hp_scale *reference, int structure,
                               int32_t tile, hp_tile_buffers *buffers, double norms[HP_NORMS]) {
    const int32_t columns = (s->width + COLUMNS - 1) / COLUMNS;
    const int32_t wide = hp_padded((s->width + columns - 1) / columns), x = tile % columns * wide;
    const int32_t first = tile / columns * HP_TILE_ROWS;
    const int32_t last = hp_min(first + HP_TILE_ROWS, s->height);
    const int32_t n = hp_min(wide, s->width - x);
    int32_t filled = first < RADIUS ? 0 : first - RADIUS;
    memset(buffers->sum, 0, sizeof buffers->sum);
    for (int32_t y = first; y < last; y++) {
        for (; filled < s->height && filled <= y + RADIUS; filled++)
            fill_row(s, reference, structure, filled, x, x + n, buffers);
        for (int c = 0; c < 3; c++) {
            const int with_structure = structure >> c & 1;
            for (int k = 0; k < (with_structure ? 3 : 1); k++)
                blur_row(buffers, 3 * k + c, y, s->height, hp_padded(n), buffers->blurred[k]);
            finish_row(s, reference, with_structure, buffers, c, y, x, n);
        }
    }
    for (int k = 0; reference && k < HP_NORMS; k++) {
        norms[k] = 0;
        for (int32_t i = 0; i < n; i++) norms[k] += buffers->sum[k / 6][k % 6][i];
    }
}
