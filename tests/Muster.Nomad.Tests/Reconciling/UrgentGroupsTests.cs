using Microsoft.Extensions.Time.Testing;

using Muster.Core;
using Muster.Nomad.Reconciling;
using Muster.Nomad.Tests.Support;

namespace Muster.Nomad.Tests.Reconciling;

public sealed class UrgentGroupsTests
{
    private readonly FakeTimeProvider _timeProvider = new();
    private readonly UrgentGroups _urgent;

    public UrgentGroupsTests() => _urgent = new(_timeProvider);

    [Fact]
    public void The_first_ten_calls_of_a_change_are_urgent()
    {
        _urgent.Add(SomeGroups.Id(1), Account(1));

        Assert.Equal(10, Enumerable.Range(0, 30).Count(_ => Made(1)));
        Assert.False(_urgent.Take(SomeGroups.Id(2)));
    }

    [Fact]
    public void Of_thousands_that_change_at_once_few_are_urgent_and_places_are_free_again()
    {
        for (var group = 1; group <= 1000; group++)
        {
            _urgent.Add(SomeGroups.Id(group), Account(1));
        }

        Assert.Equal(16, Enumerable.Range(1, 1000).Count(Made));
        _timeProvider.Advance(TimeSpan.FromSeconds(61));
        _urgent.Add(SomeGroups.Id(2000), Account(1));
        Assert.True(Made(2000));
    }

    [Fact]
    public void A_call_that_only_waited_is_not_spent_and_no_more_than_ten_wait_at_once()
    {
        _urgent.Add(SomeGroups.Id(1), Account(1));
        for (var patience = 0; patience < 5; patience++)
        {
            Assert.Equal(10, Enumerable.Range(0, 30).Count(_ => _urgent.Take(SomeGroups.Id(1))));
            for (var call = 0; call < 10; call++)
            {
                _urgent.End(SomeGroups.Id(1), wasMade: false);
            }
        }

        // Said once too often it makes no call more.
        _urgent.End(SomeGroups.Id(1), wasMade: false);
        Assert.Equal(10, Enumerable.Range(0, 30).Count(_ => Made(1)));
    }

    [Fact]
    public void A_place_serves_for_a_minute_and_a_later_change_for_another_one()
    {
        _urgent.Add(SomeGroups.Id(1), Account(1));
        _timeProvider.Advance(TimeSpan.FromSeconds(61));
        Assert.False(_urgent.Take(SomeGroups.Id(1)));

        _urgent.Add(SomeGroups.Id(1), Account(1));
        Assert.True(_urgent.Take(SomeGroups.Id(1)));
    }

    [Fact]
    public void An_account_that_changes_much_leaves_places_to_one_that_changes_little()
    {
        for (var group = 1; group <= 100; group++)
        {
            _urgent.Add(SomeGroups.Id(group), Account(1));
        }

        for (var group = 101; group <= 200; group++)
        {
            _urgent.Add(SomeGroups.Id(group), Account(2));
        }

        _urgent.Add(SomeGroups.Id(201), Account(3));

        Assert.True(Made(201));
        var (much, more) = (Enumerable.Range(1, 100).Count(Made), Enumerable.Range(101, 100).Count(Made));
        Assert.Equal(15, much + more);
        Assert.InRange(much, 7, 8);
    }

    private static AccountId Account(int number) => new(SomeGroups.Id(number).Value);

    private bool Made(int group)
    {
        var isUrgent = _urgent.Take(SomeGroups.Id(group));
        if (isUrgent)
        {
            _urgent.End(SomeGroups.Id(group), wasMade: true);
        }

        return isUrgent;
    }
}
