# K-means, step by step.

cdef class Clusters:
    """K centroids on `Points`, the label of each point, and the sums of each cluster."""

    cdef readonly Points points
    cdef hp_centroids it
    cdef hp_centroids before
    cdef hp_centroids moves
    cdef uint8_t *has_moved
    cdef bint labelled
    cdef hp_assignment to
    cdef hp_sums *shares
    cdef int32_t *room
    cdef readonly int parts

    def __cinit__(self, Points points not None, int k, int parts=1):
        if not 1 <= k <= MOST_COLORS or not 1 <= parts <= 256:
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
        self.shares = <hp_sums *>zeroed(<size_t>k * (parts - 1), sizeof(hp_sums))
        self.room = <int32_t *>allocate(HP_ROOM(k) * parts, sizeof(int32_t))
        self.clear_labels()

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
        release(self.to.sums)
        release(self.to.labels)
        release(self.to.leaf_guard)
        release(self.to.node_guard)
        release(self.shares)
        release(self.room)

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
        cdef int32_t *order = <int32_t *>allocate(2 * size, sizeof(int32_t))
        cdef void *boxes = allocate(self.it.k, hp_variance_split_box_size())
        cdef int32_t found
        with nogil:
            found = hp_variance_split(&self.points.it, order, order + size, boxes, &self.it)
        release(order)
        release(boxes)
        return found

    def seed_by_plusplus(self, int candidates, uint64_t seed):
        """Place the centroids by greedy k-means++; return how many found a place."""
        if not 1 <= candidates <= 64:
            raise ValueError(f"candidates = {candidates}")
        cdef size_t size = self.points.it.size
        cdef int32_t *room = <int32_t *>allocate(3 * size, sizeof(int32_t))
        cdef int32_t found
        with nogil:
            found = hp_greedy_plusplus(&self.points.it, candidates, seed, room, room + size,
                                       room + 2 * size, &self.it)
        release(room)
        return found

    def copy_centroids(self, Clusters other not None, which=None):
        """Copy the centroids of another `Clusters`, or `which` of them: as many as there are here."""
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
        cdef int32_t *room = self.room + part * HP_ROOM(self.it.k)
        cdef hp_centroids *moves = &self.moves if self.labelled else NULL
        cdef hp_assignment to = self.to
        cdef int64_t changed
        if part > 0:
            to.sums = self.shares + (part - 1) * self.it.k
        with nogil:
            changed = chosen.assign(&self.points.it, first, last, &self.it, moves, &to, room)
        return changed

    def finish_assign(self):
        """After `assign` of all parts: add the sums of the others to those of the first."""
        cdef int64_t weight = 0
        cdef int64_t *to = <int64_t *>self.to.sums
        cdef int64_t *share = <int64_t *>self.shares
        cdef size_t words = self.it.k * sizeof(hp_sums) // sizeof(int64_t), i
        for i in range(words * (self.parts - 1)):
            to[i % words] += share[i]
            share[i] = 0
        for i in range(<size_t>self.it.k):
            weight += self.to.sums[i].weight
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
            moved = hp_update(self.to.sums, self.points.it.space, <hp_lattice>target,
                              &self.it)
        return moved

    def distortion(self):
        """Return the exact distortion: sum of weight x squared distance, as labelled now."""
        return hp_distortion(self.to.sums, &self.it, NULL)

    def weights(self):
        """Return the weight of each cluster: its pixels."""
        return [self.to.sums[j].weight for j in range(self.it.k)]

    def split_into(self, Clusters wider not None, uint64_t chance=0):
        """Place more centroids: these, with those that gain most by it split in two.

        With a `chance`, a number to draw from, each gain counts for 0.25 to 1.25 of itself.
        """
        cdef int k = self.it.k, more = wider.it.k - self.it.k
        if not 1 <= more <= k or wider.points is not self.points or not self.labelled:
            raise ValueError(f"split {k} labelled clusters into {wider.it.k} on the same points")
        cdef int64_t *moments = <int64_t *>zeroed(12 * <size_t>k, sizeof(int64_t))
        with nogil:
            hp_split(&self.points.it, self.to.labels, self.to.sums, &self.it, more, chance, moments,
                     <double *>(moments + 10 * k), &wider.it)
        memcpy(wider.to.leaf_guard, self.to.leaf_guard, self.points.it.leaves * sizeof(int32_t))
        memcpy(wider.to.node_guard, self.to.node_guard, self.points.it.nodes * sizeof(int32_t))
        release(moments)

    def merge_from(self, Clusters wider not None):
        """Place the centroids by merging labelled clusters, the cheapest pair first.

        Returns how many found a place: fewer than k if fewer have points.
        """
        if not wider.labelled:
            raise ValueError("assign those to be merged first")
        cdef size_t room = wider.it.k + HP_PAD
        cdef float *floats = <float *>allocate(8 * room, sizeof(float))
        cdef int32_t j, n = 0
        cdef int c
        cdef const int64_t *sums
        cdef hp_merging m
        m.weight, m.cost, m.least = floats, floats + room, floats + 2 * room
        m.partner = <int32_t *>(floats + 3 * room)
        for c in range(4):
            m.at[c] = floats + (4 + c) * room
        for j in range(wider.it.k):
            sums = <const int64_t *>(wider.to.sums + j)
            if sums[0]:
                m.weight[n] = <float>sums[0]
                for c in range(4):
                    m.at[c][n] = <float>(<double>sums[1 + c] / <double>sums[0])
                n += 1
        with nogil:
            chosen.merge(&m, n, self.it.k)
        n = min(n, self.it.k)
        for j in range(n):
            self.it.xy[j] = hp_pair(<int32_t>(m.at[0][j] + 0.5), <int32_t>(m.at[1][j] + 0.5))
            self.it.za[j] = hp_pair(<int32_t>(m.at[2][j] + 0.5), <int32_t>(m.at[3][j] + 0.5))
        release(floats)
        return n

    def place_color(self, int j, uint32_t color):
        """Put centroid j where an 8-bit colour 0xAARRGGBB lies."""
        cdef int32_t at[4]
        if not 0 <= j < self.it.k:
            raise ValueError(f"centroid {j}")
        hp_coordinates(self.points.it.space, color, at)
        self.it.xy[j] = hp_pair(at[0], at[1])
        self.it.za[j] = hp_pair(at[2], at[3])

    def place(self, int j, int x, int y, int z, int a):
        """Put centroid j at these coordinates."""
        if not 0 <= j < self.it.k or not all(0 <= c <= MOST for c in (x, y, z, a)):
            raise ValueError(f"centroid {j} at {(x, y, z, a)}")
        self.it.xy[j] = hp_pair(x, y)
        self.it.za[j] = hp_pair(z, a)

    def centroids(self):
        """Return the coordinates of the centroids, a list of (x, y, z, a)."""
        return [(hp_low(self.it.xy[j]), hp_high(self.it.xy[j]),
                 hp_low(self.it.za[j]), hp_high(self.it.za[j])) for j in range(self.it.k)]

    def snap_alpha(self, int kept=0):
        """Make centroids opaque, or clear, if most of their weight is; then assign again.

        The first `kept` stay as they are.
        """
        if not self.labelled:
            raise ValueError("assign first")
        if not 0 <= kept <= self.it.k:
            raise ValueError(f"{kept} kept of {self.it.k}")
        cdef int64_t *weights = <int64_t *>zeroed(4 * <size_t>self.it.k, sizeof(int64_t))
        with nogil:
            hp_settle_alpha(&self.points.it, self.to.labels, kept, &self.it, weights,
                            <int8_t *>(weights + 3 * self.it.k))
        release(weights)

    cdef uint32_t *_bonds(self, const uint32_t[::1] kept) except NULL:
        """Return what binds the points' labels; to be released."""
        cdef size_t size = self.points.it.size
        if self.points.owner is None or kept.shape[0] > self.it.k:
            raise ValueError(f"{kept.shape[0]} kept colours of {self.it.k}, or not all points")
        cdef bint fine = self.points.owner.fine
        cdef uint32_t *bonds = <uint32_t *>allocate(size, sizeof(uint32_t))
        with nogil:
            if fine:
                hp_decode_fine(self.points.keys, <uint32_t>size, bonds)
            else:
                hp_decode(self.points.keys, <uint32_t>size, self.points.channels, bonds)
            hp_keep(bonds, <int32_t>size, fine, &kept[0] if kept.shape[0] else NULL,
                    <int32_t>kept.shape[0])
        return bonds

    def constrained_labels(self, const uint32_t[::1] kept not None):
        """Return `labels` with those replaced that may not be.

        Opaque points get opaque labels and clear ones clear labels, if there are any; and points
        of exactly the colours `kept`, numbers 0xAARRGGBB, get the first labels, in their order.
        """
        if not self.labelled:
            raise ValueError("assign first")
        cdef uint32_t *bonds = self._bonds(kept)
        cdef bytes out = copied(self.to.labels, self.points.it.size * sizeof(int32_t))
        cdef int32_t *to = <int32_t *><void *>PyBytes_AS_STRING(out)
        with nogil:
            hp_bind_points(&self.points.it, &self.it, bonds, to)
        release(bonds)
        return memoryview(out).cast("i")

    def colors(self):
        """Return the 8-bit colours nearest to the centroids, 4 bytes (RGBA) each."""
        cdef bytes out = PyBytes_FromStringAndSize(NULL, 4 * self.it.k)
        hp_colors_of(&self.it, self.points.it.space, <uint8_t *>PyBytes_AS_STRING(out))
        return out

    def labels(self):
        """Return a copy of the labels, a buffer of int32, one for each point."""
        cdef bytes out = PyBytes_FromStringAndSize(
            <const char *>self.to.labels, self.points.it.size * sizeof(int32_t))
        return memoryview(out).cast("i")
