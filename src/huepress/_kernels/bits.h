/* Positions of bits in words, with each compiler's own instructions. */
#ifndef HP_BITS_H
#define HP_BITS_H
#include <stdint.h>

#if defined(_MSC_VER)
#include <intrin.h>
static inline int hp_lowest_bit(uint32_t bits) {
    unsigned long i;
    _BitScanForward(&i, bits);
    return (int)i;
}
static inline int hp_highest_bit(uint32_t bits) {
    unsigned long i;
    _BitScanReverse(&i, bits);
    return (int)i;
}
static inline int hp_lowest_bit64(uint64_t bits) {
    const uint32_t low = (uint32_t)bits;
    return low ? hp_lowest_bit(low) : 32 + hp_lowest_bit((uint32_t)(bits >> 32));
}
#else
/* Of words that are not 0. */
static inline int hp_lowest_bit(uint32_t bits) { return __builtin_ctz(bits); }
static inline int hp_highest_bit(uint32_t bits) { return 31 - __builtin_clz(bits); }
static inline int hp_lowest_bit64(uint64_t bits) { return __builtin_ctzll(bits); }
#endif

/* How many bits are set. Sets of instructions that can't tell in one get the sum by halves
   (Hacker's Delight, 5-1). */
#if defined(__POPCNT__) || defined(__aarch64__)
static inline uint32_t hp_count_bits(uint64_t bits) { return (uint32_t)__builtin_popcountll(bits); }
#else
static inline uint32_t hp_count_bits(uint64_t bits) {
    bits -= bits >> 1 & UINT64_C(0x5555555555555555);
    bits = (bits & UINT64_C(0x3333333333333333)) + (bits >> 2 & UINT64_C(0x3333333333333333));
    bits = (bits + (bits >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return (uint32_t)(bits * UINT64_C(0x0101010101010101) >> 56);
}
#endif

#endif
