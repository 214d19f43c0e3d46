using Muster.Api.Client;
using Muster.Api.Groups;
using Muster.Core;
using Muster.Terraform.Connections;

namespace Muster.Terraform.Groups;

/// <summary>Waits for a group.</summary>
internal static class LevelWait
{
    /// <summary>
    /// Often enough to be told within a fifth of a second, seldom enough to be nothing to the server: one read of one row.
    /// </summary>
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>Waits until a group is as wanted, the time is over, or Terraform is told to stop: the last look says which.</summary>
    /// <remarks>
    /// A server or store that is away ends no wait: it may be back before the time is over, and the group is kept meanwhile or after.
    /// </remarks>
    public static async Task<GroupLook> UntilAsync(GroupView group, Func<GroupView, bool> isReached, TimeSpan most, Connection connection)
    {
        using var limit = new CancellationTokenSource(most, connection.Time);
        using var over = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, connection.Stopping);
        var (look, told) = (new GroupLook(group), "");
        while (!isReached(look.Group) && !over.IsCancellationRequested)
        {
            if ((look.Away?.Message ?? look.Group.Status.Reason) is var news && news != told)
            {
                told = news;
                connection.Log($"waiting: {told}", group.Name);
            }

            // The end of the wait ends the pause too; the loop's head sees it after one more look.
            var pause = look.Away is ApiException { RetryAfter: { } asked } ? TimerSpan.Of(asked) : PollInterval;
            await Task.Delay(pause, connection.Time, over.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            look = await LookAsync(look.Group, connection, over.Token);
        }

        return look;
    }

    private static async Task<GroupLook> LookAsync(GroupView known, Connection connection, CancellationToken over)
    {
        try
        {
            return new(await connection.AskAsync((server, token) => server.GetGroupAsync(known.Id.ToString(), token), over));
        }
        catch (Exception error) when (Connection.IsAway(error))
        {
            return new(known, error);
        }
    }
}
