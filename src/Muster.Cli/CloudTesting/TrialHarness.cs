using System.Collections.Immutable;
using System.ComponentModel;
using System.Diagnostics;

using Muster.Cli.Exits;
using Muster.Clouds.Conformance;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Templates;

namespace Muster.Cli.CloudTesting;

/// <summary>A user's cloud under test: what the suite needs comes from the command line.</summary>
/// <param name="cloud">The cloud; closed by whoever opened it.</param>
/// <param name="random">Where ids come from.</param>
internal sealed class TrialHarness(GovernedCloud cloud, IRandomSource random) : CloudHarness
{
    public override ICloud Cloud => cloud;

    public override IZonedCloud? Zones => cloud.Zones;

    /// <inheritdoc/>
    public override IStoppingCloud? Stopper => cloud.Stopping;

    /// <inheritdoc/>
    public override IMeteredCloud? Usage => cloud.Usage;

    public override IRandomSource Random => random;

    /// <summary>What comes up and stays up.</summary>
    public required Template Template { get; init; }

    /// <summary>An image that does not exist.</summary>
    public required string BadImage { get; init; }

    /// <summary>Ends an instance, whose id is added as the last argument; empty when there is no such command.</summary>
    public ImmutableArray<string> KillCommand { get; init; } = [];

    /// <summary>
    /// Has the cloud give notice of an instance, whose id and end are added as the last arguments; empty when there is no such command.
    /// </summary>
    public ImmutableArray<string> NoticeCommand { get; init; } = [];

    /// <summary>Where they run.</summary>
    public required string Directory { get; init; }

    public required TimeSpan PatienceMax { get; init; }

    public required int CrowdSize { get; init; }

    public override TimeSpan Patience => PatienceMax;

    public override int Crowd => CrowdSize;

    public override int CrowdInFlight => 16;

    public override Hand? Killing => KillCommand.IsEmpty
        ? null
        : (instance, cancellationToken) => RunAsync("--kill", KillCommand, cancellationToken, instance.Id.Value);

    public override NoticeHand? GivingNotice => NoticeCommand.IsEmpty
        ? null
        : (instance, leavingAt, cancellationToken) => RunAsync(
            "--notice", NoticeCommand, cancellationToken, instance.Id.Value, MomentText.Format(leavingAt));

    public override Template GoodTemplate() => Template;

    public override Template BadImageTemplate() => Template with { Image = BadImage };

    private async Task RunAsync(
        string option, ImmutableArray<string> command, CancellationToken cancellationToken, params string[] arguments)
    {
        var start = new ProcessStartInfo(command[0], [.. command.Skip(1), .. arguments]) { WorkingDirectory = Directory };
        // What it prints is not the test's data.
        start.RedirectStandardOutput = true;
        try
        {
            using var process = Process.Start(start) ?? throw new InvalidOperationException("a process that was started is none");
            await process.StandardOutput.ReadToEndAsync(cancellationToken);
            await process.WaitForExitAsync(cancellationToken);
            if (process.ExitCode != 0)
            {
                throw new CliException(ExitCode.Usage, $"{option} is '{command[0]}': it ended with exit code {process.ExitCode}");
            }
        }
        catch (Win32Exception error)
        {
            throw new CliException(ExitCode.Usage, $"{option} is '{command[0]}': {error.Message}");
        }
    }

    public override Task WaitAsync(CancellationToken cancellationToken) =>
        // Somebody's real cloud: asked no more often than its budget would let Muster.
        Task.Delay(TimeSpan.FromSeconds(1 / Math.Clamp(cloud.Traits.ReadsPerSecond, 0.2, 20)), TimeProvider.System, cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
