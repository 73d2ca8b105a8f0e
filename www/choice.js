/* choice.js: which transports lesson 6 may use, and what became of them; what
 * waits while it is offline; its heartbeat. The page has a socket, and start()
 * for a new one; it uses
 *
 *   chosen()       the transports that are ticked, the best first
 *   showChoice()   when any of that may have changed
 *   trace          options.trace of the client
 *   beat(then)     so that then(ms) is called when the server has answered
 */
const NAMES = ['websocket', 'eventsource', 'iframe', 'polling'];
const BEAT = 800;           /* ms; two in vain, and the server is gone */
const AWAY = 5000;          /* ms that we are offline when asked to */
const PAUSE = 500;          /* ms, when the server is silent */
let why = {};               /* transport: why it did not work */
let quiet = 0;              /* beats since anything last came */

const chosen = () => NAMES.filter(name => byId(name).checked);

function showChoice() {
    for (const name of NAMES)
        byId(`${name}-is`).textContent = socket.transport === name ? 'in use'
            : !byId(name).checked ? 'not in this browser'
                : why[name] ?? (socket.connected ? 'not needed' : '–');
    if (!socket.connected)
        byId('trip').textContent = '';
    const kept = socket.sendBuffer.map(([packet]) => packet);
    byId('waiting').textContent = kept.length > 0 ? `${kept.length} wait` : '';
    byId('kept').textContent = kept.join('\n');
}

NAMES.forEach(name => { byId(name).onchange = () => start(); });

function rest(ms) {
    socket.disconnect();
    setTimeout(() => socket.connect(), ms);
}

byId('away').onclick = () => rest(AWAY);

function trace(what, first, second) {
    if (what === 'in')
        quiet = 0;
    if (what === 'ask')
        asked();
    else if (what === 'fail')
        why[first] = second;
    else if (!/"beat"/.test(first))
        drawPacket(what === 'in' ? 'received' : 'sent', first);
}

function beat(then) {
    const start = performance.now();
    socket.emit('echo', 'beat', () => then(performance.now() - start));
}

function showTrip(ms) {
    byId('trip').textContent = `${ms.toFixed(1)} ms there and back`;
}

/* Trap: a server that hangs, or a cable pulled out, closes nothing, and it may
 * be 45 s until a ping is missed. */
setInterval(function () {
    if (!socket.connected)
        quiet = 0;
    else if (quiet++ < 2)
        beat(showTrip);
    else
        rest(PAUSE);
}, BEAT);
