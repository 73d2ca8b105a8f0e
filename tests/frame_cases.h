/* Conversations with /echo, after the sections of the Autobahn test suite. The
 * words are those of frames.h. What ends without X must stay open. Its cases
 * that repeat another in small pieces (1.1.8, 1.2.8, 2.6, 5.5, 5.8, 5.11, 5.14)
 * have no row: every row is sent whole, in pieces, and byte by byte. */
#ifndef FRAME_CASES_H
#define FRAME_CASES_H

struct talk {
    const char *name;
    const char *lines[8]; /* said, heard, said, heard ... */
};

#define TEN_PINGS                                                              \
    "P:payload-0|P:payload-1|P:payload-2|P:payload-3|P:payload-4|"             \
    "P:payload-5|P:payload-6|P:payload-7|P:payload-8|P:payload-9"
#define TEN_PONGS                                                              \
    "O:payload-0|O:payload-1|O:payload-2|O:payload-3|O:payload-4|"             \
    "O:payload-5|O:payload-6|O:payload-7|O:payload-8|O:payload-9"

static const struct talk framing[] = {
    {"1.1.1", {"T", "T"}},
    {"1.1.2", {"T*125", "T*125"}},
    {"1.1.3", {"T*126", "T*126"}},
    {"1.1.4", {"T*127", "T*127"}},
    {"1.1.5", {"T*128", "T*128"}},
    {"1.1.6", {"T*65535", "T*65535"}},
    {"1.1.7", {"T*65536", "T*65536"}},
    {"1.2.1", {"B", "B"}},
    {"1.2.2", {"B*125", "B*125"}},
    {"1.2.3", {"B*126", "B*126"}},
    {"1.2.4", {"B*127", "B*127"}},
    {"1.2.5", {"B*128", "B*128"}},
    {"1.2.6", {"B*65535", "B*65535"}},
    {"1.2.7", {"B*65536", "B*65536"}},
    {"many at once",
     {"T:1|B#00ff|T|T*300|B*126|T:6", "T:1|B#00ff|T|T*300|B*126|T:6"}},
    {"a mask of zeros", {"$81850000000068656c6c6f", "T:hello"}},
    {"a mask of ones", {"$8185ffffffff979a939390", "T:hello"}},
    {"section 5.7 of the RFC", {"$818537fa213d7f9f4d5158", "T:Hello"}},
    {"without mask", {"$810568656c6c6f", "X1002"}},
    {"without mask, empty", {"$8100", "X1002"}},
    {"without mask, its payload not sent", {"$817e", "X1002"}},
    {"without mask, binary of 64 KiB", {"$827f0000000000010000", "X1002"}},
    {"a ping without mask", {"$8900", "X1002"}},
    {"a pong without mask", {"$8a00", "X1002"}},
    {"a close without mask", {"$880203e8", "X1002"}},
    {"a good one, then one without mask", {"T:1|$8100|T:3", "T:1|X1002"}},
    {"5 in 16 bits", {"$81fe0005", "X1002"}},
    {"0 in 16 bits", {"$81fe0000", "X1002"}},
    {"125 in 16 bits", {"$82fe007d", "X1002"}},
    {"0 in 64 bits", {"$82ff0000000000000000", "X1002"}},
    {"5 in 64 bits", {"$81ff0000000000000005", "X1002"}},
    {"126 in 64 bits", {"$81ff000000000000007e", "X1002"}},
    {"65535 in 64 bits", {"$81ff000000000000ffff", "X1002"}},
    {"the top bit", {"$82ff8000000000000000", "X1002"}},
    {"the top bit, and few bytes", {"$82ff8000000000000005", "X1002"}},
    {"all bits", {"$82ffffffffffffffffff", "X1002"}},
};

static const struct talk pings[] = {
    {"2.1", {"P", "O"}},
    {"2.2", {"P:Hello, world!", "O:Hello, world!"}},
    {"2.3", {"P#00fffefdfcfb00ff", "O#00fffefdfcfb00ff"}},
    {"2.4", {"P*125", "O*125"}},
    {"2.5", {"P*126", "X1002"}},
    {"a ping of 124", {"P*124", "O*124"}},
    {"2.7", {"O", ""}},
    {"2.8", {"O:unsolicited", ""}},
    {"2.9", {"O:unsolicited|P:ping", "O:ping"}},
    {"2.10", {TEN_PINGS, TEN_PONGS}},
    {"2.11", {TEN_PINGS "|T:last", TEN_PONGS "|T:last"}},
    {"a pong of 125", {"O*125|O*125|T:x", "T:x"}},
    {"a pong of 126", {"O*126", "X1002"}},
    {"a ping of 126: the header is enough", {"$89fe", "X1002"}},
    {"a ping of 65536", {"$89ff", "X1002"}},
    {"a close of 126", {"$88fe", "X1002"}},
    {"a ping before the next message", {"T:1|P:2|T:3|P:4", "T:1|O:2|T:3|O:4"}},
};

