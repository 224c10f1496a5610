/* Working spaces: from colours to coordinates, and from coordinates to the nearest 8-bit colour.

   Floats here meet plain IEEE operations in a fixed order only (no pow, no fused multiply-add), so
   that every machine gets the same coordinates. */
#include "spaces.h"

/* Linear light of sRGB: of its 256 levels, and of four steps to each. */
static float light_of[256], fine_light_of[HP_MAX_FINE + 1];

/* Set the curve of sRGB, once, when the module is loaded. fine_table: HP_MAX_FINE + 1 values. */
void hp_set_linear_table(const float *fine_table) {
    memcpy(fine_light_of, fine_table, sizeof fine_light_of);
    for (int v = 0; v < 256; v++) light_of[v] = fine_table[4 * v];
}

/* Cube root of 0..1: a guess from the exponent (Kahan), then Newton's method. */
static inline float cube_root(float x) {
    union {
        float f;
        uint32_t bits;
    } u = {x};
    u.bits = u.bits / 3 + UINT32_C(709921077);
    float r = u.f;
    for (int i = 0; i < 3; i++) r = (2 * r + x / (r * r)) / 3;
    return x > 0 ? r : 0;
}

/* Linear light to Oklab (B. Ottosson, "A perceptual color space for image processing", 2020). */
static void oklab_of(const float light[3], float lab[3]) {
    const float r = light[0], g = light[1], b = light[2];
    const float l = cube_root(0.4122214708f * r + 0.5363325363f * g + 0.0514459929f * b);
    const float m = cube_root(0.2119034982f * r + 0.6806995451f * g + 0.1073969566f * b);
    const float s = cube_root(0.0883024619f * r + 0.2817188376f * g + 0.6299787005f * b);
    lab[0] = 0.2104542553f * l + 0.7936177850f * m - 0.0040720468f * s;
    lab[1] = 1.9779984951f * l - 2.4285922050f * m + 0.4505937099f * s;
    lab[2] = 0.0259040371f * l + 0.7827717662f * m - 0.8086757660f * s;
}

/* And back. light: OUT. */
static void light_of_oklab(const float lab[3], float light[3]) {
    const float l = lab[0] + 0.3963377774f * lab[1] + 0.2158037573f * lab[2];
    const float m = lab[0] - 0.1055613458f * lab[1] - 0.0638541728f * lab[2];
    const float s = lab[0] - 0.0894841775f * lab[1] - 1.2914855480f * lab[2];
    const float l3 = l * l * l, m3 = m * m * m, s3 = s * s * s;
    light[0] = 4.0767416621f * l3 - 3.3077115913f * m3 + 0.2309699292f * s3;
    light[1] = -1.2684380046f * l3 + 2.6097574011f * m3 - 0.3413193965f * s3;
    light[2] = -0.0041960863f * l3 - 0.7034186147f * m3 + 1.7076147010f * s3;
}

static inline int32_t to_nearest(float x) { return (int32_t)(x < 0 ? x - 0.5f : x + 0.5f); }

static inline int level(uint32_t color, int c) { return (int)(color >> (16 - 8 * c) & 255); }

static inline int32_t alpha_of(hp_space space, uint32_t color) {
    return space & HP_WITH_ALPHA ? (int32_t)(color >> 24) : 255;
}

/* In sRGB coordinates are levels. alpha: 255 where colours aren't premultiplied. at: OUT. */
static void rgb_coordinates(uint32_t color, int32_t alpha, int32_t at[4]) {
    for (int c = 0; c < 3; c++) {
        const int32_t v = level(color, c);
        at[c] = alpha == 255 ? v * HP_LEVEL : (v * alpha * HP_LEVEL + 127) / 255;
    }
}

/* In Oklab lightness goes from 0 to HP_MAX_COORDINATE; a and b, in the same units times
   HP_CHROMA_WEIGHT, lie around the middle. With alpha, all three are premultiplied, lightness as
   its distance from middle grey, and alpha counts half. If Oklab is taken to be linear, the
   squared distance is then the mean of those on black and on white: for l = lightness x alpha
   and a = alpha, (dl^2 + (dl - da)^2) / 2 = (dl - da/2)^2 + (da/2)^2. at: OUT. */
static void light_coordinates(const float light[3], int32_t alpha, int32_t at[4]) {
    const float share = (float)alpha * (HP_MAX_COORDINATE / 255.0f);
    float lab[3];
    oklab_of(light, lab);
    const float shift = share - (float)HP_MAX_COORDINATE;
    at[0] = hp_within_space(to_nearest(lab[0] * share - shift / 2));
    at[1] = hp_within_space(to_nearest(lab[1] * share * HP_CHROMA_WEIGHT) + HP_MAX_COORDINATE / 2);
    at[2] = hp_within_space(to_nearest(lab[2] * share * HP_CHROMA_WEIGHT) + HP_MAX_COORDINATE / 2);
}

