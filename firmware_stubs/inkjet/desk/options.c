/* The desk's figures by name. */
#include <stdlib.h>
#include <string.h>

#include "desk.h"

struct figure {
    const char *name;
    size_t at;
    size_t size;
};

#define FIGURE(field) {#field, offsetof(struct config, field), sizeof(((struct config *)0)->field)}

static const struct figure FIGURES[] = {
    FIGURE(ticks_per_inch), FIGURE(dpi),        FIGURE(distance),    FIGURE(margin),
    FIGURE(max_window),     FIGURE(min_length), FIGURE(max_length),  FIGURE(min_gap),
    FIGURE(debounce),       FIGURE(dots),       FIGURE(raster_bytes), FIGURE(bench_speed),
    FIGURE(stop_ms),        FIGURE(schema),     FIGURE(slots),       FIGURE(results),
    FIGURE(log),            FIGURE(max_columns), FIGURE(frames),     FIGURE(photocell),
    FIGURE(results_survive), FIGURE(reverse_tolerance), FIGURE(encodings), FIGURE(face),
    FIGURE(rx_bytes),
};

static void put(const struct figure *figure, unsigned long value) {
    uint8_t *at = (uint8_t *)&desk.config + figure->at;
    uint8_t byte = (uint8_t)value;
    uint16_t half = (uint16_t)value;
    uint32_t word = (uint32_t)value;
    if (figure->size == 4) {
        memcpy(at, &word, 4);
    } else if (figure->size == 2) {
        memcpy(at, &half, 2);
    } else {
        *at = byte;
    }
}

bool desk_set(const char *assignment) {
    const char *equals = strchr(assignment, '=');
    size_t length = equals == NULL ? 0 : (size_t)(equals - assignment);
    for (size_t i = 0; i < sizeof FIGURES / sizeof FIGURES[0]; i++) {
        const struct figure *figure = &FIGURES[i];
        if (strlen(figure->name) == length && length > 0 && strncmp(figure->name, assignment, length) == 0) {
            char *end;
            unsigned long value = strtoul(equals + 1, &end, 0);
            unsigned long most = figure->size == 4 ? 0xFFFFFFFFul : figure->size == 2 ? 0xFFFFul : 0xFFul;
            if (figure->at == offsetof(struct config, photocell) || figure->at == offsetof(struct config, results_survive)) {
                most = 1ul;
            }
            if (end == equals + 1 || *end != '\0' || equals[1] == '-' || value > most) {
                return false;
            }
            put(figure, value);
            return true;
        }
    }
    return false;
}
