#include "arrivals.h"

#include "bytes.h"
#include "hal.h"
#include "head.h"
#include "jobs.h"
#include "schema.h"

uint32_t arrivals_note(struct spray *device, const struct piece *piece, uint8_t kind, uint8_t reason) {
    struct event event;
    zero_bytes(&event, sizeof event);
    event.boot = device->session.boot;
    event.piece = piece->number;
    event.encoder = piece->edge;
    event.trigger = piece->trigger;
    event.value = piece->length;
    event.time = piece->time;
    event.kind = kind;
    event.reason = reason;
    return eventlog_note(&device->log, &event, jobs_promised(device));
}

/* Tell that a piece passed without ink, unless its job's end has told it already or it was never told itself. */
static void pass_unsprayed(struct spray *device, const struct piece *piece, uint8_t reason) {
    bool told = piece->taken && jobs_result(device, piece->epoch, piece->counter) != 0;
    if (piece->told && !told) {
        arrivals_note(device, piece, KIND_PIECE_OUT, reason);
    }
}

static struct job *job_of(struct spray *device, const struct piece *piece) {
    return piece->taken ? jobs_find(device, piece->epoch, piece->counter) : 0;
}

static void reach(struct spray *device, struct piece *piece, uint32_t tick) {
    struct job *job = job_of(device, piece);
    piece->passed = true;
    if (job == 0) {
        pass_unsprayed(device, piece, piece->inhibit != WHY_NONE ? piece->inhibit : WHY_NO_JOB);
    } else if (piece->inhibit != WHY_NONE) {
        jobs_end(device, job, STATE_MISSED_NO_PIECE, piece->inhibit, tick, 0);
    } else if (distance32(tick, job->origin + device->config.distance) > job->window) {
        jobs_end(device, job, STATE_MISSED_NO_PIECE, WHY_NO_PIECE, tick, 0);
    } else if (!device->jobs.enabled) {
        jobs_end(device, job, STATE_CANCELLED, WHY_DISABLED, tick, 0);
    } else if (!hal_head_ready() || device->head.firing) {
        jobs_end(device, job, STATE_FAULT, WHY_HEAD_FAULT, tick, 0);
    } else {
        head_start(device, job, tick);
    }
}

/* Its place is here. One that has already come counts too: it may be this letter's neighbour that was taken for it. */
static bool fits(const struct spray *device, const struct piece *piece, uint32_t tick) {
    return (!piece->ended || piece->told) &&
           distance32(tick, piece->edge + device->config.distance) <= device->config.max_window;
}

void arrivals_head_edge(struct spray *device, uint32_t tick) {
    struct track *track = &device->track;
    uint16_t near = 0;
    uint16_t coming = 0;
    if (track->head_seen && tick - track->head_edge < device->config.debounce) {
        return;
    }
    track->head_seen = true;
    track->head_edge = tick;
    for (uint16_t i = 0; i < track->count; i++) {
        bool fit = fits(device, &track->pieces[i], tick);
        near = (uint16_t)(near + fit);
        coming = (uint16_t)(coming + (fit && !track->pieces[i].passed));
    }
    track->strays += coming == 0;
    for (uint16_t i = 0; i < track->count; i++) {
        struct piece *piece = &track->pieces[i];
        if (!piece->passed && fits(device, piece, tick)) {
            piece->inhibit = near > 1 ? WHY_WINDOW_OVERLAP : piece->inhibit;
            reach(device, piece, tick);
        }
    }
}

void arrivals_miss(struct spray *device, struct piece *piece, uint8_t reason) {
    struct job *job = job_of(device, piece);
    piece->passed = true;
    if (job != 0) {
        jobs_end(device, job, STATE_MISSED_NO_PIECE, reason, device->track.encoder, 0);
    } else {
        pass_unsprayed(device, piece, reason);
    }
}

void arrivals_void(struct spray *device, uint8_t reason) {
    struct track *track = &device->track;
    head_abort(device, reason);
    for (uint16_t i = 0; i < track->count; i++) {
        if (!track->pieces[i].passed) {
            arrivals_miss(device, &track->pieces[i], reason);
        }
    }
}
