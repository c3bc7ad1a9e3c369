/* The event log: a promised place is always there, what is lost is counted (wire-protocol.md section 8). */
#include <string.h>

#include "check.h"
#include "bytes.h"
#include "eventlog.h"
#include "schema.h"

static struct eventlog journal;

static struct event of(uint8_t kind, uint32_t piece) {
    struct event event;
    memset(&event, 0, sizeof event);
    event.kind = kind;
    event.piece = piece;
    return event;
}

static void an_end_always_has_its_place(void) {
    struct event in = of(KIND_PIECE_IN, 1);
    struct event end = of(KIND_JOB_ENDED, 1);
    eventlog_start(&journal, 6);
    for (int i = 0; i < 20; i++) {
        eventlog_note(&journal, &in, 3);
    }
    CHECK(journal.count == 2 && journal.lost == 18);
    for (uint32_t number = 3; number <= 5; number++) {
        CHECK(eventlog_end(&journal, &end) == number);
    }
    eventlog_trim(&journal, 2, 0);
    CHECK(eventlog_get(&journal, 2) == NULL && eventlog_get(&journal, 6)->kind == KIND_GAP);
    CHECK(eventlog_get(&journal, 6)->value == 18 && journal.lost == 0);
}

static void numbers_go_on_over_many_rounds(void) {
    struct event in = of(KIND_PIECE_IN, 1);
    eventlog_start(&journal, 8);
    for (uint32_t number = 1; number < 5000; number++) {
        CHECK(eventlog_note(&journal, &in, 0) == number);
        CHECK(eventlog_get(&journal, number)->number == number && eventlog_get(&journal, number + 1) == NULL);
        eventlog_trim(&journal, number - (number % 5), 0);
        CHECK(eventlog_next(&journal) == number + 1);
    }
    eventlog_trim(&journal, 0xFFFFFFF0u, 0); /* far behind, in numbers that wrap: nothing goes */
    CHECK(journal.count > 0);
}

static void a_boot_without_its_number_gets_it_later(void) {
    struct event in = of(KIND_PIECE_IN, 1);
    eventlog_start(&journal, 8);
    eventlog_note(&journal, &in, 0);
    eventlog_christen(&journal, 77);
    CHECK(eventlog_get(&journal, 1)->boot == 77);
}

static void counts_that_wrap_are_compared_by_their_difference(void) {
    CHECK(apart(5, 0xFFFFFFFBu) == 10 && apart(0xFFFFFFFBu, 5) == -10 && apart(0x80000000u, 0) == INT32_MIN);
    CHECK(distance32(5, 0xFFFFFFFBu) == 10 && distance32(0xFFFFFFFBu, 5) == 10);
}

int main(void) {
    an_end_always_has_its_place();
    numbers_go_on_over_many_rounds();
    a_boot_without_its_number_gets_it_later();
    counts_that_wrap_are_compared_by_their_difference();
    return 0;
}
