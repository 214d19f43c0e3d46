using System.Collections.Immutable;

using Muster.Core;
using Muster.Core.Groups;
using Muster.Core.Metrics;

namespace Muster.Conformance.Storage;

/// <summary>What policies read is kept in chunks, for as long as its resolution says.</summary>
public abstract class ReadingConformance<THarness> : StoreConformance<THarness>
    where THarness : IStoreHarness, new()
{
    [Fact]
    public async Task Chunks_come_back_whole_by_metric_resolution_and_beginning()
    {
        var group = await AddGroupAsync();
        var second = Start + ReadingChunk.SpanOf(Resolution.Raw);
        ReadingChunk[] raw =
        [
            SomePolicies.Chunk(group.Id, "cpu", count: SomePolicies.Numbers.Length),
            SomePolicies.Chunk(group.Id, "cpu", at: second),
            SomePolicies.Chunk(group.Id, "größe 🦆 \uFFFD", count: 40),
            SomePolicies.Chunk(group.Id, "größe 🦆 \uFFFD", at: second),
        ];
        var hour = SomePolicies.Chunk(group.Id, "cpu", Resolution.Hour);

        await Store.KeepReadingsAsync([hour, .. raw.Reverse()], Cancellation);

        Assert.Equal(raw, await FindAsync(group));
        Assert.Equal(raw[2..], await FindAsync(group, "größe 🦆 \uFFFD"));
        Assert.Equal([hour], await FindAsync(group, resolution: Resolution.Hour));
        Assert.Empty(await FindAsync(group, resolution: Resolution.Minute));
        Assert.Empty(await FindAsync(group, "memory"));
        Assert.Equal(raw[1..2], await FindAsync(group, "cpu", since: raw[0].EndsAt));
        Assert.Equal(raw[..2], await FindAsync(group, "cpu", since: raw[0].EndsAt.AddMicroseconds(-1)));
    }

    [Fact]
    public async Task A_chunk_takes_the_place_of_the_one_that_began_with_it_and_the_same_again_comes_to_the_same()
    {
        var group = await AddGroupAsync();
        var grown = SomePolicies.Chunk(group.Id, count: 7);

        await Store.KeepReadingsAsync([SomePolicies.Chunk(group.Id, count: 2)], Cancellation);
        await Store.KeepReadingsAsync([grown], Cancellation);
        await Store.KeepReadingsAsync([grown], Cancellation);

        Assert.Equal([grown], await FindAsync(group));
    }

    [Fact]
    public async Task However_long_a_metric_is_read_no_more_is_kept_than_its_time_holds_and_the_newest_of_it()
    {
        var group = await AddGroupAsync();
        foreach (var resolution in Enum.GetValues<Resolution>())
        {
            var chunks = Enumerable.Range(0, 30)
                .Select(number => SomePolicies.Chunk(
                    group.Id, resolution: resolution, at: Start + (number * ReadingChunk.SpanOf(resolution))))
                .ToImmutableArray();
            foreach (var chunk in chunks)
            {
                await Store.KeepReadingsAsync([chunk], Cancellation);
            }

            // One that comes late, when its place is taken, is passed over.
            await Store.KeepReadingsAsync([chunks[3]], Cancellation);

            var kept = await FindAsync(group, resolution: resolution);
            Assert.Equal(chunks[^ReadingChunk.PlacesOf(resolution)..], kept);
            Assert.True(
                kept[0].StartsAt <= kept[^1].StartsAt - ReadingChunk.KeptFor(resolution), "it reaches back as far as it is to be kept");
        }
    }

    [Fact]
    public async Task Readings_are_kept_to_the_microsecond()
    {
        var group = await AddGroupAsync();
        var startsAt = ReadingChunk.StartOf(Resolution.Raw, Start);

        await Store.KeepReadingsAsync(
            [new(group.Id, "cpu", Resolution.Raw, startsAt, [new(startsAt.AddTicks(19), 1), new(startsAt.AddTicks(19), 2)])], Cancellation);

        Assert.Equal(
            [new(startsAt.AddMicroseconds(1), 1), new(startsAt.AddMicroseconds(1), 2)], Assert.Single(await FindAsync(group)).Readings);
    }

    [Fact]
    public async Task A_hundred_thousand_readings_are_kept_at_once()
    {
        var template = await AddTemplateAsync();
        var groups = await Task.WhenAll(Enumerable.Range(0, 25).Select(_ => AddGroupAsync(template)));
        var chunks = groups
            .SelectMany(group => Enumerable.Range(0, 100).Select(number => SomePolicies.Chunk(group.Id, $"metric-{number:00}", count: 40)))
            .ToImmutableArray();

        await Store.KeepReadingsAsync(chunks, Cancellation);

        var kept = new List<ReadingChunk>();
        foreach (var group in groups)
        {
            kept.AddRange(await FindAsync(group));
        }

        Assert.Equal(100_000, kept.Sum(chunk => chunk.Readings.Length));
        Assert.Equal(chunks.ToHashSet(), kept.ToHashSet());
    }

    [Fact]
    public async Task What_is_too_old_is_forgotten_resolution_by_resolution()
    {
        var group = await AddGroupAsync();
        var chunks = Enum.GetValues<Resolution>().Select(resolution => SomePolicies.Chunk(group.Id, resolution: resolution)).ToList();
        await Store.KeepReadingsAsync([.. chunks], Cancellation);

        Assert.Equal(0, await Store.ForgetReadingsAsync(chunks[0].EndsAt + ReadingChunk.KeptFor(Resolution.Raw), Cancellation));
        foreach (var chunk in chunks)
        {
            var now = chunk.EndsAt + ReadingChunk.KeptFor(chunk.Resolution) + TimeSpan.FromSeconds(1);
            Assert.NotEmpty(await FindAsync(group, resolution: chunk.Resolution));
            Assert.Equal(1, await Store.ForgetReadingsAsync(now, Cancellation));
            Assert.Equal(0, await Store.ForgetReadingsAsync(now, Cancellation));
            Assert.Empty(await FindAsync(group, resolution: chunk.Resolution));
        }
    }

    [Fact]
    public async Task Chunks_of_a_clock_that_was_wrong_are_forgotten_and_make_room()
    {
        var group = await AddGroupAsync();
        var (now, future) = (SomePolicies.Chunk(group.Id), SomePolicies.Chunk(group.Id, at: Start.AddYears(70)));
        future = SomePolicies.Chunk(
            group.Id,
            at: future.StartsAt + ((now.Place - future.Place) * ReadingChunk.SpanOf(Resolution.Raw)));
        Assert.Equal(now.Place, future.Place);
        await Store.KeepReadingsAsync([future], Cancellation);

        Assert.Equal(1, await Store.ForgetReadingsAsync(Start, Cancellation));
        await Store.KeepReadingsAsync([now], Cancellation);

        Assert.Equal([now], await FindAsync(group));
        Assert.Equal(0, await Store.ForgetReadingsAsync(Start, Cancellation));
    }

    [Fact]
    public async Task Readings_of_a_group_that_does_not_live_are_passed_over_and_forgotten()
    {
        var template = await AddTemplateAsync();
        var (dead, living) = (await AddGroupAsync(template), await AddGroupAsync(template));
        await Store.KeepReadingsAsync([SomePolicies.Chunk(dead.Id)], Cancellation);
        await ArchiveGroupAsync(dead);
        Assert.Empty(await FindAsync(dead));

        await Store.KeepReadingsAsync(
            [SomePolicies.Chunk(dead.Id), SomePolicies.Chunk(living.Id), SomePolicies.Chunk(new(A.Id()))], Cancellation);

        Assert.Empty(await FindAsync(dead));
        Assert.Single(await FindAsync(living));
    }

    [Fact]
    public async Task Of_two_who_keep_the_same_chunk_at_once_one_is_kept_whole()
    {
        var group = await AddGroupAsync();
        var chunks = Enumerable.Range(1, 8).Select(count => SomePolicies.Chunk(group.Id, count: count)).ToList();

        await Task.WhenAll(chunks.Select(chunk => Task.Run(() => Store.KeepReadingsAsync([chunk], Cancellation), Cancellation)));

        Assert.Contains(Assert.Single(await FindAsync(group)), chunks);
    }

    [Fact]
    public async Task What_is_no_chunk_is_refused_and_nothing_is_kept()
    {
        var group = await AddGroupAsync();
        var good = SomePolicies.Chunk(group.Id);

        foreach (var (wrong, field) in NoChunks(good))
        {
            var error = await Assert.ThrowsAsync<InputException>(() => Store.KeepReadingsAsync([good, wrong], Cancellation));
            Assert.Equal(field, Assert.Single(error.Errors).Field);
        }

        Assert.Empty(await FindAsync(group));
    }

    private static IEnumerable<(ReadingChunk Wrong, string Field)> NoChunks(ReadingChunk good) =>
    [
        (good with { Metric = "" }, "readings.metric"),
        (good with { Metric = "half \uD83E" }, "readings.metric"),
        (good with { Metric = new string('m', ReadingChunk.MetricMax + 1) }, "readings.metric"),
        (good with { StartsAt = good.StartsAt.AddSeconds(1) }, "readings.starts_at"),
        (good with { StartsAt = DateTimeOffset.UnixEpoch - ReadingChunk.SpanOf(Resolution.Raw) }, "readings.starts_at"),
        (good with { Readings = [] }, "readings"),
        (
            good with { Readings = [.. Enumerable.Repeat(new Reading(good.StartsAt, 1), ReadingChunk.ReadingsMax + 1)] },
            "readings"),
        (good with { Readings = [.. good.Readings.Reverse()] }, "readings.at"),
        (good with { Readings = [new(good.StartsAt.AddMicroseconds(-1), 1)] }, "readings.at"),
        (good with { Readings = [new(good.EndsAt, 1)] }, "readings.at"),
        (good with { Readings = [new(good.StartsAt, double.NaN)] }, "readings.value"),
        (good with { Readings = [new(good.StartsAt, double.PositiveInfinity)] }, "readings.value"),
        (good with { Readings = [new(good.StartsAt, 1, -1)] }, "readings.value"),
    ];

    private Task<ImmutableArray<ReadingChunk>> FindAsync(
        Group group, string? metric = null, Resolution resolution = Resolution.Raw, DateTimeOffset? since = null) =>
        Store.FindReadingsAsync(group.Id, metric, resolution, since ?? DateTimeOffset.MinValue, Cancellation);
}
