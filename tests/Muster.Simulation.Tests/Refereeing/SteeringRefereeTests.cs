using System.Collections.Frozen;
using System.Collections.Immutable;

using Muster.Core.Claims;
using Muster.Core.Metrics;
using Muster.Core.Steering;
using Muster.Core.Storage;
using Muster.Simulation.Engines;
using Muster.Simulation.Worlds;

namespace Muster.Simulation.Tests.Refereeing;

/// <summary>Each rule of what policies may do is broken on purpose and must be found broken.</summary>
public sealed class SteeringRefereeTests
{
    private const int WorldsMax = 60;

    [Fact]
    public void A_move_beyond_what_is_allowed_is_caught() =>
        AssertCaught("are allowed", WithMoves(record => record with { Claim = record.Claim! with { Desired = 10_000 } }));

    [Fact]
    public void A_move_by_nobody_is_caught() => AssertCaught(
        "which is none of its own", WithMoves(record => record with { Claim = record.Claim! with { Author = "nobody" } }));

    [Fact]
    public void A_move_that_the_trail_does_not_learn_of_is_caught() =>
        AssertCaught("and no activity says that policy", WithMoves(record => record with { Activity = null }));

    [Fact]
    public void A_round_that_follows_what_only_recommends_is_caught() => AssertCaught(
        "which is Recommend",
        WithReads(group => group with
        {
            Record = group.Record with
            {
                Policies =
                [
                    .. group.Record.Policies.Select(policy =>
                        policy.Mode is PolicyMode.Recommend ? policy with { Mode = PolicyMode.On } : policy),
                ],
            },
        }));

    [Fact]
    public void A_round_that_moves_what_a_person_holds_is_caught() => AssertCaught(
        "and is held until",
        WithReads(group => group with { Record = group.Record with { Group = group.Record.Group with { HeldUntil = null } } }));

    [Fact]
    public void A_round_that_has_forgotten_its_policies_moves_is_caught() => AssertCaught(
        "cools down for",
        WithReads(group => group with
        {
            State = group.State with { Outcomes = [.. group.State.Outcomes.Select(
                outcome => outcome with { Memory = PolicyMemory.None })] },
        }));

    [Fact]
    public void A_round_that_claims_what_is_claimed_already_is_caught() => AssertCaught(
        "which is what steering claims already",
        WithReads(group => group with
        {
            Record = group.Record with { Claims = group.Record.Claims.RemoveAll(claim => claim.Source == Claim.Steering) },
        }));

    [Fact]
    public void A_board_that_invents_values_for_the_blind_is_caught() => AssertCaught(
        "has had no data of", parts => new MusterEngine(parts with { Board = parts.Board is { } board ? new Inventing(board) : null }));

    [Fact]
    public void A_round_that_throws_is_caught() => AssertCaught(
        "a steering round throws", parts => new MusterEngine(parts with { Board = parts.Board is null ? null : new Throwing() }));

    private static void AssertCaught(string words, EngineFactory factory)
    {
        var seen = new List<string>();
        for (var seed = 1UL; seen.Count < WorldsMax; seed++)
        {
            if (!World.HasPolicies(seed))
            {
                continue;
            }

            // What else such a flaw breaks is not what is looked for.
            var result = World.Run(seed, factory, ignores: violation => !violation.Contains(words, StringComparison.Ordinal));
            if (result.Violation is not null)
            {
                return;
            }

            seen.Add($"{seed}");
        }

        Assert.Fail($"nobody said '{words}' in {seen.Count} worlds: {string.Join(", ", seen)}");
    }

    private static EngineFactory WithMoves(Func<SteeringRecord, SteeringRecord> flaw) => With((arguments, call) =>
    {
        for (var index = 0; index < arguments.Length; index++)
        {
            arguments[index] = arguments[index] is ImmutableArray<SteeringRecord> records
                ? records.Select(record => record.Claim is null ? record : flaw(record)).ToImmutableArray()
                : arguments[index];
        }

        return call();
    });

    private static EngineFactory WithReads(Func<SteeredGroup, SteeredGroup> flaw) =>
        With((_, call) => call() is var answer && answer is Task<ImmutableArray<SteeredGroup>> groups ? ReadAsync(groups, flaw) : answer);

    private static async Task<ImmutableArray<SteeredGroup>> ReadAsync(
        Task<ImmutableArray<SteeredGroup>> groups, Func<SteeredGroup, SteeredGroup> flaw) => [.. (await groups).Select(flaw)];

    private static EngineFactory With(Func<object?[], Func<object?>, object?> flaw) => parts =>
        new MusterEngine(parts with { Store = BrokenStore.With(parts.Store, (_, arguments, call) => flaw(arguments, call)) });

    private sealed class Inventing(IMetricBoard board) : IMetricBoard
    {
        public ImmutableArray<string> Metrics => board.Metrics;

        public async Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
            IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken) =>
            (await board.ReadAsync(needs, patience, cancellationToken)).ToFrozenDictionary(
                metric => metric.Key,
                metric => metric.Value
                    .Select(answer => answer.Failure is null ? answer : new MetricAnswer(answer.Group, [new(0)]))
                    .ToImmutableArray());
    }

    private sealed class Throwing : IMetricBoard
    {
        public ImmutableArray<string> Metrics => [];

        public Task<FrozenDictionary<string, ImmutableArray<MetricAnswer>>> ReadAsync(
            IReadOnlyDictionary<string, ImmutableArray<MetricScope>> needs, TimeSpan patience, CancellationToken cancellationToken) =>
            throw new InvalidOperationException("a board that throws");
    }
}
