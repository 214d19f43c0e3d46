using System.Runtime.CompilerServices;

using Muster.Core;
using Muster.Core.Clouds;

namespace Muster.Clouds.Conformance;

/// <summary>Tries rules on a cloud, one after the other, and cleans up after each.</summary>
/// <param name="harness">The cloud, and the hands that work on it.</param>
/// <param name="time">The clock.</param>
public sealed class CloudSuite(CloudHarness harness, TimeProvider time)
{
    /// <summary>Tries them; each outcome comes as soon as it is known.</summary>
    /// <param name="sentences">Which rules, from <see cref="CloudRules.Sentences"/>.</param>
    /// <param name="cancellationToken">Ends it, after the clean-up of the trial under way.</param>
    public async IAsyncEnumerable<RuleOutcome> RunAsync(
        IEnumerable<string> sentences, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var sentence in sentences)
        {
            yield return await TryAsync(sentence, cancellationToken);
        }
    }

    private async Task<RuleOutcome> TryAsync(string sentence, CancellationToken cancellationToken)
    {
        var installation = new InstallationId(harness.Random.NextId());
        var started = time.GetTimestamp();
        var (verdict, reason) = await JudgeAsync(sentence, installation, cancellationToken);
        var left = await TerminateAllAsync(installation);
        if (left is not null && verdict is RuleVerdict.Kept)
        {
            (verdict, reason) = (RuleVerdict.Broken, left);
        }
        return new RuleOutcome(sentence, verdict, reason, time.GetElapsedTime(started));
    }

    private async Task<(RuleVerdict Verdict, string? Reason)> JudgeAsync(
        string sentence, InstallationId installation, CancellationToken cancellationToken)
    {
        try
        {
            await CloudRules.TryAsync(sentence, harness, installation, cancellationToken);
            return (RuleVerdict.Kept, null);
        }
        catch (RuleSkippedException skipped)
        {
            return (RuleVerdict.Skipped, skipped.Message);
        }
        catch (RuleBrokenException broken)
        {
            return (RuleVerdict.Broken, broken.Message);
        }
        catch (CloudException error)
        {
            return (RuleVerdict.Broken, $"the cloud failed ({error.Kind}): {error.Message}");
        }
    }

    /// <summary>Ends what the trial made, also when it was cancelled.</summary>
    /// <returns>What went wrong with that; null when all is gone.</returns>
    private async Task<string?> TerminateAllAsync(InstallationId installation)
    {
        try
        {
            await foreach (var page in harness.Cloud.ListAsync(new InstanceFilter(installation), CancellationToken.None))
            {
                foreach (var instance in page.Instances)
                {
                    await harness.Cloud.TerminateAsync(instance.Id, CancellationToken.None);
                }
            }
            return null;
        }
        catch (CloudException error)
        {
            return $"cleaning up failed ({error.Kind}): {error.Message}";
        }
    }
}
