/* A pseudo-terminal as the desk's serial port. */
#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include "desk.h"

/* A fresh slave is cooked and would echo; without a holder the master's reads fail. So one is held, raw. */
static int slave = -1;

static bool make_raw(int terminal) {
    struct termios settings;
    if (tcgetattr(terminal, &settings) != 0) {
        return false;
    }
    cfmakeraw(&settings);
    return tcsetattr(terminal, TCSANOW, &settings) == 0;
}

int desk_pty_open(const char *link) {
    int master = posix_openpt(O_RDWR | O_NOCTTY);
    const char *name = NULL;
    if (master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0) {
        name = ptsname(master);
    }
    slave = name == NULL ? -1 : open(name, O_RDWR | O_NOCTTY);
    if (slave < 0 || !make_raw(slave) || fcntl(master, F_SETFL, O_NONBLOCK) != 0) {
        desk_pty_close(master, NULL);
        return -1;
    }
    if (link != NULL) {
        unlink(link);
        if (symlink(name, link) != 0) {
            desk_pty_close(master, NULL);
            return -1;
        }
    }
    printf("port %s\n", link != NULL ? link : name);
    fflush(stdout);
    return master;
}

void desk_pty_close(int master, const char *link) {
    if (slave >= 0) {
        close(slave);
        slave = -1;
    }
    if (master >= 0) {
        close(master);
    }
    if (link != NULL) {
        unlink(link);
    }
}
