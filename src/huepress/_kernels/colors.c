/* Unique colours sorted by Morton code: listed from the bits that histogram.c marks, or, of RGBA,
   for which that has no room, hashed and sorted by radix. */
#include "kernels.h"

#if defined(_MSC_VER)
#include <intrin.h>
static inline int lowest_bit(uint64_t bits) {
    unsigned long i;
    _BitScanForward64(&i, bits);
    return (int)i;
}
#else
static inline int lowest_bit(uint64_t bits) { return __builtin_ctzll(bits); }
#endif

/* keys: OUT, the Morton code of each colour marked in `present`. */
void hp_list_marked(const uint64_t *present, const uint8_t *cells, uint32_t *keys) {
    uint32_t n = 0;
    for (uint32_t w = 0; w < 8 * HP_CELLS; w++)
        for (uint64_t bits = cells[w >> 3] ? present[w] : 0; bits; bits &= bits - 1)
            keys[n++] = w << 6 | (uint32_t)lowest_bit(bits);
}

static inline uint32_t color_at(const uint8_t *rgba) {
    return (uint32_t)rgba[3] << 24 | (uint32_t)rgba[0] << 16 | (uint32_t)rgba[1] << 8 | rgba[2];
}

static inline uint32_t slot_of(const uint64_t *table, int bits, uint32_t color) {
    const uint32_t last = (UINT32_C(1) << bits) - 1;
    uint32_t slot = color * UINT32_C(0x9E3779B1) >> (32 - bits); /* Knuth, TAOCP 3, 6.4 */
    while ((uint32_t)table[slot] && (uint32_t)(table[slot] >> 32) != color)
        slot = (slot + 1) & last;
    return slot;
}

/* table: IN/OUT, 2^bits entries: a colour 0xAARRGGBB above, its pixels below, 0 if free. Stops
   before more than half is full; returns how many pixels were read. */
size_t hp_hash(const uint8_t *rgba, size_t size, uint64_t *table, int bits, uint32_t *unique) {
    size_t i = 0;
    for (; i < size; i++) {
        const uint32_t color = color_at(rgba + 4 * i), slot = slot_of(table, bits, color);
        if (!(uint32_t)table[slot]) {
            if (*unique >= UINT32_C(1) << (bits - 1)) break;
            table[slot] = (uint64_t)color << 32;
            ++*unique;
        }
        table[slot]++;
    }
    return i;
}

/* Copy the entries of a table to a larger one, zeroed. */
void hp_rehash(const uint64_t *from, int from_bits, uint64_t *to, int bits) {
    for (size_t s = 0; s < (size_t)1 << from_bits; s++)
        if ((uint32_t)from[s]) to[slot_of(to, bits, (uint32_t)(from[s] >> 32))] = from[s];
}

static void radix_pass(const uint64_t *from, uint64_t *to, uint32_t size, int shift) {
    uint32_t start[4097] = {0};
    for (uint32_t i = 0; i < size; i++) start[(from[i] >> shift & 4095) + 1]++;
    for (int d = 0; d < 4096; d++) start[d + 1] += start[d];
    for (uint32_t i = 0; i < size; i++) to[start[from[i] >> shift & 4095]++] = from[i];
}

static uint32_t code_of(uint32_t color, int channels, int depth) {
    uint32_t code = 0;
    for (int b = 0; b < depth; b++)
        for (int c = 0; c < channels; c++) code |= (color >> (depth * c + b) & 1) << (channels * b + c);
    return code;
}

/* keys, counts: OUT, sorted. table: IN/OUT, pixels become numbers of colours, plus 1. sorted,
   spare: scratch, one for each colour. Colours are RGBA; or, if they are fine, RGB of 10 bits. */
void hp_sort_hashed(uint64_t *table, int bits, int fine, uint32_t unique, uint64_t *sorted,
                    uint64_t *spare, uint32_t *keys, uint32_t *counts) {
    const int channels = fine ? 3 : 4, depth = fine ? HP_FINE_BITS : 8;
    uint32_t n = 0;
    for (uint32_t s = 0; s < UINT32_C(1) << bits; s++)
        if ((uint32_t)table[s])
            spare[n++] = (uint64_t)code_of((uint32_t)(table[s] >> 32), channels, depth) << 32 | s;
    radix_pass(spare, sorted, unique, 32);
    radix_pass(sorted, spare, unique, 44);
    radix_pass(spare, sorted, unique, 56);
    for (n = 0; n < unique; n++) {
        uint64_t *entry = table + (uint32_t)sorted[n];
        keys[n] = (uint32_t)(sorted[n] >> 32), counts[n] = (uint32_t)*entry;
        *entry = (*entry >> 32 << 32) | (n + 1);
    }
}

/* index: OUT, the number of each pixel's colour; table as sorted. */
void hp_number_hashed(const uint8_t *rgba, size_t size, const uint64_t *table, int bits,
                      uint32_t *index) {
    for (size_t i = 0; i < size; i++)
        index[i] = (uint32_t)table[slot_of(table, bits, color_at(rgba + 4 * i))] - 1;
}

