// An OpenID provider (npm oidc-provider) with Keycloak's paths and token shape, on a loopback port of its own choice.
// Standard output: the issuer once it listens, then one line of key identifiers for each command of standard input:
//   prepublish  a new key joins the set and the old one goes on signing
//   activate    the newest key signs
//   retire      only the signing key stays
//   logout USER URL  a logout token for the user's sessions goes to that address; the line is its answer's status
// It ends when standard input does.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { createInterface } from 'node:readline';
import Provider from 'oidc-provider';

const realm = '/realms/pulse';
const callback = 'http://127.0.0.1:49998/callback';
const people = new Map([
  ['alice', { tenant_id: 'acme', realm_access: { roles: ['customer'] } }],
  ['olga', { realm_access: { roles: ['operator'] } }],
]);

const makeKey = () => ({
  ...generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ format: 'jwk' }),
  kid: randomUUID(),
  use: 'sig',
  alg: 'RS256',
});

// The provider signs with the first key that fits and never changes its set: a rotation is a new instance over the same
// sessions, which live in the module's memory.
let keys = [makeKey()];
let serve;
let provider;

// Where logout tokens go; set by the command that sends one.
let receiver = 'http://127.0.0.1:49998/nobody';

function assemble(issuer) {
  provider = new Provider(issuer, {
    jwks: { keys },
    clients: [{
      client_id: 'pulse-cli',
      token_endpoint_auth_method: 'none',
      application_type: 'native',
      redirect_uris: [callback],
      response_types: ['code'],
      grant_types: ['authorization_code', 'refresh_token'],
      backchannel_logout_uri: receiver,
    }],
    // The receiver of logout tokens is on loopback, which the provider's own transport refuses.
    fetch: (url, { dispatcher, ...options }) => fetch(url, options),
    pkce: { required: () => true },
    cookies: { keys: [randomUUID()] },
    scopes: ['openid', 'offline_access'],
    findAccount: (_, id) => people.has(id) && { accountId: id, claims: () => ({ sub: id }) },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => 'urn:pulse:api',
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({
          scope: 'api', audience: 'pulse-api', accessTokenTTL: 300, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } },
        }),
      },
    },
    extraTokenClaims: (_, token) => ({ typ: 'Bearer', azp: token.clientId, preferred_username: token.accountId, ...people.get(token.accountId) }),
    // Keycloak names its access tokens "JWT"; this provider's own name for them, at+jwt, is accepted too and tried for olga.
    formats: { customizers: { jwt: (_, token, jwt) => { jwt.header = { typ: token.accountId === 'olga' ? 'at+jwt' : 'JWT' }; } } },
    interactions: { url: (_, interaction) => `/interaction/${interaction.uid}` },
    ttl: { AccessToken: 300, AuthorizationCode: 60, Grant: 3600, IdToken: 300, Interaction: 600, RefreshToken: 1800, Session: 3600 },
    routes: {
      authorization: '/protocol/openid-connect/auth',
      token: '/protocol/openid-connect/token',
      jwks: '/protocol/openid-connect/certs',
    },
  });
  serve = provider.callback();
}

// Nobody types here: the login hint is the person, and what is asked for is granted.
async function answer(request, response) {
  const { prompt, params, session, grantId } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: params.login_hint } });
    return;
  }

  const grant = (grantId && await provider.Grant.find(grantId))
    || new provider.Grant({ accountId: session.accountId, clientId: params.client_id });
  grant.addOIDCScope((prompt.details.missingOIDCScope ?? []).join(' '));
  for (const [resource, scopes] of Object.entries(prompt.details.missingResourceScopes ?? {})) {
    grant.addResourceScope(resource, scopes.join(' '));
  }
  const consent = { grantId: await grant.save() };
  await provider.interactionFinished(request, response, { consent }, { mergeWithLastSubmission: true });
}

const server = createServer((request, response) => {
  if (request.url.startsWith('/interaction/')) {
    answer(request, response).catch((error) => { response.statusCode = 500; response.end(String(error)); });
  } else if (request.url.startsWith(`${realm}/`)) {
    // The provider writes its own address from the original path.
    request.originalUrl = request.url;
    request.url = request.url.slice(realm.length);
    serve(request, response);
  } else {
    response.statusCode = 404;
    response.end();
  }
});

server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}${realm}`;
  assemble(issuer);
  console.log(issuer);

  const phases = {
    prepublish: () => [...keys, makeKey()],
    activate: () => [keys.at(-1), ...keys.slice(0, -1)],
    retire: () => keys.slice(0, 1),
  };
  createInterface({ input: process.stdin })
    .on('line', async (line) => {
      const [phase, user, address] = line.split(' ');
      if (phase === 'logout') {
        receiver = address;
        assemble(issuer);
        const client = await provider.Client.find('pulse-cli');
        await client.backchannelLogout(user).then(() => console.log('accepted'), (error) => console.log(error.message));
        return;
      }

      keys = phases[phase]();
      assemble(issuer);
      console.log(keys.map((key) => key.kid).join(' '));
    })
    .on('close', () => process.exit(0));
});
