/* packet.js: a packet of lesson 6, drawn field by field.
 *
 *   drawPacket(id, packet)     into the list #id; a packet is a string, or
 *                              binary
 */
const ENGINE_IO = ['open', 'close', 'ping', 'pong', 'message', '', 'nothing'];
const SOCKET_IO = ['CONNECT', 'DISCONNECT', 'EVENT', 'ACK', 'CONNECT_ERROR',
    'BINARY_EVENT', 'BINARY_ACK'];
const PACKET = /^(\d)(\d)?(?:(\d+)-)?(?:(\/[^,]*),)?(\d+)?(.*)$/s;
const REST_SHOWN = 60;      /* characters */

function fieldsOf(packet) {
    const [, engine, type, count, namespace, ack, rest] = PACKET.exec(packet);
    return [
        [engine, 'Engine.IO', ENGINE_IO[engine]],
        [type, 'Socket.IO', SOCKET_IO[type]],
        [count && `${count}-`, 'binaries', `${count} follow`],
        [namespace && `${namespace},`, 'namespace', namespace],
        [ack, 'ack', `number ${ack}`],
        [rest, 'JSON', `${new TextEncoder().encode(rest).length} bytes`],
    ].filter(([text]) => text);
}

function drawPacket(id, packet) {
    const fields = typeof packet !== 'string'
        ? [['…', 'binary', `${packet.byteLength} bytes`]]
        : packet[0] === 'b' ? [['b', 'binary', 'in Base64'], [packet.slice(1)]]
            : fieldsOf(packet);
    byId(id).replaceChildren(...fields.map(([text, name, meaning]) =>
        box(text.length > REST_SHOWN ? text.slice(0, REST_SHOWN) + ' …' : text,
            { [name]: meaning })));
}
