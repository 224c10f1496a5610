# K-means, step by step.

cdef struct AssignPart:
    # What one part of an assignment writes, beside labels.
    hp_sums *sums  # of its points since the last `finish_assign`; of the first part, of all points
    hp_assign_scratch scratch
    Arrays arrays


cdef class Clusters:
    """K centroids on `Points`, the label of each point, and the sums of each cluster."""

    cdef readonly Points points
    cdef hp_centroids it
    cdef hp_centroids before
    cdef hp_centroids moves
    cdef uint8_t *has_moved
    cdef bint labelled
    cdef hp_assignment to
    cdef AssignPart *each_part
    cdef readonly int parts

    def __cinit__(self, Points points not None, int k, int parts=1):
        if not 1 <= k <= HP_MAX_COLORS or not 1 <= parts <= 256:
            raise ValueError(f"k = {k}, parts = {parts}")
        if points.it.size < 1:
            raise ValueError("no points")
        self.points = points
        self.parts = parts
        self.it = self._centroids(k)
        self.before = self._centroids(k)
        self.moves = self._centroids(2 * k)
        self.has_moved = <uint8_t *>zeroed(k, 1)
        self.to.has_moved = self.has_moved
        self.to.sums = <hp_sums *>zeroed(k, sizeof(hp_sums))
        self.to.labels = <int32_t *>allocate(points.it.size + HP_PAD, sizeof(int32_t))
        self.to.leaf_guard = <int32_t *>allocate(points.it.leaves, sizeof(int32_t))
        self.to.node_guard = <int32_t *>allocate(points.it.nodes, sizeof(int32_t))
        memset(self.to.leaf_guard, 0xff, points.it.leaves * sizeof(int32_t))
        memset(self.to.node_guard, 0xff, points.it.nodes * sizeof(int32_t))
        self.each_part = <AssignPart *>zeroed(parts, sizeof(AssignPart))
        self.each_part[0].sums = self.to.sums
        for part in range(parts):
            self._obtain_part(part)
        self.clear_labels()

    cdef _obtain_part(self, int part):
        cdef AssignPart *to = &self.each_part[part]
        if part > 0:
            to.sums = <hp_sums *>zeroed(self.it.k, sizeof(hp_sums))
        self._name_candidates(&to.arrays, &to.scratch.moved_near_node)
        self._name_candidates(&to.arrays, &to.scratch.near_node)
        self._name_candidates(&to.arrays, &to.scratch.near_leaf)
        obtain_arrays(&to.arrays, False)

    cdef _name_candidates(self, Arrays *arrays, hp_candidates *candidates):
        cdef size_t size = HP_CANDIDATES(self.it.k)
        name_array(arrays, &candidates.xy, size, sizeof(int32_t))
        name_array(arrays, &candidates.za, size, sizeof(int32_t))
        name_array(arrays, &candidates.number, size, sizeof(int32_t))

    cdef hp_centroids _centroids(self, int k) except *:
        cdef hp_centroids c
        c.k = k
        c.xy = <int32_t *>zeroed(k + HP_PAD, sizeof(int32_t))
        c.za = <int32_t *>zeroed(k + HP_PAD, sizeof(int32_t))
        return c

    def __dealloc__(self):
        release(self.it.xy)
        release(self.it.za)
        release(self.before.xy)
        release(self.before.za)
        release(self.moves.xy)
        release(self.moves.za)
        release(self.has_moved)
        for part in range(self.parts if self.each_part != NULL else 0):
            if part > 0:
                release(self.each_part[part].sums)
            release_arrays(&self.each_part[part].arrays)
        release(self.each_part)
        release(self.to.sums)
        release(self.to.labels)
        release(self.to.leaf_guard)
        release(self.to.node_guard)

    @property
    def k(self):
        """The number of centroids."""
        return self.it.k

    def clear_labels(self):
        """Set all labels to -1, and all sums to 0."""
        memset(self.to.labels, 0xff, self.points.it.size * sizeof(int32_t))
        memset(self.to.sums, 0, self.it.k * sizeof(hp_sums))
        self.labelled = False

    def seed_by_variance(self):
        """Place the centroids by Wu's variance split; return how many found a place."""
        cdef size_t size = self.points.it.size
        cdef int32_t *order
        cdef int32_t *spare
        cdef hp_seed_box *heap
        cdef int32_t found
        cdef Arrays scratch
        begin_arrays(&scratch)
        name_array(&scratch, &order, size, sizeof(int32_t))
        name_array(&scratch, &spare, size, sizeof(int32_t))
        name_array(&scratch, &heap, self.it.k, sizeof(hp_seed_box))
        obtain_arrays(&scratch, False)
        with nogil:
            found = hp_seed_by_variance(&self.points.it, order, spare, heap, &self.it)
        release_arrays(&scratch)
        return found

    def seed_by_plusplus(self, int candidates, uint64_t seed):
        """Place the centroids by greedy k-means++; return how many found a place."""
        if not 1 <= candidates <= 64:
            raise ValueError(f"candidates = {candidates}")
        cdef size_t size = self.points.it.size
        cdef int32_t *nearest
        cdef int32_t *trial
        cdef int32_t *best
        cdef int32_t found
        cdef Arrays scratch
        begin_arrays(&scratch)
        name_array(&scratch, &nearest, size, sizeof(int32_t))
        name_array(&scratch, &trial, size, sizeof(int32_t))
        name_array(&scratch, &best, size, sizeof(int32_t))
        obtain_arrays(&scratch, False)
        with nogil:
            found = hp_seed_by_plusplus(&self.points.it, candidates, seed, nearest, trial, best,
                                        &self.it)
        release_arrays(&scratch)
        return found

    def copy_centroids(self, Clusters other not None, which=None):
        """Copy all centroids of another `Clusters`, or `which` of them: as many as are here."""
        cdef int32_t i, j
        which = None if which is None else list(which)
        if (other.it.k if which is None else len(which)) != self.it.k:
            raise ValueError(f"not {self.it.k} centroids of {other.it.k}: {which}")
        if which is None:
            memcpy(self.it.xy, other.it.xy, self.it.k * sizeof(int32_t))
            memcpy(self.it.za, other.it.za, self.it.k * sizeof(int32_t))
            return
        for i, j in enumerate(which):
            if not 0 <= j < other.it.k:
                raise ValueError(f"centroid {j} of {other.it.k}")
            self.it.xy[i], self.it.za[i] = other.it.xy[j], other.it.za[j]

    def prepare_assign(self):
        """Before `assign`: note which centroids moved since the last time."""
        cdef int32_t j, n = 0
        for j in range(self.it.k):
            self.has_moved[j] = (self.it.xy[j] != self.before.xy[j]
                                 or self.it.za[j] != self.before.za[j])
            if self.has_moved[j]:
                self.moves.xy[n], self.moves.za[n] = self.before.xy[j], self.before.za[j]
                self.moves.xy[n + 1], self.moves.za[n + 1] = self.it.xy[j], self.it.za[j]
                n += 2
        self.moves.k = n
        memcpy(self.before.xy, self.it.xy, self.it.k * sizeof(int32_t))
        memcpy(self.before.za, self.it.za, self.it.k * sizeof(int32_t))

    def assign(self, int part=0, int parts=1):
        """Label the points of one of `parts` with their nearest centroid (the first, if tied).

        Returns how many labels changed. Parts may run at the same time, between
        `prepare_assign` and `finish_assign`.
        """
        if not 0 <= part < parts <= self.parts:
            raise ValueError(f"part {part} of {parts}")
        cdef int32_t nodes = self.points.it.nodes
        cdef int32_t first = <int32_t>(<int64_t>nodes * part // parts)
        cdef int32_t last = <int32_t>(<int64_t>nodes * (part + 1) // parts)
        cdef hp_assign_scratch *scratch = &self.each_part[part].scratch
        cdef hp_centroids *moves = &self.moves if self.labelled else NULL
        cdef hp_assignment to = self.to
        cdef int64_t changed
        to.sums = self.each_part[part].sums
        with nogil:
            changed = chosen.assign(&self.points.it, first, last, &self.it, moves, &to, scratch)
        return changed

    def finish_assign(self):
        """After `assign` of all parts: add the sums of the others to those of the first."""
        cdef int64_t weight = 0
        cdef int32_t j, part
        for part in range(1, self.parts):
            hp_add_sums(self.to.sums, self.each_part[part].sums, self.it.k)
        for j in range(self.it.k):
            weight += self.to.sums[j].weight
        self.labelled = weight == self.points.weight
        if not self.labelled:  # some labels are still -1
            raise ValueError("assign all parts first")

    def update(self, int target):
        """Move each centroid, and return how many moved.

        `target` is the `MEAN` of its points, somewhat `BEYOND_MEAN`, or the `EIGHT_BIT` colour
        nearest to the mean.
        """
        if not 0 <= target <= 2:
            raise ValueError(f"target {target}")
        if not self.labelled:
            raise ValueError("assign first")
        cdef int32_t moved
        with nogil:
            moved = hp_update_centroids(self.to.sums, self.points.it.space, <hp_target>target,
                                        &self.it)
        return moved

    def distortion(self):
        """Return the exact distortion: sum of weight x squared distance, as labelled now."""
        return hp_distortion(self.to.sums, &self.it)

    def weights(self):
        """Return the weight of each cluster: its pixels."""
        return [self.to.sums[j].weight for j in range(self.it.k)]

    def split_into(self, Clusters wider not None, uint64_t seed=0):
        """Place more centroids: these, with those that gain most by it split in two.

        With a `seed` for random numbers, each gain counts 0.25 to 1.25 times.
        """
        cdef int k = self.it.k, more = wider.it.k - self.it.k
        if not 1 <= more <= k or wider.points is not self.points or not self.labelled:
            raise ValueError(f"split {k} labelled clusters into {wider.it.k} on the same points")
        cdef int64_t *moments
        cdef double *gains
        cdef double *sorted_gains
        cdef Arrays scratch
        begin_arrays(&scratch)
        name_array(&scratch, &moments, <size_t>HP_MOMENTS * k, sizeof(int64_t))
        name_array(&scratch, &gains, k, sizeof(double))
        name_array(&scratch, &sorted_gains, k, sizeof(double))
        obtain_arrays(&scratch, True)
        with nogil:
            hp_split_clusters(&self.points.it, self.to.labels, self.to.sums, &self.it, more, seed,
                              moments, gains, sorted_gains, &wider.it)
        release_arrays(&scratch)
        memcpy(wider.to.leaf_guard, self.to.leaf_guard, self.points.it.leaves * sizeof(int32_t))
        memcpy(wider.to.node_guard, self.to.node_guard, self.points.it.nodes * sizeof(int32_t))

    def merge_from(self, Clusters wider not None):
        """Place the centroids by merging labelled clusters, the cheapest pair first.

        Returns how many found a place: fewer than k if fewer have points.
        """
        if not wider.labelled:
            raise ValueError("assign those to be merged first")
        cdef size_t size = hp_padded(wider.it.k)
        cdef int32_t j, n = 0
        cdef int c
        cdef const hp_sums *sums
        cdef hp_merging m
        cdef Arrays arrays
        begin_arrays(&arrays)
        name_array(&arrays, &m.weight, size, sizeof(float))
        name_array(&arrays, &m.cost, size, sizeof(float))
        name_array(&arrays, &m.least_cost, size, sizeof(float))
        name_array(&arrays, &m.partner, size, sizeof(int32_t))
        for c in range(4):
            name_array(&arrays, &m.at[c], size, sizeof(float))
        obtain_arrays(&arrays, False)
        for j in range(wider.it.k):
            sums = wider.to.sums + j
            if sums.weight:
                m.weight[n] = <float>sums.weight
                for c in range(4):
                    m.at[c][n] = <float>(<double>sums.sum[c] / <double>sums.weight)
                n += 1
        with nogil:
            chosen.merge_clusters(&m, n, self.it.k)
        n = min(n, self.it.k)
        for j in range(n):
            self.it.xy[j] = hp_pair(<int32_t>(m.at[0][j] + 0.5), <int32_t>(m.at[1][j] + 0.5))
            self.it.za[j] = hp_pair(<int32_t>(m.at[2][j] + 0.5), <int32_t>(m.at[3][j] + 0.5))
        release_arrays(&arrays)
        return n

    def place_color(self, int j, uint32_t color):
        """Put centroid j where an 8-bit colour 0xAARRGGBB lies."""
        cdef int32_t at[4]
        if not 0 <= j < self.it.k:
            raise ValueError(f"centroid {j}")
        hp_color_coordinates(self.points.it.space, color, at)
        self.it.xy[j] = hp_pair(at[0], at[1])
        self.it.za[j] = hp_pair(at[2], at[3])

    def place(self, int j, int x, int y, int z, int a):
        """Put centroid j at these coordinates."""
        if not 0 <= j < self.it.k or not all(0 <= c <= HP_MAX_COORDINATE for c in (x, y, z, a)):
            raise ValueError(f"centroid {j} at {(x, y, z, a)}")
        self.it.xy[j] = hp_pair(x, y)
        self.it.za[j] = hp_pair(z, a)

    def centroids(self):
        """Return the coordinates of the centroids, a list of (x, y, z, a)."""
        cdef int32_t at[4]
        cdef int32_t j
        found = []
        for j in range(self.it.k):
            hp_unpack(self.it.xy[j], self.it.za[j], at)
            found.append((at[0], at[1], at[2], at[3]))
        return found

    def snap_alpha(self, int kept=0):
        """Make centroids opaque, or clear, if most of their weight is; then assign again.

        The first `kept` stay as they are.
        """
        if not self.labelled:
            raise ValueError("assign first")
        if not 0 <= kept <= self.it.k:
            raise ValueError(f"{kept} kept of {self.it.k}")
        cdef int64_t *weights
        cdef int8_t *kinds
        cdef Arrays scratch
        begin_arrays(&scratch)
        name_array(&scratch, &weights, <size_t>HP_OPACITY_KINDS * self.it.k, sizeof(int64_t))
        name_array(&scratch, &kinds, self.it.k, sizeof(int8_t))
        obtain_arrays(&scratch, True)
        with nogil:
            hp_snap_alpha(&self.points.it, self.to.labels, kept, &self.it, weights, kinds)
        release_arrays(&scratch)

    cdef uint32_t *_constraints(self, const uint32_t[::1] kept) except NULL:
        """Return the constraints of the points' labels; to be released."""
        cdef size_t size = self.points.it.size
        if self.points.owner is None or kept.shape[0] > self.it.k:
            raise ValueError(f"{kept.shape[0]} kept colours of {self.it.k}, or not all points")
        cdef ColorCounts colors = self.points.owner
        cdef uint32_t *constraints = <uint32_t *>allocate(size, sizeof(uint32_t))
        with nogil:
            decode(&colors.it, colors.channels, colors.fine, constraints)
            hp_find_kept_colors(constraints, <int32_t>size, colors.fine,
                                &kept[0] if kept.shape[0] else NULL, <int32_t>kept.shape[0])
        return constraints

    def constrained_labels(self, const uint32_t[::1] kept not None):
        """Return `labels` with those replaced that constraints forbid.

        Opaque points get opaque labels and clear ones clear labels, if there are any; and points
        of exactly the colours `kept`, numbers 0xAARRGGBB, get the first labels, in their order.
        """
        if not self.labelled:
            raise ValueError("assign first")
        cdef uint32_t *constraints = self._constraints(kept)
        cdef bytes out = copied(self.to.labels, self.points.it.size * sizeof(int32_t))
        cdef int32_t *to = <int32_t *><void *>PyBytes_AS_STRING(out)
        with nogil:
            hp_constrain_points(&self.points.it, &self.it, constraints, to)
        release(constraints)
        return memoryview(out).cast("i")

    def colors(self):
        """Return the 8-bit colours nearest to the centroids, 4 bytes (RGBA) each."""
        cdef bytes out = PyBytes_FromStringAndSize(NULL, 4 * self.it.k)
        hp_centroid_colors(&self.it, self.points.it.space, <uint8_t *>PyBytes_AS_STRING(out))
        return out

    def labels(self):
        """Return a copy of the labels, a buffer of int32, one for each point."""
        cdef bytes out = PyBytes_FromStringAndSize(
            <const char *>self.to.labels, self.points.it.size * sizeof(int32_t))
        return memoryview(out).cast("i")
