using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Conformance;

/// <summary>Tries rules on a cloud, one after the other, and cleans up after each.</summary>
/// <param name="harness">The cloud, and the hands that work on it.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class CloudSuite(CloudHarness harness, TimeProvider timeProvider)
{
    /// <summary>Tries them; each outcome comes as soon as it is known.</summary>
    /// <param name="sentences">Which rules, from <see cref="CloudRules.Sentences"/>.</param>
    /// <param name="cancellationToken">Ends it, after the clean-up of the trial under way, whose outcome still comes.</param>
    public async IAsyncEnumerable<RuleOutcome> RunAsync(
        IEnumerable<string> sentences, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var sentence in sentences)
        {
            var (outcome, ended) = await TryAsync(sentence, cancellationToken);
            yield return outcome;
            ended?.Throw();
        }
    }

    private async Task<(RuleOutcome Outcome, ExceptionDispatchInfo? Ended)> TryAsync(string sentence, CancellationToken cancellationToken)
    {
        var run = new RuleRun(harness, new InstallationId(harness.Random.NextId()), cancellationToken);
        var started = timeProvider.GetTimestamp();
        var (verdict, reason, ended) = await JudgeAsync(sentence, run);
        // A trial that did not come to its end may have launched what is not listed yet.
        var asked = verdict is RuleVerdict.Kept ? [] : run.Asked(run.Installation);
        var cleanUp = new CleanUp(harness.Cloud, harness.ListingLagMax, timeProvider);
        if (await cleanUp.TerminateAllAsync(run.Installation, asked) is { } left && verdict is not RuleVerdict.Broken)
        {
            (verdict, reason) = (RuleVerdict.Broken, left);
        }

        return (new RuleOutcome(sentence, verdict, reason, timeProvider.GetElapsedTime(started)), ended);
    }

    private static async Task<(RuleVerdict Verdict, string? Reason, ExceptionDispatchInfo? Ended)> JudgeAsync(string sentence, RuleRun run)
    {
        try
        {
            run.Cancellation.ThrowIfCancellationRequested();
            await CloudRules.TryAsync(sentence, run);
            return (RuleVerdict.Kept, null, null);
        }
        catch (RuleSkippedException skipped)
        {
            return (RuleVerdict.Skipped, skipped.Message, null);
        }
        catch (RuleBrokenException broken)
        {
            return (RuleVerdict.Broken, broken.Message, null);
        }
        catch (CloudException error)
        {
            return (RuleVerdict.Broken, $"the cloud failed ({error.Kind}): {error.Message}", null);
        }
        catch (Exception error)
        {
            // Told to stop, or a hand failed. It is thrown on, once what the trial made is gone.
            return (RuleVerdict.Skipped, $"stopped: {error.Message}", ExceptionDispatchInfo.Capture(error));
        }
    }
}
