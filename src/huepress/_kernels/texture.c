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
        rate[x] = price < 0.25f ? price : 0.25f;
    }
}
