// What an idle connection costs: opens many, sends one request on each, and looks at the resident memory of the proxy before and after.
import { connect as connectPlain } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { setTimeout as sleep } from 'node:timers/promises';
import { residentKiB } from './system.mjs';

const request = 'GET /reviews/0 HTTP/1.1\r\nhost: bench\r\nuser-agent: bench/1.0\r\naccept: */*\r\n\r\n';

function open(port, secure, lost) {
  return new Promise((done, fail) => {
    const socket = secure
      ? connectTls({ port, host: '127.0.0.1', rejectUnauthorized: false, ALPNProtocols: ['http/1.1'] })
      : connectPlain(port, '127.0.0.1');
    socket.on(secure ? 'secureConnect' : 'connect', () => socket.write(request));
    let seen = '';
    socket.on('data', (data) => {
      seen += data.toString('latin1');
      if (seen.includes('\r\n\r\n') && seen.endsWith('x')) {
        if (!seen.startsWith('HTTP/1.1 200')) {
          fail(new Error(`an idle connection got ${seen.split('\r\n')[0]}`));
        }

        done(socket);
      }
    });
    socket.on('error', fail);
    socket.on('close', () => { lost.push(socket); fail(new Error('the proxy closed an idle connection')); });
  });
}

/** Bytes of resident memory per connection over `count` of them; the first `warm` are not counted, so that pools exist. */
export async function idleCost(proxy, { port, secure = false, count, warm = 500 }) {
  const sockets = [];
  const lost = [];
  const openTo = async (number) => {
    while (sockets.length < number) {
      sockets.push(...await Promise.all(Array.from({ length: Math.min(50, number - sockets.length) }, () => open(port, secure, lost))));
    }

    await sleep(500);
    if (lost.length > 0) {
      throw new Error(`${proxy.name} closed ${lost.length} of ${number} idle connections`);
    }

    return residentKiB(proxy.child.pid);
  };

  try {
    const before = await openTo(warm);
    const after = await openTo(warm + count);
    return ((after - before) * 1024) / count;
  } finally {
    for (const socket of sockets) {
      socket.removeAllListeners('close');
      socket.destroy();
    }
  }
}