/* After each comes a ping that must not be answered. */
static const struct talk reserved[] = {
    {"3.1", {"=91:Hello, world!|P", "X1002"}},
    {"3.2", {"T:Hello, world!|=a1:Hello, world!|P", "T:Hello, world!|X1002"}},
    {"3.3", {"T:Hello, world!|=b1:Hello, world!|P", "T:Hello, world!|X1002"}},
    {"3.4", {"T:Hello, world!|=c1:Hello, world!|P", "T:Hello, world!|X1002"}},
    {"3.5", {"=d2#00fffefdfcfb00ff|P", "X1002"}},
    {"3.6", {"=e9:Hello, world!|P", "X1002"}},
    {"3.7", {"=f8|P", "X1002"}},
    {"3.7 with a code", {"=f8#03e8|P", "X1002"}},
    {"in a continuation", {"t:a|=c0:b|P", "X1002"}},
    {"in a pong", {"=9a:b|P", "X1002"}},
    {"the first byte is enough", {"$c1", "X1002"}},
    {"4.1.1", {"=83|P", "X1002"}},
    {"4.1.2", {"=84:reserved|P", "X1002"}},
    {"4.1.3", {"T:Hello, world!|=85|P", "T:Hello, world!|X1002"}},
    {"4.1.4", {"T:Hello, world!|=86:reserved|P", "T:Hello, world!|X1002"}},
    {"4.1.5", {"T:Hello, world!|=87:reserved|P", "T:Hello, world!|X1002"}},
    {"4.2.1", {"=8b|P", "X1002"}},
    {"4.2.2", {"=8c:reserved|P", "X1002"}},
    {"4.2.3", {"T:Hello, world!|=8d|P", "T:Hello, world!|X1002"}},
    {"4.2.4", {"T:Hello, world!|=8e:reserved|P", "T:Hello, world!|X1002"}},
    {"4.2.5", {"T:Hello, world!|=8f:reserved|P", "T:Hello, world!|X1002"}},
    {"inside a message", {"t:a|=83:b|P", "X1002"}},
    {"without FIN", {"=03:b|P", "X1002"}},
    {"without FIN, control", {"=0b:b|P", "X1002"}},
    {"an opcode: its byte is enough", {"$87", "X1002"}},
};

