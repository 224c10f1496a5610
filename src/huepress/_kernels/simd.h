/* The vector operations that the kernels need, for each instruction set.

   A vector holds LANES values of 32 bits: whole numbers, or pairs of int16 (two coordinates of
   one point). Kernels are written once against these names and compiled once per set, so that
   each set does the same integer arithmetic and gives the same result. HP_SCALAR is the
   reference: one lane, no intrinsics.

     v_load v_set1          whole vectors, unaligned          v_store   back to memory
     v_sub16 v_max16        lane pairs of int16               v_add32   32-bit lanes
     v_pick16(a,b,p,q)      per int16: a > b ? p : q          v_madd16  a.lo*b.lo + a.hi*b.hi
     v_add16 v_min16        lane pairs of int16               v_mulhi16 a.lo*b.lo >> 16, a.hi*...
     f_set1 f_load f_store  the same for floats               f_from    whole numbers as floats
     f_add f_mul f_min      lanes of floats                   f_least   the least of all lanes
     f_gt                   -> mask
     v_gt32 v_ne32          -> mask                           v_blend(m,p,q)  per lane: m ? p : q
     v_least                of all lanes                      v_lanes   0, 1, 2 ...
     v_four(p, i)           p[i] and the next of four, again and again
     m_bits                 mask -> one bit per lane                                             */
#ifndef HP_SIMD_H
#define HP_SIMD_H
#include <stdint.h>
#include <string.h>

#define HP_PASTE_(a, b) a##_##b
#define HP_PASTE(a, b) HP_PASTE_(a, b)

#if defined(HP_SCALAR)
#define HP_NAME(f) HP_PASTE(f, scalar)
#define LANES 1
typedef int32_t vec;
typedef int32_t mask;
static inline int16_t lo16(vec a) { return (int16_t)((uint32_t)a & 0xffff); }
static inline int16_t hi16(vec a) { return (int16_t)((uint32_t)a >> 16); }
static inline vec pair16(int lo, int hi) {
    return (vec)(((uint32_t)(uint16_t)hi << 16) | (uint16_t)lo);
}
static inline vec v_load(const void *p) { vec v; memcpy(&v, p, 4); return v; }
static inline void v_store(void *p, vec a) { memcpy(p, &a, 4); }
static inline vec v_set1(int32_t a) { return a; }
static inline vec v_sub16(vec a, vec b) { return pair16(lo16(a) - lo16(b), hi16(a) - hi16(b)); }
static inline vec v_pick16(vec a, vec b, vec p, vec q) {
    return pair16(lo16(a) > lo16(b) ? lo16(p) : lo16(q), hi16(a) > hi16(b) ? hi16(p) : hi16(q));
}
static inline vec v_madd16(vec a, vec b) { return lo16(a) * lo16(b) + hi16(a) * hi16(b); }
static inline vec v_add16(vec a, vec b) { return pair16(lo16(a) + lo16(b), hi16(a) + hi16(b)); }
static inline vec v_min16(vec a, vec b) { return v_pick16(a, b, b, a); }
static inline vec v_max16(vec a, vec b) { return v_pick16(a, b, a, b); }
static inline vec v_mulhi16(vec a, vec b) {
    return pair16(lo16(a) * lo16(b) >> 16, hi16(a) * hi16(b) >> 16);
}
static inline vec v_add32(vec a, vec b) { return a + b; }
typedef float vecf;
static inline vecf f_set1(float a) { return a; }
static inline vecf f_load(const void *p) { vecf v; memcpy(&v, p, 4); return v; }
static inline void f_store(void *p, vecf a) { memcpy(p, &a, 4); }
static inline vecf f_from(vec a) { return (float)a; }
static inline vecf f_add(vecf a, vecf b) { return a + b; }
static inline vecf f_mul(vecf a, vecf b) { return a * b; }
static inline vecf f_min(vecf a, vecf b) { return a < b ? a : b; }
static inline mask f_gt(vecf a, vecf b) { return a > b; }
static inline float f_least(vecf a) { return a; }
static inline mask v_gt32(vec a, vec b) { return a > b; }
static inline mask v_ne32(vec a, vec b) { return a != b; }
static inline vec v_blend(mask m, vec p, vec q) { return m ? p : q; }
static inline uint32_t m_bits(mask m) { return (uint32_t)m; }
static inline vec v_four(const int32_t p[4], int i) { return p[i]; }
static inline int32_t v_least(vec a) { return a; }
static inline vec v_lanes(void) { return 0; }

