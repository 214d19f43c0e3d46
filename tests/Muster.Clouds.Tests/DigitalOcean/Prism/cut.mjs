// Cuts DigitalOcean's bundled OpenAPI description to the operations that Muster calls, and takes all prose out of it.
//   node cut.mjs BUNDLE.json > digitalocean.json
import { readFileSync } from 'node:fs';

const wanted = {
  '/v2/droplets': ['get', 'post'],
  '/v2/droplets/{droplet_id}': ['get', 'delete'],
  '/v2/droplets/{droplet_id}/actions': ['post'],
  '/v2/actions/{action_id}': ['get'],
  '/v2/sizes': ['get'],
  '/v2/regions': ['get'],
  '/v2/images': ['get'],
  '/v2/images/{image_id}': ['get'],
  '/v2/vpcs/{vpc_id}': ['get'],
  '/v2/account': ['get'],
  '/v2/account/keys/{ssh_key_identifier}': ['get'],
};

const prose = ['description', 'summary', 'title', 'example', 'examples', 'tags', 'operationId', 'externalDocs', 'links'];
// Below these, keys are names that somebody gave, and not words of OpenAPI.
const maps = ['properties', 'schemas', 'responses', 'parameters', 'headers', 'paths', 'requestBodies', 'securitySchemes', 'content'];

const bare = (value, isMap = false) => {
  if (Array.isArray(value)) return value.map(one => bare(one));
  if (value === null || typeof value !== 'object') return value;
  const kept = Object.entries(value).filter(([key]) => isMap || (!prose.includes(key) && !key.startsWith('x-')));
  const made = Object.fromEntries(kept.map(([key, one]) => [key, bare(one, !isMap && maps.includes(key))]));
  // OpenAPI wants a word about every response.
  if (!isMap && typeof value.description === 'string' && ('content' in value || 'headers' in value) && !('in' in value)) made.description = '';
  return made;
};

const whole = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const paths = {};
for (const [path, methods] of Object.entries(wanted)) {
  paths[path] = { ...(whole.paths[path].parameters && { parameters: whole.paths[path].parameters }) };
  for (const method of methods) {
    if (!whole.paths[path][method]) throw new Error(`${method} ${path} is not in the description`);
    paths[path][method] = whole.paths[path][method];
  }
}

const cut = { openapi: whole.openapi, info: { title: 'DigitalOcean API', version: whole.info.version }, paths: bare(paths, true), components: {} };
cut.components.securitySchemes = bare(whole.components.securitySchemes, true);
for (let before = -1, text = ''; text.length !== before;) {
  before = text.length;
  text = JSON.stringify(cut);
  for (const [, kind, name] of text.matchAll(/"#\/components\/([^/"]+)\/([^"]+)"/g)) {
    cut.components[kind] ??= {};
    cut.components[kind][name] ??= bare(whole.components[kind][name]);
  }
  text = JSON.stringify(cut);
}

console.log(JSON.stringify(cut, null, 1));
