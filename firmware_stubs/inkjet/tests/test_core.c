/* What only this firmware can do wrong: columns queued too late, a head or a store that fails, a full table, a full line. */
#include <string.h>

#include "bytes.h"
#include "check.h"
#include "crc32.h"
#include "desk.h"
#include "head.h"
#include "jobs.h"
#include "link.h"
#include "schema.h"

#define DISTANCE 4000

static void send(uint8_t type, const uint8_t *payload, size_t size) {
    struct frame frame = {FLAG_NEEDS_ACK, type, desk.spray.link.session, desk.spray.link.expected, 1, payload, size};
    uint8_t wire[FRAME_WIRE];
    size_t length;
    if (type == TYPE_HELLO) {
        frame.session = 0;
    }
    length = frame_encode(&frame, SCHEMA_HASH, wire);
    desk_receive(wire, length);
    spray_receive(&desk.spray);
}

/* A device with a head of 8 dots, one column a tick; a session, enabled. */
static void fresh(void) {
    uint8_t hello[HELLO_SIZE] = {1};
    desk_plain();
    desk.config.ticks_per_inch = 100000;
    desk.config.dpi = 100000;
    desk.config.dots = 8;
    desk.config.distance = DISTANCE;
    desk.config.max_window = 100;
    desk.config.margin = 50;
    desk.config.min_length = 50;
    desk.config.max_length = 1500;
    desk.config.min_gap = 40;
    desk.config.debounce = 5;
    CHECK(desk_power());
    put32(hello + HELLO_SCHEMA, SCHEMA_HASH);
    send(TYPE_HELLO, hello, sizeof hello);
    send(TYPE_ENABLE, hello, 0);
    CHECK(desk.spray.jobs.enabled);
}

static uint32_t letter(int64_t at) {
    uint32_t edge;
    desk_belt_to(at);
    edge = hal_encoder();
    desk_edge(HAL_CAMERA, true);
    desk_belt_to(at + 900);
    desk_edge(HAL_CAMERA, false);
    desk_belt_to(at + 910);
    return edge;
}

/* A mark of 200 columns for this piece; what the device says to its commit is then QUERY's answer. */
static struct answer offer(uint32_t counter, uint32_t piece, uint32_t origin) {
    uint8_t begin[JOB_BEGIN_SIZE] = {0};
    uint8_t part[JOB_PART_SIZE + 200];
    uint8_t commit[JOB_COMMIT_SIZE];
    uint32_t crc;
    memset(part, 0x55, sizeof part);
    put32(begin + JOB_BEGIN_EPOCH, desk.spray.jobs.epoch);
    put32(begin + JOB_BEGIN_COUNTER, counter);
    put32(begin + JOB_BEGIN_BOOT, desk.spray.session.boot);
    put32(begin + JOB_BEGIN_PIECE, piece);
    put32(begin + JOB_BEGIN_ORIGIN, origin);
    put32(begin + JOB_BEGIN_WINDOW, 80);
    put32(begin + JOB_BEGIN_OFFSET, 10);
    put32(begin + JOB_BEGIN_DPI, desk.config.dpi);
    put32(begin + JOB_BEGIN_LENGTH, 200);
    put16(begin + JOB_BEGIN_COLUMNS, 200);
    put16(begin + JOB_BEGIN_DOTS, 8);
    memcpy(part, begin, 8);
    put32(part + JOB_PART_AT, 0);
    crc = crc32_more(crc32_more(0, begin, 32), begin + JOB_BEGIN_COLUMNS, 4);
    crc = crc32_more(crc, part + JOB_PART_SIZE, 200);
    memcpy(commit, begin, 8);
    put32(commit + JOB_COMMIT_CRC, crc);
    send(TYPE_JOB_BEGIN, begin, sizeof begin);
    send(TYPE_JOB_DATA, part, sizeof part);
    send(TYPE_JOB_COMMIT, commit, sizeof commit);
    return jobs_query(&desk.spray, desk.spray.jobs.epoch, counter);
}

