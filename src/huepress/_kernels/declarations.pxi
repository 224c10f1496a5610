# What the gate uses of the kernels: of each header its functions, and its types with the fields
# that the gate sets or reads.

cdef extern from "core.h" nogil:
    int HP_PAD, HP_LEVEL, HP_MAX_COORDINATE, HP_MAX_COLORS, HP_MAX_INDEXED
    int32_t hp_pair(int32_t, int32_t)
    void hp_unpack(int32_t, int32_t, int32_t *)
    int32_t hp_padded(int32_t)

cdef extern from "log2.h" nogil:
    enum: HP_LOG2_ENTRIES
    void hp_fill_log2(uint16_t *)

cdef extern from "colors.h" nogil:
    enum: HP_MAX_FINE, HP_MAX_UNIQUE, HP_MAX_SQUARED
    int HP_FINE_STEP, HP_CELLS, HP_COLOR_WORDS, HP_PREFIX_BITS
    enum: HP_BUCKETS
    uint32_t hp_color_at(const uint8_t *)
    void hp_keys_of_pixels(const uint8_t *, size_t, int, uint32_t *)
    void hp_decode_keys(const uint32_t *, uint32_t, int, uint32_t *)
    void hp_decode_fine_keys(const uint32_t *, uint32_t, uint32_t *)
    void hp_decode_rounded_keys(const uint32_t *, uint32_t, uint32_t *)
    void hp_round_pixels(const uint8_t *, size_t, uint8_t *)
    void hp_list_marked_colors(const uint64_t *, const uint8_t *, uint32_t *)
    size_t hp_hash_colors(const uint8_t *, size_t, uint64_t *, int, uint32_t *)
    void hp_grow_hash_table(const uint64_t *, int, uint64_t *, int)
    void hp_sort_hashed_colors(uint64_t *, int, int, uint32_t, uint64_t *, uint64_t *, uint32_t *,
                               uint32_t *)
    void hp_number_hashed_pixels(const uint8_t *, size_t, const uint64_t *, int, uint32_t *)
    uint32_t hp_split_into_buckets(const uint32_t *, size_t, uint32_t *, uint32_t *)
    uint32_t hp_sort_buckets(uint32_t *, size_t, const uint32_t *, uint32_t *)
    void hp_count_sorted_keys(const uint32_t *, size_t, uint32_t *, uint32_t *)
    void hp_number_keys(const uint32_t *, uint32_t, uint32_t *, size_t, uint32_t *)
    ctypedef struct hp_color_counts:
        uint32_t size
        uint32_t *keys
        uint32_t *counts
        uint64_t *exact
    uint32_t hp_union_size(const hp_color_counts *, const hp_color_counts *)
    void hp_merge_counts(const hp_color_counts *, const hp_color_counts *, hp_color_counts *)
    void hp_scale_counts(hp_color_counts *, uint64_t)
    void hp_expand_labels(const uint32_t *, size_t, const uint16_t *, uint8_t *, uint16_t *)
    uint64_t hp_squared_error(const uint32_t *, const uint32_t *, int, size_t, const uint8_t *,
                              const uint16_t *, const uint8_t *)

cdef extern from "spaces.h" nogil:
    ctypedef enum hp_space:
        HP_WITH_ALPHA, HP_OKLAB, HP_STRAIGHT
    int HP_OPACITY_KINDS
    void hp_set_linear_table(const float *)
    void hp_color_coordinates(hp_space, uint32_t, int32_t *)

cdef extern from "points.h" nogil:
    ctypedef struct hp_box:
        pass
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
    void hp_place_colors(const uint32_t *, int, hp_points *)
    void hp_count_cells(const uint32_t *, int32_t, int32_t *)
    void hp_coarsen(const hp_points *, const uint32_t *, int, hp_points *, uint32_t *)
    int32_t hp_coarsen_within(const hp_points *, const uint32_t *, int, int, double, hp_points *,
                              uint32_t *)
    void hp_partition(hp_points *, const uint32_t *)

