/* Weighted points in Z-order, and the boxes around groups of them. */
#ifndef HP_POINTS_H
#define HP_POINTS_H
#include "spaces.h"

/* Points are cut into leaves of at most HP_LEAF of them, and leaves into nodes of at most HP_NODE
   points. Both are cells of the Z-order, so they are compact, and each has its bounding box. */
#define HP_LEAF 64
#define HP_NODE 1024
static_assert(HP_LEAF % HP_PAD == 0 && HP_NODE % HP_LEAF == 0, "vectors fill leaves, leaves nodes");

/* The least and the largest of each coordinate. */
typedef struct {
    int32_t low_xy, low_za, high_xy, high_za;
} hp_box;

/* All arrays of points are padded. */
typedef struct {
    hp_space space;
    int32_t size, leaves, nodes;
    int32_t *xy, *za;
    uint32_t *weight;
    int32_t *leaf, *node; /* the first point of each leaf, the first leaf of each node; at the
                             end, how many there are */
    hp_box *leaf_box, *node_box;
} hp_points;

/* Add a point to weighted sums of coordinates; exact, so that the order doesn't matter. */
static inline void hp_add_to_sums(const hp_points *p, int32_t i, int64_t sum[4], int64_t *weight) {
    const int64_t w = p->weight[i];
    *weight += w;
    sum[0] += w * hp_low(p->xy[i]), sum[1] += w * hp_high(p->xy[i]);
    sum[2] += w * hp_low(p->za[i]), sum[3] += w * hp_high(p->za[i]);
}

void hp_place_colors(const uint32_t *colors, int is_fine, hp_points *points);
void hp_count_cells(const uint32_t *keys, int32_t size, int32_t cells[33]);
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                uint32_t *coarse_keys);
int32_t hp_coarsen_within(const hp_points *fine, const uint32_t *keys, int channels, int unit,
                          double budget, hp_points *coarse, uint32_t *coarse_keys);
void hp_partition(hp_points *points, const uint32_t *keys);

#endif
