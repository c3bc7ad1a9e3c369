/* The job table: slots, results, credits, ends (wire-protocol.md section 6). */
#ifndef JOBS_H
#define JOBS_H

#include "spray.h"

/* Power-up: empty slots; results from the store where they survive. */
void jobs_start(struct spray *device);

/* The job that goes on under this number; a null pointer where none does. */
struct job *jobs_find(struct spray *device, uint32_t epoch, uint32_t counter);

/* The result kept under this number; a null pointer where none is. */
struct ended *jobs_result(struct spray *device, uint32_t epoch, uint32_t counter);

/* Places in the event log that are promised: one for each job going on and each result yet to be recalled. */
uint32_t jobs_promised(const struct spray *device);

/* Credits: how many more jobs may be begun (slot, result and event each), and free raster bytes. */
uint8_t jobs_free_slots(const struct spray *device);
uint32_t jobs_free_bytes(const struct spray *device);

/* True while any job goes on. */
bool jobs_live(const struct spray *device);

/* Ink is about to fall: the number is in the store, where there is one, before the first drop. False: it could not be. */
bool jobs_fires(struct spray *device, struct job *job);

/* A state that never changes again. `encoder`, `fired` as told in JOB_ENDED. Frees slot and raster. */
void jobs_end(struct spray *device, struct job *job, uint8_t state, uint8_t reason, uint32_t encoder, uint32_t fired);

/* READY jobs older than the host's limit end EXPIRED (wire point 16). */
void jobs_expire(struct spray *device);

/* QUERY and CANCEL. */
struct answer jobs_query(struct spray *device, uint32_t epoch, uint32_t counter);
struct answer jobs_cancel(struct spray *device, uint32_t epoch, uint32_t counter);

/* Every event up to `upto` is durable at the host: their results may be forgotten when room is needed. */
void jobs_settled(struct spray *device, uint32_t upto);

/* PURGE; the reason of its RESULT. */
uint8_t jobs_purge(struct spray *device);

/* The boot has its number: a store that remembers tells again what the host has not acknowledged (section 9). */
void jobs_recall(struct spray *device);

#endif
