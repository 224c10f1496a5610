/* The assignment step of Lloyd's algorithm, exact, and what the polish needs of it.

   Candidates are pruned top-down as in the filtering algorithm (Kanungo et al., 2002,
   "An efficient k-means clustering algorithm"): a centroid z can be dropped for a box when the
   centroid s nearest to the box's middle is nearer than z to every point of the box, which the
   one corner farthest in the direction s -> z decides. What remains (2 to 6 of 256) is compared
   with all the points of a leaf, LANES at a time.

   Sums follow the labels: only points whose label changed are moved from one cluster's sums to
   the other's. Integers make that exact. Later iterations change few labels. */
#include "kernels.h"
#include "simd.h"

static inline int32_t least_of(int32_t a, int32_t b) { return a < b ? a : b; }
static inline int32_t most_of(int32_t a, int32_t b) { return a > b ? a : b; }

static void widen(int32_t *low, int32_t *high, int32_t l, int32_t h) {
    *low = hp_pair(least_of(hp_low(*low), hp_low(l)), least_of(hp_high(*low), hp_high(l)));
    *high = hp_pair(most_of(hp_low(*high), hp_low(h)), most_of(hp_high(*high), hp_high(h)));
}

/* Bounds of the pairs in words[begin..end-1]. */
static void bounds(const int32_t *words, int32_t begin, int32_t end, int32_t *low, int32_t *high) {
    static const int32_t count[16] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15};
    const vec lane = v_load(count), any = v_set1(words[begin]);
    vec least = any, most = any;
    for (int32_t i = begin; i < end; i += LANES) {
        const vec v = v_blend(v_gt32(v_set1(end - i), lane), v_load(words + i), any);
        least = v_pick16(v, least, least, v), most = v_pick16(v, most, v, most);
    }
    int32_t l[LANES], m[LANES];
    v_store(l, least), v_store(m, most);
    *low = l[0], *high = m[0];
    for (int i = 1; i < LANES; i++) widen(low, high, l[i], m[i]);
}

/* leaf_box, node_box: OUT, the bounding boxes of the points of each leaf and node. */
void HP_NAME(hp_bound)(hp_points *p) {
    for (int32_t n = 0; n < p->nodes; n++) {
        for (int32_t leaf = p->node[n]; leaf < p->node[n + 1]; leaf++) {
            hp_box *b = p->leaf_box + leaf, *all = p->node_box + n;
            bounds(p->xy, p->leaf[leaf], p->leaf[leaf + 1], &b->lo_xy, &b->hi_xy);
            bounds(p->za, p->leaf[leaf], p->leaf[leaf + 1], &b->lo_za, &b->hi_za);
            if (leaf == p->node[n]) *all = *b;
            widen(&all->lo_xy, &all->hi_xy, b->lo_xy, b->hi_xy);
            widen(&all->lo_za, &all->hi_za, b->lo_za, b->hi_za);
        }
    }
}

/* A list of centroids: coordinate pairs and their indices, ascending. */
typedef struct {
    int32_t size;
    const int32_t *xy, *za;
    const int32_t *index; /* NULL: the centroids themselves, 0, 1, 2 ... */
} list;

typedef struct {
    vec xy, za;
} pair;

static inline vec distance(vec xy, vec za, vec cxy, vec cza) {
    vec a = v_sub16(xy, cxy), b = v_sub16(za, cza);
    return v_add32(v_madd16(a, a), v_madd16(b, b));
}

static inline uint32_t lanes_below(int32_t n) {
    return n >= LANES ? (uint32_t)((UINT64_C(1) << LANES) - 1) : (UINT32_C(1) << n) - 1;
}

static inline int32_t middle(int32_t a, int32_t b) {
    return hp_pair((hp_low(a) + hp_low(b)) / 2, (hp_high(a) + hp_high(b)) / 2);
}

