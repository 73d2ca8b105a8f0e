/* Headers of a client's frames, good and bad. */
#ifndef FRAME_ROWS_H
#define FRAME_ROWS_H

#include "frame.h"

enum { ROOM = 1 << 20, INSIDE = TEXT };

/* Headers in hex, and the payload's length or the error. */
static const struct {
    const char *hex;
    int within;
    long length;
    int error, after; /* the error shows in this many bytes */
} rows[] = {
    {"818000000000", 0, 0, 0, 0},
    {"818537fa213d", 0, 5, 0, 0},
    {"82fdffffffff", 0, 125, 0, 0},
    {"82fe007e01020304", 0, 126, 0, 0},
    {"82fe007f01020304", 0, 127, 0, 0},
    {"82fe010001020304", 0, 256, 0, 0},
    {"82feffff01020304", 0, 65535, 0, 0},
    {"82ff000000000001000001020304", 0, 65536, 0, 0},
    {"81ff000000000010000001020304", 0, ROOM, 0, 0},
    {"018537fa213d", 0, 5, 0, 0},
    {"028537fa213d", 0, 5, 0, 0},
    {"008537fa213d", INSIDE, 5, 0, 0},
    {"808537fa213d", INSIDE, 5, 0, 0},
    {"888237fa213d", 0, 2, 0, 0},
    {"88fd37fa213d", INSIDE, 125, 0, 0},
    {"89fd37fa213d", 0, 125, 0, 0},
    {"898037fa213d", INSIDE, 0, 0, 0},
    {"8afd37fa213d", INSIDE, 125, 0, 0},
    {"c18537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"a18537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"918537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"808537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"008537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"818537fa213d", INSIDE, 0, PROTOCOL_ERROR, 1},
    {"018537fa213d", INSIDE, 0, PROTOCOL_ERROR, 1},
    {"828537fa213d", INSIDE, 0, PROTOCOL_ERROR, 1},
    {"098537fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"0a8537fa213d", INSIDE, 0, PROTOCOL_ERROR, 1},
    {"088237fa213d", 0, 0, PROTOCOL_ERROR, 1},
    {"8105000000000000", 0, 0, PROTOCOL_ERROR, 2},
    {"8100", 0, 0, PROTOCOL_ERROR, 2},
    {"817e007e01020304", 0, 0, PROTOCOL_ERROR, 2},
    {"8900", INSIDE, 0, PROTOCOL_ERROR, 2},
    {"89fe007e01020304", 0, 0, PROTOCOL_ERROR, 2},
    {"88fe007d01020304", 0, 0, PROTOCOL_ERROR, 2},
    {"8aff000000000000000001020304", 0, 0, PROTOCOL_ERROR, 2},
    {"81fe007d01020304", 0, 0, PROTOCOL_ERROR, 4},
    {"81fe000001020304", 0, 0, PROTOCOL_ERROR, 4},
    {"81ff000000000000000001020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ff000000000000007e01020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ff000000000000ffff01020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ff800000000000000001020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ff800000000001000001020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ffffffffffffffffff01020304", 0, 0, PROTOCOL_ERROR, 10},
    {"81ff000000000010000101020304", 0, 0, TOO_BIG, 10},
    {"81ff000001000000000001020304", 0, 0, TOO_BIG, 10},
    {"82ff7fffffffffffffff01020304", 0, 0, TOO_BIG, 10},
    {"80ff000000000010000101020304", INSIDE, 0, TOO_BIG, 10},
};

enum { ROWS = sizeof rows / sizeof *rows };

#endif
