/* What labels may not be: alpha of 0 and 255 stays exact if the codebook has it, and colours that
   are kept stay as they are. */
#include "kernels.h"

/* What binds a point: the number of the kept centroid that has exactly its colour, with FIRM; or its
   nearest centroid of the same opacity, once it was looked for, or NOBODY. */
enum { FIRM = 1 << 30, UNKNOWN = FIRM - 1, NOBODY = FIRM - 2 };

/* 0 if a point is clear, 1 if it is opaque, 2 if between. */
int hp_opacity(hp_space space, int32_t za) {
    const int32_t alpha = hp_high(za);
    return alpha == 0 ? 0 : alpha == 255 * hp_alpha_step(space) ? 1 : 2;
}

static int64_t squared(const hp_points *p, int32_t i, const hp_centroids *book, int32_t j) {
    const int64_t d[4] = {
        hp_low(p->xy[i]) - hp_low(book->xy[j]), hp_high(p->xy[i]) - hp_high(book->xy[j]),
        hp_low(p->za[i]) - hp_low(book->za[j]), hp_high(p->za[i]) - hp_high(book->za[j])};
    return d[0] * d[0] + d[1] * d[1] + d[2] * d[2] + d[3] * d[3];
}

/* The nearest centroid of a kind, or NOBODY. */
static uint32_t nearest_of_kind(const hp_points *p, int32_t i, const hp_centroids *book, int kind) {
    int64_t least = INT64_MAX;
    uint32_t found = NOBODY;
    for (int32_t j = 0; j < book->k; j++) {
        if (hp_opacity(p->space, book->za[j]) != kind) continue;
        const int64_t square = squared(p, i, book, j);
        if (square < least) least = square, found = (uint32_t)j;
    }
    return found;
}

static int is_kept(uint32_t color, int fine, uint32_t kept) {
    if (!fine) return color == kept;
    for (int c = 0; c < 3; c++) {
        const int32_t step = (int32_t)(color >> (10 * c) & 1023), whole = (int32_t)(kept >> (8 * c) & 255);
        if (step < 4 * whole - 2 || step > 4 * whole + 2) return 0;
    }
    return 1;
}

/* bonds: IN the colours of the points, which may be fine: what is nearest to a colour is of that
   colour; OUT what binds them. kept: the colours of the first `count` centroids. Coordinates don't
   tell: where alpha is low, and in some corners of Oklab, several colours share them. */
void hp_keep(uint32_t *bonds, int32_t size, int fine, const uint32_t *kept, int32_t count) {
    for (int32_t i = 0; i < size; i++) {
        const uint32_t color = bonds[i];
        bonds[i] = UNKNOWN;
        for (int32_t j = 0; j < count && bonds[i] == UNKNOWN; j++)
            if (is_kept(color, fine, kept[j])) bonds[i] = (uint32_t)j | FIRM;
    }
}

/* The label that a point gets if it would have this one. */
static int32_t bound(const hp_points *p, int32_t i, const hp_centroids *book, uint32_t *bonds,
                     int32_t label) {
    if (bonds[i] & FIRM) return (int32_t)(bonds[i] & ~(uint32_t)FIRM);
    if (!(p->space & HP_WITH_ALPHA)) return label;
    const int kind = hp_opacity(p->space, p->za[i]);
    if (kind == 2 || hp_opacity(p->space, book->za[label]) == kind) return label;
    if (bonds[i] == UNKNOWN) bonds[i] = nearest_of_kind(p, i, book, kind);
    return bonds[i] == NOBODY ? label : (int32_t)bonds[i];
}

/* labels: IN/OUT, of points. */
void hp_bind_points(const hp_points *p, const hp_centroids *book, uint32_t *bonds,
                    int32_t *labels) {
    for (int32_t i = 0; i < p->size; i++) labels[i] = bound(p, i, book, bonds, labels[i]);
}

/* labels: IN/OUT, of pixels; index: the point of each. */
void hp_bind_pixels(const hp_points *p, const hp_centroids *book, uint32_t *bonds,
                    const uint32_t *index, size_t size, uint8_t *labels) {
    for (size_t n = 0; n < size; n++)
        labels[n] = (uint8_t)bound(p, (int32_t)index[n], book, bonds, labels[n]);
}
