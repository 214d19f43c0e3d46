using System.Collections.Immutable;

using Muster.Core.Life;
using Muster.Core.Members;

namespace Muster.Storage.Rules;

/// <summary>What a word to a gate stands on: which gates a group has, and which of its instances are at any.</summary>
/// <param name="Drain">The group's drain; null for none.</param>
/// <param name="Hooks">The group's hooks.</param>
/// <param name="Members">What the engine has written down of its instances.</param>
internal readonly record struct GateBasis(Drain? Drain, Hooks Hooks, ImmutableArray<Member> Members)
{
    /// <summary>A group without gates.</summary>
    public static GateBasis None { get; } = new(null, Hooks.None, []);
}
