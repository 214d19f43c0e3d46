using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Muster.Nomad.Identities;
using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Identities;

/// <summary>What Nomad signed is believed; nothing else is, in whatever way it is wrong.</summary>
public sealed class TaskProofsTests : IAsyncLifetime
{
    private IdentityWorld _world = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _world = await IdentityWorld.StartAsync();

    public ValueTask DisposeAsync() => _world.DisposeAsync();

    [Theory]
    [InlineData("")]
    [InlineData("/periodic-1905681600")]
    public async Task A_task_of_a_groups_job_or_of_its_child_is_known_by_what_Nomad_signed(string child)
    {
        var proof = await _world.Proofs.ReadAsync(_world.Token(claims => claims["nomad_job_id"] = IdentityWorld.Job + child), Cancel);

        Assert.Equal(new TaskProof(JobKey.Of(SomeJobs.Web), IdentityWorld.Job + child, "a3b1c2d4-0000-4000-8000-000000000001"), proof);
    }

    [Fact]
    public async Task An_audience_may_be_one_of_a_list_and_an_issuer_may_be_named() => Assert.NotNull(await _world.Proofs.ReadAsync(
        _world.Token(claims => (claims["aud"], claims["iss"]) = (
            new JsonArray("other", TaskIdentity.AudienceOf(SomeJobs.Installation)),
            "https://nomad.example.com")),
        Cancel));

    [Fact]
    public async Task A_namespace_of_ones_own_is_the_one_that_counts()
    {
        var proofs = new TaskProofs(SomeJobs.Installation, "muster", _world.Keys, _world.Time);

        Assert.NotNull(await proofs.ReadAsync(_world.Token(claims => claims["nomad_namespace"] = "muster"), Cancel));
        await Assert.ThrowsAsync<IdentityException>(() => proofs.ReadAsync(_world.Token(), Cancel).AsTask());
    }

    [Fact]
    public async Task That_Nomad_s_clock_is_ahead_is_told_until_a_task_is_believed_again()
    {
        var now = _world.Time.GetUtcNow().ToUnixTimeSeconds();

        await Assert.ThrowsAsync<IdentityException>(
            () => _world.Proofs.ReadAsync(_world.Token(claims => claims["nbf"] = now + 95), Cancel).AsTask());

        Assert.StartsWith("Nomad's clock is 95 s ahead of this server's", _world.Proofs.Obstacle, StringComparison.Ordinal);
        await _world.Proofs.ReadAsync(_world.Token(), Cancel);
        Assert.Null(_world.Proofs.Obstacle);
    }

    [Fact]
    public async Task A_token_that_Nomad_did_not_sign_tells_nothing_of_its_clock()
    {
        var (head, tail) = (_world.Token(claims => claims["nbf"] = _world.Time.GetUtcNow().ToUnixTimeSeconds() + 95), _world.Token());

        await Assert.ThrowsAsync<IdentityException>(
            () => _world.Proofs.ReadAsync(head[..head.LastIndexOf('.')] + tail[tail.LastIndexOf('.')..], Cancel).AsTask());

        Assert.Null(_world.Proofs.Obstacle);
    }

    public static TheoryData<string, string> WrongClaims => new()
    {
        { "aud", "\"muster-11111111-abcd-4f00-8a11-0123456789ab\"" },
        { "aud", "[\"nomadproject.io\"]" },
        { "aud", "[]" },
        { "aud", "7" },
        { "aud", "{\"a\":1}" },
        { "aud", "null" },
        { "nomad_namespace", "\"other\"" },
        { "nomad_namespace", "\"\"" },
        { "nomad_namespace", "[\"default\"]" },
        { "nomad_namespace", "null" },
        { "nomad_job_id", "\"muster-111111111111-9f8e7d6c5b4a4321-web\"" },
        { "nomad_job_id", "\"muster-7c0ffee1abcd-9f8e7d6c5b4a432\"" },
        { "nomad_job_id", "\"muster-7c0ffee1abcd-9f8e7d6c5b4a4321x\"" },
        { "nomad_job_id", "\"postgres\"" },
        { "nomad_job_id", "1" },
        { "nomad_job_id", "null" },
        { "nomad_allocation_id", "null" },
        { "exp", "1905163200" },
        { "exp", "\"tomorrow\"" },
        { "exp", "-1" },
        { "exp", "1e300" },
        { "exp", "null" },
        { "nbf", "1905336000" },
        { "nbf", "\"yesterday\"" },
    };

    [Theory, MemberData(nameof(WrongClaims))]
    public async Task A_claim_that_is_wrong_or_missing_is_refused(string claim, string json)
    {
        var token = _world.Token(claims =>
        {
            claims.Remove(claim);
            if (json != "null")
            {
                claims[claim] = JsonNode.Parse(json);
            }
        });

        Assert.False((await _world.RefusedAsync(token)).IsTransient);
    }

