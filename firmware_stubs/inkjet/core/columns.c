#include "columns.h"

#include "bytes.h"
#include "crc32.h"
#include "schema.h"

void expander_start(struct expander *expander, uint8_t encoding, uint16_t columns, uint16_t dots, uint32_t crc) {
    uint32_t bytes = COLUMN_BYTES(dots);
    uint32_t over = bytes * 8u - dots;
    expander->size = bytes * columns;
    expander->made = 0;
    expander->crc = crc;
    expander->head = 0;
    expander->stored = 0;
    expander->bytes = (uint16_t)bytes;
    expander->encoding = encoding;
    expander->spare = (uint8_t)(0xFF00u >> over);
    expander->entries = 0;
    expander->index = 0;
    expander->counted = false;
    expander->half = false;
    expander->spoilt = (encoding != ENCODING_RAW && encoding != ENCODING_DICTIONARY) || dots < 1 || dots > MOST_DOTS;
}

static void take_raw(struct expander *expander, uint8_t byte, uint8_t *out) {
    bool last = expander->made % expander->bytes == expander->bytes - 1u;
    if (expander->made >= expander->size || (last && (byte & expander->spare) != 0)) {
        expander->spoilt = true;
        return;
    }
    out[expander->made++] = byte;
    expander->crc = crc32_more(expander->crc, &byte, 1);
}

static void take_run(struct expander *expander, uint8_t run, uint8_t *out) {
    const uint8_t *column = expander->dictionary + (uint32_t)expander->index * expander->bytes;
    uint32_t more = (uint32_t)run * expander->bytes;
    if (run == 0 || expander->index >= expander->entries || more > expander->size - expander->made ||
        (column[expander->bytes - 1u] & expander->spare) != 0) {
        expander->spoilt = true;
        return;
    }
    for (uint8_t i = 0; i < run; i++) {
        copy_bytes(out + expander->made, column, expander->bytes);
        expander->made += expander->bytes;
    }
    expander->crc = crc32_more(expander->crc, out + expander->made - more, more);
}

static void take_packed(struct expander *expander, uint8_t byte, uint8_t *out) {
    if (!expander->counted) {
        expander->counted = true;
        expander->entries = byte;
        expander->head = (uint32_t)byte * expander->bytes;
    } else if (expander->head > 0) {
        expander->dictionary[expander->stored++] = byte;
        expander->head--;
    } else if (!expander->half) {
        expander->half = true;
        expander->index = byte;
    } else {
        expander->half = false;
        take_run(expander, byte, out);
    }
}

void expander_take(struct expander *expander, const uint8_t *data, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size && !expander->spoilt; i++) {
        if (expander->encoding == ENCODING_RAW) {
            take_raw(expander, data[i], out);
        } else {
            take_packed(expander, data[i], out);
        }
    }
}

bool expander_done(const struct expander *expander) {
    return !expander->spoilt && expander->made == expander->size && !expander->half && expander->head == 0;
}
