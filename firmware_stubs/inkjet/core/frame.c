#include "frame.h"

#include "bytes.h"
#include "crc32.h"
#include "schema.h"

static bool known(uint8_t type) {
    return (type >= TYPE_HELLO && type <= TYPE_PURGE) || (type >= TYPE_JOB_BEGIN && type <= TYPE_PIECE) ||
           (type >= TYPE_HELLO_ACK && type <= TYPE_RESULT) || (type >= TYPE_JOB_STATE && type <= TYPE_PIECE_R);
}

/* Greetings bear no schema hash, so that two ends of different schemas can say so instead of hearing noise. */
static bool greeting(uint8_t type) { return type == TYPE_HELLO || type == TYPE_HELLO_ACK || type == TYPE_HELLO_REFUSED; }

static uint32_t checksum(const uint8_t *body, size_t size, uint32_t schema) {
    uint8_t hash[4];
    put32(hash, greeting(body[1]) ? 0 : schema);
    return crc32_more(crc32_more(0, body, size), hash, sizeof hash);
}

size_t frame_encode(const struct frame *frame, uint32_t schema, uint8_t *out) {
    uint8_t body[FRAME_BODY];
    size_t size = FRAME_HEADER + frame->size;
    size_t stuffed;
    if (frame->size > FRAME_PAYLOAD) {
        return 0;
    }
    body[0] = (uint8_t)(FRAME_VERSION << 4 | (frame->flags & 15u));
    body[1] = frame->type;
    put16(body + 2, frame->session);
    put16(body + 4, frame->seq);
    put16(body + 6, frame->ack);
    copy_bytes(body + FRAME_HEADER, frame->payload, frame->size);
    put32(body + size, checksum(body, size, schema));
    stuffed = cobs_encode(body, size + FRAME_CRC, out + 1, FRAME_STUFFED);
    out[0] = 0;
    out[stuffed + 1] = 0;
    return stuffed + 2;
}

bool frame_parse(const uint8_t *body, size_t size, uint32_t schema, struct frame *frame) {
    if (size < FRAME_HEADER + FRAME_CRC || size > FRAME_BODY || body[0] >> 4 != FRAME_VERSION) {
        return false;
    }
    if (checksum(body, size - FRAME_CRC, schema) != get32(body + size - FRAME_CRC) || !known(body[1])) {
        return false;
    }
    frame->flags = body[0] & 15u;
    frame->type = body[1];
    frame->session = get16(body + 2);
    frame->seq = get16(body + 4);
    frame->ack = get16(body + 6);
    frame->payload = body + FRAME_HEADER;
    frame->size = size - FRAME_HEADER - FRAME_CRC;
    return true;
}

void frame_decoder_start(struct frame_decoder *decoder, uint32_t schema) {
    decoder->schema = schema;
    decoder->bad = 0;
    decoder->held = 0;
    decoder->skipping = false;
}

static bool finish(struct frame_decoder *decoder, struct frame *frame) {
    bool skipped = decoder->skipping;
    size_t held = decoder->held;
    size_t size = 0;
    decoder->held = 0;
    decoder->skipping = false;
    if (held == 0 && !skipped) {
        return false; /* two zeros in a row are nothing */
    }
    if (!skipped && cobs_decode(decoder->rest, held, decoder->body, sizeof decoder->body, &size) &&
        frame_parse(decoder->body, size, decoder->schema, frame)) {
        return true;
    }
    decoder->bad++;
    return false;
}

bool frame_decoder_take(struct frame_decoder *decoder, uint8_t byte, struct frame *frame) {
    if (byte == 0) {
        return finish(decoder, frame);
    }
    if (decoder->held < sizeof decoder->rest) {
        decoder->rest[decoder->held++] = byte;
    } else {
        decoder->skipping = true;
    }
    return false;
}
