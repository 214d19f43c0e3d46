using Microsoft.Extensions.Time.Testing;

using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class UrgentGroupsTests
{
    private readonly FakeTimeProvider time = new();
    private readonly UrgentGroups urgent;

    public UrgentGroupsTests() => urgent = new(time);

    [Fact]
    public void The_first_ten_calls_of_a_change_are_urgent()
    {
        urgent.Add(SomeGroups.Id(1));

        Assert.Equal(10, Enumerable.Range(0, 30).Count(_ => urgent.Take(SomeGroups.Id(1))));
        Assert.False(urgent.Take(SomeGroups.Id(2)));
    }

    [Fact]
    public void Of_thousands_that_change_at_once_few_are_urgent_and_places_are_free_again()
    {
        for (var group = 1; group <= 1000; group++)
        {
            urgent.Add(SomeGroups.Id(group));
        }

        Assert.Equal(16, Enumerable.Range(1, 1000).Count(group => urgent.Take(SomeGroups.Id(group))));
        time.Advance(TimeSpan.FromSeconds(61));
        urgent.Add(SomeGroups.Id(2000));
        Assert.True(urgent.Take(SomeGroups.Id(2000)));
    }
}
