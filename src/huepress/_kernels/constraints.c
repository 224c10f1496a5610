/* Constraints on labels: alpha of 0 and 255 stays exact if the codebook has it, and pixels of a
   kept colour get exactly that colour. */
#include "canvas.h"

/* The constraint of a point: LOCKED and the number of the kept entry that has exactly its
   colour; or else the nearest entry of the same opacity, NONE if there is no such entry, UNKNOWN
   as long as nobody needed it. */
enum { LOCKED = 1 << 30, UNKNOWN = LOCKED - 1, NONE = LOCKED - 2 };
static_assert(HP_MAX_COLORS < NONE, "numbers of entries are no constraint of another kind");

/* The nearest entry of a kind, the first if tied, or NONE. */
static uint32_t nearest_of_kind(const hp_points *p, int32_t i, const hp_centroids *codebook,
                                hp_opacity_kind kind) {
    int32_t least = INT32_MAX;
    uint32_t found = NONE;
    for (int32_t j = 0; j < codebook->k; j++) {
        if (hp_opacity(p->space, codebook->za[j]) != kind) continue;
        const int32_t d = hp_squared_distance(p->xy[i], p->za[i], codebook->xy[j], codebook->za[j]);
        if (d < least) least = d, found = (uint32_t)j;
    }
    return found;
}

/* Tell whether a colour is a kept one, or, of a fine colour, nearest to it. */
static int is_kept(uint32_t color, int is_fine, uint32_t kept) {
    if (!is_fine) return color == kept;
    for (int c = 0; c < 3; c++) {
        const int32_t fine = (int32_t)(color >> (10 * c) & 1023);
        const int32_t level = (int32_t)(kept >> (8 * c) & 255);
        if (fine < 4 * level - 2 || fine > 4 * level + 2) return 0;
    }
    return 1;
}

/* constraints: IN the colours of the points; OUT those that are locked, the others unknown.
   kept: the colours of the first `count` entries. Coordinates would not do: where alpha is low,
   and in some corners of Oklab, several colours share theirs. */
void hp_find_kept_colors(uint32_t *constraints, int32_t size, int is_fine, const uint32_t *kept,
                         int32_t count) {
    for (int32_t i = 0; i < size; i++) {
        const uint32_t color = constraints[i];
        constraints[i] = UNKNOWN;
        for (int32_t j = 0; j < count && constraints[i] == UNKNOWN; j++)
            if (is_kept(color, is_fine, kept[j])) constraints[i] = (uint32_t)j | LOCKED;
    }
}

/* The label that a point may have in place of this one. constraints: IN/OUT. */
static int32_t constrained(const hp_points *p, int32_t i, const hp_centroids *codebook,
                           uint32_t *constraints, int32_t label) {
    if (constraints[i] & LOCKED) return (int32_t)(constraints[i] & ~(uint32_t)LOCKED);
    if (!(p->space & HP_WITH_ALPHA)) return label;
    const hp_opacity_kind kind = hp_opacity(p->space, p->za[i]);
    if (kind == HP_TRANSLUCENT || hp_opacity(p->space, codebook->za[label]) == kind) return label;
    if (constraints[i] == UNKNOWN) constraints[i] = nearest_of_kind(p, i, codebook, kind);
    return constraints[i] == NONE ? label : (int32_t)constraints[i];
}

/* labels: IN/OUT, of points. constraints: IN/OUT. */
void hp_constrain_points(const hp_points *p, const hp_centroids *codebook, uint32_t *constraints,
                         int32_t *labels) {
    for (int32_t i = 0; i < p->size; i++)
        labels[i] = constrained(p, i, codebook, constraints, labels[i]);
}

/* labels: IN/OUT, of pixels. index: the point of each pixel. constraints: IN/OUT. */
void hp_constrain_pixels(const hp_points *p, const hp_centroids *codebook, uint32_t *constraints,
                         const uint32_t *index, size_t size, uint8_t *labels) {
    for (size_t n = 0; n < size; n++)
        labels[n] = (uint8_t)constrained(p, (int32_t)index[n], codebook, constraints, labels[n]);
}
