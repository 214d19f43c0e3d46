using Muster.Cli.Configuration;
using Muster.Cli.Tests.Running;
using Muster.Simulators.Nomad;
using Muster.Simulators.Nomad.Settings;

namespace Muster.Cli.Tests.Composition;

/// <summary>What a configuration says of times reaches what goes by them.</summary>
public sealed class PulseSettingsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_server_counts_as_living_for_the_lease_that_is_set()
    {
        await using var server = await RunningServer.StartAsync(config => config.Pulse.Lease = TimeSpan.FromSeconds(17));

        Assert.Equal(TimeSpan.FromSeconds(17), await LeaseOfAsync(server));
    }

    [Fact]
    public async Task With_Nomad_a_server_has_the_lease_and_makes_the_rounds_that_are_set()
    {
        var looks = 0;
        var options = new NomadSimulatorOptions
        {
            Directory = Path.Combine(_directory.Path, "nomad"),
            Faults = request =>
            {
                if (request.Path == "/v1/jobs")
                {
                    Interlocked.Increment(ref looks);
                }

                return null;
            },
        };
        await using var nomad = await NomadSimulator.StartAsync(options, TimeProvider.System);
        await using var server = await RunningServer.StartAsync(config =>
        {
            config.Pulse.Kind = PulseKind.Nomad;
            config.Pulse.Lease = TimeSpan.FromSeconds(17);
            config.Nomad.IsGiven = true;
            config.Nomad.Options.Addresses = [nomad.Url];
            config.Nomad.Jobs.Server = "http://127.0.0.1:1";
            config.Nomad.Rounds = TimeSpan.FromMilliseconds(50);
        });

        Assert.Equal(TimeSpan.FromSeconds(17), await LeaseOfAsync(server));
        await Patiently.UntilAsync(() => Volatile.Read(ref looks) >= 5, "five rounds, of which half a minute each would take longer");
    }

    private static async Task<TimeSpan> LeaseOfAsync(RunningServer server)
    {
        var lease = TimeSpan.Zero;
        await Patiently.UntilAsync(
            async () =>
            {
                var living = await server.Store.ListServersAsync(TimeProvider.System.GetUtcNow(), Cancel);
                lease = living.IsEmpty ? TimeSpan.Zero : living[0].EndsAt - living[0].SeenAt;
                return !living.IsEmpty;
            },
            "the server has said that it lives");
        return lease;
    }
}
