/* The desk's belt: every happening at its own tick, drops at theirs. */
#include <inttypes.h>
#include <string.h>

#include "bytes.h"
#include "desk.h"

void desk_plain(void) {
    /* All but the core, which spray_start() sets up. */
    memset((uint8_t *)&desk + offsetof(struct desk, config), 0, sizeof desk - offsetof(struct desk, config));
    config_plain(&desk.config);
    desk.head_ready = true;
    desk.told = stdout;
}

bool desk_power(void) {
    desk.power_on = desk_clock();
    desk.in_size = 0;
    desk.out_size = 0;
    desk.edge_count = 0;
    desk.drive = 0;
    desk.drops = 0;
    desk.moved_at = desk.power_on;
    hal_head_clear();
    return spray_start(&desk.spray, &desk.config);
}

bool desk_revive(void) {
    if (!desk.dying) {
        return false;
    }
    desk.dying = false;
    return desk_power();
}

/* Where on the belt the encoder reads `tick`. */
static int64_t on_belt(uint32_t tick) { return desk.belt + apart(tick, hal_encoder()); }

static void print_column(FILE *out, const char *word, const struct column *column) {
    uint32_t bytes = COLUMN_BYTES(desk.config.dots);
    fprintf(out, "%s%" PRId64 " ", word, on_belt(column->tick));
    for (uint32_t i = bytes; i > 0; i--) {
        fprintf(out, "%02x", column->dots[i - 1]);
    }
    fputc('\n', out);
}

/* Drops whose tick the belt has reached. True when the power went with one. */
static bool drop(void) {
    while (desk.queued > 0 && apart(desk.queue[0].tick, hal_encoder()) <= 0) {
        if (desk.telling) {
            print_column(desk.told, "fire ", &desk.queue[0]);
        }
        if (desk.fired_log != NULL) {
            print_column(desk.fired_log, "", &desk.queue[0]);
            fflush(desk.fired_log);
        }
        desk.queued--;
        memmove(desk.queue, desk.queue + 1, desk.queued * sizeof desk.queue[0]);
        desk.fired++;
        desk.drops++;
        if (desk.cut_after != 0 && desk.fired >= desk.cut_after) {
            desk.cut_after = 0;
            desk_power();
            return true;
        }
    }
    return false;
}

static void push_edge(uint8_t sensor, bool leading) {
    if (desk.edge_count < DESK_EDGES) {
        struct hal_edge *edge = &desk.edges[desk.edge_count++];
        edge->tick = hal_encoder();
        edge->us = hal_now_us();
        edge->sensor = sensor;
        edge->leading = leading;
    }
}

/* The first happening still to come; DESK_LETTERS for none. */
static size_t first_happening(void) {
    size_t found = DESK_LETTERS;
    for (size_t i = 0; i < desk.happenings; i++) {
        if (found == DESK_LETTERS || desk.letters[i].tick < desk.letters[found].tick) {
            found = i;
        }
    }
    return found;
}

static void happen(void) {
    size_t next;
    while ((next = first_happening()) != DESK_LETTERS && desk.letters[next].tick <= desk.belt) {
        push_edge(desk.letters[next].sensor, desk.letters[next].leading);
        desk.letters[next] = desk.letters[--desk.happenings];
    }
}

static int64_t nearest(int64_t target) {
    uint32_t tick;
    size_t next = first_happening();
    int64_t stop = target;
    if (desk.queued > 0 && on_belt(desk.queue[0].tick) < stop) {
        stop = on_belt(desk.queue[0].tick);
    }
    if (spray_next_tick(&desk.spray, &tick) && on_belt(tick) < stop) {
        stop = on_belt(tick);
    }
    if (next != DESK_LETTERS && desk.letters[next].tick < stop) {
        stop = desk.letters[next].tick;
    }
    return stop > desk.belt ? stop : desk.belt + 1;
}

/* One look of the core at the belt, and the drops that were due with it. */
static void look(void) {
    drop();
    happen();
    spray_belt(&desk.spray);
    if (!desk_revive() && !drop()) {
        spray_belt(&desk.spray);
    }
    desk_revive();
}

void desk_belt_to(int64_t tick) {
    while (desk.belt < tick) {
        desk.belt = nearest(tick);
        look();
    }
    if (tick < desk.belt) {
        desk.belt = tick;
    }
    look();
}

void desk_belt_run(void) {
    uint64_t now = desk_clock();
    uint64_t rate = (uint64_t)desk.drive + desk.speed;
    uint64_t way = (now - desk.moved_at) * rate + desk.rest;
    desk.moved_at = now;
    desk.rest = way % 1000000u;
    if (way >= 1000000u) {
        desk_belt_to(desk.belt + (int64_t)(way / 1000000u));
    }
}

void desk_edge(uint8_t sensor, bool leading) {
    push_edge(sensor, leading);
    look();
}

static void plan(int64_t tick, uint8_t sensor, bool leading) {
    struct happening *happening = &desk.letters[desk.happenings++];
    happening->tick = tick;
    happening->sensor = sensor;
    happening->leading = leading;
}

bool desk_feed(int64_t gap, uint32_t length, int64_t slip) {
    int64_t lead = desk.belt + gap;
    int64_t head = lead + desk.config.distance + slip;
    if (desk.happenings + 4 > DESK_LETTERS || gap < 0 || head <= lead) {
        return false;
    }
    plan(lead, HAL_CAMERA, true);
    plan(lead + length, HAL_CAMERA, false);
    plan(head, HAL_HEAD, true);
    plan(head + length, HAL_HEAD, false);
    return true;
}
