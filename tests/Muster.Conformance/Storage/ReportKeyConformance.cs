using Muster.Core.Accounts;
using Muster.Core.Storage;

namespace Muster.Conformance.Storage;

/// <summary>The keys of instances' own tokens are kept as they were given, and changed in one step.</summary>
public abstract class ReportKeyConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    private static readonly ReportKey First = new(1, Start.AddMicroseconds(1), new("keyring", "sealed 🦆"));

    [Fact]
    public async Task There_is_none_until_somebody_makes_one()
    {
        Assert.Empty(await Store.ReadReportKeysAsync(Cancellation));
        Assert.Empty(await Store.ChangeReportKeysAsync(keys => keys, Cancellation));
        Assert.Empty(await Store.ReadReportKeysAsync(Cancellation));
    }

    [Fact]
    public async Task They_come_back_as_they_were_given_in_their_order()
    {
        var second = new ReportKey(2, Start.AddDays(1).AddTicks(19), new("vault", "vault:v1:abc"));

        await Store.ChangeReportKeysAsync(keys => keys.Add(First), Cancellation);
        var after = await Store.ChangeReportKeysAsync(keys => keys.Add(second), Cancellation);

        Assert.Equal([First, second with { Since = Start.AddDays(1).AddMicroseconds(1) }], after);
        Assert.Equal(after, await Store.ReadReportKeysAsync(Cancellation));
    }

    [Fact]
    public async Task They_may_be_taken_away_again()
    {
        await Store.ChangeReportKeysAsync(keys => keys.Add(First), Cancellation);
        await Store.ChangeReportKeysAsync(keys => [], Cancellation);

        Assert.Empty(await Store.ReadReportKeysAsync(Cancellation));
    }

    [Fact]
    public async Task Of_many_who_make_the_first_at_once_one_does_and_all_find_that_one()
    {
        var found = await Task.WhenAll(Enumerable.Range(0, 10).Select(number => Store.ChangeReportKeysAsync(
            keys => keys.IsEmpty ? [First with { Sealed = new("keyring", $"key {number}") }] : keys, Cancellation)));

        var kept = Assert.Single(await Store.ReadReportKeysAsync(Cancellation));
        Assert.All(found, keys => Assert.Equal([kept], keys));
    }

    [Fact]
    public async Task A_change_that_throws_changes_nothing()
    {
        await Store.ChangeReportKeysAsync(keys => keys.Add(First), Cancellation);

        await Assert.ThrowsAsync<Core.InputException>(
            () => Store.ChangeReportKeysAsync(_ => throw new Core.InputException("retire", "false", "true"), Cancellation));

        Assert.Equal([First], await Store.ReadReportKeysAsync(Cancellation));
    }
}
