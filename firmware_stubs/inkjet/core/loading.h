/* JOB_BEGIN, JOB_DATA, JOB_COMMIT and the judgement of a commit (wire-protocol.md section 6). */
#ifndef LOADING_H
#define LOADING_H

#include "spray.h"

/* A job starts to load; what was loading is dropped. What is wrong with it is told at the commit. */
void loading_begin(struct spray *device, const struct begin *begin);

/* Encoded bytes of the loading job, the first of them at `at`; others than the next are dropped. */
void loading_part(struct spray *device, uint32_t epoch, uint32_t counter, uint32_t at, const uint8_t *data, size_t size);

/* Judge a commit. Where the job is READY on a bench it is fired at once. */
struct answer loading_commit(struct spray *device, uint32_t epoch, uint32_t counter, uint32_t crc);

/* The host fell silent: what was loading is dropped, its commit will be refused (wire point 15). */
void loading_silent(struct spray *device);

#endif
