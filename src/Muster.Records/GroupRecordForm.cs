using System.Collections.Immutable;
using System.Text.Json.Serialization;

using Muster.Core.Launches;
using Muster.Core.Storage;
using Muster.Core.Templates;

namespace Muster.Records;

/// <summary>
/// The form of a <see cref="GroupRecord"/>. The templates of placements, those of what earlier ones left, policies and notes are left out
/// where there are none.
/// </summary>
public sealed record GroupRecordForm(
    GroupForm Group,
    TemplateForm Template,
    GroupStateForm State,
    LaunchForm[] OpenLaunches,
    ClaimForm[]? Claims,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TemplateForm[]? PlacementTemplates = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] TemplateForm[]? EarlierTemplates = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] AccountSpendForm? AccountSpend = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] PolicyForm[]? Policies = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MemberNoteForm[]? Notes = null)
    : IForm<GroupRecordForm, GroupRecord>
{
    /// <inheritdoc/>
    public static GroupRecordForm Of(GroupRecord value)
    {
        ArgumentNullException.ThrowIfNull(value);
        return new(
            GroupForm.Of(value.Group),
            TemplateForm.Of(value.Template),
            GroupStateForm.Of(value.State),
            Forms.Of<LaunchForm, Launch>(value.OpenLaunches),
            ClaimForm.Of(value.Claims),
            OfTemplates(value.PlacementTemplates),
            OfTemplates(value.EarlierTemplates),
            AccountSpendForm.Of(value.AccountSpend),
            PolicyForm.Of(value.Policies),
            MemberNoteForm.Of(value.Notes));
    }

    /// <inheritdoc/>
    public GroupRecord ToValue() =>
        new(Group.ToValue(), Template.ToValue(), State.ToValue(), Forms.ToValues<LaunchForm, Launch>(OpenLaunches))
        {
            Claims = ClaimForm.ToValue(Claims),
            PlacementTemplates = ToTemplates(PlacementTemplates),
            EarlierTemplates = ToTemplates(EarlierTemplates),
            AccountSpend = AccountSpend?.ToValue(),
            Policies = PolicyForm.ToValue(Policies),
            Notes = MemberNoteForm.ToValue(Notes),
        };

    private static TemplateForm[]? OfTemplates(ImmutableArray<Template> templates) =>
        templates.IsDefaultOrEmpty ? null : Forms.Of<TemplateForm, Template>(templates);

    private static ImmutableArray<Template> ToTemplates(TemplateForm[]? forms) =>
        forms is null ? [] : Forms.ToValues<TemplateForm, Template>(forms);
}
