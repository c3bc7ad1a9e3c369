/* What start-up code, interrupt handlers and main share. */
#ifndef BOARD_H
#define BOARD_H

/* What the receive ring holds of numbered frames, with room left for an ALIVE or HELLO on top. */
#define BOARD_RX_RING 1024u /* 11 ms at 921,600 baud: longer than any round of the main loop */
#define BOARD_RX_BYTES (BOARD_RX_RING - 1u - 64u)

/* Clocks, pins, timers and interfaces, before anything else. */
void board_setup(void);

/* Interrupt handlers, named in the vector table. */
void usart2_handler(void);
void tim2_handler(void);
void camera_handler(void);
void head_handler(void);

/* Where the processor starts. */
void reset_handler(void);

#endif
