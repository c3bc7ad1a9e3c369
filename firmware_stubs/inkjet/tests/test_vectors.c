/* Checksums, stuffing, frames and rasters against the vectors that the Python package is held to as well. */
#include <string.h>

#include "check.h"
#include "cobs.h"
#include "columns.h"
#include "crc32.h"
#include "frame.h"

#define LONG 262144

static char line[LONG];
static char *words[8];
static unsigned char first[LONG];
static unsigned char second[LONG];
static unsigned char made[LONG];

/* The words of the next line that is no remark; 0 at the end. */
static size_t next(FILE *file) {
    size_t count = 0;
    do {
        if (fgets(line, sizeof line, file) == NULL) {
            fclose(file);
            return 0;
        }
    } while (line[0] == '#');
    for (char *word = strtok(line, " \n"); word != NULL && count < 8; word = strtok(NULL, " \n")) {
        words[count++] = word;
    }
    return count;
}

static void checksums(void) {
    FILE *file = vectors("crc32.txt");
    size_t rows = 0;
    while (next(file) == 2) {
        size_t size = unhex(words[0], first, sizeof first);
        CHECK(crc32_more(0, first, size) == strtoul(words[1], NULL, 16));
        CHECK(crc32_more(crc32_more(0, first, size / 2), first + size / 2, size - size / 2) == strtoul(words[1], NULL, 16));
        rows++;
    }
    CHECK(rows > 3);
}

static void stuffings(void) {
    FILE *file = vectors("cobs.txt");
    size_t rows = 0;
    while (next(file) == 2) {
        size_t stuffed = unhex(words[1], second, sizeof second);
        size_t size = 0;
        rows++;
        if (words[0][0] == '!') {
            CHECK(!cobs_decode(second, stuffed, made, sizeof made, &size));
            continue;
        }
        size = unhex(words[0], first, sizeof first);
        CHECK(cobs_encode(first, size, made, sizeof made) == stuffed && memcmp(made, second, stuffed) == 0);
        CHECK(cobs_encode(first, size, made, size) == 0 || size == 0);
        CHECK(cobs_decode(second, stuffed, made, sizeof made, &size) && memcmp(made, first, size) == 0);
    }
    CHECK(rows > 20);
}

static void one_frame(struct frame_decoder *decoder, size_t size) {
    struct frame frame;
    size_t found = 0;
    uint32_t bad = decoder->bad;
    for (size_t i = 0; i < size; i++) {
        if (frame_decoder_take(decoder, first[i], &frame)) {
            found++;
            CHECK(frame.type == atoi(words[2]) && frame.session == atoi(words[3]) && frame.seq == atoi(words[4]));
            CHECK(frame.ack == atoi(words[5]) && frame.flags == atoi(words[6]));
            CHECK(frame.size == unhex(words[7], second, sizeof second) && memcmp(frame.payload, second, frame.size) == 0);
            CHECK(frame_encode(&frame, decoder->schema, made) == size && memcmp(made, first, size) == 0);
        }
    }
    CHECK(found == 1 && decoder->bad == bad);
}

static void frames(void) {
    FILE *file = vectors("frames.txt");
    static struct frame_decoder decoder;
    size_t rows = 0;
    size_t count;
    frame_decoder_start(&decoder, 0);
    while ((count = next(file)) != 0) {
        struct frame frame;
        size_t size = unhex(words[count == 8 ? 0 : 1], first, sizeof first);
        decoder.schema = (uint32_t)strtoul(words[count == 8 ? 1 : 2], NULL, 16);
        rows++;
        if (count == 8) {
            one_frame(&decoder, size);
            continue;
        }
        CHECK(count == 3);
        for (size_t i = 0; i < size; i++) {
            CHECK(!frame_decoder_take(&decoder, first[i], &frame));
        }
        CHECK(decoder.bad > 0);
    }
    CHECK(rows > 30);
}

static void rasters(void) {
    FILE *file = vectors("columns.txt");
    static struct expander expander;
    size_t rows = 0;
    while (next(file) == 6) {
        size_t size = unhex(words[4], first, sizeof first);
        struct encoded encoded = {(uint32_t)size, (uint32_t)atol(words[3]), (uint16_t)atoi(words[1]), (uint16_t)atoi(words[2]),
                                  (uint8_t)atoi(words[0])};
        expander_start(&expander, &encoded, 0);
        for (size_t at = 0; at < size; at += 7) { /* in parts that cut entries and runs */
            expander_take(&expander, first + at, size - at < 7 ? size - at : 7, made);
        }
        rows++;
        if (words[5][0] == '!') {
            CHECK(!expander_done(&expander));
            continue;
        }
        CHECK(expander_done(&expander));
        CHECK(expander.made == unhex(words[5], second, sizeof second) && memcmp(made, second, expander.made) == 0);
        CHECK(expander.crc == crc32_more(0, made, expander.made));
        expander_take(&expander, first, 1, made);
        CHECK(!expander_done(&expander)); /* a byte too many */
    }
    CHECK(rows > 30);
}

int main(void) {
    checksums();
    stuffings();
    frames();
    rasters();
    return 0;
}
