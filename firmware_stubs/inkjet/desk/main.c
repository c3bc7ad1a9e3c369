/* The firmware's core as a program: on a pseudo-terminal in real time, or by commands on a virtual clock. */
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "desk.h"

#define LINE 262144u

static const char USAGE[] =
    "usage: spray-desk [--pty | --pty-link PATH] [--clock real|virtual] [--store FILE] [--fired FILE]\n"
    "                  [--encoder TICK] [--watch] [--set NAME=NUMBER]...\n"
    "SPRAY/1 firmware on the desk. With --pty it serves a pseudo-terminal and names it on standard output; without, bytes\n"
    "come and go by commands. Commands stand in README.md; the end of standard input ends the program.\n";

struct options {
    const char *link;
    bool pty;
};

static bool option(struct options *options, const char *name, const char *value) {
    if (strcmp(name, "--pty-link") == 0) {
        options->pty = true;
        options->link = value;
    } else if (strcmp(name, "--clock") == 0 && (strcmp(value, "real") == 0 || strcmp(value, "virtual") == 0)) {
        desk.real_clock = strcmp(value, "real") == 0;
    } else if (strcmp(name, "--store") == 0) {
        desk.store_path = value;
    } else if (strcmp(name, "--fired") == 0) {
        desk.fired_log = fopen(value, "a");
        return desk.fired_log != NULL;
    } else if (strcmp(name, "--encoder") == 0) {
        desk.encoder_start = (uint32_t)strtoul(value, NULL, 0);
    } else if (strcmp(name, "--set") == 0) {
        return desk_set(value);
    } else {
        return false;
    }
    return true;
}

static bool parse(int count, char **words, struct options *options) {
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--pty") == 0) {
            options->pty = true;
        } else if (strcmp(words[i], "--watch") == 0) {
            desk.watched = true;
        } else if (i + 1 >= count || !option(options, words[i], words[i + 1])) {
            return false;
        } else {
            i++;
        }
    }
    return true;
}

/* Bytes between port and core. False when the port is gone. */
static bool serve(int port, bool readable) {
    uint8_t bytes[4096];
    ssize_t size = readable ? read(port, bytes, sizeof bytes) : 0;
    if (size > 0) {
        desk_receive(bytes, (size_t)size);
    } else if (size < 0 && errno != EAGAIN && errno != EINTR) {
        return false;
    }
    desk_belt_run();
    spray_poll(&desk.spray);
    desk_revive();
    size = desk.out_size == 0 ? 0 : write(port, desk.out, desk.out_size);
    if (size > 0) {
        memmove(desk.out, desk.out + size, desk.out_size - (size_t)size);
        desk.out_size -= (size_t)size;
    }
    return true;
}

/* Every whole line that has come is a command. Returns false at the end of the program. */
static bool commands(char *held, size_t *size) {
    char *end;
    while ((end = memchr(held, '\n', *size)) != NULL) {
        size_t used = (size_t)(end - held) + 1;
        *end = '\0';
        if (!desk_control(held)) {
            return false;
        }
        *size -= used;
        memmove(held, end + 1, *size);
    }
    return true;
}

static int run(int port) {
    static char held[LINE];
    size_t size = 0;
    struct pollfd waits[2] = {{STDIN_FILENO, POLLIN, 0}, {port, POLLIN, 0}};
    for (;;) {
        if (poll(waits, port < 0 ? 1 : 2, port < 0 ? -1 : 2) < 0 && errno != EINTR) {
            return 1;
        }
        if (waits[0].revents != 0) {
            ssize_t more = read(STDIN_FILENO, held + size, sizeof held - size);
            if (more <= 0) {
                return 0;
            }
            size += (size_t)more;
            if (!commands(held, &size) || size == sizeof held) {
                return 0;
            }
        }
        if (port >= 0 && !serve(port, (waits[1].revents & POLLIN) != 0)) {
            return 1;
        }
        fflush(stdout);
    }
}

int main(int count, char **words) {
    struct options options = {NULL, false};
    int port = -1;
    int code;
    signal(SIGPIPE, SIG_IGN);
    desk_plain();
    if (!parse(count, words, &options)) {
        fputs(USAGE, stderr);
        return 2;
    }
    desk_store_load();
    if (!desk_power()) {
        fputs("spray-desk: these figures do not fit the firmware's tables; see core/config.h\n", stderr);
        return 3;
    }
    if (options.pty && (port = desk_pty_open(options.link)) < 0) {
        fputs("spray-desk: no pseudo-terminal to be had; mount devpts\n", stderr);
        return 6;
    }
    desk.line_told = port < 0;
    desk.telling = port < 0; /* with a port nobody need read our output: the log of fired columns tells */
    code = run(port);
    desk_pty_close(port, options.link);
    if (desk.fired_log != NULL) {
        fclose(desk.fired_log);
    }
    return code;
}