/* Positions in the list of the one or two centroids nearest to the middle of the box. */
static void nearest_two(const hp_box *box, const list *from, int32_t out[2]) {
    const vec xy = v_set1(middle(box->lo_xy, box->hi_xy));
    const vec za = v_set1(middle(box->lo_za, box->hi_za));
    int32_t least[LANES], less[LANES], at[LANES], second_at[LANES];
    vec best = v_set1(INT32_MAX), best2 = best, where = v_set1(0), where2 = where;
    for (int32_t i = 0; i < from->size; i += LANES) {
        vec d = distance(xy, za, v_load(from->xy + i), v_load(from->za + i)), here = v_set1(i);
        mask first = v_gt32(best, d), second = v_gt32(best2, d);
        best2 = v_blend(first, best, v_blend(second, d, best2));
        where2 = v_blend(first, where, v_blend(second, here, where2));
        best = v_blend(first, d, best);
        where = v_blend(first, here, where);
    }
    v_store(least, best), v_store(less, best2), v_store(at, where), v_store(second_at, where2);
    int32_t a = INT32_MAX, b = INT32_MAX;
    out[0] = 0, out[1] = from->size > 1;
    for (int lane = 0; lane < LANES; lane++) {
        int32_t p = at[lane] + lane, q = second_at[lane] + lane;
        if (p < from->size && least[lane] < a) b = a, out[1] = out[0], a = least[lane], out[0] = p;
        else if (p < from->size && least[lane] < b) b = least[lane], out[1] = p;
        if (q < from->size && less[lane] < b) b = less[lane], out[1] = q;
    }
    if (out[1] == out[0]) out[1] = out[0] ? 0 : from->size > 1;
}

/* Lanes whose centroid may be at least as near as `s` somewhere in the box. */
static inline uint32_t rivals(vec cxy, vec cza, pair s, pair lo, pair hi) {
    vec xy = v_pick16(cxy, s.xy, hi.xy, lo.xy), za = v_pick16(cza, s.za, hi.za, lo.za);
    return ~m_bits(v_gt32(distance(xy, za, cxy, cza), distance(xy, za, s.xy, s.za)));
}

static inline pair at(const list *from, int32_t i) {
    pair p = {v_set1(from->xy[i]), v_set1(from->za[i])};
    return p;
}

/* Keep what can be among the `ranks` (1 or 2) nearest of some point of the box. */
static list prune(const hp_box *box, const list *from, int ranks, int32_t *room, int32_t stride) {
    int32_t *xy = room, *za = room + stride, *index = room + 2 * stride, n = 0, near[2];
    nearest_two(box, from, near);
    const pair s = at(from, near[0]), t = at(from, near[1]);
    const pair lo = {v_set1(box->lo_xy), v_set1(box->lo_za)};
    const pair hi = {v_set1(box->hi_xy), v_set1(box->hi_za)};
    for (int32_t i = 0; i < from->size; i += LANES) {
        vec cxy = v_load(from->xy + i), cza = v_load(from->za + i);
        uint32_t bits = rivals(cxy, cza, s, lo, hi);
        if (ranks == 2) bits |= rivals(cxy, cza, t, lo, hi);
        for (bits &= lanes_below(from->size - i); bits; bits &= bits - 1) {
            int32_t j = i + lowest_bit(bits);
            xy[n] = from->xy[j], za[n] = from->za[j];
            index[n++] = from->index ? from->index[j] : j;
        }
    }
    list kept = {n, xy, za, index};
    return kept;
}

static inline void move_point(const hp_points *p, int32_t i, int64_t sign, hp_sums *to) {
    const int64_t w = sign * p->weight[i];
    const int64_t x = hp_low(p->xy[i]), y = hp_high(p->xy[i]);
    const int64_t z = hp_low(p->za[i]), a = hp_high(p->za[i]);
    to->weight += w;
    to->sum[0] += w * x, to->sum[1] += w * y, to->sum[2] += w * z, to->sum[3] += w * a;
    to->square += w * (x * x + y * y + z * z + a * a);
}

