using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Checks;
using Muster.Core.Storage;
using Muster.Records;
using Muster.Remote;

namespace Muster.Server.Tasks;

/// <summary>What a program elsewhere may have written: what is about its own groups, in the engine's name.</summary>
internal static class TaskRecords
{
    private const int ReasonMax = 4000;
    private const int WhereMax = 255;
    private static readonly string Engine = new Activity
    {
        Id = default, Account = default, Group = default, Type = default, Status = default, Description = "", FirstAt = default,
        LastAt = default,
    }.Author;

    /// <remarks>Nothing is missing in it: a form with less is not read (<see cref="FormsJson"/>).</remarks>
    /// <exception cref="InputException">Something is about another group or account, or in a person's name.</exception>
    public static void EnsureOwn(CheckRecord record, GroupId group, AccountId account)
    {
        EnsureGroup("record.state.group", record.State.Group, group);
        foreach (var launch in record.Launches)
        {
            EnsureGroup("record.launches.group", launch.Group, group);
        }

        foreach (var activity in record.Activities)
        {
            EnsureGroup("record.activities.group", activity.Group, group);
            if (activity.Account != account)
            {
                throw new InputException(
                    "record.activities.account", activity.Account.ToString(), $"{account}: the account of the group that was checked");
            }
        }

        if (record.Activities.Any(activity => activity.Author != Engine))
        {
            throw new InputException("record.activities.author", null, $"{Engine}: a check acts in nobody else's name");
        }
    }

    /// <exception cref="InputException">There are none, or too many.</exception>
    public static void EnsureCount(ImmutableArray<CheckRecord> records)
    {
        if (records.IsDefaultOrEmpty || records.Length > RemoteProtocol.IdleRecordsMax || records.Any(record => record is null))
        {
            throw new InputException("records", null, $"1 to {RemoteProtocol.IdleRecordsMax}");
        }
    }

    /// <exception cref="InputException">An activity or a group is there twice: only the first could be kept.</exception>
    public static void EnsureOnce(ImmutableArray<CheckRecord> records)
    {
        if (records.Select(record => record.State.Group).Distinct().Count() != records.Length)
        {
            throw new InputException("records", null, "each group once");
        }

        if (records.SelectMany(record => record.Activities).GroupBy(activity => activity.Id).Any(same => same.Skip(1).Any()))
        {
            throw new InputException("records.activities.id", null, "each activity once");
        }
    }

    /// <exception cref="InputException">It is another group's, or too long.</exception>
    public static void EnsureOwn(CheckRun run, GroupId group)
    {
        if (run.Group != group)
        {
            throw new InputException("group", run.Group.ToString(), "the group of the path");
        }

        if (run.Where.Length is 0 or > WhereMax
            || run.Reason.Length > ReasonMax
            || run.Allocation?.Length > WhereMax
            || run.Duration < TimeSpan.Zero)
        {
            throw new InputException(
                "run",
                null,
                $"where and allocation of at most {WhereMax} characters, a reason of at most {ReasonMax}, and no negative duration");
        }
    }

    /// <exception cref="InputException">It is empty, or too long.</exception>
    public static void EnsureHolder(string holder)
    {
        if (holder.Length is 0 or > WhereMax || holder.Any(char.IsControl))
        {
            throw new InputException("holder", null, $"1 to {WhereMax} characters that can be seen");
        }
    }

    private static void EnsureGroup(string member, GroupId given, GroupId group)
    {
        if (given != group)
        {
            throw new InputException(member, given.ToString(), $"{group}: the group that was checked");
        }
    }
}
