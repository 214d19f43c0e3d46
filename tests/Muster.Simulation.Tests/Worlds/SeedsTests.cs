using System.Globalization;

using Muster.Core;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Tests.Worlds;

/// <summary>The real engine in worlds, each drawn from its seed with all its clouds, people, faults and crashes.</summary>
/// <remarks>
/// Some seeds are the same in every run, so that a change is compared with the last one; more are fresh, so that each run looks further.
/// </remarks>
public sealed class SeedsTests
{
    private const int SeedsEach = 50;

    /// <summary>How many stay the same: <c>./test --mutants</c>, which runs them once for each bug, asks for fewer.</summary>
    private static readonly int Fixed =
        int.Parse(Environment.GetEnvironmentVariable("MUSTER_SEEDS_FIXED") ?? "4900", CultureInfo.InvariantCulture);

    /// <summary>How many fresh ones: <c>./test --long</c> asks for more.</summary>
    private static readonly int Fresh =
        int.Parse(Environment.GetEnvironmentVariable("MUSTER_SEEDS") ?? "100", CultureInfo.InvariantCulture);

    /// <summary>Far from the fixed ones, and small enough to type.</summary>
    private static readonly ulong FreshFrom = 1_000_000 + (ulong)(new SystemRandomSource().NextUnit() * 1_000_000_000);

    public static TheoryData<int> FixedParts => [.. Enumerable.Range(0, (Fixed + SeedsEach - 1) / SeedsEach)];

    public static TheoryData<int> FreshParts => [.. Enumerable.Range(0, (Fresh + SeedsEach - 1) / SeedsEach)];

    [Theory]
    [MemberData(nameof(FixedParts))]
    public void No_rule_is_broken_and_every_group_reaches_its_level_once_the_faults_stop(int part) => Run(1 + (ulong)(part * SeedsEach));

    [Theory]
    [MemberData(nameof(FreshParts))]
    public void No_rule_is_broken_in_worlds_that_nobody_has_seen(int part)
    {
        var from = FreshFrom + (ulong)(part * SeedsEach);
        TestContext.Current.TestOutputHelper?.WriteLine($"seeds {from} to {from + SeedsEach - 1}");
        Run(from);
    }

    /// <summary>Seeds that once broke a rule: each found a bug that has been mended since.</summary>
    /// <remarks>
    /// A change to what a world draws makes another world of each of them; what they found is kept as a test beside what it
    /// mended, so they may be forgotten when they have become meaningless.
    /// </remarks>
    [Theory]
    [InlineData(100_000)]

    // Warm pools: one that was stopping was taken for ending, an older listing hid one that rests or took a start back, what could not be
    // seen was launched again, a hook's word was read as taken from the pool, a start for an unknown launch threw, one that was taken was
    // pending for the pool, a rest that was never ordered stayed spent.
    [InlineData(11)]
    [InlineData(142)]
    [InlineData(309)]
    [InlineData(99)]
    [InlineData(669)]
    [InlineData(634)]
    [InlineData(747)]
    [InlineData(1467)]
    [InlineData(2365)]
    [InlineData(2111)]

    // A drain was forgotten when a listing no longer showed its instance, and begun again when an older one did.
    [InlineData(3032)]
    [InlineData(839_770_762)]

    // One that was started and was healthy while nobody checked was given up as one that never came up, beside others that were sick.
    [InlineData(4362)]
    public void A_seed_that_once_failed_holds(ulong seed)
    {
        var result = World.Run(seed);

        Assert.True(result.Violation is null, result.ToString());
    }

    private static void Run(ulong from)
    {
        var failed = ManyWorlds.Run(from, SeedsEach);

        Assert.True(failed.Count == 0, string.Join("\n\n", failed));
    }
}
