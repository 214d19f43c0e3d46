using Muster.Core;
using Muster.Core.Activities;
using Muster.Core.Groups;
using Muster.Server.Tests.Support;

namespace Muster.Server.Tests.Activities;

/// <summary>Measures the process, so nothing else may run meanwhile.</summary>
[CollectionDefinition(nameof(FollowerMemoryTests), DisableParallelization = true)]
[Collection(nameof(FollowerMemoryTests))]
public sealed class FollowerMemoryTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_followers_from_the_beginning_who_read_nothing_hold_a_bounded_piece_of_the_trail_each()
    {
        const int Followers = 100;
        const long BytesMax = 256 * 1024;
        await using var server = await RunningServer.StartDevAsync();
        await server.AddGroupAsync();
        var (account, group) = (
            (await server.Memory.FindAccountAsync("default", Cancel))!.Id,
            (await server.Memory.FindGroupAsync((await server.Memory.FindAccountAsync("default", Cancel))!.Id, "shop", Cancel))!.Group);
        var random = new SystemRandomSource();
        for (var i = 0; i < 20; i++)
        {
            await server.Memory.AppendAsync(
                account, [.. Enumerable.Range(0, 500).Select(n => Told(group, random, $"entry {i}.{n}: {new string('x', 1500)}"))], Cancel);
        }

        var before = Held();
        var responses = new List<HttpResponseMessage>();
        try
        {
            for (var i = 0; i < Followers; i++)
            {
                var request = new HttpRequestMessage(HttpMethod.Get, "/v1/events");
                request.Headers.TryAddWithoutValidation("Last-Event-ID", "0");
                responses.Add(await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancel));
            }

            // They are all as far as they get when the store is asked no more for a while.
            var asked = 0L;
            server.Faults.Before = method =>
            {
                if (method is nameof(Core.Storage.IStore.ReadActivitiesAsync))
                {
                    Interlocked.Increment(ref asked);
                }
            };
            var last = -1L;
            await Patiently.UntilAsync(
                () =>
                {
                    var before = last;
                    last = Interlocked.Read(ref asked);
                    return last == before;
                },
                "the followers read no more", pause: TimeSpan.FromMilliseconds(300));

            var each = (Held() - before) / Followers;
            TestContext.Current.TestOutputHelper?.WriteLine($"{each} bytes for each of {Followers} followers");
            Assert.True(each < BytesMax, $"{each} bytes for each follower");
        }
        finally
        {
            responses.ForEach(response => response.Dispose());
        }

        static long Held()
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            return GC.GetTotalMemory(forceFullCollection: true);
        }
    }

    private static Activity Told(Group group, SystemRandomSource random, string description) => new()
    {
        Id = new(random.NextId()),
        Account = group.Account,
        Group = group.Id,
        Type = ActivityType.Launch,
        Status = ActivityStatus.Succeeded,
        Description = description,
        FirstAt = DateTimeOffset.UnixEpoch,
        LastAt = DateTimeOffset.UnixEpoch,
    };
}
