#include "link.h"

#include "bytes.h"
#include "hal.h"
#include "jobs.h"
#include "schema.h"

#define EVENT_WINDOW 8u
#define EVENT_AGAIN_US 100000u

void link_start(struct spray *device) {
    zero_bytes(&device->link, sizeof device->link);
    frame_decoder_start(&device->link.decoder, device->config.schema);
    device->link.host_next = 1;
    device->link.event_next = 1;
}

void link_open(struct spray *device, uint16_t session) {
    struct link *link = &device->link;
    link->session = session;
    link->last_session = session;
    link->expected = 0;
    link->ack_due = false;
    link->host_next = device->log.tail;
    link->event_next = device->log.tail;
}

static bool send(struct spray *device, uint8_t type, const uint8_t *payload, size_t size, uint16_t seq, uint8_t flags) {
    struct link *link = &device->link;
    uint8_t wire[FRAME_WIRE];
    struct frame frame;
    bool greeting = type == TYPE_HELLO_ACK || type == TYPE_HELLO_REFUSED;
    size_t length;
    frame.flags = flags;
    frame.type = type;
    frame.session = greeting ? 0 : link->session;
    frame.seq = seq;
    frame.ack = link->expected;
    frame.payload = payload;
    frame.size = size;
    length = frame_encode(&frame, device->config.schema, wire);
    if (length == 0 || length > hal_serial_space()) {
        link->unsent++;
        return false;
    }
    hal_serial_write(wire, length);
    link->ack_due = false;
    return true;
}

bool link_send(struct spray *device, uint8_t type, const uint8_t *payload, size_t size) {
    return send(device, type, payload, size, 0, FLAG_FROM_DEVICE);
}

bool link_accept(struct spray *device, const struct frame *frame) {
    struct link *link = &device->link;
    uint16_t ahead = (uint16_t)(frame->seq - link->expected);
    uint8_t nak[NAK_SIZE] = {WHY_OUT_OF_ORDER};
    if ((frame->flags & FLAG_NEEDS_ACK) == 0) {
        return false;
    }
    if (ahead == 0) {
        link->expected++;
        link->ack_due = true;
        return true;
    }
    if (ahead > 0x8000u) {
        link->ack_due = true; /* an older one, whose acknowledgement was lost: not executed again */
    } else {
        link_send(device, TYPE_NAK, nak, sizeof nak);
    }
    return false;
}

void link_hear_ack(struct spray *device, uint16_t ack) {
    struct link *link = &device->link;
    uint16_t step = (uint16_t)(ack - (uint16_t)link->host_next);
    if (step != 0 && step < 0x8000u && step <= eventlog_next(&device->log) - link->host_next) {
        link->host_next += step;
        link->event_at = device->now;
        if (apart(link->host_next, link->event_next) > 0) {
            link->event_next = link->host_next;
        }
    }
}

bool link_was_sent(const struct spray *device, uint32_t event) { return apart(event, device->link.event_next) < 0; }

static void pack_event(const struct event *event, uint8_t *payload) {
    put32(payload + EVENT_NUMBER, event->number);
    put32(payload + EVENT_BOOT, event->boot);
    put32(payload + EVENT_PIECE, event->piece);
    put32(payload + EVENT_EPOCH, event->epoch);
    put32(payload + EVENT_COUNTER, event->counter);
    put32(payload + EVENT_ENCODER, event->encoder);
    put32(payload + EVENT_TRIGGER, event->trigger);
    put32(payload + EVENT_VALUE, event->value);
    put32(payload + EVENT_TIME, event->time);
    payload[EVENT_KIND] = event->kind;
    payload[EVENT_STATE] = event->state;
    payload[EVENT_REASON] = event->reason;
}

void link_send_events(struct spray *device) {
    struct link *link = &device->link;
    const struct event *event;
    uint8_t payload[EVENT_SIZE];
    if (apart(device->log.tail, link->host_next) > 0) {
        link->host_next = device->log.tail;
    }
    if (apart(link->host_next, link->event_next) > 0) {
        link->event_next = link->host_next;
    }
    if (link->event_next != link->host_next && device->now - link->event_at > EVENT_AGAIN_US) {
        link->event_next = link->host_next;
    }
    while (link->event_next - link->host_next < EVENT_WINDOW) {
        uint8_t flags = FLAG_FROM_DEVICE | FLAG_NEEDS_ACK;
        event = eventlog_get(&device->log, link->event_next);
        if (event == 0) {
            return;
        }
        pack_event(event, payload);
        if (!send(device, TYPE_EVENT, payload, sizeof payload, (uint16_t)event->number, flags)) {
            return;
        }
        if (link->event_next == link->host_next) {
            link->event_at = device->now; /* from here on it is waited for */
        }
        link->event_next++;
    }
}

void link_acknowledge(struct spray *device) {
    uint8_t payload[ACK_SIZE];
    if (!device->link.ack_due) {
        return;
    }
    put32(payload + ACK_FREE_BYTES, jobs_free_bytes(device));
    payload[ACK_FREE_SLOTS] = jobs_free_slots(device);
    link_send(device, TYPE_ACK, payload, sizeof payload);
}
