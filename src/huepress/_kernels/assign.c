/* The assignment step of Lloyd's algorithm, exact; and the bounding boxes it uses.

   Candidates are pruned from the top down as in the filtering algorithm (Kanungo et al., 2002, "An
   efficient k-means clustering algorithm"): a centroid z can't be nearest to any point in a box if
   the centroid s that is nearest to the box's middle is nearer than z to every point of the box;
   the one corner farthest in the direction from s to z decides that. What is left (2 to 6 of 256)
   is compared with all points of a leaf, LANES at a time.

   Sums follow the labels: a point whose label changes is taken from the sums of one cluster and
   added to those of the other. In whole numbers that is exact. Later iterations change few labels.

   Boxes in which no label can have changed are skipped. Each box has a guard, the centroid that
   was nearest to its middle. If the guard did not move, and neither the old nor the new place of
   any centroid that moved is as near as the guard anywhere in the box, all labels in the box
   stay. */
#include "bits.h"
#include "by_set.h"
#include "simd.h"

/* Widen bounds, each a pair, to take in others. low, high: IN/OUT. */
static void widen(int32_t *low, int32_t *high, int32_t other_low, int32_t other_high) {
    *low = hp_pair(hp_min(hp_low(*low), hp_low(other_low)),
                   hp_min(hp_high(*low), hp_high(other_low)));
    *high = hp_pair(hp_max(hp_low(*high), hp_low(other_high)),
                    hp_max(hp_high(*high), hp_high(other_high)));
}

/* Find the bounds of pairs[begin] to pairs[end - 1]. low, high: OUT. */
static void find_bounds(const int32_t *pairs, int32_t begin, int32_t end, int32_t *low,
                        int32_t *high) {
    const vec any = v_set1(pairs[begin]);
    vec least = any, most = any;
    for (int32_t i = begin; i < end; i += LANES) {
        const vec v = v_blend(v_first(end - i), v_load(pairs + i), any);
        least = v_pick16(v, least, least, v), most = v_pick16(v, most, v, most);
    }
    int32_t l[LANES], m[LANES];
    v_store(l, least), v_store(m, most);
    *low = l[0], *high = m[0];
    for (int i = 1; i < LANES; i++) widen(low, high, l[i], m[i]);
}

/* Find the bounding box of each leaf and node. p: OUT leaf_box, node_box. */
void HP_NAME(hp_find_boxes)(hp_points *p) {
    for (int32_t n = 0; n < p->nodes; n++) {
        for (int32_t leaf = p->node[n]; leaf < p->node[n + 1]; leaf++) {
            hp_box *b = p->leaf_box + leaf, *all = p->node_box + n;
            find_bounds(p->xy, p->leaf[leaf], p->leaf[leaf + 1], &b->low_xy, &b->high_xy);
            find_bounds(p->za, p->leaf[leaf], p->leaf[leaf + 1], &b->low_za, &b->high_za);
            if (leaf == p->node[n]) *all = *b;
            widen(&all->low_xy, &all->high_xy, b->low_xy, b->high_xy);
            widen(&all->low_za, &all->high_za, b->low_za, b->high_za);
        }
    }
}

/* Some centroids, those of a lower number first. */
typedef struct {
    int32_t size;
    const int32_t *xy, *za;
    const int32_t *number; /* NULL: all centroids, 0, 1, 2 ... */
} list;

typedef struct {
    vec xy, za;
} pair;

static inline uint32_t lanes_below(int32_t n) {
    return n >= LANES ? (uint32_t)((UINT64_C(1) << LANES) - 1) : (UINT32_C(1) << n) - 1;
}

static inline int32_t middle(int32_t a, int32_t b) {
    return hp_pair((hp_low(a) + hp_low(b)) / 2, (hp_high(a) + hp_high(b)) / 2);
}

/* The place in the list of the centroid nearest to the middle of a box. */
static int32_t nearest_to_middle(const hp_box *box, const list *from) {
    return v_nearest(middle(box->low_xy, box->high_xy), middle(box->low_za, box->high_za), from->xy,
                     from->za, from->size);
}

/* The lanes, one bit each, whose centroid z is at least as near as s somewhere in a box: in the
   corner farthest in the direction from s to z. */
static inline uint32_t rivals(vec z_xy, vec z_za, pair s, pair low, pair high) {
    const vec xy = v_pick16(z_xy, s.xy, high.xy, low.xy);
    const vec za = v_pick16(z_za, s.za, high.za, low.za);
    return ~m_bits(v_gt32(v_squared_distance(xy, za, z_xy, z_za),
                          v_squared_distance(xy, za, s.xy, s.za)));
}

/* Return those centroids of a list that are at least as near as s somewhere in a box. to: OUT,
   where they are put. */
static list keep_rivals(const hp_box *box, const list *from, pair s, const hp_candidates *to) {
    const pair low = {v_set1(box->low_xy), v_set1(box->low_za)};
    const pair high = {v_set1(box->high_xy), v_set1(box->high_za)};
    int32_t *xy = to->xy, *za = to->za, *number = to->number, n = 0;
    for (int32_t i = 0; i < from->size; i += LANES) {
        uint32_t bits = rivals(v_load(from->xy + i), v_load(from->za + i), s, low, high);
        for (bits &= lanes_below(from->size - i); bits; bits &= bits - 1) {
            const int32_t j = i + hp_lowest_bit(bits);
            xy[n] = from->xy[j], za[n] = from->za[j];
            number[n++] = from->number ? from->number[j] : j;
        }
    }
    const list kept = {n, xy, za, number};
    return kept;
}

