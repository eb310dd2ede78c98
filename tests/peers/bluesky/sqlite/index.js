// Stands in for better-sqlite3, which takes a C++ compiler and minutes to build: the part of its interface that
// the reference server uses (through Kysely), over the SQLite that Node brings (22.16 or newer).
'use strict'

const { DatabaseSync } = require('node:sqlite')

// Extended result codes by which the server decides what to repeat and what a clash is; https://sqlite.org/rescode.html
const CODES = {
  5: 'SQLITE_BUSY',
  6: 'SQLITE_LOCKED',
  261: 'SQLITE_BUSY_RECOVERY',
  517: 'SQLITE_BUSY_SNAPSHOT',
  773: 'SQLITE_BUSY_TIMEOUT',
  1555: 'SQLITE_CONSTRAINT_PRIMARYKEY',
  2067: 'SQLITE_CONSTRAINT_UNIQUE',
}

class SqliteError extends Error {
  constructor(message, code) {
    super(message)
    this.name = 'SqliteError'
    this.code = code
  }
}

const translated = (act) => {
  try {
    return act()
  } catch (error) {
    if (error.code !== 'ERR_SQLITE_ERROR') throw error
    throw new SqliteError(error.message, CODES[error.errcode] ?? CODES[error.errcode & 0xff] ?? 'SQLITE_ERROR')
  }
}

// Parameters come as one array or one by one. node:sqlite takes neither undefined nor booleans.
const bound = (given) => {
  const list = given.length === 1 && Array.isArray(given[0]) ? given[0] : given
  return list.map((value) => (typeof value === 'boolean' ? Number(value) : value ?? null))
}

class Statement {
  constructor(statement, sql) {
    this.statement = statement
    this.source = sql
    this.reader = statement.columns().length > 0
  }

  all(...given) {
    return translated(() => this.statement.all(...bound(given)))
  }

  get(...given) {
    return translated(() => this.statement.get(...bound(given)))
  }

  run(...given) {
    return translated(() => this.statement.run(...bound(given)))
  }

  *iterate(...given) {
    yield* this.all(...given)
  }
}

class Database {
  constructor(file, options = {}) {
    this.name = file
    this.open = true
    this.db = translated(() => new DatabaseSync(file, { readOnly: Boolean(options.readonly), timeout: options.timeout ?? 5000 }))
  }

  prepare(sql) {
    return translated(() => new Statement(this.db.prepare(sql), sql))
  }

  exec(sql) {
    translated(() => this.db.exec(sql))
    return this
  }

  pragma(text) {
    return this.prepare(`PRAGMA ${text}`).all()
  }

  close() {
    if (this.open) this.db.close()
    this.open = false
    return this
  }
}

module.exports = Database
module.exports.default = Database
module.exports.SqliteError = SqliteError