#elif defined(HP_SSE2)
#include <emmintrin.h>
#define HP_NAME(f) HP_PASTE(f, sse2)
#define LANES 4
typedef __m128i vec;
typedef __m128i mask;
static inline vec v_load(const void *p) { return _mm_loadu_si128((const __m128i *)p); }
static inline vec v_four(const int32_t p[4], int i) { (void)i; return _mm_set_epi32(p[3], p[2], p[1], p[0]); }
static inline void v_store(void *p, vec a) { _mm_storeu_si128((__m128i *)p, a); }
static inline vec v_set1(int32_t a) { return _mm_set1_epi32(a); }
static inline vec v_sub16(vec a, vec b) { return _mm_sub_epi16(a, b); }
static inline vec v_blend(mask m, vec p, vec q) {
    return _mm_or_si128(_mm_and_si128(m, p), _mm_andnot_si128(m, q));
}
static inline vec v_pick16(vec a, vec b, vec p, vec q) {
    return v_blend(_mm_cmpgt_epi16(a, b), p, q);
}
static inline vec v_madd16(vec a, vec b) { return _mm_madd_epi16(a, b); }
static inline vec v_add16(vec a, vec b) { return _mm_add_epi16(a, b); }
static inline vec v_min16(vec a, vec b) { return _mm_min_epi16(a, b); }
static inline vec v_max16(vec a, vec b) { return _mm_max_epi16(a, b); }
static inline vec v_mulhi16(vec a, vec b) { return _mm_mulhi_epi16(a, b); }
typedef __m128 vecf;
static inline vecf f_set1(float a) { return _mm_set1_ps(a); }
static inline vecf f_load(const void *p) { return _mm_loadu_ps(p); }
static inline void f_store(void *p, vecf a) { _mm_storeu_ps(p, a); }
static inline vecf f_from(vec a) { return _mm_cvtepi32_ps(a); }
static inline vecf f_add(vecf a, vecf b) { return _mm_add_ps(a, b); }
static inline vecf f_mul(vecf a, vecf b) { return _mm_mul_ps(a, b); }
static inline vecf f_min(vecf a, vecf b) { return _mm_min_ps(a, b); }
static inline mask f_gt(vecf a, vecf b) { return _mm_castps_si128(_mm_cmpgt_ps(a, b)); }
static inline vec v_lanes(void) { return _mm_set_epi32(3, 2, 1, 0); }
static inline vec v_lesser(vec a, vec b) { return v_blend(_mm_cmpgt_epi32(a, b), b, a); }
static inline int32_t v_least(vec a) {
    a = v_lesser(a, _mm_shuffle_epi32(a, 0x4e));
    return _mm_cvtsi128_si32(v_lesser(a, _mm_shuffle_epi32(a, 0xb1)));
}
static inline float f_least(vecf a) {
    a = _mm_min_ps(a, _mm_movehl_ps(a, a));
    return _mm_cvtss_f32(_mm_min_ss(a, _mm_shuffle_ps(a, a, 1)));
}
static inline vec v_add32(vec a, vec b) { return _mm_add_epi32(a, b); }
static inline mask v_gt32(vec a, vec b) { return _mm_cmpgt_epi32(a, b); }
static inline mask v_ne32(vec a, vec b) {
    return _mm_xor_si128(_mm_cmpeq_epi32(a, b), _mm_set1_epi32(-1));
}
static inline uint32_t m_bits(mask m) { return (uint32_t)_mm_movemask_ps(_mm_castsi128_ps(m)); }

