/* The few registers of an STM32F407 that hal_stm32f407.c touches (reference manual RM0090, chapters named beside). */
#ifndef REGISTERS_H
#define REGISTERS_H

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

/* Reset and clock control (7) */
#define RCC_CR REGISTER(0x40023800u)
#define RCC_PLLCFGR REGISTER(0x40023804u)
#define RCC_CFGR REGISTER(0x40023808u)
#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_APB1ENR REGISTER(0x40023840u)
#define RCC_APB2ENR REGISTER(0x40023844u)
#define FLASH_ACR REGISTER(0x40023C00u)

/* Ports (8): 0x400 apart from A on */
#define GPIO(port, offset) REGISTER(0x40020000u + 0x400u * (port) + (offset))
#define GPIO_MODER(port) GPIO(port, 0x00u)
#define GPIO_OSPEEDR(port) GPIO(port, 0x08u)
#define GPIO_PUPDR(port) GPIO(port, 0x0Cu)
#define GPIO_IDR(port) GPIO(port, 0x10u)
#define GPIO_BSRR(port) GPIO(port, 0x18u)
#define GPIO_AFRL(port) GPIO(port, 0x20u)
#define GPIO_AFRH(port) GPIO(port, 0x24u)
enum { PORT_A, PORT_B, PORT_C };

/* External interrupts (12) and which port feeds them (9) */
#define SYSCFG_EXTICR1 REGISTER(0x40013808u)
#define EXTI_IMR REGISTER(0x40013C00u)
#define EXTI_RTSR REGISTER(0x40013C08u)
#define EXTI_FTSR REGISTER(0x40013C0Cu)
#define EXTI_PR REGISTER(0x40013C14u)

/* Timers 2 and 5, both of 32 bits (18) */
#define TIM2(offset) REGISTER(0x40000000u + (offset))
#define TIM5(offset) REGISTER(0x40000C00u + (offset))
enum {
    TIM_CR1 = 0x00,
    TIM_SMCR = 0x08,
    TIM_DIER = 0x0C,
    TIM_SR = 0x10,
    TIM_EGR = 0x14,
    TIM_CCMR1 = 0x18,
    TIM_CNT = 0x24,
    TIM_PSC = 0x28,
    TIM_ARR = 0x2C,
    TIM_CCR3 = 0x3C
};

/* Serial interfaces: USART2 (30), SPI1 and SPI2 (28) */
#define USART2_SR REGISTER(0x40004400u)
#define USART2_DR REGISTER(0x40004404u)
#define USART2_BRR REGISTER(0x40004408u)
#define USART2_CR1 REGISTER(0x4000440Cu)
#define SPI1_BASE 0x40013000u
#define SPI2_BASE 0x40003800u
#define SPI_CR1(base) REGISTER((base) + 0x00u)
#define SPI_SR(base) REGISTER((base) + 0x08u)
#define SPI_DR(base) REGISTER((base) + 0x0Cu)

/* The core's interrupt controller */
#define NVIC_ISER0 REGISTER(0xE000E100u)
#define NVIC_ISER1 REGISTER(0xE000E104u)
enum { IRQ_EXTI1 = 7, IRQ_EXTI2 = 8, IRQ_TIM2 = 28, IRQ_USART2 = 38 };

#endif
