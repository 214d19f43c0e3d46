using System.Text;

using Muster.Conformance.Storage;
using Muster.Core;
using Muster.Core.Health;
using Muster.Core.Members;
using Muster.Core.Metrics;
using Muster.Core.Placements;
using Muster.Core.Storage;
using Muster.Storage.Tests.Sqlite;
using Muster.Storage.Transfer;

namespace Muster.Storage.Tests.Transfer;

/// <summary>A store moved whole into another one, whatever kind each is.</summary>
public abstract class TransferTests<TFrom, TTo> : IAsyncLifetime
    where TFrom : IStoreHarness, new()
    where TTo : IStoreHarness, new()
{
    private readonly TFrom _fromHarness = new();
    private readonly TTo _toHarness = new();
    private readonly MemoryStream _export = new();
    private IStore _from = null!;
    private IStore _to = null!;
    private FilledStore _filled = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _from = await _fromHarness.OpenAsync(Cancellation);
        _to = await _toHarness.OpenAsync(Cancellation);
        _filled = await FilledStore.FillAsync(_from, Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _from.DisposeAsync();
        await _to.DisposeAsync();
        await _fromHarness.DisposeAsync();
        await _toHarness.DisposeAsync();
        await _export.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    [Fact]
    public async Task Everything_arrives_and_counts_and_checksum_say_so()
    {
        var exported = await ExportAsync();

        var imported = await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);

        Assert.Empty(exported.Findings);
        Assert.All(exported.Tables, table => Assert.True(table.Rows > 0, $"{table.Table} is empty, and proves nothing"));
        Same.As(exported, imported);
        Assert.Equal(_from.Installation, imported.Installation);
        Same.As(
            exported with { Installation = default }, await StoreTransfer.CheckAsync(_to, Cancellation) with { Installation = default });
        foreach (var group in new[] { _filled.Healthy, _filled.Full })
        {
            Same.As(await _from.FindGroupAsync(group.Id, Cancellation), await _to.FindGroupAsync(group.Id, Cancellation));
            Same.As(await TrailAsync(_from, group.Id), await TrailAsync(_to, group.Id));
        }

        Same.As(_filled.Token, await _to.FindTokenAsync(_filled.Token.SecretHash, Cancellation));
        var (paused, moved) = (await _from.ReadPauseAsync(Cancellation), await _to.ReadPauseAsync(Cancellation));
        Assert.NotNull(paused.Pause);
        Same.As(paused.Pause, moved.Pause);
        Assert.Equal(["local/i-1"], moved.Acknowledged);
    }

    [Fact]
    public async Task A_store_that_never_paused_gives_the_lines_of_before_there_were_pauses()
    {
        var exported = await StoreTransfer.ExportAsync(_to, _export, TimeProvider.System, Cancellation);

        Assert.DoesNotContain(exported.Tables, table => table.Table == "meta");
        Assert.DoesNotContain("meta", Encoding.UTF8.GetString(_export.ToArray()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_runs_of_checks_stay_behind()
    {
        await _from.KeepCheckAsync(new Some().Run(_filled.Healthy), Cancellation);

        var exported = await ExportAsync();
        var imported = await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);

        Assert.Empty(exported.Findings);
        Same.As(exported, imported);
        Assert.Empty(await _to.ListChecksAsync(_filled.Healthy.Id, 1, Cancellation));
    }

    [Fact]
    public async Task What_one_of_the_databases_cannot_keep_arrives_as_all_can()
    {
        await ExportAsync();

        await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);

        var garbled = (await _to.FindGroupAsync(_filled.Garbled.Id, Cancellation))!;
        Assert.Equal("state\uFFFD", garbled.State.Reason);
        Assert.Equal("breaker\uFFFD", garbled.State.Of(Placement.Only).Breaker.LastFailure);
        Assert.Equal("member\uFFFD", garbled.State.Members[0].Cloud);
        Assert.Equal("finding\uFFFD", Assert.Single(garbled.Notes).Findings[0].Detail);
        Assert.Equal("claim\uFFFD", Assert.Single(garbled.Claims).Reason);
        Assert.Equal("termination\uFFFD", Assert.Single(garbled.State.RecentTerminations).Reason);
        Assert.Equal("launch\uFFFD", Assert.Single(garbled.OpenLaunches).Failure);
        Assert.Equal("activity\uFFFD", (await TrailAsync(_to, _filled.Garbled.Id))[0].Description);
    }

    [Fact]
    public async Task How_a_group_is_checked_and_what_is_said_of_its_instances_arrive()
    {
        await ExportAsync();

        await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);

        var (before, full) = (
            (await _from.FindGroupAsync(_filled.Full.Id, Cancellation))!, (await _to.FindGroupAsync(_filled.Full.Id, Cancellation))!);
        Assert.Equal((Some.FullHealth, Some.FullRepair), (full.Group.Health, full.Group.Repair));
        Assert.Equal((Some.FullDrain, Some.FullHooks), (full.Group.Drain, full.Group.Hooks));
        Assert.Equal(TimeSpan.FromMicroseconds(604_800_000_001), full.Group.LifetimeMax);
        Assert.Equal(Some.FullPool, full.Group.Pool);
        Assert.Equal(2, full.Notes.Length);
        Assert.Contains(Some.FullNote, full.Notes);
        Assert.Equal(GateAnswer.Extend, full.Notes.Single(note => note != Some.FullNote).Gates[0].Answer);
        Same.As(before, full);
        Assert.Equal((1, 7), (full.State.Counts.Unhealthy, full.State.Counts.Draining));
        Assert.Equal((8, 9), (full.State.Counts.Warm, full.State.Counts.Warming));
        var healthy = (await _to.FindGroupAsync(_filled.Healthy.Id, Cancellation))!;
        Assert.Equal((null, new Repair(), 0), (healthy.Group.Health, healthy.Group.Repair, healthy.Notes.Length));
    }

    [Fact]
    public async Task Policies_and_what_came_of_them_arrive_and_readings_do_not()
    {
        await ExportAsync();

        await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);

        var steered = Assert.Single(await _to.ListSteeredAsync(Cancellation));
        Assert.Equal(SomePolicies.OfEachKind, steered.Record.Policies);
        Assert.Equal([SomePolicies.Claims(7)], steered.Record.Claims);
        Assert.Equal("steering\uFFFD", steered.State.Conclusion);
        Assert.Equal(SomePolicies.FullState.Boots, steered.State.Boots);
        Assert.Equal(new(9, Some.Start.AddDays(1), "word\uFFFD"), steered.State.Of("f-receiver")!.Memory.Word);
        Assert.Equal(SomePolicies.FullState.Outcomes[..3], steered.State.Outcomes[..3]);
        Assert.Empty(steered.Pushed);
        Assert.Empty(await _to.FindReadingsAsync(
            _filled.Steered.Id, metric: null, Resolution.Raw, Some.Start.AddDays(-1), Cancellation));
        Assert.Empty((await _to.FindSteeringAsync(_filled.Healthy.Id, Cancellation)).Outcomes);
        Assert.NotNull((await _to.FindSteeringAsync(_filled.Healthy.Id, Cancellation)).EvaluatedAt);
    }

    [Fact]
    public async Task Work_goes_on_in_the_new_store_where_it_was()
    {
        await ExportAsync();
        await StoreTransfer.ImportAsync(_to, Copy(), Cancellation);
        var before = await _from.FindGroupAsync(_filled.Healthy.Id, Cancellation);
        var position = await _from.LastPositionAsync(_filled.Account.Id, Cancellation);
        var at = Some.Start.AddMinutes(4);
        var again = new Some().NoOp(_filled.Healthy, at) with { Id = new(TemporaryDirectory.Random.NextId()) };

        var kept = Assert.Single(await _to.RecordIdleAsync(
            [Some.Check(_filled.Healthy.Id, at, again) with { State = before!.State with { CheckedAt = at } }], Cancellation));

        Assert.Equal((4, at), (kept.Count, kept.LastAt));
        Assert.True(kept.Position > position);

        // It was paused, and is.
        var fence = (await _from.FindGroupAsync(_filled.Full.Id, Cancellation))!.State.Fence;
        var paused = await Assert.ThrowsAsync<StoreException>(
            () => _to.TryAcquireLeaseAsync(_filled.Full.Id, "server-2", fence, at, TimeSpan.FromMinutes(1), Cancellation));
        Assert.Equal(StoreErrorKind.Paused, paused.Kind);
        await _to.ChangePauseAsync(state => state.Resumed(), Cancellation);
        Assert.Null(await _to.TryAcquireLeaseAsync(_filled.Full.Id, "server-2", 0, at, TimeSpan.FromMinutes(1), Cancellation));
        Assert.NotNull(await _to.TryAcquireLeaseAsync(_filled.Full.Id, "server-2", fence, at, TimeSpan.FromMinutes(1), Cancellation));
        var sweep = new SweepKey(_filled.Account.Id, "local");
        Assert.Null(await _to.TryAcquireSweepAsync(sweep, "server-2", 0, Some.Start, TimeSpan.FromMinutes(1), Cancellation));
        Assert.NotNull(await _to.TryAcquireSweepAsync(sweep, "server-2", 1, Some.Start, TimeSpan.FromMinutes(1), Cancellation));
    }

    [Fact]
    public async Task A_store_that_holds_something_is_left_as_it_is()
    {
        await ExportAsync();
        await _to.EnsureAccountAsync(new Some().Account("mine"), Cancellation);
        var before = await StoreTransfer.CheckAsync(_to, Cancellation);

        var error = await Assert.ThrowsAsync<InputException>(() => StoreTransfer.ImportAsync(_to, Copy(), Cancellation));

        Assert.Contains("this one holds accounts already", error.Message, StringComparison.Ordinal);
        Same.As(before, await StoreTransfer.CheckAsync(_to, Cancellation));
    }

    [Theory]
    [InlineData("cut in a line", "a whole line; the file was cut short")]
    [InlineData("cut after a line", "its last line, with counts and checksum; the file is empty or was cut short")]
    [InlineData("a row taken out", "as many as stand before it; the file was cut or changed")]
    [InlineData("a row changed", "of the rows before it; the file was changed since it was written")]
    [InlineData("no export at all", "the head of an export of 'muster store export'")]
    [InlineData("something after the end", "nothing after the line that begins with")]
    [InlineData("an unknown table", "a table of: accounts, users, keys, tokens, templates")]
    [InlineData("a column missing", "a row of groups with the column phase")]
    [InlineData(
        "a newer version", "an export of version 1 to 5 with its installation id; a newer version is read by the muster that wrote it")]
    public async Task A_file_that_is_not_whole_is_refused_before_anything_is_written(string damage, string said)
    {
        await ExportAsync();
        var lines = Encoding.UTF8.GetString(_export.ToArray()).Split('\n')[..^1].ToList();
        var text = damage switch
        {
            "cut in a line" => string.Join('\n', lines)[..^40],
            "cut after a line" => string.Join('\n', lines[..^1]) + "\n",
            "a row taken out" => string.Join('\n', lines.Where((_, i) => i != 3)) + "\n",
            "a row changed" => string.Join('\n', lines)
                .Replace("\"desired\":3", "\"desired\":4", StringComparison.Ordinal)
                .Replace("_desired\":3", "_desired\":4", StringComparison.Ordinal)
                + "\n",
            "no export at all" => "{\"hello\":1}\n",
            "something after the end" => string.Join('\n', lines.Append("{}")) + "\n",
            "an unknown table" =>
                string.Join('\n', lines).Replace("\"table\":\"tokens\"", "\"table\":\"cookies\"", StringComparison.Ordinal) + "\n",
            "a column missing" => string.Join('\n', lines).Replace("\"phase\":", "\"phrase\":", StringComparison.Ordinal) + "\n",
            "a newer version" =>
                string.Join('\n', lines).Replace("\"muster_export\":5", "\"muster_export\":6", StringComparison.Ordinal) + "\n",
            _ => throw new ArgumentOutOfRangeException(nameof(damage)),
        };

        var error = await Assert.ThrowsAsync<InputException>(
            () => StoreTransfer.ImportAsync(_to, new MemoryStream(Encoding.UTF8.GetBytes(text)), Cancellation));

        Assert.Contains(said, error.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await StoreTransfer.CheckAsync(_to, Cancellation)).Rows);
    }

    private async Task<TransferSummary> ExportAsync() => await StoreTransfer.ExportAsync(_from, _export, TimeProvider.System, Cancellation);

    private MemoryStream Copy() => new(_export.ToArray());

    private static async Task<IReadOnlyList<Core.Activities.Activity>> TrailAsync(IStore store, GroupId group) =>
        (await store.ListActivitiesAsync(group, new(100), Cancellation)).Items;
}

public sealed class SqliteToSqlite : TransferTests<Sqlite.SqliteHarness, Sqlite.SqliteHarness>;
