#include "loading.h"

#include "bytes.h"
#include "crc32.h"
#include "head.h"
#include "jobs.h"
#include "pieces.h"
#include "schema.h"

#define BINDING 36u

/* What the commit's CRC covers besides the raster (wire point 8). */
static uint32_t binding_crc(const struct begin *begin) {
    uint8_t bytes[BINDING];
    put32(bytes, begin->epoch);
    put32(bytes + 4, begin->counter);
    put32(bytes + 8, begin->boot);
    put32(bytes + 12, begin->piece);
    put32(bytes + 16, begin->origin);
    put32(bytes + 20, begin->window);
    put32(bytes + 24, begin->offset);
    put32(bytes + 28, begin->dpi);
    put16(bytes + 32, begin->columns);
    put16(bytes + 34, begin->dots);
    return crc32_more(0, bytes, sizeof bytes);
}

static uint8_t unfit(const struct spray *device, const struct begin *begin) {
    uint32_t size = COLUMN_BYTES(begin->dots) * begin->columns;
    if (begin->columns < 1 || begin->columns > device->config.max_columns) {
        return WHY_TOO_LARGE;
    }
    if (begin->dots != device->config.dots || begin->dpi != device->config.dpi || begin->length < 1 || begin->length > size) {
        return WHY_BAD_RASTER;
    }
    return jobs_free_slots(device) < 1 || size > jobs_free_bytes(device) ? WHY_NO_CREDIT : WHY_NONE;
}

void loading_begin(struct spray *device, const struct begin *begin) {
    struct loading *loading = &device->jobs.loading;
    loading->begin = *begin;
    loading->received = 0;
    loading->active = true;
    loading->dropped = false;
    loading->refusal = unfit(device, begin);
    loading->stored = loading->refusal == WHY_NONE;
    if (loading->stored) {
        struct encoded encoded = {begin->length, begin->dpi, begin->columns, begin->dots, begin->encoding};
        expander_start(&loading->expander, &encoded, binding_crc(begin));
    }
}

void loading_part(struct spray *device, uint32_t epoch, uint32_t counter, uint32_t at, const uint8_t *data, size_t size) {
    struct loading *loading = &device->jobs.loading;
    const struct begin *begin = &loading->begin;
    if (!loading->active || loading->dropped || !loading->stored || begin->epoch != epoch || begin->counter != counter) {
        return;
    }
    if (at != loading->received || size > begin->length - loading->received) {
        return; /* the commit will tell */
    }
    loading->received += (uint32_t)size;
    expander_take(&loading->expander, data, size, device->jobs.raster + device->jobs.used);
}

void loading_silent(struct spray *device) {
    if (device->jobs.loading.active) {
        device->jobs.loading.dropped = true;
    }
}

static bool knows(const struct spray *device, uint8_t encoding) {
    return encoding < 8u && ((uint32_t)device->config.encodings >> encoding & 1u) != 0;
}

/* Points 2 to 4 of the judgement. */
static uint8_t refusal(const struct spray *device, uint32_t epoch, uint32_t counter, uint32_t crc) {
    const struct jobs *jobs = &device->jobs;
    const struct loading *loading = &jobs->loading;
    if (epoch != jobs->epoch) {
        return epoch < jobs->epoch ? WHY_TOO_OLD : WHY_BAD_REQUEST;
    }
    if (counter <= jobs->mark) {
        return WHY_TOO_OLD;
    }
    if (!loading->active || loading->begin.epoch != epoch || loading->begin.counter != counter) {
        return WHY_UNKNOWN_JOB;
    }
    if (loading->begin.boot != device->session.boot) {
        return WHY_STALE_BOOT;
    }
    if (!jobs->enabled) {
        return WHY_DISABLED;
    }
    if (loading->dropped) {
        return WHY_HOST_SILENT;
    }
    if (loading->refusal != WHY_NONE) {
        return loading->refusal;
    }
    /* The credit counted at the begin may be gone: a piece's event may have taken the last place in the log. */
    if (jobs_free_slots(device) < 1) {
        return WHY_NO_CREDIT;
    }
    if (!knows(device, loading->begin.encoding) || !expander_done(&loading->expander)) {
        return WHY_BAD_RASTER;
    }
    return loading->received != loading->begin.length || loading->expander.crc != crc ? WHY_BAD_CRC : WHY_NONE;
}

static struct job *take(struct spray *device, uint32_t crc) {
    struct jobs *jobs = &device->jobs;
    const struct begin *begin = &jobs->loading.begin;
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        struct job *job = &jobs->slots[i];
        if (job->state == 0) {
            job->since = device->now;
            job->epoch = begin->epoch;
            job->counter = begin->counter;
            job->boot = begin->boot;
            job->piece = begin->piece;
            job->origin = begin->origin;
            job->window = begin->window;
            job->offset = begin->offset;
            job->columns = begin->columns;
            job->crc = crc;
            job->at = jobs->used;
            job->size = jobs->loading.expander.size;
            job->state = STATE_READY;
            jobs->used += job->size;
            return job;
        }
    }
    return 0;
}

struct answer loading_commit(struct spray *device, uint32_t epoch, uint32_t counter, uint32_t crc) {
    struct jobs *jobs = &device->jobs;
    const struct job *known = jobs_find(device, epoch, counter);
    const struct ended *ended = known != 0 ? 0 : jobs_result(device, epoch, counter);
    struct answer answer = {STATE_REFUSED, WHY_CONFLICT};
    struct job *job;
    if (known != 0 || ended != 0) {
        bool same = (known != 0 ? known->crc : ended->crc) == crc;
        return same ? jobs_query(device, epoch, counter) : answer;
    }
    answer.reason = refusal(device, epoch, counter, crc);
    if (answer.reason == WHY_NONE) {
        answer = pieces_admit(device, &jobs->loading.begin);
    }
    if (answer.state == STATE_REFUSED) {
        if (jobs->loading.begin.epoch == epoch && jobs->loading.begin.counter == counter) {
            jobs->loading.active = false; /* judged: a refusal leaves no trace, QUERY must not say LOADING for ever */
        }
        return answer;
    }
    job = take(device, crc);
    jobs->loading.active = false;
    if (job == 0) {
        answer.state = STATE_REFUSED; /* not to be reached: a credit was found above */
        answer.reason = WHY_NO_CREDIT;
    } else if (answer.state != STATE_READY) {
        jobs_end(device, job, answer.state, answer.reason, 0, 0);
    } else if (device->track.bench) {
        pieces_sprayed(device, job);
        head_start(device, job, device->track.encoder);
    }
    return answer;
}
