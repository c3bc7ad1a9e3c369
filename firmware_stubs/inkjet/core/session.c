#include "session.h"

#include "bytes.h"
#include "crc32.h"
#include "hal.h"
#include "jobs.h"
#include "link.h"
#include "schema.h"

#define BEAT_US 100000u
#define NO_EPOCH 0xFFFFFFFFu

void session_start(struct spray *device) {
    struct session *session = &device->session;
    zero_bytes(session, sizeof *session);
    session->born = device->now;
    session->status_at = device->now;
    session->speed_at = device->now;
    session->speed_tick = hal_encoder();
    session->silent_us = 2000000u; /* until a host says otherwise (section 3) */
    session->age_us = 60000000u;
    session->boot_epoch = NO_EPOCH;
}

bool session_silent(const struct spray *device) {
    return !device->session.alive || device->now - device->session.heard > device->session.silent_us;
}

static void refuse(struct spray *device, uint64_t nonce, uint8_t reason) {
    uint8_t payload[HELLO_REFUSED_SIZE];
    put64(payload + HELLO_REFUSED_NONCE, nonce);
    put32(payload + HELLO_REFUSED_SCHEMA, device->config.schema);
    payload[HELLO_REFUSED_REASON] = reason;
    link_send(device, TYPE_HELLO_REFUSED, payload, sizeof payload);
}

void session_hint(struct spray *device, uint16_t tag) {
    struct session *session = &device->session;
    if (session->hint_given && device->now - session->hinted < BEAT_US) {
        return;
    }
    session->hint_given = true;
    session->hinted = device->now;
    refuse(device, tag, WHY_NO_SESSION);
}

void session_bye(struct spray *device) {
    device->session.alive = false;
    device->link.session = 0;
    device->link.ack_due = false;
}

static uint8_t flags(const struct spray *device) {
    return (uint8_t)((device->jobs.enabled ? 1u : 0u) | (session_silent(device) ? 2u : 0u) |
                     (device->config.results_survive ? 4u : 0u) | (hal_head_ready() ? 0u : 8u) |
                     (hal_ink_low() ? 16u : 0u));
}

uint32_t session_milliseconds(const struct spray *device, uint64_t us) {
    return us < device->session.born ? 0 : (uint32_t)((us - device->session.born) / 1000u);
}

static uint8_t trigger(const struct spray *device) { return device->track.bench ? TRIGGER_BENCH : TRIGGER_PHOTOCELL; }

static void greet(struct spray *device) {
    const struct config *config = &device->config;
    const struct session *session = &device->session;
    uint8_t payload[HELLO_ACK_SIZE];
    put64(payload + HELLO_ACK_NONCE, session->nonce);
    put64(payload + HELLO_ACK_PREVIOUS_NONCE, session->previous_nonce);
    put32(payload + HELLO_ACK_BOOT, session->boot);
    put32(payload + HELLO_ACK_SCHEMA, config->schema);
    put16(payload + HELLO_ACK_SESSION, device->link.session);
    payload[HELLO_ACK_TRIGGER] = trigger(device);
    payload[HELLO_ACK_FLAGS] = flags(device);
    put32(payload + HELLO_ACK_EPOCH, device->jobs.epoch);
    put32(payload + HELLO_ACK_EPOCH_SEEN, session->epoch_before);
    put32(payload + HELLO_ACK_BOOT_EPOCH, session->boot_epoch);
    put32(payload + HELLO_ACK_EVENT_TAIL, device->log.tail);
    put32(payload + HELLO_ACK_EVENT_NEXT, eventlog_next(&device->log));
    put32(payload + HELLO_ACK_TICKS_PER_INCH, config->ticks_per_inch);
    put32(payload + HELLO_ACK_DPI, config->dpi);
    put32(payload + HELLO_ACK_DISTANCE, config->distance);
    put32(payload + HELLO_ACK_MARGIN, config->margin);
    put32(payload + HELLO_ACK_MAX_WINDOW, config->max_window);
    put32(payload + HELLO_ACK_ENCODER, device->track.encoder);
    put32(payload + HELLO_ACK_TIME, session_milliseconds(device, device->now));
    put32(payload + HELLO_ACK_FREE_BYTES, jobs_free_bytes(device));
    put32(payload + HELLO_ACK_FACE, config->face);
    put16(payload + HELLO_ACK_MAX_COLUMNS, config->max_columns);
    put16(payload + HELLO_ACK_DOTS, config->dots);
    put16(payload + HELLO_ACK_RX_BYTES, config->rx_bytes);
    payload[HELLO_ACK_FREE_SLOTS] = jobs_free_slots(device);
    payload[HELLO_ACK_FRAMES] = config->frames;
    payload[HELLO_ACK_ENCODINGS] = config->encodings;
    copy_bytes(payload + HELLO_ACK_FIRMWARE, (const uint8_t *)config->firmware, sizeof config->firmware);
    link_send(device, TYPE_HELLO_ACK, payload, sizeof payload);
}

/* The boot's number differs even when the store was wiped: the first host's nonce is in it (wire point 4). */
static void christen(struct spray *device, uint64_t nonce) {
    uint8_t bytes[12];
    put32(bytes, device->store.boots);
    put64(bytes + 4, nonce);
    device->session.boot = crc32_more(0, bytes, sizeof bytes);
    if (device->session.boot == 0) {
        device->session.boot = 1;
    }
    eventlog_christen(&device->log, device->session.boot);
    jobs_recall(device);
}

