/* Unique colours -> points in a working space, coarser points, their leaves and nodes. */
#include "kernels.h"

#if defined(_MSC_VER)
#include <intrin.h>
static inline int highest_bit(uint32_t bits) {
    unsigned long i;
    _BitScanReverse(&i, bits);
    return (int)i;
}
#else
static inline int highest_bit(uint32_t bits) { return 31 - __builtin_clz(bits); }
#endif

/* Working space `rgb`: 8-bit levels x HP_SCALE. With alpha, colours are premultiplied, so that
   what can't be seen does not count. */
void hp_rgb_coordinates(uint32_t color, int channels, int32_t at[4]) {
    const int32_t alpha = channels == 4 ? (int32_t)(color >> 24) : 255;
    for (int c = 0; c < 3; c++) {
        const int32_t level = (int32_t)(color >> (16 - 8 * c) & 255);
        at[c] = alpha == 255 ? level * HP_SCALE : (level * alpha * HP_SCALE + 127) / 255;
    }
    at[3] = channels == 4 ? alpha * HP_SCALE : 0;
}

/* points: OUT xy, za, weight. */
void hp_place(const uint32_t *colors, const uint32_t *counts, int channels, hp_points *points) {
    for (int32_t i = 0; i < points->size; i++) {
        int32_t at[4];
        hp_rgb_coordinates(colors[i], channels, at);
        points->xy[i] = hp_pair(at[0], at[1]);
        points->za[i] = hp_pair(at[2], at[3]);
        points->weight[i] = counts[i];
    }
}

/* cells: OUT, 33 counts: into how many Z-order cells the points fall when `shift` low bits of
   their Morton codes are dropped. */
void hp_count_cells(const uint32_t *keys, int32_t size, int32_t cells[33]) {
    for (int s = 0; s <= 32; s++) cells[s] = 0;
    for (int32_t i = 1; i < size; i++) cells[highest_bit(keys[i - 1] ^ keys[i])]++;
    for (int s = 31; s >= 0; s--) cells[s] += cells[s + 1];
    for (int s = 0; s <= 32; s++) cells[s]++;
}

/* One point, the weighted mean, for all that agree in their Morton code but for `shift` low
   bits. coarse: OUT xy, za, weight. */
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                   uint32_t *coarse_keys) {
    int32_t out = 0;
    for (int32_t i = 0; i < fine->size; out++) {
        const uint32_t cell = keys[i] >> shift;
        int64_t sum[4] = {0}, weight = 0;
        for (; i < fine->size && keys[i] >> shift == cell; i++) {
            const int64_t w = fine->weight[i];
            weight += w;
            sum[0] += w * hp_low(fine->xy[i]), sum[1] += w * hp_high(fine->xy[i]);
            sum[2] += w * hp_low(fine->za[i]), sum[3] += w * hp_high(fine->za[i]);
        }
        for (int c = 0; c < 4; c++) sum[c] = (2 * sum[c] + weight) / (2 * weight);
        coarse->xy[out] = hp_pair((int32_t)sum[0], (int32_t)sum[1]);
        coarse->za[out] = hp_pair((int32_t)sum[2], (int32_t)sum[3]);
        coarse->weight[out] = (uint32_t)weight;
        coarse_keys[out] = cell;
    }
}

/* Where the largest Z-order cell that begins at i and holds at most `most` points ends. Cells of
   all sizes nest, so leaves and nodes do too. */
static int32_t cell_end(const uint32_t *keys, int32_t size, int32_t i, int32_t most) {
    int shift = 32;
    if (i > 0) shift = highest_bit(keys[i - 1] ^ keys[i]);
    if (i + most < size) {
        const int other = highest_bit(keys[i + most] ^ keys[i]);
        shift = other < shift ? other : shift;
    }
    const uint64_t cell = (uint64_t)keys[i] >> shift;
    while (i < size && (uint64_t)keys[i] >> shift == cell) i++;
    return i;
}

/* points: OUT leaf and node (room for size + 1 of each); leaves and nodes set. */
void hp_partition(hp_points *p, const uint32_t *keys) {
    int32_t leaves = 0, nodes = 0, node_end = 0;
    for (int32_t i = 0; i < p->size; leaves++) {
        if (i == node_end) {
            p->node[nodes++] = leaves;
            node_end = cell_end(keys, p->size, i, HP_NODE);
        }
        p->leaf[leaves] = i;
        i = cell_end(keys, p->size, i, HP_LEAF);
    }
    p->leaf[leaves] = p->size, p->node[nodes] = leaves;
    p->leaves = leaves, p->nodes = nodes;
}
