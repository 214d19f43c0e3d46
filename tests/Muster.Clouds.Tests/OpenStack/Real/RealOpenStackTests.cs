using Muster.Clouds.Conformance;
using Muster.Clouds.Kit;
using Muster.Conformance.Clouds;

namespace Muster.Clouds.Tests.OpenStack.Real;

/// <summary>The whole suite on an OpenStack that nobody here wrote: the services of Debian, with a hypervisor that pretends.</summary>
public sealed class RealOpenStackTests : CloudConformance
{
    protected override Task<CloudHarness> OpenAsync()
    {
        Assert.SkipUnless(RealOpenStackHarness.IsThere, "a real OpenStack has a stage of its own: ./test --openstack");
        return Task.FromResult<CloudHarness>(new RealOpenStackHarness());
    }

    [Fact]
    public async Task The_kind_says_what_its_cloud_can()
    {
        await using var harness = await OpenAsync();

        Assert.Equal(CloudKinds.Find("openstack")!.Description.Abilities, CloudAbilities.Of(harness.Cloud));
    }
}
