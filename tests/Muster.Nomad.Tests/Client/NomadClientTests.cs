using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;

using Muster.Core;
using Muster.Nomad.Client;
using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Nomad.Tests.Client;

public sealed class NomadClientTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_agent_that_is_gone_is_passed_over_and_the_one_that_answered_is_asked_first()
    {
        await using var world = await NomadWorld.StartAsync(groups: 0);
        using var client = new NomadClient(new() { Addresses = [Nowhere(), world.Nomad.Url] }, TimeProvider.System);

        Assert.Empty(await client.ListJobsAsync("", Cancel));
        Assert.Equal("127.0.0.1:4647", await client.LeaderAsync(Cancel));
    }

    [Fact]
    public async Task An_agent_without_a_leader_is_passed_over()
    {
        await using var lost = await NomadWorld.StartAsync(groups: 0);
        await using var world = await NomadWorld.StartAsync(groups: 0);
        lost.Options.HasLeader = false;
        using var client = new NomadClient(new() { Addresses = [lost.Nomad.Url, world.Nomad.Url] }, TimeProvider.System);

        Assert.Empty(await client.ListJobsAsync("", Cancel));
    }

    [Fact]
    public async Task Nobody_there_is_told_with_the_address()
    {
        var nowhere = Nowhere();
        using var client = new NomadClient(new() { Addresses = [nowhere] }, TimeProvider.System);

        var error = await Assert.ThrowsAsync<NomadException>(() => client.ListJobsAsync("", Cancel));

        Assert.Equal(NomadErrorKind.Unavailable, error.Kind);
        Assert.StartsWith($"listing jobs: no answer from {nowhere.Authority}: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_force_whose_answer_was_lost_is_not_tried_at_another_agent()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1);
        await world.Reconciler.RunAsync(Cancel);
        world.Options.Faults = request =>
            request.Path.EndsWith("/force", StringComparison.Ordinal) ? new NomadFault(0, IsCarriedOut: true) : null;
        using var client = new NomadClient(new() { Addresses = [world.Nomad.Url, world.Nomad.Url] }, TimeProvider.System);

        await Assert.ThrowsAsync<NomadException>(() => client.ForceAsync(world.Job(1), Cancel));

        Assert.Equal(1, world.Nomad.Cluster.Runs);
        await world.WhenQuietAsync();
    }

    [Fact]
    public async Task Token_namespace_and_region_go_with_every_call()
    {
        const string Token = "22222222-0000-4000-8000-000000000002";
        await using var world = await NomadWorld.StartAsync(groups: 0);
        world.Options.Tokens = new Dictionary<string, ImmutableHashSet<string>> { [Token] = ["list-jobs"] }.ToImmutableDictionary();
        using var known = new NomadClient(new() { Addresses = [world.Nomad.Url], Token = Token }, TimeProvider.System);
        using var elsewhere = new NomadClient(
            new() { Addresses = [world.Nomad.Url], Token = Token, Region = "nosuch" }, TimeProvider.System);
        using var other = new NomadClient(new() { Addresses = [world.Nomad.Url], Token = Token, Namespace = "other" }, TimeProvider.System);

        Assert.Empty(await known.ListJobsAsync("", Cancel));
        Assert.Contains(
            "No path to region",
            (await Assert.ThrowsAsync<NomadException>(() => elsewhere.ListJobsAsync("", Cancel))).Message,
            StringComparison.Ordinal);
        Assert.Equal(NomadErrorKind.Unauthorized, (await Assert.ThrowsAsync<NomadException>(() => other.ListJobsAsync("", Cancel))).Kind);
    }

    [Fact]
    public async Task Plan_tells_whether_a_client_could_run_it_and_when_it_would()
    {
        await using var world = await NomadWorld.StartAsync(groups: 0);
        var job = SomeJobs.Document("muster-x");

        Assert.NotNull((await world.Client.PlanAsync(job, Cancel)).NextPeriodicLaunch);
        var elsewhere = await world.Client.PlanAsync(job with { Datacenters = ["nosuch"] }, Cancel);
        Assert.Equal("no client in its data centres", elsewhere.FailedPlacements!["check"].ToString());
        Assert.Null((await world.Client.ValidateAsync(job, Cancel)).ValidationErrors);
    }

    [Fact]
    public async Task The_exit_code_of_a_check_is_read_from_its_end_and_not_from_its_status()
    {
        await using var world = await NomadWorld.StartAsync(groups: 1, script: "exit 3");
        await world.Reconciler.RunAsync(Cancel);
        var forced = await world.Client.ForceAsync(world.Job(1), Cancel);
        await world.WhenQuietAsync();

        var run = Assert.Single(await world.Client.ListAllocationsOfAsync(forced.EvaluationId, Cancel));
        Assert.Equal(("failed", 3), (run.ClientStatus, run.ExitCode));
    }

    [Fact]
    public void Variables_of_Nomads_own_command_line_are_read()
    {
        var options = NomadEnvironment.Read(name => name switch
        {
            "NOMAD_ADDR" => "https://nomad.example.com:4646",
            "NOMAD_TOKEN" => "secret",
            "NOMAD_NAMESPACE" => "muster",
            "NOMAD_REGION" => "eu",
            "NOMAD_CACERT" => "/etc/nomad/ca.pem",
            "NOMAD_CLIENT_CERT" => "/etc/nomad/cert.pem",
            "NOMAD_CLIENT_KEY" => "/etc/nomad/key.pem",
            "NOMAD_TLS_SERVER_NAME" => "server.eu.nomad",
            _ => null,
        });

        Assert.Equal([new Uri("https://nomad.example.com:4646")], options.Addresses);
        Assert.Equal(
            ("secret", "muster", "eu", "/etc/nomad/ca.pem", "/etc/nomad/cert.pem", "/etc/nomad/key.pem", "server.eu.nomad"),
            (
                options.Token, options.Namespace, options.Region, options.CaFile, options.CertificateFile, options.KeyFile,
                options.ServerName));
    }

    [Theory]
    [InlineData("NOMAD_ADDR", "nomad.example.com:4646")]
    [InlineData("NOMAD_ADDR", "http://user:secret@nomad.example.com:4646")]
    [InlineData("NOMAD_SKIP_VERIFY", "true")]
    public void Variables_that_cannot_be_followed_are_refused_by_name(string name, string value)
    {
        var error = Assert.Throws<InputException>(() => NomadEnvironment.Read(asked => asked == name ? value : null));

        Assert.Equal(name, Assert.Single(error.Errors).Field);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }

    /// <summary>An address on which nobody listens.</summary>
    private static Uri Nowhere()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
