#include "messages.h"

#include "bytes.h"
#include "jobs.h"
#include "link.h"
#include "loading.h"
#include "pieces.h"
#include "schema.h"
#include "session.h"

/* RESULT of the command with this link number. */
static void result(struct spray *device, const struct frame *frame, uint8_t reason) {
    uint8_t payload[RESULT_SIZE];
    put16(payload + RESULT_SEQ, frame->seq);
    payload[RESULT_TYPE] = frame->type;
    payload[RESULT_REASON] = reason;
    link_send(device, TYPE_RESULT, payload, sizeof payload);
}

static void job_state(struct spray *device, uint32_t epoch, uint32_t counter, struct answer answer) {
    uint8_t payload[JOB_ANSWER_SIZE];
    put32(payload + JOB_ANSWER_EPOCH, epoch);
    put32(payload + JOB_ANSWER_COUNTER, counter);
    put32(payload + JOB_ANSWER_FREE_BYTES, jobs_free_bytes(device));
    payload[JOB_ANSWER_FREE_SLOTS] = jobs_free_slots(device);
    payload[JOB_ANSWER_STATE] = answer.state;
    payload[JOB_ANSWER_REASON] = answer.reason;
    link_send(device, TYPE_JOB_STATE, payload, sizeof payload);
}

static uint8_t configure(struct spray *device, const uint8_t *payload) {
    uint8_t trigger = payload[CONFIG_TRIGGER];
    bool bench = trigger == TRIGGER_BENCH;
    if (trigger != TRIGGER_PHOTOCELL && trigger != TRIGGER_BENCH) {
        return WHY_BAD_REQUEST;
    }
    if (!bench && !device->config.photocell) {
        return WHY_NO_PHOTOCELL;
    }
    if (bench != device->track.bench && jobs_live(device)) {
        return WHY_BAD_REQUEST;
    }
    pieces_trigger(device, bench);
    device->session.age_us = (uint64_t)get32(payload + CONFIG_JOB_AGE_MS) * 1000u;
    device->session.silent_us = (uint64_t)get16(payload + CONFIG_HOST_SILENT_MS) * 1000u;
    return WHY_NONE;
}

static uint8_t command(struct spray *device, const struct frame *frame) {
    switch (frame->type) {
    case TYPE_CONFIG:
        return configure(device, frame->payload);
    case TYPE_PURGE:
        return jobs_purge(device);
    default:
        device->jobs.enabled = frame->type == TYPE_ENABLE;
        return WHY_NONE;
    }
}

static void job_begin(struct spray *device, const uint8_t *payload) {
    struct begin begin;
    begin.epoch = get32(payload + JOB_BEGIN_EPOCH);
    begin.counter = get32(payload + JOB_BEGIN_COUNTER);
    begin.boot = get32(payload + JOB_BEGIN_BOOT);
    begin.piece = get32(payload + JOB_BEGIN_PIECE);
    begin.origin = get32(payload + JOB_BEGIN_ORIGIN);
    begin.window = get32(payload + JOB_BEGIN_WINDOW);
    begin.offset = get32(payload + JOB_BEGIN_OFFSET);
    begin.dpi = get32(payload + JOB_BEGIN_DPI);
    begin.length = get32(payload + JOB_BEGIN_LENGTH);
    begin.columns = get16(payload + JOB_BEGIN_COLUMNS);
    begin.dots = get16(payload + JOB_BEGIN_DOTS);
    begin.encoding = payload[JOB_BEGIN_ENCODING];
    loading_begin(device, &begin);
}

static void job_word(struct spray *device, const struct frame *frame) {
    uint32_t epoch = get32(frame->payload + JOB_REF_EPOCH);
    uint32_t counter = get32(frame->payload + JOB_REF_COUNTER);
    struct answer answer;
    if (frame->type == TYPE_JOB_COMMIT) {
        answer = loading_commit(device, epoch, counter, get32(frame->payload + JOB_COMMIT_CRC));
    } else if (frame->type == TYPE_CANCEL) {
        answer = jobs_cancel(device, epoch, counter);
    } else {
        answer = jobs_query(device, epoch, counter);
    }
    job_state(device, epoch, counter, answer);
}

static void event_ack(struct spray *device, uint32_t upto) {
    if (link_was_sent(device, upto)) {
        eventlog_trim(&device->log, upto, jobs_promised(device));
        jobs_settled(device, upto);
    }
}

static void announce(struct spray *device, const uint8_t *payload) {
    uint8_t answer[PIECE_R_SIZE];
    uint32_t tag = get32(payload + PIECE_TAG);
    uint8_t reason;
    put32(answer + PIECE_R_EVENT, pieces_announce(device, tag, get32(payload + PIECE_LENGTH), &reason));
    put32(answer + PIECE_R_TAG, tag);
    answer[PIECE_R_REASON] = reason;
    link_send(device, TYPE_PIECE_R, answer, sizeof answer);
}

/* Lengths are exact; JOB_DATA alone has a tail of at least one byte. */
static bool fits(const struct frame *frame) {
    switch (frame->type) {
    case TYPE_CONFIG:
        return frame->size == CONFIG_SIZE;
    case TYPE_ENABLE:
    case TYPE_DISABLE:
    case TYPE_PURGE:
        return frame->size == 0;
    case TYPE_JOB_BEGIN:
        return frame->size == JOB_BEGIN_SIZE;
    case TYPE_JOB_DATA:
        return frame->size > JOB_PART_SIZE;
    case TYPE_JOB_COMMIT:
        return frame->size == JOB_COMMIT_SIZE;
    case TYPE_CANCEL:
    case TYPE_QUERY:
        return frame->size == JOB_REF_SIZE;
    case TYPE_EVENT_ACK:
        return frame->size == EVENT_ACK_SIZE;
    case TYPE_PIECE:
        return frame->size == PIECE_SIZE;
    default:
        return false;
    }
}

static void execute(struct spray *device, const struct frame *frame) {
    const uint8_t *payload = frame->payload;
    switch (frame->type) {
    case TYPE_CONFIG:
    case TYPE_ENABLE:
    case TYPE_DISABLE:
    case TYPE_PURGE:
        result(device, frame, command(device, frame));
        break;
    case TYPE_JOB_BEGIN:
        job_begin(device, payload);
        break;
    case TYPE_JOB_DATA:
        loading_part(device, get32(payload + JOB_PART_EPOCH), get32(payload + JOB_PART_COUNTER),
                     get32(payload + JOB_PART_AT), payload + JOB_PART_SIZE, frame->size - JOB_PART_SIZE);
        break;
    case TYPE_EVENT_ACK:
        event_ack(device, get32(payload + EVENT_ACK_UPTO));
        break;
    case TYPE_PIECE:
        announce(device, payload);
        break;
    default:
        job_word(device, frame);
        break;
    }
}

void messages_take(struct spray *device, const struct frame *frame) {
    if ((frame->flags & FLAG_FROM_DEVICE) != 0) {
        return; /* our own voice, on an echoing line */
    }
    if (frame->type == TYPE_HELLO) {
        if (frame->size == HELLO_SIZE) {
            session_hello(device, frame->payload);
        }
        return;
    }
    if (device->link.session == 0 || frame->session != device->link.session) {
        session_hint(device, frame->session);
        return;
    }
    if (session_silent(device)) {
        loading_silent(device); /* it speaks again, but was silent too long in between */
    }
    device->session.heard = device->now;
    device->session.alive = true;
    link_hear_ack(device, frame->ack);
    if (frame->type == TYPE_BYE) {
        session_bye(device);
    } else if (link_accept(device, frame) && fits(frame)) {
        execute(device, frame);
    }
}
