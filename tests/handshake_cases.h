/* Handshakes, good and bad: sections 3 and 6 of the contract. */
#ifndef HANDSHAKE_CASES_H
#define HANDSHAKE_CASES_H

#define UP "Upgrade: websocket\r\n"
#define CO "Connection: Upgrade\r\n"
#define KEY "Sec-WebSocket-Key: " WS_KEY "\r\n"
#define V13 "Sec-WebSocket-Version: 13\r\n"
#define WS_KEY "dGhlIHNhbXBsZSBub25jZQ==" /* of RFC 6455, 1.3 */

enum { OPENS = 101 };

/* $ is the port. */
static const struct handshake {
    const char *line, *headers;
    int status;
} handshakes[] = {
    {"GET /echo HTTP/1.1", UP CO KEY V13, OPENS},
    {"GET /chat HTTP/1.1", UP CO KEY V13, OPENS},
    {"GET / HTTP/1.1", UP CO KEY V13, OPENS},
    {"GET /echo?x=1 HTTP/1.1", UP CO KEY V13, OPENS},
    {"GET http://127.0.0.1:$/echo HTTP/1.1", UP CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1", V13 KEY CO UP, OPENS},
    {"GET /echo HTTP/1.1", "UPGRADE: WebSocket\r\n" CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1", "upgrade:WEBSOCKET\r\n" CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1", UP "connection: upgrade\r\n" KEY V13, OPENS},
    {"GET /echo HTTP/1.1", UP "CONNECTION:\tUPGRADE \r\n" KEY V13, OPENS},
    {"GET /echo HTTP/1.1", UP "Connection: keep-alive, Upgrade\r\n" KEY V13,
     OPENS},
    {"GET /echo HTTP/1.1", UP "Connection: Upgrade,keep-alive\r\n" KEY V13,
     OPENS},
    {"GET /echo HTTP/1.1", UP "Connection: ,a,, upgrade ,b\r\n" KEY V13, OPENS},
    {"GET /echo HTTP/1.1", UP "Connection: keep-alive\r\n" CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1", UP "Connection: close, Upgrade\r\n" KEY V13, OPENS},
    {"GET /echo HTTP/1.1", "Upgrade: h2c, websocket\r\n" CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1", "Upgrade: h2c\r\n" UP CO KEY V13, OPENS},
    {"GET /echo HTTP/1.1",
     UP CO "sec-websocket-key:" WS_KEY "\r\n"
           "SEC-WEBSOCKET-VERSION:13\r\n",
     OPENS},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Sec-WebSocket-Protocol: chat, a\r\n",
     OPENS},
    {"GET /echo HTTP/1.1",
     UP CO KEY V13 "Sec-WebSocket-Extensions: permessage-deflate; "
                   "client_max_window_bits\r\n",
     OPENS},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: http://127.0.0.1:$\r\n",
     OPENS},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: http://localhost:$\r\n",
     OPENS},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Sec-Fetch-Dest: websocket\r\n",
     OPENS},
    {"GET / HTTP/1.1", UP CO KEY V13 "Sec-Fetch-Dest: websocket\r\n", OPENS},
    /* Who may: section 3. */
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: http://evil.example\r\n",
     403},
    {"GET / HTTP/1.1", UP CO KEY V13 "Origin: http://evil.example:$\r\n", 403},
    {"GET /chat HTTP/1.1",
     UP CO KEY V13 "Origin: http://127.0.0.1:$.evil.example\r\n", 403},
    {"GET /chat HTTP/1.1",
     UP CO KEY V13 "Origin: http://localhost.evil.example:$\r\n", 403},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: http://127.0.0.1:$0\r\n",
     403},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: http://127.0.0.1\r\n", 403},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: null\r\n", 403},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Origin: file://\r\n", 403},
    /* Where. */
    {"GET /nothing HTTP/1.1", UP CO KEY V13, 404},
    {"GET /echo/ HTTP/1.1", UP CO KEY V13, 404},
    {"GET /ech HTTP/1.1", UP CO KEY V13, 404},
    {"GET /echoo HTTP/1.1", UP CO KEY V13, 404},
    {"GET //echo HTTP/1.1", UP CO KEY V13, 404},
    {"GET /Echo HTTP/1.1", UP CO KEY V13, 404},
    /* No upgrade is asked for. */
    {"GET /echo HTTP/1.1", "", 426},
    {"GET /chat HTTP/1.1", "", 426},
    {"HEAD /chat HTTP/1.1", "", 426},
    {"GET /echo HTTP/1.1", CO KEY V13, 426},
    {"GET /echo HTTP/1.1", UP KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade: websocketx\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade: websocke\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade: xwebsocket\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade: h2c\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade: no websocket\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", "Upgrade:\r\n" CO KEY V13, 426},
    {"GET /echo HTTP/1.1", UP "Connection: no-upgrade\r\n" KEY V13, 426},
    {"GET /echo HTTP/1.1", UP "Connection: upgrades\r\n" KEY V13, 426},
    {"GET /echo HTTP/1.1", UP "Connection: not upgrade\r\n" KEY V13, 426},
    {"GET /echo HTTP/1.1", UP "Connection: keep-alive\r\n" KEY V13, 426},
    {"GET /echo HTTP/1.1", UP "X-Connection: Upgrade\r\n" KEY V13, 426},
    {"GET / HTTP/1.1", UP "Connection: no-upgrade\r\n" KEY V13, 302},
    {"GET / HTTP/1.1", "Upgrade: websocketx\r\n" CO KEY V13, 302},
    /* How. */
    {"POST /echo HTTP/1.1", UP CO KEY V13, 400},
    {"POST /echo HTTP/1.1", UP CO KEY V13 "Content-Length: 0\r\n", 400},
    {"PUT /chat HTTP/1.1", UP CO KEY V13, 400},
    {"HEAD /echo HTTP/1.1", UP CO KEY V13, 400},
    {"OPTIONS / HTTP/1.1", UP CO KEY V13, 400},
    {"GET /echo HTTP/1.0", UP CO KEY V13, 400},
    {"GET / HTTP/1.0", UP CO KEY V13, 400},
    {"GET /echo HTTP/2.0", UP CO KEY V13, 505},
    /* Versions. */
    {"GET /echo HTTP/1.1", UP CO KEY, 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 8\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 12\r\n", 426},
    {"GET / HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 14\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 13, 8\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 8, 13\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 013\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 130\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 1\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version:\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: x\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 1 3\r\n", 426},
    {"GET /echo HTTP/1.1", UP CO KEY "Sec-WebSocket-Version: 8\r\n" V13, 426},
    {"GET /echo HTTP/1.1", UP CO KEY V13 "Sec-WebSocket-Version: 8\r\n", 426},
    /* Keys. */
    {"GET /echo HTTP/1.1", UP CO V13, 400},
    {"GET / HTTP/1.1", UP CO V13, 400},
    {"GET /echo HTTP/1.1", UP CO V13 KEY KEY, 400},
    {"GET /echo HTTP/1.1",
     UP CO V13 KEY "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n", 400},
    {"GET /echo HTTP/1.1",
     UP CO V13 "Sec-WebSocket-Key: " WS_KEY ", " WS_KEY "\r\n", 400},
    {"GET /echo HTTP/1.1", UP CO V13 KEY "sec-websocket-key:\r\n", 400},
    {"GET /echo HTTP/1.1", UP CO V13 "Sec-WebSocket-Key:\r\n" KEY, 400},
};

/* Keys of the wrong length or alphabet, or with bits that nobody sees. */
static const char *const bad_keys[] = {
    "",
    "=",
    "dGhlIHNhbXBsZSBub25jZQ",
    "dGhlIHNhbXBsZSBub25jZQ=",
    "dGhlIHNhbXBsZSBub25jZQ===",
    "dGhlIHNhbXBsZSBub25jZ===",
    "dGhlIHNhbXBsZSBub25j",
    "dGhlIHNhbXBsZSBub25jZQ==dGhlIHNhbXBsZSBub25jZQ==",
    "dGhlIHNhbXBsZSBub25jZWE=",
    "dGhlIHNhbXBsZSBub25jZWFi",
    "dGhlIHNhbXBsZSBub25jZR==",
    "dGhlIHNhbXBsZSBub25jZf==",
    "dGhlIHNhbXBsZSBub2-jZQ==",
    "dGhlIHNhbXBsZSBub2_jZQ==",
    "dGhlIHNhbXBsZSBub2 jZQ==",
    "dGhlIHNhbXBsZSBub2.jZQ==",
    "dGhlIHNhbXBs=SBub25jZQ==",
    "====dGhlIHNhbXBsZSBub25j",
    "========================",
    "the key of a WebSocket!!",
    "xxxxxxxxxxxxxxxxxxxxxxxx",
    "dGhlIHNhbXBsZSBub25jZQ\xc3\xa4",
    "\"dGhlIHNhbXBsZSBub25jZQ==\"",
};

#endif
