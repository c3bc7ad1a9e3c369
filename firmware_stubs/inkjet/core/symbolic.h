/* Symbolic jobs: bars and text, drawn into the raster (wire-protocol.md section 6, encoding 2; section 12 the face). */
#ifndef SYMBOLIC_H
#define SYMBOLIC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SYMBOLIC_MOST 255u

/* Where the dots go: `columns` columns of `dots` dots in firing order. `dpi` in thousandths. */
struct canvas {
    uint8_t *raster;
    uint32_t dpi;
    uint16_t columns;
    uint16_t dots;
};

/* Clear the raster and draw these parts; false where one is none, or a dot falls outside. */
bool symbolic_draw(const struct canvas *canvas, const uint8_t *data, size_t size);

#endif