static const struct talk fragments[] = {
    {"5.1", {"p:fragment1|C:fragment2", "X1002"}},
    {"5.2", {"o:fragment1|C:fragment2", "X1002"}},
    {"a close in fragments", {"x1000|C:fragment2", "X1002"}},
    {"a ping in fragments: its first byte is enough", {"$09", "X1002"}},
    {"5.3", {"t:fragment1|C:fragment2", "T:fragment1fragment2"}},
    {"5.4", {"t:fragment1", "", "C:fragment2", "T:fragment1fragment2"}},
    {"5.6", {"t:fragment1|P:ping|C:fragment2", "O:ping|T:fragment1fragment2"}},
    {"5.7",
     {"t:fragment1", "", "P:ping", "O:ping", "C:fragment2",
      "T:fragment1fragment2"}},
    {"5.9", {"C:non-continuation|T:Hello, world!", "X1002"}},
    {"5.10", {"C:non-continuation", "X1002", "T:Hello, world!", ""}},
    {"5.12", {"c:non-continuation|T:Hello, world!", "X1002"}},
    {"5.13", {"c:non-continuation", "X1002", "T:Hello, world!", ""}},
    {"an orphan: its first byte is enough", {"$80", "X1002"}},
    {"5.15",
     {"t:fragment1|C:fragment2|c:fragment3|T:fragment4",
      "T:fragment1fragment2|X1002"}},
    {"5.16", {"c:fragment1|t:fragment2|C:fragment3|c:fragment1", "X1002"}},
    {"5.17", {"C:fragment1|t:fragment2|C:fragment3|C:fragment1", "X1002"}},
    {"5.18", {"t:fragment1|T:fragment2", "X1002"}},
    {"text inside a binary message", {"b:1|t:2", "X1002"}},
    {"binary inside a message", {"t:1|B:2", "X1002"}},
    {"inside: the first byte is enough", {"t:1|$81", "X1002"}},
    {"5.19",
     {"t:fragment1|c:fragment2|P:ping1", "O:ping1",
      "c:fragment3|c:fragment4|P:ping2|C:fragment5",
      "O:ping2|T:fragment1fragment2fragment3fragment4fragment5"}},
    {"5.20",
     {"t:fragment1|c:fragment2|P:ping1|c:fragment3|c:fragment4|P:ping2|"
      "C:fragment5",
      "O:ping1|O:ping2|"
      "T:fragment1fragment2fragment3fragment4fragment5"}},
    {"binary", {"b#00|c#ff|C#80", "B#00ff80"}},
    {"6.1.1", {"T", "T"}},
    {"6.1.2", {"t|c|C", "T"}},
    {"6.1.3", {"t|c:middle frame payload|C", "T:middle frame payload"}},
    {"the last is empty", {"t:a|C", "T:a"}},
    {"only the last is not", {"b|c|c|C:a", "B:a"}},
    {"two messages", {"t:1|C:2|b#03|C#04|T:5|B#06", "T:12|B#0304|T:5|B#06"}},
    {"big parts", {"t*70000|c*126|P|c*65536|C*1", "O|T*70000*126*65536*1"}},
    {"pongs between", {"t:1|O:x|c:2|O|C:3", "T:123"}},
    {"a close between", {"t:1|X1000|C:2", "X1000"}},
};

static const struct talk closes[] = {
    {"7.1.1", {"T:Hello World!|X", "T:Hello World!|X"}},
    {"7.1.2", {"X|X", "X"}},
    {"7.1.3", {"X|P", "X"}},
    {"7.1.4", {"X|T:Hello World!", "X"}},
    {"7.1.5", {"t:fragment1|X1000|C:fragment2", "X1000"}},
    {"7.1.6",
     {"T*262144|T:Hello World!|X1000|P", "T*262144|T:Hello World!|X1000"}},
    {"7.3.1", {"X", "X"}},
    {"7.3.2", {"X#03", "X1002"}},
    {"7.3.3", {"X1000", "X1000"}},
    {"7.3.4", {"X1000:Hello World!", "X1000"}},
    {"7.3.5", {"X1000*123", "X1000"}},
    {"7.3.6", {"X1000*124", "X1002"}},
    {"7.5.1", {"X1000#cebae1bdb9cf83cebcceb5eda080656469746564", "X1007"}},
    {"a reason cut inside a character", {"X1000:ab\xe4\xbd", "X1007"}},
    {"a Chinese reason", {"X1000:\xe5\x86\x8d\xe8\xa7\x81", "X1000"}},
    {"a bad reason, and a bad code", {"X1005#ff", "X1002"}},
    {"garbage behind it", {"X1000|$ffffffffffffffffffffffff", "X1000"}},
    {"a close later", {"X1001", "X1001", "X1001|T:x|P", ""}},
    {"an error later", {"$8100", "X1002", "$8100|X1000|T:x|P", ""}},
    {"a close in answer to an error", {"$8100|X1002", "X1002"}},
};

static const struct {
    const struct talk *talks;
    size_t count;
} tables[] = {
    {framing, sizeof framing / sizeof *framing},
    {pings, sizeof pings / sizeof *pings},
    {reserved, sizeof reserved / sizeof *reserved},
    {fragments, sizeof fragments / sizeof *fragments},
    {closes, sizeof closes / sizeof *closes},
};

enum { TABLES = sizeof tables / sizeof *tables };

/* Close codes that may come, and those that may not: 7.7, 7.9 and 7.13. */
static const int good_codes[] = {1000, 1001, 1002, 1003, 1007, 1008,
                                 1009, 1010, 1011, 1012, 1013, 1014,
                                 3000, 3500, 3999, 4000, 4500, 4999};
static const int bad_codes[] = {
    1,    2,    125,  126,  256,  500,  999,  1004, 1005,  1006,  1015,
    1016, 1099, 1100, 1500, 2000, 2500, 2999, 5000, 10000, 32768, 65535};

#endif
