/* Consistent overhead byte stuffing: bytes without a zero (wire-protocol.md section 2). */
#ifndef COBS_H
#define COBS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes the stuffed form of `size` bytes takes at most. */
#define COBS_MOST(size) ((size) + (size) / 254u + 1u)

/* Stuff `size` bytes into `out`; the number of bytes made, 0 when `room` is too small. */
size_t cobs_encode(const uint8_t *data, size_t size, uint8_t *out, size_t room);

/* Unstuff into `out`. False where a code runs past the end, a zero stands inside, nothing is there or `room` is too
 * small. */
bool cobs_decode(const uint8_t *stuffed, size_t size, uint8_t *out, size_t room, size_t *made);

#endif
