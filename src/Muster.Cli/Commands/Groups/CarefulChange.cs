using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Cli.Arguments;
using Muster.Cli.Exits;
using Muster.Cli.Terminals;
using Muster.Core;

namespace Muster.Cli.Commands.Groups;

/// <summary>
/// A change whose meaning depends on what the group is. It reads the group, says what the change comes to, asks a person where much ends,
/// and sends the change for the version that it read.
/// </summary>
/// <param name="terminal">Where it is said and asked.</param>
/// <param name="client">The server.</param>
/// <param name="which">The group, by id or name.</param>
/// <param name="ifVersion">The only version that the user means; null for any.</param>
internal sealed class CarefulChange(Terminal terminal, MusterClient client, string which, long? ifVersion)
{
    /// <summary>Attempts on a group that others change all the time; losing that often in a row means that a program loops.</summary>
    private const int AttemptsMax = 10;

    /// <summary>Ending so many is asked about however large the group is.</summary>
    private const int ManyInstances = 10;

    /// <summary>Works out the capacity for this group, within its bounds. Says on stderr when the bounds cut the change.</summary>
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
        var desired = Level(target, group, bounds);
        if (desired != meant)
        {
            var bound = meant > max ? $"more than max {max}" : $"less than min {min}";
            var outcome = desired == group.Capacity.Desired ? "stays at" : "is set to";
            terminal.Error.WriteLine(VisibleText.OneLine(
                $"muster: {group.Capacity.Desired} {target} is {meant}, {bound}: {group.Name} {outcome} {desired}"));
        }

        return bounds with { Desired = desired };
    }

    /// <summary>How many instances a capacity leaves; null where the server refuses it for this version of the group.</summary>
    public static int? Stay(CapacityTarget target, GroupView group, CapacityInput bounds)
    {
        var (min, max) = (bounds.Min ?? group.Capacity.Min, bounds.Max ?? group.Capacity.Max);
        var level = Level(target, group, bounds);
        return group.Phase == "active" && level >= min && level <= max ? level : null;
    }

    /// <summary>The level that a target means: a number as it is, a change kept within the group's bounds.</summary>
    private static int Level(CapacityTarget target, GroupView group, CapacityInput bounds) => target is CapacityTarget.Exactly exactly
        ? exactly.Count
        : (int)Math.Max(bounds.Min ?? group.Capacity.Min, Math.Min(bounds.Max ?? group.Capacity.Max, target.From(group.Capacity.Desired)));

    /// <summary>Makes a change on the version that was read; when somebody was faster, reads and asks again.</summary>
    /// <param name="after">Instances that stay, given the group; null where the change ends none, or is refused for this version.</param>
    /// <param name="change">Sends it: the group as read, and the version it must still be at.</param>
    /// <param name="isAgreed">Whether the user answered already.</param>
    /// <param name="cancellationToken">Stops waiting.</param>
    public async Task<T> MakeAsync<T>(
        Func<GroupView, int?> after, Func<GroupView, long, Task<T>> change, bool isAgreed, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var group = await ReadAsync(cancellationToken);
            if (!isAgreed && after(group) is { } stay)
            {
                Ask(group, stay);
            }

            try
            {
                return await change(group, group.Version);
            }
            catch (ApiException error) when (error.Problem.Status == 412 && ifVersion is null && attempt < AttemptsMax)
            {
                // Somebody changed it since it was read: what the user meant is worked out anew.
            }
        }
    }

    /// <summary>The group at the version that the user means.</summary>
    /// <exception cref="CliException">It is at another version.</exception>
    public async Task<GroupView> ReadAsync(CancellationToken cancellationToken)
    {
        var group = await client.GetGroupAsync(which, cancellationToken);
        return ifVersion is null || ifVersion == group.Version
            ? group
            : throw new CliException(
                ExitCode.Conflict,
                $"--if-version is '{ifVersion}': group {group.Name} is at version {group.Version}; read it again and decide again");
    }

    private void Ask(GroupView group, int stay)
    {
        var standing = Standing(group);
        var ends = standing - stay;
        if (ends <= 0 || (ends < ManyInstances && ends * 2 <= standing) || !terminal.CanAsk)
        {
            return;
        }

        terminal.Error.Write(VisibleText.OneLine(
            $"{group.Name}: this ends {ends} of {standing} instances (--dry-run shows which). Go on? [y/N] "));
        if (terminal.ReadLine()?.Trim().ToUpperInvariant() is not ("Y" or "YES"))
        {
            throw new CliException(ExitCode.Error, "nothing was changed");
        }
    }

    /// <summary>
    /// How many instances can end: those that the last check saw, and at least the level where the group was changed since.
    /// </summary>
    private static int Standing(GroupView group)
    {
        var status = group.Status;
        var seen = status.Running + status.Provisioning + status.Pending + status.Unknown;
        return GroupViews.IsUpToDate(group) ? seen : Math.Max(seen, status.Level);
    }
}
