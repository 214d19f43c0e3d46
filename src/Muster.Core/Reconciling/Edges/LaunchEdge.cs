using System.Collections.Immutable;

using Muster.Core.Instances;
using Muster.Core.Launches;

namespace Muster.Core.Reconciling.Edges;

/// <summary>How a check may go on with launches: by the story that is drawn at <see cref="LaunchPhase"/>.</summary>
internal static class LaunchEdge
{
    private const string Path = "record.launches";

    /// <summary>More than any way to make ids adds.</summary>
    private const int TagsMax = 64;

    /// <summary>What every member of a launch is held to; a test compares the names.</summary>
    public static readonly IReadOnlySet<string> Decided = new HashSet<string>
    {
        nameof(Launch.Id), nameof(Launch.Group), nameof(Launch.Template), nameof(Launch.InstanceName), nameof(Launch.Phase),
        nameof(Launch.CreatedAt), nameof(Launch.UpdatedAt), nameof(Launch.Instance), nameof(Launch.Attempts), nameof(Launch.Failure),
        nameof(Launch.Reason), nameof(Launch.Tags), nameof(Launch.Placement), nameof(Launch.Cloud),
    };

    /// <summary>Tags that say whose an instance is: never a launch's own to say.</summary>
    private static readonly ImmutableHashSet<string> Identity =
        [MusterTags.Installation, MusterTags.Account, MusterTags.Group, MusterTags.Template, MusterTags.Launch];

    /// <summary>Launches that are written down.</summary>
    public static int Begun(CheckEdge edge)
    {
        var known = edge.Known.OpenLaunches.Select(launch => launch.Id).ToHashSet();
        return edge.Told.Launches.Count(launch => launch.IsOpen && !known.Contains(launch.Id));
    }

    /// <summary>Launches that are told not to have happened.</summary>
    public static int Undone(CheckEdge edge) => edge.GoneOn.Count(launch => launch.Phase is LaunchPhase.Failed);

    public static void Check(CheckEdge edge)
    {
        var known = edge.Known.OpenLaunches.ToDictionary(launch => launch.Id);
        edge.Require(
            edge.Told.Launches.DistinctBy(launch => launch.Id).Count() == edge.Told.Launches.Length,
            $"{Path}.id",
            null,
            "each launch once");
        var begun = Begun(edge);
        edge.Require(begun <= CheckBounds.PerCheckMax, Path, begun, $"at most {CheckBounds.PerCheckMax} new ones");
        var isOver = edge.Told.Launches.Length - edge.GoneOn.Length - begun;
        var isOverMax = edge.CapacityMax + CheckBounds.PerCheckMax;
        edge.Require(isOver <= isOverMax, Path, isOver, $"at most {isOverMax} that are over and told again");
        foreach (var launch in edge.Told.Launches)
        {
            CheckAny(edge, launch);
            if (known.TryGetValue(launch.Id, out var before))
            {
                CheckNext(edge, before, launch);
            }
            else
            {
                CheckUnknown(edge, launch);
            }
        }
    }

    private static void CheckAny(CheckEdge edge, Launch launch)
    {
        edge.Require(launch.Group == edge.Known.Group.Id, $"{Path}.group", launch.Group, "the group that was checked");
        edge.Require(Enum.IsDefined(launch.Phase), $"{Path}.phase", (int)launch.Phase, "one of the phases");
        edge.Require(
            launch.InstanceName is { Length: > 0 and <= CheckBounds.NameMax }
                && launch.Instance?.Value is null or { Length: > 0 and <= CheckBounds.NameMax }
                && launch.Reason is not null
                && CheckBounds.IsText(launch.Reason)
                && CheckBounds.IsText(launch.Failure),
            Path, launch.Id, $"names of 1 to {CheckBounds.NameMax} characters, and texts of at most {CheckBounds.TextMax}");
        edge.Require(
            launch.Tags is null || (launch.Tags.Values is { Count: <= TagsMax } tags && tags.All(tag => !Identity.Contains(tag.Key)
                && tag is { Key.Length: > 0 and <= CheckBounds.NameMax, Value.Length: <= CheckBounds.NameMax })),
            $"{Path}.tags",
            launch.Id,
            $"at most {TagsMax} tags of at most {CheckBounds.NameMax} characters, none of them one that says whose the instance is");
        edge.Require(
            launch.Phase is not (LaunchPhase.Accepted or LaunchPhase.Seen) || launch.Instance is not null,
            $"{Path}.instance",
            null,
            "the instance, once there is one");
    }

