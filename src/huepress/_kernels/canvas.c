/* An image beside its codebook: how near they are, and what labels come to. */
#include "kernels.h"

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

static int64_t distance(const hp_centroids *book, int32_t i, int32_t j) {
    const int64_t d[4] = {hp_low(book->xy[i]) - hp_low(book->xy[j]),
                          hp_high(book->xy[i]) - hp_high(book->xy[j]),
                          hp_low(book->za[i]) - hp_low(book->za[j]),
                          hp_high(book->za[i]) - hp_high(book->za[j])};
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + d[3] * d[3];
}

/* around: OUT, for each entry of a codebook the HP_AROUND that are nearest to it, the nearest (and
   if tied, the first) first; where there are fewer, the last again. */
void hp_look_around(const hp_centroids *book, uint8_t *around) {
    for (int32_t i = 0; i < book->k; i++) {
        uint8_t *to = around + HP_AROUND * i;
        int64_t away[HP_AROUND];
        int count = 0;
        for (int32_t j = 0; j < book->k; j++) {
            const int64_t d = distance(book, i, j);
            if (count == HP_AROUND && d >= away[count - 1]) continue;
            int at = count < HP_AROUND ? count++ : count - 1;
            for (; at > 0 && away[at - 1] > d; at--) away[at] = away[at - 1], to[at] = to[at - 1];
            away[at] = d, to[at] = (uint8_t)j;
        }
        for (int at = count; at < HP_AROUND; at++) to[at] = to[count - 1];
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
   times alpha, and alpha. colors: 0xAARRGGBB, and index: of each pixel which of them it has; labels
   of one byte or two, and what they stand for. */
uint64_t hp_squared_error(const uint32_t *colors, const uint32_t *index, int channels, size_t size,
                          const uint8_t *labels8, const uint16_t *labels16, const uint8_t *book) {
    uint64_t total = 0;
    for (size_t i = 0; i < size; i++) {
        const uint32_t color = colors[index[i]];
        const int32_t p[4] = {color >> 16 & 255, color >> 8 & 255, color & 255, color >> 24};
        const uint8_t *q = book + channels * (labels8 ? labels8[i] : labels16[i]);
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
