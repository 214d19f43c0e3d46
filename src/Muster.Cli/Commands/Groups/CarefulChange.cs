using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Terminals;

namespace Muster.Cli.Commands.Groups;

/// <summary>A change of a group whose meaning depends on what the group is: read, said, asked about where it ends much, and sent for that very version.</summary>
/// <param name="terminal">Where it is said and asked.</param>
/// <param name="client">The server.</param>
/// <param name="which">The group, by id or name.</param>
/// <param name="ifVersion">The only version that the user means; null for any.</param>
internal sealed class CarefulChange(Terminal terminal, MusterClient client, string which, long? ifVersion)
{
    /// <summary>Readings of a group that others change all the time; losing that often in a row means somebody is stuck in a loop.</summary>
    private const int AttemptsMax = 10;

    /// <summary>From here on a person is asked however large the group is.</summary>
    private const int ManyInstances = 10;

    /// <summary>What a capacity comes to for this group, within its bounds; a change that the bounds cut is said on stderr.</summary>
    /// <param name="target">What was asked; null leaves it.</param>
    /// <param name="group">The group as it is.</param>
    /// <param name="bounds">Bounds that change with it.</param>
    public CapacityInput Resolve(CapacityTarget? target, GroupView group, CapacityInput bounds)
    {
        if (target is null or CapacityTarget.Exactly)
        {
            return bounds with { Desired = (target as CapacityTarget.Exactly)?.Count };
        }

        var (min, max) = (bounds.Min ?? group.Capacity.Min, bounds.Max ?? group.Capacity.Max);
        var meant = target.From(group.Capacity.Desired);
        var desired = Stay(target, group, bounds);
        if (desired != meant)
        {
            terminal.Error.WriteLine(
                $"muster: {group.Capacity.Desired} {target} is {meant}, and {group.Name} has {(meant > max ? $"at most {max}, its max" : $"at least {min}, its min")}: "
                + (desired == group.Capacity.Desired ? $"it stays at {desired}" : $"it is set to {desired}"));
        }

        return bounds with { Desired = desired };
    }

    /// <summary>How many instances a capacity leaves: a number as it is, a change of one kept within the group's bounds.</summary>
    public static int Stay(CapacityTarget target, GroupView group, CapacityInput bounds) => target is CapacityTarget.Exactly exactly
        ? exactly.Count
        : (int)Math.Max(bounds.Min ?? group.Capacity.Min, Math.Min(bounds.Max ?? group.Capacity.Max, target.From(group.Capacity.Desired)));

    /// <summary>Makes a change on the version that was read; when somebody was faster, reads and asks again.</summary>
    /// <param name="after">Instances that stay, given the group; null where the change ends none.</param>
    /// <param name="change">Sends it: the group as read, and the version it must still be at.</param>
    /// <param name="isAgreed">Whether the user answered already.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<T> MakeAsync<T>(
        Func<GroupView, int?> after, Func<GroupView, long, Task<T>> change, bool isAgreed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var group = await client.GetGroupAsync(which, cancellationToken);
            if (!isAgreed && after(group) is { } stay)
            {
                Ask(group, stay);
            }

            try
            {
                return await change(group, ifVersion ?? group.Version);
            }
            catch (ApiException error) when (error.Problem.Status == 412 && ifVersion is null && attempt < AttemptsMax)
            {
                // Somebody changed it since it was read: what the user meant is worked out anew.
            }
        }
    }

    private void Ask(GroupView group, int stay)
    {
        var standing = Standing(group);
        var ends = standing - stay;
        if (ends <= 0 || (ends < ManyInstances && ends * 2 <= standing) || !terminal.CanAsk)
        {
            return;
        }

        terminal.Error.Write($"{group.Name}: this ends {ends} of {standing} instances (--dry-run shows which). Go on? [y/N] ");
        if (terminal.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw new CliException(ExitCode.Error, "nothing was changed");
        }
    }

    /// <summary>How many instances there are to end: what the last check saw, or what is wanted where that is older than the last change.</summary>
    private static int Standing(GroupView group)
    {
        var status = group.Status;
        var seen = status.Running + status.Provisioning + status.Pending + status.Unknown;
        return GroupViews.IsUpToDate(group) ? seen : Math.Max(seen, status.Level);
    }
}
