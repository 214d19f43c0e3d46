using Muster.Clouds.Conformance;
using Muster.Core;

namespace Muster.Conformance.Clouds;

/// <summary>What every cloud does, whatever is behind it. Inherit it, give it a cloud, and all of it must pass.</summary>
/// <remarks>
/// The rules themselves are <see cref="CloudRules"/>. What a cloud's <see cref="Core.Clouds.CloudTraits"/> do not promise is skipped,
/// and the skip says which trait.
/// </remarks>
public abstract class CloudConformance
{
    // Far beyond what any rule takes, so that one that waits for ever fails under its own name.
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    public static TheoryData<string> Rules => [.. CloudRules.Sentences];

    /// <summary>A cloud with no instances of this test's installation.</summary>
    protected abstract Task<CloudHarness> OpenAsync();

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_port_s_rule_is_kept(string rule)
    {
        await using var harness = await OpenAsync();
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(Patience);
        try
        {
            await CloudRules.TryAsync(rule, harness, new InstallationId(harness.Random.NextId()), bound.Token);
        }
        catch (RuleSkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }
        catch (OperationCanceledException) when (
            bound.IsCancellationRequested && !TestContext.Current.CancellationToken.IsCancellationRequested)
        {
            Assert.Fail($"the rule did not end within {Patience.TotalMinutes:0} minutes");
        }
    }
}
