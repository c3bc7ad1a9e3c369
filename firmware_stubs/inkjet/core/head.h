/* The mark being fired: columns at their ticks, and the dead-man (wire-protocol.md section 7, "Ink" and "Dead-man"). */
#ifndef HEAD_H
#define HEAD_H

#include "spray.h"

/* Power-up: nothing is fired. */
void head_power_up(struct spray *device);

/* The job's letter stands at the head since `tick`: BOUND, its number to the store, FIRING. */
void head_start(struct spray *device, struct job *job, uint32_t tick);

/* Reckon what has fallen, hand further columns to the head, end the mark when it is done. */
void head_step(struct spray *device);

/* Give up the mark that is being fired, if one is. */
void head_abort(struct spray *device, uint8_t reason);

/* By time: the encoder stood still too long while firing. */
void head_watch(struct spray *device);

#endif
