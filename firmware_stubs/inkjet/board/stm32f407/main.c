/* Start-up, vector table and main loop of the board. */
#include "board.h"
#include "bytes.h"
#include "registers.h"
#include "spray.h"

extern uint32_t data_source[];
extern uint32_t data_start[];
extern uint32_t data_end[];
extern uint32_t bss_start[];
extern uint32_t bss_end[];
extern uint32_t stack_top[];

/* The compiler may call these for copies and blanks of its own making. */
void *memcpy(void *to, const void *from, size_t size);
void *memset(void *to, int value, size_t size);

void *memcpy(void *to, const void *from, size_t size) {
    volatile uint8_t *target = to; /* volatile, or it would be turned into a call of itself */
    const uint8_t *source = from;
    for (size_t i = 0; i < size; i++) {
        target[i] = source[i];
    }
    return to;
}

void *memset(void *to, int value, size_t size) {
    volatile uint8_t *target = to;
    for (size_t i = 0; i < size; i++) {
        target[i] = (uint8_t)value;
    }
    return to;
}

int main(void);

int main(void) {
    static struct spray device;
    static struct config config;
    board_setup();
    config_plain(&config);
    config.results_survive = true; /* the FRAM bears a write per letter */
    config.rx_bytes = BOARD_RX_BYTES;
    if (!spray_start(&device, &config)) {
        for (;;) {
            /* figures that do not fit: a silent device sprays nothing */
        }
    }
    for (;;) {
        spray_poll(&device);
    }
}

void reset_handler(void) {
    for (uint32_t *from = data_source, *to = data_start; to < data_end;) {
        *to++ = *from++;
    }
    for (uint32_t *at = bss_start; at < bss_end;) {
        *at++ = 0;
    }
    main();
    for (;;) {
    }
}

/* A fault: nothing moves any more, so nothing is sprayed. The photocell-less head queue stops with the interrupts. */
static void stopped(void) {
    __asm volatile("cpsid i");
    for (;;) {
    }
}

typedef void (*handler)(void);

__attribute__((section(".vectors"), used)) static const handler VECTORS[16 + 39] = {
    [0] = (handler)(uintptr_t)stack_top,
    [1] = reset_handler,
    [2] = stopped,
    [3] = stopped,
    [4] = stopped,
    [5] = stopped,
    [6] = stopped,
    [16 + IRQ_EXTI1] = camera_handler,
    [16 + IRQ_EXTI2] = head_handler,
    [16 + IRQ_TIM2] = tim2_handler,
    [16 + IRQ_USART2] = usart2_handler,
};
