using System.Text.Json.Serialization;

using Muster.Core;
using Muster.Core.Launches;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="Launch"/>: a row of <c>launches</c>, and its cloud, which its template says. The tags of a launch of before
/// they were kept are nothing; placement and cloud are left out where they go without saying.
/// </summary>
public sealed record LaunchForm(
    LaunchId Id,
    GroupId GroupId,
    TemplateId TemplateId,
    string InstanceName,
    LaunchPhase Phase,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt,
    InstanceId? InstanceId,
    int Attempts,
    string? Failure,
    string Reason,
    Dictionary<string, string>? Tags,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Placement = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Cloud = null) : IForm<LaunchForm, Launch>
{
    /// <inheritdoc/>
    public static LaunchForm Of(Launch value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            value.Id,
            value.Group,
            value.Template,
            value.InstanceName,
            value.Phase,
            value.CreatedAt,
            value.UpdatedAt,
            value.Instance,
            value.Attempts,
            value.Failure,
            value.Reason,
            value.Tags is { } tags ? new(tags.Values) : null,
            value.Placement,
            value.Cloud);
    }

    /// <inheritdoc/>
    public Launch ToValue() => new()
    {
        Id = Id,
        Group = GroupId,
        Template = TemplateId,
        InstanceName = InstanceName,
        Phase = Phase,
        CreatedAt = CreatedAt,
        UpdatedAt = UpdatedAt,
        Instance = InstanceId,
        Attempts = Attempts,
        Failure = Failure,
        Reason = Reason,
        Tags = Tags is null ? null : new(Forms.ToMap(Tags)),
        Placement = Placement,
        Cloud = Cloud,
    };
}
