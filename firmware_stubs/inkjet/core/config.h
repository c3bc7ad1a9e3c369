/* The device's own figures, and the fixed sizes of its tables. A board overrides the sizes with -D. */
#ifndef CONFIG_H
#define CONFIG_H

#include <stdbool.h>
#include <stdint.h>

#ifndef MOST_SLOTS
#define MOST_SLOTS 16
#endif
#ifndef MOST_RESULTS
#define MOST_RESULTS 256
#endif
#ifndef MOST_EVENTS
#define MOST_EVENTS 512
#endif
#ifndef MOST_PIECES
#define MOST_PIECES 64
#endif
#ifndef MOST_RASTER
#define MOST_RASTER 65536
#endif
#ifndef MOST_DOTS
#define MOST_DOTS 160
#endif

#define COLUMN_BYTES(dots) (((uint32_t)(dots) + 7u) / 8u)

/* Lengths are encoder ticks, resolutions thousandths (wire-protocol.md section 4), times milliseconds. */
struct config {
    uint32_t ticks_per_inch;
    uint32_t dpi;
    uint32_t distance;          /* camera photocell to head photocell */
    uint32_t margin;            /* how much earlier than the window's edge a commit must be there */
    uint32_t max_window;        /* below half the least pitch of letters */
    uint32_t min_length;
    uint32_t max_length;
    uint32_t min_gap;
    uint32_t debounce;
    uint32_t reverse_tolerance;
    uint32_t raster_bytes;
    uint32_t bench_speed;       /* ticks a second, where no encoder turns */
    uint32_t stop_ms;           /* standstill while firing; 0 where the belt has another clock */
    uint32_t schema;
    uint32_t face;              /* the hash of the face that symbolic text is drawn with */
    uint16_t dots;
    uint16_t slots;
    uint16_t results;
    uint16_t log;
    uint16_t max_columns;
    uint16_t rx_bytes;          /* bytes of numbered frames the line's buffer holds unread; the longest frame at least */
    uint8_t frames;             /* frames the host may have in flight */
    uint8_t encodings;          /* bit n: encoding n is known; 0 and 1 always are */
    bool photocell;
    bool results_survive;       /* the store bears a write per letter (section 9) */
    char firmware[14];
};

/* Plain figures, *ours*: none is published for a real sorter. */
void config_plain(struct config *config);

/* False where a figure does not fit the tables or the protocol: such a device must not start. */
bool config_fits(const struct config *config);

#endif
