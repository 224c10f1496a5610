/* Texture: how much the image varies around each pixel, and so where errors show.

   Errors hide in texture and show on smooth ground. What a pixel may lose is taken to grow with
   the square root of the standard deviation around it; with a limit that is the same all over
   the image, smooth areas band. */
#include <math.h>
#include "by_set.h"
#include "simd.h"

#define REACH HP_WINDOW_REACH
#define WINDOW (HP_WINDOW_SIDE * HP_WINDOW_SIDE)
/* Coordinates are taken with some bits less, so that sums of squares over the window fit 32
   bits. */
#define DROPPED_BITS 4
#define UNIT (HP_LEVEL >> DROPPED_BITS)
#define MAX_VALUE (HP_MAX_COORDINATE >> DROPPED_BITS)
static_assert(4 * (uint64_t)WINDOW * WINDOW * MAX_VALUE * MAX_VALUE <= UINT32_MAX,
              "sums of four squares of sums over the window fit 32 bits");

/* Add a row of pixels to the sums of the columns, or take it off (sign -1). */
static void add_row(const int32_t *pairs, int32_t width, int32_t sign, hp_window *w) {
    int32_t *restrict a = w->column_sums[0] + REACH, *restrict b = w->column_sums[1] + REACH;
    int32_t *restrict c = w->column_sums[2] + REACH, *restrict d = w->column_sums[3] + REACH;
    int32_t *restrict squares = w->column_sums[4] + REACH;
    const int32_t *restrict xy = pairs, *restrict za = pairs + width;
    for (int32_t x = 0; x < width; x++) {
        const int32_t p = hp_low(xy[x]) >> DROPPED_BITS, q = xy[x] >> (16 + DROPPED_BITS);
        const int32_t r = hp_low(za[x]) >> DROPPED_BITS, s = za[x] >> (16 + DROPPED_BITS);
        a[x] += sign * p, b[x] += sign * q, c[x] += sign * r, d[x] += sign * s;
        squares[x] += sign * (p * p + q * q + r * r + s * s);
    }
}

/* Where the pairs of row y stand: the rows of a window have places in turn. */
static int32_t *row_of(const hp_window *w, int32_t y) {
    return w->rows[(y + HP_WINDOW_SIDE) % HP_WINDOW_SIDE];
}

/* Take row y into the window; beyond the image, its last row again. */
static void take_row(const hp_canvas *c, int32_t y, hp_window *w) {
    const int32_t width = c->width;
    const uint32_t *index = c->index + (size_t)hp_clamp(y, 0, c->height - 1) * (size_t)width;
    int32_t *to = row_of(w, y);
    for (int32_t x = 0; x < width; x++) to[x] = c->xy[index[x]], to[width + x] = c->za[index[x]];
    add_row(to, width, 1, w);
}

/* Sum up the columns of each window; beyond the image, its last column again. */
static void sum_windows(int32_t width, hp_window *w) {
    for (int i = 0; i < HP_WINDOW_SUMS; i++) {
        int32_t *restrict columns = w->column_sums[i] + REACH;
        int32_t *restrict windows = w->window_sums[i];
        for (int side = 1; side <= REACH; side++)
            columns[-side] = columns[0], columns[width - 1 + side] = columns[width - 1];
        for (int32_t x = 0; x < width; x++)
            windows[x] = columns[x - 2] + columns[x - 1] + columns[x] + columns[x + 1] +
                         columns[x + 2];
    }
}

/* Find the variance around each pixel of row y, summed over the coordinates. Rows come one after
   the other, the first of them with is_first. w: IN/OUT. */
