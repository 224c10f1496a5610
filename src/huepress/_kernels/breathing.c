/* Growing the number of centroids by splitting the worst, and shrinking it by merging the
   cheapest pairs: the polish. Compiled once per instruction set by the compiler's own
   vectorization: floats meet no fused multiply-add and no reordered sum, so that each set gives
   the same result. */
#include <math.h>
#include "kernels.h"
#include "simd.h"

#define WIDTH 16

/* costs: none negative, padded to a multiple of WIDTH with INFINITY; as such floats compare like
   their bits. The first of the least, if tied. */
static int32_t index_of_least(const float *costs, int32_t padded) {
    int32_t least[LANES], at[LANES], best = 0;
    vec low = v_set1(INT32_MAX), where = v_set1(0);
    for (int32_t i = 0; i < padded; i += LANES) {
        const vec bits = v_load(costs + i);
        const mask less = v_gt32(low, bits);
        low = v_blend(less, bits, low), where = v_blend(less, v_set1(i), where);
    }
    v_store(least, low), v_store(at, where);
    for (int l = 0; l < LANES; l++) at[l] += l;
    for (int l = 1; l < LANES; l++)
        if (least[l] < least[best] || (least[l] == least[best] && at[l] < at[best])) best = l;
    return at[best];
}

static inline int32_t padded(int32_t count) { return (count + WIDTH - 1) / WIDTH * WIDTH; }

/* Ward's cost, the distortion added, of merging cluster j with each other. */
static void merge_costs(hp_merging *m, int32_t j, int32_t count) {
    const float w = m->weight[j], x = m->at[0][j], y = m->at[1][j], z = m->at[2][j];
    const float a = m->at[3][j], *restrict v = m->weight, *restrict p = m->at[0];
    const float *restrict q = m->at[1], *restrict r = m->at[2], *restrict s = m->at[3];
    float *restrict cost = m->cost;
    const int32_t end = padded(count);
    for (int32_t i = 0; i < end; i++) {
        const float dx = p[i] - x, dy = q[i] - y, dz = r[i] - z, da = s[i] - a;
        cost[i] = (dx * dx + dy * dy + dz * dz + da * da) * (v[i] * w / (v[i] + w));
    }
    for (int32_t i = count; i < end; i++) cost[i] = INFINITY;
    cost[j] = INFINITY;
}

static void find_partner(hp_merging *m, int32_t j, int32_t count) {
    merge_costs(m, j, count);
    m->partner[j] = index_of_least(m->cost, padded(count));
    m->least[j] = m->cost[m->partner[j]];
}

/* Merge b into a, and put the last cluster in b's place. */
static void merge(hp_merging *m, int32_t a, int32_t b, int32_t last) {
    const float w = m->weight[a] + m->weight[b];
    for (int c = 0; c < 4; c++) {
        m->at[c][a] += (m->at[c][b] - m->at[c][a]) * (m->weight[b] / w);
        m->at[c][b] = m->at[c][last];
    }
    m->weight[a] = w, m->weight[b] = m->weight[last];
    m->least[b] = m->least[last], m->partner[b] = m->partner[last];
    m->least[last] = INFINITY;
}

/* Merge the cheapest pair until k are left (pairwise nearest neighbour, Equitz 1989, "A new
   vector quantization clustering algorithm"). m: IN/OUT weight and at; the rest is scratch; room
   for a multiple of 16. */
void HP_NAME(hp_merge)(hp_merging *m, int32_t count, int32_t k) {
    for (int32_t j = 0; j < count; j++) find_partner(m, j, count);
    for (int32_t j = count; j < padded(count); j++) m->least[j] = INFINITY;
    while (count > k) {
        const int32_t first = index_of_least(m->least, padded(count)), second = m->partner[first];
        const int32_t a = first < second ? first : second, b = first < second ? second : first;
        const int32_t last = --count;
        merge(m, a, b, last);
        for (int32_t j = 0; j < count; j++) {
            if (j == a || m->partner[j] == a || m->partner[j] == b) find_partner(m, j, count);
            else if (m->partner[j] == last) m->partner[j] = b;
        }
        merge_costs(m, a, count);
        for (int32_t j = 0; j < count; j++)
            if (m->cost[j] < m->least[j]) m->least[j] = m->cost[j], m->partner[j] = a;
    }
}
