using System.Collections.Immutable;

using Muster.Nomad.Tests.Support;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Nomad.Tests.Simulator;

/// <summary>The simulated Nomad against the real one's recorded answers.</summary>
public sealed class ReplayTests
{
    /// <summary>Recorded placeholders of tokens, and tokens that look like some.</summary>
    internal static readonly ImmutableDictionary<string, string> Tokens = new Dictionary<string, string>
    {
        ["11111111-management-secret"] = "11111111-0000-4000-8000-000000000001",
        ["22222222-limited-secret"] = "22222222-0000-4000-8000-000000000002",
        ["33333333-list-only-secret"] = "33333333-0000-4000-8000-000000000003",
    }.ToImmutableDictionary();

    /// <summary>What the recorded agent handed on to its tasks: one of them was asked.</summary>
    private static readonly ImmutableDictionary<string, string> RecordedAgent = new Dictionary<string, string>
    {
        ["HOME"] = "/root",
        ["LANG"] = "C.UTF-8",
        ["PATH"] = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        ["SHELL"] = "/bin/bash",
    }.ToImmutableDictionary();

    /// <summary>
    /// Files that need what another one left behind are replayed after it. Left out is 17, whose jobs are too large to be kept in a
    /// recording; the client reads it (<see cref="Client.RecordedAnswersTests"/>). What else is not replayed is in
    /// <see cref="LeftOut"/>, each with its reason.
    /// </summary>
    public static TheoryData<string> Files =>
    [
        "01-agent-status", "03-validate-job", "04-job-plan", "05-register", "06-force-and-child 07-force-errors", "08-failed-runs",
        "10-deregister", "09-overlap-and-timer", "11-logs", "12-logs-after-gc", "13-blocking-queries", "15-job-ids", "18-artifact",
        "19-template", "21-server-restart", "24-update-while-running", "16-interpolation", "20-acl", "22-no-leader",
        "23-one-job-all-versions",
    ];

    [Fact]
    public void So_many_of_the_recorded_exchanges_are_replayed() =>
        Assert.Equal(
            320, Files.SelectMany(row => row.Data.Split(' ')).SelectMany(Exchange.Read).Count(exchange => LeftOut.For(exchange) is null));

    [Theory, MemberData(nameof(Files))]
    public async Task The_simulated_Nomad_answers_as_the_real_one_did(string file)
    {
        using var directory = new TemporaryDirectory();
        var options = new NomadSimulatorOptions
        {
            Directory = directory.Path,
            LeaderPatience = TimeSpan.Zero,
            HasLeader = file != "22-no-leader",
            AgentEnvironment = RecordedAgent,
            HasIdentities = false,
        };
        if (file == "20-acl")
        {
            options.Tokens = new Dictionary<string, ImmutableHashSet<string>>
            {
                [Tokens["11111111-management-secret"]] = NomadSimulatorOptions.Management,
                [Tokens["22222222-limited-secret"]] = ["submit-job", "read-job", "list-jobs", "read-logs"],
                [Tokens["33333333-list-only-secret"]] = ["list-jobs"],
            }.ToImmutableDictionary();
        }

        await using var nomad = await NomadSimulator.StartAsync(options, TimeProvider.System);
        using var http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = nomad.Url };

        using var mighty = new HttpClient { BaseAddress = nomad.Url };
        mighty.DefaultRequestHeaders.Add("X-Nomad-Token", Tokens["11111111-management-secret"]);
        var differences = await new Replay(nomad, http, mighty).RunAsync(
            file.Split(' ').SelectMany(Exchange.Read).Where(exchange => LeftOut.For(exchange) is null));
        Assert.True(differences.Count == 0, string.Join('\n', differences));
    }
}