static uint64_t count_of(const hp_color_counts *c, uint32_t i) {
    return c->exact ? c->exact[i] : c->counts[i];
}

/* Returns how many colours there are in either. */
uint32_t hp_union_size(const hp_color_counts *a, const hp_color_counts *b) {
    uint32_t i = 0, j = 0, n = 0;
    while (i < a->size && j < b->size) {
        const uint32_t one = a->keys[i], other = b->keys[j];
        i += one <= other, j += other <= one, n++;
    }
    return n + (a->size - i) + (b->size - j);
}

/* to: keys and counts OUT, of the union; exact counts if there is room for them, else 32-bit ones. */
void hp_merge_counts(const hp_color_counts *a, const hp_color_counts *b, hp_color_counts *to) {
    for (uint32_t i = 0, j = 0, n = 0; n < to->size; n++) {
        const int in_a = i < a->size && (j == b->size || a->keys[i] <= b->keys[j]);
        const int in_b = j < b->size && (i == a->size || b->keys[j] <= a->keys[i]);
        uint64_t count = 0;
        if (in_b) to->keys[n] = b->keys[j], count += count_of(b, j);
        if (in_a) to->keys[n] = a->keys[i], count += count_of(a, i);
        if (to->exact) to->exact[n] = count;
        else to->counts[n] = (uint32_t)count;
        i += (uint32_t)in_a, j += (uint32_t)in_b;
    }
}

/* counts: OUT, the exact ones; or, where 32 bits don't hold their total, these scaled down alike, but
   none to 0, to less than 2^32 in all. So every sum of weighted squares keeps within 63 bits. They depend
   on the exact counts alone, not on the order in which those were merged. */
void hp_scale_counts(hp_color_counts *c, uint64_t total) {
    const uint64_t down = total >> 32 ? total / (UINT32_MAX - c->size) + 1 : 1;
    for (uint32_t i = 0; i < c->size; i++) {
        const uint64_t scaled = c->exact[i] / down;
        c->counts[i] = scaled ? (uint32_t)scaled : 1;
    }
}

/* labels: one for each colour. Exactly one of out8 and out16 is given: OUT. */
void hp_spread_labels(const uint32_t *index, size_t size, const uint16_t *labels, uint8_t *out8,
                      uint16_t *out16) {
    for (size_t i = 0; i < size && out8; i++) out8[i] = (uint8_t)labels[index[i]];
    for (size_t i = 0; i < size && out16; i++) out16[i] = labels[index[i]];
}

/* Three bits of each channel from 3 x channels of a Morton code. */
static void gather_bits(int channels, int depth, uint32_t gather[4096]) {
    for (uint32_t code = 0; code < UINT32_C(1) << 3 * channels; code++) {
        gather[code] = 0;
        for (int b = 0; b < 3 * channels; b++)
            gather[code] |= (code >> b & 1) << (b % channels * depth + b / channels);
    }
}

/* colors: OUT, the colours 0xAARRGGBB of Morton codes. */
void hp_decode(const uint32_t *keys, uint32_t size, int channels, uint32_t *colors) {
    uint32_t gather[4096];
    const int step = 3 * channels;
    const uint32_t low = (UINT32_C(1) << step) - 1;
    const uint32_t opaque = channels == 3 ? UINT32_C(0xff000000) : 0;
    gather_bits(channels, 8, gather);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = opaque | gather[keys[i] >> 2 * step] << 6 | gather[keys[i] >> step & low] << 3 |
                    gather[keys[i] & low];
}

/* The same of fine colours: red << 20 | green << 10 | blue. */
void hp_decode_fine(const uint32_t *keys, uint32_t size, uint32_t *colors) {
    uint32_t gather[4096];
    gather_bits(3, HP_FINE_BITS, gather);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = gather[keys[i] >> 27] << 9 | gather[keys[i] >> 18 & 511] << 6 |
                    gather[keys[i] >> 9 & 511] << 3 | gather[keys[i] & 511];
}

static inline uint32_t rounded(uint32_t ten_bits) { return ((ten_bits & 1023) + 2) >> 2; }

/* The same as colours of 8 bits, 0xffRRGGBB. */
void hp_decode_rounded(const uint32_t *keys, uint32_t size, uint32_t *colors) {
    hp_decode_fine(keys, size, colors);
    for (uint32_t i = 0; i < size; i++)
        colors[i] = UINT32_C(0xff000000) | rounded(colors[i] >> 20) << 16 |
                    rounded(colors[i] >> 10) << 8 | rounded(colors[i]);
}

/* rgb: OUT, pixels of 8 bits. */
void hp_round(const uint8_t *fine, size_t size, uint8_t *rgb) {
    for (size_t i = 0; i < size; i++) {
        const uint32_t word = hp_fine_word(fine + 4 * i);
        for (int c = 0; c < 3; c++) rgb[3 * i + c] = (uint8_t)rounded(word >> (20 - 10 * c));
    }
}
