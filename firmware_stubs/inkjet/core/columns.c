#include "columns.h"

#include "bytes.h"
#include "crc32.h"
#include "schema.h"
#include "symbolic.h"

/* A symbolic job is kept where a dictionary would be. */
typedef char symbolic_fits[SYMBOLIC_MOST <= sizeof(((struct expander *)0)->dictionary) ? 1 : -1];

void expander_start(struct expander *expander, const struct encoded *encoded, uint32_t crc) {
    uint32_t bytes = COLUMN_BYTES(encoded->dots);
    uint32_t over = bytes * 8u - encoded->dots;
    expander->size = bytes * encoded->columns;
    expander->made = 0;
    expander->crc = crc;
    expander->head = 0;
    expander->stored = 0;
    expander->dpi = encoded->dpi;
    expander->length = encoded->length;
    expander->bytes = (uint16_t)bytes;
    expander->columns = encoded->columns;
    expander->dots = encoded->dots;
    expander->encoding = encoded->encoding;
    expander->spare = (uint8_t)(0xFF00u >> over);
    expander->entries = 0;
    expander->index = 0;
    expander->counted = false;
    expander->half = false;
    expander->spoilt = encoded->encoding > ENCODING_SYMBOLIC || encoded->dots < 1 || encoded->dots > MOST_DOTS ||
                       (encoded->encoding == ENCODING_SYMBOLIC && encoded->length > SYMBOLIC_MOST);
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

static void take_symbolic(struct expander *expander, uint8_t byte, uint8_t *out) {
    struct canvas canvas;
    if (expander->stored >= expander->length) {
        expander->spoilt = true;
        return;
    }
    expander->dictionary[expander->stored++] = byte;
    if (expander->stored < expander->length) {
        return;
    }
    canvas.raster = out;
    canvas.dpi = expander->dpi;
    canvas.columns = expander->columns;
    canvas.dots = expander->dots;
    if (symbolic_draw(&canvas, expander->dictionary, expander->length)) {
        expander->made = expander->size;
        expander->crc = crc32_more(expander->crc, out, expander->made);
    } else {
        expander->spoilt = true;
    }
}

void expander_take(struct expander *expander, const uint8_t *data, size_t size, uint8_t *out) {
    for (size_t i = 0; i < size && !expander->spoilt; i++) {
        if (expander->encoding == ENCODING_RAW) {
            take_raw(expander, data[i], out);
        } else if (expander->encoding == ENCODING_SYMBOLIC) {
            take_symbolic(expander, data[i], out);
        } else {
            take_packed(expander, data[i], out);
        }
    }
}

bool expander_done(const struct expander *expander) {
    return !expander->spoilt && expander->made == expander->size && !expander->half && expander->head == 0;
}
