using System.Collections.Immutable;

using Muster.Clouds.Tests.Local;
using Muster.Core.Clouds;
using Muster.Core.Templates;

namespace Muster.Clouds.Tests.Exec;

/// <summary>What every example does with a template's fields that mean nothing to it, as docs/clouds/exec.md asks for.</summary>
internal static class ExampleRefusals
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static async Task AssertRefusesAsync(ICloud cloud, Template good, params string[] fields)
    {
        var asked = good with
        {
            Networks = ["front"],
            FirewallEnabled = true,
            Metadata = good.Metadata.Add("color", "blue"),
            Options = good.Options.Add("zone", "a"),
        };

        var check = await cloud.CheckAsync(asked, Cancellation);
        var error = await Assert.ThrowsAsync<CloudException>(() => cloud.LaunchAsync(Requests.Make(asked), Cancellation));

        Assert.Equal(fields, check.Findings.Where(finding => !finding.IsGood).Select(finding => finding.Field));
        Assert.Equal(CloudErrorKind.InvalidRequest, error.Kind);
        Assert.All(fields, field => Assert.Contains($"{field} is ", error.Message, StringComparison.Ordinal));
    }
}
