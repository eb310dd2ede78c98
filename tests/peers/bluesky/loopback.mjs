// What both servers share: packages from the working folder, loopback alone, one line when ready, an end with the parent.
import { createRequire } from 'node:module'
import net from 'node:net'

// The packages lie in a cache folder, these scripts in the checkout; the working folder is the former.
export const packages = createRequire(`${process.cwd()}/`)

// Both servers would listen on every interface.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (port, ...rest) {
  return listen.call(this, { port, host: '127.0.0.1' }, ...rest)
}

export const ready = (server) => console.log(JSON.stringify({ port: server.address().port }))

// Nothing is left behind when whoever started it is killed: its end of the pipe closes then.
process.stdin.on('end', () => process.exit(0)).on('error', () => process.exit(0)).resume()
