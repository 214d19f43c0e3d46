using Muster.Core.Traffic;
using Muster.Traffic.Keeping;

namespace Muster.Traffic.Tests.Keeping;

public sealed class TrafficFindingsTests
{
    [Theory]
    [InlineData("edge", "haproxy")]
    [InlineData("inner", "haproxy:inner")]
    [InlineData("registry", "consul")]
    public void A_finding_is_called_by_its_kind_and_a_further_one_by_its_source_as_well_however_often_the_group_is_read(
        string source, string name)
    {
        // What the loop of a use holds was read earlier than the group.
        Assert.Equal(name, TrafficFindings.NameOf(Read(), Read().All.Single(use => use.Source == source), KindOf));
    }

    private static TrafficUses Read() => new(
    [
        new() { Source = "silent", Backend = "web" },
        new() { Source = "edge", Backend = "web", Health = true },
        new() { Source = "inner", Backend = "web", Health = true },
        new() { Source = "registry", Service = "web", Health = true },
    ]);

    private static string KindOf(string source) => source is "registry" ? "consul" : "haproxy";
}
