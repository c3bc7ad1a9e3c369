/* The results of ended jobs: never overwritten while unacknowledged (wire-protocol.md section 6, wire point 9). */
#ifndef RESULTS_H
#define RESULTS_H

#include "spray.h"

/* Power-up: empty, or what the store kept, with a job that was firing among it. */
void results_start(struct spray *device);

/* Results whose event the host has not acknowledged. */
uint32_t results_unsettled(const struct spray *device);

/* Keep one more; the oldest acknowledged one makes room. `fell`: it is the job the store knows as firing. */
void results_add(struct spray *device, const struct ended *ended, bool fell);

/* Events up to `upto` are durable at the host. */
void results_settled(struct spray *device, uint32_t upto);

/* Forget every acknowledged result; the mark goes up with them. */
void results_purge(struct spray *device);

/* Tell every unacknowledged result of earlier boots again, oldest first. */
void results_recall(struct spray *device);

#endif
