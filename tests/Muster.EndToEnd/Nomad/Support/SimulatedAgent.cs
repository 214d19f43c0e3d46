using System.Text.Json;

using Muster.EndToEnd.Support;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;

namespace Muster.EndToEnd.Nomad.Support;

/// <summary>The simulated Nomad, in this process: what it runs are real processes.</summary>
internal sealed class SimulatedAgent : INomadAgent
{
    private readonly string _directory = Directory.CreateTempSubdirectory("muster-nomad-").FullName;

    private SimulatedAgent() => Options = new() { Directory = _directory };

    public NomadClock Clock { get; } = new();

    public NomadSimulatorOptions Options { get; }

    public NomadSimulator Nomad { get; private set; } = null!;

    public Uri Url => Nomad.Url;

    public static async Task<SimulatedAgent> StartAsync(int runsMax = 100)
    {
        var agent = new SimulatedAgent();
        agent.Options.RunsMax = runsMax;
        agent.Nomad = await NomadSimulator.StartAsync(agent.Options, agent.Clock);
        return agent;
    }

    public Task<IReadOnlyList<string>> JobIdsAsync() => Task.FromResult(Nomad.Cluster.JobIds);

    /// <summary>It goes away: no timer fires, what runs ends, and then no call gets an answer.</summary>
    public async Task GoAwayAsync()
    {
        Clock.Hold();
        await Patiently.UntilAsync(async () => !await IsBusyAsync(), "what runs has ended");

        Options.Faults = _ => new(Status: 0);
    }

    /// <summary>It is back; what was missed is made up once, as by a new leader.</summary>
    public void ComeBack()
    {
        Options.Faults = _ => null;
        Clock.GoOn();
    }

    public async ValueTask DisposeAsync()
    {
        await Nomad.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    private async Task<bool> IsBusyAsync()
    {
        using var http = new HttpClient { BaseAddress = Url };
        using var jobs = JsonDocument.Parse(await http.GetStringAsync(new Uri("/v1/jobs", UriKind.Relative)));
        return jobs.RootElement.EnumerateArray().Any(
            job => job.GetProperty("ParentID").GetString() != "" && job.GetProperty("Status").GetString() != "dead");
    }
}
