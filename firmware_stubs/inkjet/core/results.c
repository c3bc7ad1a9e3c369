#include "results.h"

#include "bytes.h"
#include "schema.h"

static void keep(struct spray *device, uint16_t index) {
    if (device->config.results_survive) {
        /* A failed write leaves the older record, or none: after a power loss the end is then told as POWER_LOST or not
         * at all, and the boot in every job still forbids a second spray. */
        (void)store_result_write(index, &device->jobs.results[index]);
    }
}

static void forget(struct spray *device, uint16_t index) {
    struct ended *ended = &device->jobs.results[index];
    if (ended->epoch == device->jobs.epoch && ended->counter > device->jobs.mark) {
        device->jobs.mark = ended->counter; /* a fired number can never fire again, known or not */
    }
    ended->used = false;
    keep(device, index);
}

/* The oldest result of the kind asked for, at or after `from` in order; MOST_RESULTS where there is none. */
static uint16_t oldest(const struct spray *device, bool settled, uint32_t from) {
    const struct ended *results = device->jobs.results;
    uint16_t found = MOST_RESULTS;
    for (uint16_t i = 0; i < MOST_RESULTS; i++) {
        if (results[i].used && (results[i].event == 0) == settled && results[i].order >= from &&
            (found == MOST_RESULTS || results[i].order < results[found].order)) {
            found = i;
        }
    }
    return found;
}

static uint16_t free_place(const struct spray *device) {
    for (uint16_t i = 0; i < device->config.results; i++) {
        if (!device->jobs.results[i].used) {
            return i;
        }
    }
    return MOST_RESULTS;
}

uint32_t results_unsettled(const struct spray *device) {
    uint32_t count = 0;
    for (uint16_t i = 0; i < MOST_RESULTS; i++) {
        count += device->jobs.results[i].used && device->jobs.results[i].event != 0;
    }
    return count;
}

void results_add(struct spray *device, const struct ended *ended, bool fell) {
    struct jobs *jobs = &device->jobs;
    uint16_t place = free_place(device);
    if (place == MOST_RESULTS) {
        place = oldest(device, true, 0);
        if (place == MOST_RESULTS) {
            return; /* not to be reached: a job is taken only with a result free for it */
        }
        forget(device, place);
    }
    jobs->results[place] = *ended;
    jobs->results[place].used = true;
    jobs->results[place].order = ++jobs->order;
    keep(device, place);
    if (fell && device->config.results_survive) {
        struct ended none;
        zero_bytes(&none, sizeof none);
        (void)store_firing_write(&none); /* only after the end itself is safe */
    }
}

void results_settled(struct spray *device, uint32_t upto) {
    for (uint16_t i = 0; i < MOST_RESULTS; i++) {
        struct ended *ended = &device->jobs.results[i];
        if (ended->used && ended->event != 0 && apart(upto, ended->event) >= 0) {
            ended->event = 0;
            keep(device, i);
        }
    }
}

void results_purge(struct spray *device) {
    for (uint16_t i = 0; i < MOST_RESULTS; i++) {
        if (device->jobs.results[i].used && device->jobs.results[i].event == 0) {
            forget(device, i);
        }
    }
}

void results_start(struct spray *device) {
    struct jobs *jobs = &device->jobs;
    struct ended firing;
    bool known = false;
    zero_bytes(jobs->results, sizeof jobs->results);
    jobs->order = 0;
    if (!device->config.results_survive) {
        return;
    }
    zero_bytes(&firing, sizeof firing);
    for (uint16_t i = 0; i < device->config.results; i++) {
        if (!store_result_read(i, &jobs->results[i])) {
            jobs->results[i].used = false;
        } else if (jobs->results[i].order > jobs->order) {
            jobs->order = jobs->results[i].order;
        }
    }
    if (store_firing_read(&firing)) {
        known = false;
        for (uint16_t i = 0; i < device->config.results; i++) {
            const struct ended *ended = &jobs->results[i];
            known = known || (ended->used && ended->epoch == firing.epoch && ended->counter == firing.counter);
        }
        if (known) {
            zero_bytes(&firing, sizeof firing);
            (void)store_firing_write(&firing);
        } else {
            results_add(device, &firing, true);
        }
    }
}

void results_recall(struct spray *device) {
    uint16_t index;
    uint32_t from = 0;
    while ((index = oldest(device, false, from)) != MOST_RESULTS) {
        struct ended *ended = &device->jobs.results[index];
        struct event event;
        zero_bytes(&event, sizeof event);
        event.boot = ended->boot;
        event.piece = ended->piece;
        event.epoch = ended->epoch;
        event.counter = ended->counter;
        event.time = device->log.now;
        event.kind = KIND_JOB_ENDED;
        event.state = ended->state;
        event.reason = ended->reason;
        ended->event = eventlog_end(&device->log, &event);
        from = ended->order + 1u;
        keep(device, index);
    }
}
