/* The device under any bytes, any belt and any power: nothing may break its promises. An input is a string of small
 * steps; where the compiler has libFuzzer it finds them, otherwise fuzz_main.c makes them by seed. */
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "crc32.h"
#include "desk.h"
#include "jobs.h"
#include "results.h"
#include "schema.h"
#include "symbolic.h"

#define SEEN 1024u

static const uint8_t TYPES[] = {TYPE_HELLO,     TYPE_BYE,      TYPE_ALIVE,      TYPE_CONFIG, TYPE_ENABLE, TYPE_DISABLE,
                                TYPE_PURGE,     TYPE_JOB_BEGIN, TYPE_JOB_DATA,  TYPE_JOB_COMMIT, TYPE_CANCEL, TYPE_QUERY,
                                TYPE_EVENT_ACK, TYPE_PIECE,     TYPE_HELLO_ACK, TYPE_EVENT};

struct input {
    const uint8_t *data;
    size_t size;
};

/* What was seen of the present boot. */
static struct {
    uint32_t boots;
    uint32_t event;   /* the next one to be looked at */
    uint32_t columns; /* told by ends */
    uint32_t ends;
    uint32_t keys[SEEN][2];
} seen;

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t next(struct input *input) {
    uint8_t byte = input->size > 0 ? input->data[0] : 0;
    input->data += input->size > 0;
    input->size -= input->size > 0;
    return byte;
}

static uint32_t next32(struct input *input) {
    uint32_t value = 0;
    for (int i = 0; i < 4; i++) {
        value = value << 8 | next(input);
    }
    return value;
}

static void send(uint8_t type, const uint8_t *payload, size_t size, uint16_t lag) {
    struct frame frame;
    uint8_t wire[FRAME_WIRE];
    size_t length;
    frame.flags = FLAG_NEEDS_ACK;
    frame.type = type;
    frame.session = type == TYPE_HELLO ? 0 : desk.spray.link.session;
    frame.seq = (uint16_t)(desk.spray.link.expected - lag);
    frame.ack = (uint16_t)eventlog_next(&desk.spray.log);
    frame.payload = payload;
    frame.size = size;
    length = frame_encode(&frame, SCHEMA_HASH, wire);
    desk_receive(wire, length);
    spray_receive(&desk.spray);
}

static void rubbish(struct input *input) {
    size_t size = next(input) & 63u;
    for (size_t i = 0; i < size; i++) {
        uint8_t byte = next(input);
        desk_receive(&byte, 1);
    }
    spray_receive(&desk.spray);
}

static void any_frame(struct input *input) {
    uint8_t type = TYPES[next(input) % sizeof TYPES];
    uint8_t payload[64];
    size_t size = next(input) & 63u;
    for (size_t i = 0; i < size; i++) {
        payload[i] = next(input);
    }
    send(type, payload, size, (uint16_t)(size == 63u));
}

static void greet(struct input *input) {
    uint8_t payload[HELLO_SIZE];
    uint8_t how = next(input);
    zero_bytes(payload, sizeof payload);
    put64(payload + HELLO_NONCE, (how & 7u) + 1u);
    put64(payload + HELLO_LAST_NONCE, desk.spray.session.nonce);
    put32(payload + HELLO_EPOCH, (how & 8u) != 0 ? desk.spray.jobs.epoch : 0);
    put32(payload + HELLO_SCHEMA, SCHEMA_HASH);
    send(TYPE_HELLO, payload, sizeof payload, 0);
    if ((how & 16u) != 0) {
        uint8_t config[CONFIG_SIZE] = {0xE8, 3, 0, 0, 0xF4, 1, (uint8_t)(how >> 7)};
        send(TYPE_CONFIG, config, sizeof config, 0);
        send(TYPE_ENABLE, config, 0, 0);
    }
}

