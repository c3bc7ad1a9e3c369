/* What each message of the host does (wire-protocol.md section 4). */
#ifndef MESSAGES_H
#define MESSAGES_H

#include "spray.h"

/* A good frame from the line. */
void messages_take(struct spray *device, const struct frame *frame);

#endif
