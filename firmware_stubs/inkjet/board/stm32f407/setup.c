/* Clocks and pins of the STM32F407, once after reset. */
#include "board.h"
#include "registers.h"

/* 168 MHz from the 8 MHz crystal; bus 1 at 42 MHz, bus 2 at 84 MHz. Without a crystal it stays at the internal 16 MHz,
 * and the host will hear another rate: it says so when it opens the port. */
static void clocks(void) {
    RCC_CR |= 1u << 16;
    for (uint32_t i = 0; i < 500000u && (RCC_CR & 1u << 17) == 0; i++) {
    }
    if ((RCC_CR & 1u << 17) == 0) {
        return;
    }
    RCC_PLLCFGR = 8u | 336u << 6 | 1u << 22 | 7u << 24;
    RCC_CR |= 1u << 24;
    for (uint32_t i = 0; i < 500000u && (RCC_CR & 1u << 25) == 0; i++) {
    }
    FLASH_ACR = 5u | 7u << 8;
    RCC_CFGR = 5u << 10 | 4u << 13 | 2u;
}

static void function(uint32_t port, uint32_t pin, uint32_t mode, uint32_t number) {
    GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << 2u * pin)) | mode << 2u * pin;
    GPIO_OSPEEDR(port) |= 2u << 2u * pin;
    if (pin < 8) {
        GPIO_AFRL(port) |= number << 4u * pin;
    } else {
        GPIO_AFRH(port) |= number << 4u * (pin - 8u);
    }
}

static void pins(void) {
    function(PORT_A, 0, 2, 1); /* encoder */
    function(PORT_A, 1, 2, 1);
    function(PORT_A, 2, 2, 7); /* serial */
    function(PORT_A, 3, 2, 7);
    GPIO_BSRR(PORT_A) = 1u << 4; /* FRAM not selected */
    function(PORT_A, 4, 1, 0);
    function(PORT_A, 5, 2, 5);
    function(PORT_A, 6, 2, 5);
    function(PORT_A, 7, 2, 5);
    GPIO_BSRR(PORT_B) = 1u << 28; /* no strobe */
    function(PORT_B, 12, 1, 0);
    function(PORT_B, 13, 2, 5);
    function(PORT_B, 15, 2, 5);
    function(PORT_C, 3, 1, 0);
    GPIO_PUPDR(PORT_C) |= 2u; /* an unplugged head is not ready */
    GPIO_PUPDR(PORT_C) |= 2u << 8;
}

void board_setup(void) {
    clocks();
    RCC_AHB1ENR |= 7u;
    RCC_APB1ENR |= 1u << 0 | 1u << 3 | 1u << 14 | 1u << 17;
    RCC_APB2ENR |= 1u << 12 | 1u << 14;
    pins();
    TIM2(TIM_CCMR1) = 0x0101u | 0x3030u; /* encoder inputs with a small filter */
    TIM2(TIM_SMCR) = 3u;
    TIM2(TIM_ARR) = 0xFFFFFFFFu;
    TIM2(TIM_CR1) = 1u;
    TIM5(TIM_PSC) = 83u; /* microseconds */
    TIM5(TIM_ARR) = 0xFFFFFFFFu;
    TIM5(TIM_EGR) = 1u;
    TIM5(TIM_CR1) = 1u;
    USART2_BRR = 46u; /* 913,043 baud: 0.9 % from 921,600 */
    USART2_CR1 = 1u << 13 | 1u << 5 | 1u << 3 | 1u << 2;
    SPI_CR1(SPI1_BASE) = 1u << 9 | 1u << 8 | 1u << 6 | 2u << 3 | 1u << 2; /* 10.5 MHz */
    SPI_CR1(SPI2_BASE) = 1u << 9 | 1u << 8 | 1u << 6 | 0u << 3 | 1u << 2; /* 21 MHz: a column of 19 bytes in 8 us */
    SYSCFG_EXTICR1 = 2u << 4 | 2u << 8;
    EXTI_RTSR |= 6u;
    EXTI_FTSR |= 6u;
    EXTI_IMR |= 6u;
    NVIC_ISER0 = 1u << IRQ_EXTI1 | 1u << IRQ_EXTI2 | 1u << IRQ_TIM2;
    NVIC_ISER1 = 1u << (IRQ_USART2 - 32);
}