/* A whole and good job, for a piece that may be there. */
static void offer(struct input *input) {
    uint8_t begin[JOB_BEGIN_SIZE];
    uint8_t part[JOB_PART_SIZE + 6] = {0};
    uint8_t commit[JOB_COMMIT_SIZE];
    const struct track *track = &desk.spray.track;
    uint8_t back = next(input) & 7u;
    const struct piece *piece = track->count > back ? &track->pieces[track->count - 1 - back] : NULL;
    uint32_t crc;
    put32(begin + JOB_BEGIN_EPOCH, desk.spray.jobs.epoch);
    put32(begin + JOB_BEGIN_COUNTER, next(input));
    put32(begin + JOB_BEGIN_BOOT, desk.spray.session.boot);
    put32(begin + JOB_BEGIN_PIECE, piece == NULL ? next(input) : piece->number);
    put32(begin + JOB_BEGIN_ORIGIN, piece == NULL ? 0 : piece->edge);
    put32(begin + JOB_BEGIN_WINDOW, 80);
    put32(begin + JOB_BEGIN_OFFSET, next(input));
    put32(begin + JOB_BEGIN_DPI, desk.config.dpi);
    put32(begin + JOB_BEGIN_LENGTH, 6);
    put16(begin + JOB_BEGIN_COLUMNS, 3);
    put16(begin + JOB_BEGIN_DOTS, 10);
    begin[JOB_BEGIN_ENCODING] = ENCODING_RAW;
    copy_bytes(part, begin, 8);
    part[JOB_PART_SIZE] = next(input);
    crc = crc32_more(crc32_more(crc32_more(0, begin, 32), begin + JOB_BEGIN_COLUMNS, 4), part + JOB_PART_SIZE, 6);
    copy_bytes(commit, begin, 8);
    put32(commit + JOB_COMMIT_CRC, crc);
    send(TYPE_JOB_BEGIN, begin, sizeof begin, 0);
    send(TYPE_JOB_DATA, part, sizeof part, 0);
    send(TYPE_JOB_COMMIT, commit, sizeof commit, 0);
}

/* Any drawing at all: no dot outside its columns or above its head. */
static void drawing(struct input *input) {
    uint8_t raster[20 + 2];
    uint8_t data[80];
    size_t size = next(input) % sizeof data;
    uint8_t dots = (uint8_t)(next(input) % 16u + 1u);
    struct canvas canvas = {raster + 1, 100000u, (uint16_t)(20u / COLUMN_BYTES(dots)), dots};
    memset(raster, 0, sizeof raster);
    for (size_t i = 0; i < size; i++) {
        data[i] = next(input);
    }
    data[0] = (uint8_t)(data[0] % 3u);
    (void)symbolic_draw(&canvas, data, size);
    CHECK(raster[0] == 0 && raster[21] == 0);
    for (uint32_t column = 0; column < canvas.columns; column++) {
        uint8_t top = raster[1u + (column + 1u) * COLUMN_BYTES(dots) - 1u];
        CHECK(dots % 8u == 0 || top >> dots % 8u == 0);
    }
}

static void trouble(struct input *input) {
    uint8_t what = next(input);
    switch (what & 7u) {
    case 0:
        desk_power();
        break;
    case 1:
        desk.cut_after = what >> 5;
        break;
    case 2:
        desk.head_ready = (what & 8u) != 0;
        break;
    case 3:
        desk.store_fails = (what & 8u) != 0;
        break;
    case 4:
        desk_store_wipe();
        break;
    case 5:
        desk.out_size = DESK_SERIAL - (what >> 3); /* the line takes almost nothing */
        break;
    case 6:
        desk.store[next32(input) % DESK_STORE] ^= what;
        break;
    default:
        desk.out_size = 0;
        break;
    }
}

