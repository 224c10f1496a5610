/* Which of the instruction sets that were built this machine can run. */
#include "by_set.h"

static int has_scalar(void) { return 1; }
#if defined(__aarch64__) || defined(_M_ARM64)
static int has_neon(void) { return 1; } /* required of all AArch64 */
#endif
#if defined(__x86_64__) || defined(__i386__) || defined(_M_X64) || defined(_M_IX86)
static int has_sse2(void) { return 1; } /* required of all x86-64 */
#endif

#if defined(_MSC_VER) && defined(_M_X64)
#include <immintrin.h>
#include <intrin.h>
static int cpuid_bit(int leaf, int register_, int bit) {
    int registers[4];
    __cpuidex(registers, leaf, 0);
    return registers[register_] >> bit & 1;
}
/* The operating system must save the registers, too: bits 1-2 of XCR0 say so for AVX, 5-7 for
   AVX-512. */
static int os_saves(unsigned long long bits) {
    return cpuid_bit(1, 2, 27) && (_xgetbv(0) & bits) == bits;
}
static int has_avx2(void) { return os_saves(0x6) && cpuid_bit(7, 1, 5); }
static int has_avx512(void) {
    return os_saves(0xe6) && cpuid_bit(7, 1, 16) && cpuid_bit(7, 1, 30);
}
#elif defined(__x86_64__) || defined(__i386__)
static int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("popcnt");
}
static int has_avx512(void) {
    return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
}
#endif

int hp_find_sets(hp_kernels found[HP_SET_COUNT]) {
    int count = 0;
#define HP_POINTER(set, result, name, parameters) .name = hp_##name##_##set,
#define HP_ADD_SET(set)                                                                            \
    if (has_##set()) {                                                                             \
        const hp_kernels kernels = {.set_name = #set, HP_KERNELS(HP_POINTER, set)};                \
        found[count++] = kernels;                                                                  \
    }
    HP_SETS(HP_ADD_SET)
    return count;
}
