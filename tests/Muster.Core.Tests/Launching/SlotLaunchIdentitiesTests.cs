using Muster.Core.Instances;
using Muster.Core.Launches;
using Muster.Core.Launching;
using Muster.Core.Tests.Support;

namespace Muster.Core.Tests.Launching;

public sealed class SlotLaunchIdentitiesTests
{
    private readonly SlotLaunchIdentities _identities = new(Some.Installation);

    [Fact]
    public void Two_runs_that_see_the_same_ask_for_the_same_launches()
    {
        var (first, second) = (_identities.Begin(Some.Group(3), []), _identities.Begin(Some.Group(3), []));

        Assert.Equal(
            Enumerable.Range(0, 3).Select(_ => first.Next().Id),
            Enumerable.Range(0, 3).Select(_ => second.Next().Id));
    }

    [Fact]
    public void A_place_that_a_living_instance_fills_is_not_given_again()
    {
        var taken = WithIdentity(_identities.Begin(Some.Group(3), []).Next(), InstanceState.Running);

        Assert.Equal("1", _identities.Begin(Some.Group(3), [taken]).Next().Tags[SlotLaunchIdentities.SlotTag]);
    }

    [Fact]
    public void A_dead_instances_place_is_given_to_its_next_generation()
    {
        var dead = WithIdentity(_identities.Begin(Some.Group(3), []).Next(), InstanceState.Failed);

        var next = _identities.Begin(Some.Group(3), [dead]).Next();

        Assert.Equal("0", next.Tags[SlotLaunchIdentities.SlotTag]);
        Assert.Equal("1", next.Tags[SlotLaunchIdentities.GenerationTag]);
    }

    [Fact]
    public void A_spent_id_is_followed_by_the_same_places_next_generation()
    {
        var run = _identities.Begin(Some.Group(3), []);
        var spent = run.Next();

        var next = run.After(spent)!;

        Assert.NotEqual(spent.Id, next.Id);
        Assert.Equal(spent.Tags[SlotLaunchIdentities.SlotTag], next.Tags[SlotLaunchIdentities.SlotTag]);
        Assert.Equal("1", next.Tags[SlotLaunchIdentities.GenerationTag]);
    }

    private static Instance WithIdentity(LaunchIdentity identity, InstanceState state)
    {
        var instance = Some.Instance(1, state, launch: identity.Id);
        return instance with { Tags = instance.Tags.SetItems(identity.Tags) };
    }
}
