/* Which instruction sets were built in, and which of them this machine runs. */
#include "kernels.h"

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
static int has(int leaf, int reg, int bit) {
    int r[4];
    __cpuidex(r, leaf, 0);
    return r[reg] >> bit & 1;
}
/* The operating system must save the registers too: XCR0 bits 1-2 (AVX), 5-7 (AVX-512). */
static int saved(unsigned long long bits) {
    return has(1, 2, 27) && (_xgetbv(0) & bits) == bits;
}
static int runs_avx2(void) { return saved(0x6) && has(7, 1, 5); }
static int runs_avx512(void) { return saved(0xe6) && has(7, 1, 16) && has(7, 1, 30); }
#elif defined(__x86_64__) || defined(__i386__)
static int runs_avx2(void) { return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt"); }
static int runs_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#endif

#define ENTRY(set)                                                                                 \
    {#set,                                                                                         \
     hp_mark_##set,                                                                                \
     hp_number_##set,                                                                              \
     hp_bound_##set,                                                                               \
     hp_assign_##set,                                                                              \
     hp_merge_##set,                                                                               \
     hp_compose_##set,                                                                             \
     hp_halve_##set,                                                                               \
     hp_look_##set,                                                                                \
     hp_tolerate_##set,                                                                            \
     hp_rate_##set,                                                                                \
     hp_weigh_smooth_##set,                                                                        \
     hp_map_cheaply_##set,                                                                         \
     hp_diffuse_##set,                                                                             \
     hp_mix_##set,                                                                                 \
     hp_filter_##set,                                                                              \
     hp_arrange_##set}

/* out: OUT, slowest first; returns how many. */
int hp_sets(hp_set out[HP_MOST_SETS]) {
    int count = 0;
    const hp_set scalar = ENTRY(scalar);
    out[count++] = scalar;
#if defined(HP_HAVE_SSE2)
    const hp_set sse2 = ENTRY(sse2), avx2 = ENTRY(avx2), avx512 = ENTRY(avx512);
    out[count++] = sse2;
    if (runs_avx2()) out[count++] = avx2;
    if (runs_avx512()) out[count++] = avx512;
#elif defined(HP_HAVE_NEON)
    const hp_set neon = ENTRY(neon);
    out[count++] = neon;
#endif
    return count;
}
