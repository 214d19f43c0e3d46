using System.Collections.Immutable;

using Muster.Api.Templates;
using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Server.Templates;

/// <summary>Makes a template of what was given.</summary>
internal static class NewTemplate
{
    /// <summary>What was left out becomes empty, which <see cref="TemplateRules"/> reports as missing where it is required.</summary>
    public static Template Of(TemplateInput input, TemplateId id, AccountId account, DateTimeOffset now) => new()
    {
        Id = id,
        Account = account,
        Name = input.Name ?? "",
        Cloud = input.Cloud ?? "",
        NamePrefix = input.NamePrefix,
        Image = input.Image ?? "",
        Size = input.Size,
        Networks = [.. input.Networks ?? []],
        FirewallEnabled = input.FirewallEnabled ?? false,
        UserData = input.UserData,
        Metadata = Sorted(input.Metadata),
        Tags = Sorted(input.Tags),
        Options = Sorted(input.Options),
        CreatedAt = now,
    };

    private static ImmutableSortedDictionary<string, string> Sorted(IReadOnlyDictionary<string, string>? entries) =>
        entries?.ToImmutableSortedDictionary(StringComparer.Ordinal) ?? ImmutableSortedDictionary<string, string>.Empty;
}
