/* The programs under test: start one on a free port, stop it, watch it.
 *
 * A program lies in the folder that BUILD names (default "build"); the tests
 * run in the folder above. Check kills what a failed test leaves behind,
 * because a program belongs to the process group of the test.
 */
#ifndef PROGRAM_H
#define PROGRAM_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

enum {
    HTTP_PROGRAMS = 4, /* how many answer HTTP on their own route */
    PROGRAMS = 6,      /* how many names program_names has */
    PATIENCE = 5000,   /* ms after which a test stops waiting */
};

extern const char *const program_names[PROGRAMS];
extern const char *const program_routes[PROGRAMS]; /* "/": it redirects, too */

struct program {
    const char *name;
    pid_t pid; /* 0: does not run */
    int port;
    const char *address; /* where clients of the tests connect */
    int out;             /* its stdout: a pipe */
    int err;             /* its stderr: a file, so that no trace can block it */
    char ready[512];     /* its first line on stdout */
    struct client *ping; /* of settle() */
};

/* How a program starts; all zero is the usual way. */
struct launch {
    const char *folder;         /* working directory */
    const char *variable;       /* set to 1 in its environment */
    int files_soft, files_hard; /* limits on open files */
    int err;                    /* its stderr, -1 or 0: a file */
    int closed;                 /* 1: it has no stdin, 2: stdout, 4: stderr */
};

/* What a program that ends by itself left. */
struct outcome {
    int status; /* exit status; 128 + N: killed by signal N */
    char out[4096], err[4096];
};

/* Names the case: every failure that follows says so. */
void testing(const char *format, ...);

/* Fails the test, naming the program and the case. */
_Noreturn void flunk(const char *format, ...);

long long monotonic_ms(void);
long long wall_ms(void); /* Date.now() */

/* Starts NAME with the arguments that follow, up to a NULL, and waits for its
 * ready line. -p 0 and -w tests/lessons are added unless given. */
void program_start(struct program *p, const char *name, ...);

/* The same with a launch; no arguments are added, nothing is waited for. */
void program_spawn(struct program *p, const char *name, const struct launch *l,
                   const char *const *arguments);

/* Waits for the ready line of a spawned program; false: it ended without. */
bool program_ready(struct program *p);

/* Waits at most ms for the end; returns as outcome.status, or -1: runs. */
int program_wait(struct program *p, int ms);

/* Runs a program to its end, at most PATIENCE. */
void program_run(struct outcome *o, const char *name, const struct launch *l,
                 const char *const *arguments);

/* SIGTERM, if it runs: must exit with 0 within 2 s. */
void program_stop(struct program *p);

/* What it has written on stderr so far. Returns the length. */
size_t program_stderr(const struct program *p, char *text, size_t room);

/* Resident memory in KiB; -1 where nobody can tell (no /proc, a sanitizer). */
long program_memory(const struct program *p);

/* How many files it has open; -1 where nobody can tell. */
int program_files(const struct program *p);

#endif
