// Who signs in, and what such a person has beside Amplify: a mailbox, an authenticator app, and memory.
import { createHmac, webcrypto } from 'node:crypto';

import { Amplify } from 'aws-amplify';
import { defaultStorage } from 'aws-amplify/utils';

globalThis.crypto ??= webcrypto; // as in browsers; Node.js has it from version 19 on

// user says what amplify_test.go tells: the flow, the object, and who signs in.
export const user = JSON.parse(process.argv[2]);
export const another = `${user.password}-2`;

Amplify.configure({
  Auth: { Cognito: { userPoolId: user.pool, userPoolClientId: user.client, userPoolEndpoint: user.endpoint } },
});

export class Failure extends Error {}

// call makes a call of Amplify. One that fails ends the flow, with its name and what it said.
export async function call(operation, input) {
  try {
    return await operation(input);
  } catch (e) {
    throw new Failure(`${operation.name}: ${e.name}: ${e.message}${e.underlyingError ? ` (${e.underlyingError})` : ''}`);
  }
}

// refused makes a call that has to fail with these first words.
export async function refused(want, operation, input) {
  let got = 'no refusal';
  try {
    const { nextStep } = (await operation(input)) ?? {};
    got += nextStep ? `, ${JSON.stringify(nextStep)}` : '';
  } catch (e) {
    got = `${e.name}: ${e.message}`;
  }
  if (!got.startsWith(want)) {
    throw new Failure(`${operation.name}: got ${got}, want ${want}`);
  }
}

export function check(what, got, want) {
  if (got !== want) {
    throw new Failure(`${what}: got ${got}, want ${want}`);
  }
}

// code is what the newest message to the user is about: a code, or a temporary password.
export async function code() {
  const answer = await fetch(`${user.endpoint}/mailbox`, { headers: { Accept: 'application/json' } });
  const message = (await answer.json()).find(({ address }) => address === user.email);
  check('a message for the user', Boolean(message), true);
  return message.code;
}

// route calls the guarded route and returns the status of the answer.
export async function route(token) {
  const answer = await fetch(user.route, { headers: token ? { Authorization: `Bearer ${token}` } : {} });
  return answer.status;
}

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

// shown is what an authenticator app shows now, or some steps of 30 seconds later (RFC 6238). A code is good once.
export function shown(secret, later = 0) {
  const bits = [...secret].map((c) => base32.indexOf(c).toString(2).padStart(5, '0')).join('');
  const key = Buffer.from(bits.match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + later));
  const sum = createHmac('sha1', key).update(counter).digest();
  const value = sum.readUInt32BE(sum[19] & 0xf) & 0x7fffffff;
  return String(value % 1_000_000).padStart(6, '0');
}

const prefix = `CognitoIdentityServiceProvider.${user.client}`;
const kinds = ['accessToken', 'idToken', 'refreshToken', 'clockDrift', 'signInDetails'];

// tokens are those that Amplify stores, in memory as there is no localStorage.
export const tokens = {
  async keep() {
    const who = await defaultStorage.getItem(`${prefix}.LastAuthUser`);
    const kept = { who };
    for (const kind of kinds) {
      kept[kind] = await defaultStorage.getItem(`${prefix}.${who}.${kind}`);
    }
    return kept;
  },
  async put({ who, ...kept }) {
    await defaultStorage.setItem(`${prefix}.LastAuthUser`, who);
    for (const [kind, value] of Object.entries(kept)) {
      await defaultStorage.setItem(`${prefix}.${who}.${kind}`, value);
    }
  },
};
