/* Sessions, boots, epochs and the heartbeat (wire-protocol.md sections 3 and 5). */
#ifndef SESSION_H
#define SESSION_H

#include "spray.h"

/* Power-up: no host was heard. */
void session_start(struct spray *device);

/* HELLO, whose payload has the right length. */
void session_hello(struct spray *device, const uint8_t *payload);

/* BYE: the session is over at once; what is READY stays. */
void session_bye(struct spray *device);

/* Answer a frame of a session that is none, at most every 100 ms. */
void session_hint(struct spray *device, uint16_t session);

/* Nothing was heard of the host for longer than it said it would be silent. */
bool session_silent(const struct spray *device);

/* Milliseconds since power-up, 32 bits, wrapping, at this moment of hal_now_us(). */
uint32_t session_milliseconds(const struct spray *device, uint64_t us);

/* STATUS, where it is due. */
void session_status(struct spray *device);

#endif
