/* Colours with their counts: listed, merged, scaled; and what their labels make of pixels. */
#include "bits.h"
#include "colors.h"

/* keys: OUT, of the colours marked in `present` (see color_index.c). */
void hp_list_marked_colors(const uint64_t *present, const uint8_t *is_cell_used, uint32_t *keys) {
    uint32_t n = 0;
    for (uint32_t w = 0; w < HP_COLOR_WORDS; w++) {
        uint64_t bits = is_cell_used[w / HP_CELL_WORDS] ? present[w] : 0;
        for (; bits; bits &= bits - 1) keys[n++] = w << 6 | (uint32_t)hp_lowest_bit64(bits);
    }
}

static uint64_t count_of(const hp_color_counts *c, uint32_t i) {
    return c->exact ? c->exact[i] : c->counts[i];
}

/* How many colours there are in either. */
uint32_t hp_union_size(const hp_color_counts *a, const hp_color_counts *b) {
    uint32_t i = 0, j = 0, n = 0;
    while (i < a->size && j < b->size) {
        const uint32_t one = a->keys[i], other = b->keys[j];
        i += one <= other, j += other <= one, n++;
    }
    return n + (a->size - i) + (b->size - j);
}

/* merged: IN its size, that of the union; OUT its keys, and the sums of counts: exact ones if there
   is room for them, else those of 32 bits. */
void hp_merge_counts(const hp_color_counts *a, const hp_color_counts *b, hp_color_counts *merged) {
    for (uint32_t i = 0, j = 0, n = 0; n < merged->size; n++) {
        const int in_a = i < a->size && (j == b->size || a->keys[i] <= b->keys[j]);
        const int in_b = j < b->size && (i == a->size || b->keys[j] <= a->keys[i]);
        uint64_t count = 0;
        if (in_b) merged->keys[n] = b->keys[j], count += count_of(b, j);
        if (in_a) merged->keys[n] = a->keys[i], count += count_of(a, i);
        if (merged->exact) merged->exact[n] = count;
        else merged->counts[n] = (uint32_t)count;
        i += (uint32_t)in_a, j += (uint32_t)in_b;
    }
}

/* counts: OUT, the exact ones; where 32 bits don't hold their total, all scaled down alike, none to
   0, to less than 2^32 in all: then every sum of weighted squares fits 63 bits. They depend on the
   exact counts alone, not on the order in which those were merged. */
void hp_scale_counts(hp_color_counts *c, uint64_t total) {
    const uint64_t divisor = total >> 32 ? total / (UINT32_MAX - c->size) + 1 : 1;
    for (uint32_t i = 0; i < c->size; i++) {
        const uint64_t scaled = c->exact[i] / divisor;
        c->counts[i] = scaled ? (uint32_t)scaled : 1;
    }
}
static_assert(4 * (uint64_t)HP_MAX_COORDINATE * HP_MAX_COORDINATE <= UINT64_MAX >> 33,
              "2^32 times the largest squared distance fits 63 bits");

/* labels: one for each colour. Exactly one of bytes and words is given: OUT, one for each pixel. */
void hp_expand_labels(const uint32_t *index, size_t size, const uint16_t *labels, uint8_t *bytes,
                      uint16_t *words) {
    for (size_t i = 0; i < size && bytes; i++) bytes[i] = (uint8_t)labels[index[i]];
    for (size_t i = 0; i < size && words; i++) words[i] = labels[index[i]];
}

/* The squared error of pixels whose labels stand for colours of a codebook, `channels` bytes each;
   summed over red, green and blue, all times alpha, and over alpha, in units of 1/65025. colors:
   0xAARRGGBB; index: of each pixel which of them it has. The labels are bytes or
   words. */
uint64_t hp_squared_error(const uint32_t *colors, const uint32_t *index, int channels, size_t size,
                          const uint8_t *bytes, const uint16_t *words, const uint8_t *codebook) {
    uint64_t total = 0;
    for (size_t i = 0; i < size; i++) {
        const uint32_t color = colors[index[i]];
        const int32_t p[4] = {color >> 16 & 255, color >> 8 & 255, color & 255, color >> 24};
        const uint8_t *q = codebook + channels * (bytes ? bytes[i] : words[i]);
        if (channels == 3) {
            for (int c = 0; c < 3; c++) total += (uint64_t)((p[c] - q[c]) * (p[c] - q[c])) * 65025;
            continue;
        }
        for (int c = 0; c < 3; c++) {
            const int64_t d = p[c] * p[3] - q[c] * q[3];
            total += (uint64_t)(d * d);
        }
        total += (uint64_t)((p[3] - q[3]) * (p[3] - q[3])) * 65025;
    }
    return total;
}
