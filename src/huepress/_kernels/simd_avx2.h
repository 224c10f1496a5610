/* Vector operations (see simd.h) of AVX2. */
#include <immintrin.h>

#define LANES 8
typedef __m256i vec;
typedef __m256i mask;
static inline vec v_load(const void *p) { return _mm256_loadu_si256((const __m256i *)p); }
static inline vec v_four(const int32_t p[4], int i) {
    (void)i;
    return _mm256_broadcastsi128_si256(_mm_set_epi32(p[3], p[2], p[1], p[0]));
}
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
static inline mask f_gt(vecf a, vecf b) {
    return _mm256_castps_si256(_mm256_cmp_ps(a, b, _CMP_GT_OQ));
}
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
