/* hal.h on the desk. */
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "bytes.h"
#include "desk.h"

struct desk desk;

uint64_t desk_clock(void) {
    struct timespec now;
    if (!desk.real_clock) {
        return desk.clock;
    }
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

uint64_t hal_now_us(void) { return desk_clock() - desk.power_on; }

/* --- the line --- */

size_t hal_serial_read(uint8_t *bytes, size_t room) {
    size_t size = desk.in_size < room ? desk.in_size : room;
    memcpy(bytes, desk.in, size);
    memmove(desk.in, desk.in + size, desk.in_size - size);
    desk.in_size -= size;
    return size;
}

size_t hal_serial_space(void) { return DESK_SERIAL - desk.out_size; }

void hal_serial_write(const uint8_t *bytes, size_t size) {
    if (size <= hal_serial_space()) {
        memcpy(desk.out + desk.out_size, bytes, size);
        desk.out_size += size;
    }
}

void desk_receive(const uint8_t *bytes, size_t size) {
    size_t room = DESK_SERIAL - desk.in_size;
    size = size < room ? size : room;
    memcpy(desk.in + desk.in_size, bytes, size);
    desk.in_size += size;
}

/* --- encoder and photocells --- */

uint32_t hal_encoder(void) { return desk.encoder_start + (uint32_t)desk.belt; }

void hal_encoder_drive(uint32_t ticks_per_second) {
    desk.drive = ticks_per_second; /* the belt is moved by the main loop only, never from inside the core */
    desk.moved_at = desk_clock();
    desk.rest = 0;
}

bool hal_edge_take(struct hal_edge *edge) {
    if (desk.edge_count == 0) {
        return false;
    }
    *edge = desk.edges[0];
    desk.edge_count--;
    memmove(desk.edges, desk.edges + 1, desk.edge_count * sizeof desk.edges[0]);
    return true;
}

void hal_camera_trigger(uint32_t trigger, uint32_t piece) {
    if (desk.telling) {
        fprintf(desk.told, "trigger %u %u\n", (unsigned)trigger, (unsigned)piece);
    }
}

/* --- the head --- */

bool hal_head_ready(void) { return desk.head_ready; }

bool hal_ink_low(void) { return desk.ink_low; }

size_t hal_head_space(void) { return DESK_QUEUE - desk.queued; }

void hal_head_queue(uint32_t tick, const uint8_t *dots, size_t bytes) {
    struct column *column;
    if (apart(tick, hal_encoder()) < 0 || desk.queued == DESK_QUEUE || bytes > sizeof column->dots) {
        desk.missed++;
        return;
    }
    column = &desk.queue[desk.queued++];
    column->tick = tick;
    memset(column->dots, 0, sizeof column->dots);
    memcpy(column->dots, dots, bytes);
}

uint32_t hal_head_fired(void) { return desk.fired; }

uint32_t hal_head_missed(void) { return desk.missed; }

uint32_t hal_head_clear(void) {
    uint32_t fired = desk.fired;
    desk.queued = 0;
    desk.fired = 0;
    desk.missed = 0;
    return fired;
}

/* --- the store --- */

bool hal_store_read(uint32_t at, uint8_t *bytes, size_t size) {
    if (at > DESK_STORE || size > DESK_STORE - at) {
        return false;
    }
    memcpy(bytes, desk.store + at, size);
    return true;
}

static bool save(uint32_t at, size_t size) {
    FILE *file;
    bool done;
    if (desk.store_path == NULL) {
        return true;
    }
    file = fopen(desk.store_path, "r+b");
    if (file == NULL) {
        return false;
    }
    done = fseek(file, (long)at, SEEK_SET) == 0 && fwrite(desk.store + at, 1, size, file) == size && fflush(file) == 0 &&
           fsync(fileno(file)) == 0;
    return fclose(file) == 0 && done;
}

bool hal_store_write(uint32_t at, const uint8_t *bytes, size_t size) {
    if (desk.dying || desk.store_fails || at > DESK_STORE || size > DESK_STORE - at) {
        return false;
    }
    if (desk.cut_at_store) {
        desk.cut_at_store = false;
        desk.dying = true;
        size /= 2;
    }
    memcpy(desk.store + at, bytes, size);
    return save(at, size) && !desk.dying;
}

void desk_store_wipe(void) {
    FILE *file;
    memset(desk.store, 0, sizeof desk.store);
    file = desk.store_path == NULL ? NULL : fopen(desk.store_path, "wb");
    if (file != NULL) {
        fwrite(desk.store, 1, sizeof desk.store, file);
        fclose(file);
    }
}

void desk_store_load(void) {
    FILE *file = desk.store_path == NULL ? NULL : fopen(desk.store_path, "rb");
    bool whole = false;
    if (file != NULL) {
        whole = fread(desk.store, 1, sizeof desk.store, file) == sizeof desk.store;
        fclose(file);
    }
    if (!whole) {
        desk_store_wipe();
    }
}