static void find_variance(const hp_canvas *c, int32_t y, int is_first, hp_window *w) {
    const int32_t width = c->width;
    if (is_first) {
        for (int i = 0; i < HP_WINDOW_SUMS; i++)
            memset(w->column_sums[i], 0, ((size_t)width + 2 * REACH) * sizeof(int32_t));
        for (int r = -REACH; r < REACH; r++) take_row(c, y + r, w);
    } else {
        add_row(row_of(w, y - 1 - REACH), width, -1, w);
    }
    take_row(c, y + REACH, w);
    sum_windows(width, w);
    const int32_t *a = w->window_sums[0], *b = w->window_sums[1], *p = w->window_sums[2];
    const int32_t *q = w->window_sums[3], *squares = w->window_sums[4];
    for (int32_t x = 0; x < width; x++) {
        /* The terms take 32 bits, their difference 31. */
        const uint32_t sums = (uint32_t)(a[x] * a[x]) + (uint32_t)(b[x] * b[x]) +
                              (uint32_t)(p[x] * p[x]) + (uint32_t)(q[x] * q[x]);
        const int32_t spread = (int32_t)(WINDOW * (uint32_t)squares[x] - sums);
        w->variance[x] = (float)spread / (WINDOW * WINDOW * UNIT * UNIT);
    }
}

/* Tolerances are steps of the root of the allowed error, in levels: from LEAST to MOST. */
#define LEAST 0.8f
#define MOST 8.0f
#define LEAST_ROOT 0.8944272f
#define MOST_ROOT 2.828427f
#define ROOT_STEP ((MOST_ROOT - LEAST_ROOT) / (HP_TOLERANCES - 1))

/* Measure where errors show. tolerance: OUT, of each pixel in some rows; HP_UNDITHERED is added
   for colours that the codebook has, and for flat areas of a colour far from any in the codebook,
   where dots would show. w: scratch. */
void HP_NAME(hp_measure_tolerance)(const hp_canvas *c, int32_t first, int32_t last, hp_window *w,
                                   uint8_t *tolerance) {
    const int32_t width = c->width;
    int32_t *restrict steps = w->window_sums[0]; /* not needed any more by then */
    const float *restrict variance = w->variance;
    for (int32_t y = first; y < last; y++) {
        const uint32_t *index = c->index + (size_t)y * (size_t)width;
        uint8_t *row = tolerance + (size_t)y * (size_t)width;
        find_variance(c, y, y == first, w);
        for (int32_t x = 0; x < width; x++) {
            float allowed = 1.7f * sqrtf(sqrtf(variance[x]));
            allowed = allowed < LEAST ? LEAST : allowed;
            allowed = allowed > MOST ? MOST : allowed;
            steps[x] = (int32_t)((sqrtf(allowed) - LEAST_ROOT) / ROOT_STEP);
        }
        for (int32_t x = 0; x < width; x++) {
            const uint8_t nearness = c->nearness[index[x]];
            const int is_undithered =
                nearness == HP_EXACT || (nearness == HP_FAR && variance[x] == 0);
            row[x] = (uint8_t)(steps[x] + (is_undithered ? HP_UNDITHERED : 0));
        }
    }
}

/* rates: OUT, what a squared distance of 1 costs at each tolerance, in units of 1/HP_COST_PER_BIT
   bits. */
void HP_NAME(hp_fill_rates)(float strength, float rates[HP_TOLERANCES]) {
    const float unit = HP_COST_PER_BIT / ((float)HP_LEVEL * HP_LEVEL);
    for (int i = 0; i < HP_TOLERANCES; i++) {
        const float root = LEAST_ROOT + ROOT_STEP * (float)i;
        const float rate = unit / (strength * (root * root));
        rates[i] = rate < 1e8f ? rate : 1e8f; /* finite: infinity times 0 is no number */
    }
}

/* importance: OUT, of each pixel, 255 on smooth ground down to 32 where it is busiest. w:
   scratch. */
void HP_NAME(hp_measure_smoothness)(const hp_canvas *c, hp_window *w, uint8_t *importance) {
    for (int32_t y = 0; y < c->height; y++) {
        find_variance(c, y, y == 0, w);
        for (int32_t x = 0; x < c->width; x++) {
            const float weight = 255 / (1 + sqrtf(w->variance[x]) / 8);
            importance[(size_t)y * (size_t)c->width + (size_t)x] =
                weight > 32 ? (uint8_t)weight : 32;
        }
    }
}
