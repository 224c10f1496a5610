/* How much the image varies around each pixel: where errors show, and where dithering helps.

   Errors hide in texture and show on smooth ground. What may be lost at a pixel is taken to grow
   with the square root of the standard deviation around it; a limit that is the same all over the
   image lets smooth areas band. */
#include <math.h>
#include <string.h>
#include "kernels.h"

#define REACH 2
#define WINDOW ((2 * REACH + 1) * (2 * REACH + 1))

static inline int32_t clamped(int32_t i, int32_t size) { return i < 0 ? 0 : i < size ? i : size - 1; }

/* Coordinates with 3 bits less, so that sums of squares over the window fit 32 bits. */
static void add_row(const hp_canvas *c, int32_t y, int32_t sign, hp_texture *t) {
    const uint32_t *index = c->index + (size_t)clamped(y, c->height) * (size_t)c->width;
    for (int32_t x = 0; x < c->width; x++) {
        const int32_t xy = c->xy[index[x]], za = c->za[index[x]];
        const int32_t v[4] = {hp_low(xy) >> 3, hp_high(xy) >> 3, hp_low(za) >> 3, hp_high(za) >> 3};
        int32_t *sum = t->sums + 5 * x;
        for (int i = 0; i < 4; i++) sum[i] += sign * v[i];
        sum[4] += sign * (v[0] * v[0] + v[1] * v[1] + v[2] * v[2] + v[3] * v[3]);
    }
}

static inline void add_column(const hp_texture *t, int32_t x, int32_t width, int32_t sign,
                              int64_t total[5]) {
    const int32_t *sum = t->sums + 5 * clamped(x, width);
    for (int i = 0; i < 5; i++) total[i] += sign * sum[i];
}

/* variance: OUT, of each pixel of row y, in square levels, summed over the coordinates. Rows come
   one after the other from the first. */
void hp_vary(const hp_canvas *c, int32_t y, hp_texture *t) {
    int64_t total[5] = {0};
    if (y == 0) {
        memset(t->sums, 0, 5 * (size_t)c->width * sizeof *t->sums);
        for (int r = -REACH; r < REACH; r++) add_row(c, r, 1, t);
    } else {
        add_row(c, y - 1 - REACH, -1, t);
    }
    add_row(c, y + REACH, 1, t);
    for (int x = -REACH; x < REACH; x++) add_column(t, x, c->width, 1, total);
    for (int32_t x = 0; x < c->width; x++) {
        add_column(t, x + REACH, c->width, 1, total);
        int64_t squares = 0;
        for (int i = 0; i < 4; i++) squares += total[i] * total[i];
        const int64_t spread = WINDOW * total[4] - squares;
        t->variance[x] = (float)spread / (WINDOW * WINDOW * 64.0f);
        add_column(t, x - REACH, c->width, -1, total);
    }
}

/* A level or two apart can't be told; from here on, dots can. */
#define FAR (3 * HP_SCALE)

/* fit: OUT, for each point how near its centroid is. */
void hp_measure_fit(const hp_points *p, const int32_t *labels, const hp_centroids *centroids,
                    uint8_t *fit) {
    for (int32_t i = 0; i < p->size; i++) {
        const int32_t xy = centroids->xy[labels[i]], za = centroids->za[labels[i]];
        const int64_t d[4] = {hp_low(p->xy[i]) - hp_low(xy), hp_high(p->xy[i]) - hp_high(xy),
                              hp_low(p->za[i]) - hp_low(za), hp_high(p->za[i]) - hp_high(za)};
        const int64_t square = d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + d[3] * d[3];
        fit[i] = !square ? HP_EXACT : square > FAR * FAR ? HP_FAR : HP_NEAR;
    }
}

/* still: OUT, whether dithering leaves each pixel of the row alone: colours that the codebook has,
   and flat areas of a colour far from any in the codebook, where dots would show. */
void hp_still(const hp_canvas *c, int32_t y, const hp_texture *t, uint8_t *still) {
    const uint32_t *index = c->index + (size_t)y * (size_t)c->width;
    for (int32_t x = 0; x < c->width; x++) {
        const uint8_t fit = c->fit[index[x]];
        still[x] = fit == HP_EXACT || (fit == HP_FAR && t->variance[x] == 0);
    }
}

/* rate: OUT, what a squared distance of 1 costs at each pixel, in units of 1/HP_BIT bits. */
void hp_rate(const hp_canvas *c, const hp_texture *t, float strength, float *rate) {
    const float unit = HP_BIT / ((float)HP_SCALE * HP_SCALE);
    for (int32_t x = 0; x < c->width; x++) {
        float allowed = 1.7f * sqrtf(sqrtf(t->variance[x]));
        allowed = allowed < 0.8f ? 0.8f : allowed > 8 ? 8 : allowed;
        const float price = unit / (strength * allowed);
        rate[x] = price < 1e8f ? price : 1e8f; /* finite: infinity times 0 is no number */
    }
}

/* importance: OUT, of each pixel, 255 on smooth ground down to 32 where it is busiest. */
void hp_weigh_smooth(const hp_canvas *c, hp_texture *t, uint8_t *importance) {
    for (int32_t y = 0; y < c->height; y++) {
        hp_vary(c, y, t);
        for (int32_t x = 0; x < c->width; x++) {
            const float weight = 255 / (1 + sqrtf(t->variance[x]) / 8);
            importance[(size_t)y * (size_t)c->width + (size_t)x] =
                weight > 32 ? (uint8_t)weight : 32;
        }
    }
}

/* labels: OUT, of each pixel the shade that the mask tells; mask: side x side ranks, side a power
   of two. */
void hp_place_shades(const hp_canvas *c, const uint8_t *shades, const uint8_t *mask, int32_t side,
                uint8_t *labels) {
    for (int32_t y = 0; y < c->height; y++) {
        const size_t row = (size_t)y * (size_t)c->width;
        const uint8_t *ranks = mask + (size_t)(y & (side - 1)) * (size_t)side;
        for (int32_t x = 0; x < c->width; x++)
            labels[row + (size_t)x] =
                shades[(size_t)c->index[row + (size_t)x] * HP_SHADES + ranks[x & (side - 1)]];
    }
}

/* The squared error of the pixels' colours as labelled, summed over red, green and blue, all
   times alpha, and alpha; labels of one byte or two. */
uint64_t hp_squared_error(const uint8_t *pixels, int channels, size_t size, const uint8_t *labels8,
                          const uint16_t *labels16, const uint8_t *colors) {
    uint64_t total = 0;
    for (size_t i = 0; i < size; i++) {
        const uint8_t *p = pixels + (size_t)channels * i;
        const uint8_t *q = colors + channels * (labels8 ? labels8[i] : labels16[i]);
        if (channels == 3) {
            for (int c = 0; c < 3; c++) total += (uint64_t)((p[c] - q[c]) * (p[c] - q[c])) * 65025;
            continue;
        }
        for (int c = 0; c < 3; c++) {
            const int64_t d = p[c] * p[3] - q[c] * q[3];
            total += (uint64_t)(d * d);
        }
        total += (uint64_t)((p[3] - q[3]) * (p[3] - q[3])) * 65025;
    }
    return total;
}
