/* The assignment step of Lloyd's algorithm, exact, and what the polish needs of it.

   Candidates are pruned top-down as in the filtering algorithm (Kanungo et al., 2002,
   "An efficient k-means clustering algorithm"): a centroid z can be dropped for a box when the
   centroid s nearest to the box's middle is nearer than z to every point of the box, which the
   one corner farthest in the direction s -> z decides. What remains (2 to 6 of 256) is compared
   with all the points of a leaf, LANES at a time.

   Sums follow the labels: only points whose label changed are moved from one cluster's sums to
   the other's. Integers make that exact. Later iterations change few labels.

   Boxes where nothing can have changed are skipped: each remembers a guard, the centroid found
   nearest to its middle. If the guard stood still, and neither the old nor the new place of any
   centroid that moved can rival it anywhere in the box, all labels in the box stay. */
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

/* Position in the list of the centroid nearest to the middle of the box; if tied, any will do. */
static int32_t nearest_to_middle(const hp_box *box, const list *from) {
    const vec xy = v_set1(middle(box->lo_xy, box->hi_xy));
    const vec za = v_set1(middle(box->lo_za, box->hi_za));
    int32_t least[LANES], at[LANES], found = 0;
    vec best = v_set1(INT32_MAX), where = v_set1(0);
    for (int32_t i = 0; i < from->size; i += LANES) {
        vec d = distance(xy, za, v_load(from->xy + i), v_load(from->za + i));
        mask closer = v_gt32(best, d);
        best = v_blend(closer, d, best);
        where = v_blend(closer, v_set1(i), where);
    }
    v_store(least, best), v_store(at, where);
    for (int lane = 0, d = INT32_MAX; lane < LANES; lane++)
        if (at[lane] + lane < from->size && least[lane] < d) d = least[lane], found = at[lane] + lane;
    return found;
}

/* Lanes whose centroid may be at least as near as `s` somewhere in the box. */
static inline uint32_t rivals(vec cxy, vec cza, pair s, pair lo, pair hi) {
    vec xy = v_pick16(cxy, s.xy, hi.xy, lo.xy), za = v_pick16(cza, s.za, hi.za, lo.za);
    return ~m_bits(v_gt32(distance(xy, za, cxy, cza), distance(xy, za, s.xy, s.za)));
}

/* Keep what is at least as near as s somewhere in the box. room: 3 x stride words. */
static list keep_rivals(const hp_box *box, const list *from, pair s, int32_t *room,
                        int32_t stride) {
    int32_t *xy = room, *za = room + stride, *index = room + 2 * stride, n = 0;
    const pair lo = {v_set1(box->lo_xy), v_set1(box->lo_za)};
    const pair hi = {v_set1(box->hi_xy), v_set1(box->hi_za)};
    for (int32_t i = 0; i < from->size; i += LANES) {
        uint32_t bits = rivals(v_load(from->xy + i), v_load(from->za + i), s, lo, hi);
        for (bits &= lanes_below(from->size - i); bits; bits &= bits - 1) {
            int32_t j = i + lowest_bit(bits);
            xy[n] = from->xy[j], za[n] = from->za[j];
            index[n++] = from->index ? from->index[j] : j;
        }
    }
    list kept = {n, xy, za, index};
    return kept;
}

/* Keep what can be nearest to some point of the box. guard: IN/OUT. Any centroid prunes rightly;
   the one nearest to the middle prunes well, and so does the one that was the last time, without
   a search among all. */
static list prune(const hp_box *box, const hp_centroids *c, const list *from, int32_t *room,
                  int32_t stride, int32_t *guard) {
    if (*guard < 0) {
        const int32_t near = nearest_to_middle(box, from);
        *guard = from->index ? from->index[near] : near;
    }
    const pair s = {v_set1(c->xy[*guard]), v_set1(c->za[*guard])};
    const list kept = keep_rivals(box, from, s, room, stride);
    *guard = kept.index[nearest_to_middle(box, &kept)];
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

static list all_of(const hp_centroids *c) {
    list all = {c->k, c->xy, c->za, NULL};
    return all;
}

/* Of the centroids that moved (at their old and new places), those that matter in the box. */
static list disturbers(const hp_box *box, const hp_centroids *c, const list *moved, int32_t guard,
                       int32_t *room, int32_t stride) {
    const pair g = {v_set1(c->xy[guard]), v_set1(c->za[guard])};
    return keep_rivals(box, moved, g, room, stride);
}

static int64_t assign_node(const hp_points *p, int32_t n, const hp_centroids *c,
                           hp_assignment *to, const list *moved, int32_t *room) {
    const int32_t stride = 2 * c->k + HP_PAD;
    const list all = all_of(c);
    list some = {0, NULL, NULL, NULL}, close = {0, NULL, NULL, NULL};
    int64_t changed = 0;
    const int known = moved && !to->has_moved[to->node_guard[n]];
    if (known) {
        close = disturbers(p->node_box + n, c, moved, to->node_guard[n], room, stride);
        if (!close.size) return 0;
    }
    for (int32_t leaf = p->node[n]; leaf < p->node[n + 1]; leaf++) {
        int32_t *guard = to->leaf_guard + leaf;
        if (known && !to->has_moved[*guard] &&
            !disturbers(p->leaf_box + leaf, c, &close, *guard, room + 6 * stride, stride).size)
            continue;
        if (!some.size)
            some = prune(p->node_box + n, c, &all, room + 3 * stride, stride, to->node_guard + n);
        const list near = prune(p->leaf_box + leaf, c, &some, room + 6 * stride, stride, guard);
        changed += assign_leaf(p, p->leaf[leaf], p->leaf[leaf + 1], &near, to->labels, to->sums);
    }
    return changed;
}

/* to: IN/OUT (label -1: not yet in any sum). moves: what moved since the labels were right, its
   old and new places; NULL if there are no labels yet. room: scratch, HP_ROOM(k) words. Returns
   how many points changed their label. */
int64_t HP_NAME(hp_assign)(const hp_points *p, int32_t first, int32_t last,
                           const hp_centroids *centroids, const hp_centroids *moves,
                           hp_assignment *to, int32_t *room) {
    int64_t changed = 0;
    list moved = {0, NULL, NULL, NULL};
    if (moves) moved = all_of(moves);
    for (int32_t n = first; n < last; n++)
        changed += assign_node(p, n, centroids, to, moves ? &moved : NULL, room);
    return changed;
}
