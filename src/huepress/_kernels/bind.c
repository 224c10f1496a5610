/* What labels may not be: alpha of 0 and 255 stays exact if the codebook has it, and colours that
   are kept stay as they are. */
#include "kernels.h"

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

/* The nearest centroid of a kind, or HP_NOBODY. */
static int32_t nearest_of_kind(const hp_points *p, int32_t i, const hp_centroids *book, int kind) {
    int64_t least = INT64_MAX;
    int32_t found = HP_NOBODY;
    for (int32_t j = 0; j < book->k; j++) {
        if (hp_opacity(p->space, book->za[j]) != kind) continue;
        const int64_t square = squared(p, i, book, j);
        if (square < least) least = square, found = j;
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

/* colors: of the points, which may be fine: what is nearest to a colour is of that colour. kept: those of the first `count` centroids. firm: OUT, of each point the
   centroid that has exactly its colour, if that is kept. Coordinates don't tell: where alpha is
   low, and in some corners of Oklab, several colours share them. */
void hp_keep(const uint32_t *colors, int32_t size, int fine, const uint32_t *kept, int32_t count,
             hp_bonds *b) {
    for (int32_t i = 0; i < size; i++) {
        b->firm[i] = b->other[i] = HP_UNKNOWN;
        for (int32_t j = 0; j < count && b->firm[i] < 0; j++)
            if (is_kept(colors[i], fine, kept[j])) b->firm[i] = j;
    }
}

/* The label that a point gets if it would have this one. */
static int32_t bound(const hp_points *p, int32_t i, const hp_centroids *book, const hp_bonds *b,
                     int32_t label) {
    if (b->firm[i] >= 0) return b->firm[i];
    if (!(p->space & HP_WITH_ALPHA)) return label;
    const int kind = hp_opacity(p->space, p->za[i]);
    if (kind == 2 || hp_opacity(p->space, book->za[label]) == kind) return label;
    if (b->other[i] == HP_UNKNOWN) b->other[i] = nearest_of_kind(p, i, book, kind);
    return b->other[i] >= 0 ? b->other[i] : label;
}

/* labels: IN/OUT, of points. */
void hp_bind_points(const hp_points *p, const hp_centroids *book, const hp_bonds *b,
                    int32_t *labels) {
    for (int32_t i = 0; i < p->size; i++) labels[i] = bound(p, i, book, b, labels[i]);
}

/* labels: IN/OUT, of pixels; index: the point of each. */
void hp_bind_pixels(const hp_points *p, const hp_centroids *book, const hp_bonds *b,
                    const uint32_t *index, size_t size, uint8_t *labels) {
    for (size_t n = 0; n < size; n++)
        labels[n] = (uint8_t)bound(p, (int32_t)index[n], book, b, labels[n]);
}
