/* hal.h on an STM32F407 with an 8 MHz crystal. A skeleton: it cross-compiles and links, and was run on no hardware yet.
 *
 *   PA0 PA1  encoder A, B (timer 2)             PC1  camera photocell, cut beam high
 *   PA2 PA3  serial to the host (USART2)        PC2  head photocell, cut beam high
 *   PA4-PA7  FRAM: select, clock, in, out       PC3  camera trigger
 *   PB12     head: fire strobe                  PC0  head ready, high
 *                                               PC4  ink low, high
 *   PB13 PB15  head: clock and data of its shift register (SPI2)
 */
#include "board.h"
#include "bytes.h"
#include "config.h"
#include "hal.h"
#include "registers.h"

#define RX_RING BOARD_RX_RING
#define TX_RING 2048u
#define EDGES 16u
#define COLUMNS 32u

static volatile uint8_t rx[RX_RING];
static volatile uint16_t rx_in;
static volatile uint16_t rx_out;
static volatile uint8_t tx[TX_RING];
static volatile uint16_t tx_in;
static volatile uint16_t tx_out;

static volatile struct {
    uint32_t tick;
    uint32_t us; /* the low half: the main loop takes an edge long before it comes round */
    uint8_t sensor;
    bool leading;
} edges[EDGES];
static volatile uint16_t edge_in;
static volatile uint16_t edge_out;

static struct {
    uint32_t tick;
    uint8_t dots[COLUMN_BYTES(MOST_DOTS)];
    uint8_t bytes;
} columns[COLUMNS];
static volatile uint16_t column_in;
static volatile uint16_t column_out;
static volatile uint32_t fired;
static volatile uint32_t missed;

static uint32_t lock(void) {
    uint32_t before;
    __asm volatile("mrs %0, primask\n cpsid i" : "=r"(before)::"memory");
    return before;
}

static void unlock(uint32_t before) { __asm volatile("msr primask, %0" ::"r"(before) : "memory"); }

/* --- clock --- */

uint64_t hal_now_us(void) {
    static uint32_t last;
    static uint32_t rounds; /* of 71 minutes; the main loop looks far more often */
    uint32_t now = TIM5(TIM_CNT);
    rounds += now < last;
    last = now;
    return (uint64_t)rounds << 32 | now;
}

/* --- the serial line --- */

void usart2_handler(void) {
    uint32_t status = USART2_SR;
    if ((status & 0x2Fu) != 0) { /* a byte, or an error, which reading clears too */
        uint8_t byte = (uint8_t)USART2_DR;
        uint16_t next = (uint16_t)((rx_in + 1u) % RX_RING);
        if ((status & 0x07u) == 0 && next != rx_out) { /* parity, framing, noise: the frame's CRC would find it anyway */
            rx[rx_in] = byte;
            rx_in = next;
        }
    }
    if ((status & 0x80u) != 0 && (USART2_CR1 & 0x80u) != 0) {
        if (tx_out == tx_in) {
            USART2_CR1 &= ~0x80u;
        } else {
            USART2_DR = tx[tx_out];
            tx_out = (uint16_t)((tx_out + 1u) % TX_RING);
        }
    }
}

size_t hal_serial_read(uint8_t *bytes, size_t room) {
    size_t size = 0;
    while (size < room && rx_out != rx_in) {
        bytes[size++] = rx[rx_out];
        rx_out = (uint16_t)((rx_out + 1u) % RX_RING);
    }
    return size;
}

size_t hal_serial_space(void) { return (tx_out + TX_RING - tx_in - 1u) % TX_RING; }

void hal_serial_write(const uint8_t *bytes, size_t size) {
    uint32_t before;
    for (size_t i = 0; i < size; i++) {
        tx[tx_in] = bytes[i];
        tx_in = (uint16_t)((tx_in + 1u) % TX_RING);
    }
    before = lock();
    USART2_CR1 |= 0x80u;
    unlock(before);
}

/* --- encoder and photocells --- */

uint32_t hal_encoder(void) { return TIM2(TIM_CNT); }

/* The prescaler is taken over by an update event, which also clears the count: it is put back. */
void hal_encoder_drive(uint32_t ticks_per_second) {
    uint32_t divider = ticks_per_second == 0 ? 1u : 84000000u / ticks_per_second;
    uint32_t before = lock();
    uint32_t count = TIM2(TIM_CNT);
    TIM2(TIM_SMCR) = ticks_per_second == 0 ? 3u : 0u; /* both edges of both tracks, or the timer's own clock */
    TIM2(TIM_PSC) = divider > 65536u ? 65535u : divider - 1u;
    TIM2(TIM_EGR) = 1u;
    TIM2(TIM_CNT) = count;
    TIM2(TIM_SR) = ~1u;
    unlock(before);
}

static void edge(uint8_t sensor, uint32_t pin) {
    uint16_t next = (uint16_t)((edge_in + 1u) % EDGES);
    uint32_t tick = TIM2(TIM_CNT); /* a microsecond late at most: a third of a tick at full speed */
    EXTI_PR = 1u << pin;
    if (next != edge_out) {
        edges[edge_in].tick = tick;
        edges[edge_in].us = TIM5(TIM_CNT);
        edges[edge_in].sensor = sensor;
        edges[edge_in].leading = (GPIO_IDR(PORT_C) >> pin & 1u) != 0;
        edge_in = next;
    }
}

