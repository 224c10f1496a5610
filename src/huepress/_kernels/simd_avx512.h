/* Vector operations (see simd.h) of AVX-512 F and BW. */
#include <immintrin.h>

#define LANES 16
typedef __m512i vec;
typedef __mmask16 mask;
static inline vec v_load(const void *p) { return _mm512_loadu_si512(p); }
static inline vec v_four(const int32_t p[4], int i) {
    (void)i;
    return _mm512_broadcast_i32x4(_mm_set_epi32(p[3], p[2], p[1], p[0]));
}
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
