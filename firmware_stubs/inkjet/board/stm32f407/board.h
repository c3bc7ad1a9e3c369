/* What start-up code, interrupt handlers and main share. */
#ifndef BOARD_H
#define BOARD_H

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
