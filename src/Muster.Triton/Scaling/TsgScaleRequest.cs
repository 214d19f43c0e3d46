using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Triton.Scaling;

/// <summary>What the original's flags ask for, read strictly: what it took for something else, or for nothing, is refused.</summary>
public sealed record TsgScaleRequest
{
    /// <summary>What the cloud is called where something has to be: there is only one.</summary>
    public const string CloudName = "triton";

    /// <summary>The account's login.</summary>
    public required string Account { get; init; }

    /// <summary>CloudAPI.</summary>
    public required string Url { get; init; }

    /// <summary>Which key.</summary>
    public required string KeyId { get; init; }

    /// <summary>Where the key is.</summary>
    public required TsgKey Key { get; init; }

    /// <summary>The group's name.</summary>
    public required string Group { get; init; }

    /// <summary>How many machines there must be.</summary>
    public required int Count { get; init; }

    /// <summary>What a machine is, under the id that the original's program is called with.</summary>
    public required Template Template { get; init; }

    /// <summary>Whether machines are taken over whatever template they were made of.</summary>
    public required bool AdoptsAll { get; init; }

    /// <summary>Reads the flags, and the variables that the original's help promises.</summary>
    /// <exception cref="InputException">Something is missing or wrong; names every flag.</exception>
    public static TsgScaleRequest Read(GoFlags flags, Func<string, string?> environment)
    {
        var reader = new TsgFlagReader(flags, environment);
        var template = reader.Uuid(TsgFlags.Template);
        var request = new TsgScaleRequest
        {
            Account = reader.FlagOrVariable(TsgFlags.Account, "the account's login"),
            Url = reader.FlagOrVariable(TsgFlags.Url, "CloudAPI's address"),
            KeyId = reader.FlagOrVariable(TsgFlags.KeyId, "the fingerprint of the account's key"),
            Key = reader.Key(),
            AdoptsAll = reader.Switch(TsgFlags.Adopt),
            Group = reader.Required(TsgFlags.Name, EntityName.IsValid, EntityName.Rule),
            Count = reader.Count(),
            Template = TemplateOf(reader, template),
        };
        reader.ThrowIfAny();
        return request;
    }

    private static Template TemplateOf(TsgFlagReader reader, Guid id) => new()
    {
        Id = new(id),
        Account = default,
        Name = "",
        Cloud = CloudName,
        // As the original's tag "name" begins.
        NamePrefix = $"tsg-{id.ToString()[..8]}",
        Image = reader.Required(TsgFlags.Image, text => text.Length > 0, "an image's id"),
        Size = reader.Required(TsgFlags.Package, text => text.Length > 0, "a package's id"),
        Networks = [.. reader.List(TsgFlags.Networks)],
        FirewallEnabled = reader.Switch(TsgFlags.Firewall),
        UserData = reader.UserData(),
        Metadata = reader.Metadata(),
        Tags = reader.Tags(),
        Options = reader.Affinity() is { Length: > 0 } rules
            ? ImmutableSortedDictionary<string, string>.Empty.Add("affinity", rules)
            : ImmutableSortedDictionary<string, string>.Empty,
        CreatedAt = default,
    };
}
