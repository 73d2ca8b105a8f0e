// Lesson 6's program table, row by row, as a client sees it: the stock one in
// Node (stock/client.js) and our own in a browser (browser/socketio.c).
//
//   conversation(connect)      name: function that promises to get through it;
//                              connect(namespace) begins a connection
'use strict'
const MS = 8000
const TIMES = 50

// What comes, comparable: binary as numbers, -0 unlike 0.
const plain = (x) => JSON.stringify(x, (key, value) =>
  value?.type === 'Buffer' ? value.data
    : value instanceof ArrayBuffer ? [...new Uint8Array(value)]
      : ArrayBuffer.isView(value) ? [...value]
        : Object.is(value, -0) ? '-0' : value)

function equal(got, wanted) {
  if (plain(got) !== plain(wanted))
    throw new Error(`got ${plain(got)?.slice(0, 300)}, not ${plain(wanted)?.slice(0, 300)}`)
}

const inTime = (what, begin) => new Promise((resolve, reject) => {
  setTimeout(() => reject(new Error(`no ${what} in ${MS} ms`)), MS)
  begin(resolve)
})

// The arguments of the next such event; of the acknowledgement.
const next = (socket, name) => inTime(name, (done) => socket.once(name, (...args) => done(args)))
const ask = (socket, ...args) => inTime('answer', (done) => socket.emit(...args, (...got) => done(got)))

function conversation(connect) {
  const open = []
  const begin = (namespace) => (open.push(connect(namespace)), open.at(-1))

  async function connected(namespace = '/') {
    const socket = begin(namespace)
    await next(socket, 'connect')
    return socket
  }

  // None of them may hear a message: what does come, comes before an answer.
  async function hearNothing(sockets, during) {
    const heard = []
    sockets.forEach((socket) => socket.on('message', (...args) => heard.push(args)))
    await during
    await Promise.all(sockets.map((socket) => ask(socket, 'echo')))
    equal(heard, [])
    sockets.forEach((socket) => socket.off('message'))
  }

  async function inOrder() {
    const socket = begin('/')
    const answers = []
    await inTime('end', (done) => {
      socket.on('echo', (n) => answers.push(n) === 2000 && done())
      for (let n = 0; n < 2000; n++)
        setTimeout(() => socket.emit('echo', n), n / 100)
    })
    equal(answers, Array.from({ length: 2000 }, (_, n) => n))
    socket.disconnect()
  }

  const bytes = (n) => Uint8Array.from({ length: n }, (_, i) => i * 7)

  const steps = {
    async 'message is answered'() {
      const a = await connected()
      for (const [said, heard] of [
        ['hello', 'hello'], ['', ''], [{ n: 1 }, '{"n":1}'],
        ['"quoted" \\ \n \u0001 \u2028 \u{1f600} </script>', '"quoted" \\ \n \u0001 \u2028 \u{1f600} </script>'],
      ]) {
        const answer = next(a, 'message')
        a.send(said)
        equal(await answer, ['服务器说:' + heard])
      }
    },

    async 'broadcast goes to everybody'() {
      const [a, b] = [await connected(), await connected()]
      const both = Promise.all([next(a, 'message'), next(b, 'message')])
      a.emit('broadcast', '全局广播')
      equal(await both, [['全局广播'], ['全局广播']])
    },

    async 'others goes to everybody else'() {
      const [a, b] = [await connected(), await connected()]
      const heard = next(b, 'message')
      a.emit('others', { deep: [1, null, 1e21, -0.5] })
      await hearNothing([a], heard)
      equal(await heard, [{ deep: [1, null, 1e21, -0.5] }])
    },

    async 'rooms'() {
      const [a, b, c] = [await connected(), await connected(), await connected()]
      equal(await ask(a, 'join', 'r'), [1])
      equal(await ask(b, 'join', 'r'), [2])
      equal(await ask(b, 'join', 'r'), [2])
      const both = Promise.all([next(a, 'message'), next(b, 'message')])
      c.emit('room', 'r', 'for two')
      equal(await both, [['for two'], ['for two']])
      equal(await ask(b, 'leave', 'r'), [1])
      const one = next(a, 'message')
      c.emit('room', 'r', 'for one')
      await hearNothing([b, c], one)
      equal(await one, ['for one'])
    },

    async 'echo'() {
      const a = await connected()
      const all = [1.5, 'x', '', null, true, [], {}, { b: 1, a: [2] }, '\u2028</script>']
      equal(await ask(a, 'echo', ...all), all)
      equal(await ask(a, 'echo'), [])
      const back = next(a, 'echo')
      a.emit('echo', ...all)
      equal(await back, all)
    },

    async 'binary'() {
      const [a, b] = [await connected(), await connected()]
      for (const n of [0, 1, 2, 3, 1000, 200000])
        equal(await ask(a, 'echo', { deep: [bytes(n)] }), [{ deep: [bytes(n)] }])
      const back = next(a, 'echo')
      a.emit('echo', bytes(5), 'between', bytes(6))
      equal(await back, [bytes(5), 'between', bytes(6)])
      const heard = next(b, 'message')
      a.emit('others', bytes(9))
      equal(await heard, [bytes(9)])
    },

    async 'namespaces'() {
      const [a, chat] = [await connected(), await connected('/chat')]
      const heard = next(chat, 'message')
      a.emit('broadcast', 'for the main namespace')
      await ask(a, 'echo')
      chat.emit('broadcast', 'for the chat')
      equal(await heard, ['for the chat'])
      const [error] = await next(begin('/nowhere'), 'connect_error')
      equal(error.message, 'Invalid namespace')
    },

    async 'in order, both ways'() {
      for (let i = 0; i < TIMES; i++)
        await inOrder()
    },

    async 'disconnect, and connect again'() {
      const a = await connected()
      const first = a.id
      equal(/^[\w-]{20}$/.test(first), true)
      const gone = next(a, 'disconnect')
      a.disconnect()
      equal((await gone)[0], 'io client disconnect')
      a.emit('echo', 'kept')
      const back = next(a, 'echo')
      a.connect()
      equal(await back, ['kept'])
      equal(a.id !== first, true)
    },
  }

  const cleanly = (step) => async () => {
    await step()
    open.splice(0).forEach((socket) => socket.disconnect())
  }
  return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, cleanly(step)]))
}

if (typeof module !== 'undefined')
  module.exports = { conversation, equal, next, ask }
