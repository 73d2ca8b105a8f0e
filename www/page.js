/* page.js: what the lesson pages share and no lesson is about. How a message
 * gets here stands in each page itself, which calls
 *
 *   show(state)        for the badge: connecting, open, waiting or closed
 *   asked()            when a request for messages goes out
 *   deliver(text, id)  when a message has come
 *   sendTo(route)      so that the form POSTs its text to that route, or
 *                      calls that function, which promises to send it
 */
const LOG_LENGTH = 200;         /* entries */
const SHOWN = 1000;             /* characters of a text; the rest is hidden */
const SEND_TIMEOUT = 5000;      /* ms */
const MAX_TEXT = 65536;         /* bytes that lessons 2 to 4 take */
const byId = id => document.getElementById(id);

function show(state) {
    byId('state').dataset.state = state;
    byId('state').textContent = state;
}

/* ---- Counters, and the strip of the last minute: at most one tick for each
 * tenth of a second, however many messages come ---- */

const ticks = { asks: new Set(), speaks: new Set() };

function tick(row) {
    ticks[row].add(Math.floor(Date.now() / 100));
}

function count(counter, row) {
    byId(counter).textContent = Number(byId(counter).textContent) + 1;
    tick(row);
}

function asked() {
    count('requests', 'asks');
}

setInterval(function drawStrip() {
    const start = Math.floor(Date.now() / 100) - 600;
    for (const [row, times] of Object.entries(ticks)) {
        times.forEach(time => time < start && times.delete(time));
        byId(row).setAttribute('d',
            [...times].map(time => `M${time - start} 0v10`).join(''));
    }
}, 250);

/* ---- The log. The clock's messages say when they were made; ours are timed
 * from Enter until they are back; of others, nobody here knows ---- */

const sentAt = new Map();       /* id of a message of ours: time of Enter */

function showDelay(entry) {
    const { id, text, at } = entry.message;
    const made = /^\d{13}$/.test(text) ? Number(text) : NaN;
    const ms = at - (sentAt.get(id) ?? made);
    entry.lastChild.textContent = Number.isNaN(ms) ? '–'
        : Math.abs(ms) < 10000 ? `${ms} ms` : `${Math.round(ms / 1000)} s`;
}

/* Text is put in as text, never as markup: with innerHTML, as in the notes,
 * what one reader types would run as code in the pages of all the others. */
function put(text, element) {
    element.textContent = text.slice(0, SHOWN);
    if (text.length > SHOWN) {
        /* laid out in full, a flood of long texts would freeze the page */
        const rest = document.createElement('span');
        rest.hidden = true;
        rest.append(text.slice(SHOWN));
        element.append(rest);
    }
}

function makeEntry(text, id) {
    const [entry, start, delay] = ['li', 'span', 'span']
        .map(name => document.createElement(name));
    entry.append(start, delay);
    put(text, start);
    entry.message = { id: Number(id), text, at: Date.now() };
    showDelay(entry);
    return entry;
}

function deliver(text, id) {
    put(text, byId('root'));
    byId('root').classList.toggle('long', text.length > 40);
    byId('log').prepend(makeEntry(text, id));
    if (byId('log').children.length > LOG_LENGTH)
        byId('log').lastChild.remove();
    count('messages', 'speaks');
}

/* ---- The form: what could not be sent stays in the field ---- */

async function post(route, text) {
    if (new Blob([text]).size > MAX_TEXT)
        throw new Error(`a message of over ${MAX_TEXT} bytes.`);
    const start = Date.now();
    const signal = AbortSignal.timeout(SEND_TIMEOUT);
    const answer = await fetch(route, { method: 'POST', body: text, signal });
    if (!answer.ok)
        throw new Error(`${answer.status}, ${(await answer.text()).trim()}`);
    const id = Number(answer.headers.get('Message-Id'));
    sentAt.set(id, start);
    if (sentAt.size > LOG_LENGTH)
        sentAt.delete(sentAt.keys().next().value);      /* the oldest */
    for (const entry of byId('log').children)
        if (entry.message.id === id)    /* it was here before this answer */
            showDelay(entry);
}

function whyNot(error) {
    if (error.name === 'TimeoutError')  /* the honest word: we cannot know */
        return 'Perhaps not sent: the server does not answer.';
    return 'Not sent: ' + (error.name === 'TypeError'
        ? 'the server cannot be reached.' : error.message);
}

function sendTo(route) {
    let sending = false;
    byId('form').onsubmit = async event => {
        event.preventDefault();
        const text = byId('message').value;
        if (sending || text === '')
            return;
        sending = true;                 /* Enter twice is one message */
        byId('note').className = '';
        byId('note').textContent = 'Sending …';
        try {
            await (typeof route === 'string' ? post(route, text)
                : route(text, event.submitter));
            if (byId('message').value === text)
                byId('message').value = '';
            byId('note').textContent = '';
        } catch (error) {
            byId('note').className = 'failed';
            byId('note').textContent = whyNot(error);
        }
        sending = false;
    };
}
