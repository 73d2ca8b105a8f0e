/* A program whose memory runs out: see scarcity.h. */
#include "scarcity.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>

void scarce_start(struct program *p, const char *name, int number)
{
    scarce_start_row(p, name, number, number);
}

void scarce_start_row(struct program *p, const char *name, int first, int last)
{
    static char path[64]; /* p keeps it as its name */
    char text[32];
    snprintf(text, sizeof text, "%d-%d", first, last);
    snprintf(path, sizeof path, "tests/scarce-%s", name);
    setenv("SCARCE", text, 1);
    program_start(p, path, NULL);
}

void scarce_now(struct program *p)
{
    settle(p);
    kill(p->pid, SIGUSR1);
}

bool scarce_failed(const struct program *p)
{
    char text[16];
    return program_stderr(p, text, sizeof text) > 0;
}
