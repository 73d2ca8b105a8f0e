/* The stock socket.io-client and lesson 6, in three modes: see
 * tests/stock/client.js. It is there after `make stock`. */
#include "../check_main.h"
#include "program.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *const modes[] = {"polling", "websocket", "upgrade"};
enum { MODES = sizeof modes / sizeof *modes };

static bool is_installed(void)
{
    return access("build/stock/node_modules/socket.io-client", F_OK) == 0 &&
           system("node --version > /dev/null 2>&1") == 0;
}

START_TEST(conversation)
{
    struct program server;
    char command[200];
    program_start(&server, "06-socketio-lite", NULL);
    snprintf(command, sizeof command,
             "NODE_PATH=build/stock/node_modules node tests/stock/client.js "
             "http://127.0.0.1:%d %s >&2",
             server.port, modes[_i]);
    int status = system(command);
    ck_assert_msg(status == 0, "%s: status %d", command, status);
    program_stop(&server);
}
END_TEST

static Suite *suite(void)
{
    Suite *s = suite_create("06-socketio-lite, stock client");
    if (!is_installed()) {
        puts("socket.io-client is not there (try `make stock`): SKIPPED");
        return s;
    }
    TCase *t = tcase_create("modes");
    tcase_set_timeout(t, 60);
    tcase_add_loop_test(t, conversation, 0, MODES);
    suite_add_tcase(s, t);
    return s;
}

int main(void)
{
    return run(suite());
}