static void oklab_coordinates(uint32_t color, int32_t alpha, int32_t at[4]) {
    const float light[3] = {light_of[level(color, 0)], light_of[level(color, 1)],
                            light_of[level(color, 2)]};
    light_coordinates(light, alpha, at);
}

/* A step of one level of alpha, in coordinates. */
int32_t hp_alpha_step(hp_space space) {
    return space & HP_OKLAB && !(space & HP_STRAIGHT) ? HP_LEVEL / 2 : HP_LEVEL;
}

/* The place of an 8-bit colour. at: OUT. */
void hp_color_coordinates(hp_space space, uint32_t color, int32_t at[4]) {
    const int32_t alpha = alpha_of(space, color), scale = space & HP_STRAIGHT ? 255 : alpha;
    if (space & HP_OKLAB) oklab_coordinates(color, scale, at);
    else rgb_coordinates(color, scale, at);
    at[3] = space & HP_WITH_ALPHA ? alpha * hp_alpha_step(space) : 0;
}

/* The place of a fine colour. at: OUT. */
void hp_fine_coordinates(hp_space space, uint32_t fine, int32_t at[4]) {
    const uint32_t step[3] = {fine >> 20, fine >> 10 & 1023, fine & 1023};
    const float light[3] = {fine_light_of[step[0]], fine_light_of[step[1]],
                            fine_light_of[step[2]]};
    if (space & HP_OKLAB) light_coordinates(light, 255, at);
    else
        for (int c = 0; c < 3; c++) at[c] = (int32_t)step[c] * HP_FINE_STEP;
    at[3] = 0;
}

hp_opacity_kind hp_opacity(hp_space space, int32_t za) {
    const int32_t alpha = hp_high(za);
    return alpha == 0                            ? HP_CLEAR
           : alpha == 255 * hp_alpha_step(space) ? HP_OPAQUE
                                                 : HP_TRANSLUCENT;
}

static uint32_t nearest_rgb(const int32_t at[4], int32_t scale) {
    uint32_t color = 0;
    for (int c = 0; c < 3; c++) {
        const int32_t v = (2 * at[c] * 255 + HP_LEVEL * scale) / (2 * HP_LEVEL * scale);
        color |= (uint32_t)hp_min(255, v) << (16 - 8 * c);
    }
    return color;
}

/* The highest level that is no lighter than x, or 0. */
static int level_below(float x) {
    int low = 0;
    for (int step = 128; step; step /= 2)
        if (low + step < 256 && light_of[low + step] <= x) low += step;
    return low;
}

/* The nearest of the eight colours around the point. To round each level would ignore how oblique
   the axes of sRGB stand in Oklab. */
static uint32_t nearest_oklab(const int32_t at[4], int32_t scale) {
    const float share = (float)scale * (HP_MAX_COORDINATE / 255.0f);
    const float shift = share - (float)HP_MAX_COORDINATE;
    const float lab[3] = {((float)at[0] + shift / 2) / share,
                          (float)(at[1] - HP_MAX_COORDINATE / 2) / (share * HP_CHROMA_WEIGHT),
                          (float)(at[2] - HP_MAX_COORDINATE / 2) / (share * HP_CHROMA_WEIGHT)};
    float light[3];
    uint32_t best = 0;
    int32_t least = INT32_MAX;
    light_of_oklab(lab, light);
    const int low[3] = {level_below(light[0]), level_below(light[1]), level_below(light[2])};
    for (int corner = 0; corner < 8; corner++) {
        uint32_t color = 0;
        int32_t there[4] = {0};
        for (int c = 0; c < 3; c++)
            color |= (uint32_t)hp_min(255, low[c] + (corner >> c & 1)) << (16 - 8 * c);
        oklab_coordinates(color, scale, there);
        there[3] = at[3];
        const int32_t d = hp_squared_distance(hp_pair(there[0], there[1]),
                                              hp_pair(there[2], there[3]), hp_pair(at[0], at[1]),
                                              hp_pair(at[2], at[3]));
        if (d < least) least = d, best = color;
    }
    return best;
}

/* The 8-bit colour nearest to a point, but for the rounding of premultiplied colours. */
uint32_t hp_nearest_color(hp_space space, const int32_t at[4]) {
    const int32_t step = hp_alpha_step(space);
    const int32_t alpha = space & HP_WITH_ALPHA ? hp_min(255, (at[3] + step / 2) / step) : 255;
    const int32_t scale = space & HP_STRAIGHT ? 255 : alpha;
    if (!scale) return 0;
    return (uint32_t)alpha << 24 |
           (space & HP_OKLAB ? nearest_oklab(at, scale) : nearest_rgb(at, scale));
}
