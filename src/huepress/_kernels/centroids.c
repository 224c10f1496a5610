/* The update step of Lloyd's algorithm, the distortion, the colours of centroids, and their
   alpha. */
#include "clusters.h"

/* The mean of a cluster's points, or the 8-bit colour nearest to it. That one is the best for
   the cluster: the distortion of a centroid is that of the mean plus weight x the squared
   distance to the mean. In sRGB without alpha rounding each coordinate finds it; else
   hp_nearest_color does, but for rounding. at: OUT. */
static void find_mean(hp_space space, hp_target target, const hp_sums *s, int32_t at[4]) {
    const int64_t w = s->weight;
    if (target == HP_EIGHT_BIT && space) {
        for (int c = 0; c < 4; c++) at[c] = (int32_t)hp_rounded_mean(s->sum[c], w);
        hp_color_coordinates(space, hp_nearest_color(space, at), at);
        return;
    }
    const int64_t step = target == HP_EIGHT_BIT ? HP_LEVEL : 1;
    for (int c = 0; c < 4; c++) at[c] = (int32_t)(hp_rounded_mean(s->sum[c], w * step) * step);
}

/* Go beyond the mean by three quarters of the way from the old place to it: fewer iterations for
   the same distortion (Lee, Baek, Sung 1997, "Modified K-means algorithm for vector quantizer
   design"). at: IN/OUT. */
static void go_beyond(const hp_centroids *c, int32_t j, int32_t at[4]) {
    int32_t old[4];
    hp_unpack(c->xy[j], c->za[j], old);
    for (int i = 0; i < 4; i++) at[i] = hp_within_space(at[i] + (at[i] - old[i]) * 3 / 4);
}

/* Move centroids to the means of their points, or by another target; those without points stay.
   centroids: IN/OUT. Returns how many moved. */
int32_t hp_update_centroids(const hp_sums *sums, hp_space space, hp_target target,
                            hp_centroids *centroids) {
    int32_t moved = 0;
    for (int32_t j = 0; j < centroids->k; j++) {
        int32_t at[4];
        if (!sums[j].weight) continue;
        find_mean(space, target, sums + j, at);
        if (target == HP_BEYOND_MEAN) go_beyond(centroids, j, at);
        const int32_t xy = hp_pair(at[0], at[1]), za = hp_pair(at[2], at[3]);
        moved += xy != centroids->xy[j] || za != centroids->za[j];
        centroids->xy[j] = xy, centroids->za[j] = za;
    }
    return moved;
}

/* Add the sums of one part of the points to those of others. sums: IN/OUT. part: IN, OUT all 0. */
void hp_add_sums(hp_sums *sums, hp_sums *part, int32_t k) {
    for (int32_t j = 0; j < k; j++) {
        sums[j].weight += part[j].weight, sums[j].square += part[j].square;
        for (int c = 0; c < 4; c++) sums[j].sum[c] += part[j].sum[c];
    }
    memset(part, 0, (size_t)k * sizeof *part);
}

/* rgba: OUT, 4 bytes for each centroid: the 8-bit colour nearest to it. */
void hp_centroid_colors(const hp_centroids *centroids, hp_space space, uint8_t *rgba) {
    for (int32_t j = 0; j < centroids->k; j++, rgba += 4) {
        int32_t at[4];
        hp_unpack(centroids->xy[j], centroids->za[j], at);
        const uint32_t color = hp_nearest_color(space, at);
        for (int c = 0; c < 3; c++) rgba[c] = (uint8_t)(color >> (16 - 8 * c));
        rgba[3] = (uint8_t)(color >> 24);
    }
}

/* The exact distortion, from the clusters' sums alone. */
int64_t hp_distortion(const hp_sums *sums, const hp_centroids *centroids) {
    int64_t total = 0;
    for (int32_t j = 0; j < centroids->k; j++) {
        int32_t at[4];
        hp_unpack(centroids->xy[j], centroids->za[j], at);
        total += sums[j].square;
        for (int c = 0; c < 4; c++) total += at[c] * (at[c] * sums[j].weight - 2 * sums[j].sum[c]);
    }
    return total;
}

