using Muster.Clouds.Conformance;
using Muster.Core;

namespace Muster.Clouds.Tests.Vsphere.Judges;

/// <summary>
/// The cloud on govmomi's vcsim, which nobody here wrote. Only <c>./test --vcsim</c> runs it, which builds and starts that, and says where
/// it is in <c>VCSIM_URL</c> and <c>VCSIM_THUMBPRINT</c>.
/// </summary>
public sealed class VcsimTests
{
    /// <summary>What vcsim 0.24 cannot hold, and why.</summary>
    private static readonly Dictionary<string, string> LeftOut = new(StringComparer.Ordinal)
    {
        ["Launches repeated at once with the same id make one instance"] = "vcsim gives one name in a folder to two clones",
        ["A launch repeated after the instance died returns the dead one"] = "vcsim gives one name in a folder to two clones",
        ["An instance is listed in the zone that its launch asked for"] = "vcsim leaves a clone on its source's host, whatever its pool",
    };

    private static readonly string? Url = Environment.GetEnvironmentVariable("VCSIM_URL");

    // One row stands for all where there is no vcsim.
    public static TheoryData<string> Rules => Url is null ? ["every rule"] : [.. CloudRules.Sentences];

    [Theory]
    [MemberData(nameof(Rules))]
    public async Task The_port_s_rule_is_kept_on_vcsim(string rule)
    {
        Assert.SkipWhen(Url is null, "vcsim is tried by ./test --vcsim");
        Assert.SkipWhen(LeftOut.ContainsKey(rule), $"left out: {LeftOut.GetValueOrDefault(rule)}");
        await using var harness = new VcsimHarness(Url!, Environment.GetEnvironmentVariable("VCSIM_THUMBPRINT")!);
        try
        {
            await CloudRules.TryAsync(rule, harness, new InstallationId(harness.Random.NextId()), TestContext.Current.CancellationToken);
        }
        catch (RuleSkippedException skipped)
        {
            Assert.Skip(skipped.Message);
        }
    }
}
