/* A driver for fuzz_link.c where the compiler has no libFuzzer: every file given, then mutations of them by seed.
 * fuzz_link [runs=N] [seed=N] FILE... */
#include <stdint.h>
#include <string.h>

#include "check.h"

#define LONGEST 768u
#define MOST_FILES 64u

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static uint8_t corpus[MOST_FILES][LONGEST];
static size_t sizes[MOST_FILES];
static size_t files;
static uint64_t state = 1;

/* xorshift64*: the same seed gives the same run. */
static uint32_t rnd(uint32_t below) {
    state ^= state >> 12;
    state ^= state << 25;
    state ^= state >> 27;
    return (uint32_t)((state * 0x2545F4914F6CDD1Dull) >> 33) % below;
}

static void load(const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL || files == MOST_FILES) {
        fprintf(stderr, "fuzz_link: cannot take %s\n", path);
        exit(2);
    }
    sizes[files] = fread(corpus[files], 1, LONGEST, file);
    fclose(file);
    LLVMFuzzerTestOneInput(corpus[files], sizes[files]);
    files++;
}

static size_t mutate(uint8_t *data) {
    size_t from = files == 0 ? 0 : rnd((uint32_t)files);
    size_t size = files == 0 ? 0 : sizes[from];
    uint32_t changes = 1 + rnd(12);
    memcpy(data, corpus[from], size);
    while (size < LONGEST && rnd(20) != 0) {
        data[size++] = (uint8_t)rnd(256); /* what comes after is new each time */
    }
    for (uint32_t i = 0; i < changes && size > 0; i++) {
        data[rnd((uint32_t)size)] = (uint8_t)rnd(256);
    }
    if (size > 8 && rnd(3) == 0) { /* a part of it twice */
        size_t at = rnd((uint32_t)size - 4);
        memmove(data + at, data + rnd((uint32_t)at + 1), size - at < 64 ? size - at : 64);
    }
    return size;
}

int main(int count, char **words) {
    static uint8_t data[LONGEST];
    unsigned long runs = 20000;
    for (int i = 1; i < count; i++) {
        if (strncmp(words[i], "runs=", 5) == 0) {
            runs = strtoul(words[i] + 5, NULL, 10);
        } else if (strncmp(words[i], "seed=", 5) == 0) {
            state = strtoul(words[i] + 5, NULL, 10) * 2 + 1;
        } else {
            load(words[i]);
        }
    }
    for (unsigned long i = 0; i < runs; i++) {
        size_t size = mutate(data);
        if (rnd(4) == 0) {
            for (size_t at = 0; at < size; at++) {
                data[at] = (uint8_t)rnd(256);
            }
        }
        LLVMFuzzerTestOneInput(data, size);
    }
    printf("fuzz_link: %lu runs, nothing broke\n", runs);
    return 0;
}