#elif defined(HP_AVX2)
#include <immintrin.h>
#define HP_NAME(f) HP_PASTE(f, avx2)
#define LANES 8
typedef __m256i vec;
typedef __m256i mask;
static inline vec v_load(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline vec v_four(const int32_t p[4], int i) { (void)i; return _mm256_broadcastsi128_si256(_mm_set_epi32(p[3], p[2], p[1], p[0])); }
static inline void v_store(void *p, vec a) { _mm256_storeu_si256((__m256i *)p, a); }
static inline vec v_set1(int32_t a) { return _mm256_set1_epi32(a); }
static inline vec v_sub16(vec a, vec b) { return _mm256_sub_epi16(a, b); }
static inline vec v_blend(mask m, vec p, vec q) { return _mm256_blendv_epi8(q, p, m); }
static inline vec v_pick16(vec a, vec b, vec p, vec q) {
    return _mm256_blendv_epi8(q, p, _mm256_cmpgt_epi16(a, b));
}
static inline vec v_madd16(vec a, vec b) { return _mm256_madd_epi16(a, b); }
static inline vec v_add16(vec a, vec b) { return _mm256_add_epi16(a, b); }
static inline vec v_min16(vec a, vec b) { return _mm256_min_epi16(a, b); }
static inline vec v_max16(vec a, vec b) { return _mm256_max_epi16(a, b); }
static inline vec v_mulhi16(vec a, vec b) { return _mm256_mulhi_epi16(a, b); }
typedef __m256 vecf;
static inline vecf f_set1(float a) { return _mm256_set1_ps(a); }
static inline vecf f_load(const void *p) { return _mm256_loadu_ps(p); }
static inline void f_store(void *p, vecf a) { _mm256_storeu_ps(p, a); }
static inline vecf f_from(vec a) { return _mm256_cvtepi32_ps(a); }
static inline vecf f_add(vecf a, vecf b) { return _mm256_add_ps(a, b); }
static inline vecf f_mul(vecf a, vecf b) { return _mm256_mul_ps(a, b); }
static inline vecf f_min(vecf a, vecf b) { return _mm256_min_ps(a, b); }
static inline mask f_gt(vecf a, vecf b) { return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GT_OQ)); }
static inline vec v_lanes(void) { return _mm256_set_epi32(7, 6, 5, 4, 3, 2, 1, 0); }
static inline int32_t v_least(vec a) {
    __m128i b = _mm_min_epi32(_mm256_castsi256_si128(a), _mm256_extracti128_si256(a, 1));
    b = _mm_min_epi32(b, _mm_shuffle_epi32(b, 0x4e));
    return _mm_cvtsi128_si32(_mm_min_epi32(b, _mm_shuffle_epi32(b, 0xb1)));
}
static inline float f_least(vecf a) {
    __m128 b = _mm_min_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    b = _mm_min_ps(b, _mm_movehl_ps(b, b));
    return _mm_cvtss_f32(_mm_min_ss(b, _mm_shuffle_ps(b, b, 1)));
}
static inline vec v_add32(vec a, vec b) { return _mm256_add_epi32(a, b); }
static inline mask v_gt32(vec a, vec b) { return _mm256_cmpgt_epi32(a, b); }
static inline mask v_ne32(vec a, vec b) {
    return _mm256_xor_si256(_mm256_cmpeq_epi32(a, b), _mm256_set1_epi32(-1));
}
static inline uint32_t m_bits(mask m) {
    return (uint32_t)_mm256_movemask_ps(_mm256_castsi256_ps(m));
}

#elif defined(HP_AVX512)
#include <immintrin.h>
#define HP_NAME(f) HP_PASTE(f, avx512)
#define LANES 16
typedef __m512i vec;
typedef __mmask16 mask;
static inline vec v_load(const void *p) { return _mm512_loadu_si512(p); }
static inline vec v_four(const int32_t p[4], int i) { (void)i; return _mm512_broadcast_i32x4(_mm_set_epi32(p[3], p[2], p[1], p[0])); }
static inline void v_store(void *p, vec a) { _mm512_storeu_si512(p, a); }
static inline vec v_set1(int32_t a) { return _mm512_set1_epi32(a); }
static inline vec v_sub16(vec a, vec b) { return _mm512_sub_epi16(a, b); }
static inline vec v_blend(mask m, vec p, vec q) { return _mm512_mask_blend_epi32(m, q, p); }
static inline vec v_pick16(vec a, vec b, vec p, vec q) {
    return _mm512_mask_blend_epi16(_mm512_cmpgt_epi16_mask(a, b), q, p);
}
static inline vec v_madd16(vec a, vec b) { return _mm512_madd_epi16(a, b); }
static inline vec v_add16(vec a, vec b) { return _mm512_add_epi16(a, b); }
static inline vec v_min16(vec a, vec b) { return _mm512_min_epi16(a, b); }
static inline vec v_max16(vec a, vec b) { return _mm512_max_epi16(a, b); }
static inline vec v_mulhi16(vec a, vec b) { return _mm512_mulhi_epi16(a, b); }
typedef __m512 vecf;
static inline vecf f_set1(float a) { return _mm512_set1_ps(a); }
static inline vecf f_load(const void *p) { return _mm512_loadu_ps(p); }
static inline void f_store(void *p, vecf a) { _mm512_storeu_ps(p, a); }
static inline vecf f_from(vec a) { return _mm512_cvtepi32_ps(a); }
static inline vecf f_add(vecf a, vecf b) { return _mm512_add_ps(a, b); }
static inline vecf f_mul(vecf a, vecf b) { return _mm512_mul_ps(a, b); }
static inline vecf f_min(vecf a, vecf b) { return _mm512_min_ps(a, b); }
static inline mask f_gt(vecf a, vecf b) { return _mm512_cmp_ps_mask(a, b, _CMP_GT_OQ); }
static inline float f_least(vecf a) { return _mm512_reduce_min_ps(a); }
static inline int32_t v_least(vec a) { return _mm512_reduce_min_epi32(a); }
static inline vec v_lanes(void) {
    return _mm512_set_epi32(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0);
}
static inline vec v_add32(vec a, vec b) { return _mm512_add_epi32(a, b); }
static inline mask v_gt32(vec a, vec b) { return _mm512_cmpgt_epi32_mask(a, b); }
static inline mask v_ne32(vec a, vec b) { return _mm512_cmpneq_epi32_mask(a, b); }
static inline uint32_t m_bits(mask m) { return (uint32_t)m; }

