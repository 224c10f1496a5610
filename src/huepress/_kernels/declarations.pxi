# What the gate uses of kernels.h.

cdef extern from "kernels.h" nogil:
    int HP_PAD, HP_CELLS, HP_SCALE, HP_FINE_MOST
    size_t HP_ROOM(int)

    ctypedef struct hp_box:
        pass

    ctypedef enum hp_space:
        HP_WITH_ALPHA, HP_IN_OKLAB, HP_STRAIGHT

    ctypedef struct hp_points:
        hp_space space
        int32_t size, leaves, nodes
        int32_t *xy
        int32_t *za
        uint32_t *weight
        int32_t *leaf
        int32_t *node
        hp_box *leaf_box
        hp_box *node_box

    ctypedef struct hp_sums:
        int64_t weight
        int64_t square

    ctypedef struct hp_centroids:
        int32_t k
        int32_t *xy
        int32_t *za

    ctypedef enum hp_lattice:
        pass

    ctypedef uint32_t hp_mark(const uint8_t *, size_t, uint64_t *, uint8_t *, uint32_t *)
    ctypedef void hp_number(const uint8_t *, size_t, const uint64_t *, const uint32_t *,
                            uint32_t *, uint32_t *)
    ctypedef void hp_bound(hp_points *)
    ctypedef struct hp_assignment:
        int32_t *labels
        hp_sums *sums
        int32_t *leaf_guard
        int32_t *node_guard
        const uint8_t *has_moved

    ctypedef int64_t hp_assign(const hp_points *, int32_t, int32_t, const hp_centroids *,
                               const hp_centroids *, hp_assignment *, int32_t *)
    ctypedef struct hp_merging:
        float *weight
        float *at[4]
        float *cost
        float *least
        int32_t *partner

    ctypedef void hp_merge(hp_merging *, int32_t, int32_t)
    int HP_WIDTH, HP_TILE, HP_ROWS

    ctypedef struct hp_scale:
        int32_t width, height
        const uint8_t *rgb
        const float *curve
        float *light
        float *xyb
        float *mean

    ctypedef struct hp_desk:
        pass

    ctypedef void hp_compose(const uint8_t *, size_t, uint8_t, uint8_t *)
    ctypedef void hp_halve(const hp_scale *, hp_scale *, int32_t, int32_t, hp_desk *)
    ctypedef void hp_look(const hp_scale *, const hp_scale *, int, int32_t, hp_desk *, double *)

    int HP_BIT, HP_PAST, HP_MARGIN, HP_BARRED, HP_DEAREST, HP_AROUND
    float HP_NEVER
    ctypedef struct hp_canvas:
        int32_t width, height
        const uint32_t *index
        const int32_t *xy
        const int32_t *za
        const uint8_t *fit
        uint8_t *tolerance

    enum:
        HP_QUIET

    size_t HP_TEXTURE(size_t)
    ctypedef struct hp_texture:
        int32_t *ring
        int32_t *sums
        int32_t *wide
        float *variance

    int HP_SHADES
    ctypedef struct hp_diffusion:
        const hp_centroids *book
        int32_t share, cap
        int32_t *residuals
        uint8_t *labels

    ctypedef void hp_diffuse(const hp_canvas *, hp_diffusion *)
    ctypedef void hp_mix(const hp_canvas *, int32_t, const hp_centroids *, hp_space, int32_t,
                         int32_t, uint8_t *)

    ctypedef struct hp_step:
        pass

    ctypedef struct hp_trellis:
        int32_t rows, span, stride, ring
        const hp_centroids *book
        float step
        int32_t across, down, cap
        const float *rates
        const float *match
        const int32_t *offset
        const float *fence
        const float *lead
        const int32_t *nearest
        const uint8_t *around
        const int32_t *around_xy
        const int32_t *around_za
        const float *literal
        int32_t *left_xy
        int32_t *left_za
        int32_t *plane_xy
        int32_t *plane_za
        int32_t *done
        uint8_t *labels
        uint8_t *copies

    ctypedef struct hp_row:
        float *cost
        int32_t *start
        int32_t *residual_xy
        int32_t *residual_za
        int32_t *target_xy
        int32_t *target_za
        int32_t *loud
        float *rate
        int32_t *around
        hp_step *steps

    ctypedef void hp_tolerate(const hp_canvas *, int32_t, int32_t, hp_texture *, uint8_t *)
    ctypedef void hp_rate(float, float *)
    ctypedef void hp_weigh_smooth(const hp_canvas *, hp_texture *, uint8_t *)
    ctypedef void hp_map_cheaply(const hp_canvas *, hp_trellis *, hp_row *)
    int HP_CHEAPEST_MATCHES
    size_t HP_ARRANGING(int)
    uint32_t HP_DAMAGED
    int HP_LITLENS, HP_DISTANCES
    ctypedef uint32_t hp_token

    ctypedef struct hp_reader:
        int state

    int HP_DONE

    ctypedef struct hp_piece:
        pass

    ctypedef struct hp_writer:
        uint8_t *next
        uint8_t *end
        int full

    ctypedef struct hp_matching:
        pass

    ctypedef void hp_filter(const uint8_t *, size_t, size_t, size_t, int, const uint16_t *,
                            uint8_t *, uint64_t *, hp_matching *, uint8_t *)
    ctypedef void hp_arrange(const uint8_t *, size_t, size_t, int, int, const uint16_t *, int32_t *,
                             int32_t *)

    ctypedef struct hp_set:
        const char *name
        hp_mark *mark
        hp_number *number
        hp_bound *bound
        hp_assign *assign
        hp_merge *merge
        hp_compose *compose
        hp_halve *halve
        hp_look *look
        hp_tolerate *tolerate
        hp_rate *rate
        hp_weigh_smooth *weigh_smooth
        hp_map_cheaply *map_cheaply
        hp_diffuse *diffuse
        hp_mix *mix
        hp_filter *filter
        hp_arrange *arrange

    int32_t hp_pair(int32_t, int32_t)
    int32_t hp_low(int32_t)
    int32_t hp_high(int32_t)
    int hp_sets(hp_set *)
    ctypedef struct hp_color_counts:
        uint32_t size
        uint32_t *keys
        uint32_t *counts
        uint64_t *exact

    uint32_t hp_union_size(const hp_color_counts *, const hp_color_counts *)
    void hp_merge_counts(const hp_color_counts *, const hp_color_counts *, hp_color_counts *)
    void hp_scale_counts(hp_color_counts *, uint64_t)
    void hp_list_marked(const uint64_t *, const uint8_t *, uint32_t *)
    size_t hp_hash(const uint8_t *, size_t, uint64_t *, int, uint32_t *)
    void hp_rehash(const uint64_t *, int, uint64_t *, int)
    void hp_sort_hashed(uint64_t *, int, int, uint32_t, uint64_t *, uint64_t *, uint32_t *,
                        uint32_t *)
    void hp_number_hashed(const uint8_t *, size_t, const uint64_t *, int, uint32_t *)
    int HP_HIGH_BITS
    void hp_encode(const uint8_t *, size_t, int, uint32_t *)
    enum: HP_BUCKETS
    uint32_t hp_fine_word(const uint8_t *)
    uint32_t hp_split_codes(const uint32_t *, size_t, uint32_t *, uint32_t *)
    uint32_t hp_sort_buckets(uint32_t *, size_t, const uint32_t *, uint32_t *)
    void hp_count_codes(const uint32_t *, size_t, uint32_t *, uint32_t *)
    void hp_number_codes(const uint32_t *, uint32_t, uint32_t *, size_t, uint32_t *)
    void hp_spread_labels(const uint32_t *, size_t, const uint16_t *, uint8_t *, uint16_t *)
    void hp_decode(const uint32_t *, uint32_t, int, uint32_t *)
    void hp_decode_fine(const uint32_t *, uint32_t, uint32_t *)
    void hp_decode_rounded(const uint32_t *, uint32_t, uint32_t *)
    void hp_round(const uint8_t *, size_t, uint8_t *)
    void hp_set_light(const float *)
    void hp_coordinates(hp_space, uint32_t, int32_t *)
    void hp_place(const uint32_t *, hp_points *)
    void hp_place_fine(const uint32_t *, hp_points *)
    void hp_count_cells(const uint32_t *, int32_t, int32_t *)
    void hp_coarsen(const hp_points *, const uint32_t *, int, hp_points *, uint32_t *)
    int32_t hp_sketch(const hp_points *, const uint32_t *, int, int, double, hp_points *,
                      uint32_t *)
    void hp_partition(hp_points *, const uint32_t *)
    int32_t hp_update(const hp_sums *, hp_space, hp_lattice, hp_centroids *)
    void hp_colors_of(const hp_centroids *, hp_space, uint8_t *)
    int64_t hp_distortion(const hp_sums *, const hp_centroids *, int64_t *)
    void hp_split(const hp_points *, const int32_t *, const hp_sums *, const hp_centroids *,
                  int32_t, uint64_t, int64_t *, double *, hp_centroids *)
    int32_t hp_variance_split(const hp_points *, int32_t *, int32_t *, void *, hp_centroids *)
    size_t hp_variance_split_box_size()
    void hp_keep(uint32_t *, int32_t, int, const uint32_t *, int32_t)
    void hp_bind_points(const hp_points *, const hp_centroids *, uint32_t *, int32_t *)
    void hp_bind_pixels(const hp_points *, const hp_centroids *, uint32_t *, const uint32_t *,
                        size_t, uint8_t *)
    void hp_settle_alpha(const hp_points *, const int32_t *, int32_t, hp_centroids *, int64_t *,
                         int8_t *)
    void hp_place_shades(const hp_canvas *, const uint8_t *, const uint8_t *, int32_t, uint8_t *)
    uint64_t hp_squared_error(const uint32_t *, const uint32_t *, int, size_t, const uint8_t *,
                              const uint16_t *, const uint8_t *)
    void hp_look_around(const hp_centroids *, uint8_t *)
    void hp_measure_fit(const hp_points *, const int32_t *, const hp_centroids *, uint8_t *)
    int32_t hp_greedy_plusplus(const hp_points *, int, uint64_t, int32_t *, int32_t *, int32_t *,
                               hp_centroids *)
    void hp_fill_log2(uint16_t *)
    void hp_open_reader(hp_reader *, const uint8_t *, size_t, const uint8_t *, size_t, size_t)
    uint32_t hp_read_tokens(hp_reader *, hp_token *, uint32_t)
    int hp_cut(const hp_token *, uint32_t, uint32_t, const uint16_t *, hp_piece *, int32_t *)
    uint64_t hp_renamed_bits(const hp_piece *, int, const uint8_t *)
    void hp_write_blocks(hp_writer *, const hp_token *, const hp_piece *, int, int)
    void hp_align(hp_writer *)

    ctypedef struct hp_parser:
        const uint8_t *raw
        const uint8_t *hints
        const int32_t *distances
        size_t at

    void hp_open_parser(hp_parser *)
    uint32_t hp_parse(hp_parser *, size_t, hp_token *, uint32_t)