/* Give a centroid another alpha, and keep its colour where that can be seen. */
static void set_alpha(hp_space space, uint32_t alpha, hp_centroids *c, int32_t j) {
    int32_t at[4];
    hp_unpack(c->xy[j], c->za[j], at);
    const uint32_t color = hp_nearest_color(space, at) & UINT32_C(0xffffff);
    const int straight = space & HP_STRAIGHT;
    hp_color_coordinates(space, alpha || straight ? alpha << 24 | color : 0, at);
    c->xy[j] = hp_pair(at[0], at[1]), c->za[j] = hp_pair(at[2], at[3]);
}

/* Which of the centroids that may change should become opaque, or clear: the one with the most
   weight of that kind, but not the only one of the other kind; or -1. */
static int32_t best_for_kind(const int64_t *weights, const int8_t *kinds, int32_t kept, int32_t k,
                             int kind) {
    int32_t best = -1, others = 0;
    int64_t most = -1;
    for (int32_t j = 0; j < k; j++) others += kinds[j] == 1 - kind;
    for (int32_t j = kept; j < k; j++) {
        const int64_t weight = weights[HP_OPACITY_KINDS * j + kind];
        if ((kinds[j] == HP_TRANSLUCENT || others > 1) && weight > most) most = weight, best = j;
    }
    return best;
}

/* What a centroid should be by the weights of its points: opaque or clear if at least half of them
   are. */
static hp_opacity_kind majority(const int64_t *weights) {
    const int64_t all = weights[HP_CLEAR] + weights[HP_OPAQUE] + weights[HP_TRANSLUCENT];
    if (weights[HP_OPAQUE] && 2 * weights[HP_OPAQUE] >= all) return HP_OPAQUE;
    return weights[HP_CLEAR] && 2 * weights[HP_CLEAR] >= all ? HP_CLEAR : HP_TRANSLUCENT;
}

/* Make centroids opaque, or clear, if most of their weight is, so that alpha of 255 and 0 stays
   exact. If there are opaque points, at least one centroid becomes opaque, and likewise clear;
   but a single centroid stands for all points. The first `kept` centroids stay as they are.
   centroids: IN/OUT, 8-bit colours. weights: scratch, HP_OPACITY_KINDS k, zeroed. kinds:
   scratch, k. */
void hp_snap_alpha(const hp_points *p, const int32_t *labels, int32_t kept,
                   hp_centroids *centroids, int64_t *weights, int8_t *kinds) {
    int is_needed[HP_OPACITY_KINDS] = {0}, is_there[HP_OPACITY_KINDS] = {0};
    for (int32_t i = 0; i < p->size; i++) {
        const int kind = hp_opacity(p->space, p->za[i]);
        weights[HP_OPACITY_KINDS * labels[i] + kind] += p->weight[i];
        is_needed[kind] = 1;
    }
    for (int32_t j = 0; j < centroids->k; j++) {
        kinds[j] = (int8_t)(j < kept ? hp_opacity(p->space, centroids->za[j])
                                     : majority(weights + HP_OPACITY_KINDS * j));
        is_there[kinds[j]] = 1;
    }
    for (int kind = HP_OPAQUE; kind >= HP_CLEAR; kind--) {
        if (!is_needed[kind] || is_there[kind] || centroids->k == 1) continue;
        const int32_t j = best_for_kind(weights, kinds, kept, centroids->k, kind);
        if (j >= 0) kinds[j] = (int8_t)kind;
    }
    for (int32_t j = kept; j < centroids->k; j++)
        if (kinds[j] != HP_TRANSLUCENT)
            set_alpha(p->space, kinds[j] == HP_OPAQUE ? 255 : 0, centroids, j);
}