cdef extern from "clusters.h" nogil:
    ctypedef struct hp_sums:
        int64_t weight
        int64_t sum[4]
    ctypedef struct hp_centroids:
        int32_t k
        int32_t *xy
        int32_t *za
    ctypedef enum hp_target:
        HP_MEAN, HP_BEYOND_MEAN, HP_EIGHT_BIT
    ctypedef struct hp_assignment:
        int32_t *labels
        hp_sums *sums
        int32_t *leaf_guard
        int32_t *node_guard
        const uint8_t *has_moved
    size_t HP_CANDIDATES(size_t)
    ctypedef struct hp_candidates:
        int32_t *xy
        int32_t *za
        int32_t *number
    ctypedef struct hp_assign_scratch:
        hp_candidates moved_near_node, near_node, near_leaf
    ctypedef struct hp_merging:
        float *weight
        float *at[4]
        float *cost
        float *least_cost
        int32_t *partner
    int HP_MOMENTS
    ctypedef struct hp_seed_box:
        pass
    int32_t hp_update_centroids(const hp_sums *, hp_space, hp_target, hp_centroids *)
    void hp_add_sums(hp_sums *, hp_sums *, int32_t)
    void hp_centroid_colors(const hp_centroids *, hp_space, uint8_t *)
    int64_t hp_distortion(const hp_sums *, const hp_centroids *)
    void hp_snap_alpha(const hp_points *, const int32_t *, int32_t, hp_centroids *, int64_t *,
                       int8_t *)
    void hp_split_clusters(const hp_points *, const int32_t *, const hp_sums *,
                           const hp_centroids *, int32_t, uint64_t, int64_t *, double *, double *,
                           hp_centroids *)
    int32_t hp_seed_by_variance(const hp_points *, int32_t *, int32_t *, hp_seed_box *,
                                hp_centroids *)
    int32_t hp_seed_by_plusplus(const hp_points *, int, uint64_t, int32_t *, int32_t *, int32_t *,
                                hp_centroids *)

cdef extern from "canvas.h" nogil:
    enum: HP_TOLERANCES
    int HP_NEIGHBORS, HP_THRESHOLDS, HP_WINDOW_REACH, HP_WINDOW_SIDE, HP_WINDOW_SUMS
    ctypedef struct hp_canvas:
        int32_t width, height
        const uint32_t *index
        const int32_t *xy
        const int32_t *za
        const uint8_t *nearness
        uint8_t *tolerance
    ctypedef struct hp_window:
        int32_t **rows
        int32_t **column_sums
        int32_t **window_sums
        float *variance
    ctypedef struct hp_diffusion:
        const hp_centroids *codebook
        int32_t share, cap
        int32_t *residuals[2]
        uint8_t *labels
    void hp_measure_nearness(const hp_points *, const int32_t *, const hp_centroids *, uint8_t *)
    void hp_find_neighbors(const hp_centroids *, uint8_t *)
    void hp_apply_threshold_map(const hp_canvas *, const uint8_t *, const uint8_t *, int32_t,
                                uint8_t *)
    void hp_find_kept_colors(uint32_t *, int32_t, int, const uint32_t *, int32_t)
    void hp_constrain_points(const hp_points *, const hp_centroids *, uint32_t *, int32_t *)
    void hp_constrain_pixels(const hp_points *, const hp_centroids *, uint32_t *,
                             const uint32_t *, size_t, uint8_t *)

cdef extern from "trellis.h" nogil:
    int HP_MAX_ROWS, HP_MAX_RUN_DISTANCE, HP_MARGIN, HP_COST_PER_BIT, HP_MAX_COST, HP_FORBIDDEN
    float HP_UNREACHABLE
    ctypedef struct hp_trellis:
        int32_t rows, span, stride, planes
        const hp_centroids *codebook
        float step
        int32_t across, down, cap
        const float *rates
        float *match_cost
        int32_t *offset
        float *border_cost
        float *start_cost
        const int32_t *nearest
        uint8_t *neighbors
        int32_t *neighbor_xy
        int32_t *neighbor_za
        float *literal_cost
        int32_t *residual_xy
        int32_t *residual_za
        int32_t *color_xy
        int32_t *color_za
        int32_t *decided
        uint8_t *labels
        uint8_t *copies
    ctypedef struct hp_trellis_step:
        pass
    ctypedef struct hp_trellis_row:
        float *cost
        int32_t *start
        int32_t *residual_xy
        int32_t *residual_za
        int32_t *target_xy
        int32_t *target_za
        int32_t *passes_error
        float *rate
        int32_t *nearest
        hp_trellis_step *steps

