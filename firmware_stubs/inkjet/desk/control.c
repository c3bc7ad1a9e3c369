/* The desk's control language: one command a line, each answered by what it led to and then `ok` or `error`. */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "desk.h"
#include "jobs.h"
#include "pieces.h"

#define MOST_WORDS 4

static int nibble(char digit) {
    const char *digits = "0123456789abcdef";
    const char *found = digit == '\0' ? NULL : strchr(digits, digit);
    return found == NULL ? -1 : (int)(found - digits);
}

static bool receive_hex(const char *hex) {
    while (*hex != '\0') {
        int high = nibble(hex[0]);
        int low = high < 0 ? -1 : nibble(hex[1]);
        uint8_t byte;
        if (low < 0) {
            return false;
        }
        byte = (uint8_t)(high << 4 | low);
        desk_receive(&byte, 1);
        hex += 2;
    }
    return true;
}

static bool number(const char *word, long long low, long long high, long long *value) {
    char *end;
    if (word == NULL) {
        return false;
    }
    errno = 0;
    *value = strtoll(word, &end, 10);
    return errno == 0 && end != word && *end == '\0' && *value >= low && *value <= high;
}

/* Without a port what the core sends is told as text. */
static void tell_output(void) {
    if (desk.line_told && desk.out_size > 0) {
        fputs("tx ", desk.told);
        for (size_t i = 0; i < desk.out_size; i++) {
            fprintf(desk.told, "%02x", desk.out[i]);
        }
        fputc('\n', desk.told);
        desk.out_size = 0;
    }
}

static void tell_state(void) {
    const struct spray *spray = &desk.spray;
    fprintf(desk.told, "state boot=%u session=%u boots=%u epoch_seen=%u slots=%u bytes=%u lost=%u strays=%u unsent=%u ",
           (unsigned)spray->session.boot, (unsigned)spray->link.session, (unsigned)spray->store.boots,
           (unsigned)spray->store.epoch_seen, (unsigned)jobs_free_slots(spray), (unsigned)jobs_free_bytes(spray),
           (unsigned)spray->log.lost, (unsigned)spray->track.strays,
           (unsigned)(eventlog_next(&spray->log) - spray->link.event_next));
    fprintf(desk.told, "encoder=%u belt=%" PRId64 " enabled=%u firing=%u bad=%u dropped=%u\n",
           (unsigned)hal_encoder(), desk.belt, (unsigned)spray->jobs.enabled, (unsigned)spray->head.firing, (unsigned)spray->link.decoder.bad,
           (unsigned)spray->link.unsent);
}

static void tell_changes(void) {
    const struct spray *spray = &desk.spray;
    uint32_t now[3];
    now[0] = spray->session.boot;
    now[1] = spray->store.boots;
    now[2] = eventlog_next(&spray->log) - spray->link.event_next;
    if (desk.watched && memcmp(now, desk.last_told, sizeof now) != 0) {
        memcpy(desk.last_told, now, sizeof now);
        fprintf(desk.told, "now %u %u %u\n", (unsigned)now[0], (unsigned)now[1], (unsigned)now[2]);
    }
}

/* Commands that move the belt or look at it. */
static bool belt_command(char **words, bool *known) {
    long long a = 0;
    long long b = 0;
    long long c = 0;
    *known = true;
    if (strcmp(words[0], "enc") == 0 && number(words[1], -4000000000000LL, 4000000000000LL, &a)) {
        desk_belt_to(a);
    } else if (strcmp(words[0], "camera") == 0 && number(words[1], 0, 1, &a)) {
        desk_edge(HAL_CAMERA, a == 1);
    } else if (strcmp(words[0], "head") == 0 && number(words[1], 0, 1, &a)) {
        desk_edge(HAL_HEAD, a == 1);
    } else if (strcmp(words[0], "run") == 0 && number(words[1], 0, 10000000, &a)) {
        desk_belt_run();
        desk.speed = (uint32_t)a;
        desk.rest = 0;
    } else if (strcmp(words[0], "feed") == 0 && number(words[1], 0, 100000000, &a) && number(words[2], 1, 100000000, &b)) {
        if (words[3] != NULL && !number(words[3], -100000000, 100000000, &c)) {
            return false;
        }
        return desk_feed(a, (uint32_t)b, c);
    } else {
        *known = false;
    }
    return true;
}

/* Commands about power, store and head. */
static bool power_command(char **words, bool *known) {
    long long a = 0;
    *known = true;
    if (strcmp(words[0], "power") == 0) {
        return desk_power();
    }
    if (strcmp(words[0], "wipe") == 0) {
        desk_store_wipe();
    } else if (strcmp(words[0], "cut") == 0 && number(words[1], 0, 100000, &a)) {
        desk.cut_after = (uint32_t)a;
    } else if (strcmp(words[0], "ready") == 0 && number(words[1], 0, 1, &a)) {
        desk.head_ready = a == 1;
    } else if (strcmp(words[0], "ink") == 0 && number(words[1], 0, 1, &a)) {
        desk.ink_low = a == 0;
    } else if (strcmp(words[0], "cutstore") == 0) {
        desk.cut_at_store = true;
    } else if (strcmp(words[0], "store") == 0 && number(words[1], 0, 1, &a)) {
        desk.store_fails = a == 0;
    } else if (strcmp(words[0], "set") == 0 && words[1] != NULL) {
        return desk_set(words[1]);
    } else {
        *known = false;
    }
    return true;
}

/* Commands about clock and line. */
static bool line_command(char **words, bool *known) {
    long long a = 0;
    *known = true;
    if (strcmp(words[0], "clock") == 0 && !desk.real_clock && number(words[1], 0, INT64_MAX, &a)) {
        desk.clock = (uint64_t)a > desk.clock ? (uint64_t)a : desk.clock;
        desk_belt_run();
    } else if (strcmp(words[0], "rx") == 0 && words[1] != NULL) {
        bool good = receive_hex(words[1]);
        spray_receive(&desk.spray);
        return good;
    } else if (strcmp(words[0], "poll") == 0) {
        spray_poll(&desk.spray);
    } else if (strcmp(words[0], "state") == 0) {
        tell_state();
    } else if (strcmp(words[0], "expects") == 0 && number(words[1], 0, 0xFFFFFFFFLL, &a)) {
        fprintf(desk.told, "expects %d\n", pieces_expected(&desk.spray, (uint32_t)a));
    } else {
        *known = false;
    }
    return true;
}

bool desk_control(char *line) {
    char *words[MOST_WORDS + 1] = {NULL};
    size_t count = 0;
    bool known = false;
    bool good = false;
    for (char *word = strtok(line, " \r\n"); word != NULL && count < MOST_WORDS; word = strtok(NULL, " \r\n")) {
        words[count++] = word;
    }
    if (count == 0) {
        return true;
    }
    if (strcmp(words[0], "quit") == 0) {
        return false;
    }
    good = line_command(words, &known);
    if (!known) {
        good = belt_command(words, &known);
    }
    if (!known) {
        good = power_command(words, &known);
    }
    desk_revive();
    tell_output();
    tell_changes();
    fputs(known && good ? "ok\n" : "error\n", desk.told);
    return true;
}
