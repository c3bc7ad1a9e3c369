#include "head.h"

#include "bytes.h"
#include "hal.h"
#include "jobs.h"
#include "schema.h"

void head_power_up(struct spray *device) {
    zero_bytes(&device->head, sizeof device->head);
    (void)hal_head_clear();
    hal_encoder_drive(0);
}

static struct job *firing(struct spray *device) { return &device->jobs.slots[device->head.slot]; }

/* Column k falls at the nearest tick to offset + k columns behind the edge. */
static uint32_t column_tick(const struct spray *device, uint32_t k) {
    uint64_t tpi = device->config.ticks_per_inch;
    uint64_t dpi = device->config.dpi;
    return device->head.first + (uint32_t)((2u * k * tpi + dpi) / (2u * dpi));
}

void head_start(struct spray *device, struct job *job, uint32_t tick) {
    struct head *head = &device->head;
    job->state = STATE_BOUND;
    if (!hal_head_ready() || !jobs_fires(device, job)) {
        /* The store promises that a fired number is known after power loss: without it no ink. */
        jobs_end(device, job, STATE_FAULT, WHY_HEAD_FAULT, tick, 0);
        return;
    }
    head->slot = (uint16_t)(job - device->jobs.slots);
    head->first = tick + job->offset;
    head->queued = 0;
    head->moved = device->now;
    head->still_at = device->track.encoder;
    head->firing = true;
    (void)hal_head_clear();
    if (device->track.bench) {
        hal_encoder_drive(device->config.bench_speed);
    }
    head_step(device);
}

static void finish(struct spray *device, uint8_t state, uint8_t reason, uint32_t encoder) {
    uint32_t fired = hal_head_clear(); /* counted when no more can fall */
    device->head.firing = false;
    hal_encoder_drive(0);
    jobs_end(device, firing(device), state, reason, encoder, fired);
}

void head_step(struct spray *device) {
    struct head *head = &device->head;
    struct job *job = firing(device);
    uint32_t bytes = COLUMN_BYTES(device->config.dots);
    if (!head->firing) {
        return;
    }
    while (head->queued < job->columns && hal_head_space() > 0) {
        hal_head_queue(column_tick(device, head->queued), device->jobs.raster + job->at + head->queued * bytes, bytes);
        head->queued++;
    }
    if (hal_head_missed() > 0) {
        finish(device, STATE_ABORTED, WHY_LATE, device->track.encoder); /* never late: a mark with holes is none */
    } else if (hal_head_fired() >= job->columns) {
        finish(device, STATE_DONE, WHY_NONE, column_tick(device, 0));
    }
}

void head_abort(struct spray *device, uint8_t reason) {
    if (device->head.firing) {
        finish(device, STATE_ABORTED, reason, device->track.encoder);
    }
}

void head_watch(struct spray *device) {
    struct head *head = &device->head;
    if (head->still_at != device->track.encoder) {
        head->still_at = device->track.encoder;
        head->moved = device->now;
    }
    if (device->config.stop_ms != 0 && device->now - head->moved > (uint64_t)device->config.stop_ms * 1000u) {
        head_abort(device, WHY_STOPPED);
    }
}
