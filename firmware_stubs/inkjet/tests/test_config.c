/* Figures that do not fit tables or protocol: such a device must not start. */
#include "config.h"

#include "check.h"
#include "frame.h"

static struct config figures;

#define REFUSED(field, value)                \
    do {                                     \
        config_plain(&figures);              \
        figures.field = (value);             \
        CHECK(!config_fits(&figures));       \
    } while (0)

#define TAKEN(field, value)                  \
    do {                                     \
        config_plain(&figures);              \
        figures.field = (value);             \
        CHECK(config_fits(&figures));        \
    } while (0)

static void tables(void) {
    REFUSED(slots, 0);
    REFUSED(slots, MOST_SLOTS + 1);
    REFUSED(results, 0);
    REFUSED(results, MOST_RESULTS + 1);
    REFUSED(log, 2);
    REFUSED(log, MOST_EVENTS + 1);
    REFUSED(raster_bytes, MOST_RASTER + 1u);
    TAKEN(log, 3);
    TAKEN(slots, 1);
}

static void head_and_line(void) {
    REFUSED(dots, 0);
    REFUSED(dots, MOST_DOTS + 1);
    REFUSED(dpi, 0);
    REFUSED(max_columns, 0);
    REFUSED(frames, 0);
    REFUSED(rx_bytes, FRAME_WIRE - 1u);
    REFUSED(ticks_per_inch, 199999); /* fewer ticks than dots: two columns would fall at one tick */
    TAKEN(rx_bytes, FRAME_WIRE);
    TAKEN(ticks_per_inch, 200000);
}

static void belt(void) {
    REFUSED(distance, 0x40000000u); /* positions are compared by signed difference */
    REFUSED(max_window, 160000);    /* as far as the camera is from the head */
    REFUSED(margin, 0x40000000u);
    REFUSED(debounce, 0x40000000u);
    REFUSED(max_length, 0x40000000u);
    TAKEN(max_window, 159999);
}

int main(void) {
    config_plain(&figures);
    CHECK(config_fits(&figures));
    tables();
    head_and_line();
    belt();
    return 0;
}
