/* Little-endian numbers in byte strings, and the wrap-safe difference of 32-bit counts (wire-protocol.md section 2).
 * Freestanding: nothing here or in the core needs a C library. */
#ifndef BYTES_H
#define BYTES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline uint16_t get16(const uint8_t *at) { return (uint16_t)(at[0] | (uint16_t)(at[1] << 8)); }

static inline uint32_t get32(const uint8_t *at) { return get16(at) | (uint32_t)get16(at + 2) << 16; }

static inline uint64_t get64(const uint8_t *at) { return get32(at) | (uint64_t)get32(at + 4) << 32; }

static inline void put16(uint8_t *at, uint16_t value) {
    at[0] = (uint8_t)value;
    at[1] = (uint8_t)(value >> 8);
}

static inline void put32(uint8_t *at, uint32_t value) {
    put16(at, (uint16_t)value);
    put16(at + 2, (uint16_t)(value >> 16));
}

static inline void put64(uint8_t *at, uint64_t value) {
    put32(at, (uint32_t)value);
    put32(at + 4, (uint32_t)(value >> 32));
}

static inline void copy_bytes(uint8_t *to, const uint8_t *from, size_t size) {
    for (size_t i = 0; i < size; i++) {
        to[i] = from[i];
    }
}

static inline void zero_bytes(void *at, size_t size) {
    for (size_t i = 0; i < size; i++) {
        ((uint8_t *)at)[i] = 0;
    }
}

/* a - b on a counter that wraps, as a signed number; -2^31 counts as far behind. */
static inline int32_t apart(uint32_t a, uint32_t b) {
    uint32_t gap = a - b;
    return gap <= 0x7FFFFFFFu ? (int32_t)gap : -(int32_t)(~gap) - 1;
}

/* |a - b| on a counter that wraps. */
static inline uint32_t distance32(uint32_t a, uint32_t b) {
    uint32_t gap = a - b;
    return gap <= 0x7FFFFFFFu ? gap : 0u - gap;
}

#endif