static struct answer word(uint32_t counter) { return jobs_query(&desk.spray, desk.spray.jobs.epoch, counter); }

static void a_mark_longer_than_the_heads_queue_falls_whole(void) {
    fresh();
    CHECK(offer(1, 1, letter(100)).state == STATE_READY);
    desk_belt_to(100 + DISTANCE);
    desk_edge(HAL_HEAD, true);
    desk_belt_to(100 + DISTANCE + 400);
    CHECK(desk.drops == 200 && word(1).state == STATE_DONE);
}

static void a_loop_that_came_too_late_gives_the_mark_up(void) {
    fresh();
    CHECK(offer(1, 1, letter(100)).state == STATE_READY);
    desk_belt_to(100 + DISTANCE);
    desk_edge(HAL_HEAD, true);
    desk.belt += 60; /* the main loop slept over fifty columns: none of them may fall late */
    desk.queued = 0;
    desk_belt_to(desk.belt + 500);
    CHECK(word(1).state == STATE_ABORTED && word(1).reason == WHY_LATE && desk.drops < 200);
    CHECK(!desk.spray.head.firing && desk.queued == 0);
}

static void no_head_and_no_store_mean_no_ink(void) {
    for (int which = 0; which < 2; which++) {
        fresh();
        desk.spray.config.results_survive = true;
        CHECK(offer(1, 1, letter(100)).state == STATE_READY);
        desk_belt_to(100 + DISTANCE);
        desk.head_ready = which == 0;
        desk.store_fails = which == 0;
        desk_edge(HAL_HEAD, true);
        desk_belt_to(9000);
        CHECK(desk.drops == 0 && word(1).state == STATE_FAULT && word(1).reason == WHY_HEAD_FAULT);
    }
}

static void more_letters_than_the_table_holds_pass_unseen_and_unsprayed(void) {
    fresh();
    desk.spray.config.distance = 100000;
    for (int64_t number = 0; number < MOST_PIECES + 3; number++) {
        letter(100 + number * 1000);
    }
    CHECK(desk.spray.track.count == MOST_PIECES && desk.spray.track.number == MOST_PIECES);
    CHECK(desk.spray.log.lost == 3 || eventlog_next(&desk.spray.log) > MOST_PIECES);
    desk_belt_to(100 + 100000 + (MOST_PIECES + 1) * 1000);
    desk_edge(HAL_HEAD, true);
    CHECK(desk.spray.track.strays == 1 && desk.drops == 0);
}

static void a_line_that_takes_nothing_loses_frames_but_no_event(void) {
    fresh();
    desk.out_size = DESK_SERIAL;
    letter(100);
    spray_timers(&desk.spray);
    CHECK(!link_was_sent(&desk.spray, 1) && desk.spray.link.unsent > 0);
    desk.out_size = 0;
    desk.clock += 300000;
    spray_timers(&desk.spray);
    CHECK(link_was_sent(&desk.spray, 1));
}

static void epochs_are_never_used_up_by_one_host(void) {
    uint8_t hello[HELLO_SIZE] = {9};
    fresh();
    desk.clock += 9000000;
    put32(hello + HELLO_SCHEMA, SCHEMA_HASH);
    put32(hello + HELLO_EPOCH_FLOOR, 0xFFFFFFFFu);
    send(TYPE_HELLO, hello, sizeof hello);
    CHECK(desk.spray.store.epoch_seen == 1 && desk.spray.jobs.epoch == 1);
}

int main(void) {
    a_mark_longer_than_the_heads_queue_falls_whole();
    a_loop_that_came_too_late_gives_the_mark_up();
    no_head_and_no_store_mean_no_ink();
    more_letters_than_the_table_holds_pass_unseen_and_unsprayed();
    a_line_that_takes_nothing_loses_frames_but_no_event();
    epochs_are_never_used_up_by_one_host();
    return 0;
}
