/* frame.js: the frame around a message, drawn field by field (RFC 6455, 5.2).
 *
 *   drawFrame(id, data)        into the list #id; data as in a MessageEvent
 *   drawFrame(id, data, KEY)   as a client sends it: masked
 */
const KEY = [0x37, 0xfa, 0x21, 0x3d];   /* of the RFC's example, "Hello" */
const PAYLOAD_SHOWN = 10;               /* bytes */

const hex = bytes =>
    Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join(' ');
const bits = (number, width) => number.toString(2).padStart(width, '0');

function make(tag, ...children) {
    const element = document.createElement(tag);
    element.append(...children);
    return element;
}

/* Bytes, and under them the fields that they hold. */
function box(bytes, fields) {
    return make('li', make('code', bytes), make('div',
        ...Object.entries(fields).map(([name, value]) =>
            make('span', make('small', name), value))));
}

function drawFrame(id, data, key) {
    const text = typeof data === 'string';
    const payload = text ? new TextEncoder().encode(data)
        : new Uint8Array(data);
    const n = payload.length;
    const extra = n < 126 ? 0 : n < 65536 ? 2 : 8;      /* bytes of length */
    const length = extra === 0 ? n : extra === 2 ? 126 : 127;
    const more = Array.from({ length: extra },
        (_, i) => Math.floor(n / 256 ** (extra - 1 - i)) % 256);
    const seen = payload.slice(0, PAYLOAD_SHOWN)
        .map((byte, i) => byte ^ (key ? key[i % 4] : 0));
    const boxes = [
        box(hex([text ? 0x81 : 0x82]), { FIN: 1, RSV: '000',
            opcode: text ? '0001 text' : '0010 binary' }),
        box(hex([(key ? 0x80 : 0) + length]), { MASK: key ? 1 : 0,
            length: `${bits(length, 7)} = ${length}` })];
    if (extra > 0)
        boxes.push(box(hex(more), { 'length in full': n }));
    if (key)
        boxes.push(box(hex(key), { 'masking key': 'an example' }));
    boxes.push(box(hex(seen) + (n > PAYLOAD_SHOWN ? ' …' : ''),
        { [key ? 'masked payload' : 'payload']: `${n} bytes` }));
    byId(id).replaceChildren(...boxes);
    byId(`${id}-size`).textContent =
        `${2 + extra + (key ? 4 : 0)} + ${n} bytes`;
}
