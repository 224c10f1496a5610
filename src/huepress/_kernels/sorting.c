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
            const uint32_t word = hp_fine_word(p);
            codes[i] = spread[word >> 20] << 2 | spread[word >> 10 & 1023] << 1 | spread[word & 1023];
        } else {
            codes[i] = spread[p[3]] << 3 | spread[p[0]] << 2 | spread[p[1]] << 1 | spread[p[2]];
        }
    }
}

/* start: OUT, where each value of `bits` of the codes begins once sorted, and where the last ends. */
static void count_digits(const uint32_t *codes, size_t size, int shift, int bits, uint32_t *start) {
    const uint32_t mask = (UINT32_C(1) << bits) - 1;
    memset(start, 0, (mask + 2) * sizeof *start);
    for (size_t i = 0; i < size; i++) start[(codes[i] >> shift & mask) + 1]++;
    for (uint32_t d = 0; d <= mask; d++) start[d + 1] += start[d];
}

static void radix_pass(const uint32_t *from, uint32_t *to, size_t size, int shift, int bits) {
    uint32_t at[(1 << 11) + 1];
    const uint32_t mask = (UINT32_C(1) << bits) - 1;
    count_digits(from, size, shift, bits, at);
    for (size_t i = 0; i < size; i++) to[at[from[i] >> shift & mask]++] = from[i];
}

/* Sort by the high bits, so that what is left to sort is in buckets. buckets: OUT, codes. starts: OUT,
   HP_BUCKETS + 1 places where they begin. Returns how large the largest is. */
uint32_t hp_split_codes(const uint32_t *codes, size_t size, uint32_t *buckets, uint32_t *starts) {
    uint32_t largest = 0;
    radix_pass(codes, buckets, size, 32 - HP_BUCKET_BITS, HP_BUCKET_BITS);
    count_digits(codes, size, 32 - HP_BUCKET_BITS, HP_BUCKET_BITS, starts);
    for (int b = 0; b < HP_BUCKETS; b++)
        if (starts[b + 1] - starts[b] > largest) largest = starts[b + 1] - starts[b];
    return largest;
}

/* codes: IN/OUT, in buckets, then in order. spare: scratch, as long as the largest bucket. Returns
   how many are different. */
uint32_t hp_sort_buckets(uint32_t *codes, size_t size, const uint32_t *starts, uint32_t *spare) {
    uint32_t unique = 1;
    for (int b = 0; b < HP_BUCKETS; b++) {
        const uint32_t count = starts[b + 1] - starts[b];
        if (count < 2) continue;
        radix_pass(codes + starts[b], spare, count, 0, 11);
        radix_pass(spare, codes + starts[b], count, 11, 32 - HP_BUCKET_BITS - 11);
    }
    for (size_t i = 1; i < size; i++) unique += codes[i] != codes[i - 1];
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
