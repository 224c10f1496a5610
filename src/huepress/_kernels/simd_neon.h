/* Vector operations (see simd.h) of NEON, which every AArch64 has. */
#include <arm_neon.h>

#define LANES 4
typedef int32x4_t vec;
typedef uint32x4_t mask;
static inline vec v_load(const void *p) {
    return vreinterpretq_s32_u8(vld1q_u8((const uint8_t *)p));
}
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
    const int32x4_t low = vmull_s16(vget_low_s16(n16(a)), vget_low_s16(n16(b)));
    const int32x4_t high = vmull_s16(vget_high_s16(n16(a)), vget_high_s16(n16(b)));
    return from16(vcombine_s16(vshrn_n_s32(low, 16), vshrn_n_s32(high, 16)));
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