static int64_t assign_leaf(const hp_points *p, int32_t begin, int32_t end, const list *near,
                           int32_t *labels, hp_sums *sums) {
    int64_t changed = 0;
    for (int32_t i = begin; i < end; i += LANES) {
        const vec xy = v_load(p->xy + i), za = v_load(p->za + i);
        vec best = distance(xy, za, v_set1(near->xy[0]), v_set1(near->za[0]));
        vec label = v_set1(near->index[0]);
        for (int32_t j = 1; j < near->size; j++) {
            vec d = distance(xy, za, v_set1(near->xy[j]), v_set1(near->za[j]));
            mask closer = v_gt32(best, d);
            best = v_blend(closer, d, best);
            label = v_blend(closer, v_set1(near->index[j]), label);
        }
        uint32_t bits = m_bits(v_ne32(label, v_load(labels + i))) & lanes_below(end - i);
        if (!bits) continue;
        int32_t now[LANES];
        v_store(now, label);
        for (; bits; bits &= bits - 1) {
            const int32_t lane = lowest_bit(bits), before = labels[i + lane];
            if (before >= 0) move_point(p, i + lane, -1, sums + before);
            move_point(p, i + lane, 1, sums + now[lane]);
            labels[i + lane] = now[lane];
            changed++;
        }
    }
    return changed;
}

static void losses_leaf(const hp_points *p, int32_t begin, int32_t end, const list *near,
                        const int32_t *labels, int64_t *loss) {
    for (int32_t i = begin; i < end; i += LANES) {
        const vec xy = v_load(p->xy + i), za = v_load(p->za + i);
        vec best = v_set1(INT32_MAX), second = best;
        for (int32_t j = 0; j < near->size; j++) {
            vec d = distance(xy, za, v_set1(near->xy[j]), v_set1(near->za[j]));
            mask first = v_gt32(best, d);
            vec runner = v_blend(first, best, d);
            best = v_blend(first, d, best);
            second = v_blend(v_gt32(second, runner), runner, second);
        }
        int32_t d1[LANES], d2[LANES];
        v_store(d1, best), v_store(d2, second);
        for (int32_t lane = 0; lane < LANES && i + lane < end; lane++)
            loss[labels[i + lane]] += (int64_t)p->weight[i + lane] * (d2[lane] - d1[lane]);
    }
}

/* Visit the leaves of nodes first..last-1, each with the centroids that matter there. */
#define EACH_LEAF(ranks, VISIT)                                                                    \
    const int32_t stride = centroids->k + HP_PAD;                                                  \
    const list all = {centroids->k, centroids->xy, centroids->za, NULL};                           \
    for (int32_t n = first; n < last; n++) {                                                       \
        const list some = prune(p->node_box + n, &all, ranks, scratch, stride);                    \
        for (int32_t leaf = p->node[n]; leaf < p->node[n + 1]; leaf++) {                           \
            const list near =                                                                      \
                prune(p->leaf_box + leaf, &some, ranks, scratch + 3 * stride, stride);             \
            VISIT;                                                                                 \
        }                                                                                          \
    }

/* labels, sums: IN/OUT (label -1: not yet in any sum). scratch: 6 (k + HP_PAD) words.
   Returns how many points changed their label. */
int64_t HP_NAME(hp_assign)(const hp_points *p, int32_t first, int32_t last,
                           const hp_centroids *centroids, int32_t *labels, hp_sums *sums,
                           int32_t *scratch) {
    int64_t changed = 0;
    EACH_LEAF(1, changed += assign_leaf(p, p->leaf[leaf], p->leaf[leaf + 1], &near, labels, sums))
    return changed;
}

/* loss: IN/OUT, by how much the distortion would grow if a centroid were taken away and its
   points went to their second nearest. k must be at least 2. */
void HP_NAME(hp_losses)(const hp_points *p, int32_t first, int32_t last,
                        const hp_centroids *centroids, const int32_t *labels, int64_t *loss,
                        int32_t *scratch) {
    EACH_LEAF(2, losses_leaf(p, p->leaf[leaf], p->leaf[leaf + 1], &near, labels, loss))
}
