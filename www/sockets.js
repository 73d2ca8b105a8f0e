/* sockets.js: keeps the three sockets of lesson 5 open, and #state true. It
 * calls in the page:
 *
 *   opened(path)            when sockets[path] can be used
 *   received(path, data)    for each message, but not for our own beats
 *   lost(close)             when all three are gone, with the first CloseEvent;
 *                           without one: the server is silent
 */
const BEAT = 800;           /* ms; two in vain, and the server is gone */
const CAP = 2000;           /* ms from a loss to the next attempt, at most */
let sockets = {};           /* path: WebSocket; {} while we wait */
let quiet = 0;              /* beats since anything last came */
let losses = 0;             /* since all three were open */

const isOpen = path => sockets[path]?.readyState === WebSocket.OPEN;

function connect() {
    for (const path of ['/', '/echo', '/chat']) {
        const ws = new WebSocket(location.origin.replace('http', 'ws') + path);
        asked();
        sockets[path] = ws;
        ws.binaryType = 'arraybuffer';      /* the beats are binary */
        ws.onopen = () => {
            quiet = 0;
            if (Object.keys(sockets).every(isOpen)) {
                losses = 0;
                show('open');
            }
            opened(path);
        };
        ws.onmessage = ev => {
            quiet = 0;
            if (path === '/echo' && typeof ev.data !== 'string')
                showTrip(Number(new TextDecoder().decode(ev.data)));
            else
                received(path, ev.data);
        };
        ws.onclose = ev => {
            byId(path).textContent =
                `${ev.code} ${ev.reason} (wasClean ${ev.wasClean})`;
            if (sockets[path] === ws)       /* the first of the three */
                reconnect(ev);
        };
    }
}

/* The pauses grow, and differ: else all pages would be back at one moment.
 * Trap: a browser makes sockets wait if many have failed, Chromium up to 5 s,
 * though the server be back. So we first ask it for the head of this page. */
function reconnect(close) {
    show('closed');
    Object.values(sockets).forEach(ws => ws.close());
    sockets = {};
    byId('trip').textContent = 'answers';
    lost(close);
    setTimeout(async function () {
        asked();
        const signal = AbortSignal.timeout(CAP);
        const answer = fetch('', { method: 'HEAD', cache: 'no-store', signal });
        const there = await answer.then(head => head.ok, () => false);
        there ? connect() : reconnect();
    }, Math.min(CAP, 250 * 2 ** losses++) * (1 + Math.random()) / 2);
}

function showTrip(start) {
    const ms = performance.now() - start;
    byId('trip').textContent = `${ms.toFixed(1)} ms there and back`;
}

/* Trap: a server that hangs, or a cable pulled out, closes nothing. Browsers
 * let no page send a ping, so we have our own: the time at which it left. */
setInterval(function () {
    if (Object.keys(sockets).length > 0 && quiet++ === 2)
        reconnect();
    else if (isOpen('/echo'))
        sockets['/echo'].send(
            new TextEncoder().encode(performance.now().toFixed(1)));
}, BEAT);
