/* Plain assertions: the first that fails says where and ends the test program. */
#ifndef CHECK_H
#define CHECK_H

#include <stdio.h>
#include <stdlib.h>

#define CHECK(what)                                                          \
    do {                                                                     \
        if (!(what)) {                                                       \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #what); \
            exit(1);                                                         \
        }                                                                    \
    } while (0)

/* A file of vectors (vectors/README.md); the program ends where it is missing. */
static inline FILE *vectors(const char *name) {
    char path[256];
    FILE *file;
    snprintf(path, sizeof path, "vectors/%s", name);
    file = fopen(path, "r");
    if (file == NULL) {
        fprintf(stderr, "%s is missing; run the tests in the firmware's folder\n", path);
        exit(1);
    }
    return file;
}

/* Bytes of a word of hexadecimal digits, `-` for none; how many. */
static inline size_t unhex(const char *word, unsigned char *out, size_t room) {
    size_t size = 0;
    unsigned int byte;
    while (word[0] != '\0' && word[0] != '-' && sscanf(word, "%2x", &byte) == 1) {
        CHECK(size < room);
        out[size++] = (unsigned char)byte;
        word += 2;
    }
    return size;
}

#endif
