using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.Triton;

public sealed class TritonConformanceTests : CloudConformance
{
    /// <summary>Enough to be met by most looks at what was just done.</summary>
    private static readonly TimeSpan Lag = TimeSpan.FromMilliseconds(200);

    protected override async Task<CloudHarness> OpenAsync() => await TritonHarness.StartAsync(options => options.Lag = Lag);

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("triton")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
