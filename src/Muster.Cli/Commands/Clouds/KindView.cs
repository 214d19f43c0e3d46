using Muster.Cli.Arguments;
using Muster.Clouds.Kit;
using Muster.Core.Options;

namespace Muster.Cli.Commands.Clouds;

/// <summary>A kind of cloud, as <c>muster cloud kinds --json</c> tells of it.</summary>
internal sealed record KindView
{
    /// <summary>What the configuration calls it.</summary>
    public required string Kind { get; init; }

    /// <summary>What a cloud of it is called with, and how little that may be allowed to do.</summary>
    public required string Credential { get; init; }

    /// <summary>What its clouds can do that not all can: <c>launch_tokens</c>, <c>zones</c> and so on.</summary>
    public required IReadOnlyList<string> Abilities { get; init; }

    /// <summary>The options of the configuration.</summary>
    public required IReadOnlyList<KindOptionView> Options { get; init; }

    /// <summary>What the fields of every template mean.</summary>
    public required IReadOnlyList<KindFieldView> TemplateFields { get; init; }

    /// <summary>The options of templates.</summary>
    public required IReadOnlyList<KindOptionView> TemplateOptions { get; init; }

    /// <summary>The calls that the credential must be allowed to make; empty where rights are not given call by call.</summary>
    public required IReadOnlyList<KindPrivilegeView> LeastPrivilege { get; init; }

    public static KindView Of(ICloudKind kind) => new()
    {
        Kind = kind.Name,
        Credential = KindOptions.Plain(kind.Description.Credential),
        Abilities = [.. kind.Description.Abilities.Select(CloudAbilities.Word)],
        Options = [.. kind.Description.Options.Select(KindOptionView.Of)],
        TemplateFields = [.. kind.Description.Fields.Select(field => new KindFieldView(field.Name, KindOptions.Plain(field.Meaning)))],
        TemplateOptions = [.. kind.Description.TemplateOptions.Select(KindOptionView.Of)],
        LeastPrivilege = [.. kind.Description.LeastPrivilege.Select(
            privilege => new KindPrivilegeView(KindOptions.Plain(privilege.Calls), KindOptions.Plain(privilege.For)))],
    };
}

/// <summary>An option of a kind.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Meaning">What it means.</param>
/// <param name="UnlessSet">What holds where it is not set; null for nothing.</param>
/// <param name="Required">Whether it must be set.</param>
internal sealed record KindOptionView(string Name, string Meaning, string? UnlessSet, bool Required)
{
    public static KindOptionView Of(ConfigOption option) => new(
        option.Name,
        KindOptions.Plain(option.Meaning),
        option.UnlessSet is "none" or KindOptions.Required ? null : KindOptions.Plain(option.UnlessSet),
        option.UnlessSet is KindOptions.Required);
}

/// <summary>What a field of every template means on a kind.</summary>
/// <param name="Name">As commands call it.</param>
/// <param name="Meaning">What it means.</param>
internal sealed record KindFieldView(string Name, string Meaning);

/// <summary>Calls that a credential must be allowed to make.</summary>
/// <param name="Calls">Which.</param>
/// <param name="For">What for.</param>
internal sealed record KindPrivilegeView(string Calls, string For);
