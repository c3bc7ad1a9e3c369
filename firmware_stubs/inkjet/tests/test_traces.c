/* Whole sessions, command by command, against what the Python device did (vectors/trace_*.txt). */
#include <string.h>

#include "check.h"
#include "desk.h"

#define LONG 65536

static char line[LONG];
static char wanted[LONG];
static char told[LONG];

static void configure(char *figures) {
    for (char *word = strtok(figures, " \n"); word != NULL; word = strtok(NULL, " \n")) {
        if (strncmp(word, "encoder=", 8) == 0) {
            desk.encoder_start = (uint32_t)strtoul(word + 8, NULL, 10);
        } else if (word[0] != '#') {
            CHECK(desk_set(word));
        }
    }
}

/* What the desk has said since the last time, without its `ok`s. */
static void read_told(void) {
    char row[LONG];
    told[0] = '\0';
    rewind(desk.told);
    while (fgets(row, sizeof row, desk.told) != NULL) {
        CHECK(strcmp(row, "error\n") != 0);
        if (strcmp(row, "ok\n") != 0) {
            CHECK(strlen(told) + strlen(row) < sizeof told);
            strcat(told, row);
        }
    }
    fclose(desk.told);
    desk.told = tmpfile();
    CHECK(desk.told != NULL);
}

static void compare(const char *name, int at) {
    read_told();
    if (strcmp(told, wanted) != 0) {
        fprintf(stderr, "%s, before line %d: told\n%sinstead of\n%s", name, at, told, wanted);
        exit(1);
    }
    wanted[0] = '\0';
}

static void play(const char *name) {
    FILE *file = vectors(name);
    int at = 0;
    desk_plain();
    desk.told = tmpfile();
    desk.telling = true;
    desk.line_told = true;
    CHECK(desk.told != NULL && fgets(line, sizeof line, file) != NULL);
    configure(line);
    CHECK(desk_power());
    while (fgets(line, sizeof line, file) != NULL) {
        at++;
        if (line[0] == '>') {
            compare(name, at);
            CHECK(desk_control(line + 2));
        } else if (line[0] == '<') {
            CHECK(strlen(wanted) + strlen(line) < sizeof wanted);
            strcat(wanted, line + 2);
        }
    }
    compare(name, at);
    fclose(file);
    fclose(desk.told);
}

int main(void) {
    play("trace_mark.txt");
    play("trace_refusals.txt");
    play("trace_reversal.txt");
    play("trace_symbolic.txt");
    play("trace_bench.txt");
    return 0;
}