cdef extern from "png.h" nogil:
    int HP_CHEAPEST_MATCHES
    enum: HP_BIGRAM_WORDS
    ctypedef struct hp_match_model:
        pass
    ctypedef struct hp_order_scratch:
        int32_t *matrix
        int32_t *weights
        int32_t *cost
        int32_t *growth
        int32_t *reverse
        int32_t *rows
        int32_t *columns
        int32_t *ties

cdef extern from "deflate.h" nogil:
    int HP_SYMBOLS, HP_DONE, HP_MAX_DISTANCE
    uint32_t HP_DAMAGED
    ctypedef uint32_t hp_token
    void hp_count_token(uint32_t *, hp_token, uint32_t)
    ctypedef struct hp_reader:
        int state
    void hp_open_reader(hp_reader *, const uint8_t *, size_t, const uint8_t *, size_t, size_t)
    uint32_t hp_read_tokens(hp_reader *, hp_token *, uint32_t)
    ctypedef struct hp_copy_parser:
        const uint8_t *raw
        const uint8_t *hints
        const int32_t *distances
        size_t at
    void hp_open_copy_parser(hp_copy_parser *)
    uint32_t hp_parse_copies(hp_copy_parser *, size_t, hp_token *, uint32_t)
    ctypedef struct hp_block:
        pass
    int hp_split_blocks(const hp_token *, uint32_t, uint32_t, const uint16_t *, hp_block *,
                        int32_t *)
    ctypedef struct hp_writer:
        uint8_t *next
        uint8_t *end
        int is_full
    uint64_t hp_permuted_bits(const hp_block *, int, const uint8_t *)
    void hp_write_blocks(hp_writer *, const hp_token *, const hp_block *, int, int)
    void hp_align(hp_writer *)

cdef extern from "ssimulacra2.h" nogil:
    int HP_TILE_COLUMNS, HP_TILE_ROWS, HP_NORMS
    ctypedef struct hp_scale:
        int32_t width, height
        const uint8_t *rgb
        const float *curve
        float *light
        float *xyb
        float *mean
    ctypedef struct hp_tile_buffers:
        pass

cdef extern from "by_set.h" nogil:
    enum: HP_SET_COUNT
    ctypedef struct hp_kernels:
        const char *set_name
        uint32_t (*mark_colors)(const uint8_t *, size_t, uint64_t *, uint8_t *,
                                uint32_t *) noexcept nogil
        void (*number_pixels)(const uint8_t *, size_t, const uint64_t *, const uint32_t *,
                              uint32_t *, uint32_t *) noexcept nogil
        void (*find_boxes)(hp_points *) noexcept nogil
        int64_t (*assign)(const hp_points *, int32_t, int32_t, const hp_centroids *,
                          const hp_centroids *, hp_assignment *,
                          const hp_assign_scratch *) noexcept nogil
        void (*merge_clusters)(hp_merging *, int32_t, int32_t) noexcept nogil
        void (*measure_tolerance)(const hp_canvas *, int32_t, int32_t, hp_window *,
                                  uint8_t *) noexcept nogil
        void (*fill_rates)(float, float *) noexcept nogil
        void (*measure_smoothness)(const hp_canvas *, hp_window *, uint8_t *) noexcept nogil
        void (*diffuse_errors)(const hp_canvas *, hp_diffusion *) noexcept nogil
        void (*mix_entries)(const hp_canvas *, int32_t, const hp_centroids *, hp_space, int32_t,
                            int32_t, uint8_t *) noexcept nogil
        void (*run_trellis)(const hp_canvas *, hp_trellis *, hp_trellis_row *) noexcept nogil
        void (*filter_rows)(const uint8_t *, size_t, size_t, size_t, int, const uint16_t *,
                            const uint8_t *, uint8_t *, uint64_t *, hp_match_model *,
                            uint8_t *) noexcept nogil
        void (*reorder_palette)(const uint8_t *, size_t, size_t, int, int, const uint16_t *,
                                const hp_order_scratch *, int32_t *) noexcept nogil
        void (*composite)(const uint8_t *, size_t, uint8_t, uint8_t *) noexcept nogil
        void (*downscale)(const hp_scale *, hp_scale *, int32_t, int32_t,
                          hp_tile_buffers *) noexcept nogil
        void (*compare_tile)(const hp_scale *, const hp_scale *, int, int32_t,
                              hp_tile_buffers *, double *) noexcept nogil
    int hp_find_sets(hp_kernels *)
