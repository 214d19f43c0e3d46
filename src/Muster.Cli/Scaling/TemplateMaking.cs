using System.Collections.Immutable;

using Muster.Api.Templates;
using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Cli.Scaling;

/// <summary>Makes a template of what was given, for commands without a server that would.</summary>
internal static class TemplateMaking
{
    /// <summary>A template without an id, by that name, of that account; its rules are not yet checked.</summary>
    public static Template Of(TemplateInput input, string name, AccountId account, DateTimeOffset now) => new()
    {
        Id = default,
        Account = account,
        Name = name,
        Cloud = input.Cloud ?? "",
        NamePrefix = input.NamePrefix,
        Image = input.Image ?? "",
        Size = input.Size,
        Networks = [.. input.Networks ?? []],
        FirewallEnabled = input.FirewallEnabled ?? false,
        UserData = input.UserData,
        Metadata = Map(input.Metadata),
        Tags = Map(input.Tags),
        Options = Map(input.Options),
        CreatedAt = now,
    };

    private static ImmutableSortedDictionary<string, string> Map(IReadOnlyDictionary<string, string>? pairs) =>
        pairs?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty;
}
