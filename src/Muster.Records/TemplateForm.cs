using Muster.Core;
using Muster.Core.Templates;

namespace Muster.Records;

/// <summary>The form of a <see cref="Template"/>: a row of <c>templates</c>.</summary>
public sealed record TemplateForm(
    TemplateId Id,
    AccountId AccountId,
    string Name,
    string Cloud,
    string? NamePrefix,
    string Image,
    string? Size,
    string[] Networks,
    bool FirewallEnabled,
    string? UserData,
    Dictionary<string, string> Metadata,
    Dictionary<string, string> Tags,
    Dictionary<string, string> Options,
    DateTimeOffset CreatedAt,
    DateTimeOffset? ArchivedAt) : IForm<TemplateForm, Template>
{
    /// <inheritdoc/>
    public static TemplateForm Of(Template value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Id,
            value.Account,
            value.Name,
            value.Cloud,
            value.NamePrefix,
            value.Image,
            value.Size,
            [.. value.Networks],
            value.FirewallEnabled,
            value.UserData,
            new(value.Metadata),
            new(value.Tags),
            new(value.Options),
            value.CreatedAt,
            value.ArchivedAt);
    }

    /// <inheritdoc/>
    public Template ToValue() => new()
    {
        Id = Id,
        Account = AccountId,
        Name = Name,
        Cloud = Cloud,
        NamePrefix = NamePrefix,
        Image = Image,
        Size = Size,
        Networks = [.. Networks],
        FirewallEnabled = FirewallEnabled,
        UserData = UserData,
        Metadata = Forms.ToMap(Metadata),
        Tags = Forms.ToMap(Tags),
        Options = Forms.ToMap(Options),
        CreatedAt = CreatedAt,
        ArchivedAt = ArchivedAt,
    };
}
