// The directory of accounts, `node plc.mjs PORT FILE`: its database in memory, with each operation kept in a file first.
import fs from 'node:fs'

import { packages, ready } from './loopback.mjs'

const { MockDatabase, PlcServer } = packages('@did-plc/server')
const [port, file] = process.argv.slice(2)

class Kept extends MockDatabase {
  async validateAndAddOp(did, operation) {
    await super.validateAndAddOp(did, operation)
    fs.appendFileSync(file, JSON.stringify({ did, operation }) + '\n', { flush: true })
  }
}

const db = new Kept()
const lines = fs.existsSync(file) ? fs.readFileSync(file, 'utf8').split('\n') : []
for (const line of lines.filter((l) => l.endsWith('}'))) {
  const { did, operation } = JSON.parse(line)
  await MockDatabase.prototype.validateAndAddOp.call(db, did, operation)
}
const plc = PlcServer.create({ db, port: Number(port) })
ready(await plc.start())
