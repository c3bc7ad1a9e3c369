/* How a piece's way ends: at the head, too late, or taken off the belt (wire-protocol.md section 7). */
#ifndef ARRIVALS_H
#define ARRIVALS_H

#include "spray.h"

/* A leading edge at the head's photocell: the piece expected there, and only it, may be sprayed. */
void arrivals_head_edge(struct spray *device, uint32_t tick);

/* This piece did not come inside its window, or made way: its job ends MISSED_NO_PIECE, or PIECE_OUT is noted. */
void arrivals_miss(struct spray *device, struct piece *piece, uint8_t reason);

/* The belt ran backwards: nothing on it may be sprayed any more (wire point 5). */
void arrivals_void(struct spray *device, uint8_t reason);

/* Note PIECE_IN or PIECE_OUT; the event's number, 0 when it was lost and counted. */
uint32_t arrivals_note(struct spray *device, const struct piece *piece, uint8_t kind, uint8_t reason);

#endif
