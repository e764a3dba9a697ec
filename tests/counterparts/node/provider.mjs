// A certified OpenID Connect provider on loopback, with people made up for the tests.
// node provider.mjs PORT SECRET: prints "ready" once it listens.
import { createServer } from 'node:http';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import Provider from 'oidc-provider';

const [port, secret] = process.argv.slice(2);
const issuer = `http://127.0.0.1:${port}`; // another site than the service's, as it is outside
const people = JSON.parse(readFileSync(new URL('people.json', import.meta.url), 'utf8'));

function signingKey(alg, ...kind) {
  const { privateKey } = generateKeyPairSync(...kind);
  return { ...privateKey.export({ format: 'jwk' }), alg, use: 'sig', kid: `${alg}-1` };
}

const provider = new Provider(issuer, {
  clients: [{
    client_id: 'forms', client_secret: secret, token_endpoint_auth_method: 'client_secret_post',
    redirect_uris: ['http://localhost/sign-on/back'], post_logout_redirect_uris: ['http://localhost/sign-in'],
  }],
  jwks: { keys: [signingKey('RS256', 'rsa', { modulusLength: 2048 })] },
  cookies: { keys: [randomBytes(16).toString('hex')] },
  pkce: { required: () => true },
  conformIdTokenClaims: false,
  acrValues: ['second-factor'],
  claims: { openid: ['sub', 'acr', 'amr', 'auth_time', 'roles', '_claim_names'], profile: ['name', 'preferred_username', 'badge'] },
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
  async findAccount(_, id) {
    return people[id] && { accountId: id, claims: async () => ({ sub: id, ...people[id] }) };
  },
  async loadExistingGrant(ctx) {
    const { client, session } = ctx.oidc;
    const grant = new ctx.oidc.provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    grant.addOIDCScope('openid profile');
    await grant.save();
    return grant;
  },
});

// The service under test listens on another port each time.
provider.Client.prototype.redirectUriAllowed = (uri) => /^http:\/\/localhost:\d+\/sign-on\/back$/.test(uri);
provider.Client.prototype.postLogoutRedirectUriAllowed = (uri) => /^http:\/\/localhost:\d+\/sign-in$/.test(uri);

const form = (uid) => `<!doctype html><html lang="en"><title>Test provider</title><main><h1>Test provider</h1>
<form method="post" action="/interaction/${uid}"><label>Login <input name="login" required></label>
<label><input type="checkbox" name="factor" value="yes"> with a second factor</label>
<button name="do" value="enter">Enter</button> <button name="do" value="cancel" formnovalidate>Cancel</button></form></main></html>`;

async function interaction(request, response) {
  const { uid } = await provider.interactionDetails(request, response);
  if (request.method === 'GET') {
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(form(uid));
    return;
  }
  let body = '';
  for await (const part of request) body += part;
  const given = new URLSearchParams(body);
  const result = given.get('do') === 'cancel'
    ? { error: 'access_denied', error_description: 'Cancelled' }
    : { login: { accountId: given.get('login'), amr: given.has('factor') ? ['pwd', 'mfa'] : ['pwd'] } };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const rest = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith('/interaction/')) return rest(request, response);
  return interaction(request, response).catch((error) => { response.statusCode = 400; response.end(error.message); });
}).listen(Number(port), '127.0.0.1', () => console.log('ready'));
