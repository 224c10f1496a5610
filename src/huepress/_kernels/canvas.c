/* How near an image's colours and a codebook's entries are; and ordered dithering, its last
   step. */
#include "canvas.h"

/* A level or two apart can't be told; dots of a colour three levels away can. */
#define FAR (3 * HP_LEVEL)

/* nearness: OUT, of each point to the centroid of its label. */
void hp_measure_nearness(const hp_points *p, const int32_t *labels, const hp_centroids *codebook,
                         uint8_t *nearness) {
    for (int32_t i = 0; i < p->size; i++) {
        const int32_t d = hp_squared_distance(p->xy[i], p->za[i], codebook->xy[labels[i]],
                                              codebook->za[labels[i]]);
        nearness[i] = !d ? HP_EXACT : d > FAR * FAR ? HP_FAR : HP_NEAR;
    }
}

/* neighbors: OUT, for each entry the HP_NEIGHBORS nearest entries, itself among them, the
   nearest (and if tied, the first) first; where there are fewer entries, the last of them again. */
void hp_find_neighbors(const hp_centroids *codebook, uint8_t *neighbors) {
    for (int32_t i = 0; i < codebook->k; i++) {
        uint8_t *to = neighbors + HP_NEIGHBORS * i;
        int32_t distances[HP_NEIGHBORS];
        int count = 0;
        for (int32_t j = 0; j < codebook->k; j++) {
            const int32_t d = hp_squared_distance(codebook->xy[i], codebook->za[i], codebook->xy[j],
                                                  codebook->za[j]);
            if (count == HP_NEIGHBORS && d >= distances[count - 1]) continue;
            int at = count < HP_NEIGHBORS ? count++ : count - 1;
            for (; at > 0 && distances[at - 1] > d; at--)
                distances[at] = distances[at - 1], to[at] = to[at - 1];
            distances[at] = d, to[at] = (uint8_t)j;
        }
        for (int at = count; at < HP_NEIGHBORS; at++) to[at] = to[count - 1];
    }
}

/* Map an image by ordered dithering. mixtures: of each colour, hp_mix_entries'. map: side x side
   thresholds, side a power of two. labels: OUT. */
void hp_apply_threshold_map(const hp_canvas *c, const uint8_t *mixtures, const uint8_t *map,
                            int32_t side, uint8_t *labels) {
    for (int32_t y = 0; y < c->height; y++) {
        const size_t row = (size_t)y * (size_t)c->width;
        const uint8_t *thresholds = map + (size_t)(y & (side - 1)) * (size_t)side;
        for (int32_t x = 0; x < c->width; x++) {
            const uint8_t *mixture = mixtures + (size_t)c->index[row + (size_t)x] * HP_THRESHOLDS;
            labels[row + (size_t)x] = mixture[thresholds[x & (side - 1)]];
        }
    }
}
