/* How much the image varies around each pixel: where errors show, and where dithering helps.

   Errors hide in texture and show on smooth ground. What may be lost at a pixel is taken to grow
   with the square root of the standard deviation around it; a limit that is the same all over the
   image lets smooth areas band. */
#include <math.h>
#include <string.h>
#include "kernels.h"
#include "simd.h"

#define REACH 2
#define SIDE (2 * REACH + 1)
#define WINDOW (SIDE * SIDE)
/* Coordinates with 4 bits less, so that sums of squares over the window fit 32 bits. */
#define CUT 4
#define UNIT (HP_SCALE >> CUT)

static inline int32_t clamped(int32_t i, int32_t size) { return i < 0 ? 0 : i < size ? i : size - 1; }

/* Add a row that is in the ring to the sums of the columns, or take it off (sign -1). */
static void add_row(const int32_t *pairs, int32_t width, int32_t sign, hp_texture *t) {
    const size_t plane = (size_t)width + 2 * REACH;
    int32_t *restrict a = t->sums + REACH, *restrict b = a + plane, *restrict c = b + plane;
    int32_t *restrict d = c + plane, *restrict squares = d + plane;
    const int32_t *restrict xy = pairs, *restrict za = pairs + width;
    for (int32_t x = 0; x < width; x++) {
        const int32_t p = hp_low(xy[x]) >> CUT, q = xy[x] >> (16 + CUT);
        const int32_t r = hp_low(za[x]) >> CUT, s = za[x] >> (16 + CUT);
        a[x] += sign * p, b[x] += sign * q, c[x] += sign * r, d[x] += sign * s;
        squares[x] += sign * (p * p + q * q + r * r + s * s);
    }
}

static int32_t *ring_row(const hp_texture *t, int32_t y, int32_t width) {
    return t->ring + (size_t)((y + SIDE) % SIDE) * 2 * (size_t)width;
}

static void take_row(const hp_canvas *c, int32_t y, hp_texture *t) {
    const uint32_t *index = c->index + (size_t)clamped(y, c->height) * (size_t)c->width;
    const int32_t width = c->width;
    int32_t *to = ring_row(t, y, width);
    for (int32_t x = 0; x < width; x++) to[x] = c->xy[index[x]], to[width + x] = c->za[index[x]];
    add_row(to, width, 1, t);
}

/* Sum five neighbours in each of the planes; the border goes on beyond the image. */
static void widen(int32_t width, hp_texture *t) {
    const size_t plane = (size_t)width + 2 * REACH;
    for (int i = 0; i < 5; i++) {
        int32_t *sum = t->sums + (size_t)i * plane + REACH, *wide = t->wide + (size_t)i * (size_t)width;
        for (int side = 1; side <= REACH; side++)
            sum[-side] = sum[0], sum[width - 1 + side] = sum[width - 1];
        for (int32_t x = 0; x < width; x++)
            wide[x] = sum[x - 2] + sum[x - 1] + sum[x] + sum[x + 1] + sum[x + 2];
    }
}

/* variance: OUT, of each pixel of row y, in square levels, summed over the coordinates. Rows come
   one after the other, the first of them with `begin`. */
static void vary(const hp_canvas *c, int32_t y, int begin, hp_texture *t) {
    const int32_t width = c->width;
    if (begin) {
        memset(t->sums, 0, 5 * ((size_t)width + 2 * REACH) * sizeof *t->sums);
        for (int r = -REACH; r < REACH; r++) take_row(c, y + r, t);
    } else {
        add_row(ring_row(t, y - 1 - REACH, width), width, -1, t);
    }
    take_row(c, y + REACH, t);
    widen(width, t);
    const int32_t *a = t->wide, *b = a + width, *p = b + width, *q = p + width, *squares = q + width;
    for (int32_t x = 0; x < width; x++) {
        /* The terms take 32 bits, their difference 31. */
        const uint32_t sums = (uint32_t)(a[x] * a[x]) + (uint32_t)(b[x] * b[x]) +
                              (uint32_t)(p[x] * p[x]) + (uint32_t)(q[x] * q[x]);
        const int32_t spread = (int32_t)(WINDOW * (uint32_t)squares[x] - sums);
        t->variance[x] = (float)spread / (WINDOW * WINDOW * UNIT * UNIT);
    }
}

/* The root of the error that is allowed, in HP_QUIET steps from that of LEAST to that of MOST. */
#define LEAST 0.8f
#define MOST 8.0f
#define LEAST_ROOT 0.8944272f
#define MOST_ROOT 2.828427f
#define ROOT_STEP ((MOST_ROOT - LEAST_ROOT) / (HP_QUIET - 1))

/* tolerance: OUT, of each pixel in some rows how much may be lost there, below HP_QUIET; and
   HP_QUIET more if dithering leaves it alone: colours that the codebook has, and flat areas of a
   colour far from any in the codebook, where dots would show. */
void HP_NAME(hp_tolerate)(const hp_canvas *c, int32_t first, int32_t last, hp_texture *t,
                          uint8_t *tolerance) {
    const int32_t width = c->width;
    int32_t *restrict steps = t->wide; /* done with by then */
    const float *restrict variance = t->variance;
    for (int32_t y = first; y < last; y++) {
        const uint32_t *index = c->index + (size_t)y * (size_t)width;
        uint8_t *row = tolerance + (size_t)y * (size_t)width;
        vary(c, y, y == first, t);
        for (int32_t x = 0; x < width; x++) {
            float allowed = 1.7f * sqrtf(sqrtf(variance[x]));
            allowed = allowed < LEAST ? LEAST : allowed;
            allowed = allowed > MOST ? MOST : allowed;
            steps[x] = (int32_t)((sqrtf(allowed) - LEAST_ROOT) / ROOT_STEP);
        }
        for (int32_t x = 0; x < width; x++) {
            const uint8_t fit = c->fit[index[x]];
            const int quiet = fit == HP_EXACT || (fit == HP_FAR && variance[x] == 0);
            row[x] = (uint8_t)(steps[x] + (quiet ? HP_QUIET : 0));
        }
    }
}

/* rates: OUT, what a squared distance of 1 costs at each tolerance, in units of 1/HP_BIT bits. */
void HP_NAME(hp_rate)(float strength, float rates[HP_QUIET]) {
    const float unit = HP_BIT / ((float)HP_SCALE * HP_SCALE);
    for (int i = 0; i < HP_QUIET; i++) {
        const float root = LEAST_ROOT + ROOT_STEP * (float)i;
        const float price = unit / (strength * (root * root));
        rates[i] = price < 1e8f ? price : 1e8f; /* finite: infinity times 0 is no number */
    }
}

/* importance: OUT, of each pixel, 255 on smooth ground down to 32 where it is busiest. */
void HP_NAME(hp_weigh_smooth)(const hp_canvas *c, hp_texture *t, uint8_t *importance) {
    for (int32_t y = 0; y < c->height; y++) {
        vary(c, y, y == 0, t);
        for (int32_t x = 0; x < c->width; x++) {
            const float weight = 255 / (1 + sqrtf(t->variance[x]) / 8);
            importance[(size_t)y * (size_t)c->width + (size_t)x] =
                weight > 32 ? (uint8_t)weight : 32;
        }
    }
}
