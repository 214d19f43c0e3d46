using Muster.Core.Groups;
using Muster.Core.Placements;
using Muster.Core.Prices;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Storage;

public sealed class PriceScopesTests
{
    [Fact]
    public void A_group_with_a_template_alone_has_that_ones_price()
    {
        var template = Some.Template() with { Size = "s" };

        var record = new GroupRecord(Some.Group(1), template, Some.State(), []);

        Assert.Equal([new PriceScope("sim", null, "s", false)], record.PriceScopes.Distinct());
    }

    [Fact]
    public void Placements_have_their_own_and_those_of_what_lives_beside_them()
    {
        var near = Some.Template() with { Size = "s" };
        var far = Some.Template("far") with { Id = new(new Guid(1, 2, 3, new byte[8])), Size = "l" };
        var layout = new Layout
        {
            Placements =
            [
                new() { Name = "a", Template = near.Id, Zone = "z", IsInterruptible = true },
                new() { Name = "b", Template = far.Id },
            ],
        };

        var record = new GroupRecord(Some.Group(1) with { Layout = layout }, near, Some.State(), [])
        {
            PlacementTemplates = [near, far],
            EarlierTemplates = [Some.Template("before") with { Size = "m" }],
        };

        Assert.Equal(
            [
                new PriceScope("sim", "z", "s", true), new("sim", null, "s", false), new("far", null, "l", false),
                new("before", null, "m", false),
            ],
            record.PriceScopes.Distinct());
    }
}
