/* UTF-8 (RFC 3629) that is good, and where the bad goes wrong; after the test
 * of Markus Kuhn, as in section 6 of the Autobahn test suite. In hex. */
#ifndef UTF8_CASES_H
#define UTF8_CASES_H

#include <stdio.h>

static const struct utf8_case {
    const char *what, *hex;
    int wrong; /* the first byte that cannot be; its length: the end cannot
                  be; -1: good */
} utf8_cases[] = {
    {"nothing", "", -1},
    {"Hello", "48656c6c6f2d", -1},
    {"6.2: Greek and more",
     "48656c6c6f2dc2b540c39fc3b6c3a4c3bcc3a0c3a12d5554462d382121", -1},
    {"6.3: good, a surrogate, good", "cebae1bdb9cf83cebcceb5eda080656469746564",
     12},
    {"6.4: above 10FFFF", "cebae1bdb9cf83cebcceb5f4908080656469746564", 12},
    {"6.5: kosme", "cebae1bdb9cf83cebcceb5", -1},
    {"6.6.2: cut", "ce", 1},
    {"6.6.4: cut", "cebae1", 3},
    {"6.6.5: cut", "cebae1bd", 4},
    {"6.6.11: cut", "cebae1bdb9cf83cebcce", 10},
    {"6.7.1: U+0000", "00", -1},
    {"6.7.2: U+0080", "c280", -1},
    {"6.7.3: U+0800", "e0a080", -1},
    {"6.7.4: U+10000", "f0908080", -1},
    {"6.8.1: five bytes", "f888808080", 0},
    {"6.8.2: six bytes", "fc8480808080", 0},
    {"6.9.1: U+007F", "7f", -1},
    {"6.9.2: U+07FF", "dfbf", -1},
    {"6.9.3: U+FFFF", "efbfbf", -1},
    {"6.9.4: U+10FFFF", "f48fbfbf", -1},
    {"6.10.1: U+1FFFFF", "f7bfbfbf", 0},
    {"6.10.2: five bytes", "fbbfbfbfbf", 0},
    {"6.10.3: six bytes", "fdbfbfbfbfbf", 0},
    {"6.11.1: U+D7FF", "ed9fbf", -1},
    {"6.11.2: U+E000", "ee8080", -1},
    {"6.11.3: U+FFFD", "efbfbd", -1},
    {"6.11.4: U+10FFFE", "f48fbfbe", -1},
    {"6.11.5: U+110000", "f4908080", 1},
    {"6.12.1: only a second byte", "80", 0},
    {"6.12.2: only a second byte", "bf", 0},
    {"6.12.3: two", "80bf", 0},
    {"6.12.8: all of them", "808182838485868788898a8b8c8d8e8f", 0},
    {"6.13.1: first bytes and blanks", "c320c420", 1},
    {"6.13.2: first bytes and blanks", "e020e120", 1},
    {"6.13.3: first bytes and blanks", "f020f120", 1},
    {"6.13.4: first bytes and blanks", "f820f920", 0},
    {"6.13.5: first bytes and blanks", "fc20", 0},
    {"6.14.1: cut", "c0", 0},
    {"6.14.2: cut", "e080", 1},
    {"6.14.3: cut", "f08080", 1},
    {"6.14.6: cut", "df", 1},
    {"6.14.7: cut", "efbf", 2},
    {"6.14.8: cut", "f7bfbf", 0},
    {"cut: four bytes lack one", "f48fbf", 3},
    {"6.15.1: cut, one after the other", "c0e080f08080f8808080", 0},
    {"6.16.1: FE", "fe", 0},
    {"6.16.2: FF", "ff", 0},
    {"6.16.3: FE FE FF FF", "fefeffff", 0},
    {"6.17.1: / in two", "c0af", 0},
    {"6.17.2: / in three", "e080af", 1},
    {"6.17.3: / in four", "f08080af", 1},
    {"6.17.4: / in five", "f8808080af", 0},
    {"6.17.5: / in six", "fc80808080af", 0},
    {"6.18.1: U+007F in two", "c1bf", 0},
    {"6.18.2: U+07FF in three", "e09fbf", 1},
    {"6.18.3: U+FFFF in four", "f08fbfbf", 1},
    {"6.18.4: U+1FFFFF in five", "f887bfbfbf", 0},
    {"6.18.5: U+3FFFFFF in six", "fc83bfbfbfbf", 0},
    {"6.19.1: U+0000 in two", "c080", 0},
    {"6.19.2: U+0000 in three", "e08080", 1},
    {"6.19.3: U+0000 in four", "f0808080", 1},
    {"6.20.1: U+D800", "eda080", 1},
    {"6.20.2: U+DB7F", "edadbf", 1},
    {"6.20.3: U+DB80", "edae80", 1},
    {"6.20.4: U+DBFF", "edafbf", 1},
    {"6.20.5: U+DC00", "edb080", 1},
    {"6.20.6: U+DF80", "edbe80", 1},
    {"6.20.7: U+DFFF", "edbfbf", 1},
    {"6.21.1: a pair", "eda080edb080", 1},
    {"6.21.8: a pair", "edafbfedbfbf", 1},
    {"6.22.1: U+FFFE", "efbfbe", -1},
    {"6.22.2: U+FFFF", "efbfbf", -1},
    {"6.22.3: U+1FFFE", "f09fbfbe", -1},
    {"6.22.34: U+10FFFF", "f48fbfbf", -1},
    {"6.23.1: U+FFFC", "efbfbc", -1},
    {"first byte C1", "c180", 0},
    {"first byte F5", "f5808080", 0},
    {"two: then ASCII", "c241", 1},
    {"two: then a first byte", "c2c2", 1},
    {"three: then ASCII", "e4bd41", 2},
    {"three: then a first byte", "e4bde4", 2},
    {"four: then ASCII at 3", "f09f41", 2},
    {"four: then ASCII at 4", "f09f9841", 3},
    {"four: then a first byte", "f09f98f0", 3},
    {"one more second byte", "e4bda080", 3},
    {"a smile, and half of one", "f09f9880f09f98", 7},
    {"Chinese", "e4bda0e5a5bdefbc8ce4b896e7958cefbc81", -1},
    {"Chinese, one byte lost", "e4bda0e5a5bdefbc8ce4b8e7958cefbc81", 11},
    {"Chinese, one byte too many", "e4bda0e5a5bd8c8ce4b8", 6},
};

enum { UTF8_CASES = sizeof utf8_cases / sizeof *utf8_cases };

/* The bytes of a case, as text. Returns how many. */
static inline int utf8_bytes(const struct utf8_case *u, char text[64])
{
    int n = 0;
    unsigned byte;
    for (; sscanf(u->hex + 2 * n, "%2x", &byte) == 1; n++)
        text[n] = (char)byte;
    return n;
}

#endif
