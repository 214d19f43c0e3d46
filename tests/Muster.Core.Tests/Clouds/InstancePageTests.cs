using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Instances;

namespace Muster.Core.Tests.Clouds;

public sealed class InstancePageTests
{
    [Theory]
    [InlineData(0, new[] { 0 })]
    [InlineData(1, new[] { 1 })]
    [InlineData(3, new[] { 3 })]
    [InlineData(4, new[] { 3, 1 })]
    [InlineData(6, new[] { 3, 3 })]
    [InlineData(7, new[] { 3, 3, 1 })]
    public void A_listing_is_split_into_pages_of_which_only_the_last_says_that_it_is_whole(int count, int[] sizes)
    {
        var instances = Enumerable.Range(0, count)
            .Select(i => new Instance
            {
                Id = new($"i-{i}"),
                Name = $"web-{i}",
                State = InstanceState.Running,
                CreatedAt = DateTimeOffset.UnixEpoch,
                Tags = ImmutableSortedDictionary<string, string>.Empty,
            })
            .ToImmutableArray();

        var pages = InstancePage.Split(instances, pageSize: 3).ToList();

        Assert.Equal(sizes, pages.Select(page => page.Instances.Length));
        Assert.Equal(instances, pages.SelectMany(page => page.Instances));
        Assert.Equal([.. Enumerable.Repeat(false, sizes.Length - 1), true], pages.Select(page => page.IsLast));
    }
}
