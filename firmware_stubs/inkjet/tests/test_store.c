/* The store: torn writes, wiped memory, results over a power loss (wire-protocol.md sections 5 and 9). */
#include <string.h>

#include "check.h"
#include "desk.h"
#include "jobs.h"
#include "results.h"
#include "schema.h"

static void fresh(bool survive) {
    desk_plain();
    desk.config.results_survive = survive;
    desk.config.results = 4;
    CHECK(desk_power());
}

static void torn_head_records_leave_the_older_one(void) {
    fresh(false);
    for (uint32_t boot = 2; boot < 20; boot++) {
        uint8_t before[STORE_HEADS];
        memcpy(before, desk.store, sizeof before);
        CHECK(desk_power() && desk.spray.store.boots == boot);
        /* Power went in the middle of that write: every number of new bytes, the rest as before. */
        for (size_t cut = 0; cut < sizeof before; cut++) {
            uint8_t after[STORE_HEADS];
            struct store store;
            memcpy(after, desk.store, sizeof after);
            memcpy(desk.store + cut, before + cut, sizeof before - cut);
            store_read(&store);
            CHECK(store.boots == boot || store.boots == boot - 1);
            memcpy(desk.store, after, sizeof after);
        }
    }
}

static void a_wiped_store_starts_again(void) {
    fresh(false);
    desk.spray.store.epoch_seen = 41;
    CHECK(store_write(&desk.spray.store));
    CHECK(desk_power() && desk.spray.store.epoch_seen == 41);
    desk_store_wipe();
    CHECK(desk_power() && desk.spray.store.boots == 1 && desk.spray.store.epoch_seen == 0);
    memset(desk.store, 0xFF, sizeof desk.store); /* as flash and FRAM may come from the maker */
    CHECK(desk_power() && desk.spray.store.boots == 1);
}

static struct ended some(uint32_t counter, uint32_t event) {
    struct ended ended;
    memset(&ended, 0, sizeof ended);
    ended.epoch = 1;
    ended.counter = counter;
    ended.boot = 9;
    ended.state = STATE_DONE;
    ended.event = event;
    ended.used = true;
    return ended;
}

static void results_survive_where_the_store_bears_it(void) {
    struct ended one = some(1, 1);
    struct ended two = some(2, 2);
    for (int survive = 0; survive < 2; survive++) {
        fresh(survive == 1);
        results_add(&desk.spray, &one, false);
        results_add(&desk.spray, &two, false);
        results_settled(&desk.spray, 1);
        CHECK(desk_power());
        CHECK((jobs_result(&desk.spray, 1, 1) != NULL) == (survive == 1));
        CHECK(results_unsettled(&desk.spray) == (uint32_t)survive);
        CHECK(jobs_promised(&desk.spray) == (uint32_t)survive); /* a place in the log is kept for telling it again */
    }
}

static void a_job_that_was_firing_is_known_and_an_end_written_before_it_wins(void) {
    struct ended firing = some(7, 1);
    struct ended done = some(7, 1);
    firing.state = STATE_ABORTED;
    firing.reason = WHY_POWER_LOST;
    fresh(true);
    CHECK(store_firing_write(&firing) && desk_power());
    CHECK(jobs_result(&desk.spray, 1, 7)->state == STATE_ABORTED);
    CHECK(!store_firing_read(&firing));
    fresh(true);
    results_add(&desk.spray, &done, false);
    CHECK(store_firing_write(&done) && desk_power());
    CHECK(jobs_result(&desk.spray, 1, 7)->state == STATE_DONE && results_unsettled(&desk.spray) == 1);
}

static void a_spoilt_record_is_none(void) {
    struct ended one = some(1, 1);
    fresh(true);
    results_add(&desk.spray, &one, false);
    desk.store[STORE_HEADS + STORE_RECORD + 3] ^= 1;
    CHECK(desk_power() && jobs_result(&desk.spray, 1, 1) == NULL);
}

static void acknowledged_results_make_room_and_raise_the_mark(void) {
    fresh(true);
    desk.spray.jobs.epoch = 1;
    for (uint32_t counter = 1; counter <= 9; counter++) {
        struct ended ended = some(counter, counter);
        results_add(&desk.spray, &ended, false);
        CHECK(results_unsettled(&desk.spray) == 1);
        results_settled(&desk.spray, counter);
    }
    CHECK(desk.spray.jobs.mark == 5 && jobs_result(&desk.spray, 1, 6) != NULL && jobs_result(&desk.spray, 1, 5) == NULL);
    results_purge(&desk.spray);
    CHECK(desk.spray.jobs.mark == 9);
}

int main(void) {
    torn_head_records_leave_the_older_one();
    a_wiped_store_starts_again();
    results_survive_where_the_store_bears_it();
    a_job_that_was_firing_is_known_and_an_end_written_before_it_wins();
    a_spoilt_record_is_none();
    acknowledged_results_make_room_and_raise_the_mark();
    return 0;
}
