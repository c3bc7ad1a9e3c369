#include "cobs.h"

#define BLOCK 254u

size_t cobs_encode(const uint8_t *data, size_t size, uint8_t *out, size_t room) {
    size_t code_at = 0;
    size_t made = 1;
    uint8_t code = 1;
    if (room < COBS_MOST(size)) {
        return 0;
    }
    for (size_t i = 0; i < size; i++) {
        if (data[i] != 0) {
            out[made++] = data[i];
            code++;
        }
        /* A full block ends by itself; at the very end nothing follows it. */
        if (data[i] == 0 || (code == BLOCK + 1u && i + 1 < size)) {
            out[code_at] = code;
            code_at = made++;
            code = 1;
        }
    }
    out[code_at] = code;
    return made;
}

bool cobs_decode(const uint8_t *stuffed, size_t size, uint8_t *out, size_t room, size_t *made) {
    size_t at = 0;
    size_t count = 0;
    if (size == 0) {
        return false;
    }
    while (at < size) {
        uint8_t code = stuffed[at++];
        if (code == 0 || (size_t)code - 1 > size - at || (size_t)code > room - count) {
            return false;
        }
        for (uint8_t i = 1; i < code; i++) {
            if (stuffed[at] == 0) {
                return false;
            }
            out[count++] = stuffed[at++];
        }
        if (code <= BLOCK && at < size) {
            out[count++] = 0;
        }
    }
    *made = count;
    return true;
}
