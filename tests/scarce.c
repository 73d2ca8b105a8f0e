/* A program whose memory runs out: compiled with it, its malloc, calloc and
 * realloc are these. SIGUSR1 counts from 0 anew; then the allocations whose
 * numbers are in SCARCE, as in 5-6, fail, and say so on stderr.
 *
 * (Where malloc is defined these names must not stand for others.) */
#undef malloc
#undef calloc
#undef realloc

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

void *scarce_malloc(size_t size);
void *scarce_calloc(size_t count, size_t size);
void *scarce_realloc(void *old, size_t size);

static volatile sig_atomic_t counted = -1; /* -1: not yet */

static void begin(int signal_number)
{
    (void)signal_number;
    counted = 0;
}

static bool fails(size_t size)
{
    static bool begun;
    const char *numbers = getenv("SCARCE");
    int first = 0, last = 0;
    if (!begun)
        signal(SIGUSR1, begin);
    begun = true;
    if (counted < 0 || !numbers)
        return false;
    sscanf(numbers, "%d-%d", &first, &last);
    if (++counted < first || counted > last)
        return false;
    fprintf(stderr, "scarce: no %zu bytes\n", size);
    return true;
}

void *scarce_malloc(size_t size)
{
    return fails(size) ? NULL : malloc(size);
}

void *scarce_calloc(size_t count, size_t size)
{
    return fails(count * size) ? NULL : calloc(count, size);
}

void *scarce_realloc(void *old, size_t size)
{
    return fails(size) ? NULL : realloc(old, size);
}
