/* random.c - see random.h. */
#include "random.h"

#include <fcntl.h>
#include <unistd.h>

#include "base64.h"

bool random_id(char id[ID_LENGTH])
{
    unsigned char bits[ID_LENGTH / 4 * 3];
    int fd = open("/dev/urandom", O_RDONLY);
    ssize_t n = read(fd, bits, sizeof bits);
    close(fd);
    if (n != sizeof bits)
        return false;
    base64_encode(bits, sizeof bits, id);
    for (int i = 0; i < ID_LENGTH; i++)
        id[i] = id[i] == '+' ? '-' : id[i] == '/' ? '_' : id[i];
    return true;
}
