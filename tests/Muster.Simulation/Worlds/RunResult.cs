using System.Collections.Immutable;

namespace Muster.Simulation.Worlds;

/// <summary>How one world went.</summary>
public sealed record RunResult
{
    /// <summary>The world's seed: the same seed is the same run.</summary>
    public required ulong Seed { get; init; }

    /// <summary>The rule that was broken; null when none was.</summary>
    public required string? Violation { get; init; }

    /// <summary>What happened before the end, for people.</summary>
    public required ImmutableArray<string> Tail { get; init; }

    /// <summary>Of everything that happened.</summary>
    public required string Hash { get; init; }

    /// <summary>Continuations run.</summary>
    public required long Steps { get; init; }

    /// <summary>Virtual time that passed.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Instances that the engine launched.</summary>
    public required int Launched { get; init; }

    /// <summary>Instances that the engine terminated.</summary>
    public required int Terminated { get; init; }

    /// <summary>From the last fault until every group was at its level; null when it never was.</summary>
    public required TimeSpan? ConvergedIn { get; init; }

    /// <summary>What to print when it failed.</summary>
    public override string ToString() => Violation is null
        ? $"seed {Seed}: ok, {Hash}"
        : $"""
           seed {Seed} fails: {Violation}
             {string.Join("\n  ", Tail)}
           seed {Seed} fails: {Violation}
           replay: ./simulate --seed {Seed} --trace
           """;
}
