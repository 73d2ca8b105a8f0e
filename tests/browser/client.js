// socket.io.js, sentence by sentence, against a server, a network and a clock
// that are all ours: no byte leaves the page, and no second passes by itself.
//
//   steps                      name: function that promises to get through it
'use strict'
const steps = (() => {
const SID = { sid: 'engine', upgrades: [], pingInterval: 25000, pingTimeout: 20000, maxPayload: 100 }
const OPEN = '0' + JSON.stringify(SID)
const JOINED = '40{"sid":"socket"}'

function equal(got, wanted, what = 'it') {
  const [a, b] = [JSON.stringify(got), JSON.stringify(wanted)]
  if (a !== b)
    throw new Error(`${what} is ${a}, not ${b}`)
}

// ---- the clock ----

const real = { setTimeout: self.setTimeout.bind(self), random: Math.random }
const settle = () => new Promise((done) => real.setTimeout(done, 2))
let now, timers, count = 0

self.setTimeout = (f, ms = 0) => (timers.push({ f, due: now + ms, id: ++count }), count)
self.clearTimeout = (id) => { timers = timers.filter((t) => t.id !== id) }

async function pass(ms) {
  const end = now + ms
  for (;;) {
    await settle()
    const next = timers.filter((t) => t.due <= end).sort((a, b) => a.due - b.due)[0]
    if (!next)
      break
    clearTimeout(next.id)
    now = next.due
    next.f()
  }
  now = end
}

// ---- the network ----

let webSockets, eventSources, asked, answer

self.WebSocket = class {
  constructor(url) {
    Object.assign(this, { url, sent: [], closed: false })
    webSockets.push(this)
  }
  send(packet) { this.sent.push(packet) }
  close() { this.closed = true }
  say(...packets) { packets.forEach((data) => this.onmessage({ data })) }
}

self.EventSource = class {
  constructor(url) {
    Object.assign(this, { url })
    eventSources.push(this)
  }
  close() {}
  say(...packets) { packets.forEach((data) => this.onmessage({ data })) }
}

const never = new Promise(() => {})
const text = (body, status = 200) => ({ status, text: async () => body })

self.fetch = async (url, { method, body }) => {
  const { searchParams } = new URL(url)
  asked.push([now, method, url])
  return answer(method, body, searchParams.get('sid'))
}

self.reportError = () => {}

// ---- what the steps have in common ----

let heard, out, fails

function begin(url, options) {
  const trace = (what, ...more) => {
    if (what === 'out')
      out.push(more[0])
    if (what === 'fail')
      fails.push([now, ...more])
  }
  const socket = io(url, { trace, ...options })
  for (const event of ['connect', 'disconnect', 'connect_error', 'message'])
    socket.on(event, (x) => heard.push(x === undefined ? event : `${event} ${x.message ?? x}`))
  return socket
}

const last = () => webSockets.at(-1)

async function connected(url, options) {
  const socket = begin(url, options)
  await settle()
  last().say(OPEN, JOINED)
  equal(socket.connected, true, 'connected')
  return socket
}

async function reconnects() {
  const before = webSockets.length
  while (webSockets.length === before)
    await pass(100)
  last().say(OPEN, JOINED)
}

// The server is there (or not), whatever is asked; HEAD is the client's way to
// find out.
const there = (method) => method === 'HEAD' ? text('') : never
const away = () => Promise.reject(new Error('away'))

// The same over polling: what it has to say, it says to one GET after another.
const polls = (...says) => (method, body, sid) => method !== 'GET' ? text('ok')
  : sid === null ? text(OPEN)
    : says.length > 0 ? text(says.shift()) : never

// A loss, and what must come of it.
const losses = {
  'transport close': (ws) => ws.onclose(),
  'transport error': (ws) => ws.onerror(),
  'ping timeout': () => pass(45000),
  'parse error': (ws) => ws.say('4?'),
}

const steps = {
  async 'url, path and namespace'() {
    for (const [url, base, connect] of [
      [undefined, location.host, '40'],
      ['', location.host, '40'],
      ['/', location.host, '40'],
      ['/chat', location.host, '40/chat,'],
      ['http://example.com', 'example.com', '40'],
      ['https://example.com/a/b', 'example.com', '40/a/b,'],
      ['http://example.com:81/chat?x=1', 'example.com:81', '40/chat,'],
      ['example.com:81/chat', 'example.com:81', '40/chat,'],
      ['ws://example.com/', 'example.com', '40'],
    ]) {
      begin(url)
      await settle()
      const to = new URL(last().url)
      equal([to.host, to.pathname + to.search],
        [base, '/socket.io/?EIO=4&transport=websocket'], url)
      equal(to.protocol, url?.startsWith('https') ? 'wss:' : 'ws:', url)
      last().say(OPEN)
      equal(last().sent, [connect], url)
    }
    begin('ws://example.com/', { transports: ['polling'] })
    equal(asked.at(-1)[2].split('?')[0], 'http://example.com/socket.io/')
    equal(io.connect === io, true)
    for (const path of ['/elsewhere', '/elsewhere/']) {
      await connected({ path })
      equal(new URL(last().url).pathname, '/elsewhere/')
    }
  },

  async 'auth goes with CONNECT'() {
    begin('/', { auth: { token: 'x' } })
    begin('/chat', { auth: (say) => say({ token: 'y' }) })
    await settle()
    webSockets.forEach((ws) => ws.say(OPEN))
    equal(webSockets.map((ws) => ws.sent), [['40{"token":"x"}'], ['40/chat,{"token":"y"}']])
  },

  async 'auth may take its time'() {
    const auth = (say) => setTimeout(() => say({ token: 'z' }), 30000)
    for (const transport of ['websocket', 'eventsource', 'polling']) {
      answer = polls(...transport === 'polling' ? [never, JOINED] : [])
      const socket = begin('/', { auth, transports: [transport] })
      await settle()
      last()?.say(OPEN)
      await pass(29999)
      equal(out.splice(0), [], transport)
      await pass(1)
      equal(out, ['40{"token":"z"}'], transport)
      if (transport === 'eventsource')
        await pass(1999)
      equal([socket.active, fails], [true, []], transport)
      socket.disconnect()
      out.splice(0)
    }
    begin('/', { auth, transports: ['eventsource'] })
    await pass(31999)
    equal(fails, [])
    await pass(1)
    equal(fails.map(([at, name]) => [at, name]), [[now, 'eventsource']])
  },

  async 'id, connected, transport'() {
    const socket = begin('/')
    const state = () => [socket.id, socket.connected, socket.transport]
    await settle()
    last().say(OPEN)
    equal(state(), [undefined, false, undefined])
    last().say(JOINED)
    equal(state(), ['socket', true, 'websocket'])
    last().onclose()
    equal(state(), [undefined, false, undefined])
    equal(heard, ['connect', 'disconnect transport close'])
  },

  async 'on, once, off'() {
    const socket = await connected('/')
    const got = []
    const one = (x) => got.push(`one ${x}`), two = (x) => got.push(`two ${x}`)
    const say = (x) => (last().say(`42["event","${x}"]`), got.splice(0))
    equal(socket.on('event', one) === socket, true)
    socket.once('event', two)
    equal(say('a'), ['one a', 'two a'])
    equal(say('b'), ['one b'])
    socket.once('event', two).off('event', two)
    equal(say('c'), ['one c'], 'after off of a once')
    socket.on('event', two).off('event', one)
    equal(say('d'), ['two d'], 'after off of one')
    socket.on('event', two).off('event', two)
    equal(say('d'), ['two d'], 'after off of one of two that are the same')
    socket.on('event', one).off('event')
    equal(say('e'), [], 'after off of all')
    socket.on('event', one).off()
    last().say('42["message","unheard"]')
    equal([...say('f'), ...heard], ['connect'], 'after off of everything')
  },

  async 'a listener that throws stops nothing'() {
    const socket = await connected('/')
    socket.once('message', () => { throw new Error('bug') })
    last().say('42["message","a"]', '42["message","b"]')
    equal(heard, ['connect', 'message a', 'message b'])
  },

  async 'emit, send, and the answers both ways'() {
    const socket = await connected('/')
    const answers = []
    socket.send('hi').emit('a', 1, 'x', { n: null })
    socket.emit('b', (...args) => answers.push(args))
    socket.emit('c', 2, (...args) => answers.push(args))
    equal(last().sent.slice(1), ['42["message","hi"]', '42["a",1,"x",{"n":null}]', '421["b"]', '422["c",2]'])
    last().say('432["second"]', '431["first",1]', '431["again"]', '439[]')
    equal(answers, [['second'], ['first', 1]])
    socket.on('question', (n, say) => (say(n + 1), say('twice')))
    last().say('427["question",41]')
    equal(last().sent.slice(5), ['437[42]'])
    for (const name of ['connect', 'connect_error', 'disconnect', 'disconnecting',
      'newListener', 'removeListener']) {
      let thrown = false
      try { socket.emit(name) } catch { thrown = true }
      equal(thrown, true, name)
    }
  },

  async 'binary, both ways'() {
    const socket = await connected('/')
    const bytes = Uint8Array.of(1, 2, 255)
    socket.emit('a', bytes, { deep: bytes.buffer })
    equal(last().sent.slice(1).map((x) => x.byteLength ?? x),
      ['452-["a",{"_placeholder":true,"num":0},{"deep":{"_placeholder":true,"num":1}}]', 3, 3])
    let got
    socket.on('b', (...args) => { got = args.map((x) => [...new Uint8Array(x)]) })
    const placeholder = (num) => `{"_placeholder":true,"num":${num}}`
    last().say(`452-["b",${placeholder(1)},${placeholder(0)}]`, Uint8Array.of(7).buffer)
    equal(got, undefined)
    last().say(Uint8Array.of(8).buffer)
    equal(got, [[8], [7]])
  },

  async 'a ping has its pong'() {
    await connected('/')
    last().say('2')
    equal(last().sent.at(-1), '3')
  },

  async 'the reasons of disconnect'() {
    for (const [reason, lose] of Object.entries(losses)) {
      heard = []
      const socket = await connected('/')
      await lose(last())
      equal(heard, ['connect', `disconnect ${reason}`])
      equal(socket.active, true, `active after ${reason}`)
      socket.disconnect()
    }
  },

  async 'no reconnection that nobody wants'() {
    const socket = await connected('/')
    last().say('41')
    equal([heard.at(-1), socket.active, last().closed], ['disconnect io server disconnect', false, true])
    await pass(60000)
    socket.connect()
    await settle()
    last().say(OPEN, JOINED)
    socket.disconnect()
    equal([heard.at(-1), socket.active, last().closed], ['disconnect io client disconnect', false, true])
    equal(last().sent.at(-1), '41')
    await pass(60000)
    equal(webSockets.length, 2)
  },

  async 'one connection, however often it is wanted'() {
    const socket = await connected('/')
    socket.connect().connect()
    await pass(1000)
    equal(webSockets.length, 1)
    socket.disconnect().connect()
    await pass(100)
    socket.disconnect()
    last().say(OPEN, JOINED)        // too late
    let found
    answer = () => new Promise((done) => { found = () => done(text('')) })
    socket.connect()
    await pass(100)
    socket.disconnect()             // while it looks for the server
    found()
    await pass(60000)
    equal([webSockets.length, socket.connected], [2, false])
  },

  async 'connect_error'() {
    const socket = begin('/nowhere')
    await settle()
    last().say(OPEN, '44/nowhere,{"message":"Invalid namespace","data":{"n":1}}')
    equal([heard, socket.active, last().closed], [['connect_error Invalid namespace'], false, true])
    const other = begin('/', { transports: ['websocket'] })
    await settle()
    last().onerror()
    await pass(500)
    equal([heard.at(-1), other.active], ['connect_error no transport works', true])
  },

  async 'the best transport that works, each in 2 s'() {
    const socket = begin('/')
    let opened = 0
    const server = polls(JOINED)
    answer = (method, body, sid) =>
      method === 'GET' && !sid && ++opened === 2 ? never : server(method, body, sid)
    await pass(1999)
    equal([webSockets.length, eventSources.length, fails.length], [1, 0, 0])
    await pass(1)
    equal([webSockets[0].closed, eventSources.length], [true, 1])
    equal(new URL(eventSources[0].url).search, '?EIO=4&transport=eventsource&sid=engine')
    await pass(1999)
    equal(fails.length, 1)
    await pass(2100)
    equal(fails.map(([at, name]) => [at, name]), [[2000, 'websocket'], [4000, 'eventsource'], [6000, 'iframe']])
    equal([socket.connected, socket.transport, heard], [true, 'polling', ['connect']])
  },

  async 'a WebSocket that opens, and then is mute, is none'() {
    for (const mute of [(ws) => pass(2000), (ws) => ws.onclose()]) {
      const socket = begin('/'), before = eventSources.length
      answer = polls()
      await settle()
      last().say(OPEN)
      await mute(last())
      await settle()
      equal(eventSources.length - before, 1)
      socket.disconnect()
    }
  },

  async 'an answer that cannot come any more is not waited for'() {
    const socket = await connected('/'), answers = []
    socket.emit('a', () => answers.push('a'))
    last().onclose()
    socket.emit('b', () => answers.push('b'))
    await reconnects()
    equal(socket.acks.size, 1)
    last().say('431["late"]', '432["b"]')
    equal([answers, socket.acks.size], [['b'], 0])
  },

  async 'an answer to what was emitted offline is waited for'() {
    const socket = begin('/', { transports: ['websocket'] }), answers = []
    socket.emit('a', (x) => answers.push(x))
    await settle()
    last().onerror()
    await reconnects()
    last().say('431["x"]')
    equal([heard.slice(0, 2), answers], [['connect_error no transport works', 'connect'], ['x']])
  },

  async 'half a packet ends with its session'() {
    await connected('/')
    last().say('451-["b",{"_placeholder":true,"num":0}]')
    last().onclose()
    await reconnects()
    last().say('42["message","x"]')
    equal(heard.at(-1), 'message x')
  },

  async 'packets that make no sense'() {
    for (const packets of [['451-["b",{"_placeholder":true,"num":0}]', '42["message","x"]'], [new ArrayBuffer(1)],
      ['451-["b",{"_placeholder":true,"num":5}]', new ArrayBuffer(1)]]) {
      const socket = await connected('/')
      last().say(...packets)
      equal(heard.at(-1), 'disconnect parse error')
      socket.disconnect()
    }
    await connected('/')
    last().say('42/other,["message","unheard"]', '42["message","heard"]')
    equal(heard.filter((x) => /heard/.test(x)), ['message heard'])
  },

  async 'once is once, also for who makes it happen again'() {
    const socket = await connected('/')
    let times = 0
    socket.once('event', () => ++times < 3 && last().say('42["event"]'))
    last().say('42["event"]')
    equal(times, 1)
  },

  async 'a view is sent, not all that it is a view of'() {
    const posted = [], server = polls(JOINED)
    answer = (method, body, sid) => {
      if (method === 'POST')
        posted.push(body)
      return server(method, body, sid)
    }
    const socket = begin('/', { transports: ['polling'] })
    await pass(10)
    socket.emit('a', Uint8Array.of(1, 2, 3, 4).subarray(1, 3))
    await pass(10)
    equal(posted.at(-1), '451-["a",{"_placeholder":true,"num":0}]\x1ebAgM=')
  },

  async 'an open stream proves nothing, an answer over it does'() {
    answer = polls()
    const socket = begin('/', { transports: ['eventsource', 'websocket'] })
    await pass(1000)
    equal([eventSources.length, webSockets.length], [1, 0])
    eventSources[0].say(JOINED)
    await pass(10000)
    equal([socket.transport, webSockets.length], ['eventsource', 0])
  },

  async 'options.transports narrows and reorders'() {
    begin('/', { transports: ['polling', 'websocket'] })
    answer = () => never
    await pass(1999)
    equal([asked.length, webSockets.length], [1, 0])
    await pass(1)
    equal([asked.length, webSockets.length], [1, 1])
    await pass(2000)
    equal([fails.map(([, name]) => name), heard], [['polling', 'websocket'], ['connect_error no transport works']])
  },

  async 'one POST at a time, of at most maxPayload'() {
    const server = answer = polls(JOINED), posts = []
    const socket = begin('/', { transports: ['polling'] })
    let finish
    await settle()
    equal(socket.connected, true)
    answer = (method, body, sid) => method !== 'POST' ? server(method, body, sid)
      : (posts.push(body), new Promise((done) => { finish = () => done(text('ok')) }))
    for (let n = 0; n < 10; n++)
      socket.emit('about twenty bytes', n)
    for (let sent = 0; sent < 10;) {
      await settle()
      equal([posts.length, posts[0].length <= SID.maxPayload], [1, true])
      sent += posts.pop().split('\x1e').length
      finish()
    }
  },

  async 'what is emitted offline is kept, in order'() {
    const socket = begin('/')
    socket.emit('a', 1)
    await settle()
    socket.emit('a', 2)
    last().say(OPEN)
    socket.emit('a', Uint8Array.of(3))
    last().say(JOINED)
    socket.emit('a', 4)
    const sent = () => last().sent.slice(1).map((x) => x.byteLength ?? x)
    equal(sent(), ['42["a",1]', '42["a",2]', '451-["a",{"_placeholder":true,"num":0}]', 1, '42["a",4]'])
    last().onclose()
    socket.emit('a', 5).emit('a', 6)
    equal(last().sent.length, 6)
    await reconnects()
    equal(sent(), ['42["a",5]', '42["a",6]'])
    equal(heard, ['connect', 'disconnect transport close', 'connect'])
  },

  async 'the pauses grow from 1 s to 5 s, and differ'() {
    const pauses = async (random, times) => {
      Math.random = () => random
      const socket = await connected('/')
      answer = away
      asked = [[now]]
      last().onclose()
      while (asked.length <= times)
        await pass(100)
      const all = asked.slice(1).map(([at], i) => at - asked[i][0])
      answer = there
      await reconnects()
      asked = [[now]]
      last().onclose()            // it has been connected: from the start
      await pass(5000)
      socket.disconnect()
      return [...all, asked[1][0] - asked[0][0]]
    }
    const tens = (all) => all.map((ms) => Math.round(ms / 100) * 100)
    equal(tens(await pauses(0, 5)), [1000, 1500, 2300, 3300, 3300, 1000], 'least')
    equal(tens(await pauses(0.5, 5)), [1300, 1900, 2800, 4200, 4200, 1300], 'middle')
    equal(tens(await pauses(0.9999, 5)), [1500, 2200, 3400, 5000, 5000, 1500], 'most')
  },
}

const fresh = (step) => async () => {
  now = 0
  timers = []
  webSockets = []
  eventSources = []
  asked = []
  heard = []
  out = []
  fails = []
  answer = there
  Math.random = real.random
  await step()
}
return Object.fromEntries(Object.entries(steps).map(([name, step]) => [name, fresh(step)]))
})()
