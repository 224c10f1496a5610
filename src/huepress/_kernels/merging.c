/* Shrinking the number of clusters by merging the cheapest pairs (pairwise nearest neighbour,
   Equitz 1989, "A new vector quantization clustering algorithm"). The compiler vectorizes the
   floats, for each instruction set: none of them meets a fused multiply-add or a reordered sum,
   so that each set gives the same result. */
#include <math.h>
#include "by_set.h"
#include "simd.h"

/* The place of the least of some costs, the first if tied. None is negative: such floats compare as
   their bits do. They are padded with INFINITY. */
static int32_t place_of_least(const float *costs, int32_t padded) {
    vec least = v_set1(INT32_MAX), where = v_set1(0);
    for (int32_t i = 0; i < padded; i += LANES) {
        const vec bits = v_load(costs + i);
        const mask is_less = v_gt32(least, bits);
        least = v_blend(is_less, bits, least), where = v_blend(is_less, v_set1(i), where);
    }
    return v_place_of_least(least, where);
}

/* Find what merging cluster j with each other one costs: the distortion that it adds (Ward). m: OUT
   cost. */
static void find_costs(hp_merging *m, int32_t j, int32_t count) {
    const float w = m->weight[j], x = m->at[0][j], y = m->at[1][j], z = m->at[2][j];
    const float a = m->at[3][j], *restrict v = m->weight, *restrict p = m->at[0];
    const float *restrict q = m->at[1], *restrict r = m->at[2], *restrict s = m->at[3];
    float *restrict cost = m->cost;
    const int32_t end = hp_padded(count);
    for (int32_t i = 0; i < end; i++) {
        const float dx = p[i] - x, dy = q[i] - y, dz = r[i] - z, da = s[i] - a;
        cost[i] = (dx * dx + dy * dy + dz * dz + da * da) * (v[i] * w / (v[i] + w));
    }
    for (int32_t i = count; i < end; i++) cost[i] = INFINITY;
    cost[j] = INFINITY;
}

/* Find the cheapest partner of cluster j. m: OUT its partner and least cost. */
static void find_partner(hp_merging *m, int32_t j, int32_t count) {
    find_costs(m, j, count);
    m->partner[j] = place_of_least(m->cost, hp_padded(count));
    m->least_cost[j] = m->cost[m->partner[j]];
}

/* Merge cluster b into a, and put the last one in b's place. m: IN/OUT. */
static void merge(hp_merging *m, int32_t a, int32_t b, int32_t last) {
    const float w = m->weight[a] + m->weight[b];
    for (int c = 0; c < 4; c++) {
        m->at[c][a] += (m->at[c][b] - m->at[c][a]) * (m->weight[b] / w);
        m->at[c][b] = m->at[c][last];
    }
    m->weight[a] = w, m->weight[b] = m->weight[last];
    m->least_cost[b] = m->least_cost[last], m->partner[b] = m->partner[last];
    m->least_cost[last] = INFINITY;
}

/* Merge the cheapest pair of `count` clusters, again and again, until k are left. m: IN/OUT. */
void HP_NAME(hp_merge_clusters)(hp_merging *m, int32_t count, int32_t k) {
    for (int32_t j = 0; j < count; j++) find_partner(m, j, count);
    for (int32_t j = count; j < hp_padded(count); j++) m->least_cost[j] = INFINITY;
    while (count > k) {
        const int32_t first = place_of_least(m->least_cost, hp_padded(count));
        const int32_t second = m->partner[first];
        const int32_t a = hp_min(first, second), b = hp_max(first, second);
        const int32_t last = --count;
        merge(m, a, b, last);
        for (int32_t j = 0; j < count; j++) {
            if (j == a || m->partner[j] == a || m->partner[j] == b) find_partner(m, j, count);
            else if (m->partner[j] == last) m->partner[j] = b;
        }
        find_costs(m, a, count);
        for (int32_t j = 0; j < count; j++)
            if (m->cost[j] < m->least_cost[j]) m->least_cost[j] = m->cost[j], m->partner[j] = a;
    }
}
