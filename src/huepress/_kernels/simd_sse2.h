/* Vector operations (see simd.h) of SSE2, which every x86-64 has. */
#include <emmintrin.h>

#define LANES 4
typedef __m128i vec;
typedef __m128i mask;
static inline vec v_load(const void *p) { return _mm_loadu_si128((const __m128i *)p); }
static inline vec v_four(const int32_t p[4], int i) {
    (void)i;
    return _mm_set_epi32(p[3], p[2], p[1], p[0]);
}
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
