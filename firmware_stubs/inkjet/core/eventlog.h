/* The numbered event log (wire-protocol.md section 8): kept until the host has made the events durable. */
#ifndef EVENTLOG_H
#define EVENTLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "config.h"

/* One entry, the fields of EVENT. */
struct event {
    uint32_t number;
    uint32_t boot;
    uint32_t piece;
    uint32_t epoch;
    uint32_t counter;
    uint32_t encoder;
    uint32_t trigger;
    uint32_t value;
    uint32_t time;
    uint8_t kind;
    uint8_t state;
    uint8_t reason;
};

struct eventlog {
    uint32_t tail;     /* number of the oldest one kept */
    uint32_t lost;     /* events other than ends that found no place since the last GAP */
    uint32_t now;      /* milliseconds since boot, of this round */
    uint16_t count;
    uint16_t first;    /* where the oldest stands in the ring */
    uint16_t capacity;
    struct event ring[MOST_EVENTS];
};

/* Empty, the next event is number 1. */
void eventlog_start(struct eventlog *log, uint16_t capacity);

/* The number the next event gets. */
uint32_t eventlog_next(const struct eventlog *log);

/* Places free when one is set aside for each of `promised` ends, and one for a GAP. May be negative. */
int32_t eventlog_room(const struct eventlog *log, uint32_t promised);

/* The event of this number; a null pointer when it is not kept. */
const struct event *eventlog_get(const struct eventlog *log, uint32_t number);

/* Append an event for which no place was set aside; its number, 0 when it was lost and counted. A gap told on the way
 * bears the log's `now`. */
uint32_t eventlog_note(struct eventlog *log, const struct event *event, uint32_t promised);

/* Append an end in the place set aside for it; its number. 0 only if that promise was broken. */
uint32_t eventlog_end(struct eventlog *log, const struct event *event);

/* An event that could not even be made, such as a piece that found no place in the table. */
void eventlog_lose(struct eventlog *log);

/* Forget every event up to `upto`, and tell a gap if there is room now. */
void eventlog_trim(struct eventlog *log, uint32_t upto, uint32_t promised);

/* The boot got its number only now: entries of this boot bear it from here on (section 5). */
void eventlog_christen(struct eventlog *log, uint32_t boot);

#endif
