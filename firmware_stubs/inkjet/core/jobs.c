#include "jobs.h"

#include "bytes.h"
#include "results.h"
#include "schema.h"

void jobs_start(struct spray *device) {
    struct jobs *jobs = &device->jobs;
    zero_bytes(jobs->slots, sizeof jobs->slots);
    jobs->loading.active = false;
    jobs->epoch = 0;
    jobs->mark = 0;
    jobs->used = 0;
    jobs->enabled = false;
    results_start(device);
}

struct job *jobs_find(struct spray *device, uint32_t epoch, uint32_t counter) {
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        struct job *job = &device->jobs.slots[i];
        if (job->state != 0 && job->epoch == epoch && job->counter == counter) {
            return job;
        }
    }
    return 0;
}

struct ended *jobs_result(struct spray *device, uint32_t epoch, uint32_t counter) {
    for (uint16_t i = 0; i < MOST_RESULTS; i++) {
        struct ended *ended = &device->jobs.results[i];
        if (ended->used && ended->epoch == epoch && ended->counter == counter) {
            return ended;
        }
    }
    return 0;
}

static uint32_t live_count(const struct spray *device) {
    uint32_t live = 0;
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        live += device->jobs.slots[i].state != 0;
    }
    return live;
}

bool jobs_live(const struct spray *device) { return live_count(device) != 0; }

uint32_t jobs_promised(const struct spray *device) {
    /* Before the first HELLO the unacknowledged results of earlier boots are not in the log yet. Each of them had its
     * event in it when power went, so they fit. */
    uint32_t recalled = device->session.boot != 0 ? 0 : results_unsettled(device);
    return live_count(device) + recalled;
}

uint8_t jobs_free_slots(const struct spray *device) {
    int32_t live = (int32_t)live_count(device);
    int32_t slots = (int32_t)device->config.slots - live;
    int32_t results = (int32_t)device->config.results - (int32_t)results_unsettled(device) - live;
    int32_t events = eventlog_room(&device->log, jobs_promised(device));
    int32_t room = slots < results ? slots : results;
    room = room < events ? room : events;
    return (uint8_t)(room < 0 ? 0 : room > 255 ? 255 : room);
}

uint32_t jobs_free_bytes(const struct spray *device) { return device->config.raster_bytes - device->jobs.used; }

bool jobs_fires(struct spray *device, struct job *job) {
    struct ended ended;
    job->state = STATE_FIRING;
    if (!device->config.results_survive) {
        return true;
    }
    zero_bytes(&ended, sizeof ended);
    ended.epoch = job->epoch;
    ended.counter = job->counter;
    ended.boot = job->boot;
    ended.piece = job->piece;
    ended.crc = job->crc;
    ended.state = STATE_ABORTED;
    ended.reason = WHY_POWER_LOST;
    ended.event = 1;
    ended.used = true;
    return store_firing_write(&ended);
}

/* The raster memory stays in one piece: what lies above the freed part moves down. Columns already handed to the head
 * are copies, so a mark being fired may move too. */
static void free_raster(struct jobs *jobs, const struct job *job) {
    uint32_t above = job->at + job->size;
    uint32_t end = jobs->used;
    if (jobs->loading.active && jobs->loading.stored) {
        end += jobs->loading.expander.made;
    }
    copy_bytes(jobs->raster + job->at, jobs->raster + above, end - above);
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        if (jobs->slots[i].state != 0 && jobs->slots[i].at > job->at) {
            jobs->slots[i].at -= job->size;
        }
    }
    jobs->used -= job->size;
}

void jobs_end(struct spray *device, struct job *job, uint8_t state, uint8_t reason, uint32_t encoder, uint32_t fired) {
    struct event event;
    struct ended ended;
    bool fell = job->state == STATE_FIRING;
    zero_bytes(&event, sizeof event);
    event.boot = job->boot;
    event.piece = job->piece;
    event.epoch = job->epoch;
    event.counter = job->counter;
    event.encoder = encoder;
    event.value = fired;
    event.time = device->log.now;
    event.kind = KIND_JOB_ENDED;
    event.state = state;
    event.reason = reason;
    zero_bytes(&ended, sizeof ended);
    ended.epoch = job->epoch;
    ended.counter = job->counter;
    ended.boot = job->boot;
    ended.piece = job->piece;
    ended.crc = job->crc;
    ended.state = state;
    ended.reason = reason;
    free_raster(&device->jobs, job);
    job->state = 0; /* its promised place in the log is free for its own end */
    ended.event = eventlog_end(&device->log, &event);
    results_add(device, &ended, fell);
}

void jobs_expire(struct spray *device) {
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        struct job *job = &device->jobs.slots[i];
        if (job->state == STATE_READY && device->now - job->since > device->session.age_us) {
            jobs_end(device, job, STATE_EXPIRED, WHY_AGE, device->track.encoder, 0);
        }
    }
}

static bool is_loading(const struct loading *loading, uint32_t epoch, uint32_t counter) {
    return loading->active && loading->begin.epoch == epoch && loading->begin.counter == counter;
}

struct answer jobs_query(struct spray *device, uint32_t epoch, uint32_t counter) {
    const struct job *job = jobs_find(device, epoch, counter);
    const struct ended *ended = job != 0 ? 0 : jobs_result(device, epoch, counter);
    struct answer answer = {STATE_REFUSED, WHY_UNKNOWN_JOB};
    if (job != 0) {
        answer.state = job->state;
        answer.reason = WHY_NONE;
    } else if (ended != 0) {
        answer.state = ended->state;
        answer.reason = ended->reason;
    } else if (is_loading(&device->jobs.loading, epoch, counter) && !device->jobs.loading.dropped) {
        answer.state = STATE_LOADING;
        answer.reason = WHY_NONE;
    }
    return answer;
}

struct answer jobs_cancel(struct spray *device, uint32_t epoch, uint32_t counter) {
    struct job *job = jobs_find(device, epoch, counter);
    if (job != 0 && job->state == STATE_READY) {
        jobs_end(device, job, STATE_CANCELLED, WHY_HOST_CANCEL, 0, 0);
    }
    if (is_loading(&device->jobs.loading, epoch, counter)) {
        device->jobs.loading.active = false;
    }
    return jobs_query(device, epoch, counter);
}

void jobs_settled(struct spray *device, uint32_t upto) { results_settled(device, upto); }

uint8_t jobs_purge(struct spray *device) {
    if (device->jobs.enabled) {
        return WHY_BAD_REQUEST;
    }
    device->jobs.loading.active = false;
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        struct job *job = &device->jobs.slots[i];
        if (job->state == STATE_READY) {
            jobs_end(device, job, STATE_CANCELLED, WHY_PURGED, 0, 0);
        }
    }
    results_purge(device);
    return WHY_NONE;
}

void jobs_recall(struct spray *device) { results_recall(device); }
