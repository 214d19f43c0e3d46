using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Placements;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Launching;

public sealed class SlotLaunchIdentitiesTests
{
    private readonly SlotLaunchIdentities _identities = new(Some.Installation);

    [Fact]
    public void Two_runs_that_see_the_same_ask_for_the_same_launches()
    {
        var (first, second) = (Begin([]), Begin([]));

        Assert.Equal(
            Enumerable.Range(0, 3).Select(_ => first.Next().Id),
            Enumerable.Range(0, 3).Select(_ => second.Next().Id));
    }

    [Fact]
    public void A_place_that_a_living_instance_fills_is_not_given_again()
    {
        var taken = WithIdentity(Begin([]).Next(), InstanceState.Running);

        Assert.Equal("1", Begin([taken]).Next().Tags[SlotLaunchIdentities.SlotTag]);
    }

    [Fact]
    public void A_dead_instances_place_is_given_to_its_next_generation()
    {
        var dead = WithIdentity(Begin([]).Next(), InstanceState.Failed);

        var next = Begin([dead]).Next();

        Assert.Equal("0", next.Tags[SlotLaunchIdentities.SlotTag]);
        Assert.Equal("1", next.Tags[SlotLaunchIdentities.GenerationTag]);
    }

    [Fact]
    public void A_spent_id_is_followed_by_the_same_places_next_generation()
    {
        var run = Begin([]);
        var spent = run.Next();

        var next = run.After(spent)!;

        Assert.NotEqual(spent.Id, next.Id);
        Assert.Equal(spent.Tags[SlotLaunchIdentities.SlotTag], next.Tags[SlotLaunchIdentities.SlotTag]);
        Assert.Equal("1", next.Tags[SlotLaunchIdentities.GenerationTag]);
    }

    // The same ids as before there were placements: what runs is known by them.
    [Fact]
    public void A_group_with_a_template_alone_has_the_ids_that_it_always_had() => Assert.Equal(
        new(Muster.Core.StableId.From([
            .. Bytes(Some.Installation.Value), .. Bytes(Some.Group(3).Id.Value), 0, 0, 0, 0, 0, 0, 0, 0,
        ])),
        Begin([]).Next().Id);

    [Fact]
    public void Each_placement_has_places_of_its_own()
    {
        var home = WithIdentity(Begin([], "home").Next(), InstanceState.Running, "home");

        Assert.NotEqual(Begin([], "home").Next().Id, Begin([], "away").Next().Id);
        Assert.Equal(Begin([], "away").Next().Id, Begin([home], "away").Next().Id);
        Assert.Equal("1", Begin([home], "home").Next().Tags[SlotLaunchIdentities.SlotTag]);
    }

    private ILaunchIdentityRun Begin(ImmutableArray<Instance> owned, string placement = Placement.Only) =>
        _identities.Begin(Some.Group(3).Id, placement, owned);

    private static byte[] Bytes(Guid id) => id.ToByteArray();

    private static Instance WithIdentity(LaunchIdentity identity, InstanceState state, string? placement = null)
    {
        var instance = Some.Instance(1, state, launch: identity.Id);
        var tags = instance.Tags.SetItems(identity.Tags);
        return instance with { Tags = placement is null ? tags : tags.SetItem(MusterTags.Placement, placement) };
    }
}