/* Return those centroids of a list that can be nearest to some point of a box. guard: IN/OUT. Any
   centroid would prune without mistake; the one nearest to the middle prunes most, and the one that
   was nearest the last time nearly as much, without a search among all. to: OUT, scratch. */
static list prune(const hp_box *box, const hp_centroids *c, const list *from,
                  const hp_candidates *to, int32_t *guard) {
    if (*guard < 0) {
        const int32_t nearest = nearest_to_middle(box, from);
        *guard = from->number ? from->number[nearest] : nearest;
    }
    const pair s = {v_set1(c->xy[*guard]), v_set1(c->za[*guard])};
    const list kept = keep_rivals(box, from, s, to);
    *guard = kept.number[nearest_to_middle(box, &kept)];
    return kept;
}

/* Add a point to a cluster's sums, or take it off (sign -1). */
static inline void move_point(const hp_points *p, int32_t i, int64_t sign, hp_sums *to) {
    const int64_t w = sign * p->weight[i];
    const int64_t x = hp_low(p->xy[i]), y = hp_high(p->xy[i]);
    const int64_t z = hp_low(p->za[i]), a = hp_high(p->za[i]);
    to->weight += w;
    to->sum[0] += w * x, to->sum[1] += w * y, to->sum[2] += w * z, to->sum[3] += w * a;
    to->square += w * (x * x + y * y + z * z + a * a);
}

/* Label the points of a leaf with the nearest of a few centroids. labels, sums: IN/OUT. Returns how
   many labels changed. */
static int64_t assign_leaf(const hp_points *p, int32_t begin, int32_t end, const list *near,
                           int32_t *labels, hp_sums *sums) {
    int64_t changed = 0;
    for (int32_t i = begin; i < end; i += LANES) {
        const vec xy = v_load(p->xy + i), za = v_load(p->za + i);
        vec best = v_squared_distance(xy, za, v_set1(near->xy[0]), v_set1(near->za[0]));
        vec label = v_set1(near->number[0]);
        for (int32_t j = 1; j < near->size; j++) {
            const vec d = v_squared_distance(xy, za, v_set1(near->xy[j]), v_set1(near->za[j]));
            const mask is_nearer = v_gt32(best, d);
            best = v_blend(is_nearer, d, best);
            label = v_blend(is_nearer, v_set1(near->number[j]), label);
        }
        uint32_t bits = m_bits(v_ne32(label, v_load(labels + i))) & lanes_below(end - i);
        if (!bits) continue;
        int32_t now[LANES];
        v_store(now, label);
        for (; bits; bits &= bits - 1) {
            const int32_t lane = hp_lowest_bit(bits), before = labels[i + lane];
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

/* Return those places of centroids that moved (old and new ones) that are as near as the guard
   somewhere in a box. */
static list changes_in(const hp_box *box, const hp_centroids *c, const list *moved, int32_t guard,
                       const hp_candidates *to) {
    const pair g = {v_set1(c->xy[guard]), v_set1(c->za[guard])};
    return keep_rivals(box, moved, g, to);
}

static int64_t assign_node(const hp_points *p, int32_t n, const hp_centroids *c,
                           hp_assignment *to, const list *moved, const hp_assign_scratch *scratch) {
    const list all = all_of(c);
    list near_node = {0, NULL, NULL, NULL}, changes = {0, NULL, NULL, NULL};
    int64_t changed = 0;
    const int may_skip = moved && !to->has_moved[to->node_guard[n]];
    if (may_skip) {
        changes = changes_in(p->node_box + n, c, moved, to->node_guard[n],
                             &scratch->moved_near_node);
        if (!changes.size) return 0;
    }
    for (int32_t leaf = p->node[n]; leaf < p->node[n + 1]; leaf++) {
        int32_t *guard = to->leaf_guard + leaf;
        if (may_skip && !to->has_moved[*guard] &&
            !changes_in(p->leaf_box + leaf, c, &changes, *guard, &scratch->near_leaf).size)
            continue;
        if (!near_node.size)
            near_node = prune(p->node_box + n, c, &all, &scratch->near_node, to->node_guard + n);
        const list near = prune(p->leaf_box + leaf, c, &near_node, &scratch->near_leaf, guard);
        changed += assign_leaf(p, p->leaf[leaf], p->leaf[leaf + 1], &near, to->labels, to->sums);
    }
    return changed;
}

/* Label the points of some nodes with the nearest centroid, the first if tied. to: IN/OUT.
   moves: the old and the new places of centroids that moved since the labels were found; NULL if
   there are no labels yet. Returns how many labels changed. */
int64_t HP_NAME(hp_assign)(const hp_points *p, int32_t first, int32_t last,
                           const hp_centroids *centroids, const hp_centroids *moves,
                           hp_assignment *to, const hp_assign_scratch *scratch) {
    int64_t changed = 0;
    list moved = {0, NULL, NULL, NULL};
    if (moves) moved = all_of(moves);
    for (int32_t n = first; n < last; n++)
        changed += assign_node(p, n, centroids, to, moves ? &moved : NULL, scratch);
    return changed;
}
