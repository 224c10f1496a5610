/* The kernels that are compiled once for each instruction set: the list of them, and the sets.

   To add such a kernel, add a line to HP_KERNELS, and write its function, HP_NAME(hp_...), in a
   file that `by_set` in meson.build names; to call it from Python, add its line in
   declarations.pxi.

   To add an instruction set, add it to `sets` in meson.build, with what the compiler must be
   told. All else that names the sets is made from that; the compiler then asks for the two
   things that are missing: the vector operations in simd_NAME.h, and in dispatch.c has_NAME,
   which tells whether the machine can run them. */
#ifndef HP_BY_SET_H
#define HP_BY_SET_H
#include "canvas.h"
#include "png.h"
#include "sets.h"
#include "ssimulacra2.h"
#include "trellis.h"

/* What they return, their names, and their parameters. */
#define HP_KERNELS(X, set)                                                                         \
    /* color_index.c */                                                                            \
    X(set, uint32_t, mark_colors,                                                                  \
      (const uint8_t *rgb, size_t size, uint64_t *present, uint8_t *is_cell_used,                  \
       uint32_t *before))                                                                          \
    X(set, void, number_pixels,                                                                    \
      (const uint8_t *rgb, size_t size, const uint64_t *present, const uint32_t *before,           \
       uint32_t *index, uint32_t *counts))                                                         \
    /* assign.c */                                                                                 \
    X(set, void, find_boxes, (hp_points *p))                                                       \
    X(set, int64_t, assign,                                                                        \
      (const hp_points *p, int32_t first, int32_t last, const hp_centroids *centroids,             \
       const hp_centroids *moves, hp_assignment *to, const hp_assign_scratch *scratch))            \
    /* merging.c */                                                                                \
    X(set, void, merge_clusters, (hp_merging *m, int32_t count, int32_t k))                        \
    /* texture.c */                                                                                \
    X(set, void, measure_tolerance,                                                                \
      (const hp_canvas *c, int32_t first, int32_t last, hp_window *w, uint8_t *tolerance))         \
    X(set, void, fill_rates, (float strength, float rates[HP_TOLERANCES]))                         \
    X(set, void, measure_smoothness, (const hp_canvas *c, hp_window *w, uint8_t *importance))      \
    /* dither.c */                                                                                 \
    X(set, void, diffuse_errors, (const hp_canvas *c, hp_diffusion *d))                            \
    X(set, void, mix_entries,                                                                      \
      (const hp_canvas *c, int32_t size, const hp_centroids *codebook, hp_space space,             \
       int32_t share, int32_t cap, uint8_t *mixtures))                                             \
    /* trellis.c */                                                                                \
    X(set, void, run_trellis, (const hp_canvas *c, hp_trellis *t, hp_trellis_row *r))              \
    /* png_filters.c */                                                                            \
    X(set, void, filter_rows,                                                                      \
      (const uint8_t *rows, size_t size, size_t count, size_t pixel, int choice,                   \
       const uint16_t *log2, const uint8_t *zeros, uint8_t *trial, uint64_t *seen,                 \
       hp_match_model *m, uint8_t *out))                                                           \
    /* palette_order.c */                                                                          \
    X(set, void, reorder_palette,                                                                  \
      (const uint8_t *labels, size_t width, size_t height, int k, int rounds,                      \
       const uint16_t *log2, const hp_order_scratch *d, int32_t *order))                           \
    /* composite.c */                                                                              \
    X(set, void, composite, (const uint8_t *rgba, size_t size, uint8_t grey, uint8_t *rgb))        \
    /* ssimulacra2.c */                                                                            \
    X(set, void, downscale,                                                                        \
      (const hp_scale *from, hp_scale *to, int32_t first, int32_t last,                            \
       hp_tile_buffers *buffers))                                                                  \
    X(set, void, compare_tile,                                                                     \
      (const hp_scale *s, const hp_scale *reference, int structure, int32_t tile,                  \
       hp_tile_buffers *buffers, double norms[HP_NORMS]))

/* The kernels of one set. */
typedef struct {
    const char *set_name;
#define HP_FIELD(set, result, name, parameters) result(*name) parameters;
    HP_KERNELS(HP_FIELD, )
#undef HP_FIELD
} hp_kernels;

/* The functions of all sets, hp_NAME_SET. */
#define HP_DECLARE(set, result, name, parameters) result hp_##name##_##set parameters;
#define HP_DECLARE_SET(set) HP_KERNELS(HP_DECLARE, set)
HP_SETS(HP_DECLARE_SET)
#undef HP_DECLARE_SET
#undef HP_DECLARE

/* dispatch.c: the kernels of those sets that this machine can run, the slowest first. found: OUT.
   Returns how many there are. */
int hp_find_sets(hp_kernels found[HP_SET_COUNT]);

#endif
