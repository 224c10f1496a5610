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

/* points: OUT xy, za. */
void hp_place(const uint32_t *colors, hp_points *points) {
    for (int32_t i = 0; i < points->size; i++) {
        int32_t at[4];
        hp_coordinates(points->space, colors[i], at);
        points->xy[i] = hp_pair(at[0], at[1]);
        points->za[i] = hp_pair(at[2], at[3]);
    }
}

/* The same of fine colours. */
void hp_place_fine(const uint32_t *colors, hp_points *points) {
    for (int32_t i = 0; i < points->size; i++) {
        int32_t at[4];
        hp_fine_coordinates(points->space, colors[i], at);
        points->xy[i] = hp_pair(at[0], at[1]);
        points->za[i] = hp_pair(at[2], at[3]);
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

/* The weighted mean of points begin..end-1, as one point. */
static void put_mean(const hp_points *fine, int32_t begin, int32_t end, hp_points *to, int32_t n) {
    int64_t sum[4] = {0}, weight = 0;
    int32_t at[4];
    if (end == begin + 1) {
        to->xy[n] = fine->xy[begin], to->za[n] = fine->za[begin];
        to->weight[n] = fine->weight[begin];
        return;
    }
    for (int32_t i = begin; i < end; i++) {
        const int64_t w = fine->weight[i];
        weight += w;
        sum[0] += w * hp_low(fine->xy[i]), sum[1] += w * hp_high(fine->xy[i]);
        sum[2] += w * hp_low(fine->za[i]), sum[3] += w * hp_high(fine->za[i]);
    }
    for (int c = 0; c < 4; c++) at[c] = (int32_t)((double)sum[c] / (double)weight + 0.5);
    to->xy[n] = hp_pair(at[0], at[1]);
    to->za[n] = hp_pair(at[2], at[3]);
    to->weight[n] = (uint32_t)weight;
}

/* One point for all that agree in their Morton code but for `shift` low bits. coarse: OUT xy, za,
   weight. */
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                uint32_t *coarse_keys) {
    for (int32_t i = 0, n = 0, end; i < fine->size; i = end, n++) {
        for (end = i + 1; end < fine->size && keys[end] >> shift == keys[i] >> shift;) end++;
        put_mean(fine, i, end, coarse, n);
        coarse_keys[n] = keys[i];
    }
}

/* One point for each largest Z-order cell whose weight x squared side is within `budget`: fine
   where pixels are many, coarse where they are few, so that no cell blurs the distortion more
   than another. For the same number of points a better sketch than cells of one size. unit: the
   least step of a Morton code's channel, in coordinates. coarse: OUT xy, za, weight (room for as
   many as fine). Returns how many. */
int32_t hp_sketch(const hp_points *fine, const uint32_t *keys, int channels, int unit,
                  double budget, hp_points *coarse, uint32_t *coarse_keys) {
    double limit[33]; /* the weight that a cell of this size may have */
    int32_t n = 0;
    for (int s = 0; s <= 32; s++) {
        const int side_squared = 2 * s / channels; /* as a power of two, rounded down */
        limit[s] = budget / ((double)(UINT64_C(1) << side_squared) * unit * unit);
    }
    for (int32_t i = 0, end; i < fine->size; i = end, n++) {
        const int top = i > 0 ? highest_bit(keys[i - 1] ^ keys[i]) : 31;
        int64_t weight = fine->weight[i];
        end = i + 1;
        for (int s = 1; s <= top; s++) {
            int32_t next = end;
            int64_t sum = weight;
            for (; next < fine->size && keys[next] >> s == keys[i] >> s; next++) {
                sum += fine->weight[next];
                if ((double)sum > limit[s]) break;
            }
            if ((double)sum > limit[s] && next > end) break;
            end = next, weight = sum;
        }
        put_mean(fine, i, end, coarse, n);
        coarse_keys[n] = keys[i];
    }
    return n;
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