    [Fact]
    public async Task Clocks_may_be_half_a_minute_apart_and_no_more()
    {
        var now = _world.Time.GetUtcNow().ToUnixTimeSeconds();

        Assert.NotNull(await _world.Proofs.ReadAsync(_world.Token(claims => claims["exp"] = now - 29), Cancel));
        Assert.NotNull(await _world.Proofs.ReadAsync(_world.Token(claims => claims["nbf"] = now + 29), Cancel));
        await _world.RefusedAsync(_world.Token(claims => claims["exp"] = now - 31));
        await _world.RefusedAsync(_world.Token(claims => claims["nbf"] = now + 31));
    }

    [Fact]
    public async Task A_token_that_nobody_signed_is_refused()
    {
        foreach (var algorithm in new[] { "none", "None", "NONE", "" })
        {
            var header = new JsonObject { ["alg"] = algorithm, ["kid"] = _world.Active.Id, ["typ"] = "JWT" };
            await _world.RefusedAsync(_world.Made(header, _ => []));
            await _world.RefusedAsync(_world.Made(header, _ => [1, 2, 3]));
        }

        await _world.RefusedAsync(_world.Token().Split('.') is [var head, var claims, _] ? $"{head}.{claims}." : "");
        Assert.Equal(1, _world.Asked);
    }

    [Fact]
    public async Task The_public_key_is_no_secret_to_sign_with()
    {
        foreach (var secret in new[]
        {
            _world.Active.PublicPem(),
            _world.Active.PublicPem() + "\n",
            (string)_world.Active.PublicHalf()["n"]!,
        })
        {
            var header = new JsonObject { ["alg"] = "HS256", ["kid"] = _world.Active.Id, ["typ"] = "JWT" };
            Assert.False((await _world.RefusedAsync(
                _world.Made(header, text => HMACSHA256.HashData(Encoding.ASCII.GetBytes(secret), text)))).IsTransient);
        }
    }

    [Fact]
    public async Task A_key_that_the_token_brings_along_is_not_used()
    {
        using var own = RSA.Create(2048);
        var key = own.ExportParameters(includePrivateParameters: false);
        var jwk = new JsonObject
        {
            ["kty"] = "RSA",
            ["n"] = Base64Url.EncodeToString(key.Modulus),
            ["e"] = Base64Url.EncodeToString(key.Exponent),
            ["kid"] = _world.Active.Id,
        };
        foreach (var header in new JsonObject[]
        {
            new() { ["alg"] = "RS256", ["kid"] = _world.Active.Id, ["typ"] = "JWT" },
            new() { ["alg"] = "RS256", ["kid"] = _world.Active.Id, ["typ"] = "JWT", ["jwk"] = jwk },
            new() { ["alg"] = "RS256", ["kid"] = _world.Active.Id, ["typ"] = "JWT", ["jku"] = "http://127.0.0.1:1/keys" },
        })
        {
            Assert.False((await _world.RefusedAsync(
                _world.Made(header, text => own.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))).IsTransient);
        }
    }

    [Theory]
    [InlineData("RS384")]
    [InlineData("RS512")]
    [InlineData("PS256")]
    [InlineData("ES256")]
    [InlineData("EdDSA")]
    [InlineData("rs256")]
    public async Task Only_one_algorithm_is_taken(string algorithm)
    {
        using var own = RSA.Create(2048);
        var header = new JsonObject { ["alg"] = algorithm, ["kid"] = _world.Active.Id, ["typ"] = "JWT" };

        Assert.False((await _world.RefusedAsync(
            _world.Made(header, text => own.SignData(text, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)))).IsTransient);
    }

    [Fact]
    public async Task Changed_by_one_letter_anywhere_it_is_worth_nothing()
    {
        var token = _world.Token();
        var parts = token.Split('.');
        foreach (var place in new[] { 5, parts[0].Length + 20, token.Length - 200, token.Length - 5 })
        {
            var letter = token[place] == 'A' ? 'B' : 'A';
            await _world.RefusedAsync($"{token[..place]}{letter}{token[(place + 1)..]}");
        }
    }

    [Fact]
    public async Task Text_that_is_no_token_is_refused()
    {
        var token = _world.Token();
        foreach (var text in new[]
        {
            "", ".", "..", "...", "....", "a", "a.b.c", "muster_abcdefgh", token[..40], token[..(token.Length / 2)], token[1..],
            $"{token}.", $".{token}", $"{token} ", $" {token}", $"{token}.{token}", token.Replace('.', ','), $"Bearer {token}", "\0",
            "ü.ü.ü", "e30.e30.e30", "bnVsbA.bnVsbA.bnVsbA", "W10.W10.W10", "eyJhbGciOiJSUzI1NiJ9.e30.e30", "eyJhbGciOjd9.e30.e30",
            "eyJhbGciOiJSUzI1NiIsImtpZCI6N30.e30.e30", $"{token.Split('.')[0]}.{new string('e', 2000)}.e30",
        })
        {
            Assert.False((await _world.RefusedAsync(text)).IsTransient);
        }

        Assert.Equal(0, _world.Asked);
    }

    [Fact]
    public async Task What_is_far_too_long_is_not_even_looked_at()
    {
        await _world.RefusedAsync(new string('a', 1_000_000));
        await _world.RefusedAsync(_world.Token(claims => claims["extra"] = new string('a', 1_000_000)));
        Assert.Equal(0, _world.Asked);
    }
}
