// What a new user of socket.io-client does with lesson 6, in three modes.
//   NODE_PATH=.../node_modules node client.js URL MODE...
// Prints a line for each mode and step that holds; ends with 1 at the first
// that does not.
'use strict'
const assert = require('node:assert')
const { once } = require('node:events')
const { io } = require('socket.io-client')

const MODES = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  upgrade: {},
}

const [url, ...modes] = process.argv.slice(2)
let open = []

function connect(mode, path = '/') {
  const socket = io(url + path, { ...MODES[mode], forceNew: true, reconnection: false })
  open.push(socket)
  return socket
}

async function connected(mode, path) {
  const socket = connect(mode, path)
  await next(socket, 'connect')
  return socket
}

// The arguments of the next such event.
const next = (socket, name) => once(socket, name, { signal: AbortSignal.timeout(8000) })

// Nothing more may come for any of them: what does come comes before an ack.
async function nothingFor(...sockets) {
  for (const socket of sockets) {
    const late = []
    socket.onAny((...all) => late.push(all))
    await socket.timeout(8000).emitWithAck('echo', 1)
    assert.deepStrictEqual(late, [])
    socket.offAny()
  }
}

const steps = {
  async 'message is answered'(mode) {
    const a = await connected(mode)
    a.emit('message', 'hello')
    assert.deepStrictEqual(await next(a, 'message'), ['服务器说:hello'])
    a.send('"quoted" \\ \n \u0001 \u{1f600} </script>')
    assert.deepStrictEqual(await next(a, 'message'),
      ['服务器说:"quoted" \\ \n \u0001 \u{1f600} </script>'])
    a.send({ n: 1 })
    assert.deepStrictEqual(await next(a, 'message'), ['服务器说:{"n":1}'])
  },

  async 'broadcast goes to everybody'(mode) {
    const [a, b] = [await connected(mode), await connected(mode)]
    const both = [next(a, 'message'), next(b, 'message')]
    a.emit('broadcast', '全局广播')
    assert.deepStrictEqual(await Promise.all(both), [['全局广播'], ['全局广播']])
  },

  async 'others goes to everybody else'(mode) {
    const [a, b] = [await connected(mode), await connected(mode)]
    const heard = next(b, 'message')
    a.emit('others', { deep: [1, null, 1e21, -0.5] })
    assert.deepStrictEqual(await heard, [{ deep: [1, null, 1e21, -0.5] }])
    await nothingFor(a)
  },

  async 'rooms'(mode) {
    const [a, b, c] = await Promise.all([connected(mode), connected(mode), connected(mode)])
    assert.strictEqual(await a.emitWithAck('join', 'r'), 1)
    assert.strictEqual(await b.emitWithAck('join', 'r'), 2)
    assert.strictEqual(await b.emitWithAck('join', 'r'), 2)
    const both = [next(a, 'message'), next(b, 'message')]
    c.emit('room', 'r', 'for the room')
    assert.deepStrictEqual(await Promise.all(both), [['for the room'], ['for the room']])
    assert.strictEqual(await b.emitWithAck('leave', 'r'), 1)
    const one = next(a, 'message')
    c.emit('room', 'r', 'for one')
    assert.deepStrictEqual(await one, ['for one'])
    await nothingFor(b, c)
  },

  async 'echo acknowledges'(mode) {
    const a = await connected(mode)
    const all = [1.5, -0, 'x', '', null, true, [], {}, { b: 1, a: [2] }, '\u2028</script>']
    const back = await new Promise((resolve) => a.emit('echo', ...all, (...args) => resolve(args)))
    assert.deepStrictEqual(JSON.stringify(back), JSON.stringify(all))
    a.emit('echo', ...all)
    assert.deepStrictEqual(JSON.stringify(await next(a, 'echo')), JSON.stringify(all))
    assert.deepStrictEqual(await new Promise((resolve) => a.emit('echo', (...args) => resolve(args))), [])
  },

  async 'binary, both ways'(mode) {
    const a = await connected(mode)
    const bytes = (n) => Buffer.from(Array.from({ length: n }, (_, i) => i * 7 & 255))
    for (const n of [0, 1, 2, 3, 1000, 200000]) {
      const back = await a.timeout(8000).emitWithAck('echo', { deep: [bytes(n)] })
      assert.deepStrictEqual(Buffer.from(back.deep[0]), bytes(n))
    }
    a.emit('echo', bytes(5), 'between', bytes(6))
    const [x, y, z] = await next(a, 'echo')
    assert.deepStrictEqual([Buffer.from(x), y, Buffer.from(z)], [bytes(5), 'between', bytes(6)])
    const b = await connected(mode)
    const heard = next(b, 'message')
    a.emit('others', bytes(9))
    assert.deepStrictEqual(Buffer.from((await heard)[0]), bytes(9))
  },

  async 'namespaces'(mode) {
    const [a, chat] = [await connected(mode), await connected(mode, '/chat')]
    const heard = next(chat, 'message')
    a.emit('broadcast', 'for the main namespace')
    chat.emit('broadcast', 'for the chat')
    assert.deepStrictEqual(await heard, ['for the chat'])
    const [error] = await next(connect(mode, '/nowhere'), 'connect_error')
    assert.strictEqual(error.message, 'Invalid namespace')
  },

  async 'several namespaces on one connection'(mode) {
    const a = io(url, { ...MODES[mode], reconnection: false })
    const chat = a.io.socket('/chat')
    open.push(a, chat)
    await Promise.all([next(a, 'connect'), next(chat, 'connect')])
    chat.disconnect()
    assert.strictEqual(await a.emitWithAck('echo', 'still there'), 'still there')
  },

  // Begun at once, so that in mode upgrade they meet the upgrade.
  async 'in order, both ways, fifty times'(mode) {
    for (let i = 0; i < 50; i++) {
      const a = connect(mode)
      const answers = []
      const done = new Promise((resolve) => a.on('echo', (n) => answers.push(n) === 2000 && resolve()))
      for (let n = 0; n < 2000; n++)
        setTimeout(() => a.emit('echo', n), n / 100)
      await done
      assert.deepStrictEqual(answers, Array.from({ length: 2000 }, (_, n) => n))
      a.disconnect()
    }
  },

  async 'the transport it should have'(mode) {
    const a = await connected(mode)
    if (mode === 'upgrade' && a.io.engine.transport.name !== 'websocket')
      await next(a.io.engine, 'upgrade')
    assert.strictEqual(a.io.engine.transport.name, mode === 'polling' ? 'polling' : 'websocket')
    assert.match(a.id, /^[\w-]{20}$/)
  },

  async 'disconnect, and connect again'(mode) {
    const a = await connected(mode)
    const first = a.id
    a.disconnect()
    a.connect()
    await next(a, 'connect')
    assert.notStrictEqual(a.id, first)
    assert.strictEqual(await a.emitWithAck('echo', 1), 1)
  },
}

async function main() {
  for (const mode of modes)
    for (const [name, step] of Object.entries(steps)) {
      try {
        await step(mode)
      } catch (error) {
        console.log(`${mode}: ${name}: FAILED`)
        console.log(error)
        process.exit(1)
      }
      console.log(`${mode}: ${name}`)
      for (const socket of open)
        socket.disconnect()
      open = []
    }
  process.exit(0)
}

main()
