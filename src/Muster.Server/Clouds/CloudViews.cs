using System.Diagnostics;

using Muster.Api.Clouds;
using Muster.Core;
using Muster.Core.Clouds;
using Muster.Core.Governing;
using Muster.Core.Reconciling;

namespace Muster.Server.Clouds;

/// <summary>Clouds as they go over the wire.</summary>
internal static class CloudViews
{
    public static CloudView View(CloudEntry entry, CallFigures? calls) => new()
    {
        Name = entry.Name,
        Kind = entry.Kind,
        Watches = entry.Cloud.Traits.Watches,
        LaunchTokens = entry.Cloud.Traits.LaunchTokens,
        ListingLagMaxS = entry.Cloud.Traits.ListingLagMax.TotalSeconds,
        Impairment = entry.Cloud.Impairment,
        Calls = calls is null ? null : View(calls),
    };

    public static CloudCallsView View(CallFigures calls) => new()
    {
        Cloud = calls.Cloud,
        ReadsPerSecond = calls.ReadsPerSecond,
        WritesPerSecond = calls.WritesPerSecond,
        Reads = calls.Reads,
        Writes = calls.Writes,
        Throttled = calls.Throttled,
        Failed = calls.Failed,
        Waiting = calls.Waiting,
        ClosedUntil = calls.ClosedUntil,
    };

    public static LeftoverView View(Leftover part, string? kept) => new()
    {
        Kind = part.Kind,
        Id = part.Id,
        Name = part.Name,
        CreatedAt = part.CreatedAt,
        Kept = kept,
    };

    /// <param name="cloud">The cloud's configured name.</param>
    /// <param name="draft">What was read.</param>
    public static TemplateDraftView View(string cloud, TemplateDraft draft) => new()
    {
        Template = new()
        {
            Cloud = cloud,
            Image = draft.Image,
            Size = draft.Size,
            Networks = draft.Networks.IsEmpty ? null : draft.Networks,
            FirewallEnabled = draft.FirewallEnabled ? true : null,
            Tags = draft.Tags.IsEmpty ? null : draft.Tags,
            Options = draft.Options.IsEmpty ? null : draft.Options,
        },
        LeftOut = draft.LeftOut,
    };

    /// <summary>The names of the figures of those clouds that nobody else calls with the account's credential.</summary>
    public static HashSet<string> OwnFigures(ICloudDirectory clouds, AccountId account) =>
        [.. clouds.EntriesOf(account).Where(entry => entry.Account == account).Select(entry => entry.Cloud.Governor.Figures.Cloud)];

    public static string Word(CloudErrorKind kind) => kind switch
    {
        CloudErrorKind.Throttled => "throttled",
        CloudErrorKind.Unavailable => "unavailable",
        CloudErrorKind.Unauthorized => "unauthorized",
        CloudErrorKind.QuotaExceeded => "quota_exceeded",
        CloudErrorKind.OutOfStock => "out_of_stock",
        CloudErrorKind.InvalidRequest => "invalid_request",
        CloudErrorKind.NotFound => "not_found",
        CloudErrorKind.Ambiguous => "ambiguous",
        _ => throw new UnreachableException($"cloud error {kind}"),
    };
}