    private static void CheckNext(CheckEdge edge, Launch before, Launch launch)
    {
        edge.RequireFrom(
            launch.Template == before.Template
                && launch.InstanceName == before.InstanceName
                && launch.CreatedAt == before.CreatedAt
                && launch.Reason == before.Reason
                && launch.Placement == before.Placement
                && Equals(launch.Tags, before.Tags),
            Path, launch.Id, "template, placement, name, beginning, reason and tags as they were written down");
        edge.RequireFrom(
            MayFollow(before.Phase, launch.Phase)
                && (edge.IsLeased || launch.Phase == before.Phase || launch.Phase is not (LaunchPhase.Accepted or LaunchPhase.Failed)),
            $"{Path}.phase",
            launch.Phase,
            edge.IsLeased ? $"what may follow {before.Phase}" : $"what a look may tell of one that was {before.Phase}");
        edge.RequireFrom(
            launch.UpdatedAt == before.UpdatedAt || CheckBounds.IsRecent(launch.UpdatedAt, edge.Now),
            $"{Path}.updated_at",
            launch.UpdatedAt,
            "a moment of this check");
        edge.RequireFrom(
            launch.Attempts >= before.Attempts && launch.Attempts <= before.Attempts + (edge.IsLeased ? 1 : 0),
            $"{Path}.attempts", launch.Attempts, edge.IsLeased ? "one more than before at most" : "as before without a lease");
        edge.RequireFrom(
            before.Instance is null || launch.Instance is not null, $"{Path}.instance", null, "the instance, once there is one");
    }

    /// <summary>
    /// New: written down before anything was called. Or over, told by one who never heard whether it was kept: it counts for nothing and is
    /// not written (<see cref="CheckEdge.ToWrite"/>).
    /// </summary>
    private static void CheckUnknown(CheckEdge edge, Launch launch)
    {
        edge.Require(
            edge.Templates.Contains(launch.Template),
            $"{Path}.template",
            launch.Template,
            "a template of the group's account on its cloud");
        edge.Require(
            CheckBounds.IsRecent(launch.UpdatedAt, edge.Now) && launch.CreatedAt <= launch.UpdatedAt,
            $"{Path}.updated_at",
            launch.UpdatedAt,
            "a moment of this check");
        edge.RequireFrom(
            !launch.IsOpen || (edge.IsLeased
                && launch is { Phase: LaunchPhase.Intended, Attempts: 1, Instance: null, Failure: null }
                && launch.CreatedAt == launch.UpdatedAt),
            Path, launch.Id, "a new one is Intended, under the group's lease, and nothing has come of it yet");
        edge.Require(
            launch.Attempts is >= 1 and <= CheckBounds.CountMax, $"{Path}.attempts", launch.Attempts, $"1 to {CheckBounds.CountMax}");
    }

    private static bool MayFollow(LaunchPhase before, LaunchPhase after) => (before, after) switch
    {
        _ when before == after => true,
        (LaunchPhase.Intended, _) => true,
        (LaunchPhase.Accepted, LaunchPhase.Seen or LaunchPhase.Settled or LaunchPhase.DiedYoung) => true,
        (LaunchPhase.Seen, LaunchPhase.Settled or LaunchPhase.DiedYoung) => true,
        _ => false,
    };
}
