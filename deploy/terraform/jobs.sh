# Run by ./bootstrap on the first machine: what Vault and Nomad must know, then the jobs. Tokens are in its environment.
set -eu
export VAULT_ADDR=https://127.0.0.1:8200 NOMAD_ADDR=https://127.0.0.1:4646

has() { vault "$1" list -format=json | jq -e --arg path "$2/" 'has($path)' >/dev/null; }
has audit file || vault audit enable file file_path=stdout
has secrets kv || vault secrets enable -version=2 -path=kv kv
has secrets pki || vault secrets enable -path=pki pki
vault secrets tune -max-lease-ttl=43800h pki
vault read -format=json pki/cert/ca | jq -e '.data.certificate | length > 0' >/dev/null 2>&1 \
    || vault write pki/root/generate/internal common_name="Muster servers" key_type=ec key_bits=256 ttl=43800h >/dev/null
vault write pki/roles/muster allowed_domains=muster.service.consul allow_bare_domains=true key_type=ec key_bits=256 max_ttl=168h >/dev/null
vault kv put -mount=kv muster database_password=@/run/muster/database.password triton_key=@/run/muster/triton.key >/dev/null

vault policy write muster - <<END_OF_POLICY >/dev/null
path "kv/data/muster" { capabilities = ["read"] }
path "pki/issue/muster" { capabilities = ["update"] }
END_OF_POLICY
has auth jwt-nomad || vault auth enable -path=jwt-nomad jwt
vault write auth/jwt-nomad/config jwks_url=https://127.0.0.1:4646/.well-known/jwks.json jwks_ca_pem=@/etc/nomad/ca.crt \
    jwt_supported_algs=RS256,EdDSA default_role=muster >/dev/null
vault write auth/jwt-nomad/role/muster - <<END_OF_ROLE >/dev/null
{
  "role_type": "jwt",
  "bound_audiences": ["vault.io"],
  "bound_claims": {"nomad_namespace": "default", "nomad_job_id": "muster"},
  "user_claim": "/nomad_job_id",
  "user_claim_json_pointer": true,
  "token_type": "service",
  "token_policies": ["muster"],
  "token_period": "30m",
  "token_explicit_max_ttl": 0
}
END_OF_ROLE

nomad var put -force nomad/jobs/fabio tls_certificate=@/run/muster/tls.crt tls_key=@/run/muster/tls.key consul_token=@/run/muster/consul.fabio >/dev/null
nomad job run -var-file=/run/muster/variables.hcl -var=secrets_from=vault /run/muster/muster.nomad.hcl
nomad job run -var="datacenters=[\"$(nomad node status -self -json | jq -r .Datacenter)\"]" /run/muster/fabio.nomad.hcl