/* Not 0 and not the last one. */
static uint16_t new_tag(const struct spray *device) {
    uint8_t bytes[8];
    uint16_t tag;
    put64(bytes, device->session.nonce);
    tag = (uint16_t)crc32_more(device->session.boot, bytes, sizeof bytes);
    while (tag == 0 || tag == device->link.last_session) {
        tag++;
    }
    return tag;
}

/* The epoch this host works in, stored before it is told; 0 when the store cannot be written or no number is left. */
static uint32_t agree_epoch(struct spray *device, uint32_t asked, uint32_t floor) {
    uint32_t seen = device->store.epoch_seen;
    uint32_t highest = seen > floor ? seen : floor;
    uint32_t epoch = asked != 0 ? asked : highest + 1u;
    device->session.epoch_before = seen;
    if (epoch > seen) {
        device->store.epoch_seen = epoch;
        if (!store_write(&device->store)) {
            device->store.epoch_seen = seen;
            return 0;
        }
    }
    if (asked == 0 && epoch != 0 && epoch < device->session.boot_epoch) {
        device->session.boot_epoch = epoch;
    }
    return epoch;
}

static void new_session(struct spray *device, const uint8_t *payload) {
    struct session *session = &device->session;
    uint64_t nonce = get64(payload + HELLO_NONCE);
    uint32_t epoch = agree_epoch(device, get32(payload + HELLO_EPOCH), get32(payload + HELLO_EPOCH_FLOOR));
    if (epoch == 0) {
        refuse(device, nonce, WHY_HEAD_FAULT);
        return;
    }
    if (session->boot == 0) {
        christen(device, nonce);
    }
    if (epoch != device->jobs.epoch) {
        device->jobs.epoch = epoch;
        device->jobs.mark = 0;
        device->jobs.enabled = false;
    }
    session->previous_nonce = session->nonce;
    session->nonce = nonce;
    session->heard = device->now;
    session->alive = true;
    device->jobs.loading.active = false;
    link_open(device, new_tag(device));
    greet(device);
}

void session_hello(struct spray *device, const uint8_t *payload) {
    struct session *session = &device->session;
    uint64_t nonce = get64(payload + HELLO_NONCE);
    uint32_t epoch = get32(payload + HELLO_EPOCH);
    if (nonce == 0) {
        return; /* a host must bring a number of its own */
    }
    if (device->link.session != 0 && nonce == session->nonce) {
        session->heard = device->now;
        session->alive = true;
        greet(device); /* a repeated HELLO changes nothing */
    } else if (get32(payload + HELLO_SCHEMA) != device->config.schema) {
        refuse(device, nonce, WHY_SCHEMA);
    } else if (device->link.session != 0 && !session_silent(device) && get64(payload + HELLO_LAST_NONCE) != session->nonce) {
        refuse(device, nonce, WHY_BUSY);
    } else if (epoch != 0 && epoch < device->store.epoch_seen) {
        refuse(device, nonce, WHY_TOO_OLD);
    } else if (epoch == NO_EPOCH || (epoch == 0 && get32(payload + HELLO_EPOCH_FLOOR) >= NO_EPOCH - 1u) ||
               (epoch == 0 && device->store.epoch_seen >= NO_EPOCH - 1u)) {
        refuse(device, nonce, WHY_BAD_REQUEST); /* the epochs would be used up, and the next host locked out */
    } else {
        new_session(device, payload);
    }
}

static void measure_speed(struct spray *device) {
    struct session *session = &device->session;
    uint64_t since = device->now - session->speed_at;
    int32_t step = apart(device->track.encoder, session->speed_tick);
    if (since < BEAT_US) {
        return;
    }
    session->speed = step <= 0 ? 0 : (uint32_t)((uint64_t)step * 1000000u / since);
    session->speed_tick = device->track.encoder;
    session->speed_at = device->now;
}

void session_status(struct spray *device) {
    struct session *session = &device->session;
    const struct link *link = &device->link;
    uint8_t payload[STATUS_SIZE];
    measure_speed(device);
    if (link->session == 0 || device->now - session->status_at < BEAT_US) {
        return;
    }
    session->status_at = device->now;
    put32(payload + STATUS_BOOT, session->boot);
    put32(payload + STATUS_ENCODER, device->track.encoder);
    put32(payload + STATUS_SPEED, session->speed);
    put32(payload + STATUS_TIME, session_milliseconds(device, device->now));
    put32(payload + STATUS_FREE_BYTES, jobs_free_bytes(device));
    put32(payload + STATUS_EVENT_TAIL, device->log.tail);
    put32(payload + STATUS_EVENT_NEXT, eventlog_next(&device->log));
    put32(payload + STATUS_RX_FRAMES, link->frames);
    put32(payload + STATUS_RX_BAD, link->decoder.bad);
    payload[STATUS_TRIGGER] = trigger(device);
    payload[STATUS_FLAGS] = flags(device);
    payload[STATUS_FREE_SLOTS] = jobs_free_slots(device);
    link_send(device, TYPE_STATUS, payload, sizeof payload);
}
