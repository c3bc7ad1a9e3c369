/* CRC-32 as in zlib (ISO-HDLC), over frames, commits, boots and store records. */
#ifndef CRC32_H
#define CRC32_H

#include <stddef.h>
#include <stdint.h>

/* The CRC of everything so far and `size` more bytes; start with 0. */
uint32_t crc32_more(uint32_t crc, const uint8_t *data, size_t size);

#endif
