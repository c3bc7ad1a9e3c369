#include "config.h"

#include "bytes.h"
#include "face.h"
#include "frame.h"
#include "schema.h"

static const char NAME[14] = "spray-c 1";

void config_plain(struct config *config) {
    zero_bytes(config, sizeof *config);
    config->ticks_per_inch = 2000000;
    config->dpi = 200000;
    config->distance = 160000;
    config->margin = 2000;
    config->max_window = 4000;
    config->min_length = 1000;
    config->max_length = 26000;
    config->min_gap = 500;
    config->debounce = 60;
    config->reverse_tolerance = 20;
    config->raster_bytes = MOST_RASTER < 65536 ? MOST_RASTER : 65536;
    config->bench_speed = 236000;
    config->stop_ms = 500;
    config->schema = SCHEMA_HASH;
    config->face = FACE_HASH;
    config->dots = 40;
    config->slots = MOST_SLOTS;
    config->results = MOST_RESULTS;
    config->log = MOST_EVENTS;
    config->max_columns = 4096;
    config->rx_bytes = 4096;
    config->frames = 8;
    config->encodings = 1u << ENCODING_RAW | 1u << ENCODING_DICTIONARY | 1u << ENCODING_SYMBOLIC;
    config->photocell = true;
    copy_bytes((uint8_t *)config->firmware, (const uint8_t *)NAME, sizeof config->firmware);
}

bool config_fits(const struct config *config) {
    uint32_t reach = 0x3FFFFFFFu; /* positions are compared by signed difference: half of that for each of two summands */
    bool tables = config->slots >= 1 && config->slots <= MOST_SLOTS && config->results >= 1 &&
                  config->results <= MOST_RESULTS && config->log >= 3 && config->log <= MOST_EVENTS &&
                  config->raster_bytes <= MOST_RASTER;
    bool head = config->dots >= 1 && config->dots <= MOST_DOTS && config->dpi >= 1 && config->max_columns >= 1 &&
                config->frames >= 1 && config->rx_bytes >= FRAME_WIRE && config->ticks_per_inch >= config->dpi;
    bool belt = config->distance <= reach && config->max_window < config->distance && config->margin <= reach &&
                config->debounce <= reach && config->max_length <= reach;
    return tables && head && belt;
}
