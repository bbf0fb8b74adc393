// One MQTT.js client, told what to do by a JSON object in its first argument; prints one JSON object per event.
import fs from 'node:fs';
import mqtt from 'mqtt';

const task = JSON.parse(process.argv[2]);
const say = (event, more = {}) => console.log(JSON.stringify({ event, ...more }));

const client = mqtt.connect(task.url, {
  protocolVersion: task.version,
  ca: fs.readFileSync(task.ca),
  cert: fs.readFileSync(task.cert),
  key: fs.readFileSync(task.key),
  clientId: task.clientId ?? 'whatever',
  reconnectPeriod: 0,
  connectTimeout: 10000,
});

client.on('error', (error) => say('error', { message: error.message, code: error.code }));
client.on('close', () => say('close'));
client.on('disconnect', (packet) => say('disconnect', { reasonCode: packet.reasonCode }));
client.on('message', (topic, payload) => say('message', { topic, payload: payload.toString() }));
client.on('packetreceive', (packet) => {
  if (packet.cmd === 'puback') {
    say('puback', { id: packet.messageId, reasonCode: packet.reasonCode ?? 0 });
  }
});
client.on('connect', async (packet) => {
  say('connect', { properties: packet.properties ?? null });
  for (const filter of task.subscribe ?? []) {
    const granted = await client.subscribeAsync(filter, { qos: 1 }).catch((error) => [{ qos: error.code ?? 128 }]);
    say('suback', { codes: granted.map((entry) => entry.qos) });
  }
  let outstanding = task.publish?.length ?? 0;
  const done = () => {
    if (outstanding === 0 && !task.stay) {
      client.end();
    }
  };
  for (const { topic, payload } of task.publish ?? []) {
    client.publish(topic, payload, { qos: 1 }, () => {
      outstanding -= 1;
      done();
    });
  }
  done();
});
