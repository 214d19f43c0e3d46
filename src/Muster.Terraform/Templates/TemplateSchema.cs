using System.Collections.Immutable;

using Muster.Api.Templates;
using Muster.Core;
using Muster.Terraform.Schemas;
using Muster.Terraform.Values;

namespace Muster.Terraform.Templates;

/// <summary>What a template says, as attributes. The API's words.</summary>
internal static class TemplateSchema
{
    /// <summary>What a template is made of beside its name, each with whether it must be given.</summary>
    private static readonly ImmutableArray<(SchemaAttribute Attribute, bool IsRequired)> Contents =
    [
        (
            Plain("cloud", AttributeType.Text, "The configured cloud that it launches on, by name; see the data source `muster_cloud`."),
            true),
        (Plain("image", AttributeType.Text, "What the cloud boots: an image's id or name; on a `local` cloud, a command line."), true),
        (Plain("size", AttributeType.Text, "How big, in the cloud's own words. The cloud's default unless set."), false),
        (Plain("name_prefix", AttributeType.Text, "Start of each instance's name. The group's name unless set."), false),
        (
            Plain(
                "networks",
                AttributeType.Texts,
                "Networks to attach, in order, at most 16. The cloud's default unless set; `[]` is the same.")
                with { Default = Value.Of([]) },
            false),
        (
            Plain("firewall_enabled", AttributeType.Flag, "Whether the cloud's firewall is on for the instance. `false` unless set.")
                with { Default = Value.Of(false) },
            false),
        (
            Plain(
                "user_data",
                AttributeType.Text,
                "Handed to the instance at its first boot; at most 64 KiB. Hidden in plans, since it often holds secrets; "
                + "it lies in the state all the same.")
                with { IsSensitive = true },
            false),
        (
            Plain("metadata", AttributeType.Entries, "Facts handed to the instance; at most 64. None unless set.")
                with { Default = Value.Object() },
            false),
        (
            Plain(
                "tags",
                AttributeType.Entries,
                "Tags put on the instance beside Muster's own, at most 64. None may start with `muster.`. None unless set.")
                with { Default = Value.Object() },
            false),
        (
            Plain("options", AttributeType.Entries, "What only this kind of cloud knows; see the cloud's own page. None unless set.")
                with { Default = Value.Object() },
            false),
    ];

    public static Schema Resource { get; } = new(
        "What an instance is. A template never changes: a change of any attribute makes a new template and archives the old one.",
        [
            SchemaAttribute.Either("name", AttributeType.Text,
                $"Unique among the living templates of the account; {EntityName.Rule}. Give either this or `base_name`.")
                with { Replaces = true },
            SchemaAttribute.Optional("base_name", AttributeType.Text,
                "Start of a name that Muster completes with eight characters of its own: `web` becomes, say, `web-5f0c9a1e`. "
                + "With it, and with `create_before_destroy`, a template can be replaced while a group uses it. At most 173 characters."),
            .. Contents.Select(Written),
            SchemaAttribute.Defaulted("check", AttributeType.Flag, Value.Of(true),
                "Whether the cloud is asked about image, size and networks before the template is made. `true` unless set. "
                + "A change of this alone changes nothing."),
            SchemaAttribute.Computed("id", AttributeType.Text, "The template's id: what a `muster_group` takes as `template_id`."),
            SchemaAttribute.Computed("created_at", AttributeType.Text, "When it was made, in UTC."),
        ]);

    public static Schema DataSource { get; } = new(
        "A living template that somebody else keeps, by id or name.",
        [
            SchemaAttribute.Either("id", AttributeType.Text, "The template's id. Give either this or `name`."),
            SchemaAttribute.Either("name", AttributeType.Text, "The template's name. Give either this or `id`."),
            .. Contents.Select(content => content.Attribute with { IsComputed = true, Default = null }),
            SchemaAttribute.Computed("created_at", AttributeType.Text, "When it was made, in UTC."),
        ]);

    /// <summary>The contents of a template as fields; an empty list or map is there as such, an empty text as it stood before.</summary>
    /// <param name="view">The template.</param>
    /// <param name="before">How the user spelled it; null when nobody did.</param>
    public static ImmutableArray<(string Name, Value Value)> Contained(TemplateView view, Fields? before)
    {
        return
        [
            ("id", Value.Of(view.Id.ToString())),
            ("name", Value.Of(view.Name)),
            ("cloud", Value.Of(view.Cloud)),
            ("image", Value.Of(view.Image)),
            ("size", Kept("size", Value.Of(view.Size))),
            ("name_prefix", Kept("name_prefix", Value.Of(view.NamePrefix))),
            ("networks", Value.Of(view.Networks)),
            ("firewall_enabled", Value.Of(view.FirewallEnabled)),
            ("user_data", Kept("user_data", Value.Of(view.UserData))),
            ("metadata", Value.Of(view.Metadata)),
            ("tags", Value.Of(view.Tags)),
            ("options", Value.Of(view.Options)),
            ("created_at", Value.Of(MomentText.Format(view.CreatedAt))),
        ];

        Value Kept(string name, Value actual) => before is { } known ? Settling.KeepEmpty(known[name], actual) : actual;
    }

    private static SchemaAttribute Plain(string name, AttributeType type, string description) => new(name, type, description);

    private static SchemaAttribute Written((SchemaAttribute Attribute, bool IsRequired) content) => content.Attribute with
    {
        IsRequired = content.IsRequired,
        IsOptional = !content.IsRequired,
        IsComputed = content.Attribute.Default is not null,
        Replaces = true,
    };
}
