#include "spray.h"

#include "bytes.h"
#include "hal.h"
#include "head.h"
#include "jobs.h"
#include "link.h"
#include "loading.h"
#include "messages.h"
#include "pieces.h"
#include "session.h"

#define CHUNK 64u
#define EDGES_A_ROUND 32u
#define CHUNKS_A_ROUND 64u

static void look_at_clock(struct spray *device) {
    device->now = hal_now_us();
    device->log.now = session_milliseconds(device, device->now);
}

bool spray_start(struct spray *device, const struct config *config) {
    if (!config_fits(config)) {
        return false;
    }
    device->config = *config;
    device->now = hal_now_us();
    store_read(&device->store);
    device->store.boots++;
    /* A store that cannot be written: the first host's nonce still makes another boot number. */
    (void)store_write(&device->store);
    eventlog_start(&device->log, config->log);
    session_start(device);
    link_start(device);
    jobs_start(device);
    pieces_start(device);
    head_power_up(device);
    return true;
}

void spray_belt(struct spray *device) {
    struct hal_edge edge;
    /* Read before the edges: one that comes in between is then not behind the count, and not taken for a reversal. */
    uint32_t count = hal_encoder();
    bool beyond = false;
    uint16_t edges = 0;
    look_at_clock(device);
    head_step(device);
    for (; edges < EDGES_A_ROUND && hal_edge_take(&edge); edges++) {
        /* An edge was captured at its own tick: the belt is reckoned up to there first, never back from where it is. */
        if (apart(edge.tick, device->track.encoder) > 0) {
            pieces_move(device, edge.tick);
        }
        beyond = beyond || apart(edge.tick, count) > 0;
        pieces_edge(device, &edge);
    }
    if (!beyond && edges < EDGES_A_ROUND) {
        pieces_move(device, count);
    }
    head_step(device);
}

void spray_receive(struct spray *device) {
    uint8_t bytes[CHUNK];
    struct frame frame;
    look_at_clock(device);
    for (uint16_t round = 0; round < CHUNKS_A_ROUND; round++) {
        size_t size = hal_serial_read(bytes, sizeof bytes);
        for (size_t i = 0; i < size; i++) {
            if (frame_decoder_take(&device->link.decoder, bytes[i], &frame)) {
                device->link.frames++;
                messages_take(device, &frame);
            }
        }
        if (size < sizeof bytes) {
            break;
        }
    }
    link_acknowledge(device);
}

void spray_timers(struct spray *device) {
    look_at_clock(device);
    if (session_silent(device)) {
        loading_silent(device);
    }
    jobs_expire(device);
    head_watch(device);
    if (device->link.session != 0) {
        link_send_events(device);
    }
    session_status(device);
}

void spray_poll(struct spray *device) {
    spray_belt(device);
    spray_receive(device);
    spray_timers(device);
}

bool spray_next_tick(const struct spray *device, uint32_t *tick) { return pieces_next_tick(device, tick); }
