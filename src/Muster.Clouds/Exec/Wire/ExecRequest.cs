using System.Collections.Immutable;

using Muster.Core.Templates;

namespace Muster.Clouds.Exec.Wire;

/// <summary>What an executable gets on its standard input. Fields that an operation has no use for are left out.</summary>
internal sealed record ExecRequest
{
    /// <summary>The version of the contract. A new field does not raise it; a changed meaning does.</summary>
    public const int ContractVersion = 1;

    public int Contract { get; init; } = ContractVersion;

    public required string Operation { get; init; }

    /// <summary>What templates call this cloud.</summary>
    public required string Cloud { get; init; }

    /// <summary>launch: all tags to put on. list and watch: those to filter by.</summary>
    public ImmutableSortedDictionary<string, string>? Tags { get; init; }

    /// <summary>list: where the page before said that the next one begins.</summary>
    public string? Cursor { get; init; }

    /// <summary>launch: the client token.</summary>
    public string? Launch { get; init; }

    /// <summary>launch: the instance's name.</summary>
    public string? Name { get; init; }

    /// <summary>launch: the zone that it is to be in.</summary>
    public string? Zone { get; init; }

    /// <summary>launch: true where the instance is to be interruptible; left out where not.</summary>
    public bool? Interruptible { get; init; }

    /// <summary>launch and check.</summary>
    public ExecTemplate? Template { get; init; }

    /// <summary>terminate: which instance.</summary>
    public string? Id { get; init; }
}

/// <summary>A template, as an executable sees it.</summary>
internal sealed record ExecTemplate
{
    public required string Id { get; init; }

    public required string Name { get; init; }

    public required string Image { get; init; }

    public string? Size { get; init; }

    public required ImmutableArray<string> Networks { get; init; }

    public required bool FirewallEnabled { get; init; }

    public string? UserData { get; init; }

    public required ImmutableSortedDictionary<string, string> Metadata { get; init; }

    public required ImmutableSortedDictionary<string, string> Options { get; init; }

    public static ExecTemplate Of(Template template) => new()
    {
        Id = template.Id.ToString(),
        Name = template.Name,
        Image = template.Image,
        Size = template.Size,
        Networks = template.Networks,
        FirewallEnabled = template.FirewallEnabled,
        UserData = template.UserData,
        Metadata = template.Metadata,
        Options = template.Options,
    };
}
