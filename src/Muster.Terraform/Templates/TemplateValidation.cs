using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Templates;
using Muster.Terraform.Findings;
using Muster.Terraform.Values;

namespace Muster.Terraform.Templates;

/// <summary>What can be said about a template without a server: Muster's own rules, for all of it that is known.</summary>
internal static class TemplateValidation
{
    /// <summary>Characters that are appended to a <c>base_name</c>, the dash included.</summary>
    public const int SuffixLength = 9;

    /// <summary>Stands for what is not known yet; keeps every rule.</summary>
    private const string Unknown = "unknown";

    public static void Check(Fields config, FindingList findings)
    {
        CheckNames(config, findings);
        CheckElements(config, findings);
        var errors = ImmutableArray.CreateBuilder<InputError>();
        TemplateRules.Check(Known(config), errors);
        foreach (var error in errors)
        {
            findings.Invalid(
                ApiFields.Place(TemplateSchema.Resource, error.Field) ?? AttributePath.Of(error.Field), error.Value, error.Allowed);
        }
    }

    private static void CheckNames(Fields config, FindingList findings)
    {
        if (config["name"].IsNull == config["base_name"].IsNull)
        {
            findings.Error("Invalid name", "Give either name or base_name.", AttributePath.Of("name"));
        }

        if (config.Text("base_name") is { } baseName && !EntityName.IsValid(baseName + new string('0', SuffixLength)))
        {
            findings.Invalid(
                AttributePath.Of("base_name"), baseName, $"0 to {EntityName.LengthMax - SuffixLength} characters of A-Z a-z 0-9 . _ -");
        }
    }

    /// <summary>Null within a list or a map is none of the API's values, and would come back as another one.</summary>
    private static void CheckElements(Fields config, FindingList findings)
    {
        if (config["networks"] is Value.Sequence networks && networks.Items.IndexOf(Value.Null) is >= 0 and var index)
        {
            findings.Invalid(AttributePath.Of("networks").AtIndex(index), null, "a network, and not null");
        }

        foreach (var name in (string[])["metadata", "tags", "options"])
        {
            foreach (var (key, _) in config[name] is Value.Mapping map ? map.Items.Where(item => item.Value.IsNull) : [])
            {
                findings.Invalid(AttributePath.Of(name).AtKey(key), null, "a string, and not null; leave the key out instead");
            }
        }
    }

    private static Template Known(Fields config) => new()
    {
        Id = default,
        Account = default,
        Name = config.Text("name") ?? Unknown,
        Cloud = config.Text("cloud") ?? Unknown,
        Image = config.Text("image") ?? Unknown,
        NamePrefix = config.Text("name_prefix"),
        Size = config.Text("size"),
        Networks = config.Texts("networks", Unknown) ?? [],
        UserData = config.Text("user_data"),
        Metadata = config.Entries("metadata") ?? ImmutableSortedDictionary<string, string>.Empty,
        Tags = config.Entries("tags") ?? ImmutableSortedDictionary<string, string>.Empty,
        Options = config.Entries("options") ?? ImmutableSortedDictionary<string, string>.Empty,
        CreatedAt = default,
    };
}
