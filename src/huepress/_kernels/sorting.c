/* Unique colours of pixels that take four bytes, where they are too many to be hashed: their Morton
   codes are sorted by radix. Where each pixel has a colour of its own, a table to hash them into takes three
   times the memory for no less time. */
#include "kernels.h"

/* Bits of a value, `channels` apart. */
static void spread_bits(int depth, int channels, uint32_t spread[1024]) {
    for (uint32_t v = 0; v < UINT32_C(1) << depth; v++) {
        spread[v] = 0;
        for (int b = 0; b < depth; b++) spread[v] |= (v >> b & 1) << (channels * b);
    }
}

/* codes: OUT, the Morton code of each pixel: of RGBA or, if it is fine, of RGB of 10 bits. */
void hp_encode(const uint8_t *pixels, size_t size, int fine, uint32_t *codes) {
    uint32_t spread[1024];
    spread_bits(fine ? HP_FINE_BITS : 8, fine ? 3 : 4, spread);
    for (size_t i = 0; i < size; i++) {
        const uint8_t *p = pixels + 4 * i;
        if (fine) {
            const uint32_t word = (uint32_t)p[3] << 24 | (uint32_t)p[0] << 16 | (uint32_t)p[1] << 8 | p[2];
            codes[i] = spread[word >> 20] << 2 | spread[word >> 10 & 1023] << 1 | spread[word & 1023];
        } else {
            codes[i] = spread[p[3]] << 3 | spread[p[0]] << 2 | spread[p[1]] << 1 | spread[p[2]];
        }
    }
}

static void radix_pass(const uint32_t *from, uint32_t *to, size_t size, int shift) {
    uint32_t start[2049] = {0};
    for (size_t i = 0; i < size; i++) start[(from[i] >> shift & 2047) + 1]++;
    for (int d = 0; d < 2048; d++) start[d + 1] += start[d];
    for (size_t i = 0; i < size; i++) to[start[from[i] >> shift & 2047]++] = from[i];
}

/* sorted: OUT, the codes in order. spare: scratch, as long. Returns how many are different. */
uint32_t hp_sort_codes(const uint32_t *codes, size_t size, uint32_t *sorted, uint32_t *spare) {
    uint32_t unique = 1;
    radix_pass(codes, sorted, size, 0);
    radix_pass(sorted, spare, size, 11);
    radix_pass(spare, sorted, size, 22);
    for (size_t i = 1; i < size; i++) unique += sorted[i] != sorted[i - 1];
    return unique;
}

/* keys, counts: OUT, the different ones among sorted codes, and how often each occurs. */
void hp_count_codes(const uint32_t *sorted, size_t size, uint32_t *keys, uint32_t *counts) {
    uint32_t n = 0;
    size_t begin = 0;
    for (size_t i = 1; i <= size; i++) {
        if (i < size && sorted[i] == sorted[begin]) continue;
        keys[n] = sorted[begin], counts[n++] = (uint32_t)(i - begin);
        begin = i;
    }
}

/* codes: IN/OUT, become the number of each in the keys: found between where its high bits begin
   and end. */
void hp_number_codes(const uint32_t *keys, uint32_t unique, uint32_t *codes, size_t size,
                     uint32_t *starts) {
    const int low = 32 - HP_HIGH_BITS;
    uint32_t n = 0, known = keys[0], number = 0;
    for (uint32_t high = 0; high <= UINT32_C(1) << HP_HIGH_BITS; high++) {
        while (n < unique && keys[n] >> low < high) n++;
        starts[high] = n;
    }
    for (size_t i = 0; i < size; i++) {
        const uint32_t code = codes[i];
        if (code != known) { /* often the same as the one before */
            uint32_t count = starts[(code >> low) + 1] - starts[code >> low];
            number = starts[code >> low], known = code;
            while (count > 1) {
                const uint32_t half = count / 2;
                number = keys[number + half] <= code ? number + half : number;
                count -= half;
            }
        }
        codes[i] = number;
    }
}
