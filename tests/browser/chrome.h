#ifndef CHROME_H
#define CHROME_H

/* The talk with a headless Chromium over its debugging pipe: commands one way,
 * answers and events the other, each a JSON text ended by a NUL byte
 * (https://chromedevtools.github.io/devtools-protocol/). One browser at a
 * time. Whatever goes wrong here fails the running test. */

/* Starts the browser at PATH; it goes at chrome_stop(), and also when the
 * caller is killed. */
void chrome_start(const char *path);
void chrome_stop(void);

/* Sends a command and waits for its answer, in which the caller looks for
 * "result" or "error". SESSION is that of a tab, NULL means the browser.
 * PARAMS is the inside of the parameter object, written like printf's format.
 * The answer is valid until the next call. */
const char *chrome_call(const char *session, const char *method,
                        const char *params, ...);

/* As chrome_call(), but an "error" fails the test. */
const char *chrome_must(const char *session, const char *method,
                        const char *params, ...);

/* Takes events for MS milliseconds. */
void chrome_listen(int ms);

/* HANDLER gets each event, at latest during the next call; it may not call
 * back. */
void chrome_on_event(void (*handler)(const char *event));

#endif
