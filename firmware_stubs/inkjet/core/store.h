/* What survives power (wire-protocol.md section 9): boot counter and highest epoch in every store; where a store bears a
 * write per letter, also the job being fired and the results. */
#ifndef STORE_H
#define STORE_H

#include <stdbool.h>
#include <stdint.h>

/* Bytes of store a device with this many results needs; 64 without any. */
#define STORE_RECORD 40u
#define STORE_HEADS 64u
#define STORE_SIZE(results) (STORE_HEADS + STORE_RECORD * ((uint32_t)(results) + 1u))

struct store {
    uint32_t boots;
    uint32_t epoch_seen;
    uint32_t generation; /* of the two head records the one with the higher number counts */
};

/* A job's record: its number, what it was for, how it ended. */
struct ended {
    uint32_t epoch;
    uint32_t counter;
    uint32_t boot;
    uint32_t piece;
    uint32_t crc;
    uint32_t event; /* 0: its end is durable at the host */
    uint32_t order; /* raised with each end: which is the oldest */
    uint8_t state;
    uint8_t reason;
    bool used;
};

/* Read the head records; what is spoilt counts as wiped. */
void store_read(struct store *store);

/* Write boot counter and epoch, into the record that does not count at present: power may go at any moment. */
bool store_write(struct store *store);

/* The record of the job that was firing (`store_firing`), or of result `index`. Reading gives false for one that is
 * empty or spoilt. A record with `used` false empties its place. */
bool store_firing_read(struct ended *ended);
bool store_firing_write(const struct ended *ended);
bool store_result_read(uint16_t index, struct ended *ended);
bool store_result_write(uint16_t index, const struct ended *ended);

#endif
