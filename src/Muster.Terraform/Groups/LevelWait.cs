using Muster.Api.Groups;
using Muster.Terraform.Providers;

namespace Muster.Terraform.Groups;

/// <summary>Waits for a group.</summary>
internal static class LevelWait
{
    /// <summary>Often enough to be told within a fifth of a second, seldom enough to be nothing to the server: one read of one row.</summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a group is as wanted, the time is over, or Terraform is told to stop: the last look says which.</summary>
    public static async Task<GroupView> UntilAsync(GroupView group, Func<GroupView, bool> isReached, TimeSpan most, Connection connection)
    {
        var (time, start, told) = (connection.Time, connection.Time.GetTimestamp(), "");
        while (!isReached(group) && !connection.Stopping.IsCancellationRequested && time.GetElapsedTime(start) < most)
        {
            if (group.Status.Reason != told)
            {
                told = group.Status.Reason;
                connection.Log($"waiting: {told}", group.Name);
            }

            // A stop ends the wait; the loop's head sees it.
            await Task.Delay(PollInterval, time, connection.Stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            group = await connection.AskAsync((server, token) => server.GetGroupAsync(group.Id.ToString(), token));
        }

        return group;
    }

    /// <summary>How far a group is, in words.</summary>
    public static string Words(GroupView group) =>
        $"{group.Status.Running} of {group.Status.Level} running, {group.Status.Condition}: {group.Status.Reason}";
}
