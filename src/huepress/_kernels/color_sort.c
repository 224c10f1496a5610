/* Unique colours of pixels of four bytes, by sorting the keys of all pixels: for images of more
   colours than are hashed. Where each pixel has a colour of its own, a hash table takes three times
   the memory and no less time. */
#include "colors.h"

HP_DEFINE_RADIX_PASS(radix_pass, uint32_t)

enum { LOW_BITS = 11, MIDDLE_BITS = 32 - HP_BUCKET_BITS - LOW_BITS };
static_assert(MIDDLE_BITS <= LOW_BITS && HP_BUCKET_BITS <= LOW_BITS, "the places fit their array");

/* Sort by the highest bits, so that what is left to sort is in buckets. buckets: OUT, the keys.
   starts: OUT, HP_BUCKETS + 1 places where the buckets begin. Returns how large the largest is. */
uint32_t hp_split_into_buckets(const uint32_t *keys, size_t size, uint32_t *buckets,
                               uint32_t *starts) {
    uint32_t largest = 0, ends[HP_BUCKETS + 1];
    radix_pass(keys, buckets, size, 32 - HP_BUCKET_BITS, HP_BUCKET_BITS, ends);
    starts[0] = 0;
    for (int b = 0; b < HP_BUCKETS; b++) {
        starts[b + 1] = ends[b]; /* the place after its last one */
        if (starts[b + 1] - starts[b] > largest) largest = starts[b + 1] - starts[b];
    }
    return largest;
}

/* keys: IN/OUT, in buckets, then in order. spare: scratch, as long as the largest bucket. Returns
   how many are different. */
uint32_t hp_sort_buckets(uint32_t *keys, size_t size, const uint32_t *starts, uint32_t *spare) {
    uint32_t unique = 1, at[(1 << LOW_BITS) + 1];
    for (int b = 0; b < HP_BUCKETS; b++) {
        const uint32_t count = starts[b + 1] - starts[b];
        if (count < 2) continue;
        radix_pass(keys + starts[b], spare, count, 0, LOW_BITS, at);
        radix_pass(spare, keys + starts[b], count, LOW_BITS, MIDDLE_BITS, at);
    }
    for (size_t i = 1; i < size; i++) unique += keys[i] != keys[i - 1];
    return unique;
}

/* keys, counts: OUT, the different ones among sorted keys, and how often each occurs. */
void hp_count_sorted_keys(const uint32_t *sorted, size_t size, uint32_t *keys, uint32_t *counts) {
    uint32_t n = 0;
    size_t begin = 0;
    for (size_t i = 1; i <= size; i++) {
        if (i < size && sorted[i] == sorted[begin]) continue;
        keys[n] = sorted[begin], counts[n++] = (uint32_t)(i - begin);
        begin = i;
    }
}

/* keys: IN/OUT, each becomes its number among the unique ones, by a binary search among those with
   the same highest bits. starts: scratch, 2^HP_PREFIX_BITS + 1 words. */
void hp_number_keys(const uint32_t *unique_keys, uint32_t unique, uint32_t *keys, size_t size,
                    uint32_t *starts) {
    const int low = 32 - HP_PREFIX_BITS;
    uint32_t n = 0, last_key = unique_keys[0], number = 0;
    for (uint32_t prefix = 0; prefix <= UINT32_C(1) << HP_PREFIX_BITS; prefix++) {
        while (n < unique && unique_keys[n] >> low < prefix) n++;
        starts[prefix] = n;
    }
    for (size_t i = 0; i < size; i++) {
        const uint32_t key = keys[i];
        if (key != last_key) { /* often the same as the one before */
            uint32_t count = starts[(key >> low) + 1] - starts[key >> low];
            number = starts[key >> low], last_key = key;
            while (count > 1) {
                const uint32_t half = count / 2;
                number = unique_keys[number + half] <= key ? number + half : number;
                count -= half;
            }
        }
        keys[i] = number;
    }
}
