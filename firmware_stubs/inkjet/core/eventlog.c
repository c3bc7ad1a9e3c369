#include "eventlog.h"

#include "bytes.h"
#include "schema.h"

static struct event *at(struct eventlog *log, uint16_t index) {
    uint32_t place = (uint32_t)log->first + index;
    return &log->ring[place < MOST_EVENTS ? place : place - MOST_EVENTS];
}

void eventlog_start(struct eventlog *log, uint16_t capacity) {
    log->tail = 1;
    log->lost = 0;
    log->now = 0;
    log->count = 0;
    log->first = 0;
    log->capacity = capacity;
}

uint32_t eventlog_next(const struct eventlog *log) { return log->tail + log->count; }

int32_t eventlog_room(const struct eventlog *log, uint32_t promised) {
    return (int32_t)log->capacity - (int32_t)log->count - (int32_t)promised - 1;
}

const struct event *eventlog_get(const struct eventlog *log, uint32_t number) {
    uint32_t index = number - log->tail;
    uint32_t place = (uint32_t)log->first + index;
    if (index >= log->count) {
        return 0;
    }
    return &log->ring[place < MOST_EVENTS ? place : place - MOST_EVENTS];
}

static uint32_t append(struct eventlog *log, const struct event *event) {
    struct event *entry;
    if (log->count >= log->capacity) {
        return 0;
    }
    entry = at(log, log->count);
    *entry = *event;
    entry->number = eventlog_next(log);
    log->count++;
    return entry->number;
}

static void tell_gap(struct eventlog *log, uint32_t promised) {
    struct event gap;
    if (log->lost == 0 || eventlog_room(log, promised) <= 0) {
        return;
    }
    zero_bytes(&gap, sizeof gap);
    gap.kind = KIND_GAP;
    gap.value = log->lost;
    gap.time = log->now;
    log->lost = 0;
    append(log, &gap);
}

uint32_t eventlog_note(struct eventlog *log, const struct event *event, uint32_t promised) {
    tell_gap(log, promised);
    if (log->lost != 0 || eventlog_room(log, promised) <= 0) {
        log->lost++;
        return 0;
    }
    return append(log, event);
}

uint32_t eventlog_end(struct eventlog *log, const struct event *event) { return append(log, event); }

void eventlog_lose(struct eventlog *log) { log->lost++; }

void eventlog_trim(struct eventlog *log, uint32_t upto, uint32_t promised) {
    while (log->count > 0 && apart(upto, log->tail) >= 0) {
        log->first = (uint16_t)(log->first + 1 < MOST_EVENTS ? log->first + 1 : 0);
        log->tail++;
        log->count--;
    }
    tell_gap(log, promised);
}

void eventlog_christen(struct eventlog *log, uint32_t boot) {
    for (uint16_t i = 0; i < log->count; i++) {
        struct event *event = at(log, i);
        if (event->boot == 0 && event->kind != KIND_GAP) {
            event->boot = boot;
        }
    }
}
