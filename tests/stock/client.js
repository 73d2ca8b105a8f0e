// What a new user of socket.io-client does with lesson 6, in three modes.
//   NODE_PATH=.../node_modules node client.js URL MODE...
// Prints a line for each step that holds; ends with 1 at the first that
// does not.
'use strict'
const { io } = require('socket.io-client')
const { conversation, equal, next, ask } = require('../conversation.js')

const MODES = {
  polling: { transports: ['polling'] },
  websocket: { transports: ['websocket'] },
  upgrade: {},
}
const [url, ...modes] = process.argv.slice(2)

// What only the stock client can do, or has.
const ofItsOwn = {
  async 'several namespaces on one connection'(mode) {
    const a = io(url, { ...MODES[mode], forceNew: true })
    const chat = a.io.socket('/chat')
    await Promise.all([next(a, 'connect'), next(chat, 'connect')])
    chat.disconnect()
    equal(await ask(a, 'echo', 'still there'), ['still there'])
    a.disconnect()
  },

  async 'the transport it should have'(mode) {
    const a = io(url, { ...MODES[mode], forceNew: true })
    await next(a, 'connect')
    if (mode === 'upgrade' && a.io.engine.transport.name !== 'websocket')
      await next(a.io.engine, 'upgrade')
    equal(a.io.engine.transport.name, mode === 'polling' ? 'polling' : 'websocket')
    a.disconnect()
  },
}

async function main() {
  for (const mode of modes) {
    const connect = (namespace) => io(url + namespace, { ...MODES[mode], forceNew: true })
    for (const [name, step] of Object.entries({ ...conversation(connect), ...ofItsOwn })) {
      await step(mode).catch((error) => {
        console.log(`${mode}: ${name}: FAILED`)
        console.log(error)
        process.exit(1)
      })
      console.log(`${mode}: ${name}`)
    }
  }
  process.exit(0)
}

main()
