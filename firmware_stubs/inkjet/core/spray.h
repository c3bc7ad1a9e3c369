/* The device: its whole state in one structure, and what the main loop calls. docs/wire-protocol.md throughout. */
#ifndef SPRAY_H
#define SPRAY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "columns.h"
#include "config.h"
#include "eventlog.h"
#include "frame.h"
#include "store.h"

/* A committed job that goes on; `state` 0 is a free slot. */
struct job {
    uint64_t since; /* us */
    uint32_t epoch;
    uint32_t counter;
    uint32_t boot;
    uint32_t piece;
    uint32_t origin;
    uint32_t window;
    uint32_t offset;
    uint32_t crc;
    uint32_t at;   /* its raster in the raster memory */
    uint32_t size;
    uint16_t columns;
    uint8_t state;
};

/* JOB_BEGIN, unpacked. */
struct begin {
    uint32_t epoch;
    uint32_t counter;
    uint32_t boot;
    uint32_t piece;
    uint32_t origin;
    uint32_t window;
    uint32_t offset;
    uint32_t dpi;
    uint32_t length;
    uint16_t columns;
    uint16_t dots;
    uint8_t encoding;
};

/* The one job that loads. Its raster grows behind those of the jobs that go on. */
struct loading {
    struct begin begin;
    struct expander expander;
    uint32_t received;
    uint8_t refusal; /* what was wrong at the begin; told at the commit */
    bool active;
    bool dropped;    /* the host fell silent: only its commit is answered */
    bool stored;     /* memory was found for it */
};

/* What is said of a job. */
struct answer {
    uint8_t state;
    uint8_t reason;
};

struct jobs {
    struct job slots[MOST_SLOTS];
    struct ended results[MOST_RESULTS];
    struct loading loading;
    uint32_t epoch;
    uint32_t mark;     /* highest counter of this epoch that was forgotten */
    uint32_t order;
    uint32_t used;     /* bytes of raster memory taken */
    bool enabled;
    uint8_t raster[MOST_RASTER];
};

/* A piece in transit. */
struct piece {
    uint32_t number;
    uint32_t trigger;
    uint32_t edge;
    uint32_t time;    /* ms since boot, of that edge */
    uint32_t trailing;
    uint32_t length;
    uint32_t epoch;   /* its job's number, where `taken` */
    uint32_t counter;
    bool ended;       /* the trailing edge was seen */
    bool told;        /* PIECE_IN was noted */
    bool passed;
    bool taken;       /* it has or had a job */
    uint8_t inhibit;
};

struct track {
    struct piece pieces[MOST_PIECES]; /* oldest first */
    uint16_t count;
    uint32_t encoder;
    uint32_t high;      /* the forward high-water mark */
    uint32_t number;
    uint32_t trigger;
    uint32_t head_edge;
    uint32_t strays;    /* edges at the head that no piece explains */
    uint32_t tag;
    uint32_t tag_event; /* the event of the last piece announced, 0 for none */
    bool head_seen;
    bool bench;
};

struct head {
    uint32_t first;    /* tick of column 0 */
    uint32_t still_at; /* where the encoder was last seen to move to */
    uint64_t moved;    /* us, when */
    uint16_t slot;
    uint16_t queued;   /* columns handed to the head */
    bool firing;
};

struct link {
    struct frame_decoder decoder;
    uint64_t event_at;   /* us, since when the first unheard event is waited for */
    uint32_t host_next;  /* the event the host expects next */
    uint32_t event_next; /* the event to be sent next */
    uint32_t frames;
    uint32_t unsent;     /* frames that found no room on the line */
    uint16_t session;    /* 0: none */
    uint16_t last_session;
    uint16_t expected;
    bool ack_due;
};

struct session {
    uint64_t born;       /* us, power-up */
    uint64_t heard;      /* us, the host */
    uint64_t hinted;     /* us, the last NO_SESSION */
    uint64_t status_at;
    uint64_t speed_at;
    uint64_t nonce;
    uint64_t previous_nonce;
    uint64_t silent_us;
    uint64_t age_us;
    uint32_t boot;
    uint32_t boot_epoch;
    uint32_t epoch_before;
    uint32_t speed;
    uint32_t speed_tick;
    bool alive;          /* the host was heard and has not said farewell */
    bool hint_given;
};

struct spray {
    struct config config;
    struct store store;
    struct eventlog log;
    struct jobs jobs;
    struct track track;
    struct head head;
    struct link link;
    struct session session;
    uint64_t now; /* us, of this round */
};

/* Power-up: reads the store, raises the boot counter, forgets everything else. False where the figures do not fit. */
bool spray_start(struct spray *device, const struct config *config);

/* One round of the main loop: belt, line, timers. Call it every millisecond or so; it never waits. */
void spray_poll(struct spray *device);

/* The parts of a round: photocells, encoder and head; received bytes; what is due by time. */
void spray_belt(struct spray *device);
void spray_receive(struct spray *device);
void spray_timers(struct spray *device);

/* The next tick at which the core wants the belt looked at, beyond the present one; false when nothing is due. A
 * simulation steps there; a board need not, since every position is reckoned from captured edges. */
bool spray_next_tick(const struct spray *device, uint32_t *tick);

#endif
