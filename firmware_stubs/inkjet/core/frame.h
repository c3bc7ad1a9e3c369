/* Frames: `00 COBS(body) 00`, header, payload, CRC with the schema hash (wire-protocol.md section 2). */
#ifndef FRAME_H
#define FRAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "cobs.h"

#define FRAME_VERSION 1u
#define FRAME_HEADER 8u
#define FRAME_CRC 4u
#define FRAME_PAYLOAD 512u
#define FRAME_BODY (FRAME_HEADER + FRAME_PAYLOAD + FRAME_CRC)
#define FRAME_STUFFED COBS_MOST(FRAME_BODY)
#define FRAME_WIRE (FRAME_STUFFED + 2u)

enum { FLAG_NEEDS_ACK = 1, FLAG_FROM_DEVICE = 2 };

/* One frame; the payload lies in the decoder and lasts until its next byte. */
struct frame {
    uint8_t flags;
    uint8_t type;
    uint16_t session;
    uint16_t seq;
    uint16_t ack;
    const uint8_t *payload;
    size_t size;
};

/* Cuts a stream of bytes into frames; in step again at the next zero, whatever was lost. */
struct frame_decoder {
    uint32_t schema;
    uint32_t bad; /* what lay between two zeros and was no frame of this schema */
    uint16_t held;
    bool skipping;
    uint8_t rest[FRAME_STUFFED];
    uint8_t body[FRAME_STUFFED];
};

/* The frame as it goes on the wire into `out` of FRAME_WIRE bytes; its size, 0 for a payload too long. */
size_t frame_encode(const struct frame *frame, uint32_t schema, uint8_t *out);

/* A frame from an unstuffed body; false when length, version, CRC or type is not ours. */
bool frame_parse(const uint8_t *body, size_t size, uint32_t schema, struct frame *frame);

/* Start anew with this schema. */
void frame_decoder_start(struct frame_decoder *decoder, uint32_t schema);

/* One byte from the line; true when it ended a good frame, which is then in `frame`. */
bool frame_decoder_take(struct frame_decoder *decoder, uint8_t byte, struct frame *frame);

#endif
