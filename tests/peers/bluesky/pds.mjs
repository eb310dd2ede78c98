// The PDS (where accounts and their posts lie), set up by the PDS_* variables of the environment.
import { packages, ready } from './loopback.mjs'

const { PDS, envToCfg, envToSecrets, readEnv } = packages('@atproto/pds')
const pds = await PDS.create(envToCfg(readEnv()), envToSecrets(readEnv()))
await pds.start()
ready(pds.server)