#elif defined(HP_NEON)
#include <arm_neon.h>
#define HP_NAME(f) HP_PASTE(f, neon)
#define LANES 4
typedef int32x4_t vec;
typedef uint32x4_t mask;
static inline vec v_load(const void *p) { return vreinterpretq_s32_u8(vld1q_u8((const uint8_t *)p)); }
static inline void v_store(void *p, vec a) { vst1q_u8((uint8_t *)p, vreinterpretq_u8_s32(a)); }
static inline vec v_set1(int32_t a) { return vdupq_n_s32(a); }
static inline int16x8_t n16(vec a) { return vreinterpretq_s16_s32(a); }
static inline vec v_sub16(vec a, vec b) { return vreinterpretq_s32_s16(vsubq_s16(n16(a), n16(b))); }
static inline vec v_blend(mask m, vec p, vec q) { return vbslq_s32(m, p, q); }
static inline vec v_pick16(vec a, vec b, vec p, vec q) {
    return vreinterpretq_s32_s16(vbslq_s16(vcgtq_s16(n16(a), n16(b)), n16(p), n16(q)));
}
static inline vec v_madd16(vec a, vec b) {
    return vpaddq_s32(vmull_s16(vget_low_s16(n16(a)), vget_low_s16(n16(b))),
                      vmull_s16(vget_high_s16(n16(a)), vget_high_s16(n16(b))));
}
static inline vec from16(int16x8_t a) { return vreinterpretq_s32_s16(a); }
static inline vec v_add16(vec a, vec b) { return from16(vaddq_s16(n16(a), n16(b))); }
static inline vec v_min16(vec a, vec b) { return from16(vminq_s16(n16(a), n16(b))); }
static inline vec v_max16(vec a, vec b) { return from16(vmaxq_s16(n16(a), n16(b))); }
static inline vec v_mulhi16(vec a, vec b) {
    return from16(vcombine_s16(vshrn_n_s32(vmull_s16(vget_low_s16(n16(a)), vget_low_s16(n16(b))), 16),
                               vshrn_n_s32(vmull_s16(vget_high_s16(n16(a)), vget_high_s16(n16(b))), 16)));
}
static inline vec v_add32(vec a, vec b) { return vaddq_s32(a, b); }
typedef float32x4_t vecf;
static inline vecf f_set1(float a) { return vdupq_n_f32(a); }
static inline vecf f_load(const void *p) { return vld1q_f32(p); }
static inline void f_store(void *p, vecf a) { vst1q_f32(p, a); }
static inline vecf f_from(vec a) { return vcvtq_f32_s32(a); }
static inline vecf f_add(vecf a, vecf b) { return vaddq_f32(a, b); }
static inline vecf f_mul(vecf a, vecf b) { return vmulq_f32(a, b); }
static inline vecf f_min(vecf a, vecf b) { return vminq_f32(a, b); }
static inline mask f_gt(vecf a, vecf b) { return vcgtq_f32(a, b); }
static inline float f_least(vecf a) { return vminvq_f32(a); }
static inline int32_t v_least(vec a) { return vminvq_s32(a); }
static inline vec v_lanes(void) {
    static const int32_t lanes[4] = {0, 1, 2, 3};
    return vld1q_s32(lanes);
}
static inline mask v_gt32(vec a, vec b) { return vcgtq_s32(a, b); }
static inline mask v_ne32(vec a, vec b) { return vmvnq_u32(vceqq_s32(a, b)); }
static inline uint32_t m_bits(mask m) {
    static const uint32_t bit[4] = {1, 2, 4, 8};
    return vaddvq_u32(vandq_u32(m, vld1q_u32(bit)));
}
static inline vec v_four(const int32_t p[4], int i) { (void)i; return v_load(p); }
#endif

#if defined(_MSC_VER)
#include <intrin.h>
static inline int lowest_bit(uint32_t bits) {
    unsigned long i;
    _BitScanForward(&i, bits);
    return (int)i;
}
#else
static inline int lowest_bit(uint32_t bits) { return __builtin_ctz(bits); }
#endif

#endif
