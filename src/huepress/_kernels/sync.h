/* How rows that are mapped at the same time wait for each other. */
#ifndef HP_SYNC_H
#define HP_SYNC_H
#include <stdint.h>

#if defined(_MSC_VER)
#include <windows.h>
static inline int32_t hp_claim(int32_t *next) {
    return _InterlockedExchangeAdd((volatile long *)next, 1);
}
static inline void hp_publish(int32_t *done, int32_t value) {
    _InterlockedExchange((volatile long *)done, value);
}
static inline int32_t hp_seen(int32_t *done) { return _InterlockedOr((volatile long *)done, 0); }
static inline void hp_give_way(void) { SwitchToThread(); }
#else
#include <sched.h>
static inline int32_t hp_claim(int32_t *next) {
    return __atomic_fetch_add(next, 1, __ATOMIC_RELAXED);
}
static inline void hp_publish(int32_t *done, int32_t value) {
    __atomic_store_n(done, value, __ATOMIC_RELEASE);
}
static inline int32_t hp_seen(int32_t *done) { return __atomic_load_n(done, __ATOMIC_ACQUIRE); }
static inline void hp_give_way(void) { sched_yield(); }
#endif

/* Wait until `done` is at least `enough`: for a moment busily, then letting others run. */
static inline void hp_await(int32_t *done, int32_t enough) {
    for (int tries = 0; hp_seen(done) < enough; tries++)
        if (tries >= 1000) hp_give_way();
}

#endif
