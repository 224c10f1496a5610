/* Unique colours of pixels of four bytes, by a hash table with open addressing.

   An entry of the table holds a colour in its high 32 bits, and below it how many pixels have it
   (0: the entry is free); once sorted, the colour's number plus 1 in place of the count. */
#include "colors.h"

/* Where a colour stands in the table, or would. */
static inline uint32_t slot_of(const uint64_t *table, int bits, uint32_t color) {
    const uint32_t last = (UINT32_C(1) << bits) - 1;
    uint32_t slot = color * UINT32_C(0x9E3779B1) >> (32 - bits); /* Knuth, TAOCP 3, 6.4 */
    while ((uint32_t)table[slot] && (uint32_t)(table[slot] >> 32) != color)
        slot = (slot + 1) & last;
    return slot;
}

/* Count pixels by colour. table: IN/OUT, 2^bits entries. unique: IN/OUT, the entries in use. Stops
   before more than half of them are; returns how many pixels were counted. */
size_t hp_hash_colors(const uint8_t *pixels, size_t size, uint64_t *table, int bits,
                      uint32_t *unique) {
    size_t i = 0;
    for (; i < size; i++) {
        const uint32_t color = hp_color_at(pixels + 4 * i), slot = slot_of(table, bits, color);
        if (!(uint32_t)table[slot]) {
            if (*unique >= UINT32_C(1) << (bits - 1)) break;
            table[slot] = (uint64_t)color << 32;
            ++*unique;
        }
        table[slot]++;
    }
    return i;
}

/* Copy the entries of a table to a larger one. to: IN/OUT, zeroed. */
void hp_grow_hash_table(const uint64_t *from, int from_bits, uint64_t *to, int bits) {
    for (size_t s = 0; s < (size_t)1 << from_bits; s++)
        if ((uint32_t)from[s]) to[slot_of(to, bits, (uint32_t)(from[s] >> 32))] = from[s];
}

HP_DEFINE_RADIX_PASS(radix_pass, uint64_t)

/* keys, counts: OUT, in order. table: IN/OUT, counts become numbers plus 1. sorted, spare: scratch,
   `unique` words each. */
void hp_sort_hashed_colors(uint64_t *table, int bits, int is_fine, uint32_t unique,
                           uint64_t *sorted, uint64_t *spare, uint32_t *keys, uint32_t *counts) {
    uint32_t spread[HP_SPREAD_ENTRIES], at[(1 << 12) + 1], n = 0;
    hp_fill_spread(is_fine ? HP_FINE_BITS : 8, is_fine ? 3 : 4, spread);
    for (uint32_t s = 0; s < UINT32_C(1) << bits; s++)
        if ((uint32_t)table[s])
            spare[n++] = (uint64_t)hp_key_of((uint32_t)(table[s] >> 32), is_fine, spread) << 32 | s;
    radix_pass(spare, sorted, unique, 32, 12, at);
    radix_pass(sorted, spare, unique, 44, 12, at);
    radix_pass(spare, sorted, unique, 56, 8, at);
    for (n = 0; n < unique; n++) {
        uint64_t *entry = table + (uint32_t)sorted[n];
        keys[n] = (uint32_t)(sorted[n] >> 32), counts[n] = (uint32_t)*entry;
        *entry = (*entry >> 32 << 32) | (n + 1);
    }
}

/* index: OUT, the number of each pixel's colour; the table as sorted. */
void hp_number_hashed_pixels(const uint8_t *pixels, size_t size, const uint64_t *table, int bits,
                             uint32_t *index) {
    for (size_t i = 0; i < size; i++)
        index[i] = (uint32_t)table[slot_of(table, bits, hp_color_at(pixels + 4 * i))] - 1;
}
