/* Vector operations (see simd.h) of one lane and no intrinsics: the reference. */
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
