using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

using Microsoft.Extensions.Time.Testing;

using Muster.Nomad.Client;
using Muster.Nomad.Identities;
using Muster.Nomad.Jobs;
using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Identities;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Nomad.Tests.Identities;

/// <summary>A Nomad that signs, and who reads what it signed, at noon of a certain day.</summary>
internal sealed class IdentityWorld : IAsyncDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private IdentityWorld()
    {
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2030, 5, 17, 12, 0, 0, TimeSpan.Zero));

    public NomadSimulatorOptions Options { get; private set; } = null!;

    public NomadSimulator Nomad { get; private set; } = null!;

    public NomadClient Client { get; private set; } = null!;

    public SigningKeys Keys { get; private set; } = null!;

    public TaskProofs Proofs { get; private set; } = null!;

    public SigningKey Active => Nomad.Cluster.Keys.Active;

    /// <summary>Requests of keys so far.</summary>
    public int Asked { get; private set; }

    /// <summary>The job of the group that everything here is about.</summary>
    public static string Job => JobIds.Make(SomeJobs.Installation, SomeJobs.Group(SomeJobs.Web));

    public static async Task<IdentityWorld> StartAsync()
    {
        var world = new IdentityWorld();
        world.Options = new() { Directory = world._directory.Path, LeaderPatience = TimeSpan.Zero };
        world.Options.Faults = request =>
        {
            world.Asked += request.Path == "/.well-known/jwks.json" ? 1 : 0;
            return null;
        };
        world.Nomad = await NomadSimulator.StartAsync(world.Options, TimeProvider.System);
        world.Client = new(new() { Addresses = [world.Nomad.Url] }, TimeProvider.System);
        world.Keys = new(world.Client, world.Time);
        world.Proofs = new(SomeJobs.Installation, space: null, world.Keys, world.Time);
        return world;
    }

    /// <summary>Claims as Nomad makes them for a task of the group's job, good for six minutes.</summary>
    public JsonObject Claims(Action<JsonObject>? change = null)
    {
        var now = Time.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject
        {
            ["aud"] = TaskIdentity.AudienceOf(SomeJobs.Installation),
            ["exp"] = now + 360,
            ["iat"] = now,
            ["jti"] = "5b1b6f0c-1111-4222-8333-444455556666",
            ["nbf"] = now,
            ["nomad_allocation_id"] = "a3b1c2d4-0000-4000-8000-000000000001",
            ["nomad_job_id"] = Job,
            ["nomad_namespace"] = "default",
            ["nomad_task"] = "check",
            ["sub"] = $"global:default:{Job}:check:check:muster",
        };
        change?.Invoke(claims);
        return claims;
    }

    public string Token(Action<JsonObject>? change = null) => Active.Sign(Claims(change));

    /// <summary>A token with that header, signed by whatever.</summary>
    public string Made(JsonObject header, Func<byte[], byte[]> sign)
    {
        var text = $"{Encoded(header)}.{Encoded(Claims())}";
        return $"{text}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(text)))}";
    }

    /// <summary>Reads a token that is not believed.</summary>
    public async Task<IdentityException> RefusedAsync(string token)
    {
        var error = await Assert.ThrowsAsync<IdentityException>(
            () => Proofs.ReadAsync(token, TestContext.Current.CancellationToken).AsTask());
        foreach (var part in token.Split('.').Where(part => part.Length > 3))
        {
            Assert.DoesNotContain(part, error.ToString(), StringComparison.Ordinal);
        }

        return error;
    }

    public async ValueTask DisposeAsync()
    {
        Keys.Dispose();
        Client.Dispose();
        await Nomad.DisposeAsync();
        _directory.Dispose();
    }

    private static string Encoded(JsonObject part) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(part.ToJsonString()));
}