void camera_handler(void) { edge(HAL_CAMERA, 1); }

void head_handler(void) { edge(HAL_HEAD, 2); }

bool hal_edge_take(struct hal_edge *taken) {
    uint64_t now;
    if (edge_out == edge_in) {
        return false;
    }
    now = hal_now_us();
    taken->us = now - (uint32_t)((uint32_t)now - edges[edge_out].us);
    taken->tick = edges[edge_out].tick;
    taken->sensor = edges[edge_out].sensor;
    taken->leading = edges[edge_out].leading;
    edge_out = (uint16_t)((edge_out + 1u) % EDGES);
    return true;
}

void hal_camera_trigger(uint32_t trigger, uint32_t piece) {
    (void)trigger;
    (void)piece;
    GPIO_BSRR(PORT_C) = 1u << 3;
    for (volatile uint32_t i = 0; i < 400; i++) {
        /* some ten microseconds: what a camera's input wants to see */
    }
    GPIO_BSRR(PORT_C) = 1u << 19;
}

/* --- the head --- */

static uint8_t exchange(uint32_t base, uint8_t byte) {
    SPI_DR(base) = byte;
    for (uint32_t i = 0; i < 10000u && (SPI_SR(base) & 1u) == 0; i++) {
    }
    return (uint8_t)SPI_DR(base);
}

bool hal_head_ready(void) { return (GPIO_IDR(PORT_C) & 1u) != 0; }

bool hal_ink_low(void) { return (GPIO_IDR(PORT_C) & 16u) != 0; }

size_t hal_head_space(void) { return (column_out + COLUMNS - column_in - 1u) % COLUMNS; }

static void strobe(void) {
    GPIO_BSRR(PORT_B) = 1u << 12;
    for (volatile uint32_t i = 0; i < 40; i++) {
        /* the head's firing pulse; its length is the head's own figure */
    }
    GPIO_BSRR(PORT_B) = 1u << 28;
    fired++;
    column_out = (uint16_t)((column_out + 1u) % COLUMNS);
}

/* Shift the next column into the head and arm the compare match; the match then only strobes. Interrupts are off. */
static void arm(void) {
    while (column_out != column_in) {
        for (uint8_t i = columns[column_out].bytes; i > 0; i--) {
            exchange(SPI2_BASE, columns[column_out].dots[i - 1u]);
        }
        TIM2(TIM_CCR3) = columns[column_out].tick;
        TIM2(TIM_SR) = ~8u;
        TIM2(TIM_DIER) |= 8u;
        if (apart(TIM2(TIM_CNT), columns[column_out].tick) < 0) {
            return;
        }
        if (TIM2(TIM_CNT) == columns[column_out].tick) {
            strobe();
        } else {
            missed++; /* passed while it was being armed: never fired late */
            column_out = (uint16_t)((column_out + 1u) % COLUMNS);
        }
    }
    TIM2(TIM_DIER) &= ~8u;
}

void tim2_handler(void) {
    TIM2(TIM_SR) = ~8u;
    if (column_out != column_in) {
        strobe();
        arm();
    }
}

void hal_head_queue(uint32_t tick, const uint8_t *dots, size_t bytes) {
    uint32_t before = lock();
    bool idle = column_out == column_in;
    if (hal_head_space() == 0 || bytes > sizeof columns[0].dots) {
        missed++;
    } else {
        columns[column_in].tick = tick;
        columns[column_in].bytes = (uint8_t)bytes;
        copy_bytes(columns[column_in].dots, dots, bytes);
        column_in = (uint16_t)((column_in + 1u) % COLUMNS);
        if (idle) {
            arm();
        }
    }
    unlock(before);
}

uint32_t hal_head_fired(void) { return fired; }

uint32_t hal_head_missed(void) { return missed; }

uint32_t hal_head_clear(void) {
    uint32_t before = lock();
    uint32_t count = fired;
    TIM2(TIM_DIER) &= ~8u;
    column_out = column_in;
    fired = 0;
    missed = 0;
    unlock(before);
    return count;
}

/* --- the store: an SPI FRAM with 16-bit addresses --- */

static void fram_begin(uint8_t code, uint32_t at) {
    GPIO_BSRR(PORT_A) = 1u << 20;
    exchange(SPI1_BASE, code);
    exchange(SPI1_BASE, (uint8_t)(at >> 8));
    exchange(SPI1_BASE, (uint8_t)at);
}

static void fram_end(void) { GPIO_BSRR(PORT_A) = 1u << 4; }

bool hal_store_read(uint32_t at, uint8_t *bytes, size_t size) {
    fram_begin(3, at);
    for (size_t i = 0; i < size; i++) {
        bytes[i] = exchange(SPI1_BASE, 0);
    }
    fram_end();
    return true;
}

bool hal_store_write(uint32_t at, const uint8_t *bytes, size_t size) {
    bool same = true;
    GPIO_BSRR(PORT_A) = 1u << 20;
    exchange(SPI1_BASE, 6); /* write enable; it falls with the end of each write */
    fram_end();
    fram_begin(2, at);
    for (size_t i = 0; i < size; i++) {
        exchange(SPI1_BASE, bytes[i]);
    }
    fram_end();
    fram_begin(3, at); /* a memory that is not there answers, too: what was written is read again */
    for (size_t i = 0; i < size; i++) {
        same = exchange(SPI1_BASE, 0) == bytes[i] && same;
    }
    fram_end();
    return same;
}
