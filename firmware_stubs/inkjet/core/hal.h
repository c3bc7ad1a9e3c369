/* All the core knows of hardware. A board (board/) or the desk program (desk/) gives these functions; nothing else
 * reaches the core. The core calls them from one context only; a board's interrupt handlers talk to the core through
 * what these functions return (captured edges, received bytes, the head's queue), never by calling it. */
#ifndef HAL_H
#define HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Microseconds since power-up, steady. */
uint64_t hal_now_us(void);

/* --- the serial line, 8N1, no flow control (wire-protocol.md section 1) --- */

/* Up to `room` received bytes; how many. Bytes that overran the buffer are simply missing: the protocol bears it. */
size_t hal_serial_read(uint8_t *bytes, size_t room);

/* Bytes that can be handed over now without waiting. */
size_t hal_serial_space(void);

/* Send bytes; never more than hal_serial_space(). */
void hal_serial_write(const uint8_t *bytes, size_t size);

/* --- encoder and photocells --- */

/* The quadrature count, 32 bits, wrapping. */
uint32_t hal_encoder(void);

/* Bench only: let the count run by a clock at this many ticks a second; 0: by the encoder again. Where an encoder turns
 * a board may leave it be. */
void hal_encoder_drive(uint32_t ticks_per_second);

enum hal_sensor { HAL_CAMERA, HAL_HEAD };

/* An edge of a photocell with the count captured at it and the time. `leading`: the beam was cut. */
struct hal_edge {
    uint64_t us;
    uint32_t tick;
    uint8_t sensor;
    bool leading;
};

/* The oldest edge not yet taken, in the order they came; false when there is none. */
bool hal_edge_take(struct hal_edge *edge);

/* Trigger the camera. `trigger` is the count to be tied to the frame, `piece` for the log. */
void hal_camera_trigger(uint32_t trigger, uint32_t piece);

/* --- the head --- */

/* Power, ink and temperature are such that a mark can be fired. */
bool hal_head_ready(void);

/* The ink runs out soon; marks are still fired. */
bool hal_ink_low(void);

/* Columns the head's queue has room for. A board wants at least a few milliseconds of belt in it. */
size_t hal_head_space(void);

/* Fire this column when the count reaches `tick`, by compare match. Dots: bit 0 of byte 0 is the lowest. A tick that was
 * passed is counted as missed and not fired (section 7). */
void hal_head_queue(uint32_t tick, const uint8_t *dots, size_t bytes);

/* Columns fired, and columns missed, since the last hal_head_clear(). */
uint32_t hal_head_fired(void);
uint32_t hal_head_missed(void);

/* Drop what is queued and count from nought; how many had fired. No column falls after this returns. */
uint32_t hal_head_clear(void);

/* --- the non-volatile store: FRAM, or flash for the first 64 bytes only (section 9) --- */

/* Read or write bytes at a place; false when it failed. A write is on the medium when it returns. */
bool hal_store_read(uint32_t at, uint8_t *bytes, size_t size);
bool hal_store_write(uint32_t at, const uint8_t *bytes, size_t size);

#endif
