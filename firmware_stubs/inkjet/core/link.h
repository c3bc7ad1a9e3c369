/* The device's end of the link: numbering, acknowledgement, events on their way (wire-protocol.md section 3). */
#ifndef LINK_H
#define LINK_H

#include "spray.h"

/* Power-up: no session. */
void link_start(struct spray *device);

/* A new session: frame numbers from 0, events from the oldest kept. */
void link_open(struct spray *device, uint16_t session);

/* One frame out, acknowledging what was taken; false when the line has no room for it (it is lost, as on any line). */
bool link_send(struct spray *device, uint8_t type, const uint8_t *payload, size_t size);

/* True for the next numbered frame in order; an older one is acknowledged again, a gap answered with NAK. */
bool link_accept(struct spray *device, const struct frame *frame);

/* The host has heard events up to its header's `ack`: they need not be sent again. */
void link_hear_ack(struct spray *device, uint16_t ack);

/* True when this event went out in this session. */
bool link_was_sent(const struct spray *device, uint32_t event);

/* Events in order, a few beyond what the host has; from its first missing one again after a while. */
void link_send_events(struct spray *device);

/* ACK with the credits, if something was taken and nothing sent since. */
void link_acknowledge(struct spray *device);

#endif
