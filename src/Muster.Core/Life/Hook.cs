using Muster.Core.Members;

namespace Muster.Core.Life;

/// <summary>
/// A gate in the life of each instance of a group, at which others have their turn. Valid when made by <see cref="HookRules"/>.
/// </summary>
public sealed record Hook
{
    /// <summary>Its name, unique in its group; what is said to it names it. Never <see cref="Gates.Drain"/>.</summary>
    public required string Name { get; init; }

    /// <summary>When it holds an instance.</summary>
    public required HookMoment At { get; init; }

    /// <summary>How long it waits for a word, from the moment it holds.</summary>
    public TimeSpan Timeout { get; init; } = HookRules.TimeoutDefault;

    /// <summary>What silence means: <see cref="GateAnswer.Continue"/> or <see cref="GateAnswer.Abandon"/>.</summary>
    public required GateAnswer OnTimeout { get; init; }

    /// <summary>
    /// Who is told that an instance waits: null for nobody but those who look, the URL of a web hook, or <c>exec:NAME</c> for a command of
    /// the server's configuration.
    /// </summary>
    public string? Tell { get; init; }

    /// <summary>Since when the group has it: at launch it holds none that was launched before.</summary>
    public DateTimeOffset Since { get; init; }

    internal GateTerms Gate => new(Name, Timeout, OnTimeout);
}
