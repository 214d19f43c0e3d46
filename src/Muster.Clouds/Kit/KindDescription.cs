using System.Collections.Immutable;

using Muster.Core.Options;

namespace Muster.Clouds.Kit;

/// <summary>What there is to say of a kind of cloud. The tables of its page in <c>docs/clouds</c> are these, to the letter.</summary>
public sealed record KindDescription
{
    /// <summary>What the configuration may say of such a cloud, in the order of the page.</summary>
    public required ImmutableArray<ConfigOption> Options { get; init; }

    /// <summary>
    /// What the fields of every template mean here; one that is missing is refused. Empty where the cloud itself defines them.
    /// </summary>
    public required ImmutableArray<TemplateField> Fields { get; init; }

    /// <summary>The options of templates.</summary>
    public ImmutableArray<ConfigOption> TemplateOptions { get; init; } = [];

    /// <summary>What the cloud is called with, and how little that may be allowed to do: a few plain sentences.</summary>
    public required string Credential { get; init; }

    /// <summary>The calls that the credential must be allowed to make; empty where rights are not given call by call.</summary>
    public ImmutableArray<Privilege> LeastPrivilege { get; init; } = [];

    /// <summary>
    /// What clouds of it can do that not all can, in the order of <see cref="CloudAbility"/>; of a kind whose clouds differ, what each of
    /// them may be able to do.
    /// </summary>
    public ImmutableArray<CloudAbility> Abilities { get; init; } = [];

    /// <summary>
    /// Whether an account that may launch on it can do what the server's own user can, other accounts' groups included. Such a cloud is for
    /// the accounts that its configuration names.
    /// </summary>
    public bool IsTheServersOwn { get; init; }
}

/// <summary>What a field of every template means on a cloud.</summary>
/// <param name="Name">As commands call it: <c>image</c>, <c>size</c>.</param>
/// <param name="Meaning">In Markdown, without a full stop.</param>
public sealed record TemplateField(string Name, string Meaning);

/// <summary>Calls that a credential must be allowed to make.</summary>
/// <param name="Calls">Which, in Markdown.</param>
/// <param name="For">What for.</param>
public sealed record Privilege(string Calls, string For);
