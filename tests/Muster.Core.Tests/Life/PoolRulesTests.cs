using System.Collections.Immutable;

using Muster.Core.Clouds;
using Muster.Core.Life;

namespace Muster.Core.Tests.Life;

/// <summary>What a warm pool may be, and what becomes of one that is changed.</summary>
public sealed class PoolRulesTests
{
    private static readonly Pool Current = new()
    {
        Size = new(20, IsPercent: true), IsSuspended = true, TakesSurplus = true, AgeMax = TimeSpan.FromDays(7),
    };

    [Fact]
    public void A_new_pool_is_stopped_takes_no_surplus_and_becomes_as_old_as_it_will()
    {
        var pool = Resolve(new() { Size = "2" });

        Assert.Equal(new Pool { Size = new(2, IsPercent: false) }, pool);
        Assert.Equal("2 stopped", PoolRules.Of(pool));
        Assert.Equal(StopManner.Orderly, PoolRules.MannerOf(pool!));
        Assert.Null(Resolve(edit: null));
        Assert.Equal("off", PoolRules.Of(null));
    }

    [Fact]
    public void What_is_left_out_stays_and_a_pool_can_be_taken_back()
    {
        Assert.Same(Current, Resolve(edit: null, Current));
        Assert.Equal(Current with { Size = new(3, IsPercent: false) }, Resolve(new() { Size = "3" }, Current));
        Assert.Equal(Current with { IsSuspended = false }, Resolve(new() { Mode = "stopped" }, Current));
        Assert.Equal(Current with { TakesSurplus = false }, Resolve(new() { TakesSurplus = false }, Current));
        Assert.Equal(Current with { AgeMax = null }, Resolve(new() { AgeMaxSeconds = 0 }, Current));
        Assert.Null(Resolve(new() { IsNone = true, Size = "3" }, Current));
        Assert.Equal("20% suspended, takes surplus, renewed after 7d", PoolRules.Of(Current));
        Assert.Equal(StopManner.KeepingMemory, PoolRules.MannerOf(Current));
    }

    [Theory]
    [InlineData(null, "a number from 1 to 1000, or 1% to 100%")]
    [InlineData("0", "a number from 1 to 1000, or 1% to 100%")]
    [InlineData("1001", "a number from 1 to 1000, or 1% to 100%")]
    [InlineData("101%", "a number from 1 to 1000, or 1% to 100%")]
    [InlineData("few", "a number from 1 to 1000, or 1% to 100%")]
    public void A_size_that_is_none_is_refused(string? size, string allowed)
    {
        var error = Assert.Single(Errors(new() { Size = size, Mode = "stopped" }));

        Assert.Equal(("pool.size", allowed), (error.Field, error.Allowed));
    }

    [Fact]
    public void All_that_is_wrong_is_told_at_once_and_the_pool_there_was_stays()
    {
        var edit = new PoolEdit { Size = "0", Mode = "frozen", AgeMaxSeconds = 3_599, CanStop = (_, _) => false };

        Assert.Equal(["pool.size", "pool.mode", "pool.age_max_s"], Errors(edit, Current).Select(error => error.Field));
        Assert.Same(Current, PoolRules.Resolve(edit, Current, ["sim"], ImmutableArray.CreateBuilder<InputError>()));
        Assert.Equal("pool.age_max_s", Assert.Single(Errors(new() { AgeMaxSeconds = double.NaN }, Current)).Field);
    }

    [Fact]
    public void Each_cloud_that_cannot_do_it_is_named_once()
    {
        var edit = new PoolEdit
        {
            Size = "2", Mode = "suspended", CanStop = (cloud, manner) => cloud == "lxd" || (cloud == "ec2" && manner is StopManner.Orderly),
        };

        Assert.Equal(
            [
                ("pool.mode", "stopped: cloud ec2 cannot suspend its instances"),
                ("pool", "none: cloud exec cannot stop its instances and start them again"),
            ],
            Errors(edit, current: null, "lxd", "ec2", "exec", "ec2").Select(error => (error.Field, error.Allowed)));
    }

    [Fact]
    public void A_pool_that_nothing_is_asked_of_has_to_do_where_its_group_moves_and_no_pool_does_anywhere()
    {
        var edit = new PoolEdit { IsSameElsewhere = true, CanStop = (cloud, _) => cloud == "lxd" };

        Assert.Null(Resolve(edit));
        Assert.Equal(Current, Resolve(edit, Current, "lxd"));
        Assert.Equal("pool", Assert.Single(Errors(edit, Current, "lxd", "exec")).Field);
    }

    private static Pool? Resolve(PoolEdit? edit, Pool? current = null, params string[] clouds)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        var pool = PoolRules.Resolve(edit, current, clouds, errors);
        Assert.Empty(errors);
        return pool;
    }

    private static ImmutableArray<InputError> Errors(PoolEdit edit, Pool? current = null, params string[] clouds)
    {
        var errors = ImmutableArray.CreateBuilder<InputError>();
        PoolRules.Resolve(edit, current, clouds, errors);
        return errors.ToImmutable();
    }
}
