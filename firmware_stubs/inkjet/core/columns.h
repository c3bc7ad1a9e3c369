/* Encoded rasters, expanded as they come in (wire-protocol.md section 6). Only a symbolic job is kept until it is whole. */
#ifndef COLUMNS_H
#define COLUMNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "config.h"

#define MOST_ENTRIES 255u

struct expander {
    uint32_t size;     /* bytes of the canonical raster wanted */
    uint32_t made;     /* bytes of it made so far */
    uint32_t crc;      /* over the binding and the raster made so far */
    uint32_t head;     /* bytes of the dictionary still to come */
    uint32_t stored;   /* bytes of the dictionary that came */
    uint32_t dpi;
    uint32_t length;   /* bytes of a symbolic job */
    uint16_t bytes;    /* of one column */
    uint16_t columns;
    uint16_t dots;
    uint8_t encoding;
    uint8_t spare;     /* bits of a column's last byte that must be 0 */
    uint8_t entries;
    uint8_t index;
    bool counted;      /* the number of entries has come */
    bool half;         /* an index has come, its run not yet */
    bool spoilt;
    uint8_t dictionary[MOST_ENTRIES * COLUMN_BYTES(MOST_DOTS)]; /* or the symbolic job */
};

/* What is to be expanded: `length` encoded bytes to `columns` columns of `dots` dots at `dpi` thousandths. */
struct encoded {
    uint32_t length;
    uint32_t dpi;
    uint16_t columns;
    uint16_t dots;
    uint8_t encoding;
};

/* Ready for it; `crc` is that of the binding. More than MOST_DOTS dots or another encoding never come to be done. */
void expander_start(struct expander *expander, const struct encoded *encoded, uint32_t crc);

/* Encoded bytes, in order. `out` holds the whole raster wanted. What is wrong is kept for expander_done(). */
void expander_take(struct expander *expander, const uint8_t *data, size_t size, uint8_t *out);

/* The bytes so far make exactly the raster wanted, and set no dot above the top one. */
bool expander_done(const struct expander *expander);

#endif
