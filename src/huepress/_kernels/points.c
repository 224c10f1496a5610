/* Unique colours to points of a working space; fewer, coarser points; and their partition into
   leaves and nodes. */
#include "bits.h"
#include "points.h"

/* points: OUT xy, za. */
void hp_place_colors(const uint32_t *colors, int is_fine, hp_points *points) {
    for (int32_t i = 0; i < points->size; i++) {
        int32_t at[4];
        if (is_fine) hp_fine_coordinates(points->space, colors[i], at);
        else hp_color_coordinates(points->space, colors[i], at);
        points->xy[i] = hp_pair(at[0], at[1]);
        points->za[i] = hp_pair(at[2], at[3]);
    }
}

/* cells: OUT, for each number of bits from 0 to 32: in how many cells of the Z-order the points lie
   if so many low bits of their keys are dropped. */
void hp_count_cells(const uint32_t *keys, int32_t size, int32_t cells[33]) {
    for (int s = 0; s <= 32; s++) cells[s] = 0;
    for (int32_t i = 1; i < size; i++) cells[hp_highest_bit(keys[i - 1] ^ keys[i])]++;
    for (int s = 31; s >= 0; s--) cells[s] += cells[s + 1];
    for (int s = 0; s <= 32; s++) cells[s]++;
}

/* Put the weighted mean of points begin to end - 1 as point n. to: OUT. */
static void put_mean(const hp_points *fine, int32_t begin, int32_t end, hp_points *to, int32_t n) {
    int64_t sum[4] = {0}, weight = 0;
    int32_t at[4];
    if (end == begin + 1) {
        to->xy[n] = fine->xy[begin], to->za[n] = fine->za[begin];
        to->weight[n] = fine->weight[begin];
        return;
    }
    for (int32_t i = begin; i < end; i++) hp_add_to_sums(fine, i, sum, &weight);
    for (int c = 0; c < 4; c++) at[c] = (int32_t)((double)sum[c] / (double)weight + 0.5);
    to->xy[n] = hp_pair(at[0], at[1]);
    to->za[n] = hp_pair(at[2], at[3]);
    to->weight[n] = (uint32_t)weight;
}

/* Make one point of all whose keys are the same but for `shift` low bits. coarse: OUT xy, za,
   weight. coarse_keys: OUT. */
void hp_coarsen(const hp_points *fine, const uint32_t *keys, int shift, hp_points *coarse,
                uint32_t *coarse_keys) {
    for (int32_t i = 0, n = 0, end; i < fine->size; i = end, n++) {
        for (end = i + 1; end < fine->size && keys[end] >> shift == keys[i] >> shift;) end++;
        put_mean(fine, i, end, coarse, n);
        coarse_keys[n] = keys[i];
    }
}

/* Make one point of each cell of the Z-order, as large as can be with its weight times its squared
   side within `budget`: small cells where pixels are many, large ones where they are few, so that
   each blurs the distortion by about the same. For the same number of points that is a better
   approximation than cells of one size. unit: one step of a key's channel, in coordinates. coarse:
   OUT xy, za, weight, with room for as many as `fine` has. coarse_keys: OUT. Returns how many. */
int32_t hp_coarsen_within(const hp_points *fine, const uint32_t *keys, int channels, int unit,
                          double budget, hp_points *coarse, uint32_t *coarse_keys) {
    double limit[33]; /* the weight that a cell of so many bits may have */
    int32_t n = 0;
    for (int s = 0; s <= 32; s++) {
        const int side_squared = 2 * s / channels; /* as a power of two, rounded down */
        limit[s] = budget / ((double)(UINT64_C(1) << side_squared) * unit * unit);
    }
    for (int32_t i = 0, end; i < fine->size; i = end, n++) {
        const int top = i > 0 ? hp_highest_bit(keys[i - 1] ^ keys[i]) : 31;
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

/* The end of the largest cell of the Z-order that begins at point i and holds at most `most`
   points. Cells nest, so leaves and nodes do, too. */
static int32_t cell_end(const uint32_t *keys, int32_t size, int32_t i, int32_t most) {
    int shift = 32;
    if (i > 0) shift = hp_highest_bit(keys[i - 1] ^ keys[i]);
    if (i + most < size) {
        const int other = hp_highest_bit(keys[i + most] ^ keys[i]);
        shift = hp_min(shift, other);
    }
    const uint64_t cell = (uint64_t)keys[i] >> shift;
    while (i < size && (uint64_t)keys[i] >> shift == cell) i++;
    return i;
}

/* Cut points into leaves and nodes. points: OUT leaf, node (room for size + 1 of each), leaves,
   nodes. */
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
