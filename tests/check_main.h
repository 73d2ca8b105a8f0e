/* The main() of every test program: int main(void) { return run(suite()); }
 *
 * Check itself honours CK_RUN_SUITE, CK_RUN_CASE, CK_FORK=no (for a debugger),
 * CK_VERBOSITY (silent minimal normal verbose) and CK_TIMEOUT_MULTIPLIER.
 */
#ifndef CHECK_MAIN_H
#define CHECK_MAIN_H

#include <check.h>
#include <stdlib.h>

/* Runs the suite, prints what failed, returns the exit status. */
static inline int run(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
