/* SSIMULACRA 2, the part that touches pixels: six error norms per channel and scale.

   After Jon Sneyers (Cloudinary), https://github.com/cloudinary/ssimulacra2, version 2.1, whose
   constants these are; metrics/ssimulacra2_score.py weighs the norms. Neither image is ever
   held whole but as it came: blocks of TILE x ROWS pixels are turned into XYB, blurred and
   compared row by row in 360 KB of scratch. Compiled once per instruction set by the compiler's
   own vectorization: no sum is reordered and every block's sums are kept apart, so that each
   set and number of threads gives the same result. */
#include <math.h>
#include "kernels.h"
#include "simd.h"

enum { RADIUS = 5, TILE = HP_TILE, STRIDE = HP_STRIDE, MARGIN = (STRIDE - TILE) / 2 };

/* A Gaussian of sigma 1.5, cut at RADIUS and made to sum to 1. */
static const float BELL[RADIUS + 1] = {0.266011725f, 0.213005538f, 0.109360690f,
                                       0.0360007721f, 0.00759875814f, 0.00102838008f};

static inline int32_t lesser(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t padded(int32_t count) { return (count + HP_WIDTH - 1) / HP_WIDTH * HP_WIDTH; }

/* Of 0.003 to 1.004, to about 1 unit in the last place: a guess from the exponent, good to 3.5 %,
   then two steps of a series for the inverse root, which need no division. */
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

/* Columns x to x + n of row y in linear light. light: OUT */
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

/* Linear light to XYB, scaled and moved so that nothing is negative. */
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

/* Rows first to last of the next scale: means of 2 x 2 pixels, or of those that are there. */
void HP_NAME(hp_halve)(const hp_scale *from, hp_scale *to, int32_t first, int32_t last,
                       hp_desk *desk) {
    const size_t plane = (size_t)to->width * to->height;
    float(*above)[STRIDE] = desk->ring[0], (*below)[STRIDE] = desk->ring[1];
    for (int32_t y = first; y < last; y++)
        for (int32_t x = 0; x < to->width; x += TILE / 2) {
            const int32_t n = lesser(TILE, from->width - 2 * x);
            light_row(from, 2 * y, 2 * x, n, above);
            light_row(from, lesser(2 * y + 1, from->height - 1), 2 * x, n, below);
            for (int c = 0; c < 3; c++) {
                float *restrict out = to->light + c * plane + (size_t)y * to->width + x;
                const float *restrict a = above[c], *restrict b = below[c];
                for (int32_t i = 0; i < n / 2; i++)
                    out[i] = (a[2 * i] + a[2 * i + 1] + b[2 * i] + b[2 * i + 1]) * 0.25f;
                if (n % 2) out[n / 2] = (a[n - 1] + b[n - 1]) * 0.5f;
            }
        }
}

static inline void clear_ends(float row[STRIDE], int32_t start, int32_t n) {
    memset(row, 0, start * sizeof(float));
    memset(row + start + n, 0, (STRIDE - start - n) * sizeof(float));
}

/* The part of row y that columns x0 to x1 need: XYB in rows 0-2 of the ring and, where structure
   is asked for, the squared difference to the original in 3-5 and the sum of both squares in 6-8.
   Columns outside the image are 0. */
static void fill_row(const hp_scale *s, const hp_scale *original, int structure, int32_t y,
                     int32_t x0, int32_t x1, hp_desk *desk) {
    float(*row)[STRIDE] = desk->ring[y % HP_RING];
    const int32_t left = x0 ? x0 - MARGIN : 0, right = lesser(x1 + MARGIN, s->width);
    const int32_t n = right - left, start = MARGIN + left - x0;
    light_row(s, y, left, n, desk->light);
    xyb_row(desk->light, padded(n), row[0] + start, row[1] + start, row[2] + start);
    for (int c = 0; c < 3; c++) {
        float *restrict b = row[c] + start, *restrict e = row[3 + c] + start;
        float *restrict q = row[6 + c] + start;
        clear_ends(row[c], start, n);
        if (!(structure >> c & 1)) continue;
        clear_ends(row[3 + c], start, n);
        clear_ends(row[6 + c], start, n);
        const size_t plane = (size_t)s->width * s->height;
        const float *restrict a = original->xyb + c * plane + (size_t)y * s->width + left;
        for (int32_t i = 0; i < n; i++) {
            e[i] = (a[i] - b[i]) * (a[i] - b[i]);
            q[i] = a[i] * a[i] + b[i] * b[i];
        }
    }
}

/* The weighted sum of 2 RADIUS + 1 rows. */
static void weigh(const float *const row[2 * RADIUS + 1], int32_t n, float *restrict out) {
    const float *r0 = row[0], *r1 = row[1], *r2 = row[2], *r3 = row[3], *r4 = row[4];
    const float *r5 = row[5], *r6 = row[6], *r7 = row[7], *r8 = row[8], *r9 = row[9], *r10 = row[10];
    for (int32_t i = 0; i < n; i++)
        out[i] = BELL[0] * r5[i] + BELL[1] * (r4[i] + r6[i]) + BELL[2] * (r3[i] + r7[i])
                 + BELL[3] * (r2[i] + r8[i]) + BELL[4] * (r1[i] + r9[i])
                 + BELL[5] * (r0[i] + r10[i]);
}

/* Blur n columns of one of the nine planes around row y of the ring, down and then across. The
   image is mirrored at its upper and lower edge. */
static void blur_row(hp_desk *desk, int plane, int32_t y, int32_t height, int32_t n, float *out) {
    const float *row[2 * RADIUS + 1];
    for (int j = 0; j <= 2 * RADIUS; j++) {
        int32_t at = y + j - RADIUS;
        at = at < 0 ? -1 - at : at >= height ? 2 * height - 1 - at : at;
        row[j] = desk->ring[at % HP_RING][plane];
    }
    weigh(row, n + 2 * MARGIN, desk->mid);
    for (int j = 0; j <= 2 * RADIUS; j++) row[j] = desk->mid + MARGIN + j - RADIUS;
    weigh(row, n, out);
}

/* How much structure n pixels lost. ma, mb: blurred means of original and candidate; e, q: the
   blurred squares of their difference and of both; sum: IN/OUT, of the losses and of their fourth
   powers. With m = (ma - mb)^2 the published term, 1 - (1 - m) (2 cov + C) / (var + var + C), is
   m + v - m v for v = (e - m) / (var + var + C), which keeps its digits where the images are
   nearly the same. */
static void compare_structure(const float *restrict ma, float blurred[3][TILE], int32_t n,
                              float sum[2][TILE]) {
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

/* How much more, or less, n pixels stand out from their surroundings than in the original.
   sum: IN/OUT, of edges added and their fourth powers, of edges removed and theirs. */
static void compare_edges(const float *restrict a, const float *restrict ma,
                          const float *restrict b, const float *restrict mb, int32_t n,
                          float sum[4][TILE]) {
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

/* n columns of row y of one channel, blurred already, beside the original; or, of an original,
   kept. */
static void finish_row(const hp_scale *s, const hp_scale *original, int structure, hp_desk *desk,
                       int c, int32_t y, int32_t x, int32_t n) {
    const size_t at = ((size_t)c * s->height + y) * s->width + x;
    const float *b = desk->ring[y % HP_RING][c] + MARGIN, *mb = desk->blurred[0];
    if (!original) {
        memcpy(s->xyb + at, b, n * sizeof(float));
        memcpy(s->mean + at, mb, n * sizeof(float));
        return;
    }
    const float *a = original->xyb + at, *ma = original->mean + at;
    if (structure) compare_structure(ma, desk->blurred, padded(n), desk->sum[c]);
    compare_edges(a, ma, b, mb, padded(n), desk->sum[c] + 2);
}

/* One block of an image. Without an original it is one, and its xyb and mean are made. With one,
   norms: OUT for each channel the sums over each map (structure lost, edges added, removed) and
   over its fourth power; structure: 1 bit for each channel in which it counts. */
void HP_NAME(hp_look)(const hp_scale *s, const hp_scale *original, int structure, int32_t block,
                      hp_desk *desk, double norms[18]) {
    const int32_t columns = (s->width + TILE - 1) / TILE;
    const int32_t wide = padded((s->width + columns - 1) / columns), x = block % columns * wide;
    const int32_t first = block / columns * HP_ROWS, last = lesser(first + HP_ROWS, s->height);
    const int32_t n = lesser(wide, s->width - x);
    int32_t filled = first < RADIUS ? 0 : first - RADIUS;
    memset(desk->sum, 0, sizeof desk->sum);
    for (int32_t y = first; y < last; y++) {
        for (; filled < s->height && filled <= y + RADIUS; filled++)
            fill_row(s, original, structure, filled, x, x + n, desk);
        for (int c = 0; c < 3; c++) {
            const int whole = structure >> c & 1;
            for (int k = 0; k < (whole ? 3 : 1); k++)
                blur_row(desk, 3 * k + c, y, s->height, padded(n), desk->blurred[k]);
            finish_row(s, original, whole, desk, c, y, x, n);
        }
    }
    for (int k = 0; original && k < 18; k++) {
        norms[k] = 0;
        for (int32_t i = 0; i < n; i++) norms[k] += desk->sum[k / 6][k % 6][i];
    }
}

/* What a viewer shows of translucent pixels on a grey background. */
void HP_NAME(hp_compose)(const uint8_t *restrict rgba, size_t size, uint8_t grey,
                         uint8_t *restrict rgb) {
    for (size_t i = 0; i < size; i++)
        for (int c = 0; c < 3; c++)
            rgb[3 * i + c] = (uint8_t)((rgba[4 * i + c] * rgba[4 * i + 3]
                                        + grey * (255 - rgba[4 * i + 3]) + 127) / 255);
}
