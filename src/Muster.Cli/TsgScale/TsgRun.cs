using System.Collections.Immutable;

using Muster.Cli.Composition.Clouds;
using Muster.Cli.Configuration;
using Muster.Cli.Scaling;
using Muster.Cli.Terminals;
using Muster.Core.Checks;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Instances;
using Muster.Core.Reconciling;
using Muster.Triton.Scaling;

namespace Muster.Cli.TsgScale;

/// <summary>One run in the original's place: takes over its machines if there are any, else makes a level check.</summary>
internal static class TsgRun
{
    /// <summary>So many runs look by Muster's own tags, whatever the look by name says.</summary>
    private const double WholeLooks = 0.1;

    /// <returns>Whether the level holds or was restored.</returns>
    /// <exception cref="Core.InputException">The key or another value is wrong; nothing was done.</exception>
    /// <exception cref="CloudException">CloudAPI does not answer as it should; nothing was done.</exception>
    public static async Task<bool> RunAsync(TsgScaleRequest request, Terminal terminal, TsgLog log, CancellationToken cancellationToken)
    {
        if (request.Key is TsgKey.AsText { IsOnCommandLine: true })
        {
            log.Warn(
                "the private key is on the command line, where others can read it: give --key-material the base64 of its file's path, "
                + "or leave it out and let ssh-agent hold the key");
        }

        using var stop = new StopSignals(cancellationToken);
        var entry = await CloudFactory.OpenAsync(
            Cloud(request), Path.GetTempPath(), terminal.Time, terminal.Random, log.Warn, stop.Token, (request.Key as TsgKey.AsText)?.Pem);
        await using var cloud = entry.Cloud;
        var (startedAt, beganAt) = (terminal.Time.GetUtcNow(), terminal.Time.GetTimestamp());
        var scale = new ScaleRequest
        {
            Group = request.Group,
            Count = request.Count,
            Template = request.Template,
            TemplateId = request.Template.Id,
        };
        var tags = LevelCheckRunner.TagsForAdoption(scale);
        if (await AdoptAsync(request, tags, cloud, log, terminal.Time, stop.Token) is not { } named)
        {
            return true;
        }

        // A machine of ours whose tag with the name was edited is not among them. So they are enough to do nothing, and for nothing else;
        // and not always, since such a one may be one too many. See docs/decisions/0134-a-run-that-does-nothing-lists-once.md.
        var runner = new LevelCheckRunner([entry], terminal.Time, terminal.Random);
        var glance = terminal.Random.NextUnit() < WholeLooks ? null : runner.Glance(named, startedAt, beganAt);
        var report = await runner.RunAsync(scale, glance, stop.Token);
        log.Write(request, report);
        // As the original: what died is replaced, and that is the level restored, until launches fail in a row and are held back.
        return report.Outcome is CheckOutcome.Idle or CheckOutcome.Acted;
    }

    /// <summary>
    /// A refusal as one call too many is waited out, as a level check does; what was taken over before it is not asked for again.
    /// </summary>
    private static async Task<ImmutableArray<Instance>?> AdoptAsync(
        TsgScaleRequest request, ImmutableSortedDictionary<string, string> tags, GovernedCloud cloud, TsgLog log, TimeProvider timeProvider,
        CancellationToken stopping)
    {
        var startedAt = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return await TsgAdoption.RunAsync(request, tags, cloud, log, stopping);
            }
            catch (CloudException error) when (error.Kind is CloudErrorKind.Throttled
                && timeProvider.GetElapsedTime(startedAt) + cloud.Governor.Silence <= LevelCheckRunner.ThrottledMax)
            {
                // The next call waits out the silence that the cloud asked for.
            }
        }
    }

    private static CloudConfig Cloud(TsgScaleRequest request)
    {
        var config = new CloudConfig
        {
            Name = TsgScaleRequest.CloudName,
            Kind = "triton",
            Options = { ["url"] = request.Url, ["account"] = request.Account, ["key_id"] = request.KeyId },
        };
        if (request.Key is TsgKey.InFile file)
        {
            config.Options["key_file"] = file.Path;
        }

        return config;
    }
}
