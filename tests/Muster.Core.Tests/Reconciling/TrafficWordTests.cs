using Muster.Core.Governing;
using Muster.Core.Groups;
using Muster.Core.Launching;
using Muster.Core.Planning;
using Muster.Core.Reconciling;
using Muster.Core.Storage;
using Muster.Core.Tests.Support;
using Muster.Core.Traffic;
using Muster.Simulation.Randomness;

namespace Muster.Core.Tests.Reconciling;

/// <summary>What a check concludes of traffic that reaches nobody.</summary>
public sealed class TrafficWordTests
{
    private const string Why = "traffic source edge: HAProxy at lb:9999 has no backend web";

    private static readonly TrafficUses Uses = new([new TrafficUse { Source = "edge", Backend = "web", Port = 80 }]);

    [Fact]
    public void A_group_whose_traffic_reaches_nobody_is_degraded_and_says_why()
    {
        var input = Some.Input(Some.Group(2), Some.Instances(2));

        var (well, cut) = (Decision.Make(input).State, Decision.Make(input with { Traffic = new(Why, IsKnown: true) }).State);
        var asked = Decision.Make(input with { Traffic = new("traffic source edge has not been asked yet", IsKnown: false) }).State;

        Assert.Equal((GroupCondition.Healthy, null), (well.Condition, well.Unreached));
        Assert.Equal((GroupCondition.Degraded, Why), (cut.Condition, cut.Unreached));
        Assert.EndsWith($"; {Why}", cut.Reason, StringComparison.Ordinal);
        Assert.Equal(GroupCondition.Scaling, asked.Condition);
        Assert.NotNull(asked.Unreached);
    }

    [Fact]
    public void One_that_is_to_have_no_instance_or_ends_needs_no_traffic()
    {
        var word = new TrafficWord(Why, IsKnown: true);
        var none = Decision.Make(Some.Input(Some.Group(0), []) with { Traffic = word }).State;
        var ends = Decision.Make(
            Some.Input(Some.Group(2) with { Phase = GroupPhase.Draining }, Some.Instances(2)) with { Traffic = word }).State;

        Assert.Equal((GroupCondition.Healthy, null), (none.Condition, none.Unreached));
        Assert.Null(ends.Unreached);
    }

    [Fact]
    public void That_a_source_was_not_asked_yet_counts_of_a_group_alone_that_nobody_found_well_since_it_was_changed()
    {
        var bed = new EngineBed();
        bed.Run(async () =>
        {
            await bed.AddAsync(Some.Group(2) with { Traffic = Uses });
            await bed.PassAsync(120);
            var words = new FakeWords { Word = new("not asked yet", IsKnown: false) };

            // A server that has just started knows nothing of a group that was well.
            var known = await bed.RecordAsync();
            Assert.Null((await AssessAsync(bed, known, words)).Unreached);
            Assert.False(words.WasAwaited);

            // One that has come to get traffic since is not well before its source was asked.
            var changed = known with { Group = known.Group with { UpdatedAt = known.Group.UpdatedAt.AddSeconds(1) } };
            Assert.True(changed.IsUnheard);
            var asked = await AssessAsync(bed, changed, words);
            Assert.Equal(("not asked yet", GroupCondition.Scaling), (asked.Unreached, asked.Condition));
            Assert.True(words.WasAwaited);
            Assert.False((changed with { State = asked }).IsUnheard);
            Assert.Equal("not asked yet", (await AssessAsync(bed, changed with { State = asked }, words)).Unreached);

            // What was known before a server started stands until it has asked.
            words.Word = new(Why, IsKnown: true);
            var cut = await AssessAsync(bed, changed, words);
            words.Word = new("not asked yet", IsKnown: false);
            var still = await AssessAsync(bed, changed with { State = cut }, words);
            Assert.Equal((Why, GroupCondition.Degraded), (still.Unreached, still.Condition));
            words.Word = null;
            Assert.Null((await AssessAsync(bed, changed with { State = still }, words)).Unreached);
        });
        Assert.Empty(bed.Failures);
    }

    private static async Task<GroupState> AssessAsync(EngineBed bed, GroupRecord record, FakeWords words)
    {
        var random = new SeededRandom(1, "other");
        var reconciler = new Reconciler(
            bed.Store, TimeProvider.System, random, new RandomLaunchIdentities(random), new ReconcilerOptions(), "other", traffic: words);
        var clouds = GroupClouds.Of("sim", bed.Governed);
        return reconciler.Assess(record, clouds, await reconciler.ObserveAsync(record, clouds, CancellationToken.None)).State;
    }

    private sealed class FakeWords : ITrafficWords
    {
        public TrafficWord? Word { get; set; }

        public bool WasAwaited { get; private set; }

        public TrafficWord? Of(GroupId group, bool isAwaited)
        {
            WasAwaited = isAwaited;
            return Word;
        }
    }
}
