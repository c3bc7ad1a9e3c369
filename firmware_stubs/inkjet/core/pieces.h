/* Pieces in transit and the photocells (wire-protocol.md section 7). Order in a queue is never the key. */
#ifndef PIECES_H
#define PIECES_H

#include "hal.h"
#include "spray.h"

/* Power-up: an empty belt; triggers go on where no earlier boot has been. */
void pieces_start(struct spray *device);

/* The encoder reads `tick`: what is due up to there happens in order; a reversal voids what is in transit. */
void pieces_move(struct spray *device, uint32_t tick);

/* An edge of a photocell, the encoder already moved to it. */
void pieces_edge(struct spray *device, const struct hal_edge *edge);

/* Points 5 to 7 of a commit's judgement: REFUSED and why, MISSED_LATE, or READY. The piece is then taken. */
struct answer pieces_admit(struct spray *device, const struct begin *begin);

/* PIECE: the number of its PIECE_IN event, or 0 and why there is none (wire point 17). */
uint32_t pieces_announce(struct spray *device, uint32_t tag, uint32_t length, uint8_t *reason);

/* The trigger changes: what is in transit passes, since nothing will tell any more where it is. */
void pieces_trigger(struct spray *device, bool bench);

/* Bench: the job's piece stands at the head and now gets its ink. */
void pieces_sprayed(struct spray *device, const struct job *job);

/* True while the device waits for this piece of the present boot. */
bool pieces_expected(const struct spray *device, uint32_t number);

/* The earliest tick beyond the high-water mark at which pieces_move() has something to do; false for none. */
bool pieces_next_tick(const struct spray *device, uint32_t *tick);

#endif
