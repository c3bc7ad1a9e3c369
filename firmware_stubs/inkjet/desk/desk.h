/* The desk machine: what hal.h asks for, simulated. Belt, photocells, encoder, head, line and store live in one
 * structure; the power of the core can be cut while they stay. */
#ifndef DESK_H
#define DESK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "hal.h"
#include "spray.h"

#define DESK_SERIAL 65536u
#define DESK_EDGES 64u
#define DESK_QUEUE 64u
#define DESK_LETTERS 256u
#define DESK_STORE STORE_SIZE(MOST_RESULTS)

/* A column waiting for its tick. */
struct column {
    uint32_t tick;
    uint8_t dots[COLUMN_BYTES(MOST_DOTS)];
};

/* Something that will happen to a photocell when the belt is there. */
struct happening {
    int64_t tick;
    uint8_t sensor;
    bool leading;
};

struct desk {
    struct spray spray;
    struct config config;

    bool real_clock;
    uint64_t clock;       /* us, of the virtual clock */
    uint64_t power_on;    /* us, when power last came */

    int64_t belt;         /* ticks since the desk began */
    uint32_t encoder_start;
    uint32_t drive;       /* ticks a second, bench */
    uint32_t speed;       /* ticks a second, the belt's own motor */
    uint64_t moved_at;    /* us, when the two were last reckoned */
    uint64_t rest;        /* millionths of a tick left over */

    struct hal_edge edges[DESK_EDGES];
    size_t edge_count;

    struct happening letters[DESK_LETTERS];
    size_t happenings;

    struct column queue[DESK_QUEUE];
    size_t queued;
    uint32_t fired;
    uint32_t missed;
    uint32_t drops;       /* columns fired since power-up */
    uint32_t cut_after;   /* power goes after so many columns of a mark; 0 never */
    bool head_ready;
    bool ink_low;
    FILE *fired_log;

    uint8_t in[DESK_SERIAL];
    size_t in_size;
    uint8_t out[DESK_SERIAL];
    size_t out_size;

    uint8_t store[DESK_STORE];
    const char *store_path; /* null: the store is in memory only */
    bool store_fails;
    bool cut_at_store;    /* power goes in the middle of the next write */
    bool dying;           /* it has: nothing the core still does reaches the outside */

    FILE *told;           /* where commands are answered */
    bool telling;         /* triggers and drops are told on standard output */
    bool watched;         /* boot, boots and unsent events are told when they change */
    uint32_t last_told[3];
    bool line_told;       /* no port: sent bytes are told there too */
};

/* Plain figures, head ready, answers to standard output. */
void desk_plain(void);

/* The one desk of this program. */
extern struct desk desk;

/* Microseconds on the desk's clock. */
uint64_t desk_clock(void);

/* Power on: the core starts from the store. False where the configuration does not fit. */
bool desk_power(void);

/* If the power went while the core was at work (desk.dying), it comes again now. True when it did. */
bool desk_revive(void);

/* The store from its file, if there is one; a file of another size counts as wiped. */
void desk_store_load(void);
void desk_store_wipe(void);

/* The belt moves to `tick`; everything on the way happens at its own tick. Backwards is a reversal. */
void desk_belt_to(int64_t tick);

/* The belt as far as its clock has come. */
void desk_belt_run(void);

/* A photocell's edge, where the belt now is. */
void desk_edge(uint8_t sensor, bool leading);

/* A letter of `length` ticks enters the camera's photocell `gap` ticks from here; at the head it is `slip` ticks late.
 * False when too much is on the belt. */
bool desk_feed(int64_t gap, uint32_t length, int64_t slip);

/* Bytes of the host. What finds no room is lost, as in a UART. */
void desk_receive(const uint8_t *bytes, size_t size);

/* Set a figure of the configuration by its name ("distance=40000"). False for an unknown name or a bad number. */
bool desk_set(const char *assignment);

/* One line of the control language (README.md). False when the program shall end. */
bool desk_control(char *line);

/* A pseudo-terminal, its slave held open and raw, behind a link of this name (may be null). -1 when there is none. */
int desk_pty_open(const char *link);
void desk_pty_close(int master, const char *link);

#endif
