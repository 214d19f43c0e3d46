using System.Diagnostics;

using Muster.Api.Installation;
using Muster.Core;
using Muster.Core.Instances;
using Muster.Core.Orphans;
using Muster.Core.Storage;
using Muster.Server.Instances;

namespace Muster.Server.Installation;

/// <summary>Pauses and orphans as they go over the wire.</summary>
internal static class PauseViews
{
    /// <param name="pause">The pause; null for none.</param>
    /// <param name="isConfined">Whether it is for one account, to which the names of others' instances are nothing.</param>
    public static PauseView? View(InstallationPause? pause, bool isConfined = false) => pause is null ? null : new()
    {
        Since = pause.Since,
        By = pause.By,
        Reason = isConfined ? "the reason is shown to tokens of scope installation" : pause.Reason,
        Strangers = isConfined ? 0 : pause.Strangers.Length,
    };

    public static OrphanView View(Orphan orphan) => new()
    {
        Cloud = orphan.Cloud,
        Id = orphan.Instance.Id.Value,
        Name = orphan.Instance.Name,
        State = InstanceViews.Word(orphan.Instance.State),
        Reason = orphan.Reason switch
        {
            OrphanReason.GroupUnknown => "group_unknown",
            OrphanReason.GroupArchived => "group_archived",
            OrphanReason.LaunchUnknown => "launch_unknown",
            _ => throw new UnreachableException($"reason {orphan.Reason}"),
        },
        Stranger = orphan.IsStranger,
        AccountId = orphan.Instance.Read<AccountId>(MusterTags.Account)?.Value,
        GroupId = orphan.Instance.Read<GroupId>(MusterTags.Group)?.Value,
        GroupName = orphan.Instance.Tags.GetValueOrDefault(MusterTags.GroupName),
        TemplateId = orphan.Instance.Read<TemplateId>(MusterTags.Template)?.Value,
        LaunchId = orphan.Instance.Read<LaunchId>(MusterTags.Launch)?.Value,
        CreatedAt = orphan.Instance.CreatedAt,
    };
}
