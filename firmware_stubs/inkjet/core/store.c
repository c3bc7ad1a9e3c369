#include "store.h"

#include "bytes.h"
#include "crc32.h"
#include "hal.h"

#define HEAD 16u /* generation, boots, epoch, CRC */
#define FIRING_AT STORE_HEADS
#define RESULTS_AT (STORE_HEADS + STORE_RECORD)

static bool read_head(uint32_t at, struct store *store) {
    uint8_t bytes[HEAD];
    if (!hal_store_read(at, bytes, sizeof bytes) || crc32_more(0, bytes, 12) != get32(bytes + 12)) {
        return false;
    }
    store->generation = get32(bytes);
    store->boots = get32(bytes + 4);
    store->epoch_seen = get32(bytes + 8);
    return store->generation != 0;
}

void store_read(struct store *store) {
    struct store other;
    zero_bytes(store, sizeof *store);
    zero_bytes(&other, sizeof other);
    if (!read_head(0, store)) {
        zero_bytes(store, sizeof *store);
    }
    if (read_head(HEAD, &other) && (store->generation == 0 || apart(other.generation, store->generation) > 0)) {
        *store = other;
    }
}

bool store_write(struct store *store) {
    uint8_t bytes[HEAD];
    uint32_t generation = store->generation + 1u;
    if (generation == 0) {
        generation = 2; /* 0 means empty; the parity picks the place */
    }
    put32(bytes, generation);
    put32(bytes + 4, store->boots);
    put32(bytes + 8, store->epoch_seen);
    put32(bytes + 12, crc32_more(0, bytes, 12));
    if (!hal_store_write((generation & 1u) * HEAD, bytes, sizeof bytes)) {
        return false;
    }
    store->generation = generation;
    return true;
}

static bool read_record(uint32_t at, struct ended *ended) {
    uint8_t bytes[STORE_RECORD];
    if (!hal_store_read(at, bytes, sizeof bytes) || crc32_more(0, bytes, 36) != get32(bytes + 36)) {
        return false;
    }
    ended->epoch = get32(bytes);
    ended->counter = get32(bytes + 4);
    ended->boot = get32(bytes + 8);
    ended->piece = get32(bytes + 12);
    ended->crc = get32(bytes + 16);
    ended->event = get32(bytes + 20);
    ended->order = get32(bytes + 24);
    ended->state = bytes[28];
    ended->reason = bytes[29];
    ended->used = bytes[30] != 0;
    return ended->used;
}

static bool write_record(uint32_t at, const struct ended *ended) {
    uint8_t bytes[STORE_RECORD];
    zero_bytes(bytes, sizeof bytes);
    put32(bytes, ended->epoch);
    put32(bytes + 4, ended->counter);
    put32(bytes + 8, ended->boot);
    put32(bytes + 12, ended->piece);
    put32(bytes + 16, ended->crc);
    put32(bytes + 20, ended->event);
    put32(bytes + 24, ended->order);
    bytes[28] = ended->state;
    bytes[29] = ended->reason;
    bytes[30] = ended->used;
    put32(bytes + 36, crc32_more(0, bytes, 36));
    return hal_store_write(at, bytes, sizeof bytes);
}

bool store_firing_read(struct ended *ended) { return read_record(FIRING_AT, ended); }

bool store_firing_write(const struct ended *ended) { return write_record(FIRING_AT, ended); }

bool store_result_read(uint16_t index, struct ended *ended) {
    return read_record(RESULTS_AT + STORE_RECORD * index, ended);
}

bool store_result_write(uint16_t index, const struct ended *ended) {
    return write_record(RESULTS_AT + STORE_RECORD * index, ended);
}
