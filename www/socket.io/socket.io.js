/* socket.io.js: a Socket.IO client by hand, the one that the notes load.
 *
 *   socket = io(url, options)      or io.connect; without a url, the server of
 *                                  the page; the url's path is the namespace
 *   socket.on(event, listener)     also once, off; of its own it has connect,
 *                                  disconnect (reason), connect_error (error)
 *   socket.emit(event, ...args)    a function as last argument gets the answer
 *   socket.send(...args)           is emit('message', ...args)
 *   socket.connect(), .disconnect(), .id, .connected, .transport (its name),
 *       .active (will try by itself), .sendBuffer (waits while offline)
 *
 *   options.transports             which to try, the best first
 *   options.auth                   goes with CONNECT: an object, or a function
 *                                  that calls its argument with one
 *   options.path                   '/socket.io/'
 *   options.trace(what, ...)       is told ('ask', request), ('in', packet),
 *                                  ('out', packet), ('fail', transport, why)
 *
 * Left out: one connection for many namespaces (each has its own), the upgrade
 * from polling (we begin with the best), Blobs, volatile events, timeouts.
 */
self.io = (function () {
'use strict';
const PROOF = 2000;         /* ms that a transport has to prove itself */
const SOONEST = 1000, LATEST = 5000;    /* ms from a loss to an attempt */
const SEPARATOR = '\x1e';   /* between the packets of one HTTP body */

/* ---- 1. Transports: four ways to carry the packets of a session, best first.
 * Each calls session.receive(packet) and session.end(reason, why), hangs up at
 * session.stop, and returns { send(packets), close() }. A packet is a string,
 * or binary: an ArrayBuffer or a view of one ---- */

const transports = {
    websocket: overWebSocket,
    eventsource: session => overHttp(session, listenToEvents),
    iframe: session => overHttp(session, listenInFrame),
    polling: session => overHttp(session, poll),
};

function overWebSocket(session) {
    const url = session.ask('GET', 'websocket').replace(/^http/, 'ws');
    const ws = new WebSocket(url);
    ws.binaryType = 'arraybuffer';
    ws.onmessage = ev => session.receive(ev.data);
    ws.onerror = () => session.end('transport error', 'websocket error');
    ws.onclose = () => session.end('transport close');
    session.stop.onabort = () => ws.close();
    return {
        send: packets => packets.forEach(packet => ws.send(packet)),
        close: () => ws.close(),        /* behind what was sent */
    };
}

/* The others: a GET opens the session; then packets come down in one way or
 * another, LISTEN, and all go up by POST. Trap: a second POST beside the first
 * ends the session. So what is sent meanwhile goes together, in the next. */
function overHttp(session, listen) {
    const queue = [];
    let posting = null;

    async function post() {
        while (queue.length > 0 && !session.stop.aborted)
            await request(session, 'POST', takePayload(queue, session));
        posting = null;
    }

    function send(packets) {
        queue.push(...packets.map(pack));
        return posting ??= post();
    }

    const close = () => session.sid ? send(['1']).then(session.hangUp)
        : session.hangUp();

    request(session, 'GET').then(packet => {
        session.receive(packet);
        if (!session.ended)
            listen(session);
    }).catch(error => session.end('transport error', error.message));
    return { send, close };
}

/* Promises the answer's text; if there is none, that ends the session. */
async function request(session, method, body) {
    try {
        const answer = await fetch(session.ask(method, 'polling'), {
            method, body, cache: 'no-store', signal: session.stop });
        if (answer.status !== 200)
            throw new Error(`status ${answer.status}`);
        return await answer.text();
    } catch (error) {
        session.end('transport error', `${method}: ${error.message}`);
        return '';
    }
}

async function poll(session) {
    while (!session.ended) {
        const packets = (await request(session, 'GET')).split(SEPARATOR);
        packets.forEach(packet => session.receive(packet));
    }
}

function listenToEvents(session) {
    const es = new EventSource(session.ask('GET', 'eventsource'));
    es.onmessage = ev => session.receive(ev.data);
    es.onerror = () => {
        es.close();         /* trap: it would ask again, for a dead session */
        session.end('transport close');
    };
    session.stop.onabort = () => es.close();
}

function listenInFrame(session) {
    const frame = document.createElement('iframe');
    frame.hidden = true;
    frame.src = session.ask('GET', 'iframe');
    frame.receive = packet => session.receive(packet);  /* its scripts do it */
    frame.onload = () => session.end('transport close');
    session.stop.onabort = () => frame.remove();
    /* trap: a page loads until its iframes have, and this one never will */
    const start = () => session.ended || document.body.append(frame);
    document.readyState === 'complete' ? start()
        : addEventListener('load', start);
}

/* Takes the packets for one POST: as many as the server allows, but one. */
function takePayload(queue, { maxPayload }) {
    const size = packet => new TextEncoder().encode(packet).length;
    let n = 1, total = size(queue[0]);
    while (n < queue.length && (total += 1 + size(queue[n])) <= maxPayload)
        n++;
    return queue.splice(0, n).join(SEPARATOR);
}

/* Where only text can go, binary is a b and Base64. */
function pack(packet) {
    if (typeof packet === 'string')
        return packet;
    const { buffer = packet, byteOffset, byteLength } = packet;
    const bytes = new Uint8Array(buffer, byteOffset, byteLength);
    return 'b' + btoa(Array.from(bytes, byte =>
        String.fromCharCode(byte)).join(''));
}

const unpack = base64 =>
    Uint8Array.from(atob(base64), c => c.charCodeAt(0)).buffer;

/* ---- 2. Session: Engine.IO over one transport. A packet begins with its type:
 *
 *     0 open {"sid":..}   1 close   2 ping   3 pong   4 message   6 nothing
 *
 * A transport has proved itself when the server has answered our CONNECT over
 * it. The 0 proves nothing: a proxy may let a transport open, and then sit on
 * what should go over it. ---- */
class Session {
    /* USER has onopen(), onmessage(data), onend(reason) and trace(what, ..). */
    constructor(name, base, user) {
        const stopper = new AbortController();
        Object.assign(this, { name, base, user, ended: false, proved: false });
        this.stop = stopper.signal;
        this.hangUp = () => stopper.abort();
        this.expect();
        this.proof = new Promise(resolve => this.prove = resolve);
        try {
            this.link = transports[name](this);
        } catch (error) {       /* this browser has no such thing */
            this.end('transport error', error.message);
        }
    }

    ask(method, transport) {    /* the URL for a request that goes out now */
        const url = `${this.base}?EIO=4&transport=${transport}`
            + (this.sid ? `&sid=${this.sid}` : '');
        this.user.trace('ask', `${method} ${url}`);
        return url;
    }

    /* Anything within that time, or it is over. */
    expect(ms = PROOF, otherwise = `silent for ${PROOF} ms`) {
        clearTimeout(this.clock);
        this.clock = setTimeout(() => this.end(otherwise), ms);
    }

    send(packets) {
        if (!this.proved)
            this.expect();
        packets.forEach(packet => this.user.trace('out', packet));
        this.link.send(packets);
    }

    receive(packet) {
        if (this.ended)
            return;
        this.user.trace('in', packet);
        try {
            this.take(packet);
        } catch (error) {
            this.end('parse error', error.message);
        }
        if (this.ended || packet[0] === '0')
            return;
        this.expect(this.patience, 'ping timeout');
        this.proved = true;
        this.prove();
    }

    take(packet) {
        if (typeof packet !== 'string')
            return this.user.onmessage(packet);
        const data = packet.slice(1);
        switch (packet[0]) {
        case '0': return this.open(JSON.parse(data));
        case '1': return this.end('transport close');
        case '2': return this.send(['3']);
        case '4': return this.user.onmessage(data);
        case 'b': return this.user.onmessage(unpack(data));
        }
    }

    open({ sid, pingInterval, pingTimeout, maxPayload }) {
        Object.assign(this, { sid, maxPayload });
        this.patience = pingInterval + pingTimeout;
        clearTimeout(this.clock);           /* auth may take its time */
        this.user.onopen();
    }

    /* It is over, and not because we wanted it. */
    end(reason, why = reason) {
        if (this.ended)
            return;
        if (this.proved)
            this.hangUp();
        this.close();
        this.proved ? this.user.onend(reason) : this.prove(why);
    }

    /* We hang up. What was sent may still go out, in not too long a time. */
    close() {
        this.ended = true;
        clearTimeout(this.clock);
        this.link?.close();
        setTimeout(this.hangUp, PROOF);
    }
}

/* ---- 3. Packets of Socket.IO, inside the messages of Engine.IO:
 *
 *     2["chat","hi"]              EVENT
 *     2/admin,7["chat","hi"]      in namespace /admin; an ACK 7 is wanted
 *     3/admin,7["got it"]         here it is
 *     51-["photo",{"_placeholder":true,"num":0}]
 *                                 and 1 binary message follows ---- */

const CONNECT = 0, DISCONNECT = 1, EVENT = 2, ACK = 3, CONNECT_ERROR = 4;
const BINARY = 3;           /* makes EVENT 5, and ACK 6 */
const RESERVED = /^(connect(_error)?|disconnect(ing)?|(new|remove)Listener)$/;
const FORM = /^([0-6])(?:(\d+)-)?(?:(\/[^,]*)(?:,|$))?(\d+)?(.*)$/s;

/* What Session.send() takes: a text, and the binary packets that follow. */
function encode(type, namespace, data, id = '') {
    const buffers = [];
    const takeOut = (key, value) =>
        value instanceof ArrayBuffer || ArrayBuffer.isView(value)
            ? { _placeholder: true, num: buffers.push(value) - 1 } : value;
    const json = JSON.stringify(data, takeOut) ?? '';
    const n = buffers.length;
    return [`4${n > 0 ? `${type + BINARY}${n}-` : type}`
        + (namespace === '/' ? '' : `${namespace},`) + id + json, ...buffers];
}

function decode(text) {
    const [, type, count, namespace = '/', id, json] = FORM.exec(text);
    const binary = type > CONNECT_ERROR;
    return { type: binary ? type - BINARY : Number(type), namespace,
        id: id && Number(id), json, buffers: [], count: binary ? count : 0 };
}

function parse({ json, buffers }) {
    return json && JSON.parse(json, (key, value) => {
        if (buffers.length === 0 || value?._placeholder !== true)
            return value;
        if (!(value.num in buffers))
            throw new Error('no such attachment');
        return buffers[value.num];
    });
}

/* ---- 4. Socket: events, acknowledgements, reconnection ---- */

function call(listener, args) {
    try {
        listener(...args);
    } catch (error) {
        reportError(error);     /* it is the page's affair; we go on */
    }
}

class Socket {
    constructor(origin, namespace, options) {
        this.base = origin + (options.path ?? '/socket.io').replace(/\/?$/, '/');
        this.namespace = namespace;
        this.options = options;
        this.trace = options.trace ?? (() => {});
        this.listeners = new Map();     /* event: functions */
        this.acks = new Map();          /* id: who waits for that ACK */
        this.lastId = 0;
        this.sendBuffer = [];           /* packets, each as from encode() */
        this.connected = this.active = false;
        this.attempts = this.failures = 0;      /* since it was connected */
    }

    /* -- Events, both ways -- */

    on(event, listener) {
        this.listeners.set(event,
            [...this.listeners.get(event) ?? [], listener]);
        return this;
    }

    once(event, listener) {
        const one = (...args) => this.off(event, one) && listener(...args);
        return this.on(event, Object.assign(one, { listener }));
    }

    off(event, listener) {              /* or all of the event, or just all */
        const all = this.listeners.get(event) ?? [];
        const at = all.findIndex(one => [one, one.listener].includes(listener));
        this.listeners.set(event,
            listener ? all.filter((one, i) => i !== at) : []);
        if (event === undefined)
            this.listeners.clear();
        return this;
    }

    fire(event, ...args) {
        this.listeners.get(event)?.forEach(one => call(one, args));
    }

    emit(event, ...args) {
        if (RESERVED.test(event))
            throw new Error(`"${event}" is a reserved event name`);
        let id;
        if (typeof args.at(-1) === 'function')
            this.acks.set(id = ++this.lastId, args.pop());
        const packets = encode(EVENT, this.namespace, [event, ...args], id);
        this.connected ? this.session.send(packets)
            : this.sendBuffer.push(packets);
        return this;
    }

    send(...args) {
        return this.emit('message', ...args);
    }

    /* -- What the session brings -- */

    onopen() {
        const { session, options: { auth } } = this;
        const say = data => session.send(encode(CONNECT, this.namespace, data));
        typeof auth === 'function' ? auth(say) : say(auth);
    }

    onmessage(data) {
        const isText = typeof data === 'string';
        if (isText !== !this.packet)
            throw new Error('text and binary in the wrong order');
        const packet = this.packet ??= decode(data);
        if (!isText)
            packet.buffers.push(data);
        if (packet.buffers.length < packet.count)
            return;
        this.packet = null;
        if (packet.namespace === this.namespace)
            this.onpacket(packet, parse(packet));
    }

    onpacket({ type, id }, data) {
        switch (type) {
        case CONNECT: return this.onconnect(data);
        case EVENT: return this.fire(...data, ...this.answerer(id));
        case ACK: return this.onack(id, data);
        case DISCONNECT: return this.onrefusal('io server disconnect');
        case CONNECT_ERROR: return this.onrefusal(data.message, data.data);
        }
    }

    onconnect({ sid }) {
        this.id = sid;
        this.transport = this.session.name;
        this.connected = true;
        this.failures = 0;
        this.sendBuffer.splice(0).forEach(one => this.session.send(one));
        this.fire('connect');
    }

    /* Answers the server, if it wants that: once, and in this session only. */
    answerer(id) {
        let { session } = this;
        return id === undefined ? [] : [(...args) => {
            if (session === this.session)
                session.send(encode(ACK, this.namespace, args, id));
            session = undefined;
        }];
    }

    onack(id, args) {
        call(this.acks.get(id) ?? (() => {}), args);
        this.acks.delete(id);
    }

    /* The server does not want us; the page may ask again. */
    onrefusal(reason, data) {
        this.active = false;
        this.session.close();
        this.onend(reason, data);
    }

    onend(reason, data) {
        const wasConnected = this.connected;
        this.connected = false;
        this.id = this.transport = this.session = this.packet = undefined;
        wasConnected && this.acks.clear();  /* no answer can come any more */
        if (this.active)
            this.retry();
        wasConnected ? this.fire('disconnect', reason) : this.fire(
            'connect_error', Object.assign(new Error(reason), { data }));
    }

    /* -- Connecting -- */

    connect() {
        if (!this.active) {
            this.active = true;
            this.attempt();
        }
        return this;
    }

    disconnect() {
        this.active = false;
        this.attempts++;                /* one that runs is to stop */
        clearTimeout(this.timer);
        if (this.connected)
            this.session.send(encode(DISCONNECT, this.namespace));
        this.session?.close();
        if (this.connected)
            this.onend('io client disconnect');
        return this;
    }

    /* Trap: a browser makes WebSockets wait if many have failed, Chromium up
     * to 5 s, although the server is back. So we first ask for anything else. */
    isThere() {
        const url = this.base + 'socket.io.js';
        this.trace('ask', `HEAD ${url}`);
        return fetch(url, { method: 'HEAD', mode: 'no-cors', cache: 'no-store',
            signal: AbortSignal.timeout(PROOF) })
            .then(answer => answer.status < 500, () => false);
    }

    async attempt() {
        const attempt = ++this.attempts;
        const names = this.options.transports ?? Object.keys(transports);
        const isThere = attempt === 1 || await this.isThere();
        for (const name of isThere ? names : []) {
            if (attempt !== this.attempts)
                return;
            this.session = new Session(name, this.base, this);
            const why = await this.session.proof;
            if (why === undefined)
                return;
            this.trace('fail', name, why);
        }
        if (attempt === this.attempts)
            this.onend(isThere ? 'no transport works' : 'the server is away');
    }

    /* They grow, and differ: or all clients would be back at one moment. */
    retry() {
        const least = Math.min(SOONEST * 1.5 ** this.failures++, LATEST / 1.5);
        this.timer = setTimeout(() => this.attempt(),
            least * (1 + Math.random() / 2));
    }
}

function io(url, options) {
    if (typeof url !== 'string')
        [url, options] = ['', url ?? options];
    url ||= '/';                                    /* the page's server */
    if (!/^(\w+:\/)?\//.test(url))
        url = `${location.protocol}//${url}`;       /* localhost:3000 */
    url = new URL(url.replace(/^ws/, 'http'), location.href);
    return new Socket(url.origin, decodeURI(url.pathname), options ?? {})
        .connect();
}

return Object.assign(io, { connect: io });
})();
