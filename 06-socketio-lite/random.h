/* random.h - ids that nobody can guess: who guesses one steals a session. */
#ifndef RANDOM_H
#define RANDOM_H

#include <stdbool.h>

enum { ID_LENGTH = 20 };

/* 120 bits of the system's randomness in Base64, as it stands in URLs; no 0
 * at the end. False: the system gave none. */
bool random_id(char id[ID_LENGTH]);

#endif