static void step(struct input *input) {
    uint8_t what = next(input);
    switch (what & 7u) {
    case 0:
        rubbish(input);
        break;
    case 1:
        any_frame(input);
        break;
    case 2:
        greet(input);
        break;
    case 3:
        if ((what & 8u) != 0) {
            drawing(input);
        } else {
            offer(input);
        }
        break;
    case 4:
        desk.clock += (uint64_t)next(input) * 4000u;
        desk_belt_run();
        spray_poll(&desk.spray);
        break;
    case 5:
        desk_belt_to(desk.belt + (what == 5u ? -(int64_t)next(input) : (int64_t)next(input) * 8));
        break;
    case 6:
        desk_edge((what & 8u) != 0 ? HAL_HEAD : HAL_CAMERA, (what & 16u) != 0);
        break;
    default:
        trouble(input);
        break;
    }
}

static void job_ended(const struct event *event) {
    if (event->boot != desk.spray.session.boot) {
        return; /* told again, of an earlier boot */
    }
    for (uint32_t i = 0; i < seen.ends && i < SEEN; i++) {
        CHECK(seen.keys[i][0] != event->epoch || seen.keys[i][1] != event->counter); /* a job ends once */
    }
    if (seen.ends < SEEN) {
        seen.keys[seen.ends][0] = event->epoch;
        seen.keys[seen.ends][1] = event->counter;
    }
    seen.ends++;
    seen.columns += event->value;
}

static void look_at_events(void) {
    const struct event *event;
    if (seen.boots != desk.spray.store.boots || seen.event > eventlog_next(&desk.spray.log)) {
        memset(&seen, 0, sizeof seen);
        seen.boots = desk.spray.store.boots;
        seen.event = 1;
    }
    while ((event = eventlog_get(&desk.spray.log, seen.event)) != NULL) {
        CHECK(event->number == seen.event);
        if (event->kind == KIND_JOB_ENDED) {
            job_ended(event);
        }
        seen.event++;
    }
    /* Every drop stands in an end, or belongs to the mark that is falling. */
    CHECK(seen.columns + (desk.spray.head.firing ? desk.fired : 0) == desk.drops);
}

static void check_promises(void) {
    const struct spray *spray = &desk.spray;
    uint32_t bytes = 0;
    uint32_t live = 0;
    uint32_t firing = 0;
    for (uint16_t i = 0; i < MOST_SLOTS; i++) {
        const struct job *job = &spray->jobs.slots[i];
        if (job->state != 0) {
            CHECK(job->state >= STATE_READY && job->state <= STATE_FIRING);
            CHECK(job->at + job->size <= spray->jobs.used);
            live++;
            bytes += job->size;
            firing += job->state == STATE_FIRING;
        }
    }
    CHECK(bytes == spray->jobs.used && bytes <= spray->config.raster_bytes && live <= spray->config.slots);
    CHECK(firing == (spray->head.firing ? 1u : 0u));
    CHECK(results_unsettled(spray) + live <= spray->config.results);
    CHECK(spray->log.count + jobs_promised(spray) <= spray->log.capacity);
    CHECK(spray->track.count <= MOST_PIECES);
    look_at_events();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    struct input input = {data, size};
    uint8_t how = next(&input);
    desk_plain();
    memset(&seen, 0, sizeof seen);
    desk.config.dots = 10;
    desk.config.dpi = 100000;
    desk.config.ticks_per_inch = 100000;
    desk.config.distance = 1500;
    desk.config.margin = 50;
    desk.config.max_window = 100;
    desk.config.min_length = 50;
    desk.config.max_length = 1500;
    desk.config.min_gap = 40;
    desk.config.debounce = 5;
    desk.config.results = (uint16_t)(2 + (how & 3u));
    desk.config.slots = 3;
    desk.config.log = (uint16_t)(8 + (how >> 6));
    desk.config.raster_bytes = 20;
    desk.config.results_survive = (how & 4u) != 0;
    desk.encoder_start = (how & 8u) != 0 ? 0xFFFFFC00u : 0;
    CHECK(desk_power());
    while (input.size > 0) {
        step(&input);
        check_promises();
    }
    return 0;
}
